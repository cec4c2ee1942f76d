#include "fault_books.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "fault_till.h"
#include "fault_words.h"

namespace faults {
namespace {

using Poco::JSON::Object;

bool succeeded(const paydrv_status& status) {
    return status.state == PAYDRV_STATE_SUCCEEDED;
}

bool mismatched(const paydrv_status& status) {
    return status.state == PAYDRV_STATE_UNKNOWN && status.reason == PAYDRV_REASON_MISMATCH &&
           status.next_action == PAYDRV_ACTION_CALL_SUPPORT;
}

// Collects what does not hold.
class Rules {
  public:
    Rules(const Ending& ending, const SandboxBooks& books) : ending_(ending), books_(books) {}

    std::vector<std::string> broken() {
        want(ending_.met > 0, "the fault was never met: the scenario does not reach this phase");
        want(books_.charged <= 1, "the customer was charged more than once");
        want(books_.payments <= 1, "more than one payment is booked");
        check_open();
        check_payment();
        check_refunds();
        check_totals();
        return broken_;
    }

  private:
    void want(bool holds, const std::string& rule) {
        if (!holds) broken_.push_back(rule);
    }
    bool refunding() const { return ending_.seen.kind == PAYDRV_KIND_REFUND; }
    bool mismatch_was_served() const {
        return ending_.cell.fault == "wrong_amount" || ending_.cell.fault == "wrong_ids";
    }
    std::vector<BookedRefund> booked(const std::string& reference) const {
        std::vector<BookedRefund> found;
        std::copy_if(books_.refunds.begin(), books_.refunds.end(), std::back_inserter(found),
                     [&](const BookedRefund& refund) { return refund.reference == reference; });
        return found;
    }
    // What the driver says that it has given back at the host's wish.
    std::int64_t given_back_minor() const {
        if (!refunding()) return 0;
        return earlier_refund_minor + (succeeded(ending_.seen) ? refund_minor : 0);
    }
    void check_open();
    void check_payment();
    void check_refunds();
    void check_totals();

