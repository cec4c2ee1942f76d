#include "killed_till.h"

#include <stdlib.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "driver_library.h"
#include "till/business_day.h"

namespace restart {
namespace {

constexpr std::int64_t answer_limit_ms = 20'000;

std::uint32_t or_today(std::uint32_t business_day) {
    return business_day != 0 ? business_day : hostsim::till::today();
}

paydrv_payment payment_of(std::istream& words) {
    std::string reference;
    std::string code;
    auto payment = hostsim::sized<paydrv_payment>();
    words >> reference >> code >> payment.amount_minor >> payment.business_day;
    payment.mode = PAYDRV_MODE_USER_PRESENTED;
    payment.business_day = or_today(payment.business_day);
    hostsim::set_field(payment.currency, "EUR");
    hostsim::set_field(payment.reference, reference);
    hostsim::set_field(payment.order_reference, "order-" + reference);
    hostsim::set_field(payment.payment_code, code);
    hostsim::set_field(payment.description, "restart test");
    return payment;
}

// The child: one session, one operation at a time.
class Child {
  public:
    Child(const std::string& driver, const std::string& config) : driver_(hostsim::load_driver(driver)) {
        auto options = hostsim::sized<paydrv_open_options>();
        options.abi_version = PAYDRV_ABI_VERSION;
        auto why = hostsim::sized<paydrv_problem>();
        const std::int32_t result = driver_.open(config.c_str(), &options, &session_, &why);
        if (result != PAYDRV_OK) throw std::runtime_error(hostsim::describe(driver_, result, why));
    }

    void obey(const std::string& line) {
        std::istringstream words(line);
        std::string command;
        words >> command;
        if (command == "gate") return say(wait_for_gate() ? "open" : "closed");
        if (command == "start") return say(start(words));
        if (command == "die") return die(words);
        if (command == "cancel") return say(std::to_string(driver_.cancel(session_, op_)));
        if (command == "find") return say(find(words));
        if (command == "refund") return say(refund(words));
        if (command == "linked") return say(follow_link(words));
        if (command == "poll") return say(show(PAYDRV_OK, poll(0)));
        if (command == "final") return say(show(PAYDRV_OK, poll_until_final(words)));
        if (command == "acknowledge") return say(acknowledge());
        if (command == "unacknowledged") return say(std::to_string(count_unacknowledged()));
        if (command == "health") return say(std::to_string(health()));
        if (command == "close") return say(std::to_string(driver_.close(session_, 0)));
        say("what?");
    }

