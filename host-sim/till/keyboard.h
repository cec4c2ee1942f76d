#pragma once

#include <cstddef>
#include <deque>
#include <string>

namespace hostsim::till {

/// Lines from a descriptor (keyboard, pipe, scanner) without holding up the till. Does not own the descriptor. One
/// thread. At most kLinesLimit lines wait; more stay in the pipe.
class Keyboard {
  public:
    static constexpr std::size_t kLineLimit = 64 * 1024;  ///< bytes without the end of the line
    static constexpr std::size_t kLinesLimit = 1024;

    explicit Keyboard(int descriptor) : descriptor_(descriptor) {}

    /// Waits up to wait_ms (-1: for ever) for input, and takes in what there is. Returns early when a signal arrives.
    /// Throws std::runtime_error when the descriptor cannot be read.
    void listen(int wait_ms);

    bool has_line() const { return !lines_.empty(); }
    const std::string& front() const { return lines_.front().text; }
    /// True when the next line was longer than kLineLimit; nothing of it was kept.
    bool front_too_long() const { return lines_.front().too_long; }
    std::string take();
    /// True when no more input will come; a last line without its end has then become a line.
    bool ended() const { return ended_; }

  private:
    struct Line {
        std::string text;
        bool too_long = false;
    };
    void take_in(const char* bytes, std::size_t count);
    void end_line();

    int descriptor_;
    std::deque<Line> lines_;
    Line partial_;
    bool ended_ = false;
};

}  // namespace hostsim::till
