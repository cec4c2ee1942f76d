// Does a journal of every released version open, move forward whole or not at all, and keep an older driver out?
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <iostream>

#include "journal/database.h"
#include "journal/folder.h"
#include "journal/schema.h"
#include "journal/small_disk.h"

namespace paydrv::journal_test {
namespace {

using journal::Database;
using journal::MigrationStep;
using journal::OpenError;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::filesystem::path release_0_9 = PAYDRV_JOURNAL_SAMPLES "/journal-0.9.sqlite3";
const std::filesystem::path schema_2 = PAYDRV_JOURNAL_SAMPLES "/journal-schema-2.sqlite3";

using Migration = JournalTest;

/// The lookups are there, and say what the records of the sample say.
void expect_migrated(const std::filesystem::path& file) {
    journal::SqliteJournal journal(file, noon);
    EXPECT_THAT(rows(journal.by_payment_id(paid(payment(1)).payment_id)), ElementsAre(1));
    EXPECT_THAT(rows(journal.by_request_id(payment(2).request_id)), ElementsAre(2));
    EXPECT_THAT(rows(journal.by_order(0, "order-2")), ElementsAre(2));
    EXPECT_THAT(rows(journal.by_order(20261231, every_field().order_reference)), ElementsAre(every_field().row));
}

/// A file of version 1 with every table of it, its rows, and none of what came later.
void expect_untouched(const std::filesystem::path& file) {
    Database database(file);
    EXPECT_EQ(database.meta("schema_version"), "1");
    EXPECT_EQ(database.text("PRAGMA integrity_check"), "ok");
    EXPECT_EQ(database.number("SELECT count(*) FROM pragma_table_info('operations')"), 10);
    EXPECT_EQ(database.number("SELECT count(*) FROM sqlite_master WHERE type='index' AND tbl_name='operations'"), 4);
}

TEST_F(Migration, AJournalOfALaterDriver) {
    open();
    Database(folder_.file()).set_meta("schema_version", "99");
    const auto error = refusal(folder_.file());
    EXPECT_EQ(error.why(), OpenError::Why::newer_version);
    EXPECT_THAT(error.what(), HasSubstr("99"));
}

// The driver of release 0.9 knew no step and version 1; it ran this very check.
TEST_F(Migration, TheDriverOfRelease09RefusesSchema2WithASentence) {
    std::filesystem::copy_file(schema_2, folder_.file());
    const auto before = bytes_of(folder_.file());
    try {
        Database database(folder_.file());
        journal::prepare_schema(database, folder_.file(), {}, 1);
        ADD_FAILURE() << "an older driver would write over what it does not know";
    } catch (const OpenError& error) {
        EXPECT_EQ(error.why(), OpenError::Why::newer_version);
        EXPECT_THAT(error.what(), AllOf(HasSubstr("version 2, this one knows 1"), HasSubstr("install that driver")));
    }
    EXPECT_EQ(bytes_of(folder_.file()), before);
}

TEST_F(Migration, GoesStepByStepOrNotAtAll) {
    open();
    const MigrationStep to_3{3, {"ALTER TABLE operations ADD COLUMN lane TEXT NOT NULL DEFAULT ''"}};
    const MigrationStep to_4{4, {"UPDATE operations SET lane='1'", "CREATE TABLE lanes(lane TEXT)"}};
    const MigrationStep broken{4, {"CREATE TABLE lanes(lane TEXT)", "no such statement"}};
    Database database(folder_.file());
    EXPECT_ANY_THROW(journal::prepare_schema(database, folder_.file(), std::array{to_3, broken}, 4));
    EXPECT_EQ(database.meta("schema_version"), "2");
    EXPECT_EQ(database.number("SELECT count(*) FROM sqlite_master WHERE name='lanes'"), 0);
    journal::prepare_schema(database, folder_.file(), std::array{to_3}, 3);
    EXPECT_EQ(database.meta("schema_version"), "3");
    journal::prepare_schema(database, folder_.file(), std::array{to_3, to_4}, 4);
    EXPECT_EQ(database.meta("schema_version"), "4");
    EXPECT_EQ(database.number("SELECT count(*) FROM sqlite_master WHERE name='lanes'"), 1);
}

// Every released version keeps its sample; journal/write_sample.cpp wrote it.
TEST_F(Migration, TheJournalOfRelease09) {
    std::filesystem::copy_file(release_0_9, folder_.file());
    auto journal = open();
    EXPECT_EQ(journal->by_row(1), paid(payment(1)));
    EXPECT_EQ(journal->by_name(money::Kind::payment, "S1", "T1", 20260301, "ref-2"), payment(2));
    EXPECT_EQ(journal->by_row(every_field().row), every_field());
    EXPECT_EQ(journal->unacknowledged(), 1U);
    EXPECT_EQ(journal->verify(), std::nullopt);
    auto booked = paid(payment(1));
    booked.acknowledged = true;
    EXPECT_TRUE(journal->commit({{{booked, "acknowledge"}}})) << journal->problem();
    EXPECT_EQ(journal->verify(), std::nullopt);
}

TEST_F(Migration, FillsTheLookupsOfOldOperations) {
    std::filesystem::copy_file(release_0_9, folder_.file());
    expect_migrated(folder_.file());
    EXPECT_EQ(Database(folder_.file()).meta("schema_version"), "2");
    expect_migrated(folder_.file());
    EXPECT_EQ(open()->verify(), std::nullopt);
}

TEST_F(Migration, TheJournalOfSchema2) {
    std::filesystem::copy_file(schema_2, folder_.file());
    auto journal = open();
    EXPECT_EQ(journal->by_row(1), paid(payment(1)));
    EXPECT_EQ(journal->by_row(every_field().row), every_field());
    EXPECT_EQ(journal->by_row(every_field_of_schema_2().row), every_field_of_schema_2());
    EXPECT_THAT(rows(journal->by_request_id("r1ff")), ElementsAre(every_field_of_schema_2().row));
    EXPECT_EQ(journal->verify(), std::nullopt);
    journal.reset();
    expect_migrated(folder_.file());
}

TEST_F(Migration, ARecordThatCannotBeUnderstoodLeavesTheOldVersion) {
    std::filesystem::copy_file(release_0_9, folder_.file());
    Database(folder_.file()).execute("UPDATE operations SET record='x' WHERE row=2");
    const auto error = refusal(folder_.file());
    EXPECT_EQ(error.why(), OpenError::Why::damaged);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("stays as it was"), HasSubstr("operation 2"), HasSubstr("call support")));
    expect_untouched(folder_.file());
}

