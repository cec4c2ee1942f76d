#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hostsim {

/// A program that this one started, with pipes to its standard input and from its standard output. It is ended with
/// this object, and killed by the kernel should this program die first; it is in a process group of its own, so that
/// Ctrl-C reaches it only through us. Owns the process and both pipes. One thread, the one that started it.
class ChildProcess {
  public:
    using Time = std::chrono::steady_clock::time_point;

    /// Throws std::runtime_error when the program cannot be started.
    ChildProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// The next line of its output; empty when the deadline passes or the output has ended. Throws Interrupted.
    std::optional<std::string> read_line(Time deadline);

    /// Writes to its input. Throws std::runtime_error when it no longer reads.
    void write(const std::string& text);
    /// Ends its input.
    void close_input();

    void send(int signal);
    /// SIGTERM, and SIGKILL when it has not ended within two seconds. Returns the exit code, 128 + n for signal n.
    int end();
    /// Waits for its own end until the deadline; empty when it is still running then. Throws Interrupted.
    std::optional<int> wait(Time deadline);

    pid_t id() const { return process_; }

  private:
    std::optional<int> ended();
    void close_pipes();

    pid_t process_ = -1;
    int input_ = -1;
    int output_ = -1;
    std::string partial_;
    std::optional<int> exit_code_;
};

/// A deadline so many milliseconds from now.
ChildProcess::Time in_ms(std::int64_t ms);

/// The path of this very program.
std::filesystem::path this_program();

}  // namespace hostsim
