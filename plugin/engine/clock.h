#pragma once

#include <cstdint>

namespace paydrv::engine {

/// Seam: the only place that asks what time it is. Any thread, never blocks.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual std::int64_t monotonic_ms() const noexcept = 0;  // never goes back; its origin means nothing
    virtual std::int64_t wall_ms() const noexcept = 0;       // ms since 1970 by the till's clock, which may be wrong
};

}  // namespace paydrv::engine
