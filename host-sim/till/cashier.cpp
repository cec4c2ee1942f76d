#include "till/cashier.h"

#include <ostream>
#include <sstream>
#include <stdexcept>

#include "till/amount.h"
#include "till/business_day.h"

namespace hostsim::till {
namespace {

std::vector<std::string> split(const std::string& line) {
    std::istringstream text(line);
    std::vector<std::string> words;
    for (std::string word; text >> word;)
        words.push_back(word);
    return words;
}

bool starts_with_digit(const std::string& word) {
    return !word.empty() && word[0] >= '0' && word[0] <= '9';
}

std::uint32_t day_or(const std::vector<std::string>& words, std::size_t index, std::uint32_t otherwise) {
    return words.size() > index ? parse_business_day(words[index]) : otherwise;
}

}  // namespace

std::string cashier_help() {
    return "  12.50                  a new order; then scan the customer's payment code\n"
           "  pay 12.50 CODE         the same in one line\n"
           "  again [CODE]           a further attempt of the last order\n"
           "  cancel                 undo the payment under way\n"
           "  find REFERENCE [DAY]   what became of a ticket\n"
           "  open                   tickets that are not over yet\n"
           "  day [DAY]              everything of a business day (yyyymmdd)\n"
           "  acknowledge REF [DAY]  tell the driver that a result is booked (the till does it by itself)\n"
           "  newday [DAY]           begin a business day\n"
           "  health                 can the driver pay?\n"
           "  quit                   leave; a payment under way goes on at the next start\n";
}

Cashier::Cashier(Till& till, std::string currency, std::ostream& out)
    : till_(till), currency_(std::move(currency)), out_(out) {}

bool Cashier::urgent(const std::string& line) {
    std::vector<std::string> words = split(line);
    return !words.empty() && (words[0] == "cancel" || words[0] == "quit");
}

std::string Cashier::prompt() const {
    if (amount_minor_ > 0 || again_) return "scan the payment code (empty line: not now)> ";
    return till_.counter_busy() ? "" : "amount, or help> ";
}

void Cashier::follow(const std::string& line) {
    std::vector<std::string> words = split(line);
    try {
        if (amount_minor_ > 0 || again_) {
            scan(words.empty() ? std::string() : words[0]);
            return;
        }
        if (words.empty()) return;
        if (starts_with_digit(words[0])) words.insert(words.begin(), "pay");
        if (!follow_command(words)) out_ << "\"" << words[0] << "\" is not known here; try help." << std::endl;
    } catch (
        const std::logic_error& error) {  // an amount, a day or a code that cannot be: the cashier's, not the driver's
        out_ << error.what() << std::endl;
    }
}

bool Cashier::follow_command(const std::vector<std::string>& words) {
    const std::string& command = words[0];
    std::uint32_t day = till_.business_day();
    bool named = words.size() > 1;
    if (command == "pay") {
        pay(words);
    } else if (command == "again") {
        again_ = true;
        if (named) scan(words[1]);
    } else if (command == "cancel") {
        till_.cancel();
    } else if (command == "find" && named) {
        till_.look_up(words[1], day_or(words, 2, day));
    } else if (command == "open") {
        till_.list_open();
    } else if (command == "day") {
        till_.list_day(day_or(words, 1, day));
    } else if (command == "acknowledge" && named) {
        till_.acknowledge(words[1], day_or(words, 2, day));
    } else if (command == "newday") {
        till_.begin_business_day(day_or(words, 1, today()));
    } else if (command == "health") {
        till_.health();
    } else if (command == "help") {
        out_ << cashier_help() << std::flush;
    } else if (command == "quit") {
        quit_ = true;
    } else {
        return false;
    }
    return true;
}

void Cashier::pay(const std::vector<std::string>& words) {
    if (words.size() < 2) throw std::invalid_argument("pay needs an amount: pay " + format_amount(1250, currency_));
    amount_minor_ = parse_amount(words[1], currency_);
    if (words.size() > 2) scan(words[2]);
}

void Cashier::scan(const std::string& payment_code) {
    std::int64_t amount_minor = amount_minor_;
    bool again = again_;
    amount_minor_ = 0;
    again_ = false;
    if (payment_code.empty()) {
        out_ << "Not begun." << std::endl;
    } else if (again) {
        till_.again(payment_code);
    } else {
        till_.pay(amount_minor, payment_code);
    }
}

}  // namespace hostsim::till
