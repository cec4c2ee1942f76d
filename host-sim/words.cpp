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

/// What a state means where money goes the other way.
constexpr std::array<Word, 7> kReturnStates{{
    {PAYDRV_STATE_IN_PROGRESS, "", "being given back"},
    {PAYDRV_STATE_WAITING_CUSTOMER, "", "being given back"},
    {PAYDRV_STATE_CANCELLING, "", "being given back"},
    {PAYDRV_STATE_UNKNOWN, "", "in doubt"},
    {PAYDRV_STATE_SUCCEEDED, "", "GIVEN BACK"},
    {PAYDRV_STATE_DECLINED, "", "declined, nothing given back"},
    {PAYDRV_STATE_CANCELLED, "", "cancelled, nothing given back"},
}};

/// What the driver gives back by itself has the states of the payment that it undoes.
constexpr std::array<Word, 7> kUndoStates{{
    {PAYDRV_STATE_IN_PROGRESS, "", "being given back"},
    {PAYDRV_STATE_WAITING_CUSTOMER, "", "being given back"},
    {PAYDRV_STATE_CANCELLING, "", "being given back"},
    {PAYDRV_STATE_UNKNOWN, "", "in doubt"},
    {PAYDRV_STATE_SUCCEEDED, "", "NOT given back, the shop has the money"},
    {PAYDRV_STATE_DECLINED, "", "there was nothing to give back"},
    {PAYDRV_STATE_CANCELLED, "", "GIVEN BACK"},
}};

