#include "alipay/result_codes.h"

#include <algorithm>
#include <array>

namespace paydrv::alipay {
namespace {

using enum engine::Call;
using enum money::NextAction;
using money::Reason;
using money::Verdict;

constexpr auto S = ResultStatus::success;
constexpr auto F = ResultStatus::failure;
constexpr auto U = ResultStatus::unknown;

constexpr bool proven = true;  // that nothing was executed (R18)
constexpr bool open_question = false;

// Where each code's meaning was read.
constexpr std::string_view pay_page = "Antom docs, pay";
constexpr std::string_view inquiry_page = "Antom docs, inquiryPayment";
constexpr std::string_view cancel_page = "Antom docs, cancel";
constexpr std::string_view refund_page = "Antom docs, refund";
constexpr std::string_view refund_inquiry_page = "Antom docs, inquiryRefund";
constexpr std::string_view idempotency_page = "Antom docs, idempotency";
constexpr std::string_view signature_page = "Antom docs, digital signature";
constexpr std::string_view online_page = "Antom docs, result codes of the online products";
constexpr std::string_view sibling_pages = "result codes of Alipay's sibling products";
constexpr std::string_view release_notes = "Antom API release notes";
constexpr std::string_view sdk_sources = "official SDK sources";

// What the choices rest on:
// - pay: a gateway, permission or key code says that something in front of the payment refused, not that no earlier
//   sending of it was executed; PROCESS_FAIL and SYSTEM_ERROR say nothing; ORDER_* speak of a payment that exists.
//   FRAUD_REJECT: money may have moved and is returned. None of them proves anything (R18).
// - cancel: codes about the order are its refusal (R5: inquired, asked again, three rounds). PROCESS_FAIL is among
//   them: were it no refusal, a payment that the gateway never lets go would stay open for ever. Gateway, permission,
//   traffic and unknown codes do not speak of the order: the same cancel again.
// - refund: amount, window, wallet, balance, contract and request are checked before anything is booked. Codes about
//   the order, RISK_REJECT, PROCESS_FAIL and SYSTEM_ERROR are a refusal that proves nothing: inquired, asked again,
//   three rounds. Gateway, permission and unknown codes do not speak of the refund: the same refund again. Where the
//   sum is the fault the money may be back already and must not go back by other means too, hence call_support.
// - inquiryRefund: which code says "no such refund" is not published; those of the siblings, and S without a refund.
constexpr ResultCode rows[] = {
    {pay, "SUCCESS", S, Verdict::paid, open_question, Reason::none, nothing, "paid", pay_page},
    {pay, "PAYMENT_IN_PROCESS", U, Verdict::open, open_question, Reason::none, wait, "in_process", pay_page},
    {pay, "UNKNOWN_EXCEPTION", U, Verdict::unknown, open_question, Reason::none, wait, "in_doubt", pay_page},
    {pay, "REQUEST_TRAFFIC_EXCEED_LIMIT", U, Verdict::slow_down, open_question, Reason::none, wait, "traffic",
     online_page},
    {pay, "EXPIRED_CODE", F, Verdict::nothing_taken, proven, Reason::decline, rescan, "code_refused", pay_page},
    {pay, "INVALID_PAYMENT_CODE", F, Verdict::nothing_taken, proven, Reason::decline, rescan, "code_refused", pay_page},
    {pay, "INVALID_CODE", F, Verdict::nothing_taken, proven, Reason::decline, rescan, "code_refused", release_notes},
    {pay, "USER_BALANCE_NOT_ENOUGH", F, Verdict::nothing_taken, proven, Reason::decline, other_method, "balance",
     pay_page},
    {pay, "USER_AMOUNT_EXCEED_LIMIT", F, Verdict::nothing_taken, proven, Reason::decline, other_method, "limit",
     online_page},
    {pay, "PAYMENT_AMOUNT_EXCEED_LIMIT", F, Verdict::nothing_taken, proven, Reason::decline, other_method, "limit",
     online_page},
    {pay, "PAYMENT_COUNT_EXCEED_LIMIT", F, Verdict::nothing_taken, proven, Reason::decline, other_method, "limit",
     online_page},
    {pay, "USER_NOT_EXIST", F, Verdict::nothing_taken, proven, Reason::decline, other_method, "payer_refused",
     online_page},
    {pay, "USER_STATUS_ABNORMAL", F, Verdict::nothing_taken, proven, Reason::decline, other_method, "payer_refused",
     online_page},
    {pay, "USER_KYC_NOT_QUALIFIED", F, Verdict::nothing_taken, proven, Reason::decline, other_method, "payer_refused",
     online_page},
    {pay, "USER_PAYMENT_VERIFICATION_FAILED", F, Verdict::nothing_taken, proven, Reason::decline, other_method,
     "payer_refused", online_page},
    {pay, "PAYMENT_NOT_QUALIFIED", F, Verdict::nothing_taken, proven, Reason::decline, other_method, "method_refused",
     online_page},
    {pay, "NO_PAY_OPTIONS", F, Verdict::nothing_taken, proven, Reason::decline, other_method, "method_refused",
     online_page},
    {pay, "UNAVAILABLE_PAYMENT_METHOD", F, Verdict::nothing_taken, proven, Reason::decline, other_method,
     "method_refused", online_page},
    {pay, "REGULATION_RESTRICTION", F, Verdict::nothing_taken, proven, Reason::decline, other_method, "method_refused",
     online_page},
    {pay, "RISK_REJECT", F, Verdict::nothing_taken, proven, Reason::decline, other_method, "risk", pay_page},
    {pay, "CURRENCY_NOT_SUPPORT", F, Verdict::nothing_taken, proven, Reason::decline, call_support, "contract",
     online_page},
    {pay, "SETTLE_CONTRACT_NOT_MATCH", F, Verdict::nothing_taken, proven, Reason::decline, call_support, "contract",
     online_page},
    {pay, "INVALID_CONTRACT", F, Verdict::nothing_taken, proven, Reason::decline, call_support, "contract",
     online_page},
    {pay, "MERCHANT_NOT_REGISTERED", F, Verdict::nothing_taken, proven, Reason::decline, call_support, "merchant",
     online_page},
    {pay, "MERCHANT_KYB_NOT_QUALIFIED", F, Verdict::nothing_taken, proven, Reason::decline, call_support, "merchant",
     online_page},
    {pay, "INVALID_MERCHANT_STATUS", F, Verdict::nothing_taken, proven, Reason::decline, call_support, "merchant",
     online_page},
    {pay, "PARAM_ILLEGAL", F, Verdict::nothing_taken, proven, Reason::decline, call_support, "request", pay_page},
    {pay, "FRAUD_REJECT", F, Verdict::unknown, open_question, Reason::decline, other_method, "risk", online_page},
    {pay, "ORDER_IS_CLOSED", F, Verdict::unknown, open_question, Reason::decline, new_attempt, "order", online_page},
    {pay, "ORDER_IS_CANCELED", F, Verdict::unknown, open_question, Reason::decline, new_attempt, "order", online_page},
    {pay, "ORDER_STATUS_INVALID", F, Verdict::unknown, open_question, Reason::decline, new_attempt, "order",
     online_page},
    {pay, "ORDER_NOT_EXIST", F, Verdict::unknown, open_question, Reason::decline, new_attempt, "order", online_page},
    {pay, "REPEAT_REQ_INCONSISTENT", F, Verdict::reference_used, open_question, Reason::reference_used, new_attempt,
     "reference_used", idempotency_page},
    {pay, "PROCESS_FAIL", F, Verdict::unknown, open_question, Reason::decline, other_method, "failed", pay_page},
    {pay, "SYSTEM_ERROR", F, Verdict::unknown, open_question, Reason::decline, other_method, "failed", online_page},
    {pay, "ACCESS_DENIED", F, Verdict::unknown, open_question, Reason::decline, call_support, "permission", pay_page},
    {pay, "INVALID_API", F, Verdict::unknown, open_question, Reason::decline, call_support, "gateway", sdk_sources},
    {pay, "NO_INTERFACE_DEF", F, Verdict::unknown, open_question, Reason::decline, call_support, "gateway",
     sdk_sources},
    {pay, "METHOD_NOT_SUPPORTED", F, Verdict::unknown, open_question, Reason::decline, call_support, "gateway",
     sdk_sources},
    {pay, "MEDIA_TYPE_NOT_ACCEPTABLE", F, Verdict::unknown, open_question, Reason::decline, call_support, "gateway",
     sdk_sources},
    {pay, "CLIENT_INVALID", F, Verdict::unknown, open_question, Reason::decline, call_support, "keys", signature_page},
    {pay, "INVALID_CLIENT", F, Verdict::unknown, open_question, Reason::decline, call_support, "keys", signature_page},
    {pay, "KEY_NOT_FOUND", F, Verdict::unknown, open_question, Reason::decline, call_support, "keys", signature_page},
    {pay, "SIGNATURE_INVALID", F, Verdict::unknown, open_question, Reason::decline, call_support, "keys",
     signature_page},
    {pay, "INVALID_SIGNATURE", F, Verdict::unknown, open_question, Reason::decline, call_support, "keys",
     signature_page},
    {pay, "INVALID_ACCESS_TOKEN", F, Verdict::unknown, open_question, Reason::decline, call_support, "keys",
     signature_page},
    {inquire, "SUCCESS", S, Verdict::unknown, open_question, Reason::none, wait, "inquired", inquiry_page},
    {inquire, "ORDER_NOT_EXIST", F, Verdict::no_such_payment, open_question, Reason::none, wait, "order", inquiry_page},
    {inquire, "PROCESS_FAIL", F, Verdict::unknown, open_question, Reason::none, wait, "failed", inquiry_page},
    {inquire, "UNKNOWN_EXCEPTION", U, Verdict::unknown, open_question, Reason::none, wait, "in_doubt", inquiry_page},
    {inquire, "REQUEST_TRAFFIC_EXCEED_LIMIT", U, Verdict::unknown, open_question, Reason::none, wait, "in_doubt",
     inquiry_page},
    {inquire, "SYSTEM_ERROR", F, Verdict::unknown, open_question, Reason::none, wait, "failed", online_page},
    {inquire, "PARAM_ILLEGAL", F, Verdict::unknown, open_question, Reason::none, call_support, "request", inquiry_page},
    {inquire, "ACCESS_DENIED", F, Verdict::unknown, open_question, Reason::none, call_support, "permission",
     inquiry_page},
    {inquire, "INVALID_API", F, Verdict::unknown, open_question, Reason::none, call_support, "gateway", sdk_sources},
    {inquire, "NO_INTERFACE_DEF", F, Verdict::unknown, open_question, Reason::none, call_support, "gateway",
     sdk_sources},
    {inquire, "METHOD_NOT_SUPPORTED", F, Verdict::unknown, open_question, Reason::none, call_support, "gateway",
     sdk_sources},
    {inquire, "MEDIA_TYPE_NOT_ACCEPTABLE", F, Verdict::unknown, open_question, Reason::none, call_support, "gateway",
     sdk_sources},
    {inquire, "CLIENT_INVALID", F, Verdict::unknown, open_question, Reason::none, call_support, "keys", signature_page},
    {inquire, "INVALID_CLIENT", F, Verdict::unknown, open_question, Reason::none, call_support, "keys", signature_page},
    {inquire, "KEY_NOT_FOUND", F, Verdict::unknown, open_question, Reason::none, call_support, "keys", signature_page},
    {inquire, "SIGNATURE_INVALID", F, Verdict::unknown, open_question, Reason::none, call_support, "keys",
     signature_page},
    {inquire, "INVALID_SIGNATURE", F, Verdict::unknown, open_question, Reason::none, call_support, "keys",
     signature_page},
    {inquire, "INVALID_ACCESS_TOKEN", F, Verdict::unknown, open_question, Reason::none, call_support, "keys",
     signature_page},
    {cancel, "SUCCESS", S, Verdict::cancelled, open_question, Reason::none, nothing, "cancelled", cancel_page},
    {cancel, "CANCEL_WINDOW_EXCEED", F, Verdict::out_of_window, open_question, Reason::none, wait, "window",
     cancel_page},
    {cancel, "ORDER_NOT_EXIST", F, Verdict::no_such_payment, open_question, Reason::none, wait, "order", cancel_page},
    {cancel, "ORDER_STATUS_INVALID", F, Verdict::refused, open_question, Reason::none, wait, "order", cancel_page},
    {cancel, "ORDER_IS_CLOSED", F, Verdict::refused, open_question, Reason::none, wait, "order", online_page},
    {cancel, "ORDER_IS_CANCELED", F, Verdict::refused, open_question, Reason::none, wait, "order", online_page},
    {cancel, "PROCESS_FAIL", F, Verdict::refused, open_question, Reason::none, wait, "failed", cancel_page},
    {cancel, "UNKNOWN_EXCEPTION", U, Verdict::unknown, open_question, Reason::none, wait, "in_doubt", cancel_page},
    {cancel, "REQUEST_TRAFFIC_EXCEED_LIMIT", U, Verdict::unknown, open_question, Reason::none, wait, "in_doubt",
     cancel_page},
    {cancel, "SYSTEM_ERROR", F, Verdict::unknown, open_question, Reason::none, wait, "failed", online_page},
    {cancel, "PARAM_ILLEGAL", F, Verdict::unknown, open_question, Reason::none, call_support, "request", cancel_page},
    {cancel, "ACCESS_DENIED", F, Verdict::unknown, open_question, Reason::none, call_support, "permission",
     cancel_page},
    {cancel, "INVALID_API", F, Verdict::unknown, open_question, Reason::none, call_support, "gateway", sdk_sources},
    {cancel, "NO_INTERFACE_DEF", F, Verdict::unknown, open_question, Reason::none, call_support, "gateway",
     sdk_sources},
    {cancel, "METHOD_NOT_SUPPORTED", F, Verdict::unknown, open_question, Reason::none, call_support, "gateway",
     sdk_sources},
    {cancel, "MEDIA_TYPE_NOT_ACCEPTABLE", F, Verdict::unknown, open_question, Reason::none, call_support, "gateway",
     sdk_sources},
    {cancel, "CLIENT_INVALID", F, Verdict::unknown, open_question, Reason::none, call_support, "keys", cancel_page},
    {cancel, "INVALID_CLIENT", F, Verdict::unknown, open_question, Reason::none, call_support, "keys", cancel_page},
    {cancel, "KEY_NOT_FOUND", F, Verdict::unknown, open_question, Reason::none, call_support, "keys", cancel_page},
    {cancel, "SIGNATURE_INVALID", F, Verdict::unknown, open_question, Reason::none, call_support, "keys", cancel_page},
    {cancel, "INVALID_SIGNATURE", F, Verdict::unknown, open_question, Reason::none, call_support, "keys", cancel_page},
    {cancel, "INVALID_ACCESS_TOKEN", F, Verdict::unknown, open_question, Reason::none, call_support, "keys",
     cancel_page},
    {refund, "SUCCESS", S, Verdict::refunded, open_question, Reason::none, nothing, "refunded", refund_page},
    {refund, "REFUND_IN_PROCESS", U, Verdict::open, open_question, Reason::none, wait, "in_process", online_page},
    {refund, "UNKNOWN_EXCEPTION", U, Verdict::unknown, open_question, Reason::none, wait, "in_doubt", refund_page},
    {refund, "REQUEST_TRAFFIC_EXCEED_LIMIT", U, Verdict::slow_down, open_question, Reason::none, wait, "traffic",
     refund_page},
    {refund, "REFUND_AMOUNT_EXCEED", F, Verdict::nothing_taken, proven, Reason::decline, call_support, "refund_amount",
     refund_page},
    {refund, "REFUND_WINDOW_EXCEED", F, Verdict::nothing_taken, proven, Reason::decline, other_method, "window",
     refund_page},
    {refund, "MULTIPLE_REFUNDS_NOT_SUPPORTED", F, Verdict::nothing_taken, proven, Reason::decline, other_method,
     "wallet_limit", release_notes},
    {refund, "PARTIAL_REFUND_NOT_SUPPORTED", F, Verdict::nothing_taken, proven, Reason::decline, other_method,
     "wallet_limit", online_page},
    {refund, "REFUND_NOT_SUPPORTED", F, Verdict::nothing_taken, proven, Reason::decline, other_method, "wallet_limit",
     online_page},
    {refund, "MERCHANT_BALANCE_NOT_ENOUGH", F, Verdict::nothing_taken, proven, Reason::decline, other_method,
     "merchant_balance", online_page},
    {refund, "CURRENCY_NOT_SUPPORT", F, Verdict::nothing_taken, proven, Reason::decline, call_support, "contract",
     refund_page},
    {refund, "INVALID_CONTRACT", F, Verdict::nothing_taken, proven, Reason::decline, call_support, "contract",
     online_page},
    {refund, "INVALID_MERCHANT_STATUS", F, Verdict::nothing_taken, proven, Reason::decline, call_support, "merchant",
     online_page},
    {refund, "PARAM_ILLEGAL", F, Verdict::nothing_taken, proven, Reason::decline, call_support, "request", refund_page},
    {refund, "REPEAT_REQ_INCONSISTENT", F, Verdict::reference_used, open_question, Reason::reference_used, new_attempt,
     "reference_used", idempotency_page},
    {refund, "ORDER_NOT_EXIST", F, Verdict::refused, open_question, Reason::decline, call_support, "order",
     refund_page},
    {refund, "ORDER_STATUS_INVALID", F, Verdict::refused, open_question, Reason::decline, call_support, "order",
     refund_page},
    {refund, "ORDER_IS_CLOSED", F, Verdict::refused, open_question, Reason::decline, call_support, "order",
     online_page},
    {refund, "ORDER_IS_CANCELED", F, Verdict::refused, open_question, Reason::decline, call_support, "order",
     online_page},
    {refund, "RISK_REJECT", F, Verdict::refused, open_question, Reason::decline, call_support, "risk", online_page},
    {refund, "PROCESS_FAIL", F, Verdict::refused, open_question, Reason::decline, call_support, "failed", refund_page},
    {refund, "SYSTEM_ERROR", F, Verdict::refused, open_question, Reason::decline, call_support, "failed", online_page},
    {refund, "ACCESS_DENIED", F, Verdict::unknown, open_question, Reason::none, call_support, "permission",
     refund_page},
    {refund, "INVALID_API", F, Verdict::unknown, open_question, Reason::none, call_support, "gateway", sdk_sources},
    {refund, "NO_INTERFACE_DEF", F, Verdict::unknown, open_question, Reason::none, call_support, "gateway",
     sdk_sources},
    {refund, "METHOD_NOT_SUPPORTED", F, Verdict::unknown, open_question, Reason::none, call_support, "gateway",
     sdk_sources},
    {refund, "MEDIA_TYPE_NOT_ACCEPTABLE", F, Verdict::unknown, open_question, Reason::none, call_support, "gateway",
     sdk_sources},
    {refund, "CLIENT_INVALID", F, Verdict::unknown, open_question, Reason::none, call_support, "keys", signature_page},
    {refund, "INVALID_CLIENT", F, Verdict::unknown, open_question, Reason::none, call_support, "keys", signature_page},
    {refund, "KEY_NOT_FOUND", F, Verdict::unknown, open_question, Reason::none, call_support, "keys", signature_page},
    {refund, "SIGNATURE_INVALID", F, Verdict::unknown, open_question, Reason::none, call_support, "keys",
     signature_page},
    {refund, "INVALID_SIGNATURE", F, Verdict::unknown, open_question, Reason::none, call_support, "keys",
     signature_page},
    {refund, "INVALID_ACCESS_TOKEN", F, Verdict::unknown, open_question, Reason::none, call_support, "keys",
     signature_page},
    {inquire_refund, "SUCCESS", S, Verdict::unknown, open_question, Reason::none, wait, "inquired",
     refund_inquiry_page},
    {inquire_refund, "ORDER_NOT_EXIST", F, Verdict::no_such_refund, open_question, Reason::none, wait, "order",
     online_page},
    {inquire_refund, "REFUND_NOT_EXIST", F, Verdict::no_such_refund, open_question, Reason::none, wait, "order",
     sibling_pages},
    {inquire_refund, "PROCESS_FAIL", F, Verdict::unknown, open_question, Reason::none, wait, "failed", online_page},
    {inquire_refund, "UNKNOWN_EXCEPTION", U, Verdict::unknown, open_question, Reason::none, wait, "in_doubt",
     refund_inquiry_page},
    {inquire_refund, "REQUEST_TRAFFIC_EXCEED_LIMIT", U, Verdict::unknown, open_question, Reason::none, wait, "in_doubt",
     online_page},
    {inquire_refund, "SYSTEM_ERROR", F, Verdict::unknown, open_question, Reason::none, wait, "failed", online_page},
    {inquire_refund, "PARAM_ILLEGAL", F, Verdict::unknown, open_question, Reason::none, call_support, "request",
     refund_inquiry_page},
    {inquire_refund, "ACCESS_DENIED", F, Verdict::unknown, open_question, Reason::none, call_support, "permission",
     refund_inquiry_page},
    {inquire_refund, "INVALID_API", F, Verdict::unknown, open_question, Reason::none, call_support, "gateway",
     sdk_sources},
    {inquire_refund, "NO_INTERFACE_DEF", F, Verdict::unknown, open_question, Reason::none, call_support, "gateway",
     sdk_sources},
    {inquire_refund, "METHOD_NOT_SUPPORTED", F, Verdict::unknown, open_question, Reason::none, call_support, "gateway",
     sdk_sources},
    {inquire_refund, "MEDIA_TYPE_NOT_ACCEPTABLE", F, Verdict::unknown, open_question, Reason::none, call_support,
     "gateway", sdk_sources},
    {inquire_refund, "CLIENT_INVALID", F, Verdict::unknown, open_question, Reason::none, call_support, "keys",
     signature_page},
    {inquire_refund, "INVALID_CLIENT", F, Verdict::unknown, open_question, Reason::none, call_support, "keys",
     signature_page},
    {inquire_refund, "KEY_NOT_FOUND", F, Verdict::unknown, open_question, Reason::none, call_support, "keys",
     signature_page},
    {inquire_refund, "SIGNATURE_INVALID", F, Verdict::unknown, open_question, Reason::none, call_support, "keys",
     signature_page},
    {inquire_refund, "INVALID_SIGNATURE", F, Verdict::unknown, open_question, Reason::none, call_support, "keys",
     signature_page},
    {inquire_refund, "INVALID_ACCESS_TOKEN", F, Verdict::unknown, open_question, Reason::none, call_support, "keys",
     signature_page},
};

}  // namespace

std::span<const ResultCode> result_codes() {
    return rows;
}

const ResultCode* find_result_code(engine::Call call, std::string_view code) {
    const auto* row = std::find_if(std::begin(rows), std::end(rows),
                                   [&](const ResultCode& r) { return r.call == call && r.code == code; });
    return row == std::end(rows) ? nullptr : row;
}

}  // namespace paydrv::alipay
