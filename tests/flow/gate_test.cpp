// R13, R14: no pay before one answer has verified, and times about money by the gateway's clock.
#include <gtest/gtest.h>

#include "simulation.h"

namespace paydrv {
namespace {

using engine::Call;
using engine::StartResult;
using money::Reason;
using money::State;
using simulated::Fate;
using simulated::Simulation;

TEST(Gate, R14ThatNeverOpensDeclinesAfterFiveSeconds) {
    Simulation s;
    s.gateway.plan_probe = [] { return Fate{.reaches = false}; };
    const std::int64_t began_ms = s.clock.now_ms;
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_final(op));
    EXPECT_EQ(s.view(op).state, State::declined);
    EXPECT_EQ(s.view(op).reason, Reason::not_ready);
    EXPECT_EQ(s.clock.now_ms - began_ms, 5'000);
    EXPECT_TRUE(s.gateway.sent.empty());
    EXPECT_FALSE(s.health().gate_open);
}

TEST(Gate, ThatOpensInTimeLetsThePaymentGoOn) {
    Simulation s;
    s.gateway.plan_probe = [&] { return Fate{.sent = s.gateway.probes >= 2}; };
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_final(op));
    EXPECT_EQ(s.view(op).state, State::succeeded);
    EXPECT_EQ(s.gateway.probes, 3);
    s.run_for(600'000);
    EXPECT_EQ(s.gateway.probes, 3) << "open until close";
}

TEST(Gate, AsksEveryTenSecondsWhileNothingWaits) {
    Simulation s;
    s.gateway.plan_probe = [] { return Fate{.sent = false}; };
    s.run_for(100'000);
    EXPECT_GE(s.gateway.probes, 10);
    EXPECT_LE(s.gateway.probes, 11);
}

TEST(Gate, ConfigurationFaultRefusesStartsWithASentenceUntilItVerifies) {
    Simulation s;
    s.gateway.plan_probe = [] { return Fate{.verifiable = false, .keys_at_fault = true}; };
    s.run_for(1'000);
    const auto refused = s.start("A");
    EXPECT_EQ(refused.result, StartResult::configuration);
    EXPECT_NE(std::string(refused.problem.data()).find("alipayPublicKey"), std::string::npos);
    s.gateway.plan_probe = [] { return Fate{}; };
    s.run_for(10'000);
    const auto accepted = s.start("A");
    EXPECT_EQ(accepted.result, StartResult::fresh);
    ASSERT_TRUE(s.run_until_final(accepted.op));
    EXPECT_EQ(s.view(accepted.op).state, State::succeeded);
}

TEST(Gate, ADiskThatRecoversDoesNotHideAConfigurationFault) {
    Simulation s;
    s.gateway.plan_probe = [] { return Fate{.verifiable = false, .keys_at_fault = true}; };
    const auto op = s.start("A").op;
    s.journal.fault = simulated::DiskFault::refuse;
    s.run_for(6'000);
    EXPECT_EQ(s.start("B").result, StartResult::journal) << "A's DECLINED cannot be written";
    s.journal.fault = simulated::DiskFault::none;
    ASSERT_TRUE(s.run_until_final(op));
    EXPECT_EQ(s.start("B").result, StartResult::configuration);
}

TEST(Gate, IsNotHeldClosedByThousandsOfReopenedPayments) {
    Simulation s;
    s.gateway.plan = [](const engine::Request&) { return Fate{.customer_ms = 60'000}; };
    for (int i = 0; i < 2'000; i++) {
        const std::string reference = "old" + std::to_string(i);
        money::OperationRecord record;
        record.row = i + 1;
        record.store = "SHOP";
        record.terminal = "TILL";
        record.business_day = simulated::today;
        record.reference = reference;
        record.order_reference = reference;
        record.currency = "EUR";
        record.phase = money::Phase::committing;
        record.request_id = Simulation::id_of(reference);
        s.journal.rows[record.row] = record;
    }
    s.restart();
    s.gateway.plan = [](const engine::Request& r) { return Fate{.reaches = r.call == Call::pay}; };
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_final(op, 5'000)) << "inquiries hang, the probe stands in front of them";
    EXPECT_EQ(s.view(op).state, State::succeeded);
}

TEST(Clock, R13ExpiryIsMeasuredByTheGatewaysClock) {
    Simulation s;
    s.clock.wall_start_ms -= 3'600'000;  // the till's clock is an hour slow
    s.run_for(1'000);
    EXPECT_TRUE(s.health().gate_open);
    EXPECT_FALSE(s.health().clock_good);
    s.start("A");
    ASSERT_TRUE(s.run_until_sent(Call::pay));
    EXPECT_NEAR(static_cast<double>(s.journal.rows.at(1).expiry_ms),
                static_cast<double>(s.gateway.gateway_ms() + 120'000), 1'000);
}

}  // namespace
}  // namespace paydrv
