#include "story/books.h"

#include <algorithm>
#include <iomanip>
#include <map>
#include <ostream>
#include <stdexcept>

#include "till/amount.h"
#include "words.h"

namespace hostsim::story {
namespace {

using till::Ticket;

bool never_sent(const Ticket& ticket) {
    return ticket.outcome.state == "REFUSED" || ticket.outcome.state == "NOT_SENT";
}

const JournalLine* find_attempt(const std::vector<JournalLine>& journal, const Ticket& ticket) {
    auto line = std::find_if(journal.begin(), journal.end(), [&](const JournalLine& l) {
        return l.kind == PAYDRV_KIND_PAYMENT && l.business_day == ticket.business_day &&
               field_text(l.reference) == ticket.reference;
    });
    return line == journal.end() ? nullptr : &*line;
}

void compare_attempt(const Ticket& ticket, const JournalLine* line, std::vector<std::string>& differences) {
    const std::string name = "ticket " + ticket.reference + ": ";
    if (ticket.open()) differences.push_back(name + "still open in the till's book");
    if (!line) {
        if (!never_sent(ticket)) differences.push_back(name + "the driver's journal does not have it");
        return;
    }
    if (never_sent(ticket)) {
        differences.push_back(name + "never sent says the till, " + state_name(line->state) + " says the driver");
        return;
    }
    if (!line->is_final) differences.push_back(name + "not over yet in the driver's journal");
    if (!ticket.open() && ticket.outcome.state != state_name(line->state)) {
        differences.push_back(name + ticket.outcome.state + " says the till, " + state_name(line->state) +
                              " says the driver");
    }
    if (ticket.amount_minor != line->amount_minor || ticket.currency != field_text(line->currency)) {
        differences.push_back(name + "the amounts of till and driver differ");
    }
    if (line->is_final && !line->acknowledged)
        differences.push_back(name + "the driver was not told that it is booked");
}

void compare_success(const JournalLine& line, const std::vector<LedgerPayment>& ledger,
                     std::vector<std::string>& differences) {
    const std::string id = field_text(line.payment_id), name = "ticket " + field_text(line.reference) + ": ";
    auto payment =
        std::find_if(ledger.begin(), ledger.end(), [&](const LedgerPayment& p) { return p.payment_id == id; });
    if (payment == ledger.end()) {
        differences.push_back(name + "paid says the driver, but the ledger has no payment " + id);
        return;
    }
    if (payment->amount_minor != line.amount_minor || payment->currency != field_text(line.currency)) {
        differences.push_back(name + "the amounts of driver and ledger differ");
    }
    if (payment->order != field_text(line.order_reference)) {
        differences.push_back(name + "the ledger has it for order " + payment->order);
    }
}

void add_word(std::string& words, const std::string& word) {
    words += (words.empty() ? "" : ", ") + word;
}

std::map<std::string, OrderLine> lines_by_order(const std::vector<Ticket>& tickets,
                                                const std::vector<JournalLine>& journal,
                                                const std::vector<LedgerPayment>& ledger) {
    std::map<std::string, OrderLine> lines;
    for (const Ticket& ticket : tickets) {
        OrderLine& line = lines[ticket.order];
        line.currency = ticket.currency;
        add_word(line.till, ticket.open() ? "open" : ticket.outcome.state);
        if (ticket.outcome.state == "SUCCEEDED") line.till_minor += ticket.amount_minor;
    }
    for (const JournalLine& entry : journal) {
        if (entry.kind != PAYDRV_KIND_PAYMENT) continue;
        OrderLine& line = lines[field_text(entry.order_reference)];
        line.currency = field_text(entry.currency);
        add_word(line.driver, state_name(entry.state));
        if (entry.state == PAYDRV_STATE_SUCCEEDED) line.driver_minor += entry.amount_minor - entry.refunded_minor;
    }
    for (const LedgerPayment& payment : ledger) {
        OrderLine& line = lines[payment.order];
        line.currency = payment.currency;
        add_word(line.ledger, payment.status);
        line.ledger_minor += payment.amount_minor * (payment.charged - payment.returned);
    }
    return lines;
}

void compare_order(const OrderLine& line, bool in_till, std::vector<std::string>& differences) {
    const std::string name = "order " + line.order + ": ";
    if (!in_till) differences.push_back(name + "the till's book does not have it");
    if (line.till_minor == line.driver_minor && line.driver_minor == line.ledger_minor) return;
    differences.push_back(name + "the till holds " + till::format_amount(line.till_minor, line.currency) +
                          ", the driver " + till::format_amount(line.driver_minor, line.currency) + ", the ledger " +
                          till::format_amount(line.ledger_minor, line.currency));
}

void compare_journal_line(const JournalLine& line, const std::vector<Ticket>& tickets,
                          const std::vector<LedgerPayment>& ledger, std::vector<std::string>& differences) {
    const std::string name = kind_name(line.kind) + " " + field_text(line.reference) + ": ";
    if (line.kind == PAYDRV_KIND_FOUND) differences.push_back(name + "a payment that this till did not begin");
    if (line.kind == PAYDRV_KIND_UNDO && !line.is_final) differences.push_back(name + "not over yet");
    if (line.kind != PAYDRV_KIND_PAYMENT) return;
    bool known = std::any_of(tickets.begin(), tickets.end(), [&](const Ticket& t) {
        return t.business_day == line.business_day && t.reference == field_text(line.reference);
    });
    if (!known) differences.push_back(name + "the till's book does not have it");
    if (line.state == PAYDRV_STATE_SUCCEEDED) compare_success(line, ledger, differences);
}

}  // namespace

std::vector<JournalLine> read_journal(const DriverLibrary& driver, std::int32_t session, std::uint32_t business_day) {
    std::vector<JournalLine> journal;
    std::uint64_t cursor = 0;
    std::int32_t op = 0;
    std::int32_t result = PAYDRV_OK;
    while ((result = driver.next(session, business_day, &cursor, 0, &op)) == PAYDRV_OK) {
        auto status = sized<paydrv_status>();
        std::int32_t polled = driver.poll(session, op, 0, 0, &status);
        if (polled < 0)
            throw std::runtime_error("the driver lists an operation that it cannot show: " +
                                     result_name(driver, polled));
        journal.push_back(status);
    }
    if (result < 0) throw std::runtime_error("the driver's journal cannot be listed: " + result_name(driver, result));
    return journal;
}

Comparison compare_books(const std::vector<Ticket>& tickets, const std::vector<JournalLine>& journal,
                         const std::vector<LedgerPayment>& ledger) {
    Comparison comparison;
    for (const Ticket& ticket : tickets) {
        compare_attempt(ticket, find_attempt(journal, ticket), comparison.differences);
    }
    for (const JournalLine& line : journal)
        compare_journal_line(line, tickets, ledger, comparison.differences);
    for (const LedgerPayment& payment : ledger) {
        if (payment.charged <= 1) continue;
        comparison.differences.push_back("order " + payment.order + ": the customer was charged " +
                                         std::to_string(payment.charged) + " times for one payment");
    }
    for (auto& [order, line] : lines_by_order(tickets, journal, ledger)) {
        bool in_till = std::any_of(tickets.begin(), tickets.end(), [&](const Ticket& t) { return t.order == order; });
        line.order = order;
        compare_order(line, in_till, comparison.differences);
        comparison.lines.push_back(line);
    }
    return comparison;
}

void print_comparison(const Comparison& comparison, std::ostream& out) {
    std::map<std::string, OrderLine> totals;
    auto print = [&](const std::string& order, const OrderLine& line) {
        out << "  " << std::left << std::setw(8) << order;
        auto cell = [&](const std::string& state, std::int64_t minor) {
            out << std::setw(11) << state << std::right << std::setw(12) << till::format_amount(minor, line.currency)
                << std::left << "   ";
        };
        cell(line.till, line.till_minor);
        cell(line.driver, line.driver_minor);
        cell(line.ledger, line.ledger_minor);
        out << "\n";
    };
    out << "  order   till's tickets            driver's journal          gateway's ledger\n";
    for (const OrderLine& line : comparison.lines) {
        print(line.order, line);
        OrderLine& total = totals[line.currency];
        total.currency = line.currency;
        total.till_minor += line.till_minor;
        total.driver_minor += line.driver_minor;
        total.ledger_minor += line.ledger_minor;
    }
    for (const auto& [currency, total] : totals)
        print("total", total);
    if (comparison.differences.empty()) out << "  The three books agree.\n";
    for (const std::string& difference : comparison.differences)
        out << "  DIFFERENCE  " << difference << "\n";
}

}  // namespace hostsim::story
