// R17: what a failed commit means, for every change that can fail.
#include <gtest/gtest.h>

#include "simulation.h"

namespace paydrv {
namespace {

using engine::Call;
using engine::Request;
using engine::StartResult;
using money::Reason;
using money::State;
using simulated::DiskFault;
using simulated::Fate;
using simulated::shop_settings;
using simulated::Simulation;

class R17Intent : public testing::TestWithParam<DiskFault> {};

TEST_P(R17Intent, RefusedSendsNothingAndIsDeclinedOnlyAfterAGoodCommit) {
    Simulation s;
    s.run_for(1'000);
    s.journal.fault = GetParam();
    const auto op = s.start("A").op;
    s.run_for(30'000);
    EXPECT_EQ(s.view(op).state, State::in_progress);
    EXPECT_EQ(s.view(op).reason, Reason::journal);
    EXPECT_EQ(s.start("B").result, StartResult::journal);
    EXPECT_EQ(s.start("A").result, StartResult::joined);
    EXPECT_FALSE(s.health().journal_good);
    s.journal.fault = DiskFault::none;
    ASSERT_TRUE(s.run_until_final(op, 2'000));
    EXPECT_EQ(s.view(op).state, State::declined);
    EXPECT_EQ(s.view(op).reason, Reason::journal);
    EXPECT_TRUE(s.gateway.sent.empty());
    EXPECT_EQ(s.start("B").result, StartResult::fresh);
    EXPECT_TRUE(s.health().journal_good);
}
INSTANTIATE_TEST_SUITE_P(Disk, R17Intent, testing::Values(DiskFault::refuse, DiskFault::refuse_but_landed));

TEST(Disk, R17WhatStillWaitsForAWorkerIsDeclinedForTheJournalToo) {
    Simulation s;
    s.run_for(1'000);
    s.journal.fault = DiskFault::refuse;
    std::int32_t last = 0;
    for (int i = 0; i <= shop_settings().workers; i++) {
        last = s.start("Q" + std::to_string(i)).op;
    }
    s.run_for(10'000);
    EXPECT_EQ(s.view(last).state, State::in_progress) << "shown when it is on disk";
    s.journal.fault = DiskFault::none;
    ASSERT_TRUE(s.run_until_final(last, 2'000));
    EXPECT_EQ(s.view(last).state, State::declined);
    EXPECT_EQ(s.view(last).reason, Reason::journal);
    EXPECT_TRUE(s.gateway.sent.empty());
}

TEST(Disk, WhatWasCommittedTooSlowlyIsNotSentAnyMore) {
    Simulation s;
    s.run_for(1'000);
    s.journal.while_committing = [&s] { s.clock.now_ms += 30'000; };
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until([&] { return s.journal.commits >= 1; }, 1'000));
    s.journal.while_committing = nullptr;
    ASSERT_TRUE(s.run_until_final(op, 1'000));
    EXPECT_EQ(s.view(op).state, State::declined);
    EXPECT_EQ(s.view(op).reason, Reason::not_sent) << "R3: 10 s from start to first byte, the disk's share included";
    EXPECT_TRUE(s.gateway.sent.empty());
}

TEST(Disk, R17SuccessIsShownAllTheSameAndNeverCancelled) {
    Simulation s;
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_sent(Call::pay));
    s.journal.fault = DiskFault::refuse;
    ASSERT_TRUE(s.run_until_final(op, 1'000));
    EXPECT_EQ(s.view(op).state, State::succeeded);
    s.run_for(60'000);
    EXPECT_EQ(s.gateway.sent.size(), 1U);
    s.acknowledge(op);
    s.run_for(2'000);
    EXPECT_EQ(s.view(op).acknowledged, 0U) << "not on disk";
    s.journal.fault = DiskFault::none;
    ASSERT_TRUE(s.run_until([&] { return s.view(op).acknowledged == 1; }, 2'000));
    EXPECT_EQ(s.health().unacknowledged, 0U);
    EXPECT_EQ(s.journal.rows.at(1).state, State::succeeded);
}

TEST(Disk, R17DeclinedWaitsForItsCommit) {
    Simulation s;
    s.gateway.plan = [](const Request&) { return Fate{.declined = true}; };
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_sent(Call::pay));
    s.journal.fault = DiskFault::refuse_but_landed;
    s.run_for(10'000);
    EXPECT_EQ(s.view(op).state, State::in_progress);
    s.journal.fault = DiskFault::none;
    ASSERT_TRUE(s.run_until_final(op, 2'000));
    EXPECT_EQ(s.view(op).state, State::declined);
}

TEST(Disk, R17CancelThatCannotBeJournaledShowsCancellingAndIsSentAfterTheNextGoodCommit) {
    Simulation s;
    s.gateway.plan = [](const Request&) { return Fate{.customer_ms = 90'000}; };
    const auto op = s.start("A").op;
    s.run_for(1'000);
    s.journal.fault = DiskFault::refuse;
    s.cancel(op);
    s.run_for(5'000);
    EXPECT_EQ(s.view(op).state, State::cancelling);
    EXPECT_EQ(s.gateway.count(Call::cancel), 0);
    s.journal.fault = DiskFault::none;
    ASSERT_TRUE(s.run_until_final(op, 2'000));
    EXPECT_EQ(s.view(op).state, State::cancelled);
    EXPECT_EQ(s.gateway.count(Call::cancel), 1);
}

TEST(Disk, ProbeClearsTheRefusalWhenNothingElseIsToBeWritten) {
    Simulation s;
    const auto op = s.start("A").op;
    ASSERT_TRUE(s.run_until_final(op));
    s.journal.throws_on_read = true;
    s.journal.fault = DiskFault::refuse;
    s.acknowledge(op);  // needs its row, which cannot be read
    s.run_for(5'000);
    EXPECT_EQ(s.start("B").result, StartResult::journal);
    EXPECT_GE(s.journal.probes, 4);
    s.journal.throws_on_read = false;
    s.journal.fault = DiskFault::none;
    s.run_for(1'000);
    EXPECT_EQ(s.start("B").result, StartResult::fresh);
    s.acknowledge(op);
    ASSERT_TRUE(s.run_until([&] { return s.view(op).acknowledged == 1; }, 1'000));
}

TEST(Disk, AGoodDiskLaterIsNotBlamedOnOthers) {
    Simulation s;
    s.gateway.plan = [](const Request&) { return Fate{.customer_ms = 50'000}; };
    const auto op = s.start("A").op;
    s.run_for(1'000);
    s.gateway.plan = [](const Request&) { return Fate{}; };
    s.journal.fault = DiskFault::refuse;
    s.start("B");
    s.run_for(3'000);
    EXPECT_EQ(s.view(op).reason, Reason::customer) << "everything about A is on disk";
}

TEST(Disk, ThatItRunsFullIsShownThoughNothingElseHasChanged) {
    Simulation s;
    s.journal.free_space_bytes = 1LL << 40;
    s.run_for(70'000);
    EXPECT_TRUE(s.health().disk_good);
    const auto before = s.health().revision;
    s.journal.free_space_bytes = 1'000'000;
    s.run_for(70'000);
    EXPECT_FALSE(s.health().disk_good);
    EXPECT_NE(s.health().revision, before) << "who waits hears of it";
}

TEST(Disk, QuestionsHearThatItCannotBeRead) {
    Simulation s;
    s.journal.throws_on_read = true;
    const auto query = std::make_shared<engine::Query>();
    query->reference = "A";
    query->business_day = simulated::today;
    EXPECT_TRUE(s.ask(query)->failed);
}

}  // namespace
}  // namespace paydrv
