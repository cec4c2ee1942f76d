#include <Poco/Exception.h>
#include <pthread.h>

#include <charconv>
#include <csignal>
#include <iostream>
#include <stdexcept>
#include <string_view>

#include "sandbox/admin.h"
#include "sandbox/faults.h"
#include "sandbox/sandbox.h"

namespace hostsim {
namespace {

constexpr const char* kUsage =
    "usage: host-sim sandbox --state DIR [--port N] [--admin-port N] [--host NAME]... [--strict-time]\n"
    "       host-sim sandbox --faults\n"
    "\n"
    "A gateway on this machine that speaks Alipay's in-store protocol over TLS: pay with a payment code,\n"
    "inquiryPayment, cancel, refund and inquiryRefund. No Alipay account is needed and no real money moves.\n"
    "\n"
    "  --state DIR       where keys, certificates and the ledger are kept; made at the first start\n"
    "  --port N          port of the gateway (default 0: any free one)\n"
    "  --admin-port N    port of the admin interface, plain HTTP on 127.0.0.1 (default 0: any free one)\n"
    "  --host NAME       a further name or address of this machine for the certificate; may be repeated.\n"
    "                    With it the gateway listens on every IPv4 interface, else on this machine only\n"
    "  --strict-time     refuse a Request-Time that is more than 10 minutes off\n"
    "  --faults          print the amounts that make something go wrong, and end\n"
    "\n"
    "When it is ready it prints one line of JSON: gateway, admin, client_id, config. Open the driver with the file\n"
    "that config names. It serves until SIGINT or SIGTERM.\n"
    "\n"
    "Admin interface, as in\n"
    "  curl -d '{\"api\":\"pay\",\"fault\":\"answer_lost\",\"times\":1}' ADMIN/faults\n";

constexpr const char* kExitCodes =
    "\n"
    "Exit code: 0 ended as asked, 1 failed, 2 wrong usage.\n";

std::string usage() {
    return kUsage + sandbox::admin_help() + kExitCodes;
}

struct Usage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::uint16_t port_of(std::string_view text, std::string_view option) {
    unsigned value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value > 65535) {
        throw Usage(std::string(option) + " takes a port from 0 to 65535, not \"" + std::string(text) + "\"");
    }
    return std::uint16_t(value);
}

std::string host_of(const std::string& text) {
    constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-";
    if (text.empty() || text.find_first_not_of(kAllowed) != std::string::npos) {
        throw Usage("--host takes a host name or an address, not \"" + text + "\"");
    }
    return text;
}

sandbox::SandboxOptions options_of(int argc, char** argv) {
    sandbox::SandboxOptions options;
    for (int i = 1; i < argc; ++i) {
        std::string option = argv[i];
        if (option == "--strict-time") {
            options.strict_time = true;
            continue;
        }
        if (option != "--state" && option != "--port" && option != "--admin-port" && option != "--host") {
            throw Usage("unknown option " + option);
        }
        if (i + 1 == argc) throw Usage(option + " needs a value");
        std::string value = argv[++i];
        if (option == "--state") options.state_dir = value;
        if (option == "--port") options.port = port_of(value, option);
        if (option == "--admin-port") options.admin_port = port_of(value, option);
        if (option == "--host") options.host_names.push_back(host_of(value));
    }
    if (options.state_dir.empty()) throw Usage("--state DIR is needed");
    return options;
}

/// Serves until a signal of `ends` comes. They are blocked already, in this thread and in all that it starts.
void serve(const sandbox::SandboxOptions& options, const sigset_t& ends) {
    sandbox::Sandbox sandbox(options);
    std::cout << sandbox.ready_line() << std::endl;
    int signal = 0;
    sigwait(&ends, &signal);
    sandbox.stop();
}

}  // namespace

int sandbox_command(int argc, char** argv) {
    std::string_view only = argc == 2 ? argv[1] : "";
    if (only == "--help" || only == "-h") {
        std::cout << usage();
        return 0;
    }
    if (only == "--faults") {
        std::cout << sandbox::fault_table_text();
        return 0;
    }
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    try {
        serve(options_of(argc, argv), ends);
        return 0;
    } catch (const Usage& wrong) {
        std::cerr << "host-sim sandbox: " << wrong.what() << "\n\n" << usage();
        return 2;
    } catch (const Poco::Exception& failure) {
        std::cerr << "host-sim sandbox: " << failure.displayText() << std::endl;
    } catch (const std::exception& failure) {
        std::cerr << "host-sim sandbox: " << failure.what() << std::endl;
    }
    return 1;
}

}  // namespace hostsim
