// What hosts ask for beside paying: names in use, find, next, acknowledge, and what each costs the disk.
#include <gtest/gtest.h>

#include <iostream>
#include <set>

#include "simulation.h"

namespace paydrv {
namespace {

using engine::Query;
using engine::Request;
using engine::StartResult;
using money::State;
using simulated::Fate;
using simulated::Simulation;

std::shared_ptr<Query> named(const std::string& reference) {
    const auto query = std::make_shared<Query>();
    query->reference = reference;
    query->business_day = simulated::today;
    return query;
}

TEST(Start, JoinedSpentDiffersCodeUsedOrderBusy) {
    Simulation s;
    s.gateway.plan = [](const Request&) { return Fate{.customer_ms = 10'000}; };
    const auto op = s.start("A").op;
    const auto joined = s.start("A");
    EXPECT_EQ(joined.result, StartResult::joined);
    EXPECT_EQ(joined.op, op);
    EXPECT_EQ(s.start("A", {.amount_minor = 1}).result, StartResult::content_differs);
    EXPECT_EQ(s.start("B", {.code = "28A"}).result, StartResult::code_used);
    EXPECT_EQ(s.start("B", {.code = "28A"}).op, op);
    EXPECT_EQ(s.start("B", {.order = "T-A"}).result, StartResult::order_busy);
    EXPECT_EQ(s.start("B", {.order = "T-A"}).op, op);
    ASSERT_TRUE(s.run_until_final(op));
    EXPECT_EQ(s.start("A").result, StartResult::spent);
    EXPECT_EQ(s.start("A").op, op);
    EXPECT_EQ(s.start("B", {.order = "T-A"}).result, StartResult::order_busy) << "paid";
    EXPECT_EQ(s.start("B", {.order = "T-A", .flags = 2}).result, StartResult::fresh);
}

TEST(Find, GivesOneIdForOneOperation) {
    Simulation s;
    s.gateway.plan = [](const Request&) { return Fate{.customer_ms = 10'000}; };
    const auto op = s.start("A").op;
    EXPECT_EQ(s.ask(named("A"))->op, op) << "waiting, not on disk yet";
    s.run_for(1'000);
    EXPECT_EQ(s.ask(named("A"))->op, op);
    ASSERT_TRUE(s.run_until_final(op));
    EXPECT_EQ(s.ask(named("A"))->op, op);
    EXPECT_EQ(s.ask(named("B"))->op, 0);
    s.restart();
    const auto found = s.ask(named("A"))->op;
    EXPECT_EQ(s.ask(named("A"))->op, found);
    EXPECT_EQ(s.start("A").op, found);
    EXPECT_EQ(s.view(found).state, State::succeeded);
    EXPECT_EQ(engine::text_of(s.view(found).reference), "A");
}

TEST(List, WalksEveryOperationOnce) {
    Simulation s;
    std::set<std::int32_t> ops;
    for (int i = 0; i < 20; i++) {
        ops.insert(s.start("A" + std::to_string(i)).op);
    }
    s.run_for(5'000);
    std::set<std::int32_t> listed;
    std::uint64_t cursor = 0;
    for (;;) {
        const auto query = std::make_shared<Query>();
        query->kind = Query::Kind::list;
        query->list = engine::List::unacknowledged;
        query->cursor = cursor;
        if (s.ask(query)->op == 0) break;
        EXPECT_TRUE(listed.insert(query->op).second);
        cursor = query->cursor;
    }
    EXPECT_EQ(listed, ops);
}

TEST(Changed, EveryOperationIsToldAndAtLastInItsFinalState) {
    Simulation s;
    std::set<std::int32_t> ops;
    for (int i = 0; i < 20; i++)
        ops.insert(s.start("A" + std::to_string(i)).op);
    std::set<std::int32_t> ended;
    std::uint64_t cursor = 0;
    s.run_until(
        [&] {
            std::uint64_t changed = 0;
            while (const std::int32_t op = s.snapshot().next_changed(cursor, 0, changed)) {
                EXPECT_GT(changed, cursor);
                cursor = changed;
                if (money::is_final(s.view(op).state)) ended.insert(op);
            }
            return ended.size() == ops.size();
        },
        10'000);
    EXPECT_EQ(ended, ops);
}

TEST(Acknowledge, CountsOnceHoweverOftenItIsSaid) {
    Simulation s;
    const auto op = s.start("A").op;
    s.acknowledge(op);
    s.run_for(1'000);
    EXPECT_EQ(s.view(op).acknowledged, 0U) << "it was not final then";
    EXPECT_EQ(s.health().unacknowledged, 1U);
    for (int i = 0; i < 3; i++)
        s.acknowledge(op);
    s.run_for(100);
    s.acknowledge(op);
    s.run_for(100);
    EXPECT_EQ(s.view(op).acknowledged, 1U);
    EXPECT_EQ(s.health().unacknowledged, 0U);
    EXPECT_EQ(s.journal.events.at(1).size(), 3U);
}

TEST(Lanes, ShareTheirCommits) {
    Simulation s;
    s.run_for(1'000);
    s.gateway.plan = [&](const Request&) {
        const std::int64_t answer_ms = 200 + s.random.below(100);
        return Fate{.executed_ms = answer_ms - 10, .answer_ms = answer_ms};
    };
    s.settings.workers = 64;
    s.restart();
    s.run_for(1'000);
    const int before = s.journal.commits;
    constexpr int lanes = 64;
    constexpr int rounds = 20;
    std::vector<std::int32_t> ops;
    for (int round = 0; round < rounds; round++) {
        for (int lane = 0; lane < lanes; lane++) {
            s.run_for(s.random.below(5));
            ops.push_back(s.start(std::to_string(lane) + "-" + std::to_string(round)).op);
        }
        s.run_for(400);
        for (int lane = 0; lane < lanes; lane++)
            s.acknowledge(ops[ops.size() - 1 - static_cast<std::size_t>(lane)]);
        s.run_for(50);
    }
    for (const std::int32_t op : ops) {
        EXPECT_EQ(s.view(op).state, State::succeeded);
        EXPECT_EQ(s.view(op).acknowledged, 1U);
    }
    const double per_payment = static_cast<double>(s.journal.commits - before) / (lanes * rounds);
    std::cout << "commits per payment, 64 lanes: " << per_payment << "\n";
    EXPECT_LT(per_payment, 1.5);
}

}  // namespace
}  // namespace paydrv
