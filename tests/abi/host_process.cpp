// A host that does one thing around the driver and then looks at its own process. Exit code 0: as promised; else the
// sentence on standard error says what was not.
//
// usage: abi_host_process footprint|exit|exit-waiting|unload|fork|fork-exit
#include <locale.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "driver.h"

namespace {

int failed(const std::string& what) {
    std::fprintf(stderr, "%s\n", what.c_str());
    return 1;
}

std::int32_t open_session(const contract::Driver& driver, const contract::Till& till) {
    const auto given = contract::options();
    auto why = contract::sized<paydrv_problem>();
    std::int32_t session = 0;
    if (driver.open(till.config().c_str(), &given, &session, &why) != PAYDRV_OK) {
        std::fprintf(stderr, "open: %s: %s\n", why.field, why.text);
    }
    return session;
}

std::size_t threads() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/task"))
        count++;
    return count;
}

/// What of a process belongs to its host: the signal mask of this thread, handlers, locale, working folder, umask.
struct Footprint {
    std::array<bool, 65> blocked{};
    std::map<int, std::string> handlers;
    std::string locale;
    std::string folder;
    mode_t mask = 0;

    static Footprint now() {
        Footprint seen;
        sigset_t mask;
        sigemptyset(&mask);
        pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        for (int number = 1; number < 65; number++) {
            seen.blocked[static_cast<std::size_t>(number)] = sigismember(&mask, number) == 1;
            struct sigaction action {};
            if (sigaction(number, nullptr, &action) != 0) continue;
            char text[64];
            std::snprintf(text, sizeof text, "%p %x", reinterpret_cast<void*>(action.sa_handler),
                          static_cast<unsigned>(action.sa_flags));
            seen.handlers[number] = text;
        }
        seen.locale = setlocale(LC_ALL, nullptr);
        seen.folder = std::filesystem::current_path().string();
        seen.mask = umask(0);
        umask(seen.mask);
        return seen;
    }

    /// The first difference, in words.
    std::optional<std::string> difference_to(const Footprint& before) const {
        for (int number = 1; number < 65; number++) {
            const auto at = static_cast<std::size_t>(number);
            if (blocked[at] != before.blocked[at]) return "blocked: " + std::string(strsignal(number));
            if (handlers.contains(number) && handlers.at(number) != before.handlers.at(number)) {
                return "another handler: " + std::string(strsignal(number));
            }
        }
        if (locale != before.locale) return "locale " + locale;
        if (folder != before.folder) return "working folder " + folder;
        if (mask != before.mask) return "umask";
        return std::nullopt;
    }
};

// Shared Poco blocks SIGPIPE in the thread that loads it, by a static initialiser: exactly that, and nothing else.
int footprint() {
    setlocale(LC_ALL, "C.UTF-8");
    signal(SIGUSR1, [](int) {});
    contract::Till till;
    till.keep_log();
    const Footprint before = Footprint::now();
    contract::Driver driver;
    Footprint loaded = Footprint::now();
    const auto pipe = static_cast<std::size_t>(SIGPIPE);
    if (!loaded.blocked[pipe]) return failed("SIGPIPE is not blocked after loading: CONTRACT.md says that it is");
    loaded.blocked[pipe] = before.blocked[pipe];
    if (const auto difference = loaded.difference_to(before)) return failed("loading changed " + *difference);

    sigset_t only_pipe;
    sigemptyset(&only_pipe);
    sigaddset(&only_pipe, SIGPIPE);
    pthread_sigmask(SIG_UNBLOCK, &only_pipe, nullptr);
    const std::int32_t session = open_session(driver, till);
    if (const auto difference = Footprint::now().difference_to(before)) return failed("open changed " + *difference);
    const paydrv_payment order = contract::payment(1);
    std::int32_t op = 0;
    if (driver.start(session, &order, nullptr, &op, nullptr) != PAYDRV_OK) return failed("start");
    auto shown = contract::sized<paydrv_status>();
    driver.poll(session, op, 0, 50, &shown);
    if (driver.close(session, 1) != PAYDRV_OK) return failed("close");
    if (const auto difference = Footprint::now().difference_to(before))
        return failed("the session changed " + *difference);
    return threads() == 1 ? 0 : failed("a thread is left");
}

// Driver and journal folder outlive main on purpose: the process just ends.
struct Lasting {
    Lasting() {
        till.keep_log();
        session = open_session(driver, till);
    }
    contract::Till till;
    contract::Driver driver;
    std::int32_t session = 0;
};

