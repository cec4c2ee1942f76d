// Refunds of the host's, through the whole engine: from a payment by its name or by its paymentId to the last word.
#include <gtest/gtest.h>

#include "simulation.h"

namespace paydrv {
namespace {

using engine::Call;
using engine::Request;
using engine::StartResult;
using money::NextAction;
using money::Reason;
using money::State;
using simulated::Fate;
using simulated::Simulation;

// A paid payment of 12.50.
std::int32_t paid(Simulation& s, const std::string& reference) {
    const auto op = s.start(reference).op;
    EXPECT_TRUE(s.run_until_final(op));
    EXPECT_EQ(s.view(op).state, State::succeeded);
    return op;
}

std::int64_t given_back(Simulation& s, const std::string& reference) {
    return s.gateway.given_back(Simulation::id_of(reference));
}

TEST(Refund, OfAPaymentByItsName) {
    Simulation s;
    const auto payment = paid(s, "A");
    const auto refund = s.refund("R", "A", 1250).op;
    ASSERT_TRUE(s.run_until_final(refund));
    EXPECT_EQ(s.view(refund).state, State::succeeded);
    EXPECT_EQ(s.view(refund).kind, money::Kind::refund);
    EXPECT_EQ(s.view(refund).linked_op, payment);
    EXPECT_EQ(s.view(payment).refunded_minor, 1250);
    EXPECT_EQ(given_back(s, "A"), 1250);
    EXPECT_EQ(s.gateway.count(Call::refund), 1);
    EXPECT_EQ(s.journal.events[2], (std::vector<std::string>{"intent", "result"}));
    EXPECT_EQ(s.journal.rows[1].refunded_minor, 1250);
}

TEST(Refund, InPartsUntilNothingIsLeft) {
    Simulation s;
    const auto payment = paid(s, "A");
    for (const auto& [reference, amount] : {std::pair{"R1", 500}, std::pair{"R2", 700}}) {
        const auto refund = s.refund(reference, "A", amount).op;
        ASSERT_TRUE(s.run_until_final(refund));
        EXPECT_EQ(s.view(refund).state, State::succeeded) << reference;
    }
    const auto too_much = s.refund("R3", "A", 51).op;
    ASSERT_TRUE(s.run_until_final(too_much));
    EXPECT_EQ(s.view(too_much).state, State::declined);
    EXPECT_EQ(s.view(too_much).reason, Reason::refund_left);
    EXPECT_EQ(s.gateway.count(Call::refund), 2) << "what is too much is not even asked";
    const auto rest = s.refund("R4", "A", 50).op;
    ASSERT_TRUE(s.run_until_final(rest));
    EXPECT_EQ(s.view(rest).state, State::succeeded);
    EXPECT_EQ(s.view(payment).refunded_minor, 1250);
}

TEST(Refund, TwoAtOnceNeverExceedThePayment) {
    Simulation s;
    paid(s, "A");
    s.gateway.plan = [](const Request& r) { return Fate{.executed_ms = 500, .answered = r.call != Call::refund}; };
    const auto one = s.refund("R1", "A", 800).op;
    const auto two = s.refund("R2", "A", 800).op;
    s.run_for(2'000);
    EXPECT_TRUE(money::is_final(s.view(one).state) != money::is_final(s.view(two).state));
    s.gateway.plan = [](const Request&) { return Fate{}; };
    ASSERT_TRUE(s.run_until_final(one));
    ASSERT_TRUE(s.run_until_final(two));
    EXPECT_EQ(given_back(s, "A"), 800);
    EXPECT_TRUE((s.view(one).state == State::succeeded) != (s.view(two).state == State::succeeded));
}

TEST(Refund, CountsWhatAnotherTillHasGivenBack) {
    Simulation s;
    paid(s, "A");
    s.gateway.refunds["elsewhere"] = {Simulation::id_of("A"), 1000, simulated::RefundEntry::Status::done, 0};
    const auto refund = s.refund("R", "A", 251).op;
    ASSERT_TRUE(s.run_until_final(refund));
    EXPECT_EQ(s.view(refund).reason, Reason::refund_left);
    EXPECT_EQ(given_back(s, "A"), 1000);
}

engine::StartOrder by_payment_id(std::int64_t original_minor, std::int64_t amount_minor) {
    engine::StartOrder order;
    order.amount_minor = amount_minor;
    order.original_amount_minor = original_minor;
    order.currency = {'E', 'U', 'R'};
    engine::put_text(order.payment_id, "PAY-" + Simulation::id_of("A"));
    return order;
}

TEST(Refund, OfAPaymentThatThisJournalDoesNotKnow) {
    Simulation s;
    paid(s, "A");
    s.kill();
    s.journal.rows.clear();
    s.boot();
    const auto wrong = s.refund("R1", by_payment_id(1251, 100)).op;
    ASSERT_TRUE(s.run_until_final(wrong));
    EXPECT_EQ(s.view(wrong).state, State::declined);
    EXPECT_EQ(s.view(wrong).reason, Reason::original) << "R8: the original's amount must be the one of the inquiry";
    EXPECT_EQ(s.gateway.count(Call::refund), 0);
    const auto right = s.refund("R2", by_payment_id(1250, 100)).op;
    ASSERT_TRUE(s.run_until_final(right));
    EXPECT_EQ(s.view(right).state, State::succeeded);
    EXPECT_EQ(given_back(s, "A"), 100);
}

TEST(Refund, OfNoPaymentOrAnUnpaidOneIsDeclinedAtOnce) {
    Simulation s;
    s.run_for(1'000);
    s.gateway.plan = [](const Request&) { return Fate{.declined = true}; };
    const auto payment = s.start("A").op;
    ASSERT_TRUE(s.run_until_final(payment));
    for (const char* original : {"A", "nobody"}) {
        const auto refund = s.refund(std::string("R-") + original, original, 100).op;
        ASSERT_TRUE(s.run_until_final(refund, 100));
        EXPECT_EQ(s.view(refund).state, State::declined);
        EXPECT_EQ(s.view(refund).reason, Reason::original);
    }
    EXPECT_EQ(s.gateway.count(Call::refund), 0);
}

TEST(Refund, SilenceIsAskedAboutAndTheSameRefundSentAgain) {
    Simulation s;
    paid(s, "A");
    bool dead = true;
    s.gateway.plan = [&](const Request& r) {
        const bool of_refund = r.call == Call::refund || r.call == Call::inquire_refund;
        return Fate{.reaches = !(dead && of_refund)};
    };
    const auto refund = s.refund("R", "A", 300).op;
    s.run_for(90'000);
    EXPECT_EQ(s.view(refund).state, State::unknown);
    EXPECT_EQ(s.view(refund).next_action, NextAction::settle_later);
    dead = false;
    ASSERT_TRUE(s.run_until_final(refund, 120'000));
    EXPECT_EQ(s.view(refund).state, State::succeeded);
    EXPECT_EQ(given_back(s, "A"), 300);
    EXPECT_EQ(s.gateway.refunds.size(), 1U) << "one refundRequestId, however often it was sent";
}

TEST(Refund, GivenBackButTheAnswerLost) {
    Simulation s;
    paid(s, "A");
    s.gateway.plan = [](const Request& r) { return Fate{.answered = r.call != Call::refund}; };
    const auto refund = s.refund("R", "A", 300).op;
    ASSERT_TRUE(s.run_until_final(refund, 30'000));
    EXPECT_EQ(s.view(refund).state, State::succeeded) << "the inquiry tells";
    EXPECT_EQ(given_back(s, "A"), 300);
}

TEST(Refund, UnderWayAtTheGatewayUntilItIsDone) {
    Simulation s;
    paid(s, "A");
    s.gateway.plan = [](const Request& r) { return Fate{.in_process = r.call == Call::refund}; };
    const auto refund = s.refund("R", "A", 300).op;
    s.run_for(30'000);
    EXPECT_EQ(s.view(refund).state, State::in_progress);
    EXPECT_EQ(s.view(refund).next_action, NextAction::settle_later) << "the customer need not wait";
    ASSERT_TRUE(s.run_until_final(refund, 120'000));
    EXPECT_EQ(s.view(refund).state, State::succeeded);
    EXPECT_EQ(s.gateway.count(Call::refund), 1);
}

TEST(Refund, FailsLaterAtTheGateway) {
    Simulation s;
    const auto payment = paid(s, "A");
    s.gateway.plan = [](const Request& r) { return Fate{.fails_later = r.call == Call::refund}; };
    const auto refund = s.refund("R", "A", 300).op;
    ASSERT_TRUE(s.run_until_final(refund, 120'000));
    EXPECT_EQ(s.view(refund).state, State::declined);
    EXPECT_EQ(s.view(payment).refunded_minor, 0);
}

TEST(Refund, RefusedProvenOrThreeTimes) {
    Simulation s;
    paid(s, "A");
    s.gateway.plan = [](const Request& r) { return Fate{.declined = r.call == Call::refund}; };
    const auto proven = s.refund("R1", "A", 300).op;
    ASSERT_TRUE(s.run_until_final(proven, 1'000));
    EXPECT_EQ(s.view(proven).state, State::declined);
    EXPECT_EQ(s.gateway.count(Call::refund), 1);
    s.gateway.plan = [](const Request& r) { return Fate{.refused = r.call == Call::refund}; };
    const auto thrice = s.refund("R2", "A", 300).op;
    ASSERT_TRUE(s.run_until_final(thrice, 60'000));
    EXPECT_EQ(s.view(thrice).state, State::declined);
    EXPECT_EQ(s.gateway.count(Call::refund), 4) << "R18: three equal rounds";
    EXPECT_EQ(given_back(s, "A"), 0);
}

TEST(Refund, OverARestartAtEveryStep) {
    for (std::int64_t at_ms = 0; at_ms < 200; at_ms += 5) {
        Simulation s;
        paid(s, "A");
        s.gateway.plan = [](const Request&) { return Fate{.executed_ms = 30, .answer_ms = 60}; };
        s.refund("R", "A", 300);
        s.run_for(at_ms);
        s.restart();
        s.run_for(1'000);
        // The host looks for its refund, and begins it again where it was never sent.
        const auto again = s.refund("R", "A", 300);
        ASSERT_NE(again.op, 0);
        ASSERT_TRUE(s.run_until_final(again.op, 120'000)) << at_ms;
        EXPECT_EQ(s.view(again.op).state, State::succeeded) << at_ms;
        EXPECT_EQ(given_back(s, "A"), 300) << at_ms;
        EXPECT_EQ(s.journal.rows[1].refunded_minor, 300) << at_ms;
    }
}

TEST(Refund, ItsReferenceJoinsIsSpentOrDiffers) {
    Simulation s;
    paid(s, "A");
    paid(s, "B");
    const auto refund = s.refund("R", "A", 300);
    EXPECT_EQ(refund.result, StartResult::fresh);
    EXPECT_EQ(s.refund("R", "A", 300).result, StartResult::joined);
    EXPECT_EQ(s.refund("R", "A", 300).op, refund.op);
    EXPECT_EQ(s.refund("R", "A", 301).result, StartResult::content_differs);
    EXPECT_EQ(s.refund("R", "B", 300).result, StartResult::content_differs);
    ASSERT_TRUE(s.run_until_final(refund.op));
    EXPECT_EQ(s.refund("R", "A", 300).result, StartResult::spent);
    s.restart();
    EXPECT_EQ(s.refund("R", "A", 300).result, StartResult::spent);
    EXPECT_EQ(s.refund("R", "B", 300).result, StartResult::content_differs);
    EXPECT_EQ(s.start("R").result, StartResult::fresh) << "payments and refunds have names of their own";
}

// The refundRequestId is made of payment and reference: Alipay would answer the second with the success of the first.
TEST(Refund, ASecondOneOfTheSameReferenceOnAnotherDayIsNoSuccess) {
    Simulation s;
    const auto payment = paid(s, "A");
    const auto of_day = [](std::uint32_t business_day) {
        engine::StartOrder order;
        order.kind = money::Kind::refund;
        order.business_day = business_day;
        order.amount_minor = 500;
        order.original_business_day = simulated::today;
        engine::put_text(order.reference, "R");
        engine::put_text(order.original_reference, "A");
        return order;
    };
    const auto first = s.begin(of_day(simulated::today)).op;
    const auto at_once = s.begin(of_day(simulated::today + 1)).op;
    ASSERT_TRUE(s.run_until_final(first));
    ASSERT_TRUE(s.run_until_final(at_once));
    const auto later = s.begin(of_day(simulated::today + 2)).op;
    ASSERT_TRUE(s.run_until_final(later));
    EXPECT_EQ(s.view(first).state, State::succeeded);
    for (const auto second : {at_once, later}) {
        EXPECT_EQ(s.view(second).state, State::declined);
        EXPECT_EQ(s.view(second).reason, Reason::reference_used);
        EXPECT_EQ(s.view(second).next_action, NextAction::new_attempt);
    }
    EXPECT_EQ(given_back(s, "A"), 500);
    EXPECT_EQ(s.view(payment).refunded_minor, 500);
    EXPECT_EQ(s.gateway.count(Call::refund), 1);
}

TEST(Refund, NotOfAPaymentThatTheDriverIsGivingBackItself) {
    Simulation s;
    s.gateway.plan = [](const Request& r) {
        return Fate{.answered = r.call != Call::pay && r.call != Call::refund, .out_of_window = r.call == Call::cancel};
    };
    const auto payment = s.start("A").op;
    s.run_for(100);
    s.cancel(payment);
    ASSERT_TRUE(s.run_until([&] { return !s.gateway.refunds.empty(); }, 60'000));
    const auto refund = s.refund("R", by_payment_id(1250, 100)).op;
    ASSERT_TRUE(s.run_until_final(refund, 1'000));
    EXPECT_EQ(s.view(refund).state, State::declined);
    EXPECT_EQ(s.view(refund).reason, Reason::original);
    EXPECT_EQ(s.gateway.refunds.size(), 1U);
}

TEST(Refund, FullyRefundedTheOrderMayBePaidAgain) {
    Simulation s;
    const auto payment = s.start("A", {.order = "T"}).op;
    ASSERT_TRUE(s.run_until_final(payment));
    EXPECT_EQ(s.start("B", {.order = "T"}).result, StartResult::order_busy);
    ASSERT_TRUE(s.run_until_final(s.refund("R", "A", 1250).op));
    EXPECT_EQ(s.start("B", {.order = "T"}).result, StartResult::fresh) << "R9";
}

TEST(Refund, IsCountedByItsPaymentOnceThatCanBeReadAgain) {
    Simulation s;
    const auto payment = paid(s, "A");
    s.gateway.plan = [&](const Request& r) {
        // The journal can be written, but not read, from when the refund is on its way.
        if (r.call == Call::refund) s.journal.throws_on_read = true;
        return Fate{};
    };
    const auto refund = s.refund("R", "A", 300).op;
    s.run_for(500);
    s.journal.throws_on_read = false;
    ASSERT_TRUE(s.run_until_final(refund, 10'000));
    s.run_for(5'000);
    EXPECT_EQ(s.view(payment).refunded_minor, 300);
    EXPECT_EQ(s.journal.rows[1].refunded_minor, 300);
}

TEST(Refund, NotSentWhileTheGatewayIsOutOfReach) {
    Simulation s;
    paid(s, "A");
    s.gateway.plan = [](const Request&) { return Fate{.sent = false}; };
    const auto refund = s.refund("R", "A", 300).op;
    ASSERT_TRUE(s.run_until_final(refund, 11'000));
    EXPECT_EQ(s.view(refund).state, State::declined);
    EXPECT_EQ(s.view(refund).reason, Reason::not_sent);
    EXPECT_FALSE(s.journal.rows.contains(2) && s.journal.rows[2].state == State::succeeded);
}

TEST(Refund, WhileTheDiskRefusesNothingIsSent) {
    Simulation s;
    paid(s, "A");
    s.gateway.plan = [&](const Request& r) {
        if (r.call == Call::inquire) s.journal.fault = simulated::DiskFault::refuse;
        return Fate{};
    };
    const auto refund = s.refund("R", "A", 300).op;
    s.run_for(5'000);
    EXPECT_EQ(s.gateway.count(Call::refund), 0);
    s.journal.fault = simulated::DiskFault::none;
    ASSERT_TRUE(s.run_until_final(refund, 10'000));
    EXPECT_EQ(s.view(refund).state, State::declined);
    EXPECT_EQ(s.view(refund).reason, Reason::journal);
}

TEST(Papers, AReceiptIsMadeAtTheFirstAskingAndAgainAfterTheAcknowledgement) {
    Simulation s;
    const auto op = paid(s, "A");
    const auto ask = [&] {
        s.want_paper(op, engine::Paper::receipt_customer);
        s.run_for(10);
        return s.papers().find(op, engine::Paper::receipt_customer, s.view(op).revision);
    };
    EXPECT_EQ(s.papers().find(op, engine::Paper::receipt_customer, s.view(op).revision), nullptr);
    ASSERT_NE(ask(), nullptr);
    EXPECT_EQ(*ask(), "A");
    s.acknowledge(op);
    s.run_for(10);
    EXPECT_EQ(s.papers().find(op, engine::Paper::receipt_customer, s.view(op).revision), nullptr);
    EXPECT_EQ(*ask(), "A again");
}

TEST(Papers, AskedForManyTimesAtOnceIsWrittenOnce) {
    Simulation s;
    const auto op = paid(s, "A");
    const int before = s.scribe.written;
    for (int i = 0; i < 1'000; i++)
        s.want_paper(op, engine::Paper::receipt_merchant);
    s.run_for(10);
    EXPECT_NE(s.papers().find(op, engine::Paper::receipt_merchant, s.view(op).revision), nullptr);
    EXPECT_EQ(s.scribe.written, before + 1);
}

}  // namespace
}  // namespace paydrv
