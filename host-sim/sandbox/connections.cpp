#include "sandbox/connections.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace hostsim::sandbox {
namespace {

constexpr std::chrono::milliseconds kSweepEvery{100};

bool client_gone(const Poco::Net::StreamSocket& socket) {
    pollfd watched{socket.impl()->sockfd(), POLLRDHUP, 0};
    return ::poll(&watched, 1, 0) > 0 && (watched.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace

void cut(const Poco::Net::StreamSocket& socket) {
    ::shutdown(socket.impl()->sockfd(), SHUT_RDWR);
}

void reset(const Poco::Net::StreamSocket& socket) {
    // To dissolve an association sends the reset at once, whoever else still holds a descriptor of the socket.
    sockaddr nobody{};
    nobody.sa_family = AF_UNSPEC;
    if (::connect(socket.impl()->sockfd(), &nobody, sizeof nobody) != 0) cut(socket);
}

bool Connections::pause(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return !wake_.wait_for(lock, time, [this] { return stopping_.load(); });
}

Connections::Connections(std::size_t held_limit, std::chrono::milliseconds held_for)
    : held_limit_(held_limit), held_for_(held_for), watchdog_([this] { watch(); }) {}

Connections::~Connections() {
    stop();
}

Connections::Place::Place(Connections& all, int descriptor)
    : all_(all), descriptor_(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0)), deadline_(Time::max()) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "no descriptor for a connection");
    std::lock_guard lock(all_.mutex_);
    all_.places_.push_back(this);
    if (all_.stopping_) ::shutdown(descriptor_, SHUT_RDWR);
}

Connections::Place::~Place() {
    {
        std::lock_guard lock(all_.mutex_);
        all_.places_.remove(this);
    }
    ::close(descriptor_);
}

void Connections::Place::allow(std::chrono::milliseconds time) {
    std::lock_guard lock(all_.mutex_);
    deadline_ = std::chrono::steady_clock::now() + time;
}

void Connections::hold(const Poco::Net::StreamSocket& socket) {
    std::lock_guard lock(mutex_);
    if (stopping_) return cut(socket);
    if (held_.size() >= held_limit_) {
        cut(held_.front().socket);
        held_.pop_front();
    }
    held_.push_back({socket, std::chrono::steady_clock::now() + held_for_});
}

void Connections::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
        for (Place* place : places_)
            ::shutdown(place->descriptor_, SHUT_RDWR);
        for (Held& held : held_)
            cut(held.socket);
        held_.clear();
    }
    wake_.notify_all();
    if (watchdog_.joinable()) watchdog_.join();
}

void Connections::watch() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        sweep(std::chrono::steady_clock::now());
        wake_.wait_for(lock, kSweepEvery);
    }
}

void Connections::sweep(Time now) {
    for (Place* place : places_) {
        if (place->deadline_ <= now) ::shutdown(place->descriptor_, SHUT_RDWR);
    }
    std::erase_if(held_, [now](const Held& held) {
        bool over = held.until <= now || client_gone(held.socket);
        if (over) cut(held.socket);
        return over;
    });
}

}  // namespace hostsim::sandbox
