#include "till/keyboard.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace hostsim::till {

void Keyboard::listen(int wait_ms) {
    if (ended_ || lines_.size() >= kLinesLimit) return;
    pollfd descriptor{descriptor_, POLLIN, 0};
    if (::poll(&descriptor, 1, wait_ms) <= 0) return;
    char buffer[4096];
    ssize_t count = ::read(descriptor_, buffer, sizeof buffer);
    if (count < 0) {
        if (errno == EINTR || errno == EAGAIN) return;
        throw std::runtime_error(std::string("cannot read the keyboard: ") + std::strerror(errno));
    }
    take_in(buffer, static_cast<std::size_t>(count));
    if (count > 0) return;
    ended_ = true;
    if (!partial_.text.empty() || partial_.too_long) end_line();
}

void Keyboard::take_in(const char* bytes, std::size_t count) {
    for (const char* end = bytes + count; bytes != end; ++bytes) {
        if (*bytes == '\n') {
            end_line();
        } else if (partial_.text.size() < kLineLimit) {
            partial_.text += *bytes;
        } else {
            partial_.too_long = true;
        }
    }
}

void Keyboard::end_line() {
    if (partial_.too_long) partial_.text.clear();
    lines_.push_back(std::move(partial_));
    partial_ = Line();
}

std::string Keyboard::take() {
    std::string line = std::move(lines_.front().text);
    lines_.pop_front();
    return line;
}

}  // namespace hostsim::till
