#include "bench/silent_resolver.h"

#include <Poco/Net/DatagramSocket.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <fstream>
#include <thread>

#include "bench/session.h"
#include "child_process.h"

namespace hostsim::bench {
namespace {

constexpr const char* kServer = "127.0.0.77";  // this machine's too, but port 53 is taken by nobody there
constexpr std::int64_t kLimitMs = 30'000;
constexpr int kHangMs = 1'500;  // long enough for the driver to be in the middle of a lookup

/// Hides the machine's resolv.conf from this process. Empty when it is done, else why not.
std::string hide_resolver(const std::filesystem::path& file) {
    bool alone = ::unshare(CLONE_NEWNS) == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0;
    if (!alone) return std::string("no mount namespace: ") + std::strerror(errno);
    ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    if (::mount(file.c_str(), "/etc/resolv.conf", nullptr, MS_BIND, nullptr) != 0) {
        return std::string("cannot mount over /etc/resolv.conf: ") + std::strerror(errno);
    }
    return {};
}

std::string measure(const std::string& driver_path, const std::string& config, const std::filesystem::path& file) {
    try {
        std::string failure = hide_resolver(file);
        if (!failure.empty()) return "- - " + failure;
        Poco::Net::DatagramSocket silent(Poco::Net::SocketAddress(kServer, 53));
        DriverLibrary driver = load_driver(driver_path);
        double open_ms = 0;
        std::int32_t session = open_session(driver, config, open_ms);
        std::this_thread::sleep_for(std::chrono::milliseconds(kHangMs));
        if (silent.available() == 0) return "- - the driver asked no name server";
        double close_ms = close_session(driver, session);
        return std::to_string(open_ms) + " " + std::to_string(close_ms);
    } catch (const std::exception& error) {
        return std::string("- - ") + error.what();
    }
}

std::string read_all(int descriptor) {
    std::string text;
    char buffer[1024];
    for (ssize_t count; (count = ::read(descriptor, buffer, sizeof buffer)) != 0;) {
        if (count < 0 && errno != EINTR) break;
        if (count > 0) text.append(buffer, static_cast<std::size_t>(count));
    }
    return text;
}

}  // namespace

OpenClose open_and_close_without_dns(const std::string& driver_path, const std::string& config,
                                     const std::filesystem::path& scratch) {
    std::filesystem::path file = scratch / "resolv.conf";
    std::ofstream(file) << "nameserver " << kServer << "\n";
    OpenClose times;
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        times.failure = std::string("no pipe: ") + std::strerror(errno);
        return times;
    }
    pid_t process = ::fork();
    if (process == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::alarm(kLimitMs / 1000);
        ::signal(SIGALRM, SIG_DFL);
        std::string answer = measure(driver_path, config, file);
        ssize_t written = ::write(ends[1], answer.data(), answer.size());
        ::_exit(written == static_cast<ssize_t>(answer.size()) ? 0 : 1);
    }
    ::close(ends[1]);
    std::string answer = process > 0 ? read_all(ends[0]) : "- - no process";
    ::close(ends[0]);
    if (process > 0) ::waitpid(process, nullptr, 0);
    char* rest = nullptr;
    times.open_ms = std::strtod(answer.c_str(), &rest);
    if (rest != answer.c_str()) {
        times.close_ms = std::strtod(rest, nullptr);
    } else {
        times.failure = answer.size() > 4 ? answer.substr(4) : "it did not end in time";
    }
    return times;
}

}  // namespace hostsim::bench
