#include "journal/file_lock.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <mutex>

#include "journal/file_fault.h"
#include "journal/open_error.h"

namespace paydrv::journal {
namespace {

constexpr std::size_t max_journals = 256;  // open at once in one process
constexpr int free_slot = -1;
constexpr int taken_slot = -2;  // reserved, its file not open yet

// Known to the handler below, which may do no more than close: the child of a fork has one thread and no safe
// allocator.
std::array<std::atomic<int>, max_journals>& descriptors() {
    static auto& slots = *[] {
        static std::array<std::atomic<int>, max_journals> made;
        for (auto& slot : made) {
            slot.store(free_slot);
        }
        return &made;
    }();
    return slots;
}

void close_in_child() {
    for (auto& slot : descriptors()) {
        const int descriptor = slot.exchange(free_slot);
        if (descriptor >= 0) {
            ::close(descriptor);
        }
    }
}

std::size_t take_slot() {
    static std::once_flag registered;
    std::call_once(registered, [] {
        descriptors();
        ::pthread_atfork(nullptr, nullptr, close_in_child);
    });
    auto& slots = descriptors();
    for (std::size_t i = 0; i < slots.size(); ++i) {
        int expected = free_slot;
        if (slots[i].compare_exchange_strong(expected, taken_slot)) {
            return i;
        }
    }
    throw OpenError(OpenError::Why::in_use, "This process already has " + std::to_string(max_journals) +
                                                " journals open; close sessions that are not needed.");
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& journal) : slot_(take_slot()) {
    auto path = journal;
    path += ".lock";
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
        const int error = errno;
        descriptors()[slot_].store(free_slot);
        throw open_error(error, path);
    }
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        ::close(descriptor);
        descriptors()[slot_].store(free_slot);
        throw OpenError(OpenError::Why::in_use, "The journal " + journal.string() +
                                                    " is in use by another session or process; give each till a "
                                                    "journal of its own, or close the other first.");
    }
    descriptors()[slot_].store(descriptor);
}

FileLock::~FileLock() {
    const int descriptor = descriptors()[slot_].exchange(free_slot);
    if (descriptor >= 0) {
        ::close(descriptor);
    }
}

}  // namespace paydrv::journal
