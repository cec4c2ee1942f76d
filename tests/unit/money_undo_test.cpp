// Money that has to go back: the driver's own refund (R5), late successes (R6), and what people have settled (R19).
#include <gtest/gtest.h>

#include <vector>

#include "money_scene.h"
#include "money_words.h"

namespace paydrv::money {
namespace {

using scene::answer;
using scene::paid_but_refunded;
using scene::Scene;
using scene::shows;
using A = NextAction;
using R = Reason;
using S = State;
using V = Verdict;

const Shown cancelled = shows(S::cancelled, R::cashier, A::nothing);
const Shown not_undone = shows(S::succeeded, R::not_undone, A::call_support);

// ---- R5: the driver's own refund
// -------------------------------------------------------------------------------------

TEST(R5Undo, OutOfWindowIsInquiredThenWhatIsLeftIsGivenBack) {
    Scene s;
    s.refund_instead();
    EXPECT_TRUE(s.actions.send_inquiry);
    EXPECT_FALSE(s.actions.send_undo);
    s.inquiry(V::paid);
    EXPECT_TRUE(s.actions.send_undo);
    EXPECT_EQ(s.actions.journal, "undo") << "the amount is on disk before it is sent";
    EXPECT_EQ(s.payment.record.undo_minor, 1250);
    s.undo(V::refunded);
    EXPECT_EQ(s.show(), cancelled);
    EXPECT_EQ(s.payment.record.refund_id, "2026REF");
}

TEST(R5Undo, OtherRefundsAreLeftOut) {
    Scene part;
    part.refund_instead().on(EventKind::inquiry_answered, paid_but_refunded(400));
    EXPECT_TRUE(part.actions.send_undo);
    EXPECT_EQ(part.payment.record.undo_minor, 850);
    Scene all;
    all.refund_instead().on(EventKind::inquiry_answered, paid_but_refunded(1250));
    EXPECT_FALSE(all.actions.send_undo);
    EXPECT_EQ(all.show(), cancelled) << "refunds hold all of it: proven returned";
}

TEST(R5Undo, ARefundUnderWayIsNeitherReturnedNorLeft) {
    for (const std::int64_t minor : {400, 1250}) {
        Scene s;
        s.refund_instead().on(EventKind::inquiry_answered, paid_but_refunded(minor, false));
        EXPECT_EQ(s.phase(), Phase::refund_instead) << "CANCELLED only when the money is proven returned";
        EXPECT_FALSE(s.actions.send_undo);
        ASSERT_TRUE(s.wait_for_inquiry());
        s.inquiry(V::paid);  // it has failed, so it is listed no more
        EXPECT_EQ(s.payment.record.undo_minor, 1250);
        EXPECT_TRUE(s.actions.send_undo);
    }
}

TEST(R5Undo, TheSameAmountAgainAfterSilenceAndAfterARestart) {
    Scene s;
    s.refund_instead().on(EventKind::inquiry_answered, paid_but_refunded(400));
    for (int round = 0; round < 3; round++) {
        s.undo(V::unknown);
        ASSERT_TRUE(s.wait_for_inquiry());
        EXPECT_TRUE(s.inquiry(V::paid).actions.send_undo);
        EXPECT_EQ(s.payment.record.undo_minor, 850);
    }
    s.restart().timer();
    EXPECT_EQ(s.phase(), Phase::cancel_wanted);
    EXPECT_TRUE(s.actions.send_inquiry);
    s.inquiry(V::paid).cancel(V::out_of_window).inquiry(V::paid);
    EXPECT_TRUE(s.actions.send_undo);
    EXPECT_EQ(s.payment.record.undo_minor, 850);
}

TEST(R5Undo, ItsOwnRefundInTheListProvesTheReturn) {
    Scene s;
    s.refund_instead().inquiry(V::paid).undo(V::unknown);
    ASSERT_TRUE(s.wait_for_inquiry());
    Scene under_way = s;
    EXPECT_EQ(s.on(EventKind::inquiry_answered, paid_but_refunded(1250)).show(), cancelled);
    EXPECT_FALSE(s.actions.send_undo);
    under_way.on(EventKind::inquiry_answered, paid_but_refunded(1250, false));
    EXPECT_FALSE(under_way.actions.send_undo);
    EXPECT_TRUE(under_way.wait_for_inquiry());
    Scene after_restart;
    after_restart.refund_instead().inquiry(V::paid).restart().timer().inquiry(V::paid).cancel(V::out_of_window);
    EXPECT_EQ(after_restart.on(EventKind::inquiry_answered, paid_but_refunded(1250)).show(), cancelled);
}

TEST(R5Undo, WaitsWhileThePaymentIsOpenAndGoesToTheExpiryWhenItIsAbsent) {
    Scene open;
    open.refund_instead().inquiry(V::open);
    EXPECT_EQ(open.phase(), Phase::refund_instead);
    EXPECT_FALSE(open.actions.send_undo);
    ASSERT_TRUE(open.wait_for_inquiry());
    EXPECT_TRUE(open.inquiry(V::paid).actions.send_undo);
    Scene absent;
    absent.refund_instead().inquiry(V::no_such_payment);
    EXPECT_EQ(absent.phase(), Phase::awaiting_expiry);
    EXPECT_EQ(absent.at(181'000).inquiry(V::no_such_payment).show(), cancelled);
}

TEST(R5Undo, OneOnTheWireAtATime) {
    Scene s;
    s.refund_instead().inquiry(V::paid);
    ASSERT_TRUE(s.actions.send_undo);
    ASSERT_TRUE(s.wait_for_inquiry());
    EXPECT_FALSE(s.inquiry(V::paid).actions.send_undo);
}

// Lets the own refund be answered `verdict` after one more verified "paid".
void next_round(Scene& s, Verdict verdict) {
    ASSERT_TRUE(s.wait_for_inquiry());
    ASSERT_TRUE(s.inquiry(V::paid).actions.send_undo);
    s.undo(verdict);
}

TEST(R5Undo, RefusedForGoodIsSucceededAndCallsSupport) {
    for (const Verdict refusal : {V::refused, V::nothing_taken, V::reference_used}) {
        Scene s;
        s.refund_instead().inquiry(V::paid).undo(refusal);
        EXPECT_EQ(s.phase(), Phase::refund_instead);
        next_round(s, refusal);
        EXPECT_EQ(s.phase(), Phase::refund_instead);
        next_round(s, refusal);
        EXPECT_EQ(s.show(), not_undone) << name(refusal);
        EXPECT_EQ(s.show(false).state, S::cancelling) << "a restart would go on with it (R7, R17)";
        EXPECT_TRUE(is_over(s.payment)) << "the money is the shop's; nothing more to look for";
    }
}

TEST(R5Undo, RefusalsWithAnythingElseBetweenBeginToCountAnew) {
    for (const Verdict between : {V::unknown, V::open, V::slow_down, V::not_sent}) {
        Scene s;
        s.refund_instead().inquiry(V::paid).undo(V::refused);
        next_round(s, V::refused);
        next_round(s, between);
        next_round(s, V::refused);
        EXPECT_EQ(s.phase(), Phase::refund_instead) << name(between);
        next_round(s, V::refused);
        next_round(s, V::refused);
        EXPECT_EQ(s.show(), not_undone) << name(between);
    }
}

TEST(R5Undo, CancelRefusedForGoodIsGivenBackByRefund) {
    Scene s;
    s.cancel_wanted().inquiry(V::paid).cancel(V::refused);
    for (int round = 2; round <= 3; round++) {
        ASSERT_TRUE(s.wait_for_inquiry());
        s.inquiry(V::paid).cancel(V::refused);
    }
    EXPECT_EQ(s.phase(), Phase::refund_instead);
    EXPECT_TRUE(s.inquiry(V::paid).actions.send_undo);
    EXPECT_EQ(s.undo(V::refunded).show(), cancelled);
}

TEST(R5Undo, NeverOfAPaymentThatIsNotShownToBeOurs) {
    Scene s;
    s.refund_instead();
    Answer foreign = answer(V::paid);
    foreign.create_time_ms = s.payment.record.first_sent_ms - 60'001;
    s.on(EventKind::inquiry_answered, foreign);
    EXPECT_EQ(s.show(), shows(S::unknown, R::mismatch, A::call_support));
    EXPECT_FALSE(s.actions.send_undo);
    EXPECT_EQ(Scene().refund_instead().inquiry(V::paid).undo(V::mismatch).phase(), Phase::mismatch);
}

TEST(R5Undo, InquiriesThatTellNothingSlowDown) {
    Scene s;
    s.refund_instead();
    std::vector<std::int64_t> pauses;
    while (s.at_ms < 400'000) {
        const std::int64_t before_ms = s.at_ms;
        s.inquiry(V::unknown);
        ASSERT_TRUE(s.wait_for_inquiry());
        pauses.push_back(s.at_ms - before_ms);
    }
    EXPECT_LE(pauses.front(), 3'000);
    EXPECT_EQ(pauses.back(), 60'000);
    EXPECT_EQ(s.show(), shows(S::unknown, R::cashier, A::settle_later));
}

// ---- R6: the late look
// -----------------------------------------------------------------------------------------------

Scene ended_by_a_cancel() {
    return Scene().cancel_sent_seen().cancel(V::cancelled);
}

TEST(R6, OneInquiryAtExpiryAndAMinuteOfEveryPaymentThatEndedWithACancel) {
    Scene s = ended_by_a_cancel();
    EXPECT_EQ(s.show(), cancelled);
    EXPECT_FALSE(is_over(s.payment));
    EXPECT_EQ(s.wake_ms(), 180'001);
    EXPECT_FALSE(s.at(180'000).timer().actions.send_inquiry);
    EXPECT_TRUE(s.at(180'001).timer().actions.send_inquiry);
    s.inquiry(V::cancelled);
    EXPECT_EQ(s.actions.journal, "looked late");
    EXPECT_TRUE(s.payment.record.looked_late);
    EXPECT_TRUE(is_over(s.payment));
    EXPECT_EQ(s.wake_ms(), scene::never_ms);
    EXPECT_EQ(s.restart().wake_ms(), scene::never_ms) << "exactly once, over restarts";
    Scene by_schedule;
    by_schedule.inquiring().at(90'000).timer().inquiry(V::open).cancel(V::cancelled);
    EXPECT_EQ(by_schedule.show(), shows(S::cancelled, R::expiry, A::new_attempt));
    EXPECT_TRUE(by_schedule.wait_for_inquiry());
}

TEST(R6, NothingToLookForWhereNothingWasSentOrTheExpiryHasShownItAbsent) {
    for (Scene s :
         {Scene().handed_out().cancel_asked().on(EventKind::order_recalled), Scene().cancel_asked(),
          Scene().committing().cancel_asked().on(EventKind::committed), Scene().concluded(),
          Scene().sent().pay(V::nothing_taken), Scene().awaiting_expiry().at(181'000).inquiry(V::no_such_payment)}) {
        ASSERT_TRUE(is_final(s.payment.record.state));
        EXPECT_TRUE(is_over(s.payment));
        EXPECT_EQ(s.wake_ms(), scene::never_ms);
        EXPECT_TRUE(is_over(s.restart().payment));
    }
}

TEST(R6, RepeatedUntilItIsTold) {
    Scene s = ended_by_a_cancel();
    ASSERT_TRUE(s.wait_for_inquiry());
    for (const Verdict silence : {V::unknown, V::not_sent, V::open}) {
        const std::int64_t before_ms = s.at_ms;
        s.inquiry(silence);
        EXPECT_TRUE(s.actions.journal.empty());
        ASSERT_TRUE(s.wait_for_inquiry());
        EXPECT_EQ(s.at_ms - before_ms, 60'000);
    }
    s.inquiry(V::no_such_payment);
    EXPECT_TRUE(is_over(s.payment));
    EXPECT_EQ(s.actions.link, Kind::request) << "nothing to undo";
}

TEST(R6, AnAnswerThatIsNotLateByItsOwnClockDoesNotCount) {
    Scene s = ended_by_a_cancel();
    ASSERT_TRUE(s.wait_for_inquiry());
    Answer early = answer(V::cancelled);
    early.response_time_ms = s.payment.record.expiry_ms + 60'000;
    EXPECT_FALSE(is_over(s.on(EventKind::inquiry_answered, early).payment));
    ASSERT_TRUE(s.wait_for_inquiry());
    EXPECT_TRUE(is_over(s.inquiry(V::cancelled).payment));
}

TEST(R6, AfterARestartNotBeforeTheGatewaysClockIsKnown) {
    Scene s = ended_by_a_cancel();
    s.gate_open = false;
    s.at(3'600'000).restart();
    for (int turn = 0; turn < 5; turn++) {
        EXPECT_FALSE(s.timer().actions.send_inquiry);
        EXPECT_EQ(s.wake_ms() - s.at_ms, 10'000);
        s.at(s.wake_ms());
    }
    s.gate_open = true;
    EXPECT_TRUE(s.timer().actions.send_inquiry);
    EXPECT_EQ(s.payment.record.state, S::cancelled);
    Scene soon = ended_by_a_cancel();  // reopened within the payment's life
    EXPECT_FALSE(soon.at(20'000).restart().timer().actions.send_inquiry);
    EXPECT_EQ(soon.wake_ms(), 180'001);
}

TEST(R6, ALateSuccessOfOursIsUndone) {
    Scene s = ended_by_a_cancel();
    ASSERT_TRUE(s.wait_for_inquiry());
    const OperationRecord was = s.payment.record;
    s.inquiry(V::paid);
    EXPECT_EQ(s.actions.link, Kind::undo);
    EXPECT_EQ(s.show(), cancelled) << "nothing leaves CANCELLED (R7)";
    EXPECT_FALSE(s.actions.send_cancel || s.actions.send_undo);
    OperationRecord expected = was;
    expected.looked_late = true;
    EXPECT_EQ(s.payment.record, expected);
}

TEST(R6, ALateSuccessThatIsNotOursIsAFoundPayment) {
    Scene s = ended_by_a_cancel();
    ASSERT_TRUE(s.wait_for_inquiry());
    Answer foreign = answer(V::paid);
    foreign.create_time_ms = s.payment.record.first_sent_ms - 60'001;
    EXPECT_EQ(s.on(EventKind::inquiry_answered, foreign).actions.link, Kind::found);
}

TEST(R6, WhatTheOwnRefundHasReturnedIsNoLateSuccess) {
    Scene s;
    s.refund_instead().inquiry(V::paid).undo(V::refunded);
    ASSERT_EQ(s.show(), cancelled);
    ASSERT_TRUE(s.wait_for_inquiry());
    Scene listed = s;
    EXPECT_EQ(s.inquiry(V::paid).actions.link, Kind::request) << "a refunded payment stays SUCCESS in the books";
    EXPECT_EQ(listed.on(EventKind::inquiry_answered, paid_but_refunded(1250)).actions.link, Kind::request);
    Scene by_others = ended_by_a_cancel();
    ASSERT_TRUE(by_others.wait_for_inquiry());
    Scene in_part = by_others;
    EXPECT_EQ(by_others.on(EventKind::inquiry_answered, paid_but_refunded(1250)).actions.link, Kind::request);
    EXPECT_EQ(in_part.on(EventKind::inquiry_answered, paid_but_refunded(1249)).actions.link, Kind::undo);
}

TEST(R6, FollowsADeclinedPaymentAsWell) {
    const OperationRecord declined = Scene().sent().pay(V::nothing_taken).payment.record;
    Answer late = answer(V::paid);
    late.create_time_ms = scene::gateway_start_ms;
    EXPECT_EQ(follow_up(declined, late, Schedule{}), Kind::undo);
    OperationRecord linked = declined;
    linked.linked_row = 9;
    EXPECT_EQ(follow_up(linked, late, Schedule{}), Kind::request) << "one operation about the same money is enough";
    late.verified = false;
    EXPECT_EQ(follow_up(declined, late, Schedule{}), Kind::request);
    const OperationRecord paid = Scene().concluded().payment.record;
    late.verified = true;
    EXPECT_EQ(follow_up(paid, late, Schedule{}), Kind::request) << "SUCCEEDED, and it is";
    EXPECT_EQ(follow_up(Scene().inquiring().payment.record, late, Schedule{}), Kind::request)
        << "not final: its own way";
}

TEST(R6, UnderAReferenceThatWasUsedNothingIsEverOurs) {
    Scene s;
    s.sent().pay(V::reference_used).inquiry(V::no_such_payment);
    ASSERT_EQ(s.show(), shows(S::declined, R::reference_used, A::new_attempt));
    Answer late = answer(V::paid);
    late.create_time_ms = scene::gateway_start_ms + 1'000;
    EXPECT_EQ(follow_up(s.payment.record, late, s.schedule), Kind::found) << "never cancelled (R11)";
}

// ---- The undo operation
// ------------------------------------------------------------------------------------------------

Scene undo_operation() {
    Scene s = ended_by_a_cancel();
    EXPECT_TRUE(s.wait_for_inquiry());
    s.inquiry(V::paid);
    s.payment.record = undo_of(s.payment.record, answer(V::paid));
    s.restart();
    return s;
}

TEST(R6Undo, IsAnOperationOfItsOwnThatBeginsByAsking) {
    Scene s = undo_operation();
    const OperationRecord& record = s.payment.record;
    EXPECT_EQ(record.kind, Kind::undo);
    EXPECT_EQ(record.row, 0);
    EXPECT_EQ(record.linked_row, 7);
    EXPECT_EQ(record.undo_minor, 0);
    EXPECT_FALSE(record.acknowledged);
    EXPECT_EQ(record.request_id, "p1aa");
    EXPECT_EQ(s.show(), shows(S::cancelling, R::none, A::wait));
    EXPECT_TRUE(s.timer().actions.send_inquiry);
    EXPECT_FALSE(s.actions.send_cancel) << "not before a verified answer has shown it ours (R12)";
}

TEST(R6Undo, RunsToCancelled) {
    Scene s = undo_operation();
    EXPECT_TRUE(s.timer().inquiry(V::paid).actions.send_cancel);
    EXPECT_TRUE(s.cancel(V::cancelled).actions.send_inquiry) << "a confirmed cancel has been followed by money before";
    EXPECT_EQ(s.show(), shows(S::cancelling, R::none, A::wait));
    EXPECT_EQ(s.inquiry(V::cancelled).show(), shows(S::cancelled, R::none, A::nothing));
    EXPECT_TRUE(is_over(s.payment)) << "an undo is not looked at late itself";
    Scene by_refund = undo_operation();
    by_refund.timer().inquiry(V::paid).cancel(V::out_of_window).inquiry(V::paid);
    EXPECT_TRUE(by_refund.actions.send_undo);
    EXPECT_EQ(by_refund.undo(V::refunded).show(), shows(S::cancelled, R::none, A::nothing));
    Scene over_a_restart = undo_operation();
    over_a_restart.timer().inquiry(V::paid).restart().timer();
    EXPECT_TRUE(over_a_restart.actions.send_inquiry);
    EXPECT_TRUE(over_a_restart.inquiry(V::paid).actions.send_cancel);
}

TEST(R6Undo, AConfirmedCancelThatUndoesNothingIsARefusal) {
    Scene s = undo_operation();
    s.timer().inquiry(V::paid);
    for (int round = 1; round <= 2; round++) {
        EXPECT_EQ(s.cancel(V::cancelled).phase(), Phase::cancel_sent) << round;
        EXPECT_TRUE(s.actions.send_inquiry || s.wait_for_inquiry()) << round;
        EXPECT_TRUE(s.inquiry(V::paid).actions.send_cancel) << round;
    }
    EXPECT_EQ(s.cancel(V::cancelled).phase(), Phase::refund_instead);
    EXPECT_TRUE(s.inquiry(V::paid).actions.send_undo);
    EXPECT_EQ(s.undo(V::refunded).show(), shows(S::cancelled, R::none, A::nothing));
}

TEST(R6Undo, RefusedForGoodIsSucceededAndCallsSupport) {
    Scene s = undo_operation();
    s.timer().inquiry(V::paid).cancel(V::out_of_window).inquiry(V::paid).undo(V::refused);
    next_round(s, V::refused);
    next_round(s, V::refused);
    EXPECT_EQ(s.show(), not_undone);
    EXPECT_TRUE(is_over(s.payment));
}

TEST(R6Undo, ForgetsTheRefundOfThePaymentThatItBelongsTo) {
    OperationRecord payment = scene::record();
    payment.refund_id = "2026REF";
    payment.undo_minor = 850;
    const OperationRecord undo = undo_of(payment, answer(V::paid));
    EXPECT_EQ(undo.refund_id, "");
    EXPECT_EQ(undo.undo_minor, 0);
}

// ---- R19: settled by people
// --------------------------------------------------------------------------------------------

TEST(R19, PeopleEndWhatIsInDoubt) {
    for (const auto& reach : {&Scene::cancel_wanted, &Scene::cancel_sent, &Scene::awaiting_expiry,
                              &Scene::refund_instead, &Scene::mismatch}) {
        Scene paid;
        (paid.*reach)().settled(V::paid);
        EXPECT_EQ(paid.show(), shows(S::succeeded, R::manual, A::nothing));
        EXPECT_EQ(paid.actions.journal, "settled");
        EXPECT_EQ(paid.show(false), shows(S::unknown, R::none, A::call_support)) << "not on disk yet (R17)";
        Scene not_held;
        (not_held.*reach)().settled(V::cancelled);
        EXPECT_EQ(not_held.show(), shows(S::cancelled, R::manual, A::nothing));
        EXPECT_NE(not_held.show(false).state, S::cancelled) << "not on disk yet (R17)";
        not_held.cancel(V::cancelled).undo(V::refunded).pay(V::paid);
        EXPECT_EQ(not_held.show(), shows(S::cancelled, R::manual, A::nothing)) << "answers of before change nothing";
        EXPECT_FALSE(not_held.actions.send_cancel || not_held.actions.send_undo);
    }
    const OperationRecord final_one = Scene().concluded().payment.record;
    EXPECT_EQ(Scene().concluded().settled(V::cancelled).payment.record, final_one);
}

// A day later: the settlement, and what the one inquiry after it is answered.
Scene settled_and_asked(Verdict as, Verdict truth) {
    Scene s;
    s.cancel_sent().at(90'000'000).settled(as);
    EXPECT_TRUE(s.actions.send_inquiry || s.wait_for_inquiry());
    return s.inquiry(truth);
}

TEST(R19, AVerifiedAnswerAgainstTheSettlementIsReported) {
    EXPECT_EQ(settled_and_asked(V::cancelled, V::paid).actions.link, Kind::undo);
    EXPECT_EQ(settled_and_asked(V::cancelled, V::cancelled).actions.link, Kind::request);
    EXPECT_EQ(settled_and_asked(V::paid, V::paid).actions.link, Kind::request);
    for (const Verdict against : {V::cancelled, V::nothing_taken, V::no_such_payment}) {
        EXPECT_EQ(settled_and_asked(V::paid, against).actions.link, Kind::found) << name(against);
    }
    const Scene s = settled_and_asked(V::paid, V::no_such_payment);
    EXPECT_EQ(s.show(), shows(S::succeeded, R::manual, A::nothing)) << "history is never rewritten";
    EXPECT_TRUE(is_over(s.payment));
}

}  // namespace
}  // namespace paydrv::money
