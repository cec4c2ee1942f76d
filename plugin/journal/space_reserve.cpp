#include "journal/space_reserve.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace paydrv::journal {

SpaceReserve::SpaceReserve(const std::filesystem::path& journal) : file_(journal) {
    file_ += ".reserve";
}

int SpaceReserve::make() noexcept {
    if (stands_) {
        return 0;
    }
    const int descriptor = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
        return errno;
    }
    // Also for a file that an earlier run left: it may be sparse or short after a power cut.
    const int error = ::posix_fallocate(descriptor, 0, size_bytes);
    ::close(descriptor);
    if (error != 0) {
        ::unlink(file_.c_str());
        return error;
    }
    stands_ = true;
    return 0;
}

void SpaceReserve::give_up() noexcept {
    ::unlink(file_.c_str());
    stands_ = false;
}

}  // namespace paydrv::journal
