#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "log/line.h"

namespace paydrv::log {

/// The lines between those who write and the one thread that brings them to the disk: places made once, no lock, in the
/// order in which the places were taken (D. Vyukov's bounded queue, one reader). Any thread puts; one thread takes.
class LineRing {
  public:
    static constexpr std::size_t places = 1024;  // a power of two

    LineRing() noexcept;
    LineRing(const LineRing&) = delete;
    LineRing& operator=(const LineRing&) = delete;

    /// false: every place is taken, the line is not kept. Instant, no allocation, no system call.
    bool put(const engine::LogLine& line, std::int64_t wall_ms) noexcept;
    /// false: there is none.
    bool take(KeptLine& line) noexcept;
    /// How many wait, roughly while others put.
    std::size_t waiting() const noexcept;

  private:
    struct Place {
        std::atomic<std::uint64_t> turn;  // position: free for that put; position + 1: its line may be taken
        KeptLine line;
    };

    std::array<Place, places> places_;
    alignas(64) std::atomic<std::uint64_t> next_put_{0};
    alignas(64) std::atomic<std::uint64_t> next_take_{0};
};

}  // namespace paydrv::log