/// Adds booked operations that only the migration looks at, so that it outgrows SQLite's cache and writes ahead.
void swell(const std::filesystem::path& file, int rows) {
    Database database(file);
    database.execute("WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i+1 FROM n WHERE i < 99 + " +
                     std::to_string(rows) +
                     ") INSERT INTO operations SELECT i, kind, store, terminal, business_day, 'more-'||i, 1, 1,"
                     " event_seq, replace(replace(record, '_id=', '_id=m'), 'order_reference=', 'order_reference=m')"
                     " FROM n, operations WHERE row=1");
    database.checkpoint();
}

/// Migrates in a child, which is killed inside the transaction after so many statements; -1: after the fill.
void kill_in_migration(const std::filesystem::path& file, int statements) {
    const pid_t child = ::fork();
    if (child == 0) {
        auto step = journal::migration_steps().front();
        if (statements >= 0) {
            step.statements.resize(static_cast<std::size_t>(statements));
            step.fill = {};
        }
        const MigrationStep killed{3, {}, [](Database&) { ::raise(SIGKILL); }};
        Database database(file);
        journal::prepare_schema(database, file, std::array{step, killed}, 3);
        ::_exit(1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

TEST_F(Migration, KilledInTheMiddleLeavesTheOldVersionAndIsDoneAgain) {
    ASSERT_EQ(journal::migration_steps().size(), 1U) << "later steps need a round of their own here";
    const auto statements = static_cast<int>(journal::migration_steps().front().statements.size());
    for (int after = -1; after <= statements; ++after) {
        const auto file = folder_.path() / ("killed-" + std::to_string(after + 1));
        std::filesystem::copy_file(release_0_9, file);
        swell(file, after < 0 ? 8'000 : 10);
        kill_in_migration(file, after);
        if (after < 0) {
            EXPECT_GT(std::filesystem::file_size(file.string() + "-wal"), 1'000'000U) << "pages had been written ahead";
        }
        const auto untouched = folder_.path() / "untouched";
        std::filesystem::copy_file(file.string() + "-wal", untouched.string() + "-wal",
                                   std::filesystem::copy_options::overwrite_existing);
        std::filesystem::copy_file(file, untouched, std::filesystem::copy_options::overwrite_existing);
        expect_untouched(untouched);
        expect_migrated(file);
    }
}

TEST_F(Migration, AFullDiskLeavesTheOldVersionAndTheOpenSaysSo) {
    MOUNT_OR_SKIP(disk, folder_.path() / "disk", "size=10m");
    const auto file = folder_.path() / "disk" / "till.journal";
    std::filesystem::copy_file(release_0_9, file);
    swell(file, 8'000);
    ASSERT_GT(std::filesystem::file_size(file), 5'000'000U) << "what is left of the disk must not be enough";
    const auto before = bytes_of(file);
    for (int i = 0; i < 2; ++i) {
        const auto error = refusal(file);
        EXPECT_EQ(error.why(), OpenError::Why::no_space);
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr("version 1"), HasSubstr("stays as it was"), HasSubstr("free some space")));
        EXPECT_EQ(bytes_of(file), before);
    }
    expect_untouched(file);
    const auto roomy = folder_.path() / "roomy";
    std::filesystem::copy_file(file, roomy);
    expect_migrated(roomy);
}

// paydrv_open has 10 s: a journal of two years must not take them.
TEST_F(Migration, TakesAboutASecondForFortyThousandOperations) {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "figures are those of the release build";
#endif
    std::filesystem::copy_file(release_0_9, folder_.file());
    swell(folder_.file(), 40'000);
    const auto start = std::chrono::steady_clock::now();
    open();
    const auto took = std::chrono::steady_clock::now() - start;
    std::cout << "migration of 40000 operations, "
              << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms\n";
    EXPECT_LT(took, std::chrono::seconds(10));
}

// Payments may be open in it: they go on, and nothing new is begun.
TEST_F(Migration, ASmallJournalOnAFullDiskMigratesIntoTheReserve) {
    MOUNT_OR_SKIP(disk, folder_.path() / "disk", "size=4m");
    const auto file = folder_.path() / "disk" / "till.journal";
    std::filesystem::copy_file(release_0_9, file);
    {
        std::ofstream reserve(file.string() + ".reserve", std::ios::binary);
        reserve << std::string(1024 * 1024, 'r');
    }
    std::ofstream(file.string() + ".lock").close();
    disk.fill();
    expect_migrated(file);
    auto journal = open(file);
    EXPECT_TRUE(journal->commit({{result(paid(payment(2)))}})) << journal->problem();
    EXPECT_FALSE(journal->commit({{intent(payment(9))}}));
}

}  // namespace
}  // namespace paydrv::journal_test
