#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "driver_library.h"
#include "till/ticket_book.h"

namespace hostsim::story {

/// One payment in the gateway's ledger. Plain data.
struct LedgerPayment {
    std::string payment_id, order, currency, status;
    std::int64_t amount_minor = 0;
    int charged = 0;                  ///< how often money was taken
    int refunds = 0;                  ///< how often some of it was refunded
    std::int64_t returned_minor = 0;  ///< what was given back, by a cancel or by refunds
};

/// One line of the driver's journal, as paydrv_next and paydrv_poll show it.
using JournalLine = paydrv_status;

/// Everything that the driver's journal has of one business day. Throws std::runtime_error when it cannot be listed.
std::vector<JournalLine> read_journal(const DriverLibrary& driver, std::int32_t session, std::uint32_t business_day);

/// One order as the three books have it. Money is what the shop holds in the end, in minor units.
struct OrderLine {
    std::string order, till, driver, ledger;  ///< the state in each book
    std::int64_t till_minor = 0, driver_minor = 0, ledger_minor = 0;
    std::string currency;
};

struct Comparison {
    std::vector<OrderLine> lines;          ///< by order number
    std::vector<std::string> differences;  ///< sentences; empty: the books agree
};

/// Compares the three books of some business days. They agree when every attempt to pay or to refund has the same
/// amount and the same final, acknowledged end at till and driver; every success is one charge of the same amount in
/// the ledger; what the driver gave back by itself is over and acknowledged; the driver's refunds add up to what its
/// payments say; and of every order, and of nothing else, the shop holds the same money in all three: what was charged
/// less what was given back. Pure.
Comparison compare_books(const std::vector<till::Ticket>& tickets, const std::vector<JournalLine>& journal,
                         const std::vector<LedgerPayment>& ledger);

/// What the driver's "day_totals" says of one currency, in minor units.
struct DayTotals {
    std::int64_t payments_minor = 0, refunds_minor = 0, net_minor = 0;
};

/// Reads the answer to "day_totals"; zeroes when the currency is not in it. Throws std::runtime_error naming what is
/// missing.
DayTotals parse_day_totals(const std::string& json, const std::string& currency);

/// Compares the till's tickets of one day with the driver's totals of it; sentences, empty when they agree. Pure.
std::vector<std::string> compare_totals(const std::vector<till::Ticket>& tickets, std::uint32_t business_day,
                                        const std::string& currency, const DayTotals& totals);

/// The table, the totals, and the differences, for a person.
void print_comparison(const Comparison& comparison, std::ostream& out);

}  // namespace hostsim::story
