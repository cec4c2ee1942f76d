// From the engine's picture of an operation to what a host is shown.
#pragma once

#include <cstdint>

#include "boundary/contract.h"
#include "engine/snapshot.h"

namespace paydrv::boundary {

/// What the driver's clocks say at the moment of asking; monotonic ms.
struct Moment {
    std::int64_t now_ms = 0;
    std::int64_t last_beat_ms = 0;  // when the engine has last turned
};

/// The view as a host may see it now: an engine that has not turned for 5 s shows as the reason DRIVER_STALLED.
engine::View shown(engine::View view, const Moment& moment) noexcept;

/// The status of a view that shown() has given. Allocates nothing.
paydrv_status status_of(const engine::View& view, const Moment& moment, std::uint32_t host_version) noexcept;

/// The status of operation 0: it is no operation, so kind and state are 0, and it is never final.
paydrv_status status_of(const engine::Health& health, const Moment& moment, std::int64_t opened_ms) noexcept;

/// Rule 5 of the contract: a value that the header of the host's version lacks is shown as one that it has. Header 0.9
/// is the first, so today nothing is changed for any host; the function is where later values find their place.
paydrv_status narrowed(paydrv_status status, std::uint32_t host_version) noexcept;

}  // namespace paydrv::boundary
