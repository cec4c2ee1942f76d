#include "log/file_log.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

#include "log/line_ring.h"

namespace paydrv::log {
namespace {

constexpr int look_every_ms = 200;
constexpr int try_again_after_ms = 1'000;                // while the disk refuses
constexpr std::size_t batch_bytes = 32 * 1024;           // less than the smallest file
constexpr std::size_t wake_from = LineRing::places / 2;  // lines in the ring
constexpr std::size_t max_problem_bytes = 160;

std::unique_ptr<Sink> opened(const LogSettings& settings) {
    return std::make_unique<LogFile>(settings.file, settings.max_bytes);
}

}  // namespace

/// Ring, bell and file: what the log's thread refers to.
class FileLog::Writer {
  public:
    explicit Writer(std::unique_ptr<Sink> sink)
        : sink_(std::move(sink)), bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (bell_ < 0) throw std::system_error(errno, std::generic_category(), "no descriptor for the driver's log");
        batch_.reserve(batch_bytes + 2 * max_formatted_bytes);  // no allocation later
        why_.reserve(max_problem_bytes);
    }
    ~Writer() { close(bell_); }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    bool put(const engine::LogLine& line, std::int64_t wall_ms) noexcept {
        if (ring_.put(line, wall_ms)) return true;
        lost_.fetch_add(1, std::memory_order_relaxed);
        return false;
    }
    bool half_full() const noexcept { return ring_.waiting() >= wake_from; }
    void wake() noexcept {
        if (!woken_.exchange(true)) eventfd_write(bell_, 1);
    }
    void stop() noexcept {
        stopping_.store(true);
        eventfd_write(bell_, 1);
    }

    /// The log's thread.
    void run() noexcept {
        for (;;) {
            const bool last = stopping_.load();  // before the ring is looked at: all that came before is in it
            const bool full = fill();
            const bool good = batch_.empty() || sink_->append(batch_);
            note(good);
            const bool more = full || gap_;
            if (last && !(good && more)) return;
            if (!(good && more)) pause();
        }
    }

  private:
    /// Takes lines into the batch; true: it is full, and there may be more.
    bool fill() noexcept {
        if (std::exchange(gap_, false)) tell("the log could not be written for a while: its file %s", why_.c_str());
        KeptLine line;
        while (batch_.size() < batch_bytes && ring_.take(line))
            append_formatted(line, batch_);
        if (batch_.size() >= batch_bytes) return true;
        // Told last: what found no room came after what the ring held.
        const auto lost = static_cast<unsigned long long>(lost_.exchange(0, std::memory_order_relaxed));
        if (lost > 0) tell("%llu lines found no room in the log and are lost", lost);
        return false;
    }

    template <class Value>
    void tell(const char* format, Value value) noexcept {
        std::array<char, max_problem_bytes + 80> text{};
        std::snprintf(text.data(), text.size(), format, value);
        engine::LogLine told;
        told.level = engine::LogLevel::warning;
        told.side = engine::Side::machine;
        told.what = text.data();
        KeptLine line;
        keep(told, engine::MachineClock().wall_ms(), line);
        append_formatted(line, batch_);
    }

    void note(bool good) noexcept {
        if (good) {
            batch_.clear();
            gap_ = std::exchange(failing_, false);
            return;
        }
        failing_ = true;
        why_.assign(sink_->problem().substr(0, max_problem_bytes));
    }

    // While the disk refuses, a full ring hurries nobody; only the end does.
    void pause() noexcept {
        woken_.store(failing_);
        pollfd bell{bell_, POLLIN, 0};
        poll(&bell, 1, failing_ ? try_again_after_ms : look_every_ms);
        woken_.store(true);
        eventfd_t rung = 0;
        eventfd_read(bell_, &rung);
    }

    LineRing ring_;
    std::atomic<std::uint64_t> lost_{0};
    std::atomic<bool> woken_{true};  // awake, or not to be woken
    std::atomic<bool> stopping_{false};

    // The log's thread only.
    const std::unique_ptr<Sink> sink_;
    const int bell_;
    std::string batch_;
    std::string why_;       // the sink's last problem
    bool failing_ = false;  // the last batch was not taken
    bool gap_ = false;      // it works again, and that is to be told
};

FileLog::FileLog(const LogSettings& settings, const engine::Clock& clock)
    : FileLog(opened(settings), settings.level, clock) {}

FileLog::FileLog(std::unique_ptr<Sink> sink, engine::LogLevel level, const engine::Clock& clock)
    : level_(level), clock_(clock), writer_(std::make_shared<Writer>(std::move(sink))) {
    if (!thread_.start("paydrv-log", [writer = writer_] { writer->run(); })) {
        throw std::system_error(EAGAIN, std::generic_category(), "no thread for the driver's log");
    }
}

FileLog::~FileLog() {
    end_by(engine::MachineClock().monotonic_ms() + leave_after_ms);
}

bool FileLog::keeps(engine::LogLevel level) const noexcept {
    return level <= level_;
}

bool FileLog::put(const engine::LogLine& line) noexcept {
    return keeps(line.level) && writer_->put(line, clock_.wall_ms());
}

void FileLog::write(const engine::LogLine& line) noexcept {
    if (put(line) && writer_->half_full()) writer_->wake();
}

bool FileLog::end_by(std::int64_t monotonic_ms) noexcept {
    if (!thread_.joinable()) return true;
    writer_->stop();
    if (thread_.join_until(monotonic_ms)) return true;
    thread_.leave();
    return false;
}

}  // namespace paydrv::log
