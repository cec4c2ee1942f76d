#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "driver_library.h"

namespace hostsim::bench {

/// Wall and thread CPU time in nanoseconds.
std::int64_t wall_ns();
std::int64_t thread_cpu_ns();

/// Opens a session and says how long that took. Throws std::runtime_error with the driver's own sentence.
std::int32_t open_session(const DriverLibrary& driver, const std::string& config, double& open_ms);

/// Closes by force and returns how long that took, in milliseconds. Throws std::runtime_error when it is not closed.
double close_session(const DriverLibrary& driver, std::int32_t session);

/// Waits up to ten seconds for the first verified answer of the gateway. Throws std::runtime_error when none comes.
void wait_for_gate(const DriverLibrary& driver, std::int32_t session);

/// A payment of 1.00 EUR as a till would ask for it; `number` makes reference, order and payment code its own.
paydrv_payment payment_number(std::int64_t number);

/// A copy of a configuration with another gateway and a journal of its own, written beside the original so that its
/// files are found. Returns its path.
std::string with_gateway(const std::string& config, const std::string& gateway_url, const std::string& name);

}  // namespace hostsim::bench
