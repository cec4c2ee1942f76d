#include "till/till.h"

#include <algorithm>
#include <chrono>
#include <ostream>
#include <stdexcept>
#include <thread>

#include "till/amount.h"
#include "till/business_day.h"
#include "words.h"

namespace hostsim::till {
namespace {

constexpr std::int64_t kBookDayLimit = 2;  // days after which a forgotten business day is not carried on
constexpr std::uint32_t kAcknowledgePauseMs = 10;
constexpr int kFindTries = 5;  // paydrv_find waits up to a second each time

std::string label(const Ticket& ticket) {
    return "ticket " + ticket.reference + "  ";
}

bool may_go_on(const paydrv_status& status) {
    return status.next_action == PAYDRV_ACTION_SETTLE_LATER || status.next_action == PAYDRV_ACTION_CALL_SUPPORT;
}

}  // namespace

Till::Till(const DriverLibrary& driver, const TillSettings& settings, std::ostream& out)
    : driver_(driver), settings_(settings), out_(out), book_(settings.book) {
    auto options = sized<paydrv_open_options>();
    options.abi_version = PAYDRV_ABI_VERSION;
    set_field(options.language, "en");
    auto why = sized<paydrv_problem>();
    std::int32_t result = driver_.open(settings_.config.c_str(), &options, &session_, &why);
    if (result != PAYDRV_OK) {
        session_ = 0;
        throw std::runtime_error("the driver does not open: " + describe(driver_, result, why));
    }
    try {
        choose_business_day(settings.business_day);
        reattach();
        acknowledge_booked();
    } catch (...) {
        driver_.close(session_, 1);
        throw;
    }
}

Till::~Till() {
    if (session_ != 0) driver_.close(session_, 1);
}

void Till::choose_business_day(std::uint32_t wanted) {
    std::uint32_t of_book = book_.business_day();
    if (wanted == 0 && of_book != 0 && std::abs(days_between(of_book, today())) <= kBookDayLimit) {
        if (of_book != today()) {
            say("The business day is still " + std::to_string(of_book) + ". Say newday when a new one begins.");
        }
        return;
    }
    if (wanted == 0) wanted = today();
    if (wanted != of_book) book_.begin_business_day(wanted);
}

void Till::begin_business_day(std::uint32_t business_day) {
    book_.begin_business_day(business_day);
    last_order_.clear();
    say("Business day " + std::to_string(business_day) + ".");
}

// ---- After a restart -------------------------------------------------------------------------------------------

void Till::reattach() {
    for (const Ticket& ticket : book_.open_tickets())
        reattach(ticket);
}

void Till::reattach(const Ticket& ticket) {
    auto op = find(ticket.reference, ticket.business_day);
    if (!op) {
        book_.end(ticket.reference, ticket.business_day, {"NOT_SENT", "", ""});
        say(label(ticket) + "was begun before the restart, but nothing was ever sent to Alipay. No money was taken.");
        return;
    }
    auto status = status_of(*op);
    if (!status) throw std::runtime_error("the driver found ticket " + ticket.reference + " but cannot show it");
    if (status->amount_minor != ticket.amount_minor || field_text(status->currency) != ticket.currency) {
        throw std::runtime_error("ticket " + ticket.reference + " is " +
                                 format_amount(ticket.amount_minor, ticket.currency) + " in the ticket book and " +
                                 format_amount(status->amount_minor, field_text(status->currency)) +
                                 " in the driver's journal; is this another till's book?");
    }
    say(label(ticket) + "was open when the till stopped. Looking what became of it.");
    Watched watched;
    watched.op = *op;
    watched.ticket = ticket;
    watched.status = *status;
    watched.at_counter = status->is_final == 0;
    print_news(watched);
    if (status->is_final) book_result(watched);
    watched_.push_back(watched);
}

/// What was booked, but not yet known to the driver as booked, when the till stopped.
void Till::acknowledge_booked() {
    std::uint64_t cursor = 0;
    std::int32_t op = 0;
    while (driver_.next(session_, PAYDRV_FILTER_UNACKNOWLEDGED, &cursor, 0, &op) == PAYDRV_OK) {
        auto status = status_of(op);
        if (!status) continue;
        bool watched = std::any_of(watched_.begin(), watched_.end(), [&](const Watched& w) { return w.op == op; });
        if (watched) continue;
        std::string reference = field_text(status->reference);
        const Ticket* ticket = book_.find(reference, status->business_day);
        bool same = ticket && status->kind == PAYDRV_KIND_PAYMENT && ticket->outcome.state == state_name(status->state);
        if (same) {
            driver_.acknowledge(session_, op, ticket->order.c_str());
            continue;
        }
        say("Not in this till's book: " + kind_name(status->kind) + " " + reference + " of " +
            std::to_string(status->business_day) + "  " + status_line(*status));
    }
}

// ---- At the counter --------------------------------------------------------------------------------------------

std::optional<std::string> Till::pay(std::int64_t amount_minor, const std::string& payment_code) {
    last_order_ = book_.next_order();
    last_amount_minor_ = amount_minor;
    return again(payment_code);
}

std::optional<std::string> Till::again(const std::string& payment_code) {
    if (last_order_.empty()) throw std::invalid_argument("there is no order to try again; begin one with an amount");
    Ticket ticket;
    ticket.order = last_order_;
    ticket.reference = book_.next_reference(last_order_);
    ticket.business_day = book_.business_day();
    ticket.amount_minor = last_amount_minor_;
    ticket.currency = settings_.currency;
    return begin(ticket, payment_code);
}

std::optional<std::string> Till::begin(const Ticket& ticket, const std::string& payment_code) {
    auto payment = sized<paydrv_payment>();
    payment.mode = PAYDRV_MODE_USER_PRESENTED;
    payment.amount_minor = ticket.amount_minor;
    payment.business_day = ticket.business_day;
    set_field(payment.currency, ticket.currency);
    set_field(payment.reference, ticket.reference);
    set_field(payment.order_reference, ticket.order);
    set_field(payment.operator_id, settings_.operator_id);
    set_field(payment.payment_code, payment_code);
    set_field(payment.description, "order " + ticket.order);

    book_.begin(ticket);  // on the disk before anything can be charged
    say(label(ticket) + format_amount(ticket.amount_minor, ticket.currency) + "  order " + ticket.order);
    std::int32_t op = 0;
    auto why = sized<paydrv_problem>();
    std::int32_t result = driver_.start(session_, &payment, nullptr, &op, &why);
    if (result < 0) {
        refuse(ticket, result, why, op);
        return std::nullopt;
    }
    Watched watched;
    watched.op = op;
    watched.ticket = ticket;
    watched.at_counter = true;
    watched_.push_back(watched);
    watch(0);
    return ticket.reference;
}

void Till::refuse(const Ticket& ticket, std::int32_t result, const paydrv_problem& why, std::int32_t other) {
    std::string reason = describe(driver_, result, why);
    book_.end(ticket.reference, ticket.business_day, {"REFUSED", reason, ""});
    say(label(ticket) + "not begun, nothing was sent. " + reason);
    auto status = other != 0 ? status_of(other) : std::nullopt;
    if (status) say("  That is " + field_text(status->reference) + "  " + status_line(*status));
}

void Till::cancel() {
    auto watched = std::find_if(watched_.rbegin(), watched_.rend(), [](const Watched& w) { return w.at_counter; });
    if (watched == watched_.rend()) watched = watched_.rbegin();
    if (watched == watched_.rend()) {
        say("There is no payment under way.");
        return;
    }
    std::int32_t result = driver_.cancel(session_, watched->op);
    if (result == PAYDRV_OK || result == PAYDRV_JOINED) {
        say(label(watched->ticket) + "cancel asked; what became of it will be shown.");
    } else if (result == PAYDRV_FINAL) {
        say(label(watched->ticket) + "is over already, the cancel changed nothing.");
    } else {
        say(label(watched->ticket) + "cannot be cancelled: " + result_name(driver_, result));
    }
}

void Till::watch(std::uint32_t wait_ms) {
    // A final operation is answered at once; its acknowledgement is a few milliseconds from the disk.
    if (!counter_busy() && busy()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(std::min(wait_ms, kAcknowledgePauseMs)));
    }
    for (auto watched = watched_.begin(); watched != watched_.end();) {
        bool counter = watched->at_counter && !watched->status.is_final;
        bool done = look(*watched, counter ? wait_ms : 0);
        watched = done ? watched_.erase(watched) : watched + 1;
    }
}

