// Does every line arrive in order, or is it counted, and does nobody ever wait for the disk?
#include <fcntl.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "log/file_log.h"
#include "log/line_ring.h"
#include "log/null_log.h"
#include "log_scene.h"

namespace paydrv::log_test {
namespace {

using engine::LogLevel;
using log::FileLog;
using log::LineRing;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(Ring, KeepsTheOrderAndItsBoundOverManyRounds) {
    const auto ring = std::make_unique<LineRing>();
    log::KeptLine taken;
    EXPECT_FALSE(ring->take(taken));
    int written = 0;
    int read = 0;
    for (int round = 0; round < 5; round++) {
        while (ring->put(line(std::to_string(written)), written))
            written++;
        EXPECT_EQ(ring->waiting(), LineRing::places);
        for (; read < written - round; read++) {
            ASSERT_TRUE(ring->take(taken));
            EXPECT_EQ(taken.wall_ms, read);
            EXPECT_EQ(std::string(taken.sentence.data(), taken.sentence_bytes), std::to_string(read));
        }
        EXPECT_EQ(ring->waiting(), static_cast<std::size_t>(round));
    }
}

/// A disk that hangs or refuses when told to.
class Disk {
  public:
    void hang() {
        set([this] { hangs_ = true; });
    }
    void refuse() {
        set([this] { refuses_ = true; });
    }
    void work() {
        set([this] { hangs_ = refuses_ = false; });
    }
    bool is_in_use() const { return waiting_; }
    std::string text() const {
        const std::lock_guard lock(mutex_);
        return text_;
    }

    class Sink final : public log::Sink {
      public:
        explicit Sink(Disk& disk) : disk_(disk) {}
        bool append(std::string_view lines) noexcept override { return disk_.append(lines); }
        std::string_view problem() const noexcept override { return "finds no space"; }

      private:
        Disk& disk_;
    };

  private:
    template <class Change>
    void set(Change change) {
        {
            const std::lock_guard lock(mutex_);
            change();
        }
        changed_.notify_all();
    }
    bool append(std::string_view lines) {
        std::unique_lock lock(mutex_);
        waiting_ = true;
        changed_.wait(lock, [this] { return !hangs_; });
        waiting_ = false;
        tries++;
        if (refuses_) return false;
        text_ += lines;
        return true;
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool hangs_ = false;
    bool refuses_ = false;
    std::atomic<bool> waiting_{false};
    std::string text_;

  public:
    std::atomic<int> tries{0};
};

class Logging : public LogFolder {
  protected:
    std::unique_ptr<FileLog> on_disk(LogLevel level = LogLevel::debug) {
        return std::make_unique<FileLog>(std::make_unique<Disk::Sink>(disk), level, clock);
    }

