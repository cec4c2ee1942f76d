// Is every commit that returned true still there after kill -9?
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <random>

#include "journal/folder.h"

namespace paydrv::journal_test {
namespace {

using Crash = JournalTest;

/// Commits without end, an intent and then its result, and reports each row on the pipe once it is durable: row for
/// the intent, -row for the result.
[[noreturn]] void commit_for_ever(const std::filesystem::path& file, int report) {
    journal::SqliteJournal journal(file, noon);
    for (auto row = journal.last_row() + 1;; ++row) {
        for (const auto& change : {intent(payment(row)), result(paid(payment(row)))}) {
            const std::int64_t told = change.event == "intent" ? row : -row;
            if (!journal.commit({&change, 1}) || ::write(report, &told, sizeof told) != sizeof told) {
                ::_exit(1);
            }
        }
    }
}

/// Reads reports until `enough` came, kills the child, and reads what it had still sent.
std::vector<std::int64_t> run_and_kill(const std::filesystem::path& file, std::size_t enough) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
        return {};
    }
    const pid_t child = ::fork();
    if (child == 0) {
        commit_for_ever(file, pipe[1]);
    }
    ::close(pipe[1]);
    std::vector<std::int64_t> reports;
    std::int64_t told = 0;
    while (::read(pipe[0], &told, sizeof told) == sizeof told) {
        reports.push_back(told);
        if (reports.size() == enough) {
            ::kill(child, SIGKILL);
        }
    }
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: a commit was refused";
    return reports;
}

TEST_F(Crash, EveryReportedCommitOutlivesKill9) {
    std::minstd_rand random(20260301);
    std::vector<std::int64_t> all;
    for (int round = 0; round < 12; ++round) {
        const auto reports = run_and_kill(folder_.file(), 1 + random() % 120);
        ASSERT_FALSE(reports.empty());
        all.insert(all.end(), reports.begin(), reports.end());
        auto journal = open();
        for (const auto told : all) {
            const auto row = std::abs(told);
            const auto found = journal->by_row(row);
            ASSERT_TRUE(found) << "round " << round << ", row " << row;
            const bool concluded = *found == paid(payment(row));
            ASSERT_TRUE(concluded || (told > 0 && *found == payment(row))) << "round " << round << ", row " << row;
        }
        ASSERT_EQ(journal->verify(), std::nullopt) << "round " << round;
    }
}

}  // namespace
}  // namespace paydrv::journal_test
