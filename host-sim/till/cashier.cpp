#include "till/cashier.h"

#include <algorithm>
#include <functional>
#include <ostream>
#include <sstream>
#include <stdexcept>

#include "till/amount.h"
#include "till/business_day.h"

namespace hostsim::till {

/// The commands of the till, in the order in which help shows them.
struct CashierCommands {
    using Words = Cashier::Words;
    struct Command {
        std::string_view name;
        std::size_t words;  // at least, with the name
        std::string_view usage;
        std::string_view help;
        std::function<void(Cashier&, const Words&, const std::string& line)> follow;
    };
    static const std::vector<Command>& table();
    static const std::vector<Command>& papers();
    static const Command* find(std::string_view name);
};

namespace {

constexpr std::size_t kUsageColumns = 40;

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

bool may_be_day(const std::string& word) {
    return word.size() == 8 && std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// What stands behind the first `count` words of a line, as it was typed.
std::string rest_of(const std::string& line, std::size_t count) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < count; ++i) {
        at = line.find_first_not_of(" \t\r", at);
        at = at == std::string::npos ? at : line.find_first_of(" \t\r", at);
    }
    at = at == std::string::npos ? at : line.find_first_not_of(" \t\r", at);
    return at == std::string::npos ? std::string() : line.substr(at);
}

}  // namespace

const std::vector<CashierCommands::Command>& CashierCommands::table() {
    static const std::vector<Command> table{
        {"pay", 2, "12.50 | pay 12.50 [CODE]", "a new order; then scan the customer's payment code",
         [](Cashier& c, const Words& w, const std::string&) { c.pay(w); }},
        {"again", 1, "again [CODE]", "a further attempt of the last order",
         [](Cashier& c, const Words& w, const std::string&) {
             c.again_ = true;
             if (w.size() > 1) c.scan(w[1]);
         }},
        {"cancel", 1, "cancel", "undo the payment under way",
         [](Cashier& c, const Words&, const std::string&) { c.till_.cancel(); }},
        {"refund", 2, "refund TICKET [AMOUNT|all] [DAY]", "give back part of a ticket's money, or all that is left",
         [](Cashier& c, const Words& w, const std::string&) { c.refund(w); }},
        {"refund", 2, "refund id PAYMENT-ID ORIGINAL [AMOUNT]", "the same of a payment that no book here has", nullptr},
        {"find", 2, "find TICKET [DAY]", "what became of a ticket or refund",
         [](Cashier& c, const Words& w, const std::string&) { c.till_.look_up(w[1], c.day(w, 2)); }},
        {"open", 1, "open", "tickets and refunds that are not over yet",
         [](Cashier& c, const Words&, const std::string&) { c.till_.list_open(); }},
        {"day", 1, "day [DAY]", "everything of a business day (yyyymmdd)",
         [](Cashier& c, const Words& w, const std::string&) { c.till_.list_day(c.day(w, 1)); }},
        {"linked", 1, "linked [DAY]", "what the driver gave back or found by itself",
         [](Cashier& c, const Words& w, const std::string&) { c.till_.list_linked(c.day(w, 1)); }},
        {"claim", 3, "claim TICKET ORDER [DAY]", "book found money, or what could not be given back",
         [](Cashier& c, const Words& w, const std::string&) { c.till_.claim(w[1], c.day(w, 3), w[2]); }},
        {"acknowledge", 2, "acknowledge TICKET [DAY]", "tell the driver that a result is booked (done by itself)",
         [](Cashier& c, const Words& w, const std::string&) { c.till_.acknowledge(w[1], c.day(w, 2)); }},
    };
    return table;
}

