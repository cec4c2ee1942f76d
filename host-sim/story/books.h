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
    int charged = 0;   ///< how often money was taken
    int returned = 0;  ///< how often it was given back
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

/// Compares the three books of one business day. They agree when every attempt has the same amount and the same final,
/// acknowledged end at till and driver; every success is one charge of the same amount in the ledger; and of every
/// order, and of nothing else, the shop holds the same money in all three. Pure.
Comparison compare_books(const std::vector<till::Ticket>& tickets, const std::vector<JournalLine>& journal,
                         const std::vector<LedgerPayment>& ledger);

/// The table, the totals, and the differences, for a person.
void print_comparison(const Comparison& comparison, std::ostream& out);

}  // namespace hostsim::story
