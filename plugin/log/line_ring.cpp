#include "log/line_ring.h"

namespace paydrv::log {

static_assert((LineRing::places & (LineRing::places - 1)) == 0);

LineRing::LineRing() noexcept {
    for (std::size_t at = 0; at < places; at++) {
        places_[at].turn.store(at, std::memory_order_relaxed);
    }
}

bool LineRing::put(const engine::LogLine& line, std::int64_t wall_ms) noexcept {
    std::uint64_t position = next_put_.load(std::memory_order_relaxed);
    for (;;) {
        Place& place = places_[position % places];
        const std::uint64_t turn = place.turn.load(std::memory_order_acquire);
        if (turn < position) return false;  // still holds the line of the round before
        if (turn == position && next_put_.compare_exchange_weak(position, position + 1, std::memory_order_relaxed)) {
            keep(line, wall_ms, place.line);
            place.turn.store(position + 1, std::memory_order_release);
            return true;
        }
        if (turn > position) position = next_put_.load(std::memory_order_relaxed);
    }
}

bool LineRing::take(KeptLine& line) noexcept {
    const std::uint64_t position = next_take_.load(std::memory_order_relaxed);
    Place& place = places_[position % places];
    if (place.turn.load(std::memory_order_acquire) != position + 1) return false;
    line = place.line;
    place.turn.store(position + places, std::memory_order_release);
    next_take_.store(position + 1, std::memory_order_relaxed);
    return true;
}

std::size_t LineRing::waiting() const noexcept {
    const std::uint64_t taken = next_take_.load(std::memory_order_relaxed);
    const std::uint64_t put = next_put_.load(std::memory_order_relaxed);
    return put > taken ? static_cast<std::size_t>(put - taken) : 0;
}

}  // namespace paydrv::log
