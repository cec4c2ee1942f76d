// The program's own malloc and its kin: glibc's, counted. Part of the executable only, and exported from it, so that
// every library it loads binds to them (glibc manual, replacing malloc).
#include <cerrno>
#include <cstddef>

#include "bench/allocations.h"

extern "C" {

void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);

__attribute__((visibility("default"))) void* malloc(std::size_t size) {
    hostsim::bench::count_allocation();
    return __libc_malloc(size);
}

__attribute__((visibility("default"))) void* calloc(std::size_t count, std::size_t size) {
    hostsim::bench::count_allocation();
    return __libc_calloc(count, size);
}

__attribute__((visibility("default"))) void* realloc(void* block, std::size_t size) {
    hostsim::bench::count_allocation();
    return __libc_realloc(block, size);
}

__attribute__((visibility("default"))) void* memalign(std::size_t alignment, std::size_t size) {
    hostsim::bench::count_allocation();
    return __libc_memalign(alignment, size);
}

__attribute__((visibility("default"))) void* aligned_alloc(std::size_t alignment, std::size_t size) {
    hostsim::bench::count_allocation();
    return __libc_memalign(alignment, size);
}

__attribute__((visibility("default"))) int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
    hostsim::bench::count_allocation();
    void* made = __libc_memalign(alignment, size);
    if (made == nullptr) return ENOMEM;
    *block = made;
    return 0;
}

__attribute__((visibility("default"))) void free(void* block) {
    __libc_free(block);
}

}  // extern "C"
