// One program for whoever brings a till to Alipay: a gateway to pay against, a till, a demonstration, measurements.
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "arguments.h"
#include "bench/bench_command.h"
#include "driver_library.h"
#include "interrupt.h"
#include "sandbox/sandbox.h"
#include "story/demo_command.h"
#include "till/till_command.h"

namespace {

constexpr const char* kHelp =
    "host-sim COMMAND [options]; COMMAND --help tells more\n"
    "\n"
    "  demo         see the driver work, without an Alipay account: good days and bad days, then three books compared\n"
    "  sandbox      a gateway that speaks Alipay's protocol on this machine, with faults to order\n"
    "  till         a till on the terminal, or driven by another program: pay, refund, receipts, back office\n"
    "  bench calls  what the driver's calls cost the thread that makes them, and the promised bounds\n"
    "\n"
    "  help         this text\n"
    "  --version    the version of this program, of the contract, and of the driver if one is found\n"
    "\n"
    "Exit code: 0 all went well, 1 something failed, 2 the command line cannot be followed, 130 interrupted.\n";

int version() {
    std::cout << "host-sim " << HOSTSIM_VERSION << ", contract " << PAYDRV_ABI_MAJOR << "." << PAYDRV_ABI_MINOR << "\n";
    try {
        hostsim::DriverLibrary driver = hostsim::load_driver(hostsim::default_driver_path());
        std::cout << "driver " << hostsim::driver_text(driver, PAYDRV_DRIVER_NAME) << " "
                  << hostsim::driver_text(driver, PAYDRV_DRIVER_VERSION) << ", " << driver.path.string() << "\n";
    } catch (const std::exception& error) {
        std::cout << "no driver: " << error.what() << "\n";
    }
    return hostsim::kExitOk;
}

int run(int argc, char** argv) {
    const std::string command = argc > 1 ? argv[1] : "";
    const std::vector<std::string> given(argv + (argc > 1 ? 2 : 1), argv + argc);
    if (command == "help" || command == "--help" || command == "-h") {
        std::cout << kHelp;
        return hostsim::kExitOk;
    }
    if (command == "--version") return version();
    if (command == "sandbox") return hostsim::sandbox_command(argc - 1, argv + 1);
    if (command == "demo") return hostsim::demo_command(given);
    if (command == "till") return hostsim::till_command(given);
    if (command == "bench") return hostsim::bench_command(given);
    throw hostsim::UsageError(command.empty()
                                  ? "which command? There are demo, sandbox, till, bench"
                                  : "there is no command \"" + command + "\"; there are demo, sandbox, till, bench");
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const hostsim::UsageError& error) {
        std::cerr << "host-sim: " << error.what() << ". host-sim help tells more.\n";
        return hostsim::kExitUsage;
    } catch (const hostsim::Interrupted&) {
        std::cerr << "host-sim: interrupted; everything was ended and cleaned up.\n";
        return hostsim::kExitInterrupted;
    } catch (const std::exception& error) {
        std::cerr << "host-sim: " << error.what() << "\n";
        return hostsim::kExitFailed;
    }
}
