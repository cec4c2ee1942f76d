// What the log says of calls that were refused.
#pragma once

#include <cstdint>

#include "boundary/problem.h"

namespace paydrv::boundary {

/// One call of a host, as the log names it.
struct Call {
    const char* function;
    std::int32_t session;
    std::int32_t op = 0;  // that the host named; 0: none
    bool quiet = false;   // its refusal is no event: a poll without wait, and a wait that a close has ended
};

/// Writes one line about a refused call to the log of its session; where there is no such session (also of an open that
/// failed, which tells its own log if it got that far), to that of another one that is open, where it can be seen. The
/// side is who has to do something: host, driver, machine, or nobody where the result is one of the plain answers that
/// hosts ask for. Instant: no allocation, no system call.
void tell_refusal(const Call& call, std::int32_t result, const Problem& problem) noexcept;

}  // namespace paydrv::boundary
