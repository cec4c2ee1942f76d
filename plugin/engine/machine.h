// The real clock, randomness and threads of this machine, behind the engine's seams.
#pragma once

#include <pthread.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "engine/clock.h"
#include "engine/executor.h"
#include "engine/random.h"

namespace paydrv::engine {

class MachineClock final : public Clock {
  public:
    std::int64_t monotonic_ms() const noexcept override;
    std::int64_t wall_ms() const noexcept override;
};

class MachineRandom final : public Random {
  public:
    std::uint64_t next() override;
};

/// A thread of the driver's: all signals blocked, a fixed stack, a name. Never detached while it runs. The process's
/// signal mask, locale and handlers are left alone.
class DriverThread {
  public:
    DriverThread() = default;
    ~DriverThread();  // must have been joined, or left
    DriverThread(DriverThread&& other) noexcept;
    DriverThread& operator=(DriverThread&&) = delete;

    /// false: the system gives no thread.
    bool start(const char* name, std::function<void()> body);
    /// Waits until the monotonic time; false: it still runs.
    bool join_until(std::int64_t monotonic_ms) noexcept;
    bool joinable() const noexcept { return running_; }
    /// Gives up on a thread that hangs in the operating system.
    void leave() noexcept;

  private:
    pthread_t thread_{};
    bool running_ = false;
};

/// Runs the engine's turns on the thread that calls loop(), and jobs on workers that are made when first needed.
class ThreadExecutor final : public Executor {
  public:
    ThreadExecutor();  // throws std::system_error if the process has no descriptor left
    ~ThreadExecutor() override;
    ThreadExecutor(const ThreadExecutor&) = delete;
    ThreadExecutor& operator=(const ThreadExecutor&) = delete;

    /// Before the first run(); 1 until then.
    void set_worker_limit(int workers) noexcept;

    void wake() noexcept override;
    void run(std::function<void()> job) override;

    /// Calls turn() when woken and when the time it returned has come, until stop(). One thread.
    void loop(const std::function<std::int64_t()>& turn, const Clock& clock);
    /// Ends loop() and, after their present job, the workers. Any thread; instant.
    void stop() noexcept;
    /// The loop's thread, after loop() has ended: waits for the workers. false: some are left, hanging.
    bool join_workers_until(std::int64_t monotonic_ms);

  private:
    void work();

    std::size_t worker_limit_ = 1;  // loop's thread only
    std::atomic<bool> woken_{false};
    std::atomic<bool> stopping_{false};
    const int bell_;  // an eventfd: to ring it is one system call, and no lock

    std::mutex jobs_mutex_;
    std::condition_variable job_there_;
    std::deque<std::function<void()>> jobs_;
    std::size_t idle_ = 0;
    std::vector<DriverThread> workers_;  // loop's thread only
};

}  // namespace paydrv::engine
