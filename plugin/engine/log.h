#pragma once

#include <cstdint>
#include <string_view>

namespace paydrv::engine {

enum class LogLevel : std::uint8_t { error = 0, warning = 1, info = 2, debug = 3 };

/// Who has to do something about a line, if anybody.
enum class Side : std::uint8_t { none, host, driver, gateway, machine };

/// One line. The texts live for the call alone; what is too long is cut. No secret may stand in it (R10).
struct LogLine {
    LogLevel level = LogLevel::info;
    Side side = Side::none;
    std::string_view reference;      // of the attempt or refund it belongs to; empty: the session's own
    std::uint32_t business_day = 0;  // of that reference
    std::int32_t op = 0;
    std::string_view what;  // a sentence in English
};

/// Seam: where the driver tells what it does, for support. Any thread; instant: no lock that is held over I/O, no
/// allocation, no system call but a wake-up. What cannot be kept is counted, and the count is told.
class Log {
  public:
    virtual ~Log() = default;
    virtual void write(const LogLine& line) noexcept = 0;
    /// Whether a line of this level is kept: asked before one is put together.
    virtual bool keeps(LogLevel level) const noexcept = 0;
};

}  // namespace paydrv::engine
