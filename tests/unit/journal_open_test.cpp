// Which files does the journal open, which does it refuse, and what does it say?
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "journal/database.h"
#include "journal/folder.h"

namespace paydrv::journal_test {
namespace {

using journal::OpenError;
using ::testing::HasSubstr;

using Opening = JournalTest;

TEST_F(Opening, MakesTheFilesForTheirOwnerAlone) {
    auto journal = open();
    for (const auto* suffix : {"", "-wal", "-shm", ".lock", ".reserve"}) {
        struct stat entry {};
        ASSERT_EQ(::stat(folder_.beside(suffix).c_str(), &entry), 0) << suffix;
        EXPECT_EQ(entry.st_mode & 07777, 0600U) << suffix;
    }
}

TEST_F(Opening, ASecondSessionOfTheProcessIsRefusedAtOnce) {
    auto journal = open();
    for (int i = 0; i < 2; ++i) {  // and the refusal takes nothing from the first
        const auto error = refusal(folder_.file());
        EXPECT_EQ(error.why(), OpenError::Why::in_use);
        EXPECT_THAT(error.what(), HasSubstr(folder_.file().string()));
    }
    EXPECT_TRUE(journal->commit({{intent(payment(1))}})) << journal->problem();
    journal.reset();
    EXPECT_EQ(open()->by_row(1), payment(1));
}

/// Runs `work` in a child and returns its exit status.
template <typename Work>
int in_child(Work work) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(work());
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(Opening, AnotherProcessIsRefused) {
    auto journal = open();
    const int why = in_child([&] {
        try {
            journal::SqliteJournal second(folder_.file(), noon);
        } catch (const OpenError& error) {
            return 10 + static_cast<int>(error.why());
        }
        return 1;
    });
    EXPECT_EQ(why, 10 + static_cast<int>(OpenError::Why::in_use));
}

// A till program that forks, or starts a printer, and dies must not leave its journal locked behind the child.
TEST_F(Opening, AChildThatOutlivesItsParentDoesNotKeepTheLock) {
    std::array<int, 2> hold{};
    std::array<int, 2> ready{};
    ASSERT_EQ(::pipe2(hold.data(), O_CLOEXEC), 0);
    ASSERT_EQ(::pipe2(ready.data(), O_CLOEXEC), 0);
    const pid_t parent = ::fork();
    if (parent == 0) {
        journal::SqliteJournal journal(folder_.file(), noon);
        if (::fork() == 0) {
            char end = 0;
            ::close(hold[1]);
            const bool told = ::write(ready[1], "r", 1) == 1;
            ::_exit(told && ::read(hold[0], &end, 1) == 0 ? 0 : 1);  // lives until the test closes its end
        }
        char told = 0;
        ::_exit(::read(ready[0], &told, 1) == 1 ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(parent, &status, 0), parent);
    ASSERT_EQ(status, 0);
    EXPECT_NO_THROW(open());
    ::close(hold[0]);
    ::close(hold[1]);
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST_F(Opening, AFolderThatIsNotThere) {
    const auto error = refusal(folder_.path() / "none" / "till.journal");
    EXPECT_EQ(error.why(), OpenError::Why::unreadable);
    EXPECT_THAT(error.what(), HasSubstr("create it"));
}

TEST_F(Opening, AFolderInPlaceOfTheFile) {
    std::filesystem::create_directory(folder_.file());
    EXPECT_EQ(refusal(folder_.file()).why(), OpenError::Why::unreadable);
}

TEST_F(Opening, AFileThatIsNoDatabase) {
    std::ofstream(folder_.file()) << std::string(8192, 'x');
    const auto error = refusal(folder_.file());
    EXPECT_EQ(error.why(), OpenError::Why::damaged);
    EXPECT_THAT(error.what(), HasSubstr("call support"));
}

TEST_F(Opening, ADatabaseThatIsNoJournal) {
    std::ofstream(folder_.file()).close();
    journal::Database(folder_.file()).execute("CREATE TABLE meta(name, value)");
    const auto error = refusal(folder_.file());
    EXPECT_EQ(error.why(), OpenError::Why::damaged);
    EXPECT_THAT(error.what(), HasSubstr("not a journal"));
}

TEST_F(Opening, AFileCutInTheMiddle) {
    {
        auto journal = open();
        for (std::int64_t row = 1; row <= 40; ++row) {
            ASSERT_TRUE(journal->commit({{intent(payment(row))}}));
        }
    }
    std::filesystem::resize_file(folder_.file(), std::filesystem::file_size(folder_.file()) / 2);
    EXPECT_EQ(refusal(folder_.file()).why(), OpenError::Why::damaged);
}

TEST_F(Opening, AnEmptyFileIsANewJournal) {  // the power went between making the file and its tables
    std::ofstream(folder_.file()).close();
    EXPECT_EQ(open()->last_row(), 0);
}

}  // namespace
}  // namespace paydrv::journal_test
