#include "sandbox/result_codes.h"

#include <algorithm>
#include <array>

namespace hostsim::sandbox {
namespace {

struct Row {
    std::string_view code;
    char status;
    std::string_view message;
};

// Source: Antom docs, result codes of pay, inquiryPayment, cancel, refund and inquiryRefund. The words are the
// sandbox's own.
constexpr std::array kRows{
    Row{"SUCCESS", 'S', "success"},
    Row{"PAYMENT_IN_PROCESS", 'U', "the payment is in process; inquire"},
    Row{"REFUND_IN_PROCESS", 'U', "the refund is in process; inquire"},
    Row{"UNKNOWN_EXCEPTION", 'U', "an unknown exception; the outcome is not known"},
    Row{"REQUEST_TRAFFIC_EXCEED_LIMIT", 'U', "too many requests; ask again later"},
    Row{"EXPIRED_CODE", 'F', "the payment code has expired or was used; ask the customer for a fresh one"},
    Row{"INVALID_PAYMENT_CODE", 'F', "the payment code is not valid"},
    Row{"USER_BALANCE_NOT_ENOUGH", 'F', "the customer's balance is too low"},
    Row{"USER_AMOUNT_EXCEED_LIMIT", 'F', "the amount exceeds the customer's limit"},
    Row{"PAYMENT_AMOUNT_EXCEED_LIMIT", 'F', "the amount exceeds the limit of a payment"},
    Row{"PAYMENT_COUNT_EXCEED_LIMIT", 'F', "too many payments"},
    Row{"USER_NOT_EXIST", 'F', "there is no such customer"},
    Row{"USER_STATUS_ABNORMAL", 'F', "the customer's account is not usable"},
    Row{"USER_KYC_NOT_QUALIFIED", 'F', "the customer has not been identified"},
    Row{"USER_PAYMENT_VERIFICATION_FAILED", 'F', "the customer failed the verification"},
    Row{"PAYMENT_NOT_QUALIFIED", 'F', "the payment does not qualify"},
    Row{"NO_PAY_OPTIONS", 'F', "the customer has no way to pay"},
    Row{"UNAVAILABLE_PAYMENT_METHOD", 'F', "the payment method is not available"},
    Row{"REGULATION_RESTRICTION", 'F', "the payment is not allowed by regulation"},
    Row{"RISK_REJECT", 'F', "the payment was refused by risk control"},
    Row{"FRAUD_REJECT", 'F', "the payment was refused by fraud control"},
    Row{"ORDER_IS_CLOSED", 'F', "the order is closed"},
    Row{"ORDER_IS_CANCELED", 'F', "the order is cancelled"},
    Row{"ORDER_STATUS_INVALID", 'F', "the order's status does not allow this"},
    Row{"ORDER_NOT_EXIST", 'F', "there is no such order"},
    Row{"REPEAT_REQ_INCONSISTENT", 'F', "the same request id came with other content"},
    Row{"CANCEL_WINDOW_EXCEED", 'F', "the time to cancel is over; refund instead"},
    Row{"REFUND_AMOUNT_EXCEED", 'F', "the refunds would exceed the payment"},
    Row{"REFUND_WINDOW_EXCEED", 'F', "the time to refund is over"},
    Row{"REFUND_NOT_SUPPORTED", 'F', "this wallet gives no refunds"},
    Row{"PARTIAL_REFUND_NOT_SUPPORTED", 'F', "this wallet refunds the whole payment only"},
    Row{"MULTIPLE_REFUNDS_NOT_SUPPORTED", 'F', "this wallet refunds a payment once only"},
    Row{"MERCHANT_BALANCE_NOT_ENOUGH", 'F', "the merchant's balance is too low for this refund"},
    Row{"PROCESS_FAIL", 'F', "a general business failure; do not retry"},
    Row{"SYSTEM_ERROR", 'F', "a system error; do not retry"},
    Row{"CURRENCY_NOT_SUPPORT", 'F', "the currency is not supported"},
    Row{"SETTLE_CONTRACT_NOT_MATCH", 'F', "no settlement contract matches"},
    Row{"INVALID_CONTRACT", 'F', "the contract is not valid"},
    Row{"MERCHANT_NOT_REGISTERED", 'F', "the merchant is not registered"},
    Row{"MERCHANT_KYB_NOT_QUALIFIED", 'F', "the merchant is not qualified"},
    Row{"INVALID_MERCHANT_STATUS", 'F', "the merchant's status does not allow this"},
    Row{"ACCESS_DENIED", 'F', "access is denied"},
    Row{"PARAM_ILLEGAL", 'F', "a parameter is illegal"},
    Row{"INVALID_API", 'F',
        "no such interface; there are pay, inquiryPayment, cancel, refund and inquiryRefund under "
        "/ams/api/v1/payments/"},
    Row{"METHOD_NOT_SUPPORTED", 'F', "the HTTP method must be POST"},
    Row{"MEDIA_TYPE_NOT_ACCEPTABLE", 'F', "Content-Type must be application/json; charset=UTF-8"},
    Row{"CLIENT_INVALID", 'F', "the Client-Id is not known"},
    Row{"KEY_NOT_FOUND", 'F', "there is no key of this keyVersion"},
    Row{"SIGNATURE_INVALID", 'F', "the signature is not valid"},
};

constexpr std::size_t kMessageLimit = 256;

const Row* find(std::string_view code) {
    auto row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& r) { return r.code == code; });
    return row == kRows.end() ? nullptr : &*row;
}

}  // namespace

Result result_of(std::string_view code) {
    const Row* row = find(code);
    if (!row) return {'U', std::string(code), "a code that is not in the table"};
    return {row->status, std::string(row->code), std::string(row->message)};
}

Result param_illegal(std::string_view field, std::string_view why) {
    std::string message = std::string(field) + ": " + std::string(why);
    std::size_t end = std::min(message.size(), kMessageLimit);
    while (end < message.size() && (static_cast<unsigned char>(message[end]) & 0xC0) == 0x80)
        --end;  // whole characters
    message.resize(end);
    return {'F', "PARAM_ILLEGAL", message};
}

bool knows_result_code(std::string_view code) {
    return find(code) != nullptr;
}

}  // namespace hostsim::sandbox
