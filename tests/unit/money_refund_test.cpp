// The rules that a refund of the host's keeps, each by its number in CONTRACT.md.
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "money_scene.h"
#include "money_words.h"

namespace paydrv::money {
namespace {

using scene::answer;
using scene::RefundScene;
using scene::Scene;
using scene::shows;
using A = NextAction;
using R = Reason;
using S = State;
using V = Verdict;

const Shown under_way = shows(S::in_progress, R::none, A::wait);
const Shown given_back = shows(S::succeeded, R::none, A::nothing);
const Shown not_sent = shows(S::declined, R::not_sent, A::new_attempt);
const Shown refused_for_good = shows(S::declined, R::decline, A::call_support);
const Shown wrong_original = shows(S::declined, R::original, A::call_support);

TEST(R8Refund, ThePaymentIsAskedBeforeAnythingIsJournaledOrSent) {
    RefundScene s;
    s.asking();
    EXPECT_EQ(s.phase(), Phase::asking_original);
    EXPECT_TRUE(s.actions.send_inquiry);
    EXPECT_FALSE(s.actions.send_order);
    EXPECT_TRUE(s.actions.journal.empty());
    EXPECT_FALSE(in_doubt(s.payment));
    s.inquiry(V::paid);
    EXPECT_EQ(s.phase(), Phase::committing);
    EXPECT_EQ(s.actions.journal, "intent");
    EXPECT_FALSE(s.actions.send_order) << "the intent is not on disk yet";
    EXPECT_TRUE(s.on(EventKind::committed).actions.send_order);
}

TEST(R8Refund, OnlyAPaymentThatIsPaidNowIsRefunded) {
    for (const Verdict gone : {V::nothing_taken, V::cancelled, V::no_such_payment, V::mismatch}) {
        EXPECT_EQ(RefundScene().asking().inquiry(gone).show(), wrong_original) << name(gone);
    }
    EXPECT_EQ(RefundScene().asking().inquiry(V::open).show(), shows(S::declined, R::original, A::new_attempt));
    EXPECT_EQ(RefundScene()
                  .on(EventKind::details_at_fault,
                      [] {
                          Answer none = answer(V::unknown);
                          none.reason = R::original;
                          none.next_action = A::call_support;
                          return none;
                      }())
                  .show(),
              wrong_original);
}

TEST(R8Refund, OnlyAPaymentThatIsWhatTheHostSaysIsRefunded) {
    Answer dearer = answer(V::paid);
    dearer.amount_minor = 1251;
    EXPECT_EQ(RefundScene().asking().on(EventKind::inquiry_answered, dearer).show(), wrong_original);
    Answer foreign = answer(V::paid);
    foreign.currency = "USD";
    EXPECT_EQ(RefundScene().asking().on(EventKind::inquiry_answered, foreign).show(), wrong_original);
}

TEST(R8Refund, NeverMoreThanOtherRefundsHaveLeft) {
    const auto with_held = [](std::int64_t minor) {
        RefundScene s;
        s.asking();
        s.spoken_for_minor = minor;
        s.inquiry(V::paid);
        return s;
    };
    EXPECT_EQ(with_held(750).phase(), Phase::committing) << "12.50 - 7.50 leaves just 5.00";
    EXPECT_EQ(with_held(751).show(), shows(S::declined, R::refund_left, A::new_attempt));
    EXPECT_FALSE(with_held(751).actions.send_order);
}

TEST(R8Refund, InquiriesThatTellNothingAreRepeatedAndTheRefundIsDeclinedAfterTenSeconds) {
    RefundScene s;
    s.asking();
    int inquiries = 1;
    while (s.wake_ms() > s.at_ms + 700) {  // every answer takes 700 ms, longer than the pause between inquiries
        inquiries += s.later(700).inquiry(V::unknown).actions.send_inquiry ? 1 : 0;
        ASSERT_LT(s.at_ms, 10'000);
    }
    s.at(s.wake_ms()).timer();
    EXPECT_EQ(s.at_ms, 10'000);
    EXPECT_EQ(inquiries, 15);
    EXPECT_EQ(s.show(), not_sent);
    EXPECT_EQ(s.inquiry(V::paid).show(), not_sent) << "told too late";
}

OperationRecord known(const char* request_id, std::int64_t minor, State state, const char* refund_id = "") {
    OperationRecord refund = scene::refund_record();
    refund.request_id = request_id;
    refund.amount_minor = minor;
    refund.state = state;
    refund.refund_id = refund_id;
    return refund;
}

TEST(R8SpokenFor, CountsWhatIsListedAndWhatThisJournalKnowsButNeverItselfOrOneTwice) {
    const std::vector<ListedRefund> listed = {
        {"r1a", "A", 100, true}, {"r1b", "B", 20, false}, {"r1own", "O", 7, true}};
    EXPECT_EQ(spoken_for(listed, {}, "r1own"), 120);
    EXPECT_EQ(spoken_for(listed, {}, {}), 127);
    const std::array in_journal = {known("r1a", 100, S::succeeded), known("r1own", 7, S::in_progress),
                                   known("r1c", 3, S::in_progress), known("r1d", 4, S::succeeded),
                                   known("r1e", 5, S::declined),    known("r1f", 6, S::unknown),
                                   known("r1g", 8, S::cancelled)};
    EXPECT_EQ(spoken_for(listed, in_journal, "r1own"), 120 + 3 + 4 + 6);
    EXPECT_EQ(spoken_for({}, in_journal, "r1own"), 100 + 3 + 4 + 6);
}

TEST(R8SpokenFor, OneThatIsListedWithoutItsRequestIdIsKnownByItsRefundId) {
    const std::vector<ListedRefund> listed = {{"", "2026REF", 400, true}};
    const std::array in_journal = {known("r1a", 400, S::succeeded, "2026REF")};
    EXPECT_EQ(spoken_for(listed, in_journal, "r1own"), 400);
    const std::array other = {known("r1a", 400, S::succeeded)};
    EXPECT_EQ(spoken_for(listed, other, "r1own"), 800) << "when in doubt, no more than is surely left";
}

TEST(R3Refund, WaitsFiveSecondsForGateDiskAndWorker) {
    EXPECT_EQ(RefundScene().at(4'999).timer().phase(), Phase::queued);
    EXPECT_EQ(RefundScene().at(5'000).timer().show(), not_sent);
    RefundScene gate;
    gate.gate_open = false;
    EXPECT_EQ(gate.at(5'000).timer().show(), shows(S::declined, R::not_ready, A::new_attempt));
    RefundScene disk;
    disk.journal_good = false;
    EXPECT_EQ(disk.at(5'000).timer().show(), shows(S::declined, R::journal, A::new_attempt));
}

TEST(R3Refund, NotSentIsTriedAgainAndDeclinedAfterTenSeconds) {
    RefundScene s;
    s.handed_out();
    int sendings = 1;
    while (s.phase() == Phase::handed_out) {
        s.later(50).refund(V::not_sent);
        if (s.phase() != Phase::handed_out) break;
        s.at(s.wake_ms()).timer();
        sendings += s.actions.send_order ? 1 : 0;
    }
    EXPECT_EQ(s.show(), not_sent);
    EXPECT_EQ(s.at_ms, 10'000);
    EXPECT_EQ(sendings, 19);
}

TEST(R3Refund, IsTakenBackWhenTenSecondsAreOver) {
    RefundScene s;
    EXPECT_TRUE(s.handed_out().at(10'000).timer().actions.recall_order);
    RefundScene too_late = s;
    EXPECT_EQ(s.on(EventKind::order_recalled).show(), not_sent);
    EXPECT_EQ(too_late.on(EventKind::first_byte).phase(), Phase::sent);
    EXPECT_EQ(RefundScene().committing().at(10'000).on(EventKind::committed).show(), not_sent);
    EXPECT_FALSE(RefundScene().committing().at(10'000).on(EventKind::committed).actions.send_order);
}

TEST(R16Refund, AfterARestartItIsInquiredAndThenTheSameRefundGoesAgain) {
    for (const auto& reach :
         {&RefundScene::committing, &RefundScene::handed_out, &RefundScene::sent, &RefundScene::in_doubt}) {
        RefundScene s;
        (s.*reach)();
        const OperationRecord was = s.payment.record;
        s.restart().timer();
        EXPECT_EQ(s.phase(), Phase::refunding);
        EXPECT_TRUE(s.actions.send_inquiry) << "inquired first";
        EXPECT_FALSE(s.actions.send_order);
        RefundScene done = s;
        EXPECT_EQ(done.inquiry(V::refunded).show(), given_back);
        EXPECT_TRUE(s.inquiry(V::no_such_refund).actions.send_order);
        EXPECT_EQ(s.payment.record.request_id, was.request_id);
        EXPECT_EQ(s.payment.record.amount_minor, was.amount_minor);
        EXPECT_EQ(s.refund(V::nothing_taken).phase(), Phase::refunding) << "what has no result counts as sent (R18)";
    }
}

TEST(R17Refund, AFailedCommitSendsNothingAndIsDeclinedForTheJournal) {
    RefundScene s;
    s.committing().on(EventKind::commit_failed);
    EXPECT_FALSE(s.actions.send_order);
    EXPECT_EQ(s.show(false), under_way) << "the intent may have landed";
    EXPECT_EQ(s.show(true), shows(S::declined, R::journal, A::new_attempt));
}

TEST(R17Refund, OnlyTheMoneyThatIsBackIsShownBeforeItIsOnDisk) {
    EXPECT_EQ(RefundScene().sent().refund(V::refunded).show(false), given_back);
    EXPECT_EQ(RefundScene().sent().refund(V::nothing_taken).show(false), under_way);
}

TEST(R18Refund, ProvenOnTheFirstSendingDeclinesWithItsCode) {
    Answer too_much = answer(V::nothing_taken);
    too_much.code = "REFUND_AMOUNT_EXCEED";
    too_much.next_action = A::call_support;
    RefundScene s;
    s.sent().on(EventKind::order_answered, too_much);
    EXPECT_EQ(s.show(), refused_for_good);
    EXPECT_EQ(s.payment.record.provider_code, "REFUND_AMOUNT_EXCEED");
    EXPECT_FALSE(s.actions.given_back);
}

// Sends the refund as often as it takes until the third "no such refund" after an equal refusal.
void expect_three_rounds(Scene& s, Verdict refusal) {
    for (int round = 1; round <= 3; round++) {
        ASSERT_EQ(s.on(EventKind::order_answered, answer(refusal)).phase(), Phase::refunding) << round;
        ASSERT_TRUE(s.actions.send_inquiry) << "each refusal is inquired";
        s.inquiry(V::no_such_refund);
        if (round == 3) break;
        ASSERT_EQ(s.phase(), Phase::refunding) << round;
        while (!s.actions.send_order) {
            ASSERT_NE(s.wake_ms(), scene::never_ms);
            s.at(s.wake_ms()).timer();
        }
    }
    EXPECT_EQ(s.show(), refused_for_good);
}

TEST(R18Refund, AnyRefusalAfterADoubtNeedsThreeRoundsWithoutSuchARefund) {
    for (const Verdict refusal : {V::nothing_taken, V::refused, V::reference_used}) {
        RefundScene s;
        s.in_doubt().inquiry(V::no_such_refund);
        ASSERT_TRUE(s.actions.send_order);
        expect_three_rounds(s, refusal);
    }
    RefundScene never_in_doubt;  // a refusal without proof, from the first sending on
    expect_three_rounds(never_in_doubt.sent(), V::refused);
}

TEST(R18Refund, ARefusalWithoutProofLeavesADoubt) {
    RefundScene s;
    s.sent().refund(V::refused).inquiry(V::no_such_refund);
    EXPECT_EQ(s.refund(V::nothing_taken).phase(), Phase::refunding) << "the sending before may have been executed";
}

TEST(R18Refund, WhatIsNoEqualRefusalBeginsToCountAnew) {
    const auto two_rounds = [] {
        RefundScene s;
        s.sent();
        for (int round = 1; round <= 2; round++)
            s.refund(V::refused).inquiry(V::no_such_refund).at(s.wake_ms()).timer();
        return s;
    };
    Scene equal = two_rounds();
    EXPECT_TRUE(equal.actions.send_order);
    EXPECT_EQ(equal.pay(V::refused).inquiry(V::no_such_refund).show(), refused_for_good);
    for (const Verdict between : {V::unknown, V::open, V::slow_down, V::not_sent}) {
        Scene s = two_rounds();
        s.pay(between);
        ASSERT_TRUE(s.wait_for_inquiry());
        EXPECT_TRUE(s.inquiry(V::no_such_refund).actions.send_order) << name(between);
        EXPECT_EQ(s.pay(V::refused).inquiry(V::no_such_refund).phase(), Phase::refunding) << name(between);
    }
    Scene other = two_rounds();
    Answer denied = answer(V::refused);
    denied.code = "ACCESS_DENIED";
    other.on(EventKind::order_answered, denied).inquiry(V::no_such_refund);
    EXPECT_EQ(other.phase(), Phase::refunding);
    Scene listed = two_rounds();
    listed.pay(V::refused).inquiry(V::open);
    ASSERT_TRUE(listed.wait_for_inquiry());
    EXPECT_EQ(listed.inquiry(V::no_such_refund).phase(), Phase::refunding) << "it was there in between";
}

TEST(R18Refund, WithoutARefusalNoSuchRefundNeverConcludes) {
    RefundScene s;
    s.in_doubt();
    for (int round = 0; round < 20; round++) {
        ASSERT_TRUE(s.inquiry(V::no_such_refund).actions.send_order);
        s.refund(V::unknown);
        ASSERT_TRUE(s.wait_for_inquiry());
    }
    EXPECT_EQ(s.phase(), Phase::refunding);
}

TEST(R3Refund, TooMuchTrafficLeavesNoDoubtAndIsRepeatedLater) {
    RefundScene s;
    s.sent();
    for (const std::int64_t pause_ms : {1'000, 2'000, 4'000, 8'000, 8'000}) {
        const std::int64_t before_ms = s.at_ms;
        s.refund(V::slow_down);
        EXPECT_FALSE(s.actions.send_order);
        ASSERT_TRUE(s.wait_for_inquiry());
        EXPECT_EQ(s.at_ms - before_ms, pause_ms);
        EXPECT_TRUE(s.inquiry(V::no_such_refund).actions.send_order);
    }
    EXPECT_EQ(s.refund(V::nothing_taken).show(), shows(S::declined, R::decline, A::other_method))
        << "no sending was ever in doubt";
}

TEST(R11Refund, AReferenceThatWasUsedIsInquiredAndConcludesByWhatIsThere) {
    const auto used = [] { return RefundScene().sent().refund(V::reference_used); };
    EXPECT_TRUE(used().actions.send_inquiry);
    EXPECT_EQ(used().actions.journal, "reference used");
    EXPECT_EQ(used().inquiry(V::refunded).show(), given_back) << "it is exactly this refund after all";
    EXPECT_TRUE(used().inquiry(V::refunded).actions.given_back);
    for (const Verdict gone : {V::nothing_taken, V::no_such_refund}) {
        EXPECT_EQ(used().inquiry(gone).show(), shows(S::declined, R::reference_used, A::new_attempt));
    }
    EXPECT_EQ(used().inquiry(V::mismatch).show(), shows(S::declined, R::reference_used, A::call_support));
    for (const Verdict waits : {V::open, V::unknown, V::not_sent}) {
        Scene s = used();
        EXPECT_EQ(s.inquiry(waits).phase(), Phase::refunding);
        EXPECT_FALSE(s.actions.send_order) << "nothing more is sent under this name";
        EXPECT_TRUE(s.wait_for_inquiry());
        EXPECT_FALSE(s.actions.send_order);
    }
    EXPECT_EQ(used().restart().inquiry(V::mismatch).show(), shows(S::declined, R::reference_used, A::call_support));
}

TEST(Refund, InProcessIsInquiredAndItsFailureTellsLater) {
    RefundScene s;
    s.sent().refund(V::open);
    EXPECT_EQ(s.show(), under_way);
    ASSERT_TRUE(s.wait_for_inquiry());
    EXPECT_EQ(s.at_ms, 2'000);
    Scene failed = s;
    Scene done = s;
    s.inquiry(V::open);
    EXPECT_FALSE(s.actions.send_order) << "under way: nothing to repeat";
    EXPECT_TRUE(s.wait_for_inquiry());
    EXPECT_EQ(failed.inquiry(V::nothing_taken).show().state, S::declined) << "refundStatus FAIL";
    EXPECT_EQ(done.inquiry(V::refunded).show(), given_back);
    EXPECT_EQ(done.payment.record.refund_id, "2026REF");
}

TEST(Refund, GivenBackIsCountedByItsPaymentOnce) {
    RefundScene s;
    EXPECT_TRUE(s.concluded().actions.given_back);
    EXPECT_EQ(s.show(), given_back);
    EXPECT_FALSE(s.refund(V::refunded).actions.given_back);
    EXPECT_TRUE(is_over(s.payment));
}

TEST(Refund, ACancelOfTheHostChangesNothing) {
    for (const auto& reach : {&RefundScene::asking, &RefundScene::committing, &RefundScene::handed_out,
                              &RefundScene::sent, &RefundScene::in_doubt, &RefundScene::concluded}) {
        RefundScene s;
        const OperationRecord was = (s.*reach)().payment.record;
        s.cancel_asked();
        EXPECT_EQ(s.payment.record, was);
        EXPECT_FALSE(s.actions.recall_order || s.actions.send_cancel);
    }
}

TEST(R1Refund, AnswerAboutAnotherRefundIsForPeople) {
    const Shown mismatch = shows(S::unknown, R::mismatch, A::call_support);
    EXPECT_EQ(RefundScene().mismatch().show(), mismatch);
    EXPECT_EQ(RefundScene().in_doubt().inquiry(V::mismatch).show(), mismatch);
    RefundScene s;
    s.mismatch().later(600'000).timer();
    EXPECT_FALSE(s.actions.send_order || s.actions.send_inquiry);
    EXPECT_EQ(s.refund(V::refunded).show(), mismatch);
    EXPECT_EQ(s.restart().show(), mismatch);
    EXPECT_EQ(s.wake_ms(), scene::never_ms);
}

TEST(R2Refund, WithoutVerificationNoVerdictCounts) {
    for (const Verdict verdict : {V::refunded, V::nothing_taken, V::open, V::refused, V::mismatch, V::no_such_refund}) {
        Answer unsigned_one = answer(verdict);
        unsigned_one.verified = false;
        EXPECT_EQ(RefundScene().sent().on(EventKind::order_answered, unsigned_one).phase(), Phase::refunding);
        EXPECT_EQ(RefundScene().in_doubt().on(EventKind::inquiry_answered, unsigned_one).phase(), Phase::refunding);
    }
    Answer unsigned_paid = answer(V::paid);
    unsigned_paid.verified = false;
    EXPECT_EQ(RefundScene().asking().on(EventKind::inquiry_answered, unsigned_paid).phase(), Phase::asking_original);
}

TEST(RefundDisplay, SettleLaterTenSecondsAfterTheFirstByteAndItStaysSo) {
    RefundScene s;
    s.sent();
    EXPECT_EQ(s.at(9'999).show(), under_way);
    EXPECT_EQ(s.wake_ms(), 10'000);
    const Shown later = shows(S::in_progress, R::none, A::settle_later);
    EXPECT_EQ(s.at(10'000).show(), later);
    EXPECT_EQ(s.at(10'050).refund(V::unknown).show(), later) << "the answer's coming starts no new wait";
    EXPECT_EQ(s.at(s.wake_ms()).timer().show(), later);
}

TEST(RefundDisplay, UnknownAfterAMinuteWithoutAVerifiedAnswerAndBack) {
    RefundScene s;
    s.in_doubt();
    EXPECT_EQ(s.at(59'999).show().state, S::in_progress);
    EXPECT_EQ(s.at(60'000).show(), shows(S::unknown, R::none, A::settle_later));
    Answer inconclusive;
    inconclusive.verified = true;
    s.on(EventKind::inquiry_answered, inconclusive);
    EXPECT_EQ(s.show(), shows(S::in_progress, R::none, A::settle_later));
}

TEST(R14Refund, AfterARestartNothingIsSentBeforeAnAnswerHasVerified) {
    RefundScene s;
    s.in_doubt();
    s.gate_open = false;
    s.restart().timer();
    EXPECT_TRUE(s.actions.send_inquiry);
    for (const Verdict silence : {V::unknown, V::not_sent}) {
        EXPECT_FALSE(s.inquiry(silence).actions.send_order) << name(silence);
        ASSERT_TRUE(s.wait_for_inquiry()) << name(silence);
    }
    s.gate_open = true;
    EXPECT_TRUE(s.inquiry(V::unknown).actions.send_order);
}

TEST(R19Refund, PeopleEndWhatTheDriverCannot) {
    for (const auto& reach : {&RefundScene::in_doubt, &RefundScene::mismatch}) {
        RefundScene back;
        (back.*reach)().settled(V::paid);
        EXPECT_EQ(back.show(), shows(S::succeeded, R::manual, A::nothing));
        EXPECT_TRUE(back.actions.given_back);
        const Shown undecided = shows(S::unknown, R::none, A::call_support);
        EXPECT_EQ(back.show(false), undecided) << "not on disk yet (R17)";
        RefundScene not_back;
        (not_back.*reach)().settled(V::cancelled);
        EXPECT_EQ(not_back.show(), shows(S::cancelled, R::manual, A::nothing));
        EXPECT_FALSE(not_back.actions.given_back);
        EXPECT_EQ(not_back.show(false), undecided) << "not on disk yet (R17)";
    }
}

TEST(RefundSchedule, TheSameRefundAgain) {
    RefundScene s;
    s.sent();
    std::vector<std::int64_t> pauses;
    while (s.at_ms < 500'000) {
        const std::int64_t before_ms = s.at_ms;
        s.refund(V::unknown);
        ASSERT_TRUE(s.wait_for_inquiry());
        ASSERT_TRUE(s.inquiry(V::unknown).actions.send_order) << "while inquiries tell nothing, the refund itself asks";
        pauses.push_back(s.at_ms - before_ms);
    }
    const std::vector<std::int64_t> first(pauses.begin(), pauses.begin() + 7);
    EXPECT_EQ(first, (std::vector<std::int64_t>{2'000, 3'000, 3'000, 5'000, 5'000, 10'000, 10'000}));
    EXPECT_EQ(pauses.back(), 60'000) << "from 5 minutes on";
}

}  // namespace
}  // namespace paydrv::money
