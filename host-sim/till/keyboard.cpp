#include "till/keyboard.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace hostsim::till {

void Keyboard::listen(int wait_ms) {
    if (ended_) return;
    pollfd descriptor{descriptor_, POLLIN, 0};
    if (::poll(&descriptor, 1, wait_ms) <= 0) return;
    char buffer[4096];
    ssize_t count = ::read(descriptor_, buffer, sizeof buffer);
    if (count < 0) {
        if (errno == EINTR || errno == EAGAIN) return;
        throw std::runtime_error(std::string("cannot read the keyboard: ") + std::strerror(errno));
    }
    partial_.append(buffer, static_cast<std::size_t>(count));
    for (std::size_t end; (end = partial_.find('\n')) != std::string::npos;) {
        lines_.push_back(partial_.substr(0, end));
        partial_.erase(0, end + 1);
    }
    if (count > 0) return;
    ended_ = true;
    if (!partial_.empty()) lines_.push_back(partial_);
    partial_.clear();
}

std::string Keyboard::take() {
    std::string line = lines_.front();
    lines_.pop_front();
    return line;
}

}  // namespace hostsim::till