/// One look at one payment. True when there is nothing left to wait for.
bool Till::look(Watched& watched, std::uint32_t wait_ms) {
    auto status = sized<paydrv_status>();
    std::int32_t result = driver_.poll(session_, watched.op, watched.status.revision, wait_ms, &status);
    if (result < 0) {
        throw std::runtime_error("the driver cannot tell about ticket " + watched.ticket.reference + ": " +
                                 result_name(driver_, result));
    }
    bool news = status.revision != watched.status.revision;
    bool booked = watched.status.is_final != 0;
    watched.status = status;
    if (booked) return acknowledge_until_durable(watched);
    if (news) print_news(watched);
    if (status.is_final) {
        watched.at_counter = false;
        book_result(watched);
        return false;
    }
    if (watched.at_counter && may_go_on(status)) {
        watched.at_counter = false;
        say(label(watched.ticket) + "stays open; the till goes on watching it while you serve the next customer.");
    }
    return false;
}

/// A revision may bring nothing that the cashier would see; then the screen stays as it is.
void Till::print_news(Watched& watched) {
    std::string text = cashier_text(watched.op);
    std::string action = action_words(watched.status.next_action);
    std::string line = status_line(watched.status) + (action.empty() ? "" : "; " + action);
    if (line + text == watched.shown) return;
    watched.shown = line + text;
    say(label(watched.ticket) + line);
    if (!text.empty()) say("  \"" + text + "\"");
}

