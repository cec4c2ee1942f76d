// What the driver did by itself: money given back that turned up late, payments that this journal did not begin.
#include <algorithm>
#include <set>

#include "till/amount.h"
#include "till/till.h"
#include "words.h"

namespace hostsim::till {
namespace {

bool is_linked(const paydrv_status& status) {
    return status.kind == PAYDRV_KIND_UNDO || status.kind == PAYDRV_KIND_FOUND;
}

Correction correction_of(const paydrv_status& status) {
    return {status.kind,         field_text(status.reference), status.business_day,
            status.amount_minor, field_text(status.currency),  state_name(status.state)};
}

bool noted(const TicketBook& book, const Correction& correction) {
    return std::any_of(book.corrections().begin(), book.corrections().end(), [&](const Correction& c) {
        return c.kind == correction.kind && c.reference == correction.reference &&
               c.business_day == correction.business_day && c.state == correction.state;
    });
}

}  // namespace

std::string Till::linked_line(const paydrv_status& status) const {
    std::string line = kind_name(status.kind) + "  " + status_line(status) + "  of payment " +
                       field_text(status.reference) + " of " + std::to_string(status.business_day);
    auto payment = status.linked_op != 0 ? status_of(status.linked_op) : std::nullopt;
    if (payment) line += " (" + state_words(payment->kind, payment->state) + ")";
    std::string id = field_text(status.payment_id);
    return id.empty() ? line : line + ", paymentId " + id;
}

void Till::look_for_linked() {
    linked_looked_ = std::chrono::steady_clock::now();
    for (std::uint32_t filter : {PAYDRV_FILTER_UNFINISHED, PAYDRV_FILTER_UNACKNOWLEDGED}) {
        for (std::int32_t op : list(filter)) {
            auto status = status_of(op);
            if (!status || !is_linked(*status)) continue;
            show_linked(*status);
            bool undone = status->kind == PAYDRV_KIND_UNDO && status->state != PAYDRV_STATE_SUCCEEDED;
            if (status->is_final && undone) book_linked(*status);
        }
    }
}

void Till::show_linked(const paydrv_status& status) {
    auto shown = linked_shown_.find(status.op);
    if (shown != linked_shown_.end() && shown->second == status.state) return;
    linked_shown_[status.op] = status.state;
    say(linked_line(status));
    if (status.state != PAYDRV_STATE_SUCCEEDED) return;
    std::string what = status.kind == PAYDRV_KIND_FOUND ? "This till did not begin it." : "Call support.";
    say("  " + what + " To book it on an order: claim " + field_text(status.reference) + " ORDER " +
        std::to_string(status.business_day));
}

/// The ticket stays as it was booked: the driver has given back what came after that. What is of no ticket of this
/// book stays unacknowledged for people to look at.
void Till::book_linked(const paydrv_status& status) {
    const Ticket* ticket = book_.find(field_text(status.reference), status.business_day);
    if (!ticket) return;
    Correction correction = correction_of(status);
    if (!noted(book_, correction)) book_.note(correction);
    std::int32_t result = driver_.acknowledge(session_, status.op, ticket->order.c_str());
    if (result == PAYDRV_OK || result == PAYDRV_FINAL || result == PAYDRV_E_BUSY) return;  // busy: at the next look
    say("  is noted here, but the driver does not take the acknowledgement: " + result_name(driver_, result));
}

void Till::list_linked(std::uint32_t business_day) {
    std::set<std::int32_t> listed;
    for (std::uint32_t filter : {PAYDRV_FILTER_UNFINISHED, PAYDRV_FILTER_UNACKNOWLEDGED, business_day}) {
        for (std::int32_t op : list(filter)) {
            auto status = status_of(op);
            if (!status || !is_linked(*status) || !listed.insert(op).second) continue;
            say("  " + linked_line(*status) + (status->acknowledged ? ", acknowledged" : ", not acknowledged"));
        }
    }
    say(listed.empty() ? "The driver has done nothing by itself." : std::to_string(listed.size()) + " in all.");
}

void Till::claim(const std::string& reference, std::uint32_t business_day, const std::string& order) {
    auto op = find(PAYDRV_KIND_FOUND, reference, business_day);
    if (!op) op = find(PAYDRV_KIND_UNDO, reference, business_day);
    auto status = op ? status_of(*op) : std::nullopt;
    if (!status || !status->is_final) {
        say("The driver has found or given back nothing of " + reference + " on " + std::to_string(business_day) +
            (status ? " that is over." : "."));
        return;
    }
    Correction correction = correction_of(*status);
    if (!noted(book_, correction)) book_.note(correction);
    std::int32_t result = driver_.acknowledge(session_, *op, order.c_str());
    say(linked_line(*status) + ": " +
        (result == PAYDRV_OK      ? "claimed by order " + order
         : result == PAYDRV_FINAL ? "was claimed before"
                                  : "not claimed, " + result_name(driver_, result)));
}

}  // namespace hostsim::till
