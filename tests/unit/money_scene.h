// One payment on a stage: what happens to it, and when, told as a test tells it.
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

inline Answer answer(Verdict verdict) {
    Answer answer;
    answer.verdict = verdict;
    answer.verified = verdict != Verdict::not_sent && verdict != Verdict::unknown;
    switch (verdict) {
        case Verdict::paid:
        case Verdict::open: answer.payment_id = "2026PAY"; break;
        case Verdict::nothing_taken: answer.code = "USER_BALANCE_NOT_ENOUGH"; break;
        case Verdict::refused: answer.code = "PROCESS_FAIL"; break;
        default: break;
    }
    return answer;
}

/// A payment, the clocks, and the newest actions. Milliseconds since the start.
class Scene {
  public:
    explicit Scene(std::uint32_t timeout_s = 0) {
        OperationRecord fresh = record();
        fresh.timeout_s = timeout_s;
        payment = begin(std::move(fresh), now());
    }

    Now now() const { return {start_ms + at_ms, gateway_start_ms + at_ms, gate_open}; }

    Scene& on(EventKind kind, Answer given = {}) {
        if (given.verified && given.response_time_ms == 0) given.response_time_ms = gateway_start_ms + at_ms;
        if (needs_create_time(given)) given.create_time_ms = gateway_start_ms;
        Decision decision = decide(std::move(payment), {kind, std::move(given)}, schedule, now());
        payment = std::move(decision.transaction);
        actions = decision.actions;
        return *this;
    }
    Scene& pay(Verdict verdict) { return on(EventKind::order_answered, answer(verdict)); }
    Scene& inquiry(Verdict verdict) { return on(EventKind::inquiry_answered, answer(verdict)); }
    Scene& cancel(Verdict verdict) { return on(EventKind::cancel_answered, answer(verdict)); }
    Scene& cancel_asked() { return on(EventKind::cancel_asked); }
    Scene& timer() { return on(EventKind::timer); }
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
    bool with_create_time = true;  // the gateway tells paymentCreateTime

  private:
    bool needs_create_time(const Answer& given) const {
        const bool exists = given.verdict == Verdict::paid || given.verdict == Verdict::open;
        return with_create_time && exists && given.create_time_ms == 0;
    }
};

inline Shown shows(State state, Reason reason, NextAction action) {
    return {state, reason, action};
}

}  // namespace paydrv::money::scene
