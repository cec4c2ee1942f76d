#include "child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include "interrupt.h"

namespace hostsim {
namespace {

constexpr int kPollMs = 20;
constexpr int kEndMs = 2000;

struct Pipe {
    int read_end = -1;
    int write_end = -1;
};

Pipe make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        throw std::runtime_error(std::string("cannot make a pipe: ") + std::strerror(errno));
    return {ends[0], ends[1]};
}

/// Runs in the child between fork and exec: only calls that are safe there.
[[noreturn]] void become(char* const* words, const Pipe& input, const Pipe& output, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);  // it died before the line above
    ::setpgid(0, 0);
    ::dup2(input.read_end, STDIN_FILENO);
    ::dup2(output.write_end, STDOUT_FILENO);
    for (int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE})
        ::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execv(words[0], words);
    ::_exit(127);
}

}  // namespace

ChildProcess::Time in_ms(std::int64_t ms) {
    return std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
}

std::filesystem::path this_program() {
    return std::filesystem::read_symlink("/proc/self/exe");
}

ChildProcess::ChildProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments) {
    std::vector<std::string> texts{program.string()};
    texts.insert(texts.end(), arguments.begin(), arguments.end());
    std::vector<char*> words;
    for (std::string& text : texts)
        words.push_back(text.data());
    words.push_back(nullptr);
    Pipe input = make_pipe(), output = make_pipe();
    pid_t parent = ::getpid();
    process_ = ::fork();
    if (process_ == 0) become(words.data(), input, output, parent);
    ::close(input.read_end);
    ::close(output.write_end);
    input_ = input.write_end;
    output_ = output.read_end;
    if (process_ < 0) {
        close_pipes();
        throw std::runtime_error("cannot start " + program.string() + ": " + std::strerror(errno));
    }
}

ChildProcess::~ChildProcess() {
    end();
    close_pipes();
}

void ChildProcess::close_pipes() {
    close_input();
    if (output_ >= 0) ::close(output_);
    output_ = -1;
}

void ChildProcess::close_input() {
    if (input_ >= 0) ::close(input_);
    input_ = -1;
}

std::optional<std::string> ChildProcess::read_line(Time deadline) {
    for (;;) {
        std::size_t end = partial_.find('\n');
        if (end != std::string::npos) {
            std::string line = partial_.substr(0, end);
            partial_.erase(0, end + 1);
            return line;
        }
        throw_if_interrupted();
        auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
        pollfd descriptor{output_, POLLIN, 0};
        int ready = ::poll(&descriptor, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 1000)));
        if (ready == 0 && left <= 0) return std::nullopt;
        if (ready <= 0) continue;
        char buffer[4096];
        ssize_t count = ::read(output_, buffer, sizeof buffer);
        if (count == 0) return std::nullopt;
        if (count > 0) partial_.append(buffer, static_cast<std::size_t>(count));
    }
}

void ChildProcess::write(const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
        ssize_t count = ::write(input_, text.data() + done, text.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0)
            throw std::runtime_error(std::string("a program that was started no longer reads: ") +
                                     std::strerror(errno));
        done += static_cast<std::size_t>(count);
    }
}

void ChildProcess::send(int signal) {
    if (!ended()) ::kill(process_, signal);
}

std::optional<int> ChildProcess::ended() {
    if (exit_code_ || process_ <= 0) return exit_code_;
    int status = 0;
    if (::waitpid(process_, &status, WNOHANG) != process_) return std::nullopt;
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return exit_code_;
}

std::optional<int> ChildProcess::wait(Time deadline) {
    while (!ended() && std::chrono::steady_clock::now() < deadline) {
        throw_if_interrupted();
        ::poll(nullptr, 0, kPollMs);
    }
    return ended();
}

int ChildProcess::end() {
    send(SIGCONT);
    send(SIGTERM);
    Time deadline = in_ms(kEndMs);
    while (!ended() && std::chrono::steady_clock::now() < deadline)
        ::poll(nullptr, 0, kPollMs);
    send(SIGKILL);
    while (!ended())
        ::poll(nullptr, 0, kPollMs);
    return *exit_code_;
}

}  // namespace hostsim
