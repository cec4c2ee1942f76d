#include "boundary/process.h"

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "boundary/sessions.h"

namespace paydrv::boundary {
namespace {

std::atomic<bool> forked{false};
std::atomic<bool> forks_noticed{false};
std::atomic<bool> crypto_handler_set{false};
std::atomic<bool> last_handler_set{false};

extern "C" void paydrv_after_fork_in_child() {
    forked.store(true, std::memory_order_relaxed);
}

// The handler belongs to this library, so that dlclose runs it too.
extern "C" void paydrv_at_exit() {
    if (!in_forked_child()) sessions().stop_all();
}

}  // namespace

bool in_forked_child() noexcept {
    return forked.load(std::memory_order_relaxed);
}

void notice_forks() {
    if (forks_noticed.exchange(true)) return;
    if (pthread_atfork(nullptr, nullptr, paydrv_after_fork_in_child) == 0) return;
    forks_noticed.store(false);
    throw std::bad_alloc();  // the one reason that POSIX names
}

void stop_at_exit_before_crypto() noexcept {
    if (!crypto_handler_set.exchange(true)) std::atexit(paydrv_at_exit);
}

void stop_at_exit_before_the_rest() noexcept {
    if (!last_handler_set.exchange(true)) std::atexit(paydrv_at_exit);
}

void keep_loaded() noexcept {
    Dl_info own{};
    if (dladdr(reinterpret_cast<const void*>(&keep_loaded), &own) == 0 || own.dli_fname == nullptr) return;
    dlopen(own.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}

}  // namespace paydrv::boundary
