// What does the journal say and keep while disk, file and strangers are in the way?
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>

#include "journal/database.h"
#include "journal/folder.h"
#include "journal/small_disk.h"

namespace paydrv::journal_test {
namespace {

using engine::List;
using journal::OpenError;
using journal::ReadError;
using ::testing::HasSubstr;

using Faults = JournalTest;

// R17: results find room where intents are refused.
TEST_F(Faults, AFullDiskRefusesIntentsAndTakesResultsFromTheReserve) {
    MOUNT_OR_SKIP(disk, folder_.path() / "disk", "size=4m");
    const auto file = folder_.path() / "disk" / "till.journal";
    constexpr std::int64_t open_payments = 64;
    auto journal = open(file);
    for (std::int64_t row = 1; row <= open_payments; ++row) {
        ASSERT_TRUE(journal->commit({{intent(payment(row))}})) << journal->problem();
    }
    disk.fill();
    std::int64_t begun = open_payments;  // the log may have room for some more
    while (journal->commit({{intent(payment(begun + 1))}})) {
        ASSERT_LT(++begun, open_payments + 100);
        disk.fill();
    }
    EXPECT_THAT(journal->problem(), HasSubstr("free some"));
    EXPECT_EQ(journal->by_row(begun), payment(begun)) << "a full disk can be read";
    EXPECT_FALSE(journal->commit({{intent(payment(begun + 1)), result(paid(payment(1)))}}))
        << "an intent takes no reserve";
    EXPECT_TRUE(std::filesystem::exists(file.string() + ".reserve"));

    for (std::int64_t row = 1; row <= begun; ++row) {
        ASSERT_TRUE(journal->commit({{result(paid(payment(row)))}})) << row << ": " << journal->problem();
    }
    EXPECT_FALSE(std::filesystem::exists(file.string() + ".reserve"));
    disk.fill();
    EXPECT_FALSE(journal->probe());
    EXPECT_FALSE(journal->commit({{intent(payment(begun + 1))}}));
    EXPECT_THAT(journal->problem(), HasSubstr("nothing new is begun"));

    disk.empty();
    EXPECT_TRUE(journal->probe()) << journal->problem();
    EXPECT_TRUE(std::filesystem::exists(file.string() + ".reserve"));
    EXPECT_TRUE(journal->commit({{intent(payment(begun + 1))}})) << journal->problem();
    EXPECT_EQ(journal->verify(), std::nullopt);
    EXPECT_EQ(journal->unacknowledged(), static_cast<std::uint64_t>(begun));
}

TEST_F(Faults, TellsTheFreeBytesOfItsDisk) {
    MOUNT_OR_SKIP(disk, folder_.path() / "disk", "size=4m");
    auto journal = open(folder_.path() / "disk" / "till.journal");
    const auto free = journal->free_bytes();
    EXPECT_GT(free, 1'000'000);
    EXPECT_LT(free, 3'200'000) << "the reserve is taken already";
    disk.fill();
    EXPECT_LT(journal->free_bytes(), 4096);
    disk.empty();
    EXPECT_EQ(journal->free_bytes(), free);
}

TEST_F(Faults, AFullDiskWithAReserveStillOpens) {
    MOUNT_OR_SKIP(disk, folder_.path() / "disk", "size=4m");
    const auto file = folder_.path() / "disk" / "till.journal";
    ASSERT_TRUE(open(file)->commit({{intent(payment(1))}}));
    disk.fill();
    auto journal = open(file);
    EXPECT_THAT(journal->list(List::unfinished, 0, 0, 10), ::testing::SizeIs(1));
    EXPECT_TRUE(journal->commit({{result(paid(payment(1)))}})) << journal->problem();
    EXPECT_FALSE(journal->commit({{intent(payment(2))}}));
}

TEST_F(Faults, AFullDiskWithoutAReserve) {
    MOUNT_OR_SKIP(disk, folder_.path() / "disk", "size=1m");
    disk.fill();
    const auto error = refusal(folder_.path() / "disk" / "till.journal");
    EXPECT_EQ(error.why(), OpenError::Why::no_space);
    EXPECT_THAT(error.what(), HasSubstr("free some"));
}

TEST_F(Faults, AReadOnlyDisk) {
    MOUNT_OR_SKIP(disk, folder_.path() / "disk", "size=4m");
    const auto file = folder_.path() / "disk" / "till.journal";
    ASSERT_TRUE(open(file)->commit({{intent(payment(1))}}));
    ASSERT_TRUE(disk.remount(MS_RDONLY));
    const auto error = refusal(file);
    EXPECT_EQ(error.why(), OpenError::Why::read_only);
    EXPECT_THAT(error.what(), HasSubstr("read-only"));
    ASSERT_TRUE(disk.remount(0));
    EXPECT_EQ(open(file)->by_row(1), payment(1));
}

// Works for every user: writes beyond the limit fail as on a disk that gives out.
TEST_F(Faults, ALimitOnFileSizeFailsTheCommitAndLosesNothing) {
    const pid_t child = ::fork();
    if (child == 0) {
        std::signal(SIGXFSZ, SIG_IGN);
        auto journal = open();
        std::int64_t row = 1;
        bool well = journal->commit({{intent(payment(row))}});
        const auto written = std::filesystem::file_size(folder_.beside("-wal"));
        struct rlimit limit {};
        ::getrlimit(RLIMIT_FSIZE, &limit);
        limit.rlim_cur = written + 100'000;
        ::setrlimit(RLIMIT_FSIZE, &limit);
        while (well && row < 1000 && journal->commit({{intent(payment(row + 1))}})) {
            ++row;
        }
        well = well && row < 1000 && !journal->problem().empty();
        // What failed may be given again, and the file still reads.
        well = well && journal->by_row(row) == payment(row) && journal->last_row() <= row + 1;
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_FSIZE, &limit);
        well = well && journal->commit({{intent(payment(row + 1))}}) && journal->verify() == std::nullopt;
        ::_exit(well ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(open()->verify(), std::nullopt);
}

TEST_F(Faults, AFileRemovedUnderneathIsNeverMadeAnew) {
    auto journal = open();
    ASSERT_TRUE(journal->commit({{intent(payment(1))}}));
    const auto away = folder_.path() / "away";
    std::filesystem::rename(folder_.file(), away);
    EXPECT_FALSE(journal->commit({{intent(payment(2))}}));
    EXPECT_THAT(journal->problem(), HasSubstr("removed or replaced"));
    EXPECT_FALSE(journal->commit({{intent(payment(2))}}));
    EXPECT_THAT(journal->problem(), HasSubstr("put the file back"));
    EXPECT_THROW(journal->by_row(1), ReadError);
    EXPECT_THROW(journal->list(List::unfinished, 0, 0, 10), ReadError);
    EXPECT_FALSE(journal->probe());
    EXPECT_FALSE(std::filesystem::exists(folder_.file()));

    std::filesystem::rename(away, folder_.file());
    EXPECT_TRUE(journal->commit({{intent(payment(2))}})) << journal->problem();
    EXPECT_EQ(journal->by_row(1), payment(1));
    EXPECT_EQ(journal->by_row(2), payment(2));
    EXPECT_EQ(journal->verify(), std::nullopt);
}

TEST_F(Faults, AnOlderCopyPutInItsPlaceIsRefused) {
    ASSERT_TRUE(open()->commit({{intent(payment(1))}}));
    const auto copy = folder_.path() / "copy";
    std::filesystem::copy_file(folder_.file(), copy);
    auto journal = open();
    ASSERT_TRUE(journal->commit({{intent(payment(2))}}));
    std::filesystem::rename(copy, folder_.file());
    EXPECT_FALSE(journal->commit({{intent(payment(3))}}));
    EXPECT_FALSE(journal->commit({{intent(payment(3))}}));
    EXPECT_THAT(journal->problem(), HasSubstr("older copy"));
    EXPECT_THROW(journal->by_row(2), ReadError);
}

TEST_F(Faults, AnotherJournalPutInItsPlaceIsRefused) {
    const auto other = folder_.path() / "other.journal";
    ASSERT_TRUE(open(other)->commit({{intent(payment(1))}}));
    auto journal = open();
    ASSERT_TRUE(journal->commit({{intent(payment(1))}}));
    std::filesystem::rename(other, folder_.file());
    EXPECT_FALSE(journal->commit({{intent(payment(2))}}));
    EXPECT_FALSE(journal->commit({{intent(payment(2))}}));
    EXPECT_THAT(journal->problem(), HasSubstr("another journal"));
    journal.reset();
    EXPECT_EQ(open()->last_row(), 1) << "the other journal was left as it was";
    EXPECT_EQ(open()->verify(), std::nullopt);
}

TEST_F(Faults, ALogRemovedUnderneathLosesNothing) {
    auto journal = open();
    ASSERT_TRUE(journal->commit({{intent(payment(1))}}));
    std::filesystem::remove(folder_.beside("-wal"));
    EXPECT_FALSE(journal->commit({{intent(payment(2))}})) << "a log without a name does not survive a power cut";
    ASSERT_TRUE(journal->commit({{intent(payment(2))}})) << journal->problem();
    EXPECT_EQ(journal->by_row(1), payment(1));
    journal.reset();
    EXPECT_EQ(open()->by_row(2), payment(2));
    EXPECT_EQ(open()->verify(), std::nullopt);
}

/// Leaves the files as a power cut would: a copy taken while the journal is open, checkpointed or not.
void copy_as_after_a_power_cut(const Folder& from, const std::filesystem::path& to) {
    std::filesystem::copy_file(from.beside("-wal"), to.string() + "-wal");
    std::filesystem::copy_file(from.file(), to);  // last: closing it lets SQLite's own locks of this process go
}

TEST_F(Faults, ATornLogKeepsEveryWholeCommitBeforeTheTear) {
    const auto torn = folder_.path() / "torn.journal";
    constexpr std::int64_t commits = 8;
    std::uintmax_t before_last = 0;
    {
        auto journal = open();
        for (std::int64_t row = 1; row <= commits; ++row) {
            before_last = std::filesystem::file_size(folder_.beside("-wal"));
            ASSERT_TRUE(journal->commit({{intent(payment(row))}}));
        }
        copy_as_after_a_power_cut(folder_, torn);
    }
    const auto whole = std::filesystem::file_size(torn.string() + "-wal");
    ASSERT_GT(whole, before_last + 1000);
    std::filesystem::resize_file(torn.string() + "-wal", before_last + 1000);
    auto journal = open(torn);
    EXPECT_EQ(journal->last_row(), commits - 1);
    for (std::int64_t row = 1; row < commits; ++row) {
        EXPECT_EQ(journal->by_row(row), payment(row));
    }
    EXPECT_EQ(journal->verify(), std::nullopt);
    EXPECT_TRUE(journal->commit({{intent(payment(commits))}})) << journal->problem();
}

TEST_F(Faults, ALogOfNoiseIsIgnoredFromTheNoiseOn) {
    const auto torn = folder_.path() / "torn.journal";
    {
        auto journal = open();
        ASSERT_TRUE(journal->commit({{intent(payment(1))}}));
        const auto good = std::filesystem::file_size(folder_.beside("-wal"));
        ASSERT_TRUE(journal->commit({{intent(payment(2))}}));
        copy_as_after_a_power_cut(folder_, torn);
        std::fstream log(torn.string() + "-wal", std::ios::in | std::ios::out | std::ios::binary);
        log.seekp(static_cast<std::streamoff>(good + 100));
        log << std::string(5000, '\x5a');
    }
    auto journal = open(torn);
    EXPECT_EQ(journal->by_row(1), payment(1));
    EXPECT_EQ(journal->by_row(2), std::nullopt);
    EXPECT_EQ(journal->verify(), std::nullopt);
}

std::chrono::milliseconds elapsed(const auto& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
}

TEST_F(Faults, AReaderBesideDoesNotHoldCommitsUp) {
    auto journal = open();
    ASSERT_TRUE(journal->commit({{intent(payment(1))}}));
    journal::Database shell(folder_.file());  // as `sqlite3 till.journal` does
    shell.execute("BEGIN");
    ASSERT_EQ(shell.number("SELECT count(*) FROM operations"), 1);
    const auto took = elapsed([&] {
        for (std::int64_t row = 2; row <= 60; ++row) {  // past several checkpoints
            ASSERT_TRUE(journal->commit({{intent(payment(row))}})) << journal->problem();
        }
    });
    EXPECT_LT(took.count(), 60 * journal::Database::busy_timeout_ms);
    EXPECT_EQ(shell.number("SELECT count(*) FROM operations"), 1) << "the reader keeps its view";
    shell.execute("COMMIT");
    EXPECT_EQ(shell.number("SELECT count(*) FROM operations"), 60);
}

TEST_F(Faults, AWriterBesideDelaysACommitNoLongerThanTheBusyTimeout) {
    auto journal = open();
    journal::Database shell(folder_.file());
    shell.execute("BEGIN IMMEDIATE");
    bool committed = true;
    const auto took = elapsed([&] { committed = journal->commit({{intent(payment(1))}}); });
    EXPECT_FALSE(committed);
    EXPECT_THAT(journal->problem(), HasSubstr("Another program holds"));
    EXPECT_GE(took.count(), journal::Database::busy_timeout_ms - 50);
    EXPECT_LT(took.count(), 5 * journal::Database::busy_timeout_ms);
    shell.execute("ROLLBACK");
    EXPECT_TRUE(journal->commit({{intent(payment(1))}})) << journal->problem();
    EXPECT_EQ(journal->verify(), std::nullopt);
}

TEST_F(Faults, OpeningBesideALockedFileIsRefusedInTime) {
    open();
    journal::Database shell(folder_.file());
    shell.execute("PRAGMA locking_mode=EXCLUSIVE");
    shell.execute("BEGIN IMMEDIATE");
    shell.execute("CREATE TABLE stranger(a)");
    const auto took = elapsed([&] {
        try {
            open();
        } catch (const OpenError& error) {
            EXPECT_EQ(error.why(), OpenError::Why::in_use) << error.what();
        }
    });
    EXPECT_LT(took.count(), 10 * journal::Database::busy_timeout_ms);
    shell.execute("ROLLBACK");
}

}  // namespace
}  // namespace paydrv::journal_test