int exit_without_close(bool waiting) {
    static auto& lasting = *new Lasting;
    if (lasting.session == 0) return 1;
    for (int number = 1; number < 50; number++) {
        const paydrv_payment order = contract::payment(number);
        std::int32_t op = 0;
        if (lasting.driver.start(lasting.session, &order, nullptr, &op, nullptr) != PAYDRV_OK) return failed("start");
    }
    for (int lane = 0; waiting && lane < 4; lane++) {
        std::thread([] {
            auto shown = contract::sized<paydrv_status>();
            for (;;)
                lasting.driver.poll(lasting.session, 0, shown.revision, 10, &shown);
        }).detach();
    }
    std::filesystem::remove_all(lasting.till.folder());
    return 0;
}

int unload_without_close() {
    contract::Till till;
    till.keep_log();
    for (int round = 0; round < 3; round++) {
        contract::Driver driver;
        const std::int32_t session = open_session(driver, till);
        const paydrv_payment order = contract::payment(round);
        std::int32_t op = 0;
        if (driver.start(session, &order, nullptr, &op, nullptr) != PAYDRV_OK) return failed("start");
        driver.unload();
        if (threads() != 1) return failed("a thread runs on in code that is gone");
    }
    return 0;
}

int child_in_fork(const contract::Driver& driver, std::int32_t session, std::int32_t op) {
    auto why = contract::sized<paydrv_problem>();
    auto shown = contract::sized<paydrv_status>();
    const auto given = contract::options();
    const paydrv_payment order = contract::payment(2);
    const auto key = contract::sized<paydrv_key>();
    const auto refund = contract::sized<paydrv_refund_request>();
    std::int32_t other = 0;
    std::uint64_t cursor = 0;
    const std::array results = {
        driver.driver_text(PAYDRV_DRIVER_NAME, nullptr, 0, nullptr),
        driver.open("{}", &given, &other, &why),
        driver.start(session, &order, nullptr, &other, &why),
        driver.refund(session, &refund, &other, nullptr),
        driver.cancel(session, op),
        driver.poll(session, op, 0, 1000, &shown),
        driver.text(session, op, 0, PAYDRV_TEXT_CASHIER, nullptr, 0, nullptr),
        driver.data(session, op, PAYDRV_DATA_CODE_PNG, nullptr, 0, nullptr),
        driver.find(session, &key, &other),
        driver.next(session, PAYDRV_FILTER_CHANGED, &cursor, 1000, &other),
        driver.acknowledge(session, op, nullptr),
        driver.request(session, "self_test", nullptr, &other, nullptr),
        driver.close(session, 1),
    };
    for (std::size_t i = 0; i < results.size(); i++) {
        if (results[i] != PAYDRV_E_FORKED)
            return failed("call " + std::to_string(i) + " in the child: " + std::to_string(results[i]));
    }
    if (why.text[0] == '\0') return failed("no sentence for the child");
    return driver.abi_version() == PAYDRV_ABI_VERSION ? 0 : failed("abi_version in the child");
}

// leave_by_exit: the child runs all handlers of exit, also those of the libraries that the driver has loaded.
int fork_with_open_session(bool leave_by_exit) {
    contract::Till till;
    till.keep_log();
    contract::Driver driver;
    const std::int32_t session = open_session(driver, till);
    const paydrv_payment order = contract::payment(1);
    std::int32_t op = 0;
    if (driver.start(session, &order, nullptr, &op, nullptr) != PAYDRV_OK) return failed("start");
    const pid_t child = fork();
    if (child == 0) {
        const int code = child_in_fork(driver, session, op);
        if (leave_by_exit) std::exit(code);
        _exit(code);
    }
    int ended = -1;
    if (waitpid(child, &ended, 0) != child || ended != 0)
        return failed("the child ended with " + std::to_string(ended));
    auto shown = contract::sized<paydrv_status>();
    if (driver.poll(session, op, 0, 0, &shown) != PAYDRV_OK) return failed("the parent cannot go on");
    if (driver.cancel(session, op) < 0) return failed("the parent cannot cancel");
    while (shown.is_final == 0)
        driver.poll(session, op, shown.revision, 1000, &shown);
    return driver.close(session, 0) == PAYDRV_OK ? 0 : failed("the parent cannot close");
}

int run(const std::string& what) {
    if (what == "footprint") return footprint();
    if (what == "exit") return exit_without_close(false);
    if (what == "exit-waiting") return exit_without_close(true);
    if (what == "unload") return unload_without_close();
    if (what == "fork") return fork_with_open_session(false);
    if (what == "fork-exit") return fork_with_open_session(true);
    return failed("unknown: " + what);
}

}  // namespace

int main(int count, char** words) {
    try {
        return run(count == 2 ? words[1] : "");
    } catch (const std::exception& error) {
        return failed(error.what());
    }
}
