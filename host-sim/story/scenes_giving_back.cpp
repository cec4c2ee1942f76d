// The scenes in which money goes back to the customer.
#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "interrupt.h"
#include "story/patience.h"
#include "story/scenes.h"
#include "till/amount.h"
#include "till/business_day.h"
#include "till/papers.h"

namespace hostsim::story {
namespace {

// The last four digits of an amount order the sandbox's faults, those of a refund in their own column.
constexpr std::int64_t kTwoShirts = 15'000;
constexpr std::int64_t kOneShirt = 5'020;
constexpr std::int64_t kRefundInProcess = 9'955;
constexpr std::int64_t kYesterdays = 4'200;
constexpr std::int64_t kCancelWindowExceed = 9'913;
constexpr std::int64_t kPaidAfterCancel = 19'928;

constexpr std::chrono::milliseconds kLookPause{50};

}  // namespace

void Scenes::given_back() {
    title("Given back, a part and then the rest");
    tell("Two shirts are paid, with receipts. The customer brings one back, and then the other.");
    till_->print_receipts_by_itself(true);
    std::string reference = pay(kTwoShirts);
    watch_until_over(kPromptMs);
    expect(reference, {"SUCCEEDED"});
    std::string first = refund(reference, till_->business_day(), kOneShirt);
    till_->print_receipts_by_itself(false);
    expect(first, {"SUCCEEDED"});
    tell("The rest: the till leaves the amount out and the driver's journal knows what is left.");
    expect(refund(reference, till_->business_day(), std::nullopt), {"SUCCEEDED"});
    tell("The receipt once more: it says that it is a reprint.");
    if (!till_->print_paper(reference, till_->business_day(), PAYDRV_TEXT_RECEIPT_CUSTOMER)) fail("no receipt");
    expect_charges(till_->book().find(reference, till_->business_day())->order, 1, kTwoShirts);
}

void Scenes::more_than_is_left() {
    title("More than is left");
    tell("Half of a sale has been given back. Then somebody asks for all of it.");
    std::string reference = pay(kTwoShirts);
    watch_until_over(kPromptMs);
    expect(refund(reference, till_->business_day(), kTwoShirts / 2), {"SUCCEEDED"});
    std::string greedy = refund(reference, till_->business_day(), kTwoShirts);
    expect(greedy, {"DECLINED"});
    expect_reason(greedy, "REFUND_LEFT");
    expect_charges(till_->book().find(reference, till_->business_day())->order, 1, kTwoShirts / 2);
}

void Scenes::slow_refund() {
    title("A refund that takes its time");
    tell("Alipay answers that the refund is in process, and decides it six seconds later. The driver asks until then;");
    tell("it never says \"given back\" before Alipay does.");
    std::string reference = pay(kTwoShirts);
    watch_until_over(kPromptMs);
    expect(refund(reference, till_->business_day(), kRefundInProcess), {"SUCCEEDED"});
}

void Scenes::refund_of_yesterday() {
    title("A refund of yesterday's ticket");
    std::uint32_t today = till_->business_day(), yesterday = till::day_before(today);
    tell("A ticket of the business day before, found again by its reference and day alone.");
    till_->begin_business_day(yesterday);
    std::string reference = pay(kYesterdays);
    watch_until_over(kPromptMs);
    expect(reference, {"SUCCEEDED"});
    till_->begin_business_day(today);
    expect(refund(reference, yesterday, std::nullopt), {"SUCCEEDED"});
}

void Scenes::cancelled_too_late() {
    title("Too late to cancel: refunded instead");
    tell(
        "The customer confirms at the very moment when the cashier cancels, and Alipay refuses the cancel: its window");
    tell("is over. The driver gives the money back by a refund, and only then says cancelled.");
    std::string reference = pay(kCancelWindowExceed);
    watch_for(kCashierWaitsMs);
    till_->cancel();
    watch_until_over(kLongMs);
    expect(reference, {"CANCELLED"});
    expect_charges(till_->book().find(reference, till_->business_day())->order, 1, kCancelWindowExceed);
}

void Scenes::paid_after_cancel() {
    title("Paid after it was cancelled");
    tell("Alipay confirms the cancel, and charges the customer all the same a few seconds later. The driver looks for");
    tell("that by itself a minute after the payment's expiry. Here the customer comes back at once:");
    tell("\"my phone says paid\". The cashier asks Alipay with inquire.");
    std::string reference = pay(kPaidAfterCancel);
    watch_for(kCashierWaitsMs);
    till_->cancel();
    watch_until_over(kLongMs);
    expect(reference, {"CANCELLED"});
    const std::string order = till_->book().find(reference, till_->business_day())->order;
    wait_for_charge(order);
    tell("The ledger has a charge of order " + order + " now.");
    tell_inquiry(till_->ask("inquire", "{\"reference\":\"" + reference +
                                           "\",\"business_day\":" + std::to_string(till_->business_day()) + "}"));
    wait_for_correction(reference);
    expect_charges(order, 1, kPaidAfterCancel);
    till_->list_linked(till_->business_day());
}

// ---- Stage hands -----------------------------------------------------------------------------------------------

std::string Scenes::refund(const std::string& reference, std::uint32_t business_day,
                           std::optional<std::int64_t> amount_minor) {
    till::Original original;
    original.reference = reference;
    original.business_day = business_day;
    auto begun = till_->refund(original, amount_minor);
    if (!begun) {
        fail("the driver refused a refund of " + reference);
        return {};
    }
    watch_until_over(kSlowMs);
    return *begun;
}

void Scenes::tell_inquiry(const std::string& answer) {
    for (const std::string& line : till::readable_json(answer)) {
        std::size_t says = line.find("says: ");
        if (says != std::string::npos) tell("Its answer says: " + line.substr(says + 6));
    }
}

void Scenes::wait_for_charge(const std::string& order) {
    auto charged = [&] {
        for (const LedgerPayment& payment : sandbox_.ledger()) {
            if (payment.order == order && payment.charged > 0 && payment.returned_minor == 0) return true;
        }
        return false;
    };
    auto deadline = in_ms(kPromptMs);
    while (!charged()) {
        throw_if_interrupted();
        if (std::chrono::steady_clock::now() > deadline) return fail("order " + order + " was not charged late");
        std::this_thread::sleep_for(kLookPause);
    }
}

/// Until the till has noted what the driver undid of this ticket by itself, and the driver has the acknowledgement.
void Scenes::wait_for_correction(const std::string& reference) {
    auto acknowledged = [&] {
        std::vector<JournalLine> journal = read_journal(driver_, till_->session(), till_->business_day());
        return std::any_of(journal.begin(), journal.end(), [&](const JournalLine& line) {
            return line.kind == PAYDRV_KIND_UNDO && field_text(line.reference) == reference && line.acknowledged;
        });
    };
    auto noted = [&] {
        const auto& corrections = till_->book().corrections();
        return std::any_of(corrections.begin(), corrections.end(), [&](const till::Correction& c) {
            return c.reference == reference && c.state == "CANCELLED";
        });
    };
    auto deadline = in_ms(kSlowMs);
    while (!noted() || !acknowledged()) {
        throw_if_interrupted();
        if (std::chrono::steady_clock::now() > deadline) return fail("what was paid late is not given back");
        till_->look_for_linked();
        std::this_thread::sleep_for(kLookPause);
    }
}

}  // namespace hostsim::story
