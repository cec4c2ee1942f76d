#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hostsim::sandbox {

/// What goes wrong with one request. The table in faults.cpp names and explains each.
enum class Fault {
    kNone,
    // The payment goes another way (pay).
    kBalanceNotEnough,
    kRiskReject,
    kCodeExpired,
    kSlowCustomer,
    kNeverConfirms,
    kAppearsLate,
    kArrivesLate,
    // The payment waits for its customer, who confirms at the moment of the cancel, and the cancel goes wrong.
    kCancelRefused,
    kCancelWindowExceed,
    kCancelAnswerLost,
    // Nothing is executed.
    kSilence,
    kTrafficLimit,
    kResult,
    // Executed and booked; the answer goes wrong.
    kAnswerLost,
    kWrongSignature,
    kNoSignature,
    kUnknownException,
    kHttp500,
    kGarbageBody,
};

constexpr std::int64_t kSlowCustomerMs = 6'000;  ///< slow_customer confirms this long after the pay
constexpr std::int64_t kArrivesLateMs = 20'000;  ///< arrives_late is executed this long after it was sent
constexpr int kAppearsLateInquiries = 3;         ///< appears_late: inquiries that say ORDER_NOT_EXIST
constexpr std::size_t kFaultRuleLimit = 1'000;   ///< rules that wait at once
constexpr std::size_t kFaultAmountDigits = 4;    ///< digits of the amount that choose a fault

struct FaultRow {
    Fault fault;
    std::string_view name;
    std::string_view digits;  ///< last four digits of the pay's amount that choose it; "" when only a rule can
    int times;                ///< pays with one paymentRequestId that an amount fault meets; 0: every one
    std::string_view apis;    ///< the APIs whose rules may name it, separated by blanks
    std::string_view text;
};

/// The one table of faults. `host-sim sandbox --faults` prints it.
const std::vector<FaultRow>& fault_table();
/// That table as text for a person.
std::string fault_table_text();

/// The fault that the last four digits of `value` choose, when a pay with this paymentRequestId has come
/// `pays_before` times before; kNone for every ordinary amount.
Fault fault_by_amount(std::string_view value, int pays_before);

/// A rule of the admin interface: the next `times` requests to `api` that match all non-empty fields meet `fault`.
struct FaultRule {
    std::string api;
    Fault fault = Fault::kNone;
    int times = 1;
    std::string payment_request_id, payment_id, reference_order_id;
    std::string result_code;  ///< of kResult
    char result_status = 0;   ///< of kResult; 0: the code's usual one
};

/// The fault's row. Throws std::invalid_argument, listing the names there are, when it is unknown or not of this API.
const FaultRow& fault_named(std::string_view name, std::string_view api);
const FaultRow& row_of(Fault fault);
/// True for the faults that leave the execution alone and spoil only the answer.
bool is_answer_fault(Fault fault);

/// The rules that wait. Any thread.
class FaultRules {
  public:
    /// Throws std::invalid_argument when kFaultRuleLimit rules wait already.
    void add(FaultRule rule);
    void clear();
    /// The first rule that matches, used up by one; empty when none does.
    std::optional<FaultRule> take(std::string_view api, std::string_view payment_request_id,
                                  std::string_view payment_id, std::string_view reference_order_id);
    std::vector<FaultRule> waiting() const;

  private:
    mutable std::mutex mutex_;
    std::list<FaultRule> rules_;
};

}  // namespace hostsim::sandbox
