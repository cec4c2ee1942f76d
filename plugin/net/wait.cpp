#include "net/wait.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <stdexcept>
#include <utility>

namespace paydrv::net {

namespace {

// Longer waits than this make no sense for a request and could overflow a time point.
constexpr std::int64_t longest_wait_ms = 60 * 60 * 1000;

// `descriptors[stop_at]` is the stop signal's.
Wait poll_until(pollfd* descriptors, nfds_t count, nfds_t stop_at, const Deadline& deadline) {
    while (true) {
        const auto timeout = static_cast<int>(std::min<std::int64_t>(deadline.remaining_ms(), longest_wait_ms));
        const int ready = ::poll(descriptors, count, timeout);
        if (ready < 0 && errno != EINTR) return Wait::ready;  // the operation itself will name the error
        if (ready > 0 && descriptors[stop_at].revents != 0) return Wait::stopped;
        if (ready > 0) return Wait::ready;
        if (deadline.passed()) return Wait::deadline;
    }
}

}  // namespace

Deadline Deadline::in_ms(std::int64_t ms) {
    Deadline deadline;
    deadline.end_ = Clock::now() + std::chrono::milliseconds(std::clamp<std::int64_t>(ms, 0, longest_wait_ms));
    return deadline;
}

std::int64_t Deadline::remaining_ms() const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now()).count();
    return std::max<std::int64_t>(left, 0);
}

std::int64_t Stopwatch::ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Deadline::Clock::now() - start_).count();
}

Descriptor::Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Descriptor::~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!event_.valid())
        throw std::runtime_error(
            "No file descriptor is left for the network: raise the process's limit of open files.");
}

void StopSignal::raise() noexcept {
    raised_.store(true, std::memory_order_release);
    const std::uint64_t one = 1;
    // Cannot fail in a way that matters: a full counter is a raised signal too.
    [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
}

Wait wait_for(std::vector<pollfd>& descriptors, const Deadline& deadline, const StopSignal& stop) {
    descriptors.push_back({stop.descriptor(), POLLIN, 0});
    const Wait result = poll_until(descriptors.data(), descriptors.size(), descriptors.size() - 1, deadline);
    descriptors.pop_back();
    return result;
}

Wait wait_for(int descriptor, short events, const Deadline& deadline, const StopSignal& stop) {
    pollfd both[] = {{descriptor, events, 0}, {stop.descriptor(), POLLIN, 0}};
    return poll_until(both, 2, 1, deadline);
}

}  // namespace paydrv::net
