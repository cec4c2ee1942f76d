// One payment or refund on a stage: what happens to it, and when, told as a test tells it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "money/transaction.h"

namespace paydrv::money::scene {

inline constexpr std::int64_t start_ms = 1'000'000;
inline constexpr std::int64_t gateway_start_ms = 1'700'000'000'000;
inline constexpr std::int64_t never_ms = INT64_MAX;

inline OperationRecord record() {
    OperationRecord record;
    record.row = 7;
    record.reference = "A-1";
    record.order_reference = "T-1";
    record.business_day = 20260801;
    record.amount_minor = 1250;
    record.currency = "EUR";
    record.request_id = "p1aa";
    return record;
}

inline OperationRecord refund_record() {
    OperationRecord refund = record();
    refund.kind = Kind::refund;
    refund.row = 8;
    refund.reference = "R-1";
    refund.amount_minor = 500;
    refund.original_reference = "A-1";
    refund.original_amount_minor = 1250;
    refund.payment_id = "2026PAY";
    refund.linked_row = 7;
    refund.request_id = "r1aa";
    return refund;
}

inline Answer answer(Verdict verdict) {
    Answer answer;
    answer.verdict = verdict;
    answer.verified = verdict != Verdict::not_sent && verdict != Verdict::unknown;
    switch (verdict) {
        case Verdict::paid:
        case Verdict::open:
            answer.payment_id = "2026PAY";
            answer.amount_minor = 1250;
            answer.currency = "EUR";
            break;
        case Verdict::reference_used: answer.code = "REPEAT_REQ_INCONSISTENT"; break;
        case Verdict::refunded: answer.refund_id = "2026REF"; break;
        case Verdict::nothing_taken: answer.code = "USER_BALANCE_NOT_ENOUGH"; break;
        case Verdict::refused: answer.code = "PROCESS_FAIL"; break;
        default: break;
    }
    return answer;
}

/// An inquiry's paid, with a refund of `minor` in its list.
inline Answer paid_but_refunded(std::int64_t minor, bool done = true) {
    Answer paid = answer(Verdict::paid);
    paid.refunds.push_back({"r1other", "2026OTHER", minor, done});
    return paid;
}

/// A payment or refund, the clocks, and the newest actions. Milliseconds since the start.
class Scene {
  public:
    explicit Scene(std::uint32_t timeout_s = 0) {
        OperationRecord fresh = record();
        fresh.timeout_s = timeout_s;
        payment = begin(std::move(fresh), now());
    }
    explicit Scene(OperationRecord fresh) { payment = begin(std::move(fresh), now()); }

    Now now() const { return {start_ms + at_ms, gate_open ? gateway_start_ms + at_ms : 0, gate_open, journal_good}; }

    Scene& on(EventKind kind, Answer given = {}) {
        if (given.verified && given.response_time_ms == 0) given.response_time_ms = gateway_start_ms + at_ms;
        if (needs_create_time(given)) given.create_time_ms = gateway_start_ms;
        Decision decision = decide(std::move(payment), {kind, std::move(given), spoken_for_minor}, schedule, now());
        payment = std::move(decision.transaction);
        actions = decision.actions;
        return *this;
    }
    Scene& pay(Verdict verdict) { return on(EventKind::order_answered, answer(verdict)); }
    Scene& refund(Verdict verdict) { return pay(verdict); }  // of a refund
    Scene& inquiry(Verdict verdict) { return on(EventKind::inquiry_answered, answer(verdict)); }
    Scene& cancel(Verdict verdict) { return on(EventKind::cancel_answered, answer(verdict)); }
    Scene& undo(Verdict verdict) { return on(EventKind::undo_answered, answer(verdict)); }
    Scene& settled(Verdict as) { return on(EventKind::settled, answer(as)); }
    Scene& cancel_asked() { return on(EventKind::cancel_asked); }
    Scene& timer() { return on(EventKind::timer); }
    /// Goes to the next times at which decide wants a timer, until it asks; false: it never does.
    bool wait_for_inquiry() {
        for (int turn = 0; turn < 100; turn++) {
            if (wake_ms() == never_ms) return false;
            at(wake_ms()).timer();
            if (actions.send_inquiry) return true;
        }
        return false;
    }
    Scene& at(std::int64_t ms) {
        at_ms = ms;
        return *this;
    }
    Scene& later(std::int64_t ms) { return at(at_ms + ms); }

    // Ways into the sub-states.
    Scene& committing() { return on(EventKind::worker_ready); }
    Scene& handed_out() { return committing().on(EventKind::committed); }
    Scene& sent() { return handed_out().on(EventKind::first_byte); }
    Scene& inquiring() { return sent().pay(Verdict::unknown); }
    Scene& back_off() { return sent().pay(Verdict::slow_down); }
    Scene& cancel_wanted() { return inquiring().cancel_asked(); }
    Scene& cancel_sent() { return cancel_wanted().inquiry(Verdict::no_such_payment); }
    Scene& cancel_sent_seen() { return cancel_wanted().inquiry(Verdict::open); }
    Scene& awaiting_expiry() { return cancel_sent().cancel(Verdict::no_such_payment); }
    Scene& refund_instead() { return cancel_sent_seen().cancel(Verdict::out_of_window); }
    Scene& mismatch() { return sent().pay(Verdict::mismatch); }
    Scene& concluded() { return sent().pay(Verdict::paid); }

    Scene& restart() {
        payment = reopen(std::move(payment.record), schedule, now());
        actions = {};
        return *this;
    }

    Phase phase() const { return payment.record.phase; }
    Shown show(bool committed = true) const { return shown(payment, committed, schedule, start_ms + at_ms); }
    /// When decide next wants a timer, since the start; never_ms: never.
    std::int64_t wake_ms() const {
        const std::int64_t wake = wake_at(payment, schedule, start_ms + at_ms);
        return wake == never_ms ? never_ms : wake - start_ms;
    }

    Schedule schedule;
    Transaction payment;
    Actions actions;
    std::int64_t at_ms = 0;
    bool gate_open = true;
    bool journal_good = true;
    std::int64_t spoken_for_minor = 0;  // of a refund's original: what other refunds hold
    bool with_create_time = true;       // the gateway tells paymentCreateTime

  private:
    bool needs_create_time(const Answer& given) const {
        const bool exists = given.verdict == Verdict::paid || given.verdict == Verdict::open;
        return with_create_time && exists && given.create_time_ms == 0;
    }
};

/// A refund of 5.00 of a payment of 12.50 EUR.
class RefundScene : public Scene {
  public:
    RefundScene() : Scene(refund_record()) {}

    RefundScene& asking() { return to(on(EventKind::worker_ready)); }
    RefundScene& committing() { return to(asking().inquiry(Verdict::paid)); }
    RefundScene& handed_out() { return to(committing().on(EventKind::committed)); }
    RefundScene& sent() { return to(handed_out().on(EventKind::first_byte)); }
    /// No answer, and the time of the next inquiry has come: it is out.
    RefundScene& in_doubt() {
        sent().refund(Verdict::unknown);
        return to(at(wake_ms()).timer());
    }
    RefundScene& mismatch() { return to(sent().refund(Verdict::mismatch)); }
    RefundScene& concluded() { return to(sent().refund(Verdict::refunded)); }

  private:
    RefundScene& to(Scene&) { return *this; }
};

inline Shown shows(State state, Reason reason, NextAction action) {
    return {state, reason, action};
}

}  // namespace paydrv::money::scene
