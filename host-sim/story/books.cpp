#include "story/books.h"

#include <algorithm>
#include <iomanip>
#include <map>
#include <ostream>
#include <stdexcept>

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include "till/amount.h"
#include "words.h"

namespace hostsim::story {
namespace {

using till::Ticket;

bool never_sent(const Ticket& ticket) {
    return ticket.outcome.state == "REFUSED" || ticket.outcome.state == "NOT_SENT";
}

const Ticket* find_ticket(const std::vector<Ticket>& tickets, const JournalLine& line) {
    auto ticket = std::find_if(tickets.begin(), tickets.end(), [&](const Ticket& t) {
        return t.kind == line.kind && t.business_day == line.business_day && t.reference == field_text(line.reference);
    });
    return ticket == tickets.end() ? nullptr : &*ticket;
}

/// The order of a ticket; a refund of a sale that is in no book of this till has that of the payment in the ledger.
std::string order_of(const Ticket& ticket, const std::vector<LedgerPayment>& ledger) {
    if (!ticket.order.empty()) return ticket.order;
    auto payment = std::find_if(ledger.begin(), ledger.end(),
                                [&](const LedgerPayment& p) { return p.payment_id == ticket.original.payment_id; });
    return payment == ledger.end() ? ticket.reference : payment->order;
}

const JournalLine* find_attempt(const std::vector<JournalLine>& journal, const Ticket& ticket) {
    auto line = std::find_if(journal.begin(), journal.end(), [&](const JournalLine& l) {
        return l.kind == ticket.kind && l.business_day == ticket.business_day &&
               field_text(l.reference) == ticket.reference;
    });
    return line == journal.end() ? nullptr : &*line;
}

void compare_attempt(const Ticket& ticket, const JournalLine* line, std::vector<std::string>& differences) {
    const std::string name = (ticket.refund() ? "refund " : "ticket ") + ticket.reference + ": ";
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

/// "SUCCEEDED 2R": and two refunds.
void add_refunds(std::string& words, int refunds) {
    if (refunds > 0) words += " " + std::to_string(refunds) + "R";
}

using Lines = std::map<std::string, OrderLine>;

void add_till(const std::vector<Ticket>& tickets, const std::vector<LedgerPayment>& ledger, Lines& lines) {
    std::map<std::string, int> refunds;
    for (const Ticket& ticket : tickets) {
        const std::string order = order_of(ticket, ledger);
        OrderLine& line = lines[order];
        line.currency = ticket.currency;
        bool good = ticket.outcome.state == "SUCCEEDED";
        if (good) line.till_minor += ticket.refund() ? -ticket.amount_minor : ticket.amount_minor;
        if (good && ticket.refund()) ++refunds[order];
        if (!ticket.refund()) add_word(line.till, ticket.open() ? "open" : ticket.outcome.state);
    }
    for (const auto& [order, count] : refunds)
        add_refunds(lines[order].till, count);
}

void add_driver(const std::vector<Ticket>& tickets, const std::vector<JournalLine>& journal,
                const std::vector<LedgerPayment>& ledger, Lines& lines, std::vector<std::string>& differences) {
    struct Returned {
        int count = 0;
        std::int64_t by_refunds = 0, by_payments = 0;
        std::string currency;
    };
    std::map<std::string, Returned> returned;
    for (const JournalLine& entry : journal) {
        bool good = entry.state == PAYDRV_STATE_SUCCEEDED;
        if (entry.kind == PAYDRV_KIND_REFUND && good) {
            const Ticket* ticket = find_ticket(tickets, entry);
            Returned& back = returned[ticket ? order_of(*ticket, ledger) : field_text(entry.order_reference)];
            ++back.count;
            back.by_refunds += entry.amount_minor;
            back.currency = field_text(entry.currency);
        }
        if (entry.kind == PAYDRV_KIND_UNDO && good) {  // late money that could not be given back: the shop has it
            lines[field_text(entry.order_reference)].driver_minor += entry.amount_minor;
        }
        if (entry.kind != PAYDRV_KIND_PAYMENT) continue;
        const std::string order = field_text(entry.order_reference);
        OrderLine& line = lines[order];
        line.currency = field_text(entry.currency);
        add_word(line.driver, state_name(entry.state));
        if (!good) continue;
        line.driver_minor += entry.amount_minor - entry.refunded_minor;
        returned[order].by_payments += entry.refunded_minor;
        returned[order].currency = line.currency;
    }
    for (const auto& [order, back] : returned) {
        add_refunds(lines[order].driver, back.count);
        if (back.by_refunds == back.by_payments) continue;
        differences.push_back("order " + order + ": the driver's refunds give back " +
                              till::format_amount(back.by_refunds, back.currency) + ", its payments say " +
                              till::format_amount(back.by_payments, back.currency));
    }
}

void add_ledger(const std::vector<LedgerPayment>& ledger, Lines& lines) {
    for (const LedgerPayment& payment : ledger) {
        OrderLine& line = lines[payment.order];
        line.currency = payment.currency;
        add_word(line.ledger, payment.status);
        add_refunds(line.ledger, payment.refunds);
        line.ledger_minor += payment.amount_minor * payment.charged - payment.returned_minor;
    }
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
    if (line.kind == PAYDRV_KIND_UNDO && line.state == PAYDRV_STATE_SUCCEEDED) {
        differences.push_back(name + "what was paid late could not be given back");
    }
    if (line.kind == PAYDRV_KIND_UNDO && line.is_final && !line.acknowledged) {
        differences.push_back(name + "the driver was not told that it is noted");
    }
    if (line.kind != PAYDRV_KIND_PAYMENT && line.kind != PAYDRV_KIND_REFUND) return;
    if (!find_ticket(tickets, line)) differences.push_back(name + "the till's book does not have it");
    if (line.kind == PAYDRV_KIND_REFUND) return;
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
    Lines lines;
    add_till(tickets, ledger, lines);
    add_driver(tickets, journal, ledger, lines, comparison.differences);
    add_ledger(ledger, lines);
    for (auto& [order, line] : lines) {
        bool in_till =
            std::any_of(tickets.begin(), tickets.end(), [&](const Ticket& t) { return order_of(t, ledger) == order; });
        line.order = order;
        compare_order(line, in_till, comparison.differences);
        comparison.lines.push_back(line);
    }
    return comparison;
}

DayTotals parse_day_totals(const std::string& json, const std::string& currency) {
    try {
        Poco::JSON::Parser parser;
        auto day = parser.parse(json).extract<Poco::JSON::Object::Ptr>();
        auto list = day->getArray("totals");
        if (!list) throw std::runtime_error("the driver's day_totals has no list of totals");
        auto sum = [](const Poco::JSON::Object& totals, const char* name) {
            auto part = totals.getObject(name);
            if (!part) throw std::runtime_error(std::string("the driver's day_totals has no ") + name);
            return part->getValue<Poco::Int64>("sum_minor");
        };
        for (std::size_t i = 0; i < list->size(); ++i) {
            auto totals = list->getObject(static_cast<unsigned>(i));
            if (!totals || totals->getValue<std::string>("currency") != currency) continue;
            return {sum(*totals, "payments"), sum(*totals, "refunds"), totals->getValue<Poco::Int64>("net_minor")};
        }
        return {};
    } catch (const Poco::Exception& error) {
        throw std::runtime_error("the driver's day_totals cannot be read: " + error.displayText());
    }
}

std::vector<std::string> compare_totals(const std::vector<Ticket>& tickets, std::uint32_t business_day,
                                        const std::string& currency, const DayTotals& totals) {
    std::int64_t payments_minor = 0, refunds_minor = 0;
    for (const Ticket& ticket : tickets) {
        bool counts =
            ticket.business_day == business_day && ticket.currency == currency && ticket.outcome.state == "SUCCEEDED";
        if (counts) (ticket.refund() ? refunds_minor : payments_minor) += ticket.amount_minor;
    }
    std::vector<std::string> differences;
    auto compare = [&](const char* name, std::int64_t till_minor, std::int64_t driver_minor) {
        if (till_minor == driver_minor) return;
        differences.push_back(std::to_string(business_day) + ", " + name + ": " +
                              till::format_amount(till_minor, currency) + " says the till, " +
                              till::format_amount(driver_minor, currency) + " say the driver's day totals");
    };
    compare("paid", payments_minor, totals.payments_minor);
    compare("given back", refunds_minor, totals.refunds_minor);
    compare("in the end", payments_minor - refunds_minor, totals.net_minor);
    return differences;
}

void print_comparison(const Comparison& comparison, std::ostream& out) {
    std::map<std::string, OrderLine> totals;
    auto print = [&](const std::string& order, const OrderLine& line) {
        out << "  " << std::left << std::setw(8) << order;
        auto cell = [&](const std::string& state, std::int64_t minor) {
            out << std::setw(13) << state << std::right << std::setw(12) << till::format_amount(minor, line.currency)
                << std::left << "   ";
        };
        cell(line.till, line.till_minor);
        cell(line.driver, line.driver_minor);
        cell(line.ledger, line.ledger_minor);
        out << "\n";
    };
    out << "  order   till's tickets              driver's journal            gateway's ledger\n";
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
    out << "  (1R, 2R: with so many refunds; the money is what the shop holds in the end)\n";
    if (comparison.differences.empty()) out << "  The three books agree.\n";
    for (const std::string& difference : comparison.differences)
        out << "  DIFFERENCE  " << difference << "\n";
}

}  // namespace hostsim::story