constexpr std::array<Word, 7> kRequestStates{{
    {PAYDRV_STATE_IN_PROGRESS, "", "in progress"},
    {PAYDRV_STATE_WAITING_CUSTOMER, "", "in progress"},
    {PAYDRV_STATE_CANCELLING, "", "in progress"},
    {PAYDRV_STATE_UNKNOWN, "", "in doubt"},
    {PAYDRV_STATE_SUCCEEDED, "", "answered"},
    {PAYDRV_STATE_DECLINED, "", "refused"},
    {PAYDRV_STATE_CANCELLED, "", "cancelled"},
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
std::string action_name(std::uint32_t next_action) {
    return name_of(kActions, next_action);
}
std::string state_words(std::uint32_t kind, std::uint32_t state) {
    if (kind == PAYDRV_KIND_REFUND) return meaning_of(kReturnStates, state);
    if (kind == PAYDRV_KIND_UNDO) return meaning_of(kUndoStates, state);
    if (kind == PAYDRV_KIND_REQUEST) return meaning_of(kRequestStates, state);
    return meaning_of(kStates, state);
}
std::string reason_words(std::uint32_t reason) {
    return meaning_of(kReasons, reason);
}
std::string action_words(std::uint32_t kind, std::uint32_t next_action) {
    bool waits = kind == PAYDRV_KIND_REFUND && next_action == PAYDRV_ACTION_SETTLE_LATER;
    if (waits) return "let the customer go, and do not give the money back by other means: the driver goes on";
    return meaning_of(kActions, next_action);
}

std::string status_line(const paydrv_status& status) {
    const std::string currency = field_text(status.currency);
    std::string line =
        status.kind == PAYDRV_KIND_REQUEST ? "" : till::format_amount(status.amount_minor, currency) + "  ";
    line += state_words(status.kind, status.state);
    bool paid = status.state == PAYDRV_STATE_SUCCEEDED && status.reason != PAYDRV_REASON_NOT_UNDONE;
    bool tells = !paid && status.state != PAYDRV_STATE_WAITING_CUSTOMER;
    std::string reason = reason_words(status.reason);
    if (tells && !reason.empty()) line += ": " + reason;
    bool refused = status.state == PAYDRV_STATE_DECLINED || status.state == PAYDRV_STATE_UNKNOWN;
    std::string code = field_text(status.provider_code);
    if (refused && !code.empty()) line += " (" + code + ")";
    bool returned = status.kind == PAYDRV_KIND_PAYMENT && status.refunded_minor > 0;
    if (returned) line += ", " + till::format_amount(status.refunded_minor, currency) + " given back";
    return line;
}

const std::array<HealthLamp, 5>& health_lamps() {
    static constexpr std::array<HealthLamp, 5> lamps{{
        {PAYDRV_HEALTH_GATE_OPEN, "GATE_OPEN", "ready to pay", "not ready: no verified answer of the gateway yet"},
        {PAYDRV_HEALTH_REACHABLE, "REACHABLE", "gateway reachable", "gateway not reachable"},
        {PAYDRV_HEALTH_CLOCK, "CLOCK", "clock right", "clock not checked or off"},
        {PAYDRV_HEALTH_JOURNAL, "JOURNAL", "journal good", "journal not writable"},
        {PAYDRV_HEALTH_DISK, "DISK", "room on the disk", "little room on the journal's disk"},
    }};
    return lamps;
}

const std::vector<NamedValue>& named_modes() {
    static const std::vector<NamedValue> modes{{"USER_PRESENTED", PAYDRV_MODE_USER_PRESENTED},
                                               {"ORDER_CODE", PAYDRV_MODE_ORDER_CODE},
                                               {"ENTRY_CODE", PAYDRV_MODE_ENTRY_CODE}};
    return modes;
}

const std::vector<NamedValue>& named_flags() {
    static const std::vector<NamedValue> flags{{"SPLIT_BILL", PAYDRV_FLAG_SPLIT_BILL},
                                               {"PAY_AGAIN", PAYDRV_FLAG_PAY_AGAIN}};
    return flags;
}

const std::vector<NamedValue>& named_kinds() {
    static const std::vector<NamedValue> kinds{{"PAYMENT", PAYDRV_KIND_PAYMENT},
                                               {"REFUND", PAYDRV_KIND_REFUND},
                                               {"REQUEST", PAYDRV_KIND_REQUEST},
                                               {"UNDO", PAYDRV_KIND_UNDO},
                                               {"FOUND", PAYDRV_KIND_FOUND}};
    return kinds;
}

const std::vector<NamedValue>& named_filters() {
    static const std::vector<NamedValue> filters{{"UNACKNOWLEDGED", PAYDRV_FILTER_UNACKNOWLEDGED},
                                                 {"UNFINISHED", PAYDRV_FILTER_UNFINISHED},
                                                 {"CHANGED", PAYDRV_FILTER_CHANGED}};
    return filters;
}

const std::vector<NamedValue>& named_texts() {
    static const std::vector<NamedValue> texts{{"CODE", PAYDRV_TEXT_CODE},
                                               {"CASHIER", PAYDRV_TEXT_CASHIER},
                                               {"CUSTOMER", PAYDRV_TEXT_CUSTOMER},
                                               {"RECEIPT_MERCHANT", PAYDRV_TEXT_RECEIPT_MERCHANT},
                                               {"RECEIPT_CUSTOMER", PAYDRV_TEXT_RECEIPT_CUSTOMER},
                                               {"DETAIL", PAYDRV_TEXT_DETAIL},
                                               {"CASHIER_DISPLAY", PAYDRV_TEXT_CASHIER_DISPLAY},
                                               {"CUSTOMER_DISPLAY", PAYDRV_TEXT_CUSTOMER_DISPLAY}};
    return texts;
}

const std::vector<NamedValue>& named_data() {
    static const std::vector<NamedValue> data{{"CODE_PNG", PAYDRV_DATA_CODE_PNG}, {"CODE_SVG", PAYDRV_DATA_CODE_SVG}};
    return data;
}

const std::vector<NamedValue>& named_driver_texts() {
    static const std::vector<NamedValue> texts{{"NAME", PAYDRV_DRIVER_NAME},
                                               {"VERSION", PAYDRV_DRIVER_VERSION},
                                               {"CAPABILITIES", PAYDRV_DRIVER_CAPABILITIES},
                                               {"SCHEMA", PAYDRV_DRIVER_SCHEMA},
                                               {"LICENCES", PAYDRV_DRIVER_LICENCES}};
    return texts;
}

}  // namespace hostsim