    FixedClock clock;
    Disk disk;
};

TEST_F(Logging, WritesToItsFileAndKeepsWhatItsLevelSays) {
    {
        FileLog log({file, LogLevel::warning, 1'000'000}, clock);
        EXPECT_TRUE(log.keeps(LogLevel::error) && log.keeps(LogLevel::warning));
        EXPECT_FALSE(log.keeps(LogLevel::info) || log.keeps(LogLevel::debug));
        EXPECT_FALSE(log.for_hosts().keeps(LogLevel::info));
        log.write(line("not kept"));
        engine::LogLine told = line("kept", "R-1");
        told.level = LogLevel::error;
        log.write(told);
        log.for_hosts().write(told);
        EXPECT_TRUE(comes_true([&] { return lines_of(text_of(file)).size() == 2; })) << "without any wake-up";
        EXPECT_TRUE(log.end_by(in_ms(10'000)));
        EXPECT_TRUE(log.end_by(0)) << "a second end does nothing";
        log.write(told);
    }
    const auto lines = lines_of(text_of(file));
    ASSERT_THAT(lines, SizeIs(2));
    EXPECT_THAT(lines[0], EndsWith(" ERROR - 20261121/R-1: kept"));
}

TEST_F(Logging, WithoutAFileNothingIsKept) {
    log::NullLog none;
    for (const LogLevel level : {LogLevel::error, LogLevel::warning, LogLevel::info, LogLevel::debug})
        EXPECT_FALSE(none.keeps(level));
}

TEST_F(Logging, AFileThatCannotBeIsToldAtOpen) {
    EXPECT_THROW(FileLog({folder / "nowhere" / "paydrv.log", LogLevel::info, 65'536}, clock), log::OpenError);
}

// Each line is there once or counted, and those of one thread are in its order.
TEST_F(Logging, EightThreadsLoseNothingUncounted) {
    constexpr int threads = 8;
    constexpr int lines_each = 5'000;
    auto log = on_disk();
    std::vector<std::thread> writers;
    for (int lane = 0; lane < threads; lane++) {
        writers.emplace_back([&, lane] {
            engine::Log& mine = lane % 2 == 0 ? static_cast<engine::Log&>(*log) : log->for_hosts();
            for (int i = 0; i < lines_each; i++)
                mine.write(line("line " + std::to_string(i), "lane" + std::to_string(lane)));
        });
    }
    for (std::thread& writer : writers)
        writer.join();
    ASSERT_TRUE(log->end_by(in_ms(20'000)));
    std::vector<int> last(threads, -1);
    long kept = 0;
    long lost = 0;
    for (const std::string& text : lines_of(disk.text())) {
        if (const auto at = text.find("/lane"); at != std::string::npos) {
            const auto lane = static_cast<std::size_t>(text[at + 5] - '0');
            const int number = std::stoi(text.substr(text.find("line ") + 5));
            EXPECT_GT(number, last[lane]);
            last[lane] = number;
            kept++;
        } else {
            EXPECT_THAT(text, HasSubstr(" WARNING machine -: "));
            EXPECT_THAT(text, EndsWith(" lines found no room in the log and are lost"));
            lost += std::stol(text.substr(text.find("-: ") + 3));
        }
    }
    EXPECT_EQ(kept + lost, threads * lines_each);
    EXPECT_GE(kept, static_cast<long>(LineRing::places));
}

TEST_F(Logging, WhoWritesNeverWaitsForAHangingDiskAndTheLossIsCounted) {
    disk.hang();
    auto log = on_disk();
    log->write(line("first"));
    ASSERT_TRUE(comes_true([&] { return disk.is_in_use(); }));
    constexpr std::size_t more = LineRing::places + 7;
    for (std::size_t i = 0; i < more; i++)
        log->write(line(std::to_string(i)));
    disk.work();
    ASSERT_TRUE(log->end_by(in_ms(20'000)));
    const auto lines = lines_of(disk.text());
    ASSERT_THAT(lines, SizeIs(1 + LineRing::places + 1));
    EXPECT_THAT(lines[LineRing::places], EndsWith(": " + std::to_string(LineRing::places - 1)));
    EXPECT_THAT(lines.back(), EndsWith(": 7 lines found no room in the log and are lost"));
}

TEST_F(Logging, AHalfFullRingWakesTheThreadEarlierThanItLooks) {
    auto log = on_disk();
    for (int round = 0; round < 20; round++) {  // 200 ms for each of them would be 4 s
        const std::size_t before = lines_of(disk.text()).size();
        for (std::size_t i = 0; i < LineRing::places / 2; i++)
            log->write(line("x"));
        ASSERT_TRUE(comes_true([&] { return lines_of(disk.text()).size() == before + LineRing::places / 2; }));
    }
    EXPECT_EQ(disk.text().find("lost"), std::string::npos);
}

TEST_F(Logging, WhatTheDiskRefusesIsWrittenWhenItWorksAgainAndTheGapIsTold) {
    disk.refuse();
    auto log = on_disk();
    log->write(line("first"));
    ASSERT_TRUE(comes_true([&] { return disk.tries >= 1; }));
    for (int i = 0; i < 10; i++)
        log->write(line("later " + std::to_string(i)));
    disk.work();
    ASSERT_TRUE(comes_true([&] { return lines_of(disk.text()).size() == 12; })) << disk.text();
    auto lines = lines_of(disk.text());
    const auto gap = std::find_if(lines.begin(), lines.end(), [](const std::string& told) {
        return told.ends_with(" WARNING machine -: the log could not be written for a while: its file finds no space");
    });
    ASSERT_NE(gap, lines.end());
    lines.erase(gap);
    EXPECT_THAT(lines[0], EndsWith(": first"));
    for (std::size_t i = 0; i < 10; i++)
        EXPECT_THAT(lines[i + 1], EndsWith(": later " + std::to_string(i)));
}

TEST_F(Logging, ADiskThatRefusesDelaysNoEnd) {
    disk.refuse();
    auto log = on_disk();
    log->write(line("first"));
    ASSERT_TRUE(comes_true([&] { return disk.tries >= 1; }));
    const std::int64_t begun_ms = in_ms(0);
    EXPECT_TRUE(log->end_by(begun_ms + 10'000));
    EXPECT_LT(in_ms(0) - begun_ms, 900) << "it does not wait for the next try";
}

TEST_F(Logging, AThreadThatHangsIsLeftBehindWithinItsBound) {
    const auto hanging = std::make_shared<Disk>();
    struct LastingSink final : log::Sink {
        explicit LastingSink(std::shared_ptr<Disk> owner) : disk(std::move(owner)), sink(*disk) {}
        bool append(std::string_view lines) noexcept override { return sink.append(lines); }
        std::string_view problem() const noexcept override { return sink.problem(); }
        std::shared_ptr<Disk> disk;
        Disk::Sink sink;
    };
    hanging->hang();
    auto log = std::make_unique<FileLog>(std::make_unique<LastingSink>(hanging), LogLevel::info, clock);
    log->write(line("first"));
    ASSERT_TRUE(comes_true([&] { return hanging->is_in_use(); }));
    const std::int64_t begun_ms = in_ms(0);
    EXPECT_FALSE(log->end_by(begun_ms + 100));
    EXPECT_LT(in_ms(0) - begun_ms, 2'000);
    log->write(line("nobody reads this"));
    log.reset();
    hanging->work();
    EXPECT_TRUE(comes_true([&] { return hanging.use_count() == 1; })) << "it ends when the disk answers";
    EXPECT_THAT(hanging->text(), HasSubstr(": first\n"));
}

}  // namespace
}  // namespace paydrv::log_test
