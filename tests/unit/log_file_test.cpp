// Does the file stay within its bounds, and what happens while disk, file and strangers are in the way?
#include "log/log_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "log_scene.h"

namespace paydrv::log_test {
namespace {

namespace fs = std::filesystem;
using log::LogFile;
using ::testing::HasSubstr;

constexpr std::int64_t roomy = 1'000'000;

/// A whole line of so many bytes.
std::string whole_line(std::size_t bytes, char filling = 'x') {
    std::string text = "2026-11-21T10:00:00.123+01:00 INFO driver -: ";
    text.resize(bytes - 1, filling);
    return text + "\n";
}

class File : public LogFolder {
  protected:
    std::string refusal(const fs::path& name) const {
        try {
            LogFile opened(name, roomy);
        } catch (const log::OpenError& error) {
            return error.what();
        }
        ADD_FAILURE() << name << " was opened";
        return "";
    }
};

TEST_F(File, IsOnlyItsOwnersAndIsContinued) {
    const mode_t mask = umask(0);
    { EXPECT_TRUE(LogFile(file, roomy).append(whole_line(100, 'a'))); }
    umask(mask);
    EXPECT_EQ(fs::status(file).permissions(), fs::perms(0600));
    LogFile again(file, roomy);
    EXPECT_TRUE(again.append(whole_line(90, 'b')));
    EXPECT_EQ(text_of(file), whole_line(100, 'a') + whole_line(90, 'b'));
}

TEST_F(File, TwoFilesAreTheCap) {
    constexpr std::int64_t cap = 1'000;
    LogFile log(file, cap);
    for (char c = 'a'; c <= 'z'; c++) {
        ASSERT_TRUE(log.append(whole_line(300, c))) << log.problem();
        ASSERT_LE(static_cast<std::int64_t>(fs::file_size(file)), cap);
        if (fs::exists(previous())) {
            ASSERT_LE(static_cast<std::int64_t>(fs::file_size(previous())), cap);
        }
    }
    EXPECT_EQ(text_of(previous()), whole_line(300, 'v') + whole_line(300, 'w') + whole_line(300, 'x'));
    EXPECT_EQ(text_of(file), whole_line(300, 'y') + whole_line(300, 'z'));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 2);
    EXPECT_EQ(fs::status(file).permissions(), fs::perms(0600));
}

TEST_F(File, AFileThatIsTooLargeAtOpenIsRenamedBeforeItGrows) {
    std::ofstream(file) << whole_line(5'000);
    LogFile log(file, 1'000);
    EXPECT_TRUE(log.append(whole_line(100)));
    EXPECT_EQ(fs::file_size(previous()), 5'000U);
    EXPECT_EQ(fs::file_size(file), 100U);
}

TEST_F(File, RefusesWhatItCannotOrMustNotWrite) {
    EXPECT_THAT(refusal(folder / "nowhere" / "paydrv.log"), HasSubstr("folder that does not exist: create it"));
    EXPECT_THAT(refusal(folder), HasSubstr("no regular file"));
    ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
    EXPECT_THAT(refusal(folder / "pipe"), HasSubstr("no regular file"));
    fs::create_symlink(folder / "elsewhere", folder / "link");
    EXPECT_THAT(refusal(folder / "link"), HasSubstr("symbolic link"));
    EXPECT_FALSE(fs::exists(folder / "elsewhere"));
    const std::string key = "-----BEGIN PRIVATE KEY-----\n";
    std::ofstream(folder / "key.pem") << key;
    EXPECT_THAT(refusal(folder / "key.pem"), HasSubstr("not a log of this driver"));
    EXPECT_EQ(text_of(folder / "key.pem"), key);
}

TEST_F(File, RefusesAFolderThatItMayNotWrite) {
    if (geteuid() == 0) {
        const pid_t child = fork();
        if (child == 0) {  // root may write everywhere: be nobody
            fs::permissions(folder, fs::perms(0555));
            if (setegid(65534) != 0 || seteuid(65534) != 0) _exit(2);
            try {
                LogFile opened(file, roomy);
            } catch (const log::OpenError& error) {
                _exit(std::string(error.what()).starts_with("may not be written by this user") ? 0 : 3);
            }
            _exit(1);
        }
        int ended = -1;
        ASSERT_EQ(waitpid(child, &ended, 0), child);
        EXPECT_EQ(ended, 0);
        return;
    }
    fs::permissions(folder, fs::perms(0555));
    EXPECT_THAT(refusal(file), HasSubstr("may not be written by this user"));
}

TEST_F(File, IsMadeAnewWhenItWasRemovedReplacedOrItsFolderVanished) {
    LogFile log(file, roomy);
    ASSERT_TRUE(log.append(whole_line(100, 'a')));
    fs::rename(file, folder / "taken-away");
    EXPECT_TRUE(log.append(whole_line(100, 'b')));
    EXPECT_EQ(text_of(file), whole_line(100, 'b'));

    const fs::path moved = folder.string() + "-moved";
    fs::rename(folder, moved);
    EXPECT_FALSE(log.append(whole_line(100, 'c')));
    EXPECT_THAT(std::string(log.problem()), HasSubstr("folder that does not exist"));
    fs::rename(moved, folder);
    EXPECT_TRUE(log.append(whole_line(100, 'c')));
    EXPECT_EQ(text_of(file), whole_line(100, 'b') + whole_line(100, 'c'));
}

TEST_F(File, ALineThatAnEarlierRunLeftHalfIsEnded) {
    std::ofstream(file) << "2026-11-21T10:0";
    LogFile log(file, roomy);
    EXPECT_TRUE(log.append(whole_line(100)));
    EXPECT_EQ(text_of(file), "2026-11-21T10:0\n" + whole_line(100));
}

TEST_F(File, ARenameThatIsRefusedHoldsTheCap) {
    LogFile log(file, 1'000);
    ASSERT_TRUE(log.append(whole_line(900, 'a')));
    fs::create_directories(previous() / "in the way");
    EXPECT_FALSE(log.append(whole_line(900, 'b')));
    EXPECT_THAT(std::string(log.problem()), HasSubstr("cannot be renamed to paydrv.log.1"));
    EXPECT_EQ(fs::file_size(file), 900U);
    fs::remove_all(previous());
    EXPECT_TRUE(log.append(whole_line(900, 'b')));
    EXPECT_EQ(text_of(file), whole_line(900, 'b'));
}

/// Bounds the size of every file that this process writes, as a full disk would.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit bounded{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &bounded);
        handler_ = ::signal(SIGXFSZ, SIG_IGN);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        ::signal(SIGXFSZ, handler_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

  private:
    rlimit before_{};
    void (*handler_)(int) = nullptr;
};

TEST_F(File, WithoutSpaceNoHalfLineIsLeftAndTheSameLinesFitLater) {
    LogFile log(file, roomy);
    ASSERT_TRUE(log.append(whole_line(4'000, 'a')));
    {
        const FileSizeLimit limit(4'096);
        EXPECT_FALSE(log.append(whole_line(500, 'b')));
        EXPECT_THAT(std::string(log.problem()), HasSubstr("no space"));
        EXPECT_EQ(fs::file_size(file), 4'000U);
    }
    EXPECT_TRUE(log.append(whole_line(500, 'b')));
    EXPECT_EQ(text_of(file), whole_line(4'000, 'a') + whole_line(500, 'b'));
}

TEST_F(File, OnAFullDiskAndOnOneThatTurnedReadOnly) {
    const fs::path disk = folder / "disk";
    fs::create_directory(disk);
    if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0) {
        GTEST_SKIP() << "needs the right to mount a tmpfs (run as root); the limit on file size is tested anyway";
    }
    {
        LogFile log(disk / "paydrv.log", roomy);
        int fitted = 0;
        while (log.append(whole_line(5'000)))
            ASSERT_LT(++fitted, 20);
        EXPECT_GE(fitted, 12);
        EXPECT_THAT(std::string(log.problem()), HasSubstr("no space: free some"));
        EXPECT_EQ(fs::file_size(disk / "paydrv.log"), static_cast<std::uintmax_t>(fitted) * 5'000);
    }
    ::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr);
    EXPECT_THAT(refusal(disk / "paydrv.log"), HasSubstr("mounted read-only"));
    ::umount2(disk.c_str(), MNT_DETACH);
}

}  // namespace
}  // namespace paydrv::log_test
