#pragma once

#include <stdexcept>

namespace hostsim {

/// The user pressed Ctrl-C, or asked for the end with SIGTERM or SIGHUP.
struct Interrupted : std::runtime_error {
    Interrupted() : std::runtime_error("interrupted") {}
};

/// From now on SIGINT, SIGTERM and SIGHUP only raise a flag, and end the system call that waits. Call it before any
/// thread is started. SIGPIPE is ignored: a child that has ended is noticed by what it does not answer.
void catch_interrupts();

bool interrupted();

/// Throws Interrupted when the flag is up.
void throw_if_interrupted();

}  // namespace hostsim
