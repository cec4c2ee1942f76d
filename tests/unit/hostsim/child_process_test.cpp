#include "child_process.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <cerrno>
#include <memory>

#include "scratch_folder.h"

namespace hostsim {
namespace {

constexpr std::int64_t kLimitMs = 20'000;

TEST(ChildProcess, TalksThroughItsPipes) {
    ChildProcess cat("/bin/cat", {});
    cat.write("one\ntwo\nthree");
    EXPECT_EQ(cat.read_line(in_ms(kLimitMs)), "one");
    EXPECT_EQ(cat.read_line(in_ms(kLimitMs)), "two");
    EXPECT_EQ(cat.read_line(in_ms(0)), std::nullopt);
    cat.close_input();
    EXPECT_EQ(cat.wait(in_ms(kLimitMs)), 0);
}

TEST(ChildProcess, TellsHowItEnded) {
    EXPECT_EQ(ChildProcess("/bin/sh", {"-c", "exit 3"}).wait(in_ms(kLimitMs)), 3);
    ChildProcess killed("/bin/sleep", {"1000"});
    killed.send(SIGKILL);
    EXPECT_EQ(killed.wait(in_ms(kLimitMs)), 128 + SIGKILL);
    EXPECT_EQ(ChildProcess("/no/such/program", {}).wait(in_ms(kLimitMs)), 127);
}

TEST(ChildProcess, AFrozenOneCanBeEnded) {
    ChildProcess frozen("/bin/sleep", {"1000"});
    frozen.send(SIGSTOP);
    EXPECT_EQ(frozen.end(), 128 + SIGTERM);
}

TEST(ChildProcess, EndsWithItsOwner) {
    auto process = std::make_unique<ChildProcess>("/bin/sleep", std::vector<std::string>{"1000"});
    pid_t id = process->id();
    EXPECT_EQ(::kill(id, 0), 0);
    process.reset();
    EXPECT_EQ(::kill(id, 0), -1);
    EXPECT_EQ(errno, ESRCH);
}

TEST(ScratchFolder, IsOurOwnAndGoesUnlessKept) {
    std::filesystem::path gone, kept;
    {
        ScratchFolder one("hostsim-test", false), two("hostsim-test", true);
        gone = one.path();
        kept = two.path();
        EXPECT_NE(gone, kept);
        EXPECT_EQ(std::filesystem::status(gone).permissions(), std::filesystem::perms::owner_all);
    }
    EXPECT_FALSE(std::filesystem::exists(gone));
    EXPECT_TRUE(std::filesystem::remove(kept));
}

}  // namespace
}  // namespace hostsim
