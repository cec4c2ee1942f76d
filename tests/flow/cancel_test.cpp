// A cancel at every moment of a payment's life.
#include <gtest/gtest.h>

#include "simulation.h"

namespace paydrv {
namespace {

using engine::Call;
using engine::Request;
using money::NextAction;
using money::Reason;
using money::State;
using simulated::DiskFault;
using simulated::Fate;
using simulated::Simulation;

void expect_cancelled(Simulation& s, std::int32_t op) {
    ASSERT_TRUE(s.run_until_final(op));
    EXPECT_EQ(s.view(op).state, State::cancelled);
    EXPECT_EQ(s.view(op).reason, Reason::cashier);
    EXPECT_FALSE(s.money_held("A"));
}

TEST(Cancel, BeforeTheGate) {
    Simulation s;
    s.gateway.plan_probe = [] { return Fate{.reaches = false}; };
    const auto op = s.start("A").op;
    s.run_for(100);
    s.cancel(op);
    expect_cancelled(s, op);
    EXPECT_TRUE(s.gateway.sent.empty());
}

TEST(Cancel, InTheSameBreathAsTheStart) {
    Simulation s;
    s.run_for(1'000);
    const auto op = s.start("A").op;
    s.cancel(op);
    expect_cancelled(s, op);
    EXPECT_TRUE(s.gateway.sent.empty());
}

TEST(Cancel, WhileTheIntentIsBeingCommitted) {
    Simulation s;
    s.run_for(1'000);
    s.gateway.plan = [](const Request&) { return Fate{.customer_ms = 60'000}; };
    s.start("B");  // company: the commit of A waits 5 ms
    s.run_for(100);
    const auto op = s.start("A").op;
    s.turn();
    EXPECT_FALSE(s.journal.rows.contains(2)) << "not on disk yet";
    s.cancel(op);
    expect_cancelled(s, op);
    EXPECT_EQ(s.gateway.count(Call::pay), 1) << "only B's";
}

TEST(Cancel, HandedOutWithoutAByteIsRecalled) {
    Simulation s;
    s.gateway.plan = [](const Request&) {
        return Fate{.first_byte_ms = 3'000, .executed_ms = 3'020, .answer_ms = 3'040};
    };
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_sent(Call::pay));
    s.cancel(op);
    expect_cancelled(s, op);
    EXPECT_EQ(s.entry("A"), nullptr);
    s.run_for(10'000);
    EXPECT_EQ(s.entry("A"), nullptr) << "the worker that was late kept to it";
    EXPECT_EQ(s.gateway.under_way[0], 0);
}

TEST(Cancel, SentButUnanswered) {
    Simulation s;
    s.gateway.plan = [](const Request& r) { return r.call == Call::pay ? Fate{.answer_ms = 4'000} : Fate{}; };
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until([&] { return s.money_held("A"); }, 1'000));
    s.cancel(op);
    expect_cancelled(s, op);
    EXPECT_EQ(s.entry("A")->charges, 1);
}

// The pay overtakes the cancel: the cancel's S speaks of nothing, the money is taken after it.
TEST(Cancel, WhosePayIsExecutedAfterIt) {
    Simulation s;
    s.gateway.plan = [](const Request& r) {
        if (r.call == Call::pay) return Fate{.executed_ms = 3'000, .answer_ms = 3'010};
        if (r.call == Call::cancel) return Fate{.answer_ms = 4'000, .absent_is_s = true};
        return Fate{};
    };
    const auto op = s.start("A").op;
    s.run_for(100);
    s.cancel(op);
    expect_cancelled(s, op);
    EXPECT_EQ(s.gateway.count(Call::cancel), 2);
}

TEST(Cancel, WhileInquiring) {
    Simulation s;
    s.gateway.plan = [](const Request&) { return Fate{.customer_ms = 90'000}; };
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_sent(Call::inquire, 2));
    s.cancel(op);
    s.cancel(op);  // joined
    expect_cancelled(s, op);
    EXPECT_EQ(s.gateway.count(Call::cancel), 1);
}

TEST(Cancel, DuringBackOff) {
    Simulation s;
    s.gateway.plan = [](const Request& r) { return Fate{.slow_down = r.call == Call::pay}; };
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_sent(Call::pay, 3));
    s.run_for(1'000);
    s.cancel(op);
    expect_cancelled(s, op);
    EXPECT_EQ(s.entry("A"), nullptr);
}

TEST(Cancel, OfAFinalOneChangesNothing) {
    Simulation s;
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_final(op));
    const auto revision = s.view(op).revision;
    s.cancel(op);
    s.run_for(10'000);
    EXPECT_EQ(s.view(op).revision, revision);
    EXPECT_EQ(s.gateway.count(Call::cancel), 0);
}

TEST(Cancel, GoesOnThroughADeadNetworkAndSaysSo) {
    Simulation s;
    bool dead = false;
    s.gateway.plan = [&](const Request&) { return Fate{.reaches = !dead, .customer_ms = 50'000}; };
    const auto op = s.start("A").op;
    s.run_for(1'000);
    dead = true;
    s.cancel(op);
    ASSERT_TRUE(s.run_until([&] { return s.view(op).next_action == NextAction::settle_later; }, 11'000));
    EXPECT_EQ(s.view(op).state, State::cancelling);
    ASSERT_TRUE(s.run_until([&] { return s.view(op).state == State::unknown; }, 60'000));
    s.run_for(1'800'000);
    EXPECT_LT(s.gateway.count(Call::inquire), 70) << "every minute after five";
    dead = false;
    expect_cancelled(s, op);
}

// R1: a cancel that waits for a worker is taken back when a mismatch shows.
TEST(Cancel, ThatHasNotLeftIsTakenBackByAMismatch) {
    Simulation s;
    s.settings.workers = 4;  // one cancel at a time
    s.restart();
    bool mismatch = false;
    s.gateway.plan = [&](const Request& r) {
        if (r.call == Call::cancel) return Fate{.reaches = false};
        return Fate{.answer_ms = r.record.reference == "A" && r.call == Call::pay ? 3'000 : 40,
                    .mismatch = mismatch && r.record.reference == "A",
                    .customer_ms = 60'000};
    };
    const auto b = s.start("B").op;
    s.run_for(100);
    s.cancel(b);
    ASSERT_TRUE(s.run_until_sent(Call::cancel));
    mismatch = true;
    const auto a = s.start("A").op;
    s.run_for(500);
    mismatch = false;
    s.cancel(a);  // inquiry: open, ours; its cancel waits behind B's
    ASSERT_TRUE(s.run_until([&] { return s.view(a).reason == Reason::mismatch; }, 5'000));
    s.gateway.plan = [](const Request&) { return Fate{}; };
    s.run_for(60'000);
    EXPECT_EQ(s.gateway.count(Call::cancel, Simulation::id_of("A")), 0);
}

}  // namespace
}  // namespace paydrv
