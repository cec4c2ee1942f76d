// The rules about money that one payment keeps, each by its number in CONTRACT.md.
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

TEST(R1, VerifiedAnswerWithOtherValuesIsForPeople) {
    Scene s;
    s.cancel_sent().inquiry(V::mismatch);
    EXPECT_EQ(s.show(), shows(S::unknown, R::mismatch, A::call_support));
    EXPECT_EQ(s.actions.journal, "mismatch");
    s.cancel(V::unknown).later(600'000).timer();
    EXPECT_FALSE(s.actions.send_cancel) << "nothing is undone";
}

TEST(R2, WithoutVerificationNoVerdictCounts) {
    for (const Verdict verdict : {V::paid, V::nothing_taken, V::open, V::slow_down, V::mismatch}) {
        Answer unsigned_one = answer(verdict);
        unsigned_one.verified = false;
        EXPECT_EQ(Scene().sent().on(EventKind::order_answered, unsigned_one).phase(), Phase::inquiring);
        EXPECT_EQ(Scene().inquiring().on(EventKind::inquiry_answered, unsigned_one).phase(), Phase::inquiring);
    }
    Answer unsigned_cancel = answer(V::cancelled);
    unsigned_cancel.verified = false;
    EXPECT_EQ(Scene().cancel_sent_seen().on(EventKind::cancel_answered, unsigned_cancel).phase(), Phase::cancel_sent);
}

TEST(R3, NotSentIsOneChargeAtMostAndEndsAfterTenSeconds) {
    Scene s;
    s.handed_out();
    int sendings = 1;
    while (s.phase() == Phase::handed_out) {
        s.later(50).pay(V::not_sent);
        if (s.phase() != Phase::handed_out) break;
        s.at(s.wake_ms()).timer();
        sendings += s.actions.send_order ? 1 : 0;
    }
    EXPECT_EQ(s.show(), shows(S::declined, R::not_sent, A::other_method));
    EXPECT_EQ(s.at_ms, 10'000);
    EXPECT_EQ(sendings, 19) << "every 50 ms + 500 ms";
}

TEST(R3, TooMuchTrafficRepeatsUntilExpiryThenInquires) {
    Scene s;
    s.back_off();
    int repeats = 0;
    while (s.phase() == Phase::back_off) {
        s.at(s.wake_ms()).timer();
        if (s.phase() != Phase::handed_out) break;
        repeats++;
        s.on(EventKind::first_byte).pay(V::slow_down);
    }
    EXPECT_EQ(s.phase(), Phase::cancel_wanted);
    EXPECT_EQ(s.payment.record.cancel_by, CancelBy::schedule);
    EXPECT_TRUE(s.actions.send_inquiry);
    EXPECT_GE(s.now().gateway_ms, s.payment.record.expiry_ms);
    EXPECT_EQ(repeats, 17) << "1, 2, 4, then every 8 s of two minutes";
}

TEST(R4, CancelledOnlyByAnInquiryLaterThanExpiryAndAMinute) {
    Scene s;
    s.awaiting_expiry();
    Answer absent = answer(V::no_such_payment);
    absent.response_time_ms = s.payment.record.expiry_ms + 60'000;
    s.at(900'000);  // our own clocks count for nothing
    EXPECT_EQ(s.on(EventKind::inquiry_answered, absent).phase(), Phase::awaiting_expiry);
    absent.response_time_ms += 1;
    EXPECT_EQ(s.on(EventKind::inquiry_answered, absent).show(), shows(S::cancelled, R::cashier, A::nothing));
}

TEST(R4, CancelThatLeftBeforeThePaymentWasSeenProvesNothing) {
    Scene s;
    s.sent().cancel_asked().inquiry(V::no_such_payment).pay(V::paid).cancel(V::cancelled);
    EXPECT_EQ(s.phase(), Phase::cancel_sent) << "the pay may have been executed after this cancel";
    EXPECT_TRUE(s.actions.send_cancel);
    EXPECT_EQ(s.cancel(V::cancelled).show(), shows(S::cancelled, R::cashier, A::nothing));
}

TEST(R4, ThePaymentIdOfACancelShowsNothing) {
    Scene s;
    Answer done = answer(V::cancelled);
    done.payment_id = "2026PAY";
    EXPECT_EQ(s.cancel_sent().on(EventKind::cancel_answered, done).phase(), Phase::awaiting_expiry);
}

TEST(R5, ThreeEqualRefusalsWithSuccessBetweenAreForGood) {
    Scene s;
    s.cancel_wanted().inquiry(V::paid).cancel(V::refused);
    for (int round = 2; round <= 3; round++) {
        EXPECT_EQ(s.phase(), Phase::cancel_sent);
        s.at(s.wake_ms()).timer();
        EXPECT_TRUE(s.actions.send_inquiry) << "inquire first";
        EXPECT_FALSE(s.actions.send_cancel);
        s.inquiry(V::paid);
        EXPECT_TRUE(s.actions.send_cancel) << "then the same cancel again";
        s.cancel(V::refused);
    }
    EXPECT_EQ(s.phase(), Phase::refund_instead);
    EXPECT_EQ(s.show(), shows(S::cancelling, R::cashier, A::wait));
    EXPECT_TRUE(s.actions.send_inquiry) << "what became of it is asked before anything is given back";
    EXPECT_FALSE(s.actions.send_undo);
}

TEST(R5, RefusalsWithoutSuccessBetweenAreNotForGoodAndNeverStop) {
    for (const Verdict between : {V::open, V::no_such_payment}) {
        Scene s;
        s.cancel_wanted().inquiry(between).cancel(V::refused);
        for (int round = 0; round < 8; round++) {
            s.at(s.wake_ms()).timer();
            while (!s.actions.send_inquiry) {  // a change of what is shown comes first
                ASSERT_NE(s.wake_ms(), scene::never_ms);
                s.at(s.wake_ms()).timer();
            }
            ASSERT_TRUE(s.inquiry(between).actions.send_cancel) << name(between);
            s.cancel(V::refused);
        }
        EXPECT_EQ(s.phase(), Phase::cancel_sent);
    }
}

TEST(R5, AnotherRefusalCodeBeginsToCountAnew) {
    Scene s;
    s.cancel_wanted().inquiry(V::paid).cancel(V::refused).at(3'000).timer().inquiry(V::paid).cancel(V::refused);
    Answer other = answer(V::refused);
    other.code = "ACCESS_DENIED";
    s.at(9'000).timer().inquiry(V::paid).on(EventKind::cancel_answered, other);
    EXPECT_EQ(s.phase(), Phase::cancel_sent);
    EXPECT_EQ(s.payment.refusals, 1);
}

TEST(R7, NothingLeavesAFinalState) {
    for (const Verdict end : {V::paid, V::nothing_taken}) {
        for (std::size_t kind = 0; kind < event_kinds; kind++) {
            for (std::size_t verdict = 0; verdict <= static_cast<std::size_t>(V::mismatch); verdict++) {
                Scene s;
                const OperationRecord was = s.sent().pay(end).payment.record;
                s.later(1'000).on(static_cast<EventKind>(kind), answer(static_cast<Verdict>(verdict)));
                EXPECT_EQ(s.payment.record, was);
                EXPECT_TRUE(s.actions.journal.empty());
            }
        }
    }
}

TEST(R11, ReferenceUsedIsInquiredAndNeverCancelled) {
    const auto used = [] { return Scene().sent().pay(V::reference_used); };
    EXPECT_TRUE(used().actions.send_inquiry);
    EXPECT_EQ(used().actions.journal, "reference used");
    for (const Verdict gone : {V::nothing_taken, V::cancelled, V::no_such_payment}) {
        EXPECT_EQ(used().inquiry(gone).show(), shows(S::declined, R::reference_used, A::new_attempt));
    }
    for (const Verdict there : {V::paid, V::open, V::mismatch}) {
        EXPECT_EQ(used().inquiry(there).show(), shows(S::declined, R::reference_used, A::call_support));
    }
    EXPECT_EQ(used().later(600'000).timer().phase(), Phase::inquiring)
        << "the schedule cancels nothing that is not ours";
    EXPECT_EQ(used().cancel_asked().inquiry(V::paid).show(), shows(S::declined, R::reference_used, A::call_support));
    EXPECT_EQ(used().restart().inquiry(V::paid).show(), shows(S::declined, R::reference_used, A::call_support));
}

TEST(R11, ReferenceUsedThatIsToldLateStopsTheCancel) {
    Scene s;
    s.sent().cancel_asked().inquiry(V::no_such_payment);
    ASSERT_EQ(s.phase(), Phase::cancel_sent);
    s.pay(V::reference_used).cancel(V::unknown);
    EXPECT_EQ(s.phase(), Phase::cancel_wanted);
    EXPECT_EQ(s.inquiry(V::paid).show(), shows(S::declined, R::reference_used, A::call_support));
}

TEST(R12, NoCancelBeforeAVerifiedAnswerHasShownThePaymentAbsentOrOurs) {
    Scene s;
    s.sent().cancel_asked();
    for (int round = 0; round < 20; round++) {
        EXPECT_FALSE(s.actions.send_cancel);
        s.inquiry(V::unknown).later(61'000).timer();
    }
    EXPECT_TRUE(s.inquiry(V::no_such_payment).actions.send_cancel);
}

TEST(R12, OursByTheTimeOfItsCreation) {
    const auto created = [](std::int64_t before_ms) {
        Scene s;
        s.cancel_wanted();
        Answer found = answer(V::paid);
        found.create_time_ms = s.payment.record.first_sent_ms - before_ms;
        return s.on(EventKind::inquiry_answered, found);
    };
    EXPECT_EQ(created(60'000).phase(), Phase::cancel_sent);
    EXPECT_EQ(created(60'001).show(), shows(S::unknown, R::mismatch, A::call_support));
    EXPECT_FALSE(created(60'001).actions.send_cancel);
}

TEST(R12, WithoutATimeOursOnlyByTheIdThatOurOwnPayWasGiven) {
    Scene without;
    without.with_create_time = false;
    EXPECT_EQ(without.cancel_wanted().inquiry(V::paid).phase(), Phase::mismatch);
    Scene told;
    told.with_create_time = false;
    told.sent().pay(V::open).cancel_asked();
    EXPECT_EQ(told.inquiry(V::paid).phase(), Phase::cancel_sent);
    Scene later;  // an inquiry has shown the id before our own pay's answer did: the answer is a change of its own
    later.with_create_time = false;
    later.sent().at(5'000).timer().inquiry(V::open).pay(V::open);
    EXPECT_EQ(later.actions.journal, "own payment");
    EXPECT_EQ(later.restart().cancel_asked().inquiry(V::paid).phase(), Phase::cancel_sent);
}

TEST(R12, SuccessBeforeTheCancelIsSuccessAndAfterItIsUndone) {
    EXPECT_EQ(Scene().inquiring().inquiry(V::paid).cancel_asked().show().state, S::succeeded);
    EXPECT_EQ(Scene().inquiring().cancel_asked().inquiry(V::paid).phase(), Phase::cancel_sent);
}

TEST(R16, AfterARestartEverythingUnfinishedIsInquiredFirst) {
    for (const auto& reach :
         {&Scene::committing, &Scene::handed_out, &Scene::sent, &Scene::inquiring, &Scene::back_off}) {
        Scene s;
        (s.*reach)();
        EXPECT_EQ(s.restart().phase(), Phase::inquiring);
        EXPECT_TRUE(s.timer().actions.send_inquiry);
        Scene was_paid = s;
        EXPECT_EQ(was_paid.inquiry(V::paid).show(), shows(S::succeeded, R::none, A::nothing));
        for (int round = 0; round < 60 && s.phase() == Phase::inquiring; round++) {
            EXPECT_FALSE(s.actions.send_order) << "pay is never repeated after a restart";
            s.inquiry(V::no_such_payment).at(s.wake_ms()).timer();
        }
        EXPECT_EQ(s.phase(), Phase::cancel_wanted);
    }
    for (const auto& reach : {&Scene::cancel_wanted, &Scene::cancel_sent, &Scene::awaiting_expiry}) {
        Scene s;
        (s.*reach)();
        EXPECT_EQ(s.restart().phase(), Phase::cancel_wanted);
        EXPECT_TRUE(s.timer().actions.send_inquiry);
        EXPECT_EQ(s.inquiry(V::paid).phase(), Phase::cancel_sent) << "a journaled cancel is carried through";
    }
}

TEST(R17, OnlySuccessIsShownBeforeItIsOnDisk) {
    EXPECT_EQ(Scene().sent().pay(V::paid).show(false).state, S::succeeded);
    EXPECT_EQ(Scene().sent().pay(V::nothing_taken).show(false), shows(S::in_progress, R::none, A::wait));
    EXPECT_EQ(Scene().cancel_sent_seen().cancel(V::cancelled).show(false).state, S::cancelling);
}

TEST(R18, WhatProvesNothingConcludesNothing) {
    Answer inconclusive = answer(V::unknown);
    inconclusive.verified = true;
    inconclusive.code = "SYSTEM_ERROR";
    EXPECT_EQ(Scene().sent().on(EventKind::order_answered, inconclusive).phase(), Phase::inquiring);
    EXPECT_EQ(Scene().inquiring().on(EventKind::inquiry_answered, inconclusive).phase(), Phase::inquiring);
    EXPECT_EQ(Scene().cancel_wanted().on(EventKind::inquiry_answered, inconclusive).phase(), Phase::cancel_wanted);
    EXPECT_EQ(Scene().cancel_sent().pay(V::nothing_taken).phase(), Phase::cancel_sent);
}

}  // namespace
}  // namespace paydrv::money
