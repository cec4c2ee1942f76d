#include "alipay/verdicts.h"

#include <algorithm>
#include <initializer_list>

#include "alipay/problems.h"
#include "alipay/result_codes.h"

namespace paydrv::alipay {
namespace {

using engine::Call;
using money::Answer;
using money::OperationRecord;
using money::Verdict;

enum class PaymentStatus { absent, success, fail, cancelled, processing, other };

PaymentStatus payment_status(const GatewayMessage& message) {
    const std::string& text = message.payment_status;
    if (text.empty()) return PaymentStatus::absent;
    if (text == "SUCCESS") return PaymentStatus::success;
    if (text == "FAIL") return PaymentStatus::fail;
    if (text == "CANCELLED") return PaymentStatus::cancelled;
    return text == "PROCESSING" || text == "PENDING" ? PaymentStatus::processing : PaymentStatus::other;
}

enum class RefundStatus { absent, success, fail, processing, other };

RefundStatus refund_status(const GatewayMessage& message) {
    const std::string& text = message.refund_status;
    if (text.empty()) return RefundStatus::absent;
    if (text == "SUCCESS") return RefundStatus::success;
    if (text == "FAIL") return RefundStatus::fail;
    return text == "PROCESSING" || text == "PENDING" ? RefundStatus::processing : RefundStatus::other;
}

bool about_refund(Call call) {
    return call == Call::refund || call == Call::inquire_refund;
}

bool differs(const std::optional<std::string>& theirs, const std::string& own) {
    return theirs && !own.empty() && *theirs != own;
}

/// Why this amount is not ours; empty if nothing contradicts, or if we know of no amount.
std::string foreign_amount(const OperationRecord& ours, const std::optional<std::int64_t>& minor,
                           const std::optional<std::string>& currency) {
    if (ours.amount_minor <= 0) return {};
    if (minor && *minor != ours.amount_minor) {
        return "another amount, " + (*minor < 0 ? "one that cannot be read," : std::to_string(*minor)) +
               " instead of " + std::to_string(ours.amount_minor) + " minor units";
    }
    return differs(currency, ours.currency) ? "another currency" : "";
}

/// Why the message does not speak of our payment; empty if nothing that it carries contradicts.
std::string foreign_part(Call call, const OperationRecord& ours, const GatewayMessage& message) {
    const bool payments_own = ours.kind != money::Kind::refund;  // else request_id is a refundRequestId
    if (payments_own && differs(message.payment_request_id, ours.request_id)) return "another paymentRequestId";
    if (differs(message.payment_id, ours.payment_id) || differs(message.payment_id, ours.own_payment_id)) {
        return "another paymentId";
    }
    const PaymentStatus status = payment_status(message);
    const bool no_money = call == Call::inquire && message.status == ResultStatus::success &&
                          (status == PaymentStatus::fail || status == PaymentStatus::cancelled);
    if (ours.reference_used && no_money) return {};
    return foreign_amount(ours, message.amount_minor, message.currency);
}

/// The same of our refund.
std::string foreign_refund_part(const OperationRecord& ours, const GatewayMessage& message) {
    if (differs(message.refund_request_id, ours.request_id)) return "another refundRequestId";
    if (differs(message.refund_id, ours.refund_id)) return "another refundId";
    if (differs(message.payment_id, ours.payment_id)) return "another paymentId";
    return foreign_amount(ours, message.refund_minor, message.refund_currency);
}

/// R1: what a success must carry and does not; empty if it is complete.
std::string missing_part(const GatewayMessage& message) {
    if (!message.payment_id || *message.payment_id == unreadable_id) return "a paymentId that can be read";
    if (message.amount_minor.value_or(0) <= 0) return "the value of paymentAmount";
    return message.currency && *message.currency != unreadable_id ? "" : "the currency of paymentAmount";
}

std::string missing_refund_part(const GatewayMessage& message) {
    const bool named = message.refund_request_id || (message.refund_id && *message.refund_id != unreadable_id);
    if (!named) return "a refundId that can be read";
    if (message.refund_minor.value_or(0) <= 0) return "the value of refundAmount";
    return message.refund_currency && *message.refund_currency != unreadable_id ? "" : "the currency of refundAmount";
}

void conclude_paid(Call call, const GatewayMessage& message, Answer& answer) {
    const std::string missing = missing_part(message);
    if (!missing.empty()) {
        answer.problem = "Alipay's answer to " + std::string(name_of(call)) + " says success without " + missing;
    } else if (call == Call::inquire && !message.refunds_readable) {
        answer.problem =
            "Alipay's inquiry lists refunds in transactions that cannot be read: how much was given back is not known";
    } else {
        answer.verdict = Verdict::paid;
    }
}

void conclude_refunded(Call call, const GatewayMessage& message, Answer& answer) {
    const std::string missing = missing_refund_part(message);
    if (missing.empty()) {
        answer.verdict = Verdict::refunded;
    } else {
        answer.problem = "Alipay's answer to " + std::string(name_of(call)) + " says success without " + missing;
    }
}

/// The row that speaks for this message: code and letter as the table has them. Too much traffic and "in process" are
/// taken with F and U alike: the code alone is plain.
const ResultCode* speaking_row(Call call, const GatewayMessage& message) {
    const ResultCode* row = find_result_code(call, message.code);
    if (row == nullptr || row->status == message.status) return row;
    const bool plain = row->verdict == Verdict::slow_down || row->verdict == Verdict::open;
    return plain && message.status == ResultStatus::failure ? row : nullptr;
}

void judge_pay(const GatewayMessage& message, const GatewaySettings& settings, Answer& answer) {
    const PaymentStatus status = payment_status(message);
    if (status == PaymentStatus::processing) {
        answer.verdict = Verdict::open;
        return;
    }
    const ResultCode* row = speaking_row(Call::pay, message);
    const Verdict verdict = row != nullptr ? row->verdict : Verdict::unknown;
    const bool contradicted = status != PaymentStatus::absent &&
                              status != (verdict == Verdict::paid ? PaymentStatus::success : PaymentStatus::fail);
    if (contradicted) {
        answer.problem = "Alipay's answer to pay contradicts itself: result code and paymentStatus do not fit";
        return;
    }
    if (verdict == Verdict::paid) {
        conclude_paid(Call::pay, message, answer);
        return;
    }
    answer.verdict = verdict;
    if (verdict == Verdict::open) return;
    if (verdict == Verdict::nothing_taken) {
        answer.reason = row->reason;
        answer.next_action = row->next_action;
        if (row->next_action != money::NextAction::call_support) return;  // the payer's matter, not the integrator's
    }
    answer.problem = refusal_problem(Call::pay, message, settings);
}

/// Whether the gateway's message says that what has one of these names does not exist.
bool says_not_exist(const GatewayMessage& message, std::initializer_list<std::string> names) {
    std::string letters;
    for (const char c : message.message) {
        if (c >= 'A' && c <= 'Z') letters += static_cast<char>(c - 'A' + 'a');
        if (c >= 'a' && c <= 'z') letters += c;
    }
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return letters.find(name + "notexist") != std::string::npos ||
               letters.find(name + "doesnotexist") != std::string::npos ||
               letters.find(name + "isnotexist") != std::string::npos;
    });
}

