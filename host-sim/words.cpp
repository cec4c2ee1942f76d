#include "words.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "driver_library.h"
#include "till/amount.h"

namespace hostsim {
namespace {

struct Word {
    std::uint32_t value;
    std::string_view name;
    std::string_view meaning;
};

constexpr std::array<Word, 7> kStates{{
    {PAYDRV_STATE_IN_PROGRESS, "IN_PROGRESS", "in progress"},
    {PAYDRV_STATE_WAITING_CUSTOMER, "WAITING_CUSTOMER", "waiting for the customer"},
    {PAYDRV_STATE_CANCELLING, "CANCELLING", "being cancelled"},
    {PAYDRV_STATE_UNKNOWN, "UNKNOWN", "in doubt"},
    {PAYDRV_STATE_SUCCEEDED, "SUCCEEDED", "PAID"},
    {PAYDRV_STATE_DECLINED, "DECLINED", "declined, no money taken"},
    {PAYDRV_STATE_CANCELLED, "CANCELLED", "cancelled, no money taken or kept"},
}};

constexpr std::array<Word, 5> kKinds{{
    {PAYDRV_KIND_PAYMENT, "PAYMENT", ""},
    {PAYDRV_KIND_REFUND, "REFUND", ""},
    {PAYDRV_KIND_REQUEST, "REQUEST", ""},
    {PAYDRV_KIND_UNDO, "UNDO", ""},
    {PAYDRV_KIND_FOUND, "FOUND", ""},
}};

constexpr std::array<Word, 17> kReasons{{
    {0, "", ""},
    {PAYDRV_REASON_EXPIRY, "EXPIRY", "its time was over"},
    {PAYDRV_REASON_CASHIER, "CASHIER", "the cashier asked"},
    {PAYDRV_REASON_CUSTOMER, "CUSTOMER", "the customer has to act, or refused"},
    {PAYDRV_REASON_DECLINE, "DECLINE", "refused by the wallet or Alipay"},
    {PAYDRV_REASON_NOT_SENT, "NOT_SENT", "the gateway could not be reached, nothing was sent"},
    {PAYDRV_REASON_NOT_READY, "NOT_READY", "no verified answer of the gateway yet, nothing was sent"},
    {PAYDRV_REASON_JOURNAL, "JOURNAL", "the journal could not be written, nothing was sent"},
    {PAYDRV_REASON_DETAILS, "DETAILS", "the order details are at fault, nothing was sent"},
    {PAYDRV_REASON_REFERENCE_USED, "REFERENCE_USED", "Alipay knows this reference already"},
    {PAYDRV_REASON_OUTSIDE, "OUTSIDE", "cancelled by somebody else"},
    {PAYDRV_REASON_DRIVER_STALLED, "DRIVER_STALLED", "the machine or its disk hangs"},
    {PAYDRV_REASON_MANUAL, "MANUAL", "decided by people"},
    {PAYDRV_REASON_MISMATCH, "MISMATCH", "Alipay's answer speaks of another payment"},
    {PAYDRV_REASON_NOT_UNDONE, "NOT_UNDONE", "cancel and refund were refused for good"},
    {PAYDRV_REASON_ORIGINAL, "ORIGINAL", "the payment to refund is not known, not paid, or not as given"},
    {PAYDRV_REASON_REFUND_LEFT, "REFUND_LEFT", "more than what is left of the payment"},
}};

constexpr std::array<Word, 8> kActions{{
    {PAYDRV_ACTION_NOTHING, "NOTHING", ""},
    {PAYDRV_ACTION_WAIT, "WAIT", "please wait"},
    {PAYDRV_ACTION_SHOW_CODE, "SHOW_CODE", "show the code to the customer"},
    {PAYDRV_ACTION_RESCAN, "RESCAN", "ask for a fresh payment code and scan again"},
    {PAYDRV_ACTION_NEW_ATTEMPT, "NEW_ATTEMPT", "try again"},
    {PAYDRV_ACTION_OTHER_METHOD, "OTHER_METHOD", "take another means of payment"},
    {PAYDRV_ACTION_SETTLE_LATER, "SETTLE_LATER",
     "finish with this customer by other means; whatever was taken, the driver gives back"},
    {PAYDRV_ACTION_CALL_SUPPORT, "CALL_SUPPORT", "call support"},
}};

template <std::size_t N>
const Word* find(const std::array<Word, N>& words, std::uint32_t value) {
    auto word = std::find_if(words.begin(), words.end(), [&](const Word& w) { return w.value == value; });
    return word == words.end() ? nullptr : &*word;
}

template <std::size_t N>
std::string name_of(const std::array<Word, N>& words, std::uint32_t value) {
    const Word* word = find(words, value);
    return word ? std::string(word->name) : std::to_string(value);
}

template <std::size_t N>
std::string meaning_of(const std::array<Word, N>& words, std::uint32_t value) {
    const Word* word = find(words, value);
    return word ? std::string(word->meaning) : std::to_string(value);
}

}  // namespace

std::string state_name(std::uint32_t state) {
    return name_of(kStates, state);
}
std::string kind_name(std::uint32_t kind) {
    return name_of(kKinds, kind);
}
std::string reason_name(std::uint32_t reason) {
    return name_of(kReasons, reason);
}
std::string state_words(std::uint32_t state) {
    return meaning_of(kStates, state);
}
std::string reason_words(std::uint32_t reason) {
    return meaning_of(kReasons, reason);
}
std::string action_words(std::uint32_t next_action) {
    return meaning_of(kActions, next_action);
}

std::uint32_t state_named(const std::string& name) {
    auto word = std::find_if(kStates.begin(), kStates.end(), [&](const Word& w) { return w.name == name; });
    return word == kStates.end() ? 0 : word->value;
}

std::string status_line(const paydrv_status& status) {
    std::string line =
        till::format_amount(status.amount_minor, field_text(status.currency)) + "  " + state_words(status.state);
    bool tells = status.state != PAYDRV_STATE_SUCCEEDED && status.state != PAYDRV_STATE_WAITING_CUSTOMER;
    std::string reason = reason_words(status.reason);
    if (tells && !reason.empty()) line += ": " + reason;
    bool refused = status.state == PAYDRV_STATE_DECLINED || status.state == PAYDRV_STATE_UNKNOWN;
    std::string code = field_text(status.provider_code);
    if (refused && !code.empty()) line += " (" + code + ")";
    return line;
}

}  // namespace hostsim
