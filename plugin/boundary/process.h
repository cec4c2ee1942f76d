// What the host's process does around the driver: fork, exit, unload (convention 8 of abi/paydrv.h).
#pragma once

namespace paydrv::boundary {

/// Whether this process is a fork of one that had opened the driver. Any thread, takes no lock.
bool in_forked_child() noexcept;

/// Before the first session is made: from now on a fork is noticed. Throws std::bad_alloc.
void notice_forks();

/// Has the driver's threads stopped when the process exits, or unloads the library without close. Handlers of exit run
/// in reverse order. So one is set as soon as OpenSSL has set its own, and another when a session stands: what was set
/// up on the way to it is then still there while the threads stop. Any thread; each does its work once.
void stop_at_exit_before_crypto() noexcept;
void stop_at_exit_before_the_rest() noexcept;

/// Keeps the library's code in memory for good, because a thread that hangs in the operating system will return to it.
void keep_loaded() noexcept;

}  // namespace paydrv::boundary
