#include "boundary/sessions.h"

#include <time.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "boundary/process.h"
#include "engine/machine.h"

namespace paydrv::boundary {
namespace {

using Phase = Sessions::Place::Phase;

constexpr std::int64_t stop_bound_ms = 1'950;  // of the 2 s of paydrv_close

template <class Value>
union Immortal {
    Value value;
    constexpr Immortal() : value() {}
    ~Immortal() {}
};
constinit Immortal<Sessions> process_sessions;

std::int64_t now_ms() noexcept {
    return engine::MachineClock().monotonic_ms();
}

// Waits until something is so, which no one tells: only while a session closes.
template <class Done>
bool wait_until(std::int64_t until_ms, Done done) noexcept {
    while (!done()) {
        if (now_ms() >= until_ms) return false;
        constexpr timespec pause{0, 500'000};
        nanosleep(&pause, nullptr);
    }
    return true;
}

}  // namespace

Sessions& sessions() noexcept {
    return process_sessions.value;
}

Sessions::Pin::~Pin() {
    if (place_ != nullptr) unpin(*place_);
}

std::int32_t Sessions::Pin::standing() const noexcept {
    if (!place_->session->snapshot().stopped()) return PAYDRV_OK;
    return place_->phase.load() == Phase::open ? PAYDRV_E_INTERNAL : PAYDRV_E_CLOSED;
}

Sessions::Place* Sessions::reserve() noexcept {
    for (Place& place : places_) {
        Phase free = Phase::free;
        if (place.phase.compare_exchange_strong(free, Phase::opening)) return &place;
    }
    return nullptr;
}

void Sessions::give_back(Place& place) noexcept {
    place.phase.store(Phase::free);
}

std::int32_t Sessions::enter(Place& place, std::shared_ptr<session::Session> session, std::uint32_t host_version,
                             std::int32_t random) noexcept {
    std::int32_t unset = 0;
    if (first_id_.compare_exchange_strong(unset, random)) next_id_.store(random);
    while (next_id_.load() == 0) {  // another thread stands between the two lines above
    }
    if (next_id_.load() == std::numeric_limits<std::int32_t>::max()) return 0;
    const std::int32_t id = next_id_.fetch_add(1);
    place.session = std::move(session);
    place.host_version = host_version;
    place.opened_ms = now_ms();
    place.phase.store(Phase::open);
    place.open_id.store(id);
    return id;
}

std::int32_t Sessions::missing(std::int32_t id) const noexcept {
    const std::int32_t first = first_id_.load();
    return first != 0 && id >= first && id < next_id_.load() ? PAYDRV_E_CLOSED : PAYDRV_E_NOT_FOUND;
}

// A closer takes open_id away and then looks at `calls`; a call counts itself and then looks at open_id. Both in one
// total order, so one of the two always sees the other.
std::int32_t Sessions::pin(std::int32_t id, Pin& pin) noexcept {
    if (id <= 0) return PAYDRV_E_NOT_FOUND;
    for (Place& place : places_) {
        if (place.open_id.load() != id) continue;
        place.calls.fetch_add(1);
        if (place.open_id.load() != id) {
            unpin(place);
            return PAYDRV_E_CLOSED;
        }
        pin.place_ = &place;
        return pin.standing();
    }
    return missing(id);
}

bool Sessions::pin_any(Pin& pinned) noexcept {
    for (const Place& place : places_) {
        const std::int32_t id = place.open_id.load();
        if (id == 0) continue;
        pin(id, pinned);
        if (pinned.inside()) return true;
    }
    return false;
}

void Sessions::unpin(Place& place) noexcept {
    if (place.calls.fetch_sub(1) == 1 && place.phase.load() == Phase::left) drop(place);
}

// One thread wins; the others find that there is nothing left to do.
void Sessions::drop(Place& place) noexcept {
    Phase left = Phase::left;
    if (!place.phase.compare_exchange_strong(left, Phase::closing)) return;
    place.session.reset();
    place.phase.store(Phase::free);
}

// Waits for the calls inside to leave, and lets the session go; false: one is still inside, and the last one out does
// it.
bool Sessions::retire(Place& place, std::int64_t until_ms) noexcept {
    place.open_id.store(0);
    const bool empty = wait_until(until_ms, [&] { return place.calls.load() == 0; });
    place.phase.store(Phase::left);
    if (place.calls.load() == 0) drop(place);
    return empty;
}

std::int32_t Sessions::close(std::int32_t id, bool force) noexcept {
    const std::int64_t until_ms = now_ms() + stop_bound_ms;
    Pin pinned;
    const std::int32_t found = pin(id, pinned);
    if (pinned.place_ == nullptr) return found;
    Place& place = *pinned.place_;
    Phase open = Phase::open;
    if (!place.phase.compare_exchange_strong(open, Phase::closing)) return PAYDRV_E_CLOSED;

    const session::CloseResult result = place.session->close(force);
    if (result == session::CloseResult::in_doubt) {
        place.phase.store(Phase::open);
        return PAYDRV_E_IN_DOUBT;
    }
    if (result == session::CloseResult::stalled) keep_loaded();
    place.calls.fetch_sub(1);  // this call's own stay: nobody else drops the session before retire() allows it
    pinned.place_ = nullptr;
    const bool empty = retire(place, until_ms);
    return result == session::CloseResult::closed && empty ? PAYDRV_OK : PAYDRV_E_STALLED;
}

void Sessions::stop_all() noexcept {
    const std::int64_t until_ms = now_ms() + stop_bound_ms;
    std::array<Place*, max_sessions> mine{};
    std::size_t count = 0;
    const auto take_open = [&] {
        for (Place& place : places_) {
            Phase open = Phase::open;
            if (!place.phase.compare_exchange_strong(open, Phase::closing)) continue;
            place.session->ask_to_stop();
            mine[count++] = &place;
        }
        return std::none_of(places_.begin(), places_.end(),
                            [](const Place& place) { return place.phase.load() == Phase::opening; });
    };
    wait_until(until_ms, take_open);
    for (std::size_t i = 0; i < count; i++) {
        if (!mine[i]->session->ended_by(until_ms)) keep_loaded();
        retire(*mine[i], until_ms);
    }
    wait_until(until_ms, [&] {  // those that other threads are closing
        return std::none_of(places_.begin(), places_.end(),
                            [](const Place& place) { return place.phase.load() == Phase::closing; });
    });
}

}  // namespace paydrv::boundary
