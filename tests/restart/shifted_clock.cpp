// Preloaded into a till (LD_PRELOAD): its calendar clock is PAYDRV_CLOCK_AHEAD_S seconds ahead of the machine's, as
// that of a till with a flat battery. Monotonic clocks, and the kernel's own timeouts, stay as they are.
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

namespace {

std::time_t ahead_s() noexcept {
    static const std::time_t seconds = [] {
        const char* text = std::getenv("PAYDRV_CLOCK_AHEAD_S");
        return text == nullptr ? 0 : std::atol(text);
    }();
    return seconds;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t id, timespec* time) noexcept {
    const long result = ::syscall(SYS_clock_gettime, id, time);
    if (result == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) time->tv_sec += ahead_s();
    return static_cast<int>(result);
}

int gettimeofday(timeval* time, void*) noexcept {
    timespec now{};
    const int result = clock_gettime(CLOCK_REALTIME, &now);
    *time = {now.tv_sec, static_cast<suseconds_t>(now.tv_nsec / 1'000)};
    return result;
}

std::time_t time(std::time_t* out) noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != nullptr) *out = now.tv_sec;
    return now.tv_sec;
}

}  // extern "C"
