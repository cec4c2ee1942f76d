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
constexpr std::int64_t kRefundAtCounterMs = 10'000;  // a refund may take hours; then the cashier goes on
constexpr std::chrono::seconds kLinkedPause{1};
constexpr std::uint32_t kReadWaitMs = 1'000;
constexpr int kRefundTries = 20;
constexpr std::chrono::milliseconds kRefundPause{25};

std::string label(const Ticket& ticket) {
    return (ticket.refund() ? "refund " : "ticket ") + ticket.reference + "  ";
}

bool may_go_on(const paydrv_status& status) {
    bool patient = status.kind == PAYDRV_KIND_REFUND && status.since_ms >= kRefundAtCounterMs;
    return patient || status.next_action == PAYDRV_ACTION_SETTLE_LATER ||
           status.next_action == PAYDRV_ACTION_CALL_SUPPORT;
}

std::string of_original(const Original& original) {
    if (original.reference.empty()) return "of payment " + original.payment_id;
    return "of ticket " + original.reference + " of " + std::to_string(original.business_day);
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
    auto op = find(ticket.kind, ticket.reference, ticket.business_day);
    if (!op) {
        book_.end(ticket.reference, ticket.business_day, {"NOT_SENT", "", ""});
        say(label(ticket) + "was begun before the restart, but nothing was ever sent to Alipay. No money was " +
            (ticket.refund() ? "given back." : "taken."));
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
    for (std::int32_t op : list(PAYDRV_FILTER_UNACKNOWLEDGED)) {
        auto status = status_of(op);
        bool watched = std::any_of(watched_.begin(), watched_.end(), [&](const Watched& w) { return w.op == op; });
        if (!status || watched) continue;
        if (status->kind != PAYDRV_KIND_PAYMENT && status->kind != PAYDRV_KIND_REFUND) continue;
        std::string reference = field_text(status->reference);
        const Ticket* ticket = book_.find(reference, status->business_day);
        if (ticket && ticket->kind == status->kind && ticket->outcome.state == state_name(status->state)) {
            driver_.acknowledge(session_, op, ticket->refund() ? nullptr : ticket->order.c_str());
            continue;
        }
        say("Not in this till's book: " + kind_name(status->kind) + " " + reference + " of " +
            std::to_string(status->business_day) + "  " + status_line(*status));
    }
    look_for_linked();
}

// ---- At the counter --------------------------------------------------------------------------------------------

std::optional<std::string> Till::pay(std::int64_t amount_minor, const std::string& payment_code) {
    last_order_ = book_.next_order();
    last_amount_minor_ = amount_minor;
    return again(payment_code);
}

std::optional<std::string> Till::again(const std::string& payment_code) {
    if (last_order_.empty()) throw std::invalid_argument("there is no order to try again; begin one with an amount");
    if (payment_code.size() >= PAYDRV_PAYMENT_CODE_SIZE) {  // not quoted: it may be a code with something behind it
        throw std::invalid_argument("that is no payment code: it has " + std::to_string(payment_code.size()) +
                                    " characters");
    }
    Ticket ticket;
    ticket.order = last_order_;
    ticket.reference = book_.next_reference(last_order_);
    ticket.business_day = book_.business_day();
    ticket.amount_minor = last_amount_minor_;
    ticket.currency = settings_.currency;
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
    return begin(ticket, [&](std::int32_t* op, paydrv_problem* why) {
        return driver_.start(session_, &payment, nullptr, op, why);
    });
}

std::optional<std::string> Till::refund(const Original& original, std::optional<std::int64_t> amount_minor) {
    const Ticket* sold = original.reference.empty() ? nullptr : book_.find(original.reference, original.business_day);
    if (sold && sold->refund()) throw std::invalid_argument(original.reference + " is itself a refund");
    auto op = original.reference.empty() ? std::nullopt
                                         : find(PAYDRV_KIND_PAYMENT, original.reference, original.business_day);
    Ticket ticket;
    ticket.kind = PAYDRV_KIND_REFUND;
    ticket.original = original;
    ticket.order = sold ? sold->order : "";
    ticket.reference = book_.next_refund_reference(ticket.order, book_.business_day());
    ticket.business_day = book_.business_day();
    ticket.currency = sold ? sold->currency : settings_.currency;
    ticket.amount_minor = amount_minor ? *amount_minor : left_of(original, sold, op);
    if (ticket.amount_minor <= 0) {
        say("Nothing " + of_original(original) + " is left to give back.");
        return std::nullopt;
    }
    auto refund = sized<paydrv_refund_request>();
    refund.business_day = ticket.business_day;
    refund.amount_minor = ticket.amount_minor;
    set_field(refund.currency, ticket.currency);
    set_field(refund.reference, ticket.reference);
    set_field(refund.operator_id, settings_.operator_id);
    if (op && original.business_day == ticket.business_day) {
        refund.op = *op;
    } else if (!original.reference.empty()) {
        set_field(refund.original_reference, original.reference);
        refund.original_business_day = original.business_day;
    } else {
        set_field(refund.payment_id, original.payment_id);
        refund.original_amount_minor = original.amount_minor;
    }
    return begin(ticket, [&](std::int32_t* begun, paydrv_problem* why) {
        std::int32_t result = driver_.refund(session_, &refund, begun, why);
        // Busy: the payment is of an earlier session and still being read.
        for (int i = 1; i < kRefundTries && result == PAYDRV_E_BUSY; ++i) {
            std::this_thread::sleep_for(kRefundPause);
            result = driver_.refund(session_, &refund, begun, why);
        }
        return result;
    });
}

/// What a full refund gives back, so that the driver is told an exact amount: the driver knows best what is left.
std::int64_t Till::left_of(const Original& original, const Ticket* sold, std::optional<std::int32_t> op) const {
    auto status = op ? status_of(*op) : std::nullopt;
    if (status && field_text(status->reference).empty()) {  // of an earlier session, and still being read
        std::int32_t result = driver_.poll(session_, *op, status->revision, kReadWaitMs, &*status);
        if (result != PAYDRV_OK) status.reset();
    }
    if (status) return status->amount_minor - status->refunded_minor;
    if (original.reference.empty()) return original.amount_minor - returned_by_book(original);
    if (sold) return sold->amount_minor - returned_by_book(original);
    throw std::invalid_argument("neither this till's book nor the driver's journal has " + original.reference + " of " +
                                std::to_string(original.business_day) +
                                "; refund it by its paymentId: refund id PAYMENT-ID ORIGINAL-AMOUNT");
}

std::int64_t Till::returned_by_book(const Original& original) const {
    std::int64_t returned = 0;
    for (const Ticket& ticket : book_.tickets()) {
        bool same = ticket.refund() && ticket.original.reference == original.reference &&
                    ticket.original.business_day == original.business_day &&
                    ticket.original.payment_id == original.payment_id;
        if (same && (ticket.open() || ticket.outcome.state == "SUCCEEDED")) returned += ticket.amount_minor;
    }
    return returned;
}

std::optional<std::string> Till::begin(const Ticket& ticket, const Call& call) {
    book_.begin(ticket);  // on the disk before any money can move
    say(label(ticket) + format_amount(ticket.amount_minor, ticket.currency) + "  " +
        (ticket.refund() ? of_original(ticket.original) : "order " + ticket.order));
    std::int32_t op = 0;
    auto why = sized<paydrv_problem>();
    std::int32_t result = call(&op, &why);
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
    auto payment = [](const Watched& w) { return !w.ticket.refund(); };
    auto watched =
        std::find_if(watched_.rbegin(), watched_.rend(), [&](const Watched& w) { return w.at_counter && payment(w); });
    if (watched == watched_.rend()) watched = std::find_if(watched_.rbegin(), watched_.rend(), payment);
    if (watched == watched_.rend()) {
        say(watched_.empty() ? "There is no payment under way." : "A refund cannot be taken back.");
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
    bool time = std::chrono::steady_clock::now() - linked_looked_ >= kLinkedPause;
    if (!counter_busy() && time) look_for_linked();
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
    std::string action = action_words(watched.status.kind, watched.status.next_action);
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
    if (settings_.receipts &&
        status.state ==
            PAYDRV_STATE_SUCCEEDED) {  // before the acknowledgement, which makes every further paper a reprint
        print_receipt(watched.op, PAYDRV_TEXT_RECEIPT_MERCHANT);
        print_receipt(watched.op, PAYDRV_TEXT_RECEIPT_CUSTOMER);
    }
    watched.acknowledged = acknowledge(watched);
}

/// Of a refund the driver knows the ticket: it is that of the payment.
std::int32_t Till::acknowledge(const Watched& watched) {
    return driver_.acknowledge(session_, watched.op, watched.ticket.refund() ? nullptr : watched.ticket.order.c_str());
}

/// True when the driver has the acknowledgement on its disk, or refuses it for good.
bool Till::acknowledge_until_durable(Watched& watched) {
    if (watched.status.acknowledged == 1) return true;
    if (watched.acknowledged == PAYDRV_E_BUSY) {
        watched.acknowledged = acknowledge(watched);
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

// ---- The end ---------------------------------------------------------------------------------------------------

void Till::close() {
    if (session_ == 0) return;
    std::int32_t result = driver_.close(session_, 0);
    if (result == PAYDRV_E_IN_DOUBT) {
        say("A payment or refund is not over yet. It goes on by itself when the till is started again.");
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
