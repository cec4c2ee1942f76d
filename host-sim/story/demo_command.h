#pragma once

#include <string>
#include <vector>

namespace hostsim {

/// `host-sim demo`: the driver at work against the sandbox, told as a story. Returns the exit code: 0 when every scene
/// ended as it should and the three books agree. Throws UsageError, Interrupted.
int demo_command(const std::vector<std::string>& given);

}  // namespace hostsim
