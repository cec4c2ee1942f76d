#pragma once

#include <deque>
#include <string>

namespace hostsim::till {

/// Lines from a descriptor (keyboard, pipe, scanner) without holding up the till. Does not own the descriptor. One
/// thread.
class Keyboard {
  public:
    explicit Keyboard(int descriptor) : descriptor_(descriptor) {}

    /// Waits up to wait_ms (-1: for ever) for input, and takes in what there is. Returns early when a signal arrives.
    /// Throws std::runtime_error when the descriptor cannot be read.
    void listen(int wait_ms);

    bool has_line() const { return !lines_.empty(); }
    const std::string& front() const { return lines_.front(); }
    std::string take();
    /// True when no more input will come; a last line without its end has then become a line.
    bool ended() const { return ended_; }

  private:
    int descriptor_;
    std::deque<std::string> lines_;
    std::string partial_;
    bool ended_ = false;
};

}  // namespace hostsim::till
