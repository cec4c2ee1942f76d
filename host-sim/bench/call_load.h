#pragma once

#include <cstdint>
#include <vector>

#include "driver_library.h"

namespace hostsim::bench {

/// What one kind of call cost, call by call.
struct CallCosts {
    std::vector<std::int64_t> cpu_ns;  ///< CPU time of the calling thread
    std::vector<std::int64_t> wall_ns;
    std::vector<std::int64_t> allocations;  ///< made by the calling thread inside the call
    std::int64_t refused = 0;               ///< calls that answered below 0
};

struct LoadCosts {
    CallCosts start, cancel, poll;
    std::vector<std::int32_t> operations;  ///< that were begun
    double calls_per_second = 0;           ///< as it came out
};

struct Load {
    int threads = 128;
    int calls_per_second = 1'000;  ///< over all threads
    int seconds = 10;
    std::int64_t first_number = 1;  ///< of the payments, so that two loads do not meet
};

/// One in ten calls is a start, one a cancel of it, eight are polls without wait in between. Blocks for load.seconds.
/// Returns early, with what there is, when the user interrupts.
LoadCosts run_load(const DriverLibrary& driver, std::int32_t session, const Load& load);

/// Polls each operation once without wait, `rounds` times over, from one thread.
CallCosts poll_each(const DriverLibrary& driver, std::int32_t session, const std::vector<std::int32_t>& operations,
                    int rounds);

}  // namespace hostsim::bench