  private:
    static void say(const std::string& text) { std::cout << text << std::endl; }
    static std::string show(std::int32_t result, const paydrv_status& status) {
        std::ostringstream text;
        text << result << ' ' << status.state << ' ' << status.reason << ' ' << status.next_action << ' '
             << status.acknowledged << ' ' << status.is_final << ' ' << status.kind << ' ' << status.refunded_minor;
        return text.str();
    }
    paydrv_status poll(std::uint32_t wait_ms) {
        auto status = hostsim::sized<paydrv_status>();
        driver_.poll(session_, op_, seen_, wait_ms, &status);
        seen_ = status.revision;
        return status;
    }
    bool wait_for_gate() {
        auto status = hostsim::sized<paydrv_status>();
        std::uint32_t seen = 0;
        for (int tries = 0; tries < 50; tries++) {
            driver_.poll(session_, 0, seen, 200, &status);
            if ((status.health & PAYDRV_HEALTH_GATE_OPEN) != 0) return true;
            seen = status.revision;
        }
        return false;
    }
    std::uint32_t health() {
        auto status = hostsim::sized<paydrv_status>();
        driver_.poll(session_, 0, 0, 0, &status);
        return status.health;
    }
    std::string start(std::istream& words) {
        const paydrv_payment payment = payment_of(words);
        auto why = hostsim::sized<paydrv_problem>();
        const std::int32_t result = driver_.start(session_, &payment, nullptr, &op_, &why);
        seen_ = 0;
        return show(result, poll(0));
    }
    void die(std::istream& words) {
        int polls = 0;
        words >> polls;
        start(words);
        for (int i = 0; i < polls; i++) {
            poll(0);
        }
        raise(SIGKILL);
    }
    std::string find(std::istream& words) {
        auto key = hostsim::sized<paydrv_key>();
        std::string reference;
        std::uint32_t business_day = 0;
        words >> key.kind >> reference >> business_day;
        key.business_day = or_today(business_day);
        hostsim::set_field(key.reference, reference);
        const std::int32_t result = driver_.find(session_, &key, &op_);
        seen_ = 0;
        return show(result, result == PAYDRV_OK ? poll(0) : paydrv_status{});
    }
    std::string refund(std::istream& words) {
        auto refund = hostsim::sized<paydrv_refund_request>();
        std::string reference;
        std::string original;
        words >> reference >> original >> refund.amount_minor;
        refund.business_day = refund.original_business_day = or_today(0);
        hostsim::set_field(refund.reference, reference);
        hostsim::set_field(refund.original_reference, original);
        auto why = hostsim::sized<paydrv_problem>();
        const std::int32_t result = driver_.refund(session_, &refund, &op_, &why);
        seen_ = 0;
        return show(result, poll(0));
    }
    std::string follow_link(std::istream& words) {
        std::int64_t limit_ms = 0;
        words >> limit_ms;
        const auto deadline = hostsim::in_ms(limit_ms);
        paydrv_status status = poll(0);
        for (std::uint64_t cursor = 0; status.linked_op == 0 && std::chrono::steady_clock::now() < deadline;) {
            std::int32_t changed = 0;
            driver_.next(session_, PAYDRV_FILTER_CHANGED, &cursor, 200, &changed);
            status = poll(0);
        }
        if (status.linked_op == 0) return show(PAYDRV_E_NOT_FOUND, status);
        op_ = status.linked_op;
        seen_ = 0;
        return show(PAYDRV_OK, poll(0));
    }
    paydrv_status poll_until_final(std::istream& words) {
        std::int64_t limit_ms = 0;
        words >> limit_ms;
        const auto deadline = hostsim::in_ms(limit_ms);
        paydrv_status status = poll(0);
        while (status.is_final == 0 && std::chrono::steady_clock::now() < deadline) {
            status = poll(200);
        }
        return status;
    }
    std::string acknowledge() {
        const std::int32_t result = driver_.acknowledge(session_, op_, nullptr);
        auto status = hostsim::sized<paydrv_status>();
        std::uint64_t cursor = 0;
        std::int32_t changed = 0;
        for (int tries = 0; tries < 50 && status.acknowledged == 0; tries++) {
            driver_.poll(session_, op_, 0, 0, &status);
            if (status.acknowledged == 0) driver_.next(session_, PAYDRV_FILTER_CHANGED, &cursor, 200, &changed);
        }
        return show(result, status);
    }
    int count_unacknowledged() {
        std::uint64_t cursor = 0;
        std::int32_t op = 0;
        int count = 0;
        while (driver_.next(session_, PAYDRV_FILTER_UNACKNOWLEDGED, &cursor, 0, &op) == PAYDRV_OK) {
            count++;
        }
        return count;
    }

