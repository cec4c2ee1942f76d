#pragma once

#include <string>
#include <vector>

namespace hostsim {

/// `host-sim bench calls`: what the driver's calls cost, against the promised bounds. Returns the exit code: 0 when
/// every bound is kept. Throws UsageError, Interrupted.
int bench_command(const std::vector<std::string>& given);

}  // namespace hostsim
