// A payment from start to its end, as host, journal and gateway see it.
#include <gtest/gtest.h>

#include "simulation.h"

namespace paydrv {
namespace {

using engine::Call;
using engine::Request;
using money::NextAction;
using money::Reason;
using money::State;
using simulated::Fate;
using simulated::Simulation;
using Times = std::vector<std::int64_t>;

TEST(Payment, HealthyOneTakesThreeCommitsAndOneRequest) {
    Simulation s;
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_final(op));
    EXPECT_EQ(s.view(op).state, State::succeeded);
    EXPECT_EQ(engine::text_of(s.view(op).payment_id), "PAY-" + Simulation::id_of("A"));
    s.acknowledge(op);
    ASSERT_TRUE(s.run_until([&] { return s.view(op).acknowledged == 1; }, 1'000));
    EXPECT_EQ(s.journal.commits, 3);
    EXPECT_EQ(s.journal.events.at(1), (std::vector<std::string>{"intent", "result", "acknowledge"}));
    EXPECT_EQ(s.gateway.sent.size(), 1U);
    EXPECT_TRUE(s.journal.rows.at(1).acknowledged);
    EXPECT_EQ(s.entry("A")->charges, 1);
}

TEST(Payment, DeclinedOne) {
    Simulation s;
    s.gateway.plan = [](const Request&) { return Fate{.declined = true}; };
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_final(op));
    EXPECT_EQ(s.view(op).state, State::declined);
    EXPECT_EQ(s.view(op).reason, Reason::decline);
    EXPECT_EQ(s.journal.commits, 2);
}

TEST(Payment, DetailsAtFaultEndItBeforeAnythingIsSent) {
    Simulation s;
    const auto op = s.start("A", {.details_json = R"({"amount":1})"}).op;
    ASSERT_TRUE(s.run_until_final(op, 1'000));
    EXPECT_EQ(s.view(op).reason, Reason::details);
    EXPECT_TRUE(s.gateway.sent.empty());
}

TEST(Payment, SlowCustomerIsWaitedFor) {
    Simulation s;
    s.gateway.plan = [](const Request&) { return Fate{.customer_ms = 20'000}; };
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until([&] { return s.view(op).state == State::waiting_customer; }, 1'000));
    ASSERT_TRUE(s.run_until_final(op));
    EXPECT_EQ(s.view(op).state, State::succeeded);
    EXPECT_EQ(s.gateway.count(Call::pay), 1);
    EXPECT_EQ(s.gateway.count(Call::inquire), 7) << "2 s after the answer, then every 3 s";
}

TEST(Payment, NotSentIsTriedAgainAndChargedOnce) {
    Simulation s;
    s.gateway.plan = [&](const Request&) { return Fate{.sent = s.gateway.count(Call::pay) >= 4}; };
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_final(op));
    EXPECT_EQ(s.view(op).state, State::succeeded);
    EXPECT_EQ(s.entry("A")->charges, 1);
}

TEST(Payment, NeverSentIsDeclinedAfterTenSeconds) {
    Simulation s;
    s.run_for(1'000);
    s.gateway.plan = [](const Request&) { return Fate{.sent = false, .answer_ms = 3'000}; };
    const std::int64_t began_ms = s.clock.now_ms;
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_final(op));
    EXPECT_EQ(s.view(op).reason, Reason::not_sent);
    EXPECT_EQ(s.clock.now_ms - began_ms, 10'000);
    EXPECT_EQ(s.entry("A"), nullptr);
}

// The answer to pay is lost, the gateway never shows the payment, and pay never arrived: R4 to its end.
TEST(Payment, UnansweredOneIsInquiredCancelledAndAwaitedOnSchedule) {
    Simulation s;
    s.run_for(1'000);
    s.gateway.plan = [](const Request& r) { return r.call == Call::pay ? Fate{.reaches = false} : Fate{}; };
    const std::int64_t began_ms = s.clock.now_ms;
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_sent(Call::cancel));
    Times inquiries = s.gateway.times(Call::inquire, began_ms);
    Times expected;
    for (int i = 0; i < 20; i++)
        expected.push_back(5'005 + 3'000 * i);
    expected.push_back(65'005);  // before the cancel
    EXPECT_EQ(inquiries, expected);
    EXPECT_EQ(s.gateway.times(Call::cancel, began_ms), (Times{65'045}));
    ASSERT_TRUE(s.run_until([&] { return s.view(op).next_action == NextAction::settle_later; }, 1'000));
    EXPECT_EQ(s.view(op).state, State::cancelling);
    ASSERT_TRUE(s.run_until_final(op));
    EXPECT_EQ(s.view(op).state, State::cancelled);
    EXPECT_EQ(s.view(op).reason, Reason::expiry);
    const std::int64_t ended_ms = s.clock.now_ms - began_ms;
    EXPECT_GT(ended_ms, 180'000);
    EXPECT_LE(ended_ms, 190'100);
    EXPECT_EQ(s.gateway.count(Call::pay), 1);
    EXPECT_EQ(s.gateway.count(Call::cancel), 1);
    EXPECT_EQ(s.gateway.count(Call::inquire), 21 + 12);
}

TEST(Payment, PaidButEveryAnswerToPayLost) {
    Simulation s;
    s.gateway.plan = [](const Request& r) { return Fate{.answered = r.call != Call::pay}; };
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_final(op));
    EXPECT_EQ(s.view(op).state, State::succeeded);
    EXPECT_EQ(s.gateway.count(Call::inquire), 1);
}

TEST(Payment, TooMuchTrafficIsRepeatedAndChargedOnce) {
    Simulation s;
    s.gateway.plan = [&](const Request&) { return Fate{.slow_down = s.gateway.count(Call::pay) < 3}; };
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_final(op));
    EXPECT_EQ(s.view(op).state, State::succeeded);
    EXPECT_EQ(s.entry("A")->charges, 1);
    EXPECT_EQ(s.gateway.count(Call::pay), 4);
}

TEST(Payment, MismatchIsForPeople) {
    Simulation s;
    s.gateway.plan = [](const Request&) { return Fate{.mismatch = true}; };
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until([&] { return s.view(op).state == State::unknown; }, 1'000));
    s.run_for(600'000);
    EXPECT_EQ(s.view(op).next_action, NextAction::call_support);
    EXPECT_EQ(s.gateway.sent.size(), 1U);
}

TEST(Payment, NothingTurnsHotWhenIdle) {
    Simulation s;
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_final(op));
    const int before = s.turns;
    s.run_for(3'600'000);
    EXPECT_LE(s.turns - before, 365) << "one turn in ten seconds";
}

TEST(Payment, RevisionMovesOnlyWhenSomethingIsNew) {
    Simulation s;
    s.gateway.plan = [](const Request&) { return Fate{.customer_ms = 50'000}; };
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until([&] { return s.view(op).state == State::waiting_customer; }, 1'000));
    const std::uint32_t revision = s.view(op).revision;
    s.gateway.plan = [&](const Request&) {
        s.gateway.offset_ms += s.random.below(200) - 100;
        return Fate{};
    };
    s.run_for(30'000);
    EXPECT_EQ(s.view(op).revision, revision) << "ten inquiries whose answers say nothing new";
}

}  // namespace
}  // namespace paydrv
