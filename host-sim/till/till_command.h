#pragma once

#include <string>
#include <vector>

namespace hostsim {

/// `host-sim till`: a till on the terminal, or fed line by line through a pipe. Returns the exit code. Throws
/// UsageError.
int till_command(const std::vector<std::string>& given);

}  // namespace hostsim
