#include "engine/machine.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <random>
#include <system_error>
#include <utility>

namespace paydrv::engine {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t stack_bytes = 4 * 1024 * 1024;
#else
constexpr std::size_t stack_bytes = 1024 * 1024;
#endif

constexpr std::int64_t longest_pause_ms = 60'000;

std::int64_t read_clock_ms(clockid_t id) noexcept {
    timespec time{};
    clock_gettime(id, &time);
    return static_cast<std::int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

struct ThreadStart {
    std::string name;
    std::function<void()> body;
};

void* run_thread(void* argument) {
    const std::unique_ptr<ThreadStart> start(static_cast<ThreadStart*>(argument));
    pthread_setname_np(pthread_self(), start->name.c_str());
    start->body();
    return nullptr;
}

}  // namespace

std::int64_t MachineClock::monotonic_ms() const noexcept {
    return read_clock_ms(CLOCK_MONOTONIC);
}
std::int64_t MachineClock::wall_ms() const noexcept {
    return read_clock_ms(CLOCK_REALTIME);
}

std::uint64_t MachineRandom::next() {
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32U) | device();
}

DriverThread::DriverThread(DriverThread&& other) noexcept
    : thread_(other.thread_), running_(std::exchange(other.running_, false)) {}

DriverThread::~DriverThread() {
    leave();
}

bool DriverThread::start(const char* name, std::function<void()> body) {
    auto start = std::make_unique<ThreadStart>(ThreadStart{name, std::move(body)});
    sigset_t all;
    sigfillset(&all);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_bytes);
    pthread_attr_setsigmask_np(&attributes, &all);  // the creating thread's own mask is not touched
    running_ = pthread_create(&thread_, &attributes, run_thread, start.get()) == 0;
    pthread_attr_destroy(&attributes);
    if (running_) static_cast<void>(start.release());
    return running_;
}

bool DriverThread::join_until(std::int64_t monotonic_ms) noexcept {
    if (!running_) return true;
    const timespec until{static_cast<time_t>(monotonic_ms / 1000), (monotonic_ms % 1000) * 1'000'000};
    if (pthread_clockjoin_np(thread_, nullptr, CLOCK_MONOTONIC, &until) != 0) return false;
    running_ = false;
    return true;
}

void DriverThread::leave() noexcept {
    if (std::exchange(running_, false)) pthread_detach(thread_);
}

void ThreadExecutor::set_worker_limit(int workers) noexcept {
    worker_limit_ = static_cast<std::size_t>(workers > 0 ? workers : 1);
}

ThreadExecutor::ThreadExecutor() : bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (bell_ < 0) throw std::system_error(errno, std::generic_category(), "no descriptor for the driver's loop");
}

ThreadExecutor::~ThreadExecutor() {
    close(bell_);
}

void ThreadExecutor::wake() noexcept {
    if (!woken_.exchange(true)) eventfd_write(bell_, 1);
}

void ThreadExecutor::loop(const std::function<std::int64_t()>& turn, const Clock& clock) {
    for (;;) {
        eventfd_t rung = 0;
        eventfd_read(bell_, &rung);
        woken_.store(false);           // before the turn looks: what comes later rings again
        if (stopping_.load()) return;  // after the bell was read, which may have been that of stop()
        const std::int64_t pause_ms = turn() - clock.monotonic_ms();
        if (pause_ms <= 0) continue;
        pollfd bell{bell_, POLLIN, 0};
        poll(&bell, 1, static_cast<int>(std::min<std::int64_t>(pause_ms, longest_pause_ms)));
    }
}

void ThreadExecutor::stop() noexcept {
    stopping_.store(true);
    eventfd_write(bell_, 1);
    { const std::lock_guard lock(jobs_mutex_); }
    job_there_.notify_all();
}

void ThreadExecutor::run(std::function<void()> job) {
    bool need_worker = false;
    {
        const std::lock_guard lock(jobs_mutex_);
        jobs_.push_back(std::move(job));
        need_worker = idle_ < jobs_.size() && workers_.size() < worker_limit_;
    }
    job_there_.notify_one();
    if (!need_worker) return;
    DriverThread worker;
    if (worker.start("paydrv-worker", [this] { work(); })) workers_.push_back(std::move(worker));
}

void ThreadExecutor::work() {
    std::unique_lock lock(jobs_mutex_);
    for (;;) {
        idle_++;
        job_there_.wait(lock, [this] { return stopping_.load() || !jobs_.empty(); });
        idle_--;
        if (stopping_.load()) return;
        const std::function<void()> job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job();
        lock.lock();
    }
}

bool ThreadExecutor::join_workers_until(std::int64_t monotonic_ms) {
    bool all = true;
    for (DriverThread& worker : workers_) {
        all = worker.join_until(monotonic_ms) && all;
    }
    return all;
}

}  // namespace paydrv::engine
