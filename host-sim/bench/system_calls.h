#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hostsim::bench {

/// System calls that the host's thread makes inside each call of the driver, one entry a call. Plain data.
struct SystemCalls {
    std::vector<std::int64_t> start, cancel, poll;
    std::string failure;  ///< why it could not be counted; empty: it was
};

/// Counts them exactly: a process of its own opens the driver and makes `count` starts, polls and cancels, each between
/// two getppid calls as marks, while this one follows every system call of its first thread with ptrace. The driver's
/// own threads are not followed, and the costs of being followed are in no other figure. Call it before this process
/// has started a thread. Blocks up to a minute.
SystemCalls count_system_calls(const std::string& driver_path, const std::string& config, bool gate_opens, int count,
                               std::int64_t first_number);

}  // namespace hostsim::bench
