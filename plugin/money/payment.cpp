// The table of a payment, of an undo (which begins at "cancel wanted") and of a found payment (at "inquiring").
#include <algorithm>
#include <array>

#include "money/payment_moves.h"

namespace paydrv::money {
namespace {

using Step = void (*)(Transaction&, const Event&, const Context&, Actions&);

// ---- Steps: one per cell of the table ------------------------------------------------------------------------------

void stay(Transaction&, const Event&, const Context&, Actions&) {}

void queued_ready(Transaction& p, const Event&, const Context& c, Actions& a) {
    const std::int64_t open_for = std::max<std::int64_t>(c.schedule.payment_expiry_ms, p.record.timeout_s * 1000LL);
    p.record.phase = Phase::committing;
    p.record.first_sent_ms = c.now.gateway_ms;
    p.record.expiry_ms = c.now.gateway_ms + open_for;
    a.journal = "intent";
}

void queued_details(Transaction& p, const Event& e, const Context&, Actions& a) {
    if (!e.answer.code.empty()) p.record.provider_code = e.answer.code;
    conclude(p, State::declined, Reason::details, NextAction::call_support, a);
}

void queued_cancel(Transaction& p, const Event&, const Context&, Actions& a) {
    stop_before_sending(p, a);
}

void queued_timer(Transaction& p, const Event&, const Context& c, Actions& a) {
    if (c.now.monotonic_ms < p.started_ms + c.schedule.gate_wait_ms) return;
    const Reason held_up = c.now.gate_open ? Reason::not_sent : Reason::not_ready;
    const Reason reason = c.now.journal_good ? held_up : Reason::journal;
    conclude(p, State::declined, reason, NextAction::other_method, a);
}

void committing_done(Transaction& p, const Event&, const Context& c, Actions& a) {
    if (p.told_to_stop) return stop_before_sending(p, a);
    p.first_byte_by_ms = p.started_ms + c.schedule.first_byte_ms;
    if (c.now.monotonic_ms >= p.first_byte_by_ms) return conclude_not_sent(p, c, a);
    p.record.phase = Phase::handed_out;
    p.order_out = true;
    a.send_order = true;
}

// R17: the intent may have landed, so the result waits for a commit that surely does.
void committing_failed(Transaction& p, const Event&, const Context&, Actions& a) {
    if (p.told_to_stop) return stop_before_sending(p, a);
    conclude(p, State::declined, Reason::journal, NextAction::other_method, a);
}

void committing_cancel(Transaction& p, const Event&, const Context&, Actions&) {
    p.told_to_stop = true;
}

void handed_first_byte(Transaction& p, const Event&, const Context& c, Actions& a) {
    p.record.phase = Phase::sent;
    p.next_inquiry_ms = c.now.monotonic_ms + c.schedule.inquire_after_sent_ms;
    if (p.told_to_stop) want_cancel(p, CancelBy::host, c, a);
}

void handed_recalled(Transaction& p, const Event&, const Context& c, Actions& a) {
    p.order_out = false;
    conclude_not_sent(p, c, a);
}

void sent_answer(Transaction& p, const Event& e, const Context& c, Actions& a) {
    p.order_out = false;
    switch (e.answer.verdict) {
        case Verdict::paid: return conclude_paid(p, e.answer, a);
        case Verdict::nothing_taken: return conclude_declined(p, e.answer, a);
        case Verdict::mismatch: return find_mismatch(p, e.answer, a);
        case Verdict::slow_down: return begin_back_off(p, c);
        case Verdict::reference_used:
            begin_inquiring(p, c.now.monotonic_ms, c);
            return note_reference_used(p, e.answer, c, a);
        case Verdict::open:
            note_seen(p, e.answer, a);
            note_own_payment(p, e.answer, a);
            p.waiting_customer = true;
            break;
        default:
            if (e.answer.verified) note_own_payment(p, e.answer, a);
            break;
    }
    begin_inquiring(p, c.now.monotonic_ms + c.schedule.inquire_after_unknown_ms, c);
}

// While being undone, a pay answer only tells that the payment exists, or that it never will.
void undoing_pay_answer(Transaction& p, const Event& e, const Context& c, Actions& a) {
    p.order_out = false;
    switch (e.answer.verdict) {
        case Verdict::paid:
        case Verdict::open:
            note_seen(p, e.answer, a);
            note_own_payment(p, e.answer, a);
            if (p.record.phase == Phase::awaiting_expiry) send_cancel(p, a);
            return;
        case Verdict::nothing_taken:
            if (p.record.phase == Phase::cancel_wanted) conclude_declined(p, e.answer, a);
            return;
        // R11: what stands under this id is not ours, so no (further) cancel goes out for it.
        case Verdict::reference_used:
            p.record.phase = Phase::cancel_wanted;
            p.next_cancel_ms = 0;
            return note_reference_used(p, e.answer, c, a);
        case Verdict::mismatch: return find_mismatch(p, e.answer, a);
        default: return;
    }
}

void handed_answer(Transaction& p, const Event& e, const Context& c, Actions& a) {
    if (e.answer.verdict != Verdict::not_sent) {
        handed_first_byte(p, e, c, a);  // the answer has overtaken the news of the first byte
        return p.record.phase == Phase::sent ? sent_answer(p, e, c, a) : undoing_pay_answer(p, e, c, a);
    }
    p.order_out = false;
    const bool over = p.told_to_stop || p.record.seen || c.now.monotonic_ms >= p.first_byte_by_ms;
    if (over) return conclude_not_sent(p, c, a);
    p.send_order_at_ms = c.now.monotonic_ms + c.schedule.send_again_ms;
}

// Only of a repeat after too much traffic: what an inquiry about the sending before has shown (conclude_not_sent).
void handed_inquiry_answer(Transaction& p, const Event& e, const Context& c, Actions& a) {
    if (e.answer.verdict != Verdict::paid && e.answer.verdict != Verdict::open) return;
    note_seen(p, e.answer, a);
    if (!p.order_out) conclude_not_sent(p, c, a);
}

void handed_cancel(Transaction& p, const Event&, const Context& c, Actions& a) {
    p.told_to_stop = true;
    if (!p.order_out) return conclude_not_sent(p, c, a);
    a.recall_order = true;
}

void handed_timer(Transaction& p, const Event&, const Context& c, Actions& a) {
    if (c.now.monotonic_ms >= p.first_byte_by_ms) {
        if (!p.order_out) return conclude_not_sent(p, c, a);
        a.recall_order = true;
        return;
    }
    if (p.order_out || c.now.monotonic_ms < p.send_order_at_ms) return;
    p.order_out = true;
    a.send_order = true;
}

void open_cancel(Transaction& p, const Event&, const Context& c, Actions& a) {
    if (p.record.kind == Kind::found) return;  // R11: never cancelled
    want_cancel(p, CancelBy::host, c, a);
}

void sent_timer(Transaction& p, const Event&, const Context& c, Actions& a) {
    if (time_is_over(p, c)) return want_cancel(p, CancelBy::schedule, c, a);
    if (c.now.monotonic_ms >= p.next_inquiry_ms) begin_inquiring(p, c.now.monotonic_ms, c);
}

void inquiring_pay_answer(Transaction& p, const Event& e, const Context& c, Actions& a) {
    // A late refusal for traffic leaves no doubt only while nothing has shown that the payment exists.
    if (e.answer.verdict == Verdict::slow_down && p.record.seen) {
        p.order_out = false;
        return;
    }
    sent_answer(p, e, c, a);
}

void inquiring_answer(Transaction& p, const Event& e, const Context& c, Actions& a) {
    if (p.record.reference_used) return conclude_reference_used(p, e.answer, a);
    const bool found = p.record.kind == Kind::found;
    switch (e.answer.verdict) {
        // Created long before our pay left: somebody else's sale under our id. Neither claimed nor touched.
        case Verdict::paid:
            if (!found && e.answer.create_time_ms != 0 && !is_ours(p.record, e.answer, c.schedule)) {
                return find_mismatch(p, e.answer, a);
            }
            return conclude_paid(p, e.answer, a);
        case Verdict::nothing_taken: return conclude_declined(p, e.answer, a);
        case Verdict::cancelled: note_facts(p.record, e.answer); return conclude_cancelled(p, a);
        case Verdict::mismatch: return find_mismatch(p, e.answer, a);
        case Verdict::open: p.waiting_customer = true; return note_seen(p, e.answer, a);
        // R4: one that was found and is gone can, so late, not come back.
        case Verdict::no_such_payment:
            if (found && is_late(p.record, e.answer, c.schedule)) conclude_cancelled(p, a);
            return;
        default: return;
    }
}

// An inquiry about a sending that was refused for traffic may still be out. What exists is not paid again.
void back_off_inquiry_answer(Transaction& p, const Event& e, const Context& c, Actions& a) {
    inquiring_answer(p, e, c, a);
    if (e.answer.verdict == Verdict::open && p.record.phase == Phase::back_off) {
        begin_inquiring(p, c.now.monotonic_ms + c.schedule.inquiry_interval_ms, c);
    }
}

void inquiring_timer(Transaction& p, const Event&, const Context& c, Actions& a) {
    // R11: what is not ours is never cancelled; it is only asked about.
    if (p.record.reference_used || p.record.kind == Kind::found || !time_is_over(p, c)) return;
    want_cancel(p, CancelBy::schedule, c, a);
}

void back_off_timer(Transaction& p, const Event&, const Context& c, Actions& a) {
    const bool expired = c.now.gateway_ms >= p.record.expiry_ms;
    if (expired || time_is_over(p, c)) return want_cancel(p, CancelBy::schedule, c, a);
    if (c.now.monotonic_ms < p.send_order_at_ms) return;
    p.record.phase = Phase::handed_out;
    p.first_byte_by_ms = c.now.monotonic_ms + c.schedule.first_byte_ms;
    p.order_out = true;
    a.send_order = true;
}

void undoing_inquiry_answer(Transaction& p, const Event& e, const Context& c, Actions& a) {
    if (p.record.reference_used) return conclude_reference_used(p, e.answer, a);
    switch (e.answer.verdict) {
        case Verdict::paid:
        case Verdict::open:
            if (!is_ours(p.record, e.answer, c.schedule)) return find_mismatch(p, e.answer, a);
            note_seen(p, e.answer, a);
            if (e.answer.verdict == Verdict::open) p.refusals = 0;  // R5: SUCCESS between the rounds
            return send_cancel(p, a);
        // R5: after a refusal the same cancel again; while one is out or due, it goes its own way.
        case Verdict::no_such_payment:
            if (p.cancel_out || p.next_cancel_ms != 0) return;
            p.refusals = 0;
            return send_cancel(p, a);
        case Verdict::nothing_taken: return conclude_declined(p, e.answer, a);
        case Verdict::cancelled: note_facts(p.record, e.answer); return conclude_cancelled(p, a);
        case Verdict::mismatch: return find_mismatch(p, e.answer, a);
        default: return;
    }
}

void wanted_inquiry_answer(Transaction& p, const Event& e, const Context& c, Actions& a) {
    if (e.answer.verdict == Verdict::no_such_payment && !p.record.reference_used) return send_cancel(p, a);
    undoing_inquiry_answer(p, e, c, a);
}

void awaiting_inquiry_answer(Transaction& p, const Event& e, const Context& c, Actions& a) {
    const bool absent = e.answer.verdict == Verdict::no_such_payment;
    if (!absent) return undoing_inquiry_answer(p, e, c, a);
    // R4: by the gateway clock of this very answer, never by ours.
    if (!is_late(p.record, e.answer, c.schedule)) return;
    p.record.looked_late = true;
    conclude_cancelled(p, a);
}

// R5: only a payment that is paid now is refunded, and only what is left of it.
void refund_instead_inquiry_answer(Transaction& p, const Event& e, const Context& c, Actions& a) {
    switch (e.answer.verdict) {
        case Verdict::paid:
            if (!is_ours(p.record, e.answer, c.schedule)) return find_mismatch(p, e.answer, a);
            note_seen(p, e.answer, a);
            return give_back_what_is_left(p, e.answer, a);
        case Verdict::open:
            p.refusals = 0;  // R5: SUCCESS between the rounds
            p.rounds++;
            return note_seen(p, e.answer, a);
        case Verdict::no_such_payment: p.refusals = 0; return await_expiry(p, c, a);
        case Verdict::nothing_taken: return conclude_declined(p, e.answer, a);
        case Verdict::cancelled: note_facts(p.record, e.answer); return conclude_cancelled(p, a);
        case Verdict::mismatch: return find_mismatch(p, e.answer, a);
        default: p.rounds++; return;
    }
}

void refund_instead_answer(Transaction& p, const Event& e, const Context& c, Actions& a) {
    p.undo_out = false;
    p.next_inquiry_ms = c.now.monotonic_ms + cancel_pause(p, c);
    p.rounds++;
    switch (e.answer.verdict) {
        case Verdict::refunded: p.record.refund_id = e.answer.refund_id; return conclude_cancelled(p, a);
        case Verdict::mismatch: return find_mismatch(p, e.answer, a);
        case Verdict::nothing_taken:
        case Verdict::reference_used:
        case Verdict::refused: return undo_refused(p, e.answer, c, a);
        default: p.refusals = 0; return;  // R5: equal rounds follow each other
    }
}

// R6: the one look after expiry + 60 s at a payment that ended with a cancel, and R19: at one that people have ended.
void late_look_answer(Transaction& p, const Event& e, const Context& c, Actions& a) {
    if (!wants_late_look(p.record)) return;
    const bool told = e.answer.verified && e.answer.verdict != Verdict::unknown && e.answer.verdict != Verdict::open;
    // A response-time of whole seconds can be a moment too early: as R4 waits for expiry, not a slow round later.
    p.next_inquiry_ms =
        c.now.monotonic_ms + (told ? c.schedule.awaiting_interval_ms : c.schedule.cancel_slow_interval_ms);
    if (!told || !is_late(p.record, e.answer, c.schedule)) return;
    p.next_inquiry_ms = 0;
    p.record.looked_late = true;
    a.journal = "looked late";
    a.link = follow_up(p.record, e.answer, c.schedule);
}

void settled(Transaction& p, const Event& e, const Context&, Actions& a) {
    const bool paid = e.answer.verdict == Verdict::paid;
    conclude(p, paid ? State::succeeded : State::cancelled, Reason::manual, NextAction::nothing, a);
    a.journal = "settled";
}

// R5: what was refused is inquired, then the same cancel goes again; three equal rounds are for good.
void cancel_refused(Transaction& p, const Answer& answer, const Context& c, Actions& a) {
    p.refusals = p.refusal_code == answer.code ? p.refusals + 1 : 1;
    p.refusal_code = answer.code;
    p.record.provider_code = answer.code;
    if (p.refusals >= c.schedule.refused_rounds) return refund_instead(p, c, a);
    p.next_cancel_ms = 0;
    p.next_inquiry_ms = c.now.monotonic_ms + cancel_pause(p, c);
    p.rounds++;
}

// R5, R6: the money of an undo has come after a cancel that was confirmed. So a word of the cancel alone proves
// nothing: an inquiry has to show it gone, and a confirmation with SUCCESS behind it counts as a refusal.
void prove_undone(Transaction& p, const Answer& answer, const Context& c, Actions& a) {
    cancel_refused(p, answer, c, a);
    if (p.record.phase == Phase::cancel_sent && p.refusals == 1) p.next_inquiry_ms = c.now.monotonic_ms;
}

void cancel_answer(Transaction& p, const Event& e, const Context& c, Actions& a) {
    p.cancel_out = false;
    switch (e.answer.verdict) {
        // R4: seen only after this cancel had left, the payment may have come after it.
        case Verdict::cancelled:
            if (p.cancel_of_seen && p.record.kind == Kind::undo) return prove_undone(p, e.answer, c, a);
            if (p.cancel_of_seen) return conclude_cancelled(p, a);
            return p.record.seen ? send_cancel(p, a) : await_expiry(p, c, a);
        case Verdict::no_such_payment: return await_expiry(p, c, a);
        case Verdict::out_of_window: p.record.provider_code = e.answer.code; return refund_instead(p, c, a);
        case Verdict::refused: return cancel_refused(p, e.answer, c, a);
        case Verdict::mismatch: return find_mismatch(p, e.answer, a);
        default:
            p.next_cancel_ms = c.now.monotonic_ms + cancel_pause(p, c);
            p.rounds++;
            return;
    }
}

void cancel_answer_elsewhere(Transaction& p, const Event&, const Context&, Actions&) {
    p.cancel_out = false;
}
void pay_answer_elsewhere(Transaction& p, const Event&, const Context&, Actions&) {
    p.order_out = false;
}
void undo_answer_elsewhere(Transaction& p, const Event&, const Context&, Actions&) {
    p.undo_out = false;
}

void cancel_timer(Transaction& p, const Event&, const Context& c, Actions& a) {
    if (p.next_cancel_ms == 0 || c.now.monotonic_ms < p.next_cancel_ms) return;
    p.next_cancel_ms = 0;
    send_cancel(p, a);
}

// ---- The table: what each event means in each sub-state. CONTRACT.md shows it, a test compares the two. ------------

constexpr std::size_t payment_phases = 12;
constexpr std::array<std::array<Step, event_kinds>, payment_phases> table = {{
    // worker_ready, details_at_fault, committed, commit_failed, first_byte, order_recalled,
    // order_answered, inquiry_answered, cancel_answered, undo_answered, cancel_asked, settled, timer
    /* queued */
    {queued_ready, queued_details, stay, stay, stay, stay,  //
     stay, stay, stay, stay, queued_cancel, stay, queued_timer},
    /* committing */
    {stay, stay, committing_done, committing_failed, stay, stay,  //
     stay, stay, stay, stay, committing_cancel, stay, stay},
    /* handed_out */
    {stay, stay, stay, stay, handed_first_byte, handed_recalled,  //
     handed_answer, handed_inquiry_answer, stay, stay, handed_cancel, stay, handed_timer},
    /* sent */
    {stay, stay, stay, stay, stay, stay,  //
     sent_answer, inquiring_answer, stay, stay, open_cancel, stay, sent_timer},
    /* inquiring */
    {stay, stay, stay, stay, stay, stay,  //
     inquiring_pay_answer, inquiring_answer, stay, stay, open_cancel, settled, inquiring_timer},
    /* back_off */
    {stay, stay, stay, stay, stay, stay,  //
     pay_answer_elsewhere, back_off_inquiry_answer, stay, stay, open_cancel, stay, back_off_timer},
    /* cancel_wanted */
    {stay, stay, stay, stay, stay, stay,  //
     undoing_pay_answer, wanted_inquiry_answer, cancel_answer_elsewhere, undo_answer_elsewhere, stay, settled, stay},
    /* cancel_sent */
    {stay, stay, stay, stay, stay, stay,  //
     undoing_pay_answer, undoing_inquiry_answer, cancel_answer, undo_answer_elsewhere, stay, settled, cancel_timer},
    /* awaiting_expiry */
    {stay, stay, stay, stay, stay, stay,  //
     undoing_pay_answer, awaiting_inquiry_answer, cancel_answer_elsewhere, undo_answer_elsewhere, stay, settled, stay},
    /* refund_instead */
    {stay, stay, stay, stay, stay, stay,  //
     pay_answer_elsewhere, refund_instead_inquiry_answer, cancel_answer_elsewhere, refund_instead_answer, stay, settled,
     stay},
    /* mismatch */
    {stay, stay, stay, stay, stay, stay,  //
     pay_answer_elsewhere, stay, cancel_answer_elsewhere, undo_answer_elsewhere, stay, settled, stay},
    /* concluded: nothing leaves it (R7) */
    {stay, stay, stay, stay, stay, stay,  //
     pay_answer_elsewhere, late_look_answer, cancel_answer_elsewhere, undo_answer_elsewhere, stay, stay, stay},
}};

}  // namespace

void step_payment(Transaction& p, const Event& e, const Context& c, Actions& a) {
    table[static_cast<std::size_t>(p.record.phase) - 1][static_cast<std::size_t>(e.kind)](p, e, c, a);
}

}  // namespace paydrv::money