const std::vector<CashierCommands::Command>& CashierCommands::papers() {
    static const std::vector<Command> papers{
        {"receipt", 2, "receipt TICKET [merchant|customer] [DAY]", "both receipts, or one; again: a reprint",
         [](Cashier& c, const Words& w, const std::string&) { c.receipt(w); }},
        {"receipts", 2, "receipts on|off", "print both receipts with every success",
         [](Cashier& c, const Words& w, const std::string&) {
             if (w[1] != "on" && w[1] != "off") throw std::invalid_argument("receipts on, or receipts off");
             c.till_.print_receipts_by_itself(w[1] == "on");
         }},
        {"display", 2, "display TICKET [DAY]", "what the displays of 2 x 20 columns show",
         [](Cashier& c, const Words& w, const std::string&) { c.till_.print_displays(w[1], c.day(w, 2)); }},
        {"detail", 2, "detail TICKET [DAY]", "everything that the driver has about it",
         [](Cashier& c, const Words& w, const std::string&) {
             c.till_.print_paper(w[1], c.day(w, 2), PAYDRV_TEXT_DETAIL);
         }},
        {"request", 2, "request NAME [JSON]", "back office: self_test, inquire, settle, day_totals",
         [](Cashier& c, const Words& w, const std::string& line) { c.request(w, line); }},
        {"newday", 1, "newday [DAY]", "begin a business day",
         [](Cashier& c, const Words& w, const std::string&) {
             c.till_.begin_business_day(w.size() > 1 ? parse_business_day(w[1]) : today());
         }},
        {"health", 1, "health", "can the driver pay?",
         [](Cashier& c, const Words&, const std::string&) { c.till_.health(); }},
        {"help", 1, "help", "this list",
         [](Cashier& c, const Words&, const std::string&) { c.out_ << cashier_help() << std::flush; }},
        {"quit", 1, "quit", "leave; a payment under way goes on at the next start",
         [](Cashier& c, const Words&, const std::string&) { c.quit_ = true; }},
    };
    return papers;
}

const CashierCommands::Command* CashierCommands::find(std::string_view name) {
    for (const auto* commands : {&table(), &papers()}) {
        auto command =
            std::find_if(commands->begin(), commands->end(), [&](const Command& c) { return c.name == name; });
        if (command != commands->end()) return &*command;
    }
    return nullptr;
}

std::string cashier_help() {
    std::string help;
    for (const auto* commands : {&CashierCommands::table(), &CashierCommands::papers()}) {
        for (const CashierCommands::Command& command : *commands) {
            std::string usage(command.usage);
            usage.resize(std::max(usage.size(), kUsageColumns), ' ');
            help += "  " + usage + "  " + std::string(command.help) + "\n";
        }
    }
    return help;
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
    Words words = split(line);
    try {
        if (amount_minor_ > 0 || again_) {
            scan(words.empty() ? std::string() : words[0]);
            return;
        }
        if (words.empty()) return;
        if (starts_with_digit(words[0])) words.insert(words.begin(), "pay");
        const auto* command = CashierCommands::find(words[0]);
        if (!command) {
            out_ << "\"" << words[0] << "\" is not known here; try help." << std::endl;
        } else if (words.size() < command->words) {
            out_ << "It is: " << command->usage << std::endl;
        } else {
            command->follow(*this, words, line);
        }
    } catch (
        const std::logic_error& error) {  // an amount, a day or a code that cannot be: the cashier's, not the driver's
        out_ << error.what() << std::endl;
    }
}

void Cashier::pay(const Words& words) {
    amount_minor_ = parse_amount(words[1], currency_);
    if (words.size() > 2) {
        scan(words[2]);
        return;
    }
    out_ << till_.light() << std::endl;
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

void Cashier::refund(const Words& words) {
    Original original;
    if (words[1] != "id") {
        original.reference = words[1];
        original.business_day = day(words, 3);
        if (words.size() == 3 && may_be_day(words[2])) {
            throw std::invalid_argument("is " + words[2] + " an amount or a day? Write refund " + words[1] + " all " +
                                        words[2] + " for the day, " + words[2] + ".00 for the amount");
        }
        till_.refund(original, amount(words, 2));
        return;
    }
    if (words.size() < 4) throw std::invalid_argument("It is: refund id PAYMENT-ID ORIGINAL [AMOUNT]");
    original.payment_id = words[2];
    original.amount_minor = parse_amount(words[3], currency_);
    till_.refund(original, amount(words, 4));
}

void Cashier::receipt(const Words& words) {
    std::string whose = words.size() > 2 ? words[2] : "";
    bool named = whose == "merchant" || whose == "customer";
    std::uint32_t of_day = day(words, named ? 3 : 2);
    if (whose != "customer") till_.print_paper(words[1], of_day, PAYDRV_TEXT_RECEIPT_MERCHANT);
    if (whose != "merchant") till_.print_paper(words[1], of_day, PAYDRV_TEXT_RECEIPT_CUSTOMER);
}

void Cashier::request(const Words& words, const std::string& line) {
    till_.request(words[1], rest_of(line, 2));
}

std::uint32_t Cashier::day(const Words& words, std::size_t index) const {
    return words.size() > index ? parse_business_day(words[index]) : till_.business_day();
}

/// The amount at that place; none: all that is left.
std::optional<std::int64_t> Cashier::amount(const Words& words, std::size_t index) const {
    if (words.size() <= index || words[index] == "all") return std::nullopt;
    return parse_amount(words[index], currency_);
}

}  // namespace hostsim::till
