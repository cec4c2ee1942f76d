#include "story/demo_command.h"

#include <chrono>
#include <iostream>

#include "arguments.h"
#include "driver_library.h"
#include "interrupt.h"
#include "scratch_folder.h"
#include "story/scenes.h"

namespace hostsim {
namespace {

constexpr const char* kHelp =
    "host-sim demo [--keep] [--driver PATH]\n"
    "\n"
    "Starts the sandbox, opens the driver and plays good days and bad days, refunds too. Then it compares three "
    "books:\n"
    "the gateway's ledger, the driver's journal, the till's tickets. Takes a minute and a half; needs no Alipay\n"
    "account.\n"
    "\n"
    "  --keep         leave the folder with the books, the journal and the keys, and say where it is\n"
    "  --driver PATH  the driver; default: next to this program, or ../plugin/libpaydrv_alipay.so\n"
    "\n"
    "Exit code: 0 every scene ended as it should and the books agree; 1 not so; 130 after Ctrl-C.\n";

}  // namespace

int demo_command(const std::vector<std::string>& given) {
    Arguments arguments = parse_arguments(given, {{"--keep", ""}, {"--driver", "PATH"}});
    if (arguments.has("--help")) {
        std::cout << kHelp;
        return kExitOk;
    }
    catch_interrupts();
    auto begun = std::chrono::steady_clock::now();
    ScratchFolder folder("host-sim-demo", arguments.has("--keep"));
    DriverLibrary driver = load_driver(arguments.has("--driver") ? std::filesystem::path(arguments.value("--driver"))
                                                                 : default_driver_path());
    story::Scenes scenes(driver, folder.path(), std::cout);
    scenes.play();
    bool good = scenes.compare();
    auto seconds = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begun).count();
    std::cout << "\n"
              << (good ? "All " + std::to_string(scenes.count()) + " scenes ended as they should"
                       : std::string("Something did not end as it should"))
              << " (" << seconds << " s).\n";
    if (arguments.has("--keep")) std::cout << "Kept: " << folder.path().string() << "\n";
    return good ? kExitOk : kExitFailed;
}

}  // namespace hostsim
