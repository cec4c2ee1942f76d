#include "bench/allocations.h"

#include <dlfcn.h>

#include <cstdlib>

namespace hostsim::bench {
namespace {

// Local to the program, so that reading it never allocates.
thread_local constinit std::int64_t t_allocations __attribute__((tls_model("initial-exec"))) = 0;

}  // namespace

std::int64_t allocations_of_this_thread() {
    return t_allocations;
}

void count_allocation() {
    ++t_allocations;
}

bool allocations_are_counted() {
    auto found = reinterpret_cast<void* (*)(std::size_t)>(::dlsym(RTLD_DEFAULT, "malloc"));
    if (found == nullptr) return false;
    std::int64_t before = t_allocations;
    std::free(found(1));
    return t_allocations == before + 1;
}

}  // namespace hostsim::bench
