#include "money/transaction.h"

#include <algorithm>
#include <utility>

#include "money/payment_moves.h"

namespace paydrv::money {
namespace {

std::int64_t inquiry_pause(const Transaction& p, const Context& c) {
    switch (p.record.phase) {
        case Phase::inquiring:
            return p.record.kind == Kind::found ? c.schedule.awaiting_interval_ms : c.schedule.inquiry_interval_ms;
        case Phase::cancel_wanted:
        case Phase::refund_instead:
        case Phase::refunding: return cancel_pause(p, c);
        case Phase::asking_original: return c.schedule.send_again_ms;
        case Phase::concluded: return c.schedule.cancel_slow_interval_ms;
        default: return c.schedule.awaiting_interval_ms;
    }
}

// R2: whoever decodes answers says "verified"; without it no verdict is worth anything.
Event trusted(const Event& event) {
    Event known = event;
    if (!event.answer.verified && event.answer.verdict != Verdict::not_sent) known.answer.verdict = Verdict::unknown;
    return known;
}

// R6: by the gateway clock, which is not known before the gate has opened.
bool too_early_for_late_look(const Transaction& p, const Context& c) {
    return p.record.phase == Phase::concluded && c.now.gateway_ms <= p.record.expiry_ms + c.schedule.expiry_margin_ms;
}

// One inquiry at a time, at its pace, whatever brought the transaction here.
void inquire_if_due(Transaction& p, const Context& c, Actions& a) {
    if (!inquires(p) || c.now.monotonic_ms < p.next_inquiry_ms) return;
    if (too_early_for_late_look(p, c)) {
        const std::int64_t left_ms = p.record.expiry_ms + c.schedule.expiry_margin_ms - c.now.gateway_ms + 1;
        const bool clock_known = c.now.gateway_ms != 0;
        p.next_inquiry_ms = c.now.monotonic_ms + (clock_known ? left_ms : c.schedule.awaiting_interval_ms);
        return;
    }
    p.next_inquiry_ms = c.now.monotonic_ms + inquiry_pause(p, c);
    if (p.record.phase == Phase::cancel_wanted) p.rounds++;
    p.inquiry_out = true;
    a.send_inquiry = true;
}

OperationRecord linked(const OperationRecord& payment, Kind kind, const Answer& answer) {
    OperationRecord record = payment;
    record.row = 0;
    record.kind = kind;
    record.code_hash = 0;  // the code was the payment's
    record.reason = Reason::none;
    record.next_action = NextAction::wait;
    record.provider_code.clear();
    record.refund_id.clear();
    record.refunded_minor = 0;
    record.undo_minor = 0;
    record.linked_row = payment.row;
    record.acknowledged = false;
    record.looked_late = false;
    record.settled_by.clear();
    record.settled_why.clear();
    note_facts(record, answer);
    return record;
}

// A payment that a refund has returned stays paid in the gateway's books: no late success.
bool is_given_back(const OperationRecord& record, const Answer& answer) {
    std::int64_t returned_minor = 0;
    for (const ListedRefund& refund : answer.refunds) {
        if (refund.done) returned_minor += refund.amount_minor;
    }
    const bool by_own_refund = record.state == State::cancelled && !record.refund_id.empty();
    return by_own_refund || returned_minor >= record.amount_minor;
}

// Verified, and against a SUCCEEDED that people have decided.
bool is_not_held(const OperationRecord& record, const Answer& answer, const Schedule& schedule) {
    switch (answer.verdict) {
        case Verdict::cancelled:
        case Verdict::nothing_taken: return true;
        case Verdict::no_such_payment: return is_late(record, answer, schedule);
        default: return false;
    }
}

}  // namespace

Transaction begin(OperationRecord record, const Now& now) {
    Transaction p;
    p.record = std::move(record);
    p.record.phase = Phase::queued;
    p.started_ms = now.monotonic_ms;
    p.last_verified_ms = now.monotonic_ms;
    return p;
}

OperationRecord undo_of(const OperationRecord& payment, const Answer& answer) {
    OperationRecord record = linked(payment, Kind::undo, answer);
    record.phase = Phase::cancel_wanted;
    record.state = State::cancelling;
    record.cancel_by = CancelBy::schedule;
    record.seen = true;
    return record;
}

OperationRecord found_of(const OperationRecord& payment, const Answer& answer) {
    OperationRecord record = linked(payment, Kind::found, answer);
    record.phase = Phase::inquiring;
    record.state = State::in_progress;
    record.cancel_by = CancelBy::nobody;
    record.seen = true;
    record.reference_used = false;
    record.payment_id = answer.payment_id;
    if (answer.amount_minor > 0) {
        record.amount_minor = answer.amount_minor;
        record.currency = answer.currency;
    }
    return record;
}

// R16: what has no result counts as sent, so it is asked about; a pay is never repeated, a refund by its own id (R8).
Transaction reopen(OperationRecord record, const Schedule& schedule, const Now& now) {
    Transaction p;
    p.record = std::move(record);
    p.started_ms = now.monotonic_ms;
    p.last_verified_ms = now.monotonic_ms;
    if (p.record.phase == Phase::mismatch) return p;
    if (p.record.phase == Phase::concluded && !wants_late_look(p.record)) return p;
    p.next_inquiry_ms = now.monotonic_ms;
    if (p.record.phase == Phase::concluded) return p;
    if (p.record.kind == Kind::refund) {
        p.record.phase = Phase::refunding;
        p.refund_in_doubt = true;
        p.cancel_wanted_ms = now.monotonic_ms;
        return p;
    }
    if (p.record.cancel_by != CancelBy::nobody) {
        p.record.phase = Phase::cancel_wanted;
        p.record.state = State::cancelling;
        p.record.reason = Reason::none;
        p.cancel_wanted_ms = now.monotonic_ms;
        return p;
    }
    p.record.phase = Phase::inquiring;
    p.schedule_end_ms = now.monotonic_ms + schedule.inquiry_count * schedule.inquiry_interval_ms;
    return p;
}

Decision decide(Transaction transaction, const Event& given, const Schedule& schedule, const Now& now) {
    const Event event = trusted(given);
    Decision decision{std::move(transaction), {}};
    Transaction& p = decision.transaction;
    const Context context{schedule, now};
    const bool was_final = p.record.phase == Phase::concluded;
    if (event.kind == EventKind::inquiry_answered) p.inquiry_out = false;
    if (event.answer.verified) p.last_verified_ms = now.monotonic_ms;
    const auto step = p.record.kind == Kind::refund ? step_refund : step_payment;
    step(p, event, context, decision.actions);
    const bool ends = !was_final && p.record.phase == Phase::concluded;
    if (ends && wants_late_look(p.record)) p.next_inquiry_ms = now.monotonic_ms;
    inquire_if_due(p, context, decision.actions);
    return decision;
}

bool wants_late_look(const OperationRecord& record) noexcept {
    if (record.kind != Kind::payment || record.looked_late || record.first_sent_ms == 0) return false;
    if (!is_final(record.state)) return false;
    const bool ended_with_cancel = record.state == State::cancelled && record.cancel_by != CancelBy::nobody;
    return ended_with_cancel || record.reason == Reason::manual;
}

// R6: late money is undone, or was never ours. R19: people said otherwise than the gateway.
Kind follow_up(const OperationRecord& record, const Answer& answer, const Schedule& schedule) {
    const bool payment = record.kind == Kind::payment && is_final(record.state);
    if (!payment || record.linked_row != 0 || !answer.verified) return Kind::request;
    if (answer.verdict == Verdict::paid && record.state != State::succeeded) {
        if (is_given_back(record, answer)) return Kind::request;
        // R11: what stands under a reference that was used before is never ours.
        const bool may_be_ours = record.first_sent_ms != 0 && !record.reference_used;
        return may_be_ours && is_ours(record, answer, schedule) ? Kind::undo : Kind::found;
    }
    const bool by_hand = record.reason == Reason::manual && record.state == State::succeeded;
    return by_hand && is_not_held(record, answer, schedule) ? Kind::found : Kind::request;
}

std::int64_t spoken_for(std::span<const ListedRefund> listed, std::span<const OperationRecord> known,
                        std::string_view own_request_id) {
    std::int64_t held_minor = 0;
    for (const ListedRefund& refund : listed) {
        if (refund.request_id.empty() || refund.request_id != own_request_id) held_minor += refund.amount_minor;
    }
    for (const OperationRecord& refund : known) {
        const bool counts = refund.state == State::succeeded || !is_final(refund.state);
        const bool is_listed = std::any_of(listed.begin(), listed.end(), [&](const ListedRefund& other) {
            const bool same_id = !other.refund_id.empty() && other.refund_id == refund.refund_id;
            return same_id || other.request_id == refund.request_id;
        });
        if (counts && !is_listed && refund.request_id != own_request_id) held_minor += refund.amount_minor;
    }
    return held_minor;
}

bool in_doubt(const Transaction& p) noexcept {
    switch (p.record.phase) {
        case Phase::queued:
        case Phase::asking_original:
        case Phase::concluded: return false;
        default: return true;
    }
}

bool is_over(const Transaction& p) noexcept {
    return p.record.phase == Phase::concluded && p.next_inquiry_ms == 0 && !p.inquiry_out;
}

}  // namespace paydrv::money
