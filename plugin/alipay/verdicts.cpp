#include "alipay/verdicts.h"

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

/// Why the message does not speak of our payment; empty if nothing that it carries contradicts.
std::string foreign_part(Call call, const OperationRecord& ours, const GatewayMessage& message) {
    const auto differs = [](const std::optional<std::string>& theirs, const std::string& own) {
        return theirs && !own.empty() && *theirs != own;
    };
    if (differs(message.payment_request_id, ours.request_id)) return "another paymentRequestId";
    if (differs(message.payment_id, ours.payment_id) || differs(message.payment_id, ours.own_payment_id)) {
        return "another paymentId";
    }
    const PaymentStatus status = payment_status(message);
    const bool no_money = call == Call::inquire && message.status == ResultStatus::success &&
                          (status == PaymentStatus::fail || status == PaymentStatus::cancelled);
    if (ours.reference_used && no_money) return {};
    if (ours.amount_minor > 0 && message.amount_minor && *message.amount_minor != ours.amount_minor) {
        return "another amount, " + std::to_string(*message.amount_minor) + " instead of " +
               std::to_string(ours.amount_minor) + " minor units";
    }
    if (differs(message.currency, ours.currency)) return "another currency";
    return {};
}

/// R1: what a success must carry and does not; empty if it is complete.
std::string missing_part(const GatewayMessage& message) {
    if (!message.payment_id || *message.payment_id == unreadable_id) return "a paymentId that can be read";
    if (!message.amount_minor) return "the value of paymentAmount";
    return message.currency ? "" : "the currency of paymentAmount";
}

void conclude_paid(Call call, const GatewayMessage& message, Answer& answer) {
    const std::string missing = missing_part(message);
    if (missing.empty()) {
        answer.verdict = Verdict::paid;
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

/// Some gateways say PROCESS_FAIL where others say ORDER_NOT_EXIST; then only the message tells (official SDK mocks).
bool says_no_such_order(const GatewayMessage& message) {
    if (message.code == "ORDER_NOT_EXIST") return true;
    if (message.code != "PROCESS_FAIL") return false;
    std::string letters;
    for (const char c : message.message) {
        if (c >= 'A' && c <= 'Z') letters += static_cast<char>(c - 'A' + 'a');
        if (c >= 'a' && c <= 'z') letters += c;
    }
    return letters.find("ordernotexist") != std::string::npos ||
           letters.find("orderdoesnotexist") != std::string::npos ||
           letters.find("orderisnotexist") != std::string::npos;
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

}  // namespace

Answer judge(Call call, const OperationRecord& ours, const GatewayMessage& message, const GatewaySettings& settings) {
    Answer answer;
    answer.verified = true;
    answer.payment_id = message.payment_id.value_or("");
    if (answer.payment_id == unreadable_id) answer.payment_id.clear();
    answer.code = message.code;
    answer.create_time_ms = message.create_time_ms;
    answer.wallet = message.wallet;
    answer.display_customer = message.display_customer;
    const std::string foreign = foreign_part(call, ours, message);
    if (!foreign.empty()) {
        answer.verdict = Verdict::mismatch;
        answer.problem = "Alipay's verified answer to " + std::string(name_of(call)) + " carries " + foreign +
                         ": it does not speak of this payment";
        return answer;
    }
    switch (call) {
        case Call::pay: judge_pay(message, settings, answer); break;
        case Call::inquire: judge_inquiry(message, settings, answer); break;
        case Call::cancel: judge_cancel(message, settings, answer); break;
        case Call::refund:
        case Call::inquire_refund: break;
    }
    return answer;
}

}  // namespace paydrv::alipay
