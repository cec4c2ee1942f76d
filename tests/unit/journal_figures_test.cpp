// How long does the journal take? Prints the figures; the bounds are ten times looser than what was seen.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <vector>

#include "journal/folder.h"

namespace paydrv::journal_test {
namespace {

using Clock = std::chrono::steady_clock;
using engine::Change;

std::int64_t took_us(const auto& work) {
    const auto start = Clock::now();
    work();
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
}

struct Percentiles {
    std::int64_t p50;
    std::int64_t p99;
};

Percentiles percentiles(std::vector<std::int64_t> times) {
    std::sort(times.begin(), times.end());
    return {times[times.size() / 2], times[times.size() * 99 / 100]};
}

Percentiles time_commits(journal::SqliteJournal& journal, std::int64_t batch, int rounds) {
    std::vector<std::int64_t> times;
    auto row = journal.last_row();
    for (int round = 0; round < rounds; ++round) {
        std::vector<Change> changes;
        for (std::int64_t i = 0; i < batch; ++i) {
            changes.push_back(intent(payment(++row)));
        }
        times.push_back(took_us([&] { EXPECT_TRUE(journal.commit(changes)) << journal.problem(); }));
    }
    return percentiles(times);
}

/// The results of the newest intents, one commit each.
Percentiles time_results(journal::SqliteJournal& journal, std::int64_t count) {
    std::vector<std::int64_t> times;
    for (auto row = journal.last_row() - count + 1; row <= journal.last_row(); ++row) {
        const auto change = result(paid(payment(row)));
        times.push_back(took_us([&] { EXPECT_TRUE(journal.commit({&change, 1})) << journal.problem(); }));
    }
    return percentiles(times);
}

class JournalFigures : public ::testing::Test {
  protected:
    void SetUp() override {
#ifdef __SANITIZE_ADDRESS__
        GTEST_SKIP() << "figures are those of the release build";
#endif
    }
};

void print_commits(const char* disk, const std::filesystem::path& parent, std::int64_t most_us) {
    const Folder folder(parent);
    journal::SqliteJournal journal(folder.file(), noon);
    for (const std::int64_t batch : {1, 64}) {
        const auto [p50, p99] = time_commits(journal, batch, 200);
        std::cout << "commit of " << batch << " intents, " << disk << ": p50 " << p50 << " us, p99 " << p99 << " us\n";
        EXPECT_LT(p50, most_us * (batch == 1 ? 1 : 10));
    }
    const auto [p50, p99] = time_results(journal, 200);
    std::cout << "commit of 1 result, " << disk << ": p50 " << p50 << " us, p99 " << p99 << " us\n";
    EXPECT_LT(p50, most_us);
}

TEST_F(JournalFigures, CommitOnDisk) {
    print_commits("disk", std::filesystem::temp_directory_path(), 20'000);
}

TEST_F(JournalFigures, CommitInMemory) {
    const std::filesystem::path memory = "/dev/shm";
    if (!std::filesystem::is_directory(memory)) {
        GTEST_SKIP() << "this system has no /dev/shm";
    }
    print_commits("tmpfs", memory, 5'000);
}

/// Paid and booked payments, 1,500 a day.
void fill(journal::SqliteJournal& journal, std::int64_t count) {
    for (std::int64_t row = 1; row <= count;) {
        std::vector<Change> changes;
        for (; row <= count && changes.size() < 1000; ++row) {
            auto record = paid(payment(row, static_cast<std::uint32_t>(20260101 + row / 1500)));
            record.acknowledged = row + 50 < count;
            changes.push_back(result(record));
        }
        ASSERT_TRUE(journal.commit(changes)) << journal.problem();
    }
}

// PAYDRV_JOURNAL_ROWS=730000 (two years of a busy till) shows that the bounds do not grow with the journal.
TEST_F(JournalFigures, OpenAndIndexOfAWeek) {
    const auto* wanted = std::getenv("PAYDRV_JOURNAL_ROWS");
    const std::int64_t count = wanted != nullptr ? std::atoll(wanted) : 40'000;
    ASSERT_GE(count, 30'000);
    const Folder folder;
    {
        journal::SqliteJournal journal(folder.file(), noon);
        fill(journal, count);
    }
    std::unique_ptr<journal::SqliteJournal> journal;
    const auto open_us = took_us([&] { journal = std::make_unique<journal::SqliteJournal>(folder.file(), noon); });
    std::vector<money::OperationRecord> week;
    const auto first_day = static_cast<std::uint32_t>(20260101 + (count - 30'000) / 1500);
    const auto since_us = took_us([&] { week = journal->since(first_day); });
    const auto wanted_row = count / 2;
    const auto look_up_us = took_us([&] {
        EXPECT_EQ(journal->by_payment_id(paid(payment(wanted_row)).payment_id).size(), 1U);
        EXPECT_EQ(journal->by_request_id(payment(wanted_row).request_id).size(), 1U);
        EXPECT_EQ(journal->by_order(0, payment(wanted_row).order_reference).size(), 1U);
    });
    const auto verify_us = took_us([&] { EXPECT_EQ(journal->verify(), std::nullopt); });
    std::cout << "journal of " << count << " operations, " << std::filesystem::file_size(folder.file()) / 1'000'000
              << " MB: open " << open_us / 1000 << " ms, since() of " << week.size() << " rows " << since_us / 1000
              << " ms, by paymentId, request id and order " << look_up_us << " us, verify " << verify_us / 1000
              << " ms\n";
    EXPECT_GE(week.size(), 30'000U);
    EXPECT_LE(week.size(), 31'500U);
    EXPECT_LT(open_us, 300'000);
    EXPECT_LT(since_us, 2'000'000);
    EXPECT_LT(look_up_us, 20'000);
    EXPECT_EQ(journal->unacknowledged(), 51U);
}

}  // namespace
}  // namespace paydrv::journal_test
