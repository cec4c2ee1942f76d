#pragma once

#include <cstdint>
#include <exception>
#include <new>

#include "boundary/arguments.h"
#include "boundary/contract.h"
#include "boundary/problem.h"
#include "boundary/process.h"
#include "boundary/refusals.h"

namespace paydrv::boundary {

/// The one fence between hosts and the driver: no exception passes it, a forked child does not get beyond it, and `why`
/// is filled whatever happens. `body` takes a Problem& and returns a result. A refusal is told to the log.
template <class Body>
std::int32_t fenced(Call& call, paydrv_problem* why, Body&& body) noexcept {
    const bool fillable = Problem::can_fill(why);
    Problem problem;
    std::int32_t result = PAYDRV_E_INTERNAL;
    if (in_forked_child()) {
        result = PAYDRV_E_FORKED;
        problem.refuse(result, "",
                       "This process is a fork of the one that opened the driver; only that one may use it. "
                       "Open the driver after the fork, or start a new process.");
        call.quiet = true;  // the log's thread is the parent's
    } else if (!fillable) {
        result = PAYDRV_E_ARGUMENT;
        problem.refuse(result, "why", "why: size is %u. Set it to sizeof(paydrv_problem) before the call.",
                       size_of_struct(why));
    } else {
        try {
            result = body(problem);
        } catch (const std::bad_alloc&) {
            problem.refuse(result, "", "The process has no memory left for this call. Nothing has changed.");
        } catch (const std::exception& error) {
            problem.refuse(result, "", "The driver is at fault: %s. Please report this sentence.", error.what());
        } catch (...) {
            problem.refuse(result, "", "The driver is at fault and does not know why. Please report this call.");
        }
    }
    problem.fill(fillable ? why : nullptr, result);
    if (result < 0) tell_refusal(call, result, problem);
    return result;
}

}  // namespace paydrv::boundary
