#include "journal/file_fault.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <system_error>

namespace paydrv::journal {

OpenError open_error(int system_error, const std::filesystem::path& file) {
    const auto name = file.string();
    switch (system_error) {
        case EROFS:
            return {OpenError::Why::read_only,
                    "The disk that holds " + name + " is mounted read-only; mount it writable."};
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return {OpenError::Why::no_space, "There is no space left for " + name + "; free some on its disk."};
        case ENOENT:
        case ENOTDIR:
            return {OpenError::Why::unreadable,
                    "The folder of " + name + " does not exist; create it, writable for the till's user."};
        case EACCES:
        case EPERM:
            return {OpenError::Why::unreadable,
                    "This user may not read and write " + name +
                        "; correct the owner or the permissions of the file and its folder."};
        default:
            return {OpenError::Why::unreadable,
                    "The file " + name + " cannot be opened: " + std::generic_category().message(system_error) + "."};
    }
}

std::int64_t free_bytes(const std::filesystem::path& file) noexcept {
    struct statvfs disk {};
    if (::statvfs(file.c_str(), &disk) != 0) {
        return -1;
    }
    return static_cast<std::int64_t>(disk.f_bavail * disk.f_frsize);
}

FileIdentity identity(const std::filesystem::path& file) noexcept {
    struct stat entry {};
    if (::stat(file.c_str(), &entry) != 0) {
        return {};
    }
    return {entry.st_dev, entry.st_ino};
}

}  // namespace paydrv::journal
