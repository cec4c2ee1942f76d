#include "money/payment_moves.h"

#include <algorithm>

namespace paydrv::money {

void note_facts(OperationRecord& record, const Answer& answer) {
    if (!answer.payment_id.empty()) record.payment_id = answer.payment_id;
    if (!answer.wallet.empty()) record.wallet = answer.wallet;
    if (!answer.display_customer.empty()) record.display_customer = answer.display_customer;
    if (!answer.code.empty()) record.provider_code = answer.code;
    if (answer.paid_time_ms != 0) record.paid_time_ms = answer.paid_time_ms;
}

void conclude(Transaction& p, State state, Reason reason, NextAction action, Actions& a) {
    p.record.phase = Phase::concluded;
    p.record.state = state;
    p.record.reason = reason;
    p.record.next_action = action;
    p.next_inquiry_ms = 0;
    a.journal = "result";
}

void conclude_paid(Transaction& p, const Answer& answer, Actions& a) {
    note_facts(p.record, answer);
    p.record.seen = true;
    conclude(p, State::succeeded, Reason::none, NextAction::nothing, a);
}

void conclude_declined(Transaction& p, const Answer& answer, Actions& a) {
    note_facts(p.record, answer);
    conclude(p, State::declined, answer.reason, answer.next_action, a);
}

void conclude_cancelled(Transaction& p, Actions& a) {
    if (p.record.kind == Kind::undo) return conclude(p, State::cancelled, Reason::none, NextAction::nothing, a);
    switch (p.record.cancel_by) {
        case CancelBy::host: return conclude(p, State::cancelled, Reason::cashier, NextAction::nothing, a);
        case CancelBy::schedule: return conclude(p, State::cancelled, Reason::expiry, NextAction::new_attempt, a);
        case CancelBy::nobody: return conclude(p, State::cancelled, Reason::outside, NextAction::new_attempt, a);
    }
}

void stop_before_sending(Transaction& p, Actions& a) {
    p.record.cancel_by = CancelBy::host;
    p.record.looked_late = true;  // nothing was sent, so nothing can turn up
    conclude_cancelled(p, a);
}

// R1, R12: nothing is undone and nothing is claimed; people decide.
void find_mismatch(Transaction& p, const Answer& answer, Actions& a) {
    if (!answer.code.empty()) p.record.provider_code = answer.code;
    p.record.phase = Phase::mismatch;
    p.record.state = State::unknown;
    p.record.reason = Reason::mismatch;
    p.record.next_action = NextAction::call_support;
    a.journal = "mismatch";
}

void note_seen(Transaction& p, const Answer& answer, Actions& a) {
    const bool news = !p.record.seen || (!answer.payment_id.empty() && p.record.payment_id != answer.payment_id);
    note_facts(p.record, answer);
    p.record.seen = true;
    if (news && a.journal.empty()) a.journal = "seen";
}

// R12: what a later inquiry may be compared with, also after a restart.
void note_own_payment(Transaction& p, const Answer& answer, Actions& a) {
    if (answer.payment_id.empty() || answer.payment_id == p.record.own_payment_id) return;
    p.record.own_payment_id = answer.payment_id;
    if (a.journal.empty()) a.journal = "own payment";
}

// R12: created not before our first sending; without a time, only if an answer to our own pay named this paymentId.
bool is_ours(const OperationRecord& record, const Answer& answer, const Schedule& schedule) {
    if (answer.create_time_ms == 0) return !answer.payment_id.empty() && answer.payment_id == record.own_payment_id;
    return answer.create_time_ms >= record.first_sent_ms - schedule.expiry_margin_ms;
}

// R4, R6: by the gateway clock of this very answer, never by ours.
bool is_late(const OperationRecord& record, const Answer& answer, const Schedule& schedule) {
    return answer.response_time_ms > record.expiry_ms + schedule.expiry_margin_ms;
}

void begin_inquiring(Transaction& p, std::int64_t first_ms, const Context& c) {
    p.record.phase = Phase::inquiring;
    if (p.next_inquiry_ms == 0 || p.next_inquiry_ms > first_ms) p.next_inquiry_ms = first_ms;
    if (p.schedule_end_ms == 0) {
        p.schedule_end_ms = p.next_inquiry_ms + c.schedule.inquiry_count * c.schedule.inquiry_interval_ms;
    }
}

void want_cancel(Transaction& p, CancelBy by, const Context& c, Actions& a) {
    p.record.phase = Phase::cancel_wanted;
    p.record.state = State::cancelling;
    p.record.cancel_by = by;
    p.cancel_wanted_ms = c.now.monotonic_ms;
    p.next_inquiry_ms = c.now.monotonic_ms;
    p.rounds = 0;
    a.journal = "cancel wanted";
}

// R3: not one byte has left, so there is nothing to ask about. Unless an earlier sending, refused for traffic, was
// inquired, and the inquiry has shown that the payment exists after all: then the one not sent concludes nothing.
void conclude_not_sent(Transaction& p, const Context& c, Actions& a) {
    if (p.record.seen) {
        if (p.told_to_stop) return want_cancel(p, CancelBy::host, c, a);
        return begin_inquiring(p, c.now.monotonic_ms, c);
    }
    if (p.told_to_stop) return stop_before_sending(p, a);
    conclude(p, State::declined, Reason::not_sent, NextAction::other_method, a);
}

std::int64_t cancel_pause(const Transaction& p, const Context& c) {
    const auto& first = c.schedule.cancel_again_ms;
    if (p.rounds < static_cast<std::int32_t>(first.size())) return first[static_cast<std::size_t>(p.rounds)];
    const bool slow = c.now.monotonic_ms - p.cancel_wanted_ms >= c.schedule.cancel_slow_after_ms;
    return slow ? c.schedule.cancel_slow_interval_ms : c.schedule.cancel_interval_ms;
}

void send_cancel(Transaction& p, Actions& a) {
    if (p.record.phase == Phase::cancel_wanted) p.rounds = 0;
    if (p.record.phase != Phase::cancel_sent && a.journal.empty()) a.journal = "cancel sent";
    p.record.phase = Phase::cancel_sent;
    p.next_inquiry_ms = 0;
    p.next_cancel_ms = 0;
    if (p.cancel_out) return;
    p.cancel_out = true;
    p.cancel_of_seen = p.record.seen;
    a.send_cancel = true;
}

void await_expiry(Transaction& p, const Context& c, Actions& a) {
    p.record.phase = Phase::awaiting_expiry;
    p.next_cancel_ms = 0;
    p.next_inquiry_ms = c.now.monotonic_ms + c.schedule.awaiting_interval_ms;
    a.journal = "awaiting expiry";
}

// R5: the cancel came too late, or is refused for good. What became of the payment is asked first.
void refund_instead(Transaction& p, const Context& c, Actions& a) {
    p.record.phase = Phase::refund_instead;
    p.next_cancel_ms = 0;
    p.next_inquiry_ms = c.now.monotonic_ms;
    p.rounds = 0;
    p.refusals = 0;
    p.refusal_code.clear();
    a.journal = "refund instead";
}

// R5: one refund with one amount, whatever is repeated: the amount is on disk before it is sent.
void give_back_what_is_left(Transaction& p, const Answer& answer, Actions& a) {
    if (p.undo_out) return;
    // A refund under way is neither returned nor left: what becomes of it is asked again.
    if (std::any_of(answer.refunds.begin(), answer.refunds.end(), [](const auto& refund) { return !refund.done; })) {
        p.refusals = 0;
        p.rounds++;
        return;
    }
    const std::int64_t left_minor = p.record.amount_minor - spoken_for(answer.refunds, {}, {});
    if (left_minor <= 0) return conclude_cancelled(p, a);  // proven returned
    if (p.record.undo_minor == 0) {
        p.record.undo_minor = left_minor;
        a.journal = "undo";
    }
    p.undo_out = true;
    a.send_undo = true;
}

// R5: three equal refusals with SUCCESS between them are for good. Then the money is the shop's, and people are called.
void undo_refused(Transaction& p, const Answer& answer, const Context& c, Actions& a) {
    p.refusals = p.refusal_code == answer.code ? p.refusals + 1 : 1;
    p.refusal_code = answer.code;
    p.record.provider_code = answer.code;
    if (p.refusals < c.schedule.refused_rounds) return;
    conclude(p, State::succeeded, Reason::not_undone, NextAction::call_support, a);
}

// R11: this request id names somebody else's payment, ours was never executed.
void conclude_reference_used(Transaction& p, const Answer& answer, Actions& a) {
    switch (answer.verdict) {
        case Verdict::nothing_taken:
        case Verdict::cancelled:
        case Verdict::no_such_payment:
            return conclude(p, State::declined, Reason::reference_used, NextAction::new_attempt, a);
        case Verdict::paid:
        case Verdict::open:
        case Verdict::mismatch:
            p.record.payment_id = answer.payment_id;
            conclude(p, State::declined, Reason::reference_used, NextAction::call_support, a);
            a.link = Kind::found;
            return;
        default: return;
    }
}

void note_reference_used(Transaction& p, const Answer& answer, const Context& c, Actions& a) {
    p.record.reference_used = true;
    p.record.provider_code = answer.code;
    p.next_inquiry_ms = c.now.monotonic_ms;
    a.journal = "reference used";
}

void begin_back_off(Transaction& p, const Context& c) {
    const auto& pauses = c.schedule.traffic_again_ms;
    const auto index = std::min(static_cast<std::size_t>(p.traffic_refusals), pauses.size() - 1);
    p.traffic_refusals++;
    p.record.phase = Phase::back_off;
    p.next_inquiry_ms = 0;
    p.schedule_end_ms = 0;
    p.send_order_at_ms = c.now.monotonic_ms + pauses[index];
}

// When the driver asks its own cancel; 0: not set.
std::int64_t asks_cancel_at(const Transaction& p) {
    return p.record.timeout_s != 0 ? p.started_ms + p.record.timeout_s * 1000LL : p.schedule_end_ms;
}

bool time_is_over(const Transaction& p, const Context& c) {
    const std::int64_t at_ms = asks_cancel_at(p);
    return at_ms != 0 && c.now.monotonic_ms >= at_ms;
}

bool inquires(const Transaction& p) {
    switch (p.record.phase) {
        case Phase::inquiring:
        case Phase::cancel_wanted:
        case Phase::cancel_sent:
        case Phase::awaiting_expiry:
        case Phase::refund_instead:
        case Phase::asking_original:
        case Phase::refunding:
        case Phase::concluded: return p.next_inquiry_ms != 0 && !p.inquiry_out;
        default: return false;
    }
}

}  // namespace paydrv::money
