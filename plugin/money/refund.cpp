// The table of a refund that the host asked for (R3, R8, R16, R17, R18). The driver's own refunds are payment.cpp's.
#include <algorithm>
#include <array>

#include "money/payment_moves.h"

namespace paydrv::money {
namespace {

using Step = void (*)(Transaction&, const Event&, const Context&, Actions&);

void stay(Transaction&, const Event&, const Context&, Actions&) {}

void conclude_not_sent_refund(Transaction& r, Actions& a) {
    conclude(r, State::declined, Reason::not_sent, NextAction::new_attempt, a);
}

void conclude_given_back(Transaction& r, const Answer& answer, Actions& a) {
    note_facts(r.record, answer);
    if (!answer.refund_id.empty()) r.record.refund_id = answer.refund_id;
    conclude(r, State::succeeded, Reason::none, NextAction::nothing, a);
    a.given_back = true;
}

// Once a byte has left: inquired, then the same refund again, until it is concluded.
void follow_refund(Transaction& r, std::int64_t first_ms) {
    r.record.phase = Phase::refunding;
    r.next_inquiry_ms = first_ms;
}

void queued_ready(Transaction& r, const Event&, const Context& c, Actions&) {
    r.record.phase = Phase::asking_original;
    r.first_byte_by_ms = r.started_ms + c.schedule.first_byte_ms;
    r.next_inquiry_ms = c.now.monotonic_ms;
}

// The engine has looked for the payment: there is none, or not one that can be refunded.
void queued_without_original(Transaction& r, const Event& e, const Context&, Actions& a) {
    conclude(r, State::declined, e.answer.reason, e.answer.next_action, a);
}

void queued_timer(Transaction& r, const Event&, const Context& c, Actions& a) {
    if (c.now.monotonic_ms < r.started_ms + c.schedule.gate_wait_ms) return;
    const Reason held_up = c.now.gate_open ? Reason::not_sent : Reason::not_ready;
    conclude(r, State::declined, c.now.journal_good ? held_up : Reason::journal, NextAction::new_attempt, a);
}

// R8: nothing is given back but from a payment that is paid now and is what the host says, and no more than is left.
void original_answer(Transaction& r, const Event& e, const Context& c, Actions& a) {
    const auto refuse = [&](Reason reason, NextAction action) { conclude(r, State::declined, reason, action, a); };
    switch (e.answer.verdict) {
        case Verdict::paid: break;
        case Verdict::open: return refuse(Reason::original, NextAction::new_attempt);
        case Verdict::nothing_taken:
        case Verdict::cancelled:
        case Verdict::no_such_payment:
        case Verdict::mismatch: return refuse(Reason::original, NextAction::call_support);
        default: return;
    }
    if (e.answer.amount_minor != r.record.original_amount_minor || e.answer.currency != r.record.currency) {
        return refuse(Reason::original, NextAction::call_support);
    }
    if (r.record.amount_minor > r.record.original_amount_minor - e.spoken_for_minor) {
        return refuse(Reason::refund_left, NextAction::new_attempt);
    }
    r.record.wallet = e.answer.wallet;
    r.record.display_customer = e.answer.display_customer;
    r.record.first_sent_ms = c.now.gateway_ms;
    r.record.phase = Phase::committing;
    r.next_inquiry_ms = 0;
    a.journal = "intent";
}

void asking_timer(Transaction& r, const Event&, const Context& c, Actions& a) {
    if (c.now.monotonic_ms >= r.first_byte_by_ms) conclude_not_sent_refund(r, a);
}

void committing_done(Transaction& r, const Event&, const Context& c, Actions& a) {
    if (c.now.monotonic_ms >= r.first_byte_by_ms) return conclude_not_sent_refund(r, a);
    r.record.phase = Phase::handed_out;
    r.order_out = true;
    a.send_order = true;
}

// R17: the intent may have landed, so the result waits for a commit that surely does.
void committing_failed(Transaction& r, const Event&, const Context&, Actions& a) {
    conclude(r, State::declined, Reason::journal, NextAction::new_attempt, a);
}

void handed_first_byte(Transaction& r, const Event&, const Context& c, Actions&) {
    r.record.phase = Phase::sent;
    r.send_order_at_ms = 0;
    r.cancel_wanted_ms = c.now.monotonic_ms;
    r.last_verified_ms = c.now.monotonic_ms;
}

void handed_recalled(Transaction& r, const Event&, const Context&, Actions& a) {
    r.order_out = false;
    conclude_not_sent_refund(r, a);
}

void handed_timer(Transaction& r, const Event&, const Context& c, Actions& a) {
    if (c.now.monotonic_ms >= r.first_byte_by_ms) {
        if (!r.order_out) return conclude_not_sent_refund(r, a);
        a.recall_order = true;
        return;
    }
    if (r.order_out || c.now.monotonic_ms < r.send_order_at_ms) return;
    r.order_out = true;
    a.send_order = true;
}

// R18: an F that proves nothing, or after a sending in doubt; it counts once the gateway knows no such refund.
void note_refusal(Transaction& r, const Event& e, const Context& c) {
    r.refund_in_doubt = true;
    r.refusals = r.refusal_code == e.answer.code ? r.refusals : 0;
    r.refusal_code = e.answer.code;
    r.record.provider_code = e.answer.code;
    follow_refund(r, c.now.monotonic_ms);
}

// R18: equal rounds follow each other; what is no refusal begins to count anew.
void forget_refusals(Transaction& r) {
    r.refusals = 0;
    r.refusal_code.clear();
}

std::int64_t traffic_pause(Transaction& r, const Context& c) {
    const auto& pauses = c.schedule.traffic_again_ms;
    const auto index = std::min(static_cast<std::size_t>(r.traffic_refusals), pauses.size() - 1);
    r.traffic_refusals++;
    return pauses[index];
}

void refund_answer(Transaction& r, const Event& e, const Context& c, Actions& a) {
    r.order_out = false;
    const std::int64_t again_ms = c.now.monotonic_ms + cancel_pause(r, c);
    switch (e.answer.verdict) {
        case Verdict::refunded: return conclude_given_back(r, e.answer, a);
        case Verdict::mismatch: return find_mismatch(r, e.answer, a);
        case Verdict::nothing_taken:
            if (!r.refund_in_doubt) return conclude_declined(r, e.answer, a);
            return note_refusal(r, e, c);
        case Verdict::reference_used:
            if (r.refund_in_doubt) return note_refusal(r, e, c);  // R11 speaks of a first sending
            r.record.reference_used = true;
            r.record.provider_code = e.answer.code;
            follow_refund(r, c.now.monotonic_ms);
            a.journal = "reference used";
            return;
        case Verdict::refused: return note_refusal(r, e, c);
        case Verdict::slow_down: forget_refusals(r); return follow_refund(r, c.now.monotonic_ms + traffic_pause(r, c));
        case Verdict::not_sent: break;  // of a repeat: what left before is still in doubt or not
        default: r.refund_in_doubt = true; break;
    }
    forget_refusals(r);
    r.rounds++;
    follow_refund(r, again_ms);
}

void handed_answer(Transaction& r, const Event& e, const Context& c, Actions& a) {
    if (e.answer.verdict != Verdict::not_sent) {
        handed_first_byte(r, e, c, a);  // the answer has overtaken the news of the first byte
        return refund_answer(r, e, c, a);
    }
    r.order_out = false;
    if (c.now.monotonic_ms >= r.first_byte_by_ms) return conclude_not_sent_refund(r, a);
    r.send_order_at_ms = c.now.monotonic_ms + c.schedule.send_again_ms;
}

void send_again(Transaction& r, Actions& a) {
    if (r.order_out) return;
    r.next_inquiry_ms = 0;  // its answer says when to ask next
    r.order_out = true;
    a.send_order = true;
}

// R11, R8: this refundRequestId names a refund with other content.
void used_reference_answer(Transaction& r, const Answer& answer, Actions& a) {
    switch (answer.verdict) {
        case Verdict::refunded: return conclude_given_back(r, answer, a);
        case Verdict::open: return;
        case Verdict::mismatch:
            return conclude(r, State::declined, Reason::reference_used, NextAction::call_support, a);
        case Verdict::nothing_taken:
        case Verdict::no_such_refund:
            return conclude(r, State::declined, Reason::reference_used, NextAction::new_attempt, a);
        default: return;
    }
}

void refund_inquiry_answer(Transaction& r, const Event& e, const Context& c, Actions& a) {
    if (r.record.reference_used) return used_reference_answer(r, e.answer, a);
    switch (e.answer.verdict) {
        case Verdict::refunded: return conclude_given_back(r, e.answer, a);
        case Verdict::nothing_taken: return conclude_declined(r, e.answer, a);
        case Verdict::mismatch: return find_mismatch(r, e.answer, a);
        case Verdict::open:
            forget_refusals(r);
            r.rounds++;
            return;
        case Verdict::no_such_refund: {
            const bool refused = !r.refusal_code.empty();
            if (refused && ++r.refusals >= c.schedule.refused_rounds) {
                return conclude(r, State::declined, Reason::decline, NextAction::call_support, a);
            }
            if (!refused || r.refusals <= 1) return send_again(r, a);
            r.next_inquiry_ms = 0;
            r.send_order_at_ms = c.now.monotonic_ms + cancel_pause(r, c);
            r.rounds++;
            return;
        }
        case Verdict::unknown:
        case Verdict::not_sent:
            if (!c.now.gate_open) {  // R14, after a restart: asked again, nothing sent
                r.rounds++;
                return;
            }
            return send_again(r, a);
        default: return;
    }
}

void refunding_timer(Transaction& r, const Event&, const Context& c, Actions& a) {
    if (r.send_order_at_ms == 0 || c.now.monotonic_ms < r.send_order_at_ms) return;
    r.send_order_at_ms = 0;
    send_again(r, a);
}

void order_answer_elsewhere(Transaction& r, const Event&, const Context&, Actions&) {
    r.order_out = false;
}

void settled(Transaction& r, const Event& e, const Context&, Actions& a) {
    const bool given_back = e.answer.verdict == Verdict::paid;
    conclude(r, given_back ? State::succeeded : State::cancelled, Reason::manual, NextAction::nothing, a);
    a.journal = "settled";
    a.given_back = given_back;
}

constexpr std::array<std::array<Step, event_kinds>, phases> table = {{
    // worker_ready, details_at_fault, committed, commit_failed, first_byte, order_recalled,
    // order_answered, inquiry_answered, cancel_answered, undo_answered, cancel_asked, settled, timer
    /* queued */
    {queued_ready, queued_without_original, stay, stay, stay, stay,  //
     stay, stay, stay, stay, stay, stay, queued_timer},
    /* committing */
    {stay, stay, committing_done, committing_failed, stay, stay,  //
     stay, stay, stay, stay, stay, stay, stay},
    /* handed_out */
    {stay, stay, stay, stay, handed_first_byte, handed_recalled,  //
     handed_answer, stay, stay, stay, stay, stay, handed_timer},
    /* sent */
    {stay, stay, stay, stay, stay, stay,  //
     refund_answer, stay, stay, stay, stay, stay, stay},
    /* inquiring, back_off, cancel_wanted, cancel_sent, awaiting_expiry, refund_instead: of payments alone */
    {stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay},
    {stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay},
    {stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay},
    {stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay},
    {stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay},
    {stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay, stay},
    /* mismatch */
    {stay, stay, stay, stay, stay, stay,  //
     order_answer_elsewhere, stay, stay, stay, stay, settled, stay},
    /* concluded: nothing leaves it (R7) */
    {stay, stay, stay, stay, stay, stay,  //
     order_answer_elsewhere, stay, stay, stay, stay, stay, stay},
    /* asking_original */
    {stay, stay, stay, stay, stay, stay,  //
     stay, original_answer, stay, stay, stay, stay, asking_timer},
    /* refunding */
    {stay, stay, stay, stay, stay, stay,  //
     refund_answer, refund_inquiry_answer, stay, stay, stay, settled, refunding_timer},
}};

}  // namespace

void step_refund(Transaction& r, const Event& e, const Context& c, Actions& a) {
    table[static_cast<std::size_t>(r.record.phase) - 1][static_cast<std::size_t>(e.kind)](r, e, c, a);
}

}  // namespace paydrv::money
