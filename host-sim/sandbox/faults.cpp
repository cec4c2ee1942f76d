#include "sandbox/faults.h"

#include <algorithm>
#include <stdexcept>

namespace hostsim::sandbox {
namespace {

bool matches(const std::string& wanted, const std::string& found) {
    return wanted.empty() || wanted == found;
}

Fault chosen(FaultAmount FaultRow::*amount, std::string_view value, int before) {
    if (value.size() < kFaultAmountDigits) return Fault::kNone;
    std::string_view digits = value.substr(value.size() - kFaultAmountDigits);
    for (const FaultRow& row : fault_table()) {
        const FaultAmount& choice = row.*amount;
        if (choice.digits.empty() || choice.digits != digits) continue;
        return choice.times != 0 && before >= choice.times ? Fault::kNone : row.fault;
    }
    return Fault::kNone;
}

}  // namespace

bool has_word(std::string_view list, std::string_view word) {
    while (!list.empty()) {
        std::size_t blank = list.find(' ');
        if (list.substr(0, blank) == word) return true;
        list = blank == std::string_view::npos ? std::string_view() : list.substr(blank + 1);
    }
    return false;
}

Fault fault_by_amount(std::string_view value, int pays_before) {
    return chosen(&FaultRow::pay, value, pays_before);
}

Fault fault_by_refund_amount(std::string_view value, int refunds_before) {
    return chosen(&FaultRow::refund, value, refunds_before);
}

const FaultRow& fault_named(std::string_view name, std::string_view api) {
    std::string names;
    for (const FaultRow& row : fault_table()) {
        if (!has_word(row.apis, api)) continue;
        if (row.name == name) return row;
        names += (names.empty() ? "" : ", ") + std::string(row.name);
    }
    throw std::invalid_argument("fault \"" + std::string(name) + "\" is not one of " + std::string(api) +
                                "; there are: " + names);
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

std::optional<FaultRule> FaultRules::take(const FaultSubject& subject) {
    std::lock_guard lock(mutex_);
    auto rule = std::find_if(rules_.begin(), rules_.end(), [&](const FaultRule& r) {
        return r.api == subject.api && matches(r.payment_request_id, subject.payment_request_id) &&
               matches(r.payment_id, subject.payment_id) && matches(r.reference_order_id, subject.reference_order_id) &&
               matches(r.refund_request_id, subject.refund_request_id);
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
