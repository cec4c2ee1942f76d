// Waiting on a descriptor with a deadline and a stop signal: the one place of this room that reads a clock or blocks.
#pragma once

#include <poll.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

namespace paydrv::net {

// A point of monotonic time. A value; any thread.
class Deadline {
  public:
    using Clock = std::chrono::steady_clock;

    static Deadline in_ms(std::int64_t ms);
    static Deadline sooner(const Deadline& a, const Deadline& b) { return a.end_ < b.end_ ? a : b; }
    bool passed() const { return Clock::now() >= end_; }
    std::int64_t remaining_ms()
        const;  // rounded up, so that a wait of that length ends after the deadline; never negative

  private:
    Clock::time_point end_{};
};

// Milliseconds of monotonic time since it was made.
class Stopwatch {
  public:
    std::int64_t ms() const;

  private:
    Deadline::Clock::time_point start_ = Deadline::Clock::now();
};

// Owns a file descriptor. Moves only.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int fd) noexcept : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();
    int get() const noexcept { return fd_; }
    bool valid() const noexcept { return fd_ >= 0; }

  private:
    int fd_ = -1;
};

// Once raised it stays raised, and every wait on it ends at once. Any thread.
class StopSignal {
  public:
    StopSignal();  // throws std::runtime_error if the system has no descriptor left
    void raise() noexcept;
    bool raised() const noexcept { return raised_.load(std::memory_order_acquire); }
    int descriptor() const noexcept { return event_.get(); }

  private:
    Descriptor event_;
    std::atomic<bool> raised_{false};
};

enum class Wait { ready, deadline, stopped };

// Blocks until one of `descriptors` is ready (their revents are filled), the deadline has passed or the signal is
// raised.
Wait wait_for(std::vector<pollfd>& descriptors, const Deadline& deadline, const StopSignal& stop);
Wait wait_for(int descriptor, short events, const Deadline& deadline, const StopSignal& stop);

}  // namespace paydrv::net