/// Some gateways say PROCESS_FAIL where others say ORDER_NOT_EXIST; then only the message tells (official SDK mocks).
bool says_no_such_order(const GatewayMessage& message) {
    return message.code == "ORDER_NOT_EXIST" || (message.code == "PROCESS_FAIL" && says_not_exist(message, {"order"}));
}

void judge_absent(Call call, const GatewayMessage& message, Answer& answer) {
    if (payment_status(message) == PaymentStatus::absent && !message.payment_id) {
        answer.verdict = Verdict::no_such_payment;
    } else {
        answer.problem = "Alipay's answer to " + std::string(name_of(call)) +
                         " contradicts itself: it describes a payment that it says does not exist";
    }
}

void judge_failed_payment(const GatewayMessage& message, Answer& answer) {
    const ResultCode* row = find_result_code(Call::pay, message.payment_result_code);
    if (row != nullptr && row->status == ResultStatus::success) {
        answer.problem = "Alipay's inquiry contradicts itself: paymentStatus FAIL with paymentResultCode SUCCESS";
        return;
    }
    answer.verdict = Verdict::nothing_taken;
    if (row == nullptr || row->status != ResultStatus::failure) return;
    answer.reason = row->reason;
    answer.next_action = row->next_action;
}

void judge_inquiry(const GatewayMessage& message, const GatewaySettings& settings, Answer& answer) {
    if (message.status == ResultStatus::failure && says_no_such_order(message)) {
        judge_absent(Call::inquire, message, answer);
        return;
    }
    if (message.status != ResultStatus::success || message.code != "SUCCESS") {
        answer.problem = refusal_problem(Call::inquire, message, settings);
        return;
    }
    answer.code = message.payment_result_code;  // the result code speaks of the inquiry alone
    switch (payment_status(message)) {
        case PaymentStatus::success: conclude_paid(Call::inquire, message, answer); break;
        case PaymentStatus::fail: judge_failed_payment(message, answer); break;
        case PaymentStatus::cancelled: answer.verdict = Verdict::cancelled; break;
        case PaymentStatus::processing: answer.verdict = Verdict::open; break;
        case PaymentStatus::absent:
        case PaymentStatus::other:
            answer.problem = "Alipay's inquiry worked but has no paymentStatus that is known";
            break;
    }
}

