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

/// What goes wrong with one request. The table in fault_table.cpp names and explains each.
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
    // The payment waits for its customer, and its cancel goes wrong.
    kCancelRefused,
    kCancelRefusedOnce,
    kCancelWindowExceed,
    kCancelAnswerLost,
    kPaidAfterCancel,
    kUndoRefused,
    // The wallet refuses refunds: of the payment from its pay on, or of one refund by a rule.
    kNoPartialRefund,
    kNoMultipleRefunds,
    kNoRefund,
    // The refund goes another way.
    kRefundWindowExceed,
    kMerchantBalance,
    kRefundRefused,
    kRefundRefusedOnce,
    kRefundInProcess,
    kRefundFailsLater,
    kRefundNeverEnds,
    kRefundAppearsLate,
    kNoSuchRefund,
    // Nothing is executed.
    kSilence,
    kTrafficLimit,
    kResult,
    kResetBeforeBooking,
    // Executed and booked; the answer goes wrong.
    kAnswerLost,
    kWrongSignature,
    kNoSignature,
    kUnknownException,
    kHttp500,
    kGarbageBody,
    kLateAnswer,
    kDuplicateAnswer,
    kResetAfterBooking,
    kDrip,
    kTruncated,
    kWrongAmount,
    kWrongIds,
    kWrongClientId,
};

constexpr std::int64_t kSlowCustomerMs = 6'000;     ///< slow_customer confirms this long after the pay
constexpr std::int64_t kArrivesLateMs = 20'000;     ///< arrives_late is executed this long after it was sent
constexpr std::int64_t kPaidAfterCancelMs = 5'000;  ///< paid_after_cancel: from the cancel to the payment
constexpr std::int64_t kRefundPendingMs = 6'000;    ///< a refund in process is decided this long after it was asked
constexpr std::int64_t kLateAnswerMs = 7'000;       ///< late_answer leaves this long after it is ready
constexpr int kAppearsLateInquiries = 3;            ///< appears_late: inquiries that know of nothing
constexpr std::size_t kFaultRuleLimit = 1'000;      ///< rules that wait at once
constexpr std::size_t kFaultAmountDigits = 4;       ///< digits of the amount that choose a fault
constexpr std::int64_t kFaultDelayLimitMs = 600'000;

/// The amounts that choose a fault, and how many requests with one request id meet it.
struct FaultAmount {
    std::string_view digits = "";  ///< last four digits; "" when only a rule can choose it
    int times = 0;                 ///< 0: every request
};

struct FaultRow {
    Fault fault;
    std::string_view name;
    FaultAmount pay;        ///< by the pay's paymentAmount
    FaultAmount refund;     ///< by the refund's refundAmount
    std::int64_t after_ms;  ///< its delay when a rule gives none; 0: it has no delay, and a rule may give none
    std::string_view apis;  ///< the APIs whose rules may name it, separated by blanks
    std::string_view text;
};

/// The one table of faults. `host-sim sandbox --faults` prints it.
const std::vector<FaultRow>& fault_table();
/// That table as text for a person.
std::string fault_table_text();

/// The APIs of the gateway by their names in rules, separated by blanks.
inline constexpr std::string_view kEveryApi = "pay inquiryPayment cancel refund inquiryRefund";

/// What was chosen for one request. after_ms: the fault's delay; 0 when it has none.
struct ChosenFault {
    Fault kind = Fault::kNone;
    std::int64_t after_ms = 0;
};

/// The fault that the last four digits of a pay's `value` choose, when a pay with this paymentRequestId has come
/// `pays_before` times before; kNone for every ordinary amount.
Fault fault_by_amount(std::string_view value, int pays_before);
/// The same for a refund: the digits are those of refundAmount, in a range of their own.
Fault fault_by_refund_amount(std::string_view value, int refunds_before);

/// What a request is about; empty: not known.
struct FaultSubject {
    std::string_view api;
    std::string payment_request_id, payment_id, reference_order_id, refund_request_id;
};

/// A rule of the admin interface: the next `times` requests to `api` that match all non-empty fields meet `fault`.
struct FaultRule {
    std::string api;
    Fault fault = Fault::kNone;
    int times = 1;
    std::string payment_request_id, payment_id, reference_order_id, refund_request_id;
    std::string result_code;    ///< of kResult
    char result_status = 0;     ///< of kResult; 0: the code's usual one
    std::int64_t after_ms = 0;  ///< of the faults with a delay
};

/// The fault's row. Throws std::invalid_argument, listing the names there are, when it is unknown or not of this API.
const FaultRow& fault_named(std::string_view name, std::string_view api);
const FaultRow& row_of(Fault fault);
/// True for the faults that leave the execution alone and spoil only the answer.
bool is_answer_fault(Fault fault);
/// True when `word` is one of `list`, whose words are separated by blanks.
bool has_word(std::string_view list, std::string_view word);

/// The rules that wait. Any thread.
class FaultRules {
  public:
    /// Throws std::invalid_argument when kFaultRuleLimit rules wait already.
    void add(FaultRule rule);
    void clear();
    /// The first rule that matches, used up by one; empty when none does.
    std::optional<FaultRule> take(const FaultSubject& subject);
    std::vector<FaultRule> waiting() const;

  private:
    mutable std::mutex mutex_;
    std::list<FaultRule> rules_;
};

}  // namespace hostsim::sandbox
