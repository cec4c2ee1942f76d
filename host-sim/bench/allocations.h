#pragma once

#include <cstdint>

namespace hostsim::bench {

/// Every malloc, calloc, realloc and aligned allocation of the calling thread since it began, whoever makes it: the
/// program's malloc is exported (malloc_interposed.cpp), so the driver's library binds to it as well.
std::int64_t allocations_of_this_thread();

/// True when a library that this program loads finds the counting malloc. False under a sanitizer, which has its own.
bool allocations_are_counted();

/// Called by the interposed functions.
void count_allocation();

}  // namespace hostsim::bench
