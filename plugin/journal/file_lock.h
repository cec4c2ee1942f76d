// The lock that keeps a journal to one session.
#pragma once

#include <filesystem>

namespace paydrv::journal {

/// Holds an exclusive lock on a file of its own beside the journal for as long as it lives; owns the descriptor. The
/// lock belongs to the open file, not to the process, so a second session of the same process is refused like another
/// process; the kernel drops it when the process dies. Children do not keep it: the descriptor is closed on exec, and
/// in a child of fork at once. Any thread.
class FileLock {
  public:
    /// Creates the file (mode 0600) if need be. Never waits. Throws OpenError: in_use, read_only, no_space, unreadable.
    explicit FileLock(const std::filesystem::path& journal);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

  private:
    std::size_t slot_;
};

}  // namespace paydrv::journal
