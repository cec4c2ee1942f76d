#include "bench/system_calls.h"

#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>

#include "bench/session.h"
#include "child_process.h"

namespace hostsim::bench {
namespace {

constexpr int kSyscallStop = SIGTRAP | 0x80;  // with PTRACE_O_TRACESYSGOOD
constexpr std::int64_t kLimitMs = 60'000;

void mark() {
    ::syscall(SYS_getppid);
}

/// What the followed process does. Never returns to the caller's stack.
[[noreturn]] void followed(const std::string& driver_path, const std::string& config, bool gate_opens, int count,
                           std::int64_t first_number) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(3);
    ::raise(SIGSTOP);
    try {
        DriverLibrary driver = load_driver(driver_path);
        double open_ms = 0;
        std::int32_t session = open_session(driver, config, open_ms);
        if (gate_opens) wait_for_gate(driver, session);
        std::vector<std::int32_t> operations;
        auto status = sized<paydrv_status>();
        bool refused = false;
        for (int i = 0; i < count; ++i) {
            paydrv_payment payment = payment_number(first_number + i);
            std::int32_t op = 0;
            mark();
            std::int32_t result = driver.start(session, &payment, nullptr, &op, nullptr);
            mark();
            refused = refused || result < 0;
            operations.push_back(op);
        }
        for (std::int32_t op : operations) {
            mark();
            std::int32_t result = driver.poll(session, op, 0, 0, &status);
            mark();
            refused = refused || result < 0;
        }
        for (std::int32_t op : operations) {
            mark();
            std::int32_t result = driver.cancel(session, op);
            mark();
            refused = refused || result < 0;
        }
        close_session(driver, session);
        ::_exit(refused ? 4 : 0);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "host-sim bench: %s\n", error.what());
        ::_exit(5);
    }
}

/// Follows the process to its end, a count for each pair of marks. Returns its wait status, or -1 when it took too
/// long.
int follow(pid_t process, std::vector<std::int64_t>& counts) {
    bool inside = false;
    int signal = 0, status = 0;
    auto deadline = in_ms(kLimitMs);
    while (std::chrono::steady_clock::now() < deadline) {
        if (::ptrace(PTRACE_SYSCALL, process, nullptr, signal) != 0) return -1;
        signal = 0;
        if (::waitpid(process, &status, 0) != process) return -1;
        if (!WIFSTOPPED(status)) return status;
        if (WSTOPSIG(status) != kSyscallStop) {
            signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
            continue;
        }
        __ptrace_syscall_info info{};
        if (::ptrace(PTRACE_GET_SYSCALL_INFO, process, sizeof info, &info) <= 0) return -1;
        if (info.op != PTRACE_SYSCALL_INFO_ENTRY) continue;
        if (info.entry.nr == SYS_getppid) {
            inside = !inside;
            if (inside) counts.push_back(0);
        } else if (inside) {
            ++counts.back();
        }
    }
    return -1;
}

}  // namespace

SystemCalls count_system_calls(const std::string& driver_path, const std::string& config, bool gate_opens, int count,
                               std::int64_t first_number) {
    SystemCalls calls;
    pid_t process = ::fork();
    if (process < 0) {
        calls.failure = std::string("no process: ") + std::strerror(errno);
        return calls;
    }
    if (process == 0) followed(driver_path, config, gate_opens, count, first_number);
    int status = 0;
    ::waitpid(process, &status, 0);
    std::vector<std::int64_t> counts;
    bool stopped = WIFSTOPPED(status);
    if (stopped) {
        ::ptrace(PTRACE_SETOPTIONS, process, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
        status = follow(process, counts);
        if (status == -1) {
            ::kill(process, SIGKILL);
            ::waitpid(process, &status, 0);
        }
    }
    auto size = static_cast<std::size_t>(count);
    if (!stopped) {
        calls.failure = "ptrace is not allowed here";
    } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || counts.size() != 3 * size) {
        calls.failure = WIFEXITED(status) && WEXITSTATUS(status) == 4 ? "the driver refused a call"
                                                                      : "the followed process did not end well";
    } else {
        auto part = [&](std::size_t i) {
            auto begin = counts.begin() + static_cast<std::ptrdiff_t>(i * size);
            return std::vector<std::int64_t>(begin, begin + count);
        };
        calls.start = part(0);
        calls.poll = part(1);
        calls.cancel = part(2);
    }
    return calls;
}

}  // namespace hostsim::bench
