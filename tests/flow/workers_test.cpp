// Who gets to the wire: a black hole of inquiries must not keep a pay from it, and many open payments cost little.
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>

#include "simulation.h"

namespace paydrv {
namespace {

using engine::Call;
using engine::Request;
using money::Reason;
using money::State;
using simulated::Fate;
using simulated::Simulation;

TEST(Workers, ABlackHoleOfInquiriesAndCancelsLeavesPayAWay) {
    Simulation s;
    s.gateway.plan = [](const Request& r) {
        return r.call == Call::pay ? Fate{.customer_ms = 90'000} : Fate{.reaches = false};
    };
    std::vector<std::int32_t> held;
    for (int i = 0; i < 40; i++) {
        held.push_back(s.start("H" + std::to_string(i)).op);
        s.run_for(100);
    }
    s.run_for(20'000);
    EXPECT_EQ(s.gateway.most_under_way[static_cast<std::size_t>(Call::inquire)], 8);
    s.gateway.plan = [](const Request& r) { return Fate{.reaches = r.call != Call::cancel}; };
    for (const std::int32_t op : held)
        s.cancel(op);
    s.run_for(60'000);
    EXPECT_EQ(s.gateway.most_under_way[static_cast<std::size_t>(Call::cancel)], 4);
    s.gateway.plan = [](const Request& r) { return Fate{.reaches = r.call == Call::pay}; };
    s.run_for(6'000);
    const std::int64_t began_ms = s.clock.now_ms;
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_final(op, 1'000));
    EXPECT_EQ(s.view(op).state, State::succeeded);
    EXPECT_LE(s.clock.now_ms - began_ms, 60);
}

TEST(Workers, ABlackHoleOfEverythingButPayLeavesPayAWay) {
    Simulation s;
    std::vector<std::int32_t> held;
    for (int i = 0; i < 60; i++) {
        held.push_back(s.start("H" + std::to_string(i)).op);
        ASSERT_TRUE(s.run_until_final(held.back()));
    }
    // Refunds in doubt and being asked about, cancels, and inquiries of payments: nothing of them comes back.
    const auto answers = [&](const Request& r) { return r.call == Call::inquire || r.call == Call::pay; };
    s.gateway.plan = [&](const Request& r) { return Fate{.reaches = answers(r)}; };
    for (int i = 0; i < 20; i++)
        s.refund("R" + std::to_string(i), "H" + std::to_string(i), 100);
    s.run_for(1'000);
    s.gateway.plan = [](const Request& r) {
        return r.call == Call::pay ? Fate{.customer_ms = 90'000} : Fate{.reaches = false};
    };
    for (int i = 0; i < 40; i++) {
        const auto op = s.start("C" + std::to_string(i)).op;
        s.run_for(100);
        if (i % 2 == 0) s.cancel(op);
    }
    for (int i = 0; i < 300; i++) {
        s.run_for(100);
        const auto& n = s.gateway.under_way;
        const auto of = [&](Call call) { return n[static_cast<std::size_t>(call)]; };
        ASSERT_LE(of(Call::inquire) + of(Call::inquire_refund), 8);
        ASSERT_LE(of(Call::cancel) + of(Call::refund), 4);
    }
    s.gateway.plan = [](const Request& r) { return Fate{.reaches = r.call == Call::pay}; };
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_final(op, 1'000));
    EXPECT_EQ(s.view(op).state, State::succeeded);
}

TEST(Workers, APayThatFindsNoneInFiveSecondsIsNeverSent) {
    Simulation s;
    s.settings.workers = 2;
    s.restart();
    s.run_for(1'000);
    s.gateway.plan = [](const Request&) { return Fate{.reaches = false}; };
    s.start("B");
    s.start("C");
    s.run_for(10);
    const std::int64_t began_ms = s.clock.now_ms;
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_final(op));
    EXPECT_EQ(s.view(op).state, State::declined);
    EXPECT_EQ(s.view(op).reason, Reason::not_sent);
    EXPECT_EQ(s.clock.now_ms - began_ms, 5'005) << "and the window in which commits wait for company";
    EXPECT_EQ(s.gateway.count(Call::pay, Simulation::id_of("A")), 0);
    EXPECT_EQ(s.gateway.most_under_way[static_cast<std::size_t>(Call::pay)], 2);
}

TEST(Workers, EightThousandOpenPaymentsCostATurnNothingTheyDoNotNeed) {
    Simulation s;
    for (int i = 0; i < 8'000; i++) {
        money::OperationRecord record;
        record.row = i + 1;
        record.store = "SHOP";
        record.terminal = "TILL";
        record.business_day = simulated::today;
        record.reference = "old" + std::to_string(i);
        record.order_reference = record.reference;
        record.currency = "EUR";
        record.phase = money::Phase::mismatch;
        record.state = State::unknown;
        record.request_id = Simulation::id_of(record.reference);
        s.journal.rows[record.row] = record;
    }
    s.restart();
    s.run_for(1'000);
    EXPECT_EQ(s.health().in_doubt, 8'000U);
    const int before = s.turns;
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < 200; i++) {
        const auto op = s.start("A" + std::to_string(i)).op;
        ASSERT_TRUE(s.run_until_final(op, 1'000));
    }
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - began;
    const double turn_us = took.count() / (s.turns - before);
    std::cout << "a turn beside 8000 open payments: " << turn_us << " us\n";
    EXPECT_LT(turn_us, 1'000);
}

}  // namespace
}  // namespace paydrv
