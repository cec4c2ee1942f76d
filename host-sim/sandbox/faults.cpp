#include "sandbox/faults.h"

#include <algorithm>
#include <stdexcept>

namespace hostsim::sandbox {
namespace {

constexpr std::string_view kPay = "pay";
constexpr std::string_view kCancels = "pay cancel";
constexpr std::string_view kEvery = "pay inquiryPayment cancel";

bool has_api(const FaultRow& row, std::string_view api) {
    std::string_view rest = row.apis;
    while (!rest.empty()) {
        std::size_t blank = rest.find(' ');
        if (rest.substr(0, blank) == api) return true;
        rest = blank == std::string_view::npos ? std::string_view() : rest.substr(blank + 1);
    }
    return false;
}

bool matches(const std::string& wanted, std::string_view found) {
    return wanted.empty() || wanted == found;
}

}  // namespace

const std::vector<FaultRow>& fault_table() {
    static const std::vector<FaultRow> table{
        {Fault::kBalanceNotEnough, "balance_not_enough", "9901", 0, kPay,
         "F USER_BALANCE_NOT_ENOUGH; nothing is charged"},
        {Fault::kRiskReject, "risk_reject", "9902", 0, kPay, "F RISK_REJECT; nothing is charged"},
        {Fault::kCodeExpired, "code_expired", "9903", 0, kPay, "F EXPIRED_CODE; nothing is charged"},
        {Fault::kSlowCustomer, "slow_customer", "9904", 0, kPay,
         "U PAYMENT_IN_PROCESS; the customer confirms 6 s later, an inquiry shows it"},
        {Fault::kNeverConfirms, "never_confirms", "9905", 0, kPay,
         "U PAYMENT_IN_PROCESS; the customer never confirms: PROCESSING until expiry or cancel"},
        {Fault::kAnswerLost, "answer_lost", "9906", 1, kEvery,
         "executed and booked, then the connection is dropped without an answer"},
        {Fault::kSilence, "silence", "9907", 0, kEvery,
         "nothing is executed or booked, no answer comes, the connection is held open"},
        {Fault::kWrongSignature, "wrong_signature", "9908", 0, kEvery,
         "executed and booked; the answer's signature belongs to another body"},
        {Fault::kNoSignature, "no_signature", "9909", 0, kEvery,
         "executed and booked; the answer has no signature header"},
        {Fault::kAppearsLate, "appears_late", "9910", 0, kPay,
         "booked, but no answer comes and the first 3 inquiries say ORDER_NOT_EXIST (cancel too, until then)"},
        {Fault::kUnknownException, "unknown_exception", "9911", 1, kEvery,
         "executed and booked, but answered U UNKNOWN_EXCEPTION"},
        {Fault::kCancelRefused, "cancel_refused", "9912", 0, kCancels,
         "pay: U PAYMENT_IN_PROCESS, the customer confirms at the moment of the first cancel; every cancel: F "
         "PROCESS_FAIL"},
        {Fault::kCancelWindowExceed, "cancel_window_exceed", "9913", 0, kCancels,
         "pay: U PAYMENT_IN_PROCESS, the customer confirms at the moment of the first cancel; every cancel: F "
         "CANCEL_WINDOW_EXCEED"},
        {Fault::kTrafficLimit, "traffic_limit", "9914", 2, kEvery,
         "U REQUEST_TRAFFIC_EXCEED_LIMIT, nothing is executed; by amount twice, then all goes well"},
        {Fault::kHttp500, "http_500", "9915", 1, kEvery, "executed and booked, but answered HTTP 500"},
        {Fault::kGarbageBody, "garbage_body", "9916", 1, kEvery,
         "executed and booked, but the answer is a page of HTML without a signature"},
        {Fault::kCancelAnswerLost, "cancel_answer_lost", "9917", 0, kPay,
         "U PAYMENT_IN_PROCESS; the first cancel is executed, but its connection is dropped without an answer"},
        {Fault::kArrivesLate, "arrives_late", "9918", 0, kPay,
         "no answer; the pay is executed 20 s later unless its expiry is over by then; until then ORDER_NOT_EXIST"},
        {Fault::kResult, "result", "", 0, kEvery,
         "nothing is executed; the signed answer has the rule's resultCode (and resultStatus)"},
    };
    return table;
}

std::string fault_table_text() {
    std::string text =
        "The last four digits of a pay's amount in minor units choose what goes wrong; every other amount goes well.\n"
        "The same names work through POST /faults of the admin interface, for the APIs in brackets.\n\n";
    for (const FaultRow& row : fault_table()) {
        std::string name(row.name);
        name.resize(std::max<std::size_t>(name.size(), 22), ' ');
        text += (row.digits.empty() ? std::string("  -   ") : "  " + std::string(row.digits)) + "  " + name + " " +
                std::string(row.text) + " [" + std::string(row.apis) + "]\n";
    }
    return text;
}

Fault fault_by_amount(std::string_view value, int pays_before) {
    if (value.size() < kFaultAmountDigits) return Fault::kNone;
    std::string_view digits = value.substr(value.size() - kFaultAmountDigits);
    for (const FaultRow& row : fault_table()) {
        if (row.digits.empty() || row.digits != digits) continue;
        return row.times != 0 && pays_before >= row.times ? Fault::kNone : row.fault;
    }
    return Fault::kNone;
}

const FaultRow& fault_named(std::string_view name, std::string_view api) {
    std::string names;
    for (const FaultRow& row : fault_table()) {
        if (!has_api(row, api)) continue;
        if (row.name == name) return row;
        names += (names.empty() ? "" : ", ") + std::string(row.name);
    }
    throw std::invalid_argument("fault \"" + std::string(name) + "\" is not one of " + std::string(api) +
                                "; there are: " + names);
}

const FaultRow& row_of(Fault fault) {
    for (const FaultRow& row : fault_table()) {
        if (row.fault == fault) return row;
    }
    throw std::invalid_argument("a fault without a row in the table");
}

bool is_answer_fault(Fault fault) {
    return fault >= Fault::kAnswerLost;
}

void FaultRules::add(FaultRule rule) {
    std::lock_guard lock(mutex_);
    if (rules_.size() >= kFaultRuleLimit) throw std::invalid_argument("too many rules wait; DELETE /faults first");
    rules_.push_back(std::move(rule));
}

void FaultRules::clear() {
    std::lock_guard lock(mutex_);
    rules_.clear();
}

std::optional<FaultRule> FaultRules::take(std::string_view api, std::string_view payment_request_id,
                                          std::string_view payment_id, std::string_view reference_order_id) {
    std::lock_guard lock(mutex_);
    auto rule = std::find_if(rules_.begin(), rules_.end(), [&](const FaultRule& r) {
        return r.api == api && matches(r.payment_request_id, payment_request_id) && matches(r.payment_id, payment_id) &&
               matches(r.reference_order_id, reference_order_id);
    });
    if (rule == rules_.end()) return std::nullopt;
    FaultRule taken = *rule;
    if (--rule->times == 0) rules_.erase(rule);
    return taken;
}

std::vector<FaultRule> FaultRules::waiting() const {
    std::lock_guard lock(mutex_);
    return {rules_.begin(), rules_.end()};
}

}  // namespace hostsim::sandbox
