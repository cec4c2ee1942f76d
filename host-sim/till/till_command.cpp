#include "till/till_command.h"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <iostream>

#include "arguments.h"
#include "interrupt.h"
#include "till/business_day.h"
#include "till/cashier.h"
#include "till/json_till.h"
#include "till/keyboard.h"
#include "till/till.h"

namespace hostsim {
namespace {

constexpr const char* kHelp =
    "host-sim till --config FILE [--book FILE] [--currency CODE] [--business-day DAY] [--operator NAME] [--driver "
    "PATH]\n"
    "              [--receipts]\n"
    "host-sim till --json --config FILE [--business-day DAY] [--operator NAME] [--driver PATH]\n"
    "\n"
    "A till on the terminal: type an amount, scan a payment code, watch the payment to its end. Lines may also come\n"
    "through a pipe; then each payment is waited for before the next line is read, but cancel and quit act at once.\n"
    "\n"
    "  --config FILE       the driver's configuration (host-sim sandbox --state DIR writes one: DIR/paydrv.json)\n"
    "  --book FILE         the till's own ticket book; default: till-tickets.jsonl beside the configuration.\n"
    "                      Each ticket is in it before the driver is asked, each result before it is acknowledged:\n"
    "                      kill this program at any moment, start it again, and it finds what was under way.\n"
    "  --currency CODE     ISO 4217; default EUR\n"
    "  --business-day DAY  yyyymmdd; default: the book's, which stays over midnight until you say newday\n"
    "  --operator NAME     the cashier, passed on to Alipay\n"
    "  --driver PATH       the driver; default: next to this program, or ../plugin/libpaydrv_alipay.so\n"
    "  --receipts          print both receipts with every success\n"
    "  --json              another program drives the till, see below\n"
    "\n"
    "Commands:\n";

constexpr int kPollMs = 100;          // how often the payment at the counter and the keyboard take turns
constexpr int kIdleMs = 1000;         // how often payments in the background are looked at
constexpr int kAcknowledgeMs = 2000;  // how long leaving waits for acknowledgements to reach the disk

/// Between two lines: look at what is under way, and listen to the keyboard.
void turn(till::Till& till, till::Keyboard& keyboard) {
    if (till.counter_busy()) {
        keyboard.listen(0);
        till.watch(kPollMs);
        return;
    }
    till.watch(0);
    keyboard.listen(till.busy() ? kPollMs : kIdleMs);
}

void serve(till::Till& till, till::Cashier& cashier, till::Keyboard& keyboard, bool terminal) {
    std::string prompt;
    while (!cashier.quit() && !interrupted()) {
        bool follow = keyboard.has_line() && (!till.counter_busy() || till::Cashier::urgent(keyboard.front()));
        if (follow) {
            bool too_long = keyboard.front_too_long();
            std::string line = keyboard.take();
            if (too_long) std::cout << "That line is too long to be read." << std::endl;
            cashier.follow(line);
            prompt.clear();
            continue;
        }
        if (keyboard.ended() && !keyboard.has_line() && !till.counter_busy()) return;
        if (terminal && cashier.prompt() != prompt && !cashier.prompt().empty()) {
            std::cout << cashier.prompt() << std::flush;
        }
        prompt = cashier.prompt();
        turn(till, keyboard);
    }
}

/// Gives acknowledgements under way the time to reach the disk; what is not final goes on at the next start.
void settle(till::Till& till) {
    auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(kAcknowledgeMs);
    while (till.acknowledging() && !interrupted() && std::chrono::steady_clock::now() < until)
        till.watch(kPollMs / 10);
}

int run_json(const DriverLibrary& driver, const till::TillSettings& settings) {
    till::JsonTill till(driver, {settings.config, settings.operator_id, settings.business_day}, std::cout);
    if (!till.open()) return kExitFailed;
    till::Keyboard keyboard(STDIN_FILENO);
    while (!till.over() && !interrupted() && (!keyboard.ended() || keyboard.has_line())) {
        if (!keyboard.has_line()) {
            keyboard.listen(kIdleMs);
            continue;
        }
        bool too_long = keyboard.front_too_long();
        std::string line = keyboard.take();
        if (too_long) {
            till.refuse_long_line();
        } else {
            till.follow(line);
        }
    }
    till.end();
    return kExitOk;
}

int run_cashier(const DriverLibrary& driver, const till::TillSettings& settings) {
    till::Till till(driver, settings, std::cout);
    std::cout << "Till open, business day " << till.business_day() << ", " << settings.currency << "." << std::endl;
    till::Cashier cashier(till, settings.currency, std::cout);
    till::Keyboard keyboard(STDIN_FILENO);
    serve(till, cashier, keyboard, ::isatty(STDIN_FILENO) == 1);
    settle(till);
    till.close();
    return kExitOk;
}

till::TillSettings read_settings(const Arguments& arguments) {
    std::filesystem::path config = arguments.value("--config");
    if (config.empty()) throw UsageError("till needs --config FILE");
    till::TillSettings settings;
    settings.config = config.string();
    settings.book = arguments.value("--book", (config.parent_path() / "till-tickets.jsonl").string());
    settings.currency = arguments.value("--currency", "EUR");
    settings.operator_id = arguments.value("--operator");
    settings.receipts = arguments.has("--receipts");
    if (settings.currency.size() != 3) throw UsageError("--currency must be three letters, like EUR");
    if (settings.operator_id.size() >= PAYDRV_TEXT_SIZE) throw UsageError("--operator is too long");
    for (const char* option : {"--book", "--currency", "--receipts"}) {
        if (arguments.has("--json") && arguments.has(option)) {
            throw UsageError(std::string(option) + " does not go with --json: the other program keeps the book");
        }
    }
    try {
        if (arguments.has("--business-day")) {
            settings.business_day = till::parse_business_day(arguments.value("--business-day"));
        }
    } catch (const std::invalid_argument& error) {
        throw UsageError("--business-day: " + std::string(error.what()));
    }
    return settings;
}

}  // namespace

int till_command(const std::vector<std::string>& given) {
    Arguments arguments = parse_arguments(given, {{"--config", "FILE"},
                                                  {"--book", "FILE"},
                                                  {"--currency", "CODE"},
                                                  {"--business-day", "DAY"},
                                                  {"--operator", "NAME"},
                                                  {"--receipts", ""},
                                                  {"--json", ""},
                                                  {"--driver", "PATH"}});
    if (arguments.has("--help")) {
        std::cout << kHelp << till::cashier_help() << "\n" << till::json_till_help();
        return kExitOk;
    }
    till::TillSettings settings = read_settings(arguments);
    catch_interrupts();
    DriverLibrary driver = load_driver(arguments.has("--driver") ? std::filesystem::path(arguments.value("--driver"))
                                                                 : default_driver_path());
    return arguments.has("--json") ? run_json(driver, settings) : run_cashier(driver, settings);
}

}  // namespace hostsim
