// What the driver writes for people: texts, displays, receipts, records, and the answers of the back office.
#include <chrono>
#include <stdexcept>

#include "interrupt.h"
#include "till/papers.h"
#include "till/till.h"
#include "words.h"

namespace hostsim::till {
namespace {

constexpr std::uint32_t kPaperWaitMs = 2'000;
constexpr std::uint32_t kSliceMs = 100;
constexpr std::chrono::seconds kRequestLimit{60};

}  // namespace

std::string Till::cashier_text(std::int32_t op) const {
    return operation_text(driver_, session_, op, 0, PAYDRV_TEXT_CASHIER).text;
}

bool Till::print_receipt(std::int32_t op, std::int32_t text_id) {
    TextAnswer paper = made_text(driver_, session_, op, text_id, kPaperWaitMs);
    if (paper.result != PAYDRV_OK || paper.text.empty()) {
        bool none = paper.result == PAYDRV_E_STATE || paper.result == PAYDRV_OK;
        say(none ? "There is no such receipt: nothing was paid or given back."
                 : "The driver does not give this receipt: " + result_name(driver_, paper.result));
        return false;
    }
    for (const std::string& line : lines_of(paper.text))
        say("  : " + line);
    return true;
}

bool Till::print_paper(const std::string& reference, std::uint32_t business_day, std::int32_t text_id) {
    auto op = find(reference, business_day);
    if (!op) {
        say("The driver has no " + reference + " on " + std::to_string(business_day) + ".");
        return false;
    }
    if (text_id != PAYDRV_TEXT_DETAIL) return print_receipt(*op, text_id);
    TextAnswer detail = made_text(driver_, session_, *op, text_id, kPaperWaitMs);
    if (detail.result != PAYDRV_OK) say("The driver tells no details: " + result_name(driver_, detail.result));
    for (const std::string& line : readable_json(detail.text))
        say("  " + line);
    return detail.result == PAYDRV_OK;
}

void Till::print_displays(const std::string& reference, std::uint32_t business_day) {
    auto op = find(reference, business_day);
    if (!op) {
        say("The driver has no " + reference + " on " + std::to_string(business_day) + ".");
        return;
    }
    for (std::int32_t id : {PAYDRV_TEXT_CASHIER_DISPLAY, PAYDRV_TEXT_CUSTOMER_DISPLAY}) {
        TextAnswer display = operation_text(driver_, session_, *op, 0, id);
        std::string who = id == PAYDRV_TEXT_CASHIER_DISPLAY ? "cashier's display" : "customer's display";
        if (display.result != PAYDRV_OK) {
            say(who + ": " + result_name(driver_, display.result));
            continue;
        }
        say(who);
        for (const std::string& line : display_box(display.text))
            say("  " + line);
    }
}

std::string Till::ask(const std::string& name, const std::string& json) {
    std::int32_t op = 0;
    auto why = sized<paydrv_problem>();
    std::int32_t result = driver_.request(session_, name.c_str(), json.empty() ? nullptr : json.c_str(), &op, &why);
    if (result < 0) {
        say("The driver does not take this request. " + describe(driver_, result, why));
        return {};
    }
    auto until = std::chrono::steady_clock::now() + kRequestLimit;
    auto status = sized<paydrv_status>();
    while (!status.is_final && std::chrono::steady_clock::now() < until && !interrupted()) {
        std::int32_t polled = driver_.poll(session_, op, status.revision, kSliceMs, &status);
        if (polled < 0)
            throw std::runtime_error("the driver lost request " + name + ": " + result_name(driver_, polled));
    }
    say(name + "  " + status_line(status));
    TextAnswer answer = made_text(driver_, session_, op, PAYDRV_TEXT_DETAIL, kPaperWaitMs);
    if (answer.result != PAYDRV_OK) say("It has no answer: " + result_name(driver_, answer.result));
    return answer.text;
}

void Till::request(const std::string& name, const std::string& json) {
    std::string answer = ask(name, json);
    for (const std::string& line : readable_json(answer))
        say("  " + line);
    if (!answer.empty()) say("raw " + answer);
}

}  // namespace hostsim::till
