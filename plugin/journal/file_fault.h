// What the system says of a file, in words for the person at the till.
#pragma once

#include <cstdint>
#include <filesystem>

#include "journal/open_error.h"

namespace paydrv::journal {

/// The sentence for an errno that open, write or sync gave for this file.
OpenError open_error(int system_error, const std::filesystem::path& file);

/// Bytes that this process may still write on the disk of this file, or -1 if the system does not tell.
std::int64_t free_bytes(const std::filesystem::path& file) noexcept;

/// Which file lies under a name now; equal while nobody has removed or replaced it.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;  // 0: there is none
    friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};
FileIdentity identity(const std::filesystem::path& file) noexcept;

}  // namespace paydrv::journal
