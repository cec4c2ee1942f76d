#include "story/scenes.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <ostream>
#include <set>
#include <stdexcept>

#include "interrupt.h"
#include "story/patience.h"
#include "till/amount.h"

namespace hostsim::story {
namespace {

// The last four digits of an amount order the sandbox's faults (host-sim sandbox --faults).
constexpr std::int64_t kGoesWell = 1'250;
constexpr std::int64_t kBalanceNotEnough = 29'901;
constexpr std::int64_t kSlowCustomer = 19'904;
const std::string kSlowCustomerTyped = "299.04";
constexpr std::int64_t kNeverConfirms = 9'905;
constexpr std::int64_t kAnswerLost = 49'906;

constexpr std::int64_t kReadyMs = 15'000;
constexpr std::int64_t kUnreachableMs = 13'000;  // a little more than the driver tries to reach the gateway
constexpr std::int64_t kFrozenMs = 6'000;

}  // namespace

Scenes::Scenes(const DriverLibrary& driver, const std::filesystem::path& folder, std::ostream& out)
    : driver_(driver), folder_(folder), out_(out), sandbox_(folder / "sandbox") {}

void Scenes::play() {
    out_ << "A shop with one till, the driver " << driver_text(driver_, PAYDRV_DRIVER_NAME) << " "
         << driver_text(driver_, PAYDRV_DRIVER_VERSION) << ", and a sandbox that speaks Alipay's protocol at "
         << sandbox_.gateway() << ".\nNo Alipay account, no real money. All times are the driver's real ones.\n";
    open_till();
    wait_until_ready();
    paid();
    declined();
    slow_customer();
    cancelled_by_the_cashier();
    answer_lost();
    till_killed();
    gateway_unreachable();
    given_back();
    more_than_is_left();
    slow_refund();
    refund_of_yesterday();
    cancelled_too_late();
    paid_after_cancel();
}

// ---- The scenes ------------------------------------------------------------------------------------------------

void Scenes::paid() {
    title("Paid");
    tell("The customer shows a payment code, the cashier scans it.");
    std::string reference = pay(kGoesWell);
    watch_until_over(kPromptMs);
    expect(reference, {"SUCCEEDED"});
}

void Scenes::declined() {
    title("Declined");
    tell("There is too little money in this customer's wallet.");
    std::string reference = pay(kBalanceNotEnough);
    watch_until_over(kPromptMs);
    expect(reference, {"DECLINED"});
}

void Scenes::slow_customer() {
    title("A slow customer");
    tell("The wallet asks the customer for the password, and the customer takes six seconds.");
    std::string reference = pay(kSlowCustomer);
    watch_until_over(kSlowMs);
    expect(reference, {"SUCCEEDED"});
}

void Scenes::cancelled_by_the_cashier() {
    title("Cancelled by the cashier");
    tell("The customer changes their mind and never confirms; after three seconds the cashier cancels.");
    std::string reference = pay(kNeverConfirms);
    watch_for(kCashierWaitsMs);
    till_->cancel();
    watch_until_over(kLongMs);
    expect(reference, {"CANCELLED"});
}

void Scenes::answer_lost() {
    title("Paid, but the answer is lost");
    tell("Alipay books the payment, then the connection breaks before the answer arrives.");
    tell("A till that says \"failed\" now would charge twice. The driver asks what became of it.");
    std::string reference = pay(kAnswerLost);
    watch_until_over(kSlowMs);
    expect(reference, {"SUCCEEDED"});
}

void Scenes::till_killed() {
    title("The till is killed in the middle of a payment");
    tell("The till runs as a process of its own now (host-sim till). The customer takes six seconds to confirm;");
    tell("before that, the till is killed with kill -9.");
    till_->close();
    till_.reset();
    std::size_t payments_before = sandbox_.ledger().size();
    auto process = start_till_process();
    process->write("pay " + kSlowCustomerTyped + " " + next_payment_code() + "\n");
    show_until_sent(*process, payments_before);
    process->send(SIGKILL);
    int code = process->end();
    tell("kill -9 to process " + std::to_string(process->id()) + ": it ended with " + std::to_string(code) +
         ". The till is started again, with the same ticket book.");
    process = start_till_process();
    process->close_input();  // the till ends when its payments are over
    while (auto line = process->read_line(in_ms(kLongMs)))
        out_ << "    | " << *line << std::endl;
    auto ended = process->wait(in_ms(kPromptMs));
    if (ended != 0) fail("the restarted till did not end well");
    open_till();
    const till::Ticket& ticket = till_->book().tickets().back();
    expect(ticket.reference, {"SUCCEEDED"});
    expect_charges(ticket.order, 1, 0);
    wait_until_ready();
}

void Scenes::gateway_unreachable() {
    title("The gateway cannot be reached");
    tell("The sandbox is ended: nothing listens at its address.");
    sandbox_.end();
    std::string first = pay(kGoesWell);
    watch_for(kUnreachableMs);
    tell("The sandbox comes back.");
    sandbox_.bring_back();
    watch_until_over(kLongMs);
    expect(first, {"DECLINED", "SUCCEEDED", "CANCELLED"});

    tell("Now it is frozen in the middle: connections are accepted, nothing is answered.");
    sandbox_.freeze();
    std::string second = pay(kGoesWell);
    watch_for(kFrozenMs);
    tell("The sandbox is thawed.");
    sandbox_.thaw();
    watch_until_over(kLongMs);
    expect(second, {"DECLINED", "SUCCEEDED", "CANCELLED"});
}

// ---- The end ---------------------------------------------------------------------------------------------------

bool Scenes::compare() {
    std::set<std::uint32_t> days;
    for (const till::Ticket& ticket : till_->book().tickets())
        days.insert(ticket.business_day);
    std::string names;
    std::vector<JournalLine> journal;
    for (std::uint32_t day : days) {
        names += (names.empty() ? "" : " and ") + std::to_string(day);
        std::vector<JournalLine> of_day = read_journal(driver_, till_->session(), day);
        journal.insert(journal.end(), of_day.begin(), of_day.end());
    }
    out_ << "\nThe three books, business days " << names << "\n\n";
    Comparison comparison = compare_books(till_->book().tickets(), journal, sandbox_.ledger());
    for (std::uint32_t day : days)
        compare_day_totals(day, comparison.differences);
    print_comparison(comparison, out_);
    for (const std::string& failure : failures_)
        out_ << "  NOT AS IT SHOULD  " << failure << "\n";
    till_->close();
    return comparison.differences.empty() && failures_.empty();
}

/// The driver's own sums, as a shop prints them in the evening.
void Scenes::compare_day_totals(std::uint32_t business_day, std::vector<std::string>& differences) {
    std::string answer = till_->ask("day_totals", "{\"business_day\":" + std::to_string(business_day) + "}");
    if (answer.empty()) {
        fail("the driver has no day totals");
        return;
    }
    DayTotals totals = parse_day_totals(answer, kCurrency);
    out_ << "  The driver's totals of " << business_day << ": paid "
         << till::format_amount(totals.payments_minor, kCurrency) << ", given back "
         << till::format_amount(totals.refunds_minor, kCurrency) << ", in the end "
         << till::format_amount(totals.net_minor, kCurrency) << "\n";
    for (const std::string& difference : compare_totals(till_->book().tickets(), business_day, kCurrency, totals)) {
        differences.push_back(difference);
    }
}

// ---- Stage hands -----------------------------------------------------------------------------------------------

void Scenes::title(const std::string& text) {
    ++scene_;
    out_ << "\n" << scene_ << ". " << text << "\n\n";
}

void Scenes::tell(const std::string& text) {
    out_ << "  " << text << std::endl;
}

void Scenes::open_till() {
    till::TillSettings settings;
    settings.config = sandbox_.config();
    settings.book = (folder_ / "tickets.jsonl").string();
    settings.currency = kCurrency;
    settings.indent = "    ";
    till_ = std::make_unique<till::Till>(driver_, settings, out_);
}

/// Until the driver has had one verified answer; it would wait by itself too, but then the scene would tell of that.
void Scenes::wait_until_ready() {
    auto deadline = in_ms(kReadyMs);
    auto health = sized<paydrv_status>();
    while ((health.health & PAYDRV_HEALTH_GATE_OPEN) == 0) {
        throw_if_interrupted();
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("the driver does not get ready to pay");
        std::int32_t result = driver_.poll(till_->session(), 0, health.revision, kWatchMs, &health);
        if (result < 0)
            throw std::runtime_error("the driver does not tell its health: " + result_name(driver_, result));
    }
}

std::string Scenes::pay(std::int64_t amount_minor) {
    auto reference = till_->pay(amount_minor, next_payment_code());
    if (!reference) throw std::runtime_error("the driver refused a payment that it should take");
    return *reference;
}

void Scenes::watch_until_over(std::int64_t limit_ms) {
    auto deadline = in_ms(limit_ms);
    while (till_->busy()) {
        throw_if_interrupted();
        if (std::chrono::steady_clock::now() > deadline) {
            fail("not over after " + std::to_string(limit_ms / 1000) + " s");
            return;
        }
        till_->watch(kWatchMs);
    }
}

/// Watches for that long, or until the payment is over.
void Scenes::watch_for(std::int64_t ms) {
    auto deadline = in_ms(ms);
    while (till_->busy() && std::chrono::steady_clock::now() < deadline) {
        throw_if_interrupted();
        till_->watch(kWatchMs);
    }
}

void Scenes::expect(const std::string& reference, std::initializer_list<const char*> states) {
    const till::Ticket* ticket = till_->book().find(reference, till_->business_day());
    std::string state = ticket ? ticket->outcome.state : "";
    if (std::find(states.begin(), states.end(), state) != states.end()) return;
    fail(reference + " should have ended " + *states.begin() + ", it is " + (state.empty() ? "open" : state));
}

void Scenes::expect_reason(const std::string& reference, const std::string& reason) {
    const till::Ticket* ticket = till_->book().find(reference, till_->business_day());
    std::string found = ticket ? ticket->outcome.reason : "";
    if (found != reason) fail(reference + " should have the reason " + reason + ", it has " + found);
}

void Scenes::fail(const std::string& what) {
    failures_.push_back("scene " + std::to_string(scene_) + ": " + what);
}

void Scenes::expect_charges(const std::string& order, int charged, std::int64_t returned_minor) {
    int seen_charged = 0;
    std::int64_t seen_returned_minor = 0;
    for (const LedgerPayment& payment : sandbox_.ledger()) {
        if (payment.order != order) continue;
        seen_charged += payment.charged;
        seen_returned_minor += payment.returned_minor;
    }
    tell("The ledger has order " + order + " with " + std::to_string(seen_charged) + " charge" +
         (seen_charged == 1 ? "" : "s") + " and " + till::format_amount(seen_returned_minor, kCurrency) +
         " given back.");
    if (seen_charged == charged && seen_returned_minor == returned_minor) return;
    fail("order " + order + " should have been charged " + std::to_string(charged) + " times and given back " +
         till::format_amount(returned_minor, kCurrency));
}

std::unique_ptr<ChildProcess> Scenes::start_till_process() {
    return std::make_unique<ChildProcess>(
        this_program(),
        std::vector<std::string>{"till", "--config", sandbox_.config(), "--book", (folder_ / "tickets.jsonl").string(),
                                 "--driver", driver_.path.string()});
}

/// Passes on what the till shows until the gateway has its payment.
void Scenes::show_until_sent(ChildProcess& process, std::size_t payments_before) {
    auto deadline = in_ms(kPromptMs);
    while (sandbox_.ledger().size() == payments_before) {
        if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("the till's payment never arrived");
        while (auto line = process.read_line(in_ms(kWatchMs)))
            out_ << "    | " << *line << std::endl;
    }
}

std::string Scenes::next_payment_code() {
    std::string number = std::to_string(++codes_);
    return "28" + std::string(16 - number.size(), '0') + number;
}

}  // namespace hostsim::story