    hostsim::DriverLibrary driver_;
    std::int32_t session_ = 0;
    std::int32_t op_ = 0;
    std::uint32_t seen_ = 0;
};

Seen seen_of(const std::string& answer) {
    std::istringstream words(answer);
    Seen seen;
    words >> seen.result >> seen.state >> seen.reason >> seen.next_action >> seen.acknowledged >> seen.is_final >>
        seen.kind >> seen.refunded_minor;
    if (!words) throw std::runtime_error("the till says: " + answer);
    return seen;
}

std::string words_of(const Attempt& attempt) {
    return attempt.reference + " " + attempt.code + " " + std::to_string(attempt.amount_minor) + " " +
           std::to_string(attempt.business_day);
}

// Loads the shifted clock into this very program, begun anew. Returns only when that fails.
void begin_again(char** argv) {
    setenv("LD_PRELOAD", PAYDRV_SHIFTED_CLOCK, 1);
    setenv("PAYDRV_CLOCK_AHEAD_S", argv[4], 1);
    argv[4] = nullptr;
    execv(hostsim::this_program().c_str(), argv);
}

std::vector<std::string> till_words(const std::string& config, std::int64_t clock_ahead_s) {
    std::vector<std::string> words{"till", PAYDRV_DRIVER, config};
    if (clock_ahead_s != 0) words.push_back(std::to_string(clock_ahead_s));
    return words;
}

}  // namespace

int till_main(int argc, char** argv) {
    if (argc == 5) begin_again(argv);
    if (argc != 4) return 2;
    try {
        Child child(argv[2], argv[3]);
        std::cout << "ready" << std::endl;
        for (std::string line; std::getline(std::cin, line);) {
            child.obey(line);
        }
        return 0;
    } catch (const std::exception& error) {
        std::cout << error.what() << std::endl;
        return 1;
    }
}

KilledTill::KilledTill(const std::string& config, std::int64_t clock_ahead_s)
    : process_(std::make_unique<hostsim::ChildProcess>(hostsim::this_program(), till_words(config, clock_ahead_s))) {
    const auto line = process_->read_line(hostsim::in_ms(answer_limit_ms));
    if (line != "ready") throw std::runtime_error("the till does not open: " + line.value_or("silence"));
}

std::string KilledTill::ask(const std::string& command, std::int64_t limit_ms) {
    process_->write(command + "\n");
    const auto line = process_->read_line(hostsim::in_ms(limit_ms));
    if (!line) throw std::runtime_error("the till does not answer to: " + command);
    return *line;
}

void KilledTill::wait_for_gate() {
    if (ask("gate", answer_limit_ms) != "open") throw std::runtime_error("the gate does not open");
}
Seen KilledTill::start(const Attempt& attempt) {
    return seen_of(ask("start " + words_of(attempt), answer_limit_ms));
}
void KilledTill::start_and_die(const Attempt& attempt, int polls) {
    process_->write("die " + std::to_string(polls) + " " + words_of(attempt) + "\n");
    if (!process_->wait(hostsim::in_ms(answer_limit_ms))) throw std::runtime_error("the till does not die");
}
void KilledTill::cancel() {
    if (ask("cancel", answer_limit_ms) != "0") throw std::runtime_error("the cancel is refused");
}
Seen KilledTill::find(const Attempt& attempt) {
    return find(PAYDRV_KIND_PAYMENT, attempt.reference, attempt.business_day);
}
Seen KilledTill::find(std::uint32_t kind, const std::string& reference, std::uint32_t business_day) {
    return seen_of(
        ask("find " + std::to_string(kind) + " " + reference + " " + std::to_string(business_day), answer_limit_ms));
}
Seen KilledTill::refund(const std::string& reference, const std::string& original, std::int64_t amount_minor) {
    return seen_of(ask("refund " + reference + " " + original + " " + std::to_string(amount_minor), answer_limit_ms));
}
Seen KilledTill::follow_link(std::int64_t limit_ms) {
    return seen_of(ask("linked " + std::to_string(limit_ms), limit_ms + answer_limit_ms));
}
Seen KilledTill::poll() {
    return seen_of(ask("poll", answer_limit_ms));
}
Seen KilledTill::poll_until_final(std::int64_t limit_ms) {
    return seen_of(ask("final " + std::to_string(limit_ms), limit_ms + answer_limit_ms));
}
void KilledTill::acknowledge() {
    if (seen_of(ask("acknowledge", answer_limit_ms)).acknowledged != 1) throw std::runtime_error("not acknowledged");
}
int KilledTill::count_unacknowledged() {
    return std::stoi(ask("unacknowledged", answer_limit_ms));
}
std::uint32_t KilledTill::health() {
    return static_cast<std::uint32_t>(std::stoul(ask("health", answer_limit_ms)));
}
void KilledTill::close() {
    const auto answer = ask("close", answer_limit_ms);
    if (answer != "0") throw std::runtime_error("the session does not close: " + answer);
    process_->close_input();
    if (!process_->wait(hostsim::in_ms(answer_limit_ms))) throw std::runtime_error("the till does not end");
}
void KilledTill::kill() {
    process_->send(SIGKILL);
    process_->wait(hostsim::in_ms(answer_limit_ms));
}

}  // namespace restart
