// Looking things up: tickets, days, health.
#include <algorithm>
#include <stdexcept>

#include "till/amount.h"
#include "till/till.h"
#include "words.h"

namespace hostsim::till {
namespace {

constexpr int kFindTries = 5;  // paydrv_find waits up to a second each time
constexpr std::size_t kListLimit = 100'000;
constexpr std::uint32_t kLightWaitMs = 500;

}  // namespace

std::optional<std::int32_t> Till::find(std::uint32_t kind, const std::string& reference, std::uint32_t business_day) {
    auto key = sized<paydrv_key>();
    key.kind = kind;
    key.business_day = business_day;
    set_field(key.reference, reference);
    std::int32_t op = 0;
    std::int32_t result = PAYDRV_E_BUSY;
    for (int i = 0; i < kFindTries && result == PAYDRV_E_BUSY; ++i)
        result = driver_.find(session_, &key, &op);
    if (result == PAYDRV_E_NOT_FOUND) return std::nullopt;
    if (result < 0) {
        throw std::runtime_error("the driver cannot look up " + reference + ": " + result_name(driver_, result));
    }
    return op;
}

std::optional<std::int32_t> Till::find(const std::string& reference, std::uint32_t business_day) {
    const Ticket* ticket = book_.find(reference, business_day);
    if (ticket) return find(ticket->kind, reference, business_day);
    auto op = find(PAYDRV_KIND_PAYMENT, reference, business_day);
    return op ? op : find(PAYDRV_KIND_REFUND, reference, business_day);
}

std::optional<paydrv_status> Till::status_of(std::int32_t op) const {
    auto status = sized<paydrv_status>();
    std::int32_t result = driver_.poll(session_, op, 0, 0, &status);
    return result < 0 ? std::nullopt : std::optional(status);
}

std::vector<std::int32_t> Till::list(std::uint32_t filter) const {
    std::vector<std::int32_t> found;
    std::uint64_t cursor = 0;
    std::int32_t op = 0;
    std::int32_t result = PAYDRV_OK;
    while (found.size() < kListLimit && (result = driver_.next(session_, filter, &cursor, 0, &op)) == PAYDRV_OK)
        found.push_back(op);
    if (result < 0) throw std::runtime_error("the driver cannot list its journal: " + result_name(driver_, result));
    return found;
}

void Till::look_up(const std::string& reference, std::uint32_t business_day) {
    const Ticket* ticket = book_.find(reference, business_day);
    if (!ticket) say("The ticket book has no " + reference + " on " + std::to_string(business_day) + ".");
    if (ticket) say("Ticket book: " + reference + "  " + (ticket->open() ? "open" : ticket->outcome.state));
    auto op = find(reference, business_day);
    auto status = op ? status_of(*op) : std::nullopt;
    if (!status) {
        say("Driver:      never sent " + reference + " on " + std::to_string(business_day) + ".");
        return;
    }
    say("Driver:      " + reference + "  " + status_line(*status));
    std::string id = field_text(status->payment_id);
    if (!id.empty()) {
        say("  Alipay's paymentId " + id + (status->acknowledged ? ", acknowledged" : ", not acknowledged"));
    }
    auto linked = status->linked_op != 0 ? status_of(status->linked_op) : std::nullopt;
    if (linked) {
        say("  linked: " + kind_name(linked->kind) + " " + field_text(linked->reference) + "  " + status_line(*linked));
    }
}

void Till::list_day(std::uint32_t business_day) {
    std::size_t count = 0;
    std::int64_t paid_minor = 0, returned_minor = 0;
    for (std::int32_t op : list(business_day)) {
        auto status = status_of(op);
        if (!status) continue;
        ++count;
        bool good = status->state == PAYDRV_STATE_SUCCEEDED;
        if (good && status->kind == PAYDRV_KIND_PAYMENT) paid_minor += status->amount_minor;
        if (good && status->kind == PAYDRV_KIND_REFUND) returned_minor += status->amount_minor;
        say("  " + kind_name(status->kind) + " " + field_text(status->reference) + "  " + status_line(*status) +
            (status->acknowledged ? "" : "  (not acknowledged)"));
    }
    say(std::to_string(business_day) + ": " + std::to_string(count) + " in all, paid " +
        format_amount(paid_minor, settings_.currency) + ", given back " +
        format_amount(returned_minor, settings_.currency) + ".");
}

void Till::list_open() const {
    std::vector<Ticket> open = book_.open_tickets();
    for (const Ticket& ticket : open) {
        auto status = seen(ticket.reference);
        say("  " + ticket.reference + " of " + std::to_string(ticket.business_day) + "  " +
            (status ? status_line(*status) : format_amount(ticket.amount_minor, ticket.currency)));
    }
    say(open.empty() ? "No ticket is open." : std::to_string(open.size()) + " open.");
}

void Till::acknowledge(const std::string& reference, std::uint32_t business_day) {
    auto op = find(reference, business_day);
    if (!op) {
        say("The driver has no " + reference + " on " + std::to_string(business_day) + ".");
        return;
    }
    const Ticket* ticket = book_.find(reference, business_day);
    bool own = !ticket || ticket->refund();  // then the operation's own ticket is meant
    std::int32_t result = driver_.acknowledge(session_, *op, own ? nullptr : ticket->order.c_str());
    say(reference + ": " +
        (result == PAYDRV_FINAL ? "was acknowledged before"
         : result == PAYDRV_OK  ? "acknowledged"
                                : "not acknowledged, " + result_name(driver_, result)));
}

std::string Till::light() const {
    auto status = status_of(0);
    bool opening = status && (status->health & PAYDRV_HEALTH_GATE_OPEN) == 0;
    if (opening) {  // just opened: its first answer is a moment away
        auto later = sized<paydrv_status>();
        if (driver_.poll(session_, 0, status->revision, kLightWaitMs, &later) >= 0) status = later;
    }
    if (!status) return "RED  the driver does not tell its health";
    std::string off;
    for (const HealthLamp& lamp : health_lamps()) {
        if ((status->health & lamp.bit) == 0) off += (off.empty() ? "" : "; ") + std::string(lamp.off);
    }
    constexpr std::uint32_t kNeeded = PAYDRV_HEALTH_GATE_OPEN | PAYDRV_HEALTH_JOURNAL;
    if ((status->health & kNeeded) != kNeeded) return "RED  " + off;
    return off.empty() ? "GREEN  ready to pay" : "YELLOW  can pay, but: " + off;
}

void Till::health() {
    say(light());
    auto status = status_of(0);
    if (!status) throw std::runtime_error("the driver does not tell its health");
    for (const HealthLamp& lamp : health_lamps()) {
        bool on = (status->health & lamp.bit) != 0;
        std::string name(lamp.name);
        name.resize(10, ' ');
        say("  " + name + (on ? " on   " : " off  ") + std::string(on ? lamp.on : lamp.off));
    }
    say("  " + std::to_string(status->in_doubt) + " in doubt, " + std::to_string(status->unacknowledged) +
        " not acknowledged");
}

}  // namespace hostsim::till
