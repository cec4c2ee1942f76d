// Every cell of the design's table of a user-presented payment, row by row, written by hand.
#include <gtest/gtest.h>

#include "money_scene.h"
#include "money_words.h"

namespace paydrv::money {
namespace {

using scene::answer;
using scene::Scene;
using scene::shows;
using A = NextAction;
using R = Reason;
using S = State;
using V = Verdict;

const Shown in_progress = shows(S::in_progress, R::none, A::wait);
const Shown paid = shows(S::succeeded, R::none, A::nothing);
const Shown declined = shows(S::declined, R::decline, A::other_method);
const Shown cancelled_by_cashier = shows(S::cancelled, R::cashier, A::nothing);
const Shown cancelling = shows(S::cancelling, R::cashier, A::wait);
const Shown mismatch = shows(S::unknown, R::mismatch, A::call_support);

TEST(Queued, CancelAndTimer) {
    EXPECT_EQ(Scene().show(), in_progress);
    EXPECT_EQ(Scene().cancel_asked().show(), cancelled_by_cashier);
    EXPECT_EQ(Scene().at(4'999).timer().phase(), Phase::queued);
    Scene gate;
    gate.gate_open = false;
    EXPECT_EQ(gate.at(5'000).timer().show(), shows(S::declined, R::not_ready, A::other_method));
    EXPECT_EQ(Scene().at(5'000).timer().show(), shows(S::declined, R::not_sent, A::other_method));
    EXPECT_EQ(Scene().on(EventKind::details_at_fault).show(), shows(S::declined, R::details, A::call_support));
}

TEST(Queued, ReadyMakesTheIntentAndNothingElse) {
    Scene s;
    s.on(EventKind::worker_ready);
    EXPECT_EQ(s.phase(), Phase::committing);
    EXPECT_EQ(s.actions.journal, "intent");
    EXPECT_FALSE(s.actions.send_order);
    EXPECT_EQ(s.payment.record.expiry_ms, scene::gateway_start_ms + 120'000);
    EXPECT_EQ(Scene(300).on(EventKind::worker_ready).payment.record.expiry_ms, scene::gateway_start_ms + 300'000);
}

TEST(Committing, CancelLetsItLandAndHandsNothingOut) {
    Scene s;
    EXPECT_EQ(s.committing().cancel_asked().show(), cancelling);
    s.on(EventKind::committed);
    EXPECT_FALSE(s.actions.send_order);
    EXPECT_EQ(s.show(true), cancelled_by_cashier);
    EXPECT_NE(s.show(false).state, S::cancelled) << "not on disk yet (R17)";
}

TEST(Committing, FailureWaitsInDoubtAndIsThenDeclinedForTheJournal) {
    Scene s;
    s.committing().on(EventKind::commit_failed);
    EXPECT_FALSE(s.actions.send_order);
    EXPECT_EQ(s.show(false), in_progress);
    EXPECT_EQ(s.show(true), shows(S::declined, R::journal, A::other_method));
    EXPECT_EQ(Scene().committing().cancel_asked().on(EventKind::commit_failed).show(true), cancelled_by_cashier);
}

TEST(HandedOut, TriesAgainUntilTenSecondsAndIsRecalledByACancel) {
    Scene s;
    s.handed_out();
    EXPECT_TRUE(s.actions.send_order);
    s.at(4'000).pay(V::not_sent);
    EXPECT_EQ(s.phase(), Phase::handed_out);
    EXPECT_EQ(s.wake_ms(), 4'500);
    EXPECT_TRUE(s.at(4'500).timer().actions.send_order);
    EXPECT_EQ(s.at(10'000).pay(V::not_sent).show(), shows(S::declined, R::not_sent, A::other_method));

    Scene late;
    EXPECT_TRUE(late.handed_out().at(10'000).timer().actions.recall_order);
    EXPECT_EQ(late.on(EventKind::order_recalled).show(), shows(S::declined, R::not_sent, A::other_method));

    Scene cancel;
    EXPECT_TRUE(cancel.handed_out().cancel_asked().actions.recall_order);
    Scene too_late = cancel;
    EXPECT_EQ(cancel.on(EventKind::order_recalled).show(), cancelled_by_cashier);
    too_late.on(EventKind::first_byte);
    EXPECT_EQ(too_late.phase(), Phase::cancel_wanted);
    EXPECT_TRUE(too_late.actions.send_inquiry);
    EXPECT_EQ(Scene().handed_out().pay(V::not_sent).cancel_asked().show(), cancelled_by_cashier);
}

TEST(HandedOut, AnswerThatOvertakesTheFirstByteIsNotLost) {
    EXPECT_EQ(Scene().handed_out().pay(V::paid).show(), paid);
    Scene told;
    told.handed_out().cancel_asked().pay(V::paid);
    EXPECT_EQ(told.phase(), Phase::cancel_wanted);
    EXPECT_TRUE(told.payment.record.seen);
    EXPECT_FALSE(told.payment.order_out);
}

TEST(Sent, PayAnswers) {
    EXPECT_EQ(Scene().sent().pay(V::paid).show(), paid);
    EXPECT_EQ(Scene().sent().pay(V::nothing_taken).show(), declined);
    EXPECT_EQ(Scene().sent().pay(V::mismatch).show(), mismatch);
    Scene s;
    s.back_off();
    EXPECT_EQ(s.phase(), Phase::back_off);
    EXPECT_EQ(s.show(), in_progress);
    EXPECT_EQ(Scene().sent().pay(V::unknown).phase(), Phase::inquiring);
    Scene waits;
    waits.sent().pay(V::open);
    EXPECT_EQ(waits.show(), shows(S::waiting_customer, R::customer, A::wait));
    EXPECT_EQ(waits.actions.journal, "seen");
}

TEST(Sent, CancelIsWantedAndInquiredAtOnce) {
    Scene s;
    s.sent().cancel_asked();
    EXPECT_EQ(s.phase(), Phase::cancel_wanted);
    EXPECT_EQ(s.actions.journal, "cancel wanted");
    EXPECT_TRUE(s.actions.send_inquiry);
    EXPECT_FALSE(s.actions.send_cancel);
}

TEST(Inquiring, Answers) {
    EXPECT_EQ(Scene().inquiring().inquiry(V::paid).show(), paid);
    EXPECT_EQ(Scene().inquiring().inquiry(V::nothing_taken).show(), declined);
    EXPECT_EQ(Scene().inquiring().inquiry(V::cancelled).show(), shows(S::cancelled, R::outside, A::new_attempt));
    EXPECT_EQ(Scene().inquiring().inquiry(V::no_such_payment).phase(), Phase::inquiring);
    EXPECT_EQ(Scene().inquiring().inquiry(V::unknown).phase(), Phase::inquiring);
    EXPECT_EQ(Scene().inquiring().inquiry(V::mismatch).show(), mismatch);
    EXPECT_EQ(Scene().inquiring().inquiry(V::open).show(), shows(S::waiting_customer, R::customer, A::wait));
    EXPECT_EQ(Scene().inquiring().cancel_asked().phase(), Phase::cancel_wanted);
    EXPECT_EQ(Scene().sent().at(5'000).timer().pay(V::paid).show(), paid) << "late S, the pay left on the wire";
}

TEST(BackOff, RepeatsTheSamePayAndItsRefusalCounts) {
    Scene s;
    s.back_off().later(1'000).timer();
    EXPECT_TRUE(s.actions.send_order);
    EXPECT_EQ(s.phase(), Phase::handed_out);
    s.on(EventKind::first_byte);
    EXPECT_EQ(s.pay(V::nothing_taken).show(), declined);
    EXPECT_EQ(Scene().back_off().cancel_asked().phase(), Phase::cancel_wanted);
    EXPECT_EQ(Scene().back_off().inquiry(V::paid).show(), paid);
}

TEST(BackOff, IsLeftWhenAnInquiryShowsThatThePaymentExists) {
    Scene s;
    s.back_off().inquiry(V::open);
    EXPECT_EQ(s.phase(), Phase::inquiring) << "what exists is not paid again";
    Scene pausing;  // the repeat was not sent and waits to be tried again
    pausing.back_off().later(1'000).timer().pay(V::not_sent).inquiry(V::paid);
    EXPECT_EQ(pausing.phase(), Phase::inquiring);
    EXPECT_FALSE(pausing.later(500).timer().actions.send_order);
    Scene repeated;
    repeated.back_off().later(1'000).timer().inquiry(V::open).pay(V::not_sent).later(10'000).timer();
    EXPECT_EQ(repeated.phase(), Phase::inquiring) << "seen, so never DECLINED for not having been sent";
}

TEST(CancelWanted, Answers) {
    Scene seen;
    seen.sent().cancel_asked().pay(V::paid);
    EXPECT_EQ(seen.phase(), Phase::cancel_wanted);
    EXPECT_TRUE(seen.payment.record.seen);
    EXPECT_EQ(Scene().sent().cancel_asked().pay(V::nothing_taken).show(), declined);
    EXPECT_EQ(Scene().cancel_wanted().inquiry(V::nothing_taken).show(), declined);
    EXPECT_EQ(Scene().cancel_wanted().inquiry(V::cancelled).show(), cancelled_by_cashier);
    for (const Verdict exists_or_absent : {V::paid, V::open, V::no_such_payment}) {
        Scene s;
        s.cancel_wanted().inquiry(exists_or_absent);
        EXPECT_EQ(s.phase(), Phase::cancel_sent);
        EXPECT_TRUE(s.actions.send_cancel);
    }
    EXPECT_EQ(Scene().cancel_wanted().inquiry(V::unknown).phase(), Phase::cancel_wanted);
    EXPECT_EQ(Scene().cancel_wanted().inquiry(V::mismatch).show(), mismatch);
    EXPECT_EQ(Scene().cancel_wanted().cancel_asked().phase(), Phase::cancel_wanted);
}

TEST(CancelSent, Answers) {
    EXPECT_EQ(Scene().cancel_sent_seen().cancel(V::cancelled).show(), cancelled_by_cashier);
    EXPECT_EQ(Scene().cancel_sent().cancel(V::cancelled).phase(), Phase::awaiting_expiry);
    EXPECT_EQ(Scene().cancel_sent_seen().cancel(V::no_such_payment).phase(), Phase::awaiting_expiry);
    EXPECT_EQ(Scene().cancel_sent_seen().cancel(V::out_of_window).phase(), Phase::refund_instead);
    EXPECT_EQ(Scene().cancel_sent().inquiry(V::nothing_taken).show(), declined);
    EXPECT_EQ(Scene().cancel_sent().inquiry(V::cancelled).show(), cancelled_by_cashier);
    Scene again;
    again.cancel_sent().cancel(V::unknown).inquiry(V::paid);
    EXPECT_TRUE(again.actions.send_cancel) << "SUCCESS: the same cancel again";
    Scene silent;
    silent.cancel_sent().cancel(V::unknown);
    EXPECT_TRUE(silent.at(silent.wake_ms()).timer().actions.send_cancel) << "silence: the same cancel again";
    EXPECT_EQ(Scene().cancel_sent().cancel_asked().phase(), Phase::cancel_sent);
    EXPECT_EQ(Scene().cancel_sent().restart().phase(), Phase::cancel_wanted);
}

TEST(AwaitingExpiry, Answers) {
    EXPECT_EQ(Scene().awaiting_expiry().show(), shows(S::cancelling, R::cashier, A::settle_later));
    for (const Verdict exists : {V::paid, V::open}) {
        Scene s;
        s.awaiting_expiry().inquiry(exists);
        EXPECT_EQ(s.phase(), Phase::cancel_sent);
        EXPECT_TRUE(s.actions.send_cancel);
    }
    Scene late;
    late.sent().cancel_asked().inquiry(V::no_such_payment).cancel(V::no_such_payment).pay(V::paid);
    EXPECT_EQ(late.phase(), Phase::cancel_sent);
    EXPECT_TRUE(late.actions.send_cancel);
    EXPECT_EQ(Scene().awaiting_expiry().inquiry(V::nothing_taken).show(), declined);
    EXPECT_EQ(Scene().awaiting_expiry().inquiry(V::unknown).phase(), Phase::awaiting_expiry);
    EXPECT_EQ(Scene().awaiting_expiry().cancel_asked().phase(), Phase::awaiting_expiry);
    EXPECT_EQ(Scene().awaiting_expiry().restart().phase(), Phase::cancel_wanted);
}

TEST(RefundInstead, InquiresAtOnceAndGivesBackOnlyWhatIsPaid) {
    Scene s;
    EXPECT_EQ(s.refund_instead().show(), cancelling);
    EXPECT_TRUE(s.actions.send_inquiry);
    EXPECT_FALSE(s.actions.send_undo);
    EXPECT_EQ(Scene().refund_instead().inquiry(V::cancelled).show(), cancelled_by_cashier);
    EXPECT_EQ(Scene().refund_instead().inquiry(V::nothing_taken).show(), declined);
    EXPECT_TRUE(Scene().refund_instead().inquiry(V::paid).actions.send_undo);
    EXPECT_EQ(Scene().refund_instead().inquiry(V::no_such_payment).phase(), Phase::awaiting_expiry);
    for (const Verdict nothing_known : {V::open, V::unknown, V::not_sent}) {
        Scene waits;
        waits.refund_instead().inquiry(nothing_known);
        EXPECT_EQ(waits.phase(), Phase::refund_instead);
        EXPECT_FALSE(waits.actions.send_undo);
        EXPECT_TRUE(waits.wait_for_inquiry());
    }
    EXPECT_EQ(Scene().refund_instead().inquiry(V::mismatch).show(), mismatch);
    EXPECT_EQ(Scene().refund_instead().restart().phase(), Phase::cancel_wanted);
}

TEST(Mismatch, StaysWhateverComes) {
    for (const EventKind kind : {EventKind::order_answered, EventKind::inquiry_answered, EventKind::cancel_answered}) {
        for (const Verdict verdict : {V::paid, V::nothing_taken, V::cancelled, V::no_such_payment, V::unknown}) {
            EXPECT_EQ(Scene().mismatch().on(kind, answer(verdict)).show(), mismatch);
        }
    }
    Scene s;
    EXPECT_EQ(s.mismatch().cancel_asked().show(), mismatch);
    EXPECT_EQ(s.wake_ms(), scene::never_ms);
    EXPECT_EQ(s.restart().show(), mismatch);
}

}  // namespace
}  // namespace paydrv::money
