// R16: kill the process in every sub-state; the same reference finds the same payment, and one customer is charged
// once.
#include <gtest/gtest.h>

#include "simulation.h"

namespace paydrv {
namespace {

using engine::Call;
using engine::Request;
using engine::StartResult;
using money::Phase;
using money::State;
using simulated::DiskFault;
using simulated::Fate;
using simulated::Simulation;

struct Moment {
    const char* name;
    Fate pay;
    std::int64_t cancel_after_ms;  // 0: none
    std::int64_t kill_after_ms;
    State expected;
    int charges;
};

void PrintTo(const Moment& moment, std::ostream* out) {
    *out << moment.name;
}

class R16Kill : public testing::TestWithParam<Moment> {};

TEST_P(R16Kill, AtMostOneChargeAndTheRightEnd) {
    const Moment& moment = GetParam();
    Simulation s;
    s.run_for(1'000);
    s.gateway.plan = [&](const Request& r) { return r.call == Call::pay ? moment.pay : Fate{}; };
    const auto op = s.start("A").op;
    if (moment.cancel_after_ms != 0) {
        s.run_for(moment.cancel_after_ms);
        s.cancel(op);
    }
    s.run_for(moment.kill_after_ms);
    s.restart();
    const auto again = s.start("A");
    ASSERT_TRUE(again.result == StartResult::joined || again.result == StartResult::spent);
    ASSERT_TRUE(s.run_until_final(again.op));
    EXPECT_EQ(s.view(again.op).state, moment.expected);
    EXPECT_EQ(s.gateway.count(Call::pay), 1) << "pay is never repeated after a restart";
    EXPECT_EQ(s.entry("A") == nullptr ? 0 : s.entry("A")->charges, moment.charges);
    EXPECT_EQ(s.money_held("A"), moment.expected == State::succeeded);
    s.run_for(30'000);
    const auto spent = s.start("A");
    EXPECT_EQ(spent.result, StartResult::spent);
    EXPECT_EQ(s.view(spent.op).state, moment.expected);
    EXPECT_EQ(s.journal.rows.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Restart, R16Kill,
    testing::Values(
        Moment{"handed out, lost", {.first_byte_ms = 500, .reaches = false}, 0, 100, State::cancelled, 0},
        Moment{"handed out, executed after the death",
               {.first_byte_ms = 500, .executed_ms = 520, .answer_ms = 600},
               0,
               100,
               State::succeeded,
               1},
        Moment{"sent", {.executed_ms = 20, .answer_ms = 4'000}, 0, 1'000, State::succeeded, 1},
        Moment{"sent, executed late", {.executed_ms = 4'000, .answer_ms = 4'100}, 0, 1'000, State::succeeded, 1},
        Moment{"inquiring", {.answered = false, .customer_ms = 30'000}, 0, 12'000, State::succeeded, 1},
        Moment{"inquiring, declined meanwhile", {.customer_ms = 500'000}, 0, 12'000, State::cancelled, 0},
        Moment{"back-off", {.slow_down = true}, 0, 500, State::cancelled, 0},
        Moment{"cancel wanted", {.customer_ms = 90'000}, 3'000, 10, State::cancelled, 0},
        Moment{"cancel sent", {.customer_ms = 90'000}, 3'000, 60, State::cancelled, 0},
        Moment{"cancel of a paid one", {.answer_ms = 9'000}, 3'000, 60, State::cancelled, 1},
        Moment{"awaiting expiry", {.reaches = false}, 6'000, 20'000, State::cancelled, 0},
        Moment{"concluded, paid", {}, 0, 5'000, State::succeeded, 1},
        Moment{"concluded, declined", {.declined = true}, 0, 5'000, State::declined, 0}));

TEST(Restart, WhatWaitedForTheGateIsNotFound) {
    Simulation s;
    s.gateway.plan_probe = [] { return Fate{.reaches = false}; };
    s.start("A");
    s.run_for(1'000);
    s.restart();
    const auto query = std::make_shared<engine::Query>();
    query->reference = "A";
    query->business_day = simulated::today;
    EXPECT_EQ(s.ask(query)->op, 0);
    EXPECT_FALSE(query->failed);
    EXPECT_EQ(s.start("A").result, StartResult::fresh);
}

TEST(Restart, AnIntentThatLandedUnheardCountsAsSent) {
    Simulation s;
    s.run_for(1'000);
    s.journal.fault = DiskFault::refuse_but_landed;
    s.start("A");
    s.run_for(1'000);
    s.journal.fault = DiskFault::none;
    s.restart();
    const auto again = s.start("A");
    ASSERT_TRUE(s.run_until_final(again.op));
    EXPECT_NE(s.view(again.op).state, State::succeeded);
    EXPECT_EQ(s.gateway.count(Call::pay), 0);
}

TEST(Restart, PaidAndNotAcknowledgedIsListedAndCanBeBooked) {
    Simulation s;
    s.start("A");
    s.run_for(1'000);
    s.restart();
    EXPECT_EQ(s.health().unacknowledged, 1U);
    const auto query = std::make_shared<engine::Query>();
    query->kind = engine::Query::Kind::list;
    query->list = engine::List::unacknowledged;
    const auto op = s.ask(query)->op;
    ASSERT_NE(op, 0);
    EXPECT_EQ(s.view(op).state, State::succeeded);
    s.acknowledge(op);
    ASSERT_TRUE(s.run_until([&] { return s.view(op).acknowledged == 1; }, 1'000));
    EXPECT_EQ(s.health().unacknowledged, 0U);
    s.restart();
    EXPECT_EQ(s.health().unacknowledged, 0U);
    EXPECT_EQ(s.start("A").result, StartResult::spent);
}

TEST(Restart, MismatchStaysForPeople) {
    Simulation s;
    s.gateway.plan = [](const Request&) { return Fate{.mismatch = true}; };
    s.start("A");
    s.run_for(1'000);
    s.restart();
    const auto again = s.start("A");
    EXPECT_EQ(again.result, StartResult::joined);
    s.run_for(60'000);
    EXPECT_EQ(s.view(again.op).state, State::unknown);
    EXPECT_EQ(s.view(again.op).next_action, money::NextAction::call_support);
    EXPECT_EQ(s.gateway.sent.size(), 1U);
}

}  // namespace
}  // namespace paydrv