void Till::book_result(Watched& watched) {
    const paydrv_status& status = watched.status;
    book_.end(watched.ticket.reference, watched.ticket.business_day,
              {state_name(status.state), reason_name(status.reason), field_text(status.payment_id)});
    watched.acknowledged = driver_.acknowledge(session_, watched.op, watched.ticket.order.c_str());
}

/// True when the driver has the acknowledgement on its disk, or refuses it for good.
bool Till::acknowledge_until_durable(Watched& watched) {
    if (watched.status.acknowledged == 1) return true;
    if (watched.acknowledged == PAYDRV_E_BUSY) {
        watched.acknowledged = driver_.acknowledge(session_, watched.op, watched.ticket.order.c_str());
    }
    if (watched.acknowledged >= 0 || watched.acknowledged == PAYDRV_E_BUSY) return false;
    say(label(watched.ticket) + "is booked here, but the driver does not take the acknowledgement: " +
        result_name(driver_, watched.acknowledged));
    return true;
}

bool Till::counter_busy() const {
    return std::any_of(watched_.begin(), watched_.end(), [](const Watched& w) { return w.at_counter; });
}

bool Till::acknowledging() const {
    return std::any_of(watched_.begin(), watched_.end(), [](const Watched& w) { return w.status.is_final != 0; });
}

std::optional<paydrv_status> Till::seen(const std::string& reference) const {
    auto watched = std::find_if(watched_.begin(), watched_.end(),
                                [&](const Watched& w) { return w.ticket.reference == reference; });
    if (watched == watched_.end()) return std::nullopt;
    return watched->status;
}

// ---- Looking things up -----------------------------------------------------------------------------------------

paydrv_key Till::key_of(const std::string& reference, std::uint32_t business_day) const {
    auto key = sized<paydrv_key>();
    key.kind = PAYDRV_KIND_PAYMENT;
    key.business_day = business_day;
    set_field(key.reference, reference);
    return key;
}