    const Ending& ending_;
    const SandboxBooks& books_;
    std::vector<std::string> broken_;
};

// R1, and every other doubt ends.
void Rules::check_open() {
    const paydrv_status& seen = ending_.seen;
    if (seen.is_final != 0) return;
    if (mismatched(seen)) return want(mismatch_was_served(), "UNKNOWN with MISMATCH, but no mismatch was served");
    const auto refunds = booked(refund_in_question);
    const bool pending = refunding() && refunds.size() == 1 && refunds[0].status == "PROCESSING";
    want(pending && seen.state == PAYDRV_STATE_IN_PROGRESS && seen.next_action == PAYDRV_ACTION_SETTLE_LATER,
         "it has not ended, and the gateway has nothing that is still in process");
}

void Rules::check_payment() {
    const paydrv_status& payment = ending_.payment;
    const bool unsettled_refund = refunding() && ending_.seen.is_final == 0;
    if (succeeded(payment)) {
        want(books_.charged == 1, "SUCCEEDED, but the customer was not charged");
        want(hostsim::field_text(payment.payment_id) == books_.payment_id, "another paymentId than the gateway's");
        const std::int64_t expected_minor = payment_minor - given_back_minor();
        want(books_.held_minor == expected_minor ||
                 (unsettled_refund && books_.held_minor == expected_minor - refund_minor),
             "SUCCEEDED, but the shop holds " + std::to_string(books_.held_minor) + " instead of " +
                 std::to_string(expected_minor));
        want(payment.refunded_minor == given_back_minor(), "refunded_minor of the payment is wrong");
    } else if (payment.is_final != 0 && !(ending_.linked.kind == PAYDRV_KIND_UNDO && succeeded(ending_.linked))) {
        want(books_.held_minor == 0,
             state_word(payment.state) + ", but the shop holds " + std::to_string(books_.held_minor) + " minor units");
    }
    if (payment.reason == PAYDRV_REASON_NOT_UNDONE) {
        want(succeeded(payment) && payment.next_action == PAYDRV_ACTION_CALL_SUPPORT && books_.returned == 0,
             "NOT_UNDONE, and not all that goes with it");
    }
}

// R8.
void Rules::check_refunds() {
    std::set<std::string> references;
    for (const BookedRefund& refund : books_.refunds) {
        want(references.insert(refund.reference).second,
             "two refunds are booked under the reference " + refund.reference);
    }
    if (!refunding()) return;
    const auto refunds = booked(refund_in_question);
    const bool done =
        std::any_of(refunds.begin(), refunds.end(), [](const BookedRefund& r) { return r.status == "SUCCESS"; });
    const bool pending =
        std::any_of(refunds.begin(), refunds.end(), [](const BookedRefund& r) { return r.status == "PROCESSING"; });
    if (succeeded(ending_.seen)) {
        want(done && refunds[0].amount_minor == refund_minor,
             "the refund SUCCEEDED, but this amount was not given back");
    } else if (ending_.seen.is_final != 0) {
        want(ending_.seen.state == PAYDRV_STATE_DECLINED, "a refund is SUCCEEDED or DECLINED");
        want(!done && !pending,
             "the refund is " + state_word(ending_.seen.state) + ", but money was or will be given back");
    }
}

std::int64_t sum_of(const Object& totals, const char* name) {
    return totals.getObject(name)->getValue<Poco::Int64>("sum_minor");
}

void Rules::check_totals() {
    const auto day = parse(ending_.totals);
    const auto in_doubt = day->getObject("in_doubt")->getValue<int>("count");
    want(in_doubt == (ending_.seen.is_final != 0 ? 0 : 1),
         "day_totals counts " + std::to_string(in_doubt) + " in doubt");
    const auto list = day->getArray("totals");
    const Object::Ptr totals = list->size() == 0 ? nullptr : list->getObject(0);
    const auto sum = [&](const char* name) { return totals ? sum_of(*totals, name) : 0; };
    const std::int64_t net_minor = totals ? totals->getValue<Poco::Int64>("net_minor") : 0;
    want(sum("payments") == (succeeded(ending_.payment) ? payment_minor : 0), "day_totals has other payments");
    want(sum("refunds") == given_back_minor(), "day_totals has other refunds");
    want(net_minor == sum("payments") - sum("refunds"), "the net of day_totals is not payments less refunds");
    const bool undone = ending_.linked.kind == PAYDRV_KIND_UNDO && ending_.linked.state == PAYDRV_STATE_CANCELLED;
    want(sum("undone") == (undone ? payment_minor : 0), "day_totals has other undone money");
    const bool kept = ending_.linked.kind == PAYDRV_KIND_UNDO && succeeded(ending_.linked);
    if (ending_.seen.is_final != 0 && !kept) {
        want(net_minor == books_.held_minor, "day_totals comes to " + std::to_string(net_minor) +
                                                 ", the gateway's ledger to " + std::to_string(books_.held_minor));
    }
}

std::string line_of(const Ending& ending, const SandboxBooks& books) {
    std::ostringstream line;
    const Cell& cell = ending.cell;
    line << "| " << cell.api << " | " << cell.fault;
    if (!cell.result_code.empty()) {
        line << ' ' << cell.result_status << (cell.result_status.empty() ? "" : " ") << cell.result_code;
    }
    line << " | " << times_word(cell.times) << " | " << state_word(ending.seen.state) << " | "
         << reason_word(ending.seen.reason) << " | " << action_word(ending.seen.next_action) << " | "
         << (cell.times == for_ever && ending.pays > 1 ? "many" : std::to_string(ending.pays)) << " | "
         << books.refunds.size() << " | " << books.charged << " | " << books.returned << " | ";
    if (ending.linked.kind != 0) line << "undo: " << state_word(ending.linked.state) << ' ';
    line << '|';
    return line.str();
}

}  // namespace

SandboxBooks read_books(const restart::Shop& shop, const std::string& terminal) {
    const auto ledger = parse(shop.admin("GET", "/ledger", ""));
    const auto payments = ledger->getArray("payments");
    SandboxBooks books;
    std::set<std::string> ids;
    for (unsigned i = 0; i < payments->size(); i++) {
        const auto payment = payments->getObject(i);
        if (payment->getValue<std::string>("storeTerminalId") != terminal) continue;
        books.payments++;
        books.payment_id = payment->getValue<std::string>("paymentId");
        books.charged += payment->getValue<int>("charged");
        books.returned += payment->getValue<int>("returned");
        ids.insert(books.payment_id);
        const auto refunds = payment->getArray("refunds");
        for (unsigned r = 0; r < refunds->size(); r++) {
            const auto refund = refunds->getObject(r);
            books.refunds.push_back({refund->getValue<std::string>("referenceRefundId"),
                                     refund->getValue<std::string>("status"),
                                     refund->getValue<Poco::Int64>("amount_minor")});
        }
    }
    const auto movements = ledger->getArray("entries");
    for (unsigned i = 0; i < movements->size(); i++) {
        const auto movement = movements->getObject(i);
        if (ids.count(movement->getValue<std::string>("paymentId")) == 0) continue;
        const auto value_minor = std::stoll(movement->getValue<std::string>("value"));
        books.held_minor += movement->getValue<std::string>("kind") == "CHARGE" ? value_minor : -value_minor;
    }
    return books;
}

bool turns_up_late(const restart::Shop& shop, const std::string& terminal) {
    const auto payments = parse(shop.admin("GET", "/ledger", ""))->getArray("payments");
    for (unsigned i = 0; i < payments->size(); i++) {
        const auto payment = payments->getObject(i);
        const bool mine = payment->getValue<std::string>("storeTerminalId") == terminal;
        if (mine && payment->getValue<std::string>("fault") == "paid_after_cancel") return true;
    }
    return false;
}

Outcome judge(const Ending& ending, const SandboxBooks& books) {
    return {line_of(ending, books), Rules(ending, books).broken(), 0};
}

}  // namespace faults
