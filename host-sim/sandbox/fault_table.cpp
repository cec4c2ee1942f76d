// The faults as data: their names, the amounts that choose them, and what happens.
#include <algorithm>
#include <stdexcept>

#include "sandbox/faults.h"

namespace hostsim::sandbox {
namespace {

constexpr std::string_view kPay = "pay";
constexpr std::string_view kCancels = "pay cancel";
constexpr std::string_view kRefunds = "pay refund";
constexpr std::string_view kUndos = "pay cancel refund";
constexpr std::string_view kRefund = "refund";
constexpr std::string_view kWithAmount = "pay inquiryPayment refund inquiryRefund";
constexpr FaultAmount kNever{};

constexpr FaultAmount digits(std::string_view last_four, int times = 0) {
    return {last_four, times};
}

std::vector<FaultRow> pay_faults() {
    return {
        {Fault::kBalanceNotEnough, "balance_not_enough", digits("9901"), kNever, 0, kPay,
         "F USER_BALANCE_NOT_ENOUGH; nothing is charged"},
        {Fault::kRiskReject, "risk_reject", digits("9902"), kNever, 0, kPay, "F RISK_REJECT; nothing is charged"},
        {Fault::kCodeExpired, "code_expired", digits("9903"), kNever, 0, kPay, "F EXPIRED_CODE; nothing is charged"},
        {Fault::kSlowCustomer, "slow_customer", digits("9904"), kNever, kSlowCustomerMs, kPay,
         "U PAYMENT_IN_PROCESS; the customer confirms 6 s later, an inquiry shows it"},
        {Fault::kNeverConfirms, "never_confirms", digits("9905"), kNever, 0, kPay,
         "U PAYMENT_IN_PROCESS; the customer never confirms: PROCESSING until expiry or cancel"},
        {Fault::kAppearsLate, "appears_late", digits("9910"), kNever, 0, kPay,
         "booked, but no answer comes and the first 3 inquiries say ORDER_NOT_EXIST (cancel too, until then)"},
        {Fault::kArrivesLate, "arrives_late", digits("9918"), kNever, kArrivesLateMs, kPay,
         "no answer; the pay is executed 20 s later unless its expiry is over by then; until then ORDER_NOT_EXIST"},
    };
}

std::vector<FaultRow> cancel_faults() {
    return {
        {Fault::kCancelRefused, "cancel_refused", digits("9912"), kNever, 0, kCancels,
         "pay: U PAYMENT_IN_PROCESS, the customer confirms at the moment of the first cancel; every cancel: F "
         "PROCESS_FAIL"},
        {Fault::kCancelWindowExceed, "cancel_window_exceed", digits("9913"), kNever, 0, kCancels,
         "pay: U PAYMENT_IN_PROCESS, the customer confirms at the moment of the first cancel; every cancel: F "
         "CANCEL_WINDOW_EXCEED"},
        {Fault::kCancelAnswerLost, "cancel_answer_lost", digits("9917"), kNever, 0, kPay,
         "U PAYMENT_IN_PROCESS; the first cancel is executed, but its connection is dropped without an answer"},
        {Fault::kPaidAfterCancel, "paid_after_cancel", digits("9928"), kNever, kPaidAfterCancelMs, kCancels,
         "pay: U PAYMENT_IN_PROCESS; the cancel: S and CANCELLED, but 5 s later (before the expiry in any case) the "
         "payment is SUCCESS and charged; a rule on the cancel of a paid payment: S, but nothing is undone"},
        {Fault::kCancelRefusedOnce, "cancel_refused_once", digits("9929"), kNever, 0, kCancels,
         "as cancel_refused for the first cancel; the next one goes well"},
        {Fault::kUndoRefused, "undo_refused", digits("9930"), kNever, 0, kUndos,
         "pay: U PAYMENT_IN_PROCESS, the customer confirms at the moment of the first cancel; every cancel and every "
         "refund: F PROCESS_FAIL"},
    };
}

std::vector<FaultRow> refund_faults() {
    return {
        {Fault::kNoPartialRefund, "no_partial_refund", digits("9931"), kNever, 0, kRefunds,
         "pay: paid; a refund of less than the payment: F PARTIAL_REFUND_NOT_SUPPORTED"},
        {Fault::kNoMultipleRefunds, "no_multiple_refunds", digits("9932"), kNever, 0, kRefunds,
         "pay: paid; a second refund: F MULTIPLE_REFUNDS_NOT_SUPPORTED"},
        {Fault::kNoRefund, "no_refund", digits("9933"), kNever, 0, kRefunds,
         "pay: paid; every refund: F REFUND_NOT_SUPPORTED"},
        {Fault::kRefundWindowExceed, "refund_window_exceed", kNever, digits("9951"), 0, kRefund,
         "F REFUND_WINDOW_EXCEED; nothing is given back"},
        {Fault::kMerchantBalance, "merchant_balance_not_enough", kNever, digits("9952"), 0, kRefund,
         "F MERCHANT_BALANCE_NOT_ENOUGH; nothing is given back"},
        {Fault::kRefundRefused, "refund_refused", kNever, digits("9953"), 0, kRefund,
         "F PROCESS_FAIL, the same refund again too; nothing is given back"},
        {Fault::kRefundRefusedOnce, "refund_refused_once", kNever, digits("9954", 1), 0, kRefund,
         "F PROCESS_FAIL; the same refund again goes well"},
        {Fault::kRefundInProcess, "refund_in_process", kNever, digits("9955"), kRefundPendingMs, kRefund,
         "U REFUND_IN_PROCESS; PROCESSING, and SUCCESS 6 s later"},
        {Fault::kRefundFailsLater, "refund_fails_later", kNever, digits("9956"), kRefundPendingMs, kRefund,
         "U REFUND_IN_PROCESS; PROCESSING, and FAIL 6 s later: nothing is given back"},
        {Fault::kRefundNeverEnds, "refund_never_ends", kNever, digits("9957"), 0, kRefund,
         "U REFUND_IN_PROCESS; PROCESSING for ever"},
        {Fault::kRefundAppearsLate, "refund_appears_late", kNever, digits("9958"), 0, kRefund,
         "booked, but no answer comes, inquiryPayment does not list it and the first 3 inquiryRefund do not know it; "
         "the same refund again is answered"},
        {Fault::kNoSuchRefund, "no_such_refund", kNever, kNever, 0, "inquiryRefund",
         "a refund that is not known: F ORDER_NOT_EXIST, instead of S without a refund's fields"},
    };
}

std::vector<FaultRow> unexecuted_faults() {
    return {
        {Fault::kSilence, "silence", digits("9907"), digits("9972", 1), 0, kEveryApi,
         "nothing is executed or booked, no answer comes, the connection is held open"},
        {Fault::kTrafficLimit, "traffic_limit", digits("9914", 2), digits("9976", 2), 0, kEveryApi,
         "U REQUEST_TRAFFIC_EXCEED_LIMIT, nothing is executed; by amount twice, then all goes well"},
        {Fault::kResetBeforeBooking, "reset_before_booking", digits("9921", 1), digits("9981", 1), 0, kEveryApi,
         "nothing is executed or booked, the connection is reset"},
        {Fault::kResult, "result", kNever, kNever, 0, kEveryApi,
         "nothing is executed; the signed answer has the rule's resultCode (and resultStatus)"},
    };
}

std::vector<FaultRow> answer_faults() {
    return {
        {Fault::kAnswerLost, "answer_lost", digits("9906", 1), digits("9971", 1), 0, kEveryApi,
         "executed and booked, then the connection is dropped without an answer"},
        {Fault::kWrongSignature, "wrong_signature", digits("9908"), digits("9973", 1), 0, kEveryApi,
         "executed and booked; the answer's signature belongs to another body"},
        {Fault::kNoSignature, "no_signature", digits("9909"), digits("9974", 1), 0, kEveryApi,
         "executed and booked; the answer has no signature header"},
        {Fault::kUnknownException, "unknown_exception", digits("9911", 1), digits("9975", 1), 0, kEveryApi,
         "executed and booked, but answered U UNKNOWN_EXCEPTION"},
        {Fault::kHttp500, "http_500", digits("9915", 1), digits("9977", 1), 0, kEveryApi,
         "executed and booked, but answered HTTP 500"},
        {Fault::kGarbageBody, "garbage_body", digits("9916", 1), digits("9978", 1), 0, kEveryApi,
         "executed and booked, but the answer is a page of HTML without a signature"},
        {Fault::kLateAnswer, "late_answer", digits("9919", 1), digits("9979", 1), kLateAnswerMs, kEveryApi,
         "executed and booked; the answer comes 7 s late"},
        {Fault::kDuplicateAnswer, "duplicate_answer", digits("9920", 1), digits("9980", 1), 0, kEveryApi,
         "executed and booked; the answer comes twice on the same connection"},
        {Fault::kResetAfterBooking, "reset_after_booking", digits("9922", 1), digits("9982", 1), 0, kEveryApi,
         "executed and booked, then the connection is reset"},
        {Fault::kDrip, "drip", digits("9923", 1), digits("9983", 1), 0, kEveryApi,
         "executed and booked; the answer comes byte by byte, two a second, for a minute at most"},
        {Fault::kTruncated, "truncated", digits("9924", 1), digits("9984", 1), 0, kEveryApi,
         "executed and booked; half of the answer's body comes, then the connection ends"},
        {Fault::kWrongAmount, "wrong_amount", digits("9925", 1), digits("9985", 1), 0, kWithAmount,
         "executed and booked; the amount in the signed answer is one minor unit too high"},
        {Fault::kWrongIds, "wrong_ids", digits("9926", 1), digits("9986", 1), 0, kEveryApi,
         "executed and booked; every id in the signed answer is somebody else's"},
        {Fault::kWrongClientId, "wrong_client_id", digits("9927", 1), digits("9987", 1), 0, kEveryApi,
         "executed and booked; the answer is signed for another client id"},
    };
}

/// Where a row is printed: by the digits of a pay, then of a refund, then those without any.
std::string place(const FaultRow& row) {
    if (!row.pay.digits.empty()) return "1" + std::string(row.pay.digits);
    return row.refund.digits.empty() ? "3" : "2" + std::string(row.refund.digits);
}

std::string column(std::string_view text, std::size_t width) {
    std::string padded(text);
    padded.resize(std::max(padded.size(), width), ' ');
    return padded;
}

}  // namespace

const std::vector<FaultRow>& fault_table() {
    static const std::vector<FaultRow> table = [] {
        std::vector<FaultRow> rows;
        for (auto part : {pay_faults, cancel_faults, refund_faults, unexecuted_faults, answer_faults}) {
            for (const FaultRow& row : part())
                rows.push_back(row);
        }
        return rows;
    }();
    return table;
}

std::string fault_table_text() {
    std::string text =
        "The last four digits of an amount in minor units choose what goes wrong; every other amount goes well. The\n"
        "first column is read from a pay's paymentAmount, the second from a refund's refundAmount. An answer to a\n"
        "refund goes wrong once for a refundRequestId (traffic_limit: twice); the same refund again goes well.\n"
        "The same names work through POST /faults of the admin interface, for the APIs in brackets (pay, "
        "inquiryPayment,\n"
        "cancel, refund, inquiryRefund); where a time is named, its \"after_s\" gives another.\n\n"
        "  pay   refund\n";
    std::vector<FaultRow> rows = fault_table();
    std::stable_sort(rows.begin(), rows.end(),
                     [](const FaultRow& a, const FaultRow& b) { return place(a) < place(b); });
    for (const FaultRow& row : rows) {
        text += "  " + column(row.pay.digits.empty() ? " -" : row.pay.digits, 6) +
                column(row.refund.digits.empty() ? " -" : row.refund.digits, 6) + "  " + column(row.name, 28) +
                std::string(row.text) + " [" + std::string(row.apis == kEveryApi ? "every API" : row.apis) + "]\n";
    }
    return text;
}

const FaultRow& row_of(Fault fault) {
    for (const FaultRow& row : fault_table()) {
        if (row.fault == fault) return row;
    }
    throw std::invalid_argument("a fault without a row in the table");
}

}  // namespace hostsim::sandbox