std::optional<std::int32_t> Till::find(const std::string& reference, std::uint32_t business_day) {
    paydrv_key key = key_of(reference, business_day);
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

std::optional<paydrv_status> Till::status_of(std::int32_t op) const {
    auto status = sized<paydrv_status>();
    std::int32_t result = driver_.poll(session_, op, 0, 0, &status);
    return result < 0 ? std::nullopt : std::optional(status);
}

std::string Till::cashier_text(std::int32_t op) const {
    char text[1024];
    std::int32_t result = driver_.text(session_, op, 0, PAYDRV_TEXT_CASHIER, text, sizeof text, nullptr);
    return result == PAYDRV_OK ? std::string(text) : std::string();
}

void Till::look_up(const std::string& reference, std::uint32_t business_day) {
    auto op = find(reference, business_day);
    const Ticket* ticket = book_.find(reference, business_day);
    if (!ticket) say("The ticket book has no " + reference + " on " + std::to_string(business_day) + ".");
    if (ticket) say("Ticket book: " + reference + "  " + (ticket->open() ? "open" : ticket->outcome.state));
    auto status = op ? status_of(*op) : std::nullopt;
    if (!status) {
        say("Driver:      never sent " + reference + " on " + std::to_string(business_day) + ".");
        return;
    }
    say("Driver:      " + reference + "  " + status_line(*status));
    std::string id = field_text(status->payment_id);
    if (!id.empty())
        say("  Alipay's paymentId " + id + (status->acknowledged ? ", acknowledged" : ", not acknowledged"));
}

void Till::list_day(std::uint32_t business_day) {
    std::uint64_t cursor = 0;
    std::int32_t op = 0;
    std::int32_t result = PAYDRV_OK;
    std::size_t count = 0;
    std::int64_t paid_minor = 0;
    while ((result = driver_.next(session_, business_day, &cursor, 0, &op)) == PAYDRV_OK) {
        auto status = status_of(op);
        if (!status) continue;
        ++count;
        bool paid = status->kind == PAYDRV_KIND_PAYMENT && status->state == PAYDRV_STATE_SUCCEEDED;
        if (paid) paid_minor += status->amount_minor - status->refunded_minor;
        say("  " + kind_name(status->kind) + " " + field_text(status->reference) + "  " + status_line(*status) +
            (status->acknowledged ? "" : "  (not acknowledged)"));
    }
    if (result < 0) throw std::runtime_error("the driver cannot list the day: " + result_name(driver_, result));
    say(std::to_string(business_day) + ": " + std::to_string(count) + " in all, paid " +
        format_amount(paid_minor, settings_.currency) + ".");
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
    std::int32_t result = driver_.acknowledge(session_, *op, ticket ? ticket->order.c_str() : nullptr);
    say(reference + ": " +
        (result == PAYDRV_FINAL ? "was acknowledged before"
         : result == PAYDRV_OK  ? "acknowledged"
                                : "not acknowledged, " + result_name(driver_, result)));
}

void Till::health() {
    auto status = status_of(0);
    if (!status) throw std::runtime_error("the driver does not tell its health");
    auto word = [&](std::uint32_t bit, const char* good, const char* bad) {
        return std::string((status->health & bit) != 0 ? good : bad);
    };
    say(word(PAYDRV_HEALTH_GATE_OPEN, "ready to pay", "not ready: no verified answer of the gateway yet") + "; " +
        word(PAYDRV_HEALTH_REACHABLE, "gateway reachable", "gateway not reachable") + "; " +
        word(PAYDRV_HEALTH_CLOCK, "clock right", "clock not checked or off") + "; " +
        word(PAYDRV_HEALTH_JOURNAL, "journal good", "journal not writable") + "; " + std::to_string(status->in_doubt) +
        " in doubt, " + std::to_string(status->unacknowledged) + " not acknowledged");
}

void Till::close() {
    if (session_ == 0) return;
    std::int32_t result = driver_.close(session_, 0);
    if (result == PAYDRV_E_IN_DOUBT) {
        say("A payment is not over yet. It goes on by itself when the till is started again.");
        result = driver_.close(session_, 1);
    } else if (!book_.open_tickets().empty()) {
        say("A ticket is still open, but nothing of it was sent. The next start looks what became of it.");
    }
    session_ = 0;
    if (result < 0) throw std::runtime_error("the driver did not close well: " + result_name(driver_, result));
}

void Till::say(const std::string& line) const {
    out_ << settings_.indent << line << std::endl;
}

}  // namespace hostsim::till