void judge_cancel(const GatewayMessage& message, const GatewaySettings& settings, Answer& answer) {
    if (message.status == ResultStatus::failure && says_no_such_order(message)) {
        answer.verdict = Verdict::no_such_payment;  // R4 inquires before it believes that
        return;
    }
    const ResultCode* row = speaking_row(Call::cancel, message);
    if (row != nullptr) answer.verdict = row->verdict;
    if (answer.verdict != Verdict::cancelled) answer.problem = refusal_problem(Call::cancel, message, settings);
}

void judge_refund(const GatewayMessage& message, const GatewaySettings& settings, Answer& answer) {
    const RefundStatus status = refund_status(message);
    if (status == RefundStatus::processing) {
        answer.verdict = Verdict::open;
        return;
    }
    const ResultCode* row = find_result_code(Call::refund, message.code);
    const bool traffic = row != nullptr && row->verdict == Verdict::slow_down;  // plain under any letter
    if (!traffic) row = speaking_row(Call::refund, message);
    const Verdict verdict = row != nullptr ? row->verdict : Verdict::unknown;
    const bool contradicted = status != RefundStatus::absent &&
                              status != (verdict == Verdict::refunded ? RefundStatus::success : RefundStatus::fail);
    if (contradicted || (traffic && message.refund_id)) {
        answer.problem = "Alipay's answer to refund contradicts itself: result code and refund do not fit";
        return;
    }
    if (verdict == Verdict::refunded) {
        conclude_refunded(Call::refund, message, answer);
        return;
    }
    answer.verdict = verdict;
    if (verdict == Verdict::open) return;
    if (verdict == Verdict::nothing_taken) {
        answer.reason = row->reason;
        answer.next_action = row->next_action;
    }
    answer.problem = refusal_problem(Call::refund, message, settings);
}

