// The three books of a cell: what the driver shows, what the sandbox has booked, what the day came to; and the rules
// that they must keep.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fault_cell.h"
#include "paydrv.h"
#include "shop.h"

namespace faults {

/// How a cell has ended, as the driver has it.
struct Ending {
    Cell cell;
    paydrv_status seen{};     // the operation in question: the payment or its refund
    paydrv_status payment{};  // the payment
    paydrv_status linked{};   // what began by itself; kind 0: nothing did
    std::string totals;       // day_totals
    int met = 0;              // requests that met the fault
    int pays = 0;             // requests to pay
};

/// One refund in the sandbox's books.
struct BookedRefund {
    std::string reference, status;
    std::int64_t amount_minor = 0;
};

/// What the sandbox has booked of one terminal.
struct SandboxBooks {
    int payments = 0, charged = 0, returned = 0;
    std::int64_t held_minor = 0;  // what was taken and not given back
    std::string payment_id;
    std::vector<BookedRefund> refunds;
};

SandboxBooks read_books(const restart::Shop& shop, const std::string& terminal);
/// Whether the sandbox will charge this terminal's payment although its cancel was confirmed.
bool turns_up_late(const restart::Shop& shop, const std::string& terminal);
/// The line of the table, and the rules that are broken.
Outcome judge(const Ending& ending, const SandboxBooks& books);

}  // namespace faults