/// S without a refund in it says as much as a code (Antom docs, inquiryRefund: all fields null when there is no
/// record).
bool says_no_such_refund(const GatewayMessage& message) {
    if (message.status == ResultStatus::success) {
        return message.code == "SUCCESS" && refund_status(message) == RefundStatus::absent;
    }
    if (message.status != ResultStatus::failure) return false;
    const ResultCode* row = find_result_code(Call::inquire_refund, message.code);
    return (row != nullptr && row->verdict == Verdict::no_such_refund) ||
           (message.code == "PROCESS_FAIL" && says_not_exist(message, {"order", "refund", "record"}));
}

void judge_absent_refund(const GatewayMessage& message, Answer& answer) {
    const bool described = refund_status(message) != RefundStatus::absent || message.refund_id || message.refund_minor;
    if (described) {
        answer.problem = "Alipay's inquiryRefund contradicts itself: it describes a refund that it does not know";
    } else {
        answer.verdict = Verdict::no_such_refund;
    }
}

void judge_refund_inquiry(const GatewayMessage& message, const GatewaySettings& settings, Answer& answer) {
    if (says_no_such_refund(message)) {
        judge_absent_refund(message, answer);
        return;
    }
    if (message.status != ResultStatus::success || message.code != "SUCCESS") {
        answer.problem = refusal_problem(Call::inquire_refund, message, settings);
        return;
    }
    answer.code.clear();  // the result code speaks of the inquiry alone
    switch (refund_status(message)) {
        case RefundStatus::success: conclude_refunded(Call::inquire_refund, message, answer); break;
        case RefundStatus::processing: answer.verdict = Verdict::open; break;
        case RefundStatus::fail:
            answer.verdict = Verdict::nothing_taken;
            answer.next_action = money::NextAction::call_support;  // no code tells why
            break;
        case RefundStatus::absent:
        case RefundStatus::other:
            answer.problem = "Alipay's inquiryRefund worked but has no refundStatus that is known";
            break;
    }
}

std::string readable(const std::optional<std::string>& text) {
    return text && *text != unreadable_id ? *text : std::string();
}

/// What the answer tells, whatever it means.
Answer facts_of(Call call, const GatewayMessage& message) {
    Answer answer;
    answer.verified = true;
    answer.code = message.code;
    answer.payment_id = readable(message.payment_id);
    if (about_refund(call)) {
        answer.refund_id = readable(message.refund_id);
        answer.amount_minor = std::max<std::int64_t>(message.refund_minor.value_or(0), 0);
        answer.currency = readable(message.refund_currency);
        answer.paid_time_ms = message.refund_time_ms;
        return answer;
    }
    answer.amount_minor = std::max<std::int64_t>(message.amount_minor.value_or(0), 0);
    answer.currency = readable(message.currency);
    answer.create_time_ms = message.create_time_ms;
    answer.paid_time_ms = message.paid_time_ms;
    answer.wallet = message.wallet;
    answer.display_customer = message.display_customer;
    if (call == Call::inquire) answer.refunds = message.refunds;
    return answer;
}

}  // namespace

Answer judge(Call call, const OperationRecord& ours, const GatewayMessage& message, const GatewaySettings& settings) {
    Answer answer = facts_of(call, message);
    const std::string foreign =
        about_refund(call) ? foreign_refund_part(ours, message) : foreign_part(call, ours, message);
    if (!foreign.empty()) {
        answer.verdict = Verdict::mismatch;
        answer.problem = "Alipay's verified answer to " + std::string(name_of(call)) + " carries " + foreign +
                         ": it does not speak of this " + (about_refund(call) ? "refund" : "payment");
        return answer;
    }
    switch (call) {
        case Call::pay: judge_pay(message, settings, answer); break;
        case Call::inquire: judge_inquiry(message, settings, answer); break;
        case Call::cancel: judge_cancel(message, settings, answer); break;
        case Call::refund: judge_refund(message, settings, answer); break;
        case Call::inquire_refund: judge_refund_inquiry(message, settings, answer); break;
    }
    return answer;
}

}  // namespace paydrv::alipay
