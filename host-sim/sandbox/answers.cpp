#include "sandbox/answers.h"

#include <Poco/JSON/Array.h>

#include <array>

#include "sandbox/datetime.h"
#include "sandbox/result_codes.h"

namespace hostsim::sandbox {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::array kWallets{
    Wallet{"ALIPAYCN", "2088000000000001", "138****0001"},
    Wallet{"ALIPAYHK", "2160000000000002", "+852-****0002"},
    Wallet{"KAKAOPAY", "2190000000000003", "kim***@example.com"},
};

Object::Ptr object() {
    return new Object(Poco::JSON_PRESERVE_KEY_ORDER);
}

Object::Ptr amount(const Payment& payment) {
    Object::Ptr json = object();
    json->set("currency", payment.currency);
    json->set("value", payment.value);
    return json;
}

/// What pay and inquiry say alike about ids, amounts, times and customer.
void set_common(Object& json, const Payment& payment) {
    json.set("paymentRequestId", payment.payment_request_id);
    json.set("paymentId", payment.payment_id);
    json.set("paymentAmount", amount(payment));
    json.set("paymentCreateTime", iso_time(payment.create_ms));
    if (payment.paid_ms == 0) return;
    json.set("actualPaymentAmount", amount(payment));
    json.set("paymentTime", iso_time(payment.paid_ms));
    const Wallet& wallet = wallet_of_customer(payment.customer);
    Object::Ptr customer = object();
    customer->set("pspName", wallet.psp_name);
    customer->set("pspCustomerId", wallet.customer_id);
    customer->set("displayCustomerId", wallet.display_id);
    json.set("pspCustomerInfo", customer);
}

Object::Ptr transaction(const Payment& payment, const char* type, const char* id_tail, std::int64_t time_ms) {
    Object::Ptr json = object();
    Object::Ptr result = object();
    result->set("resultStatus", "S");
    result->set("resultCode", "SUCCESS");
    result->set("resultMessage", "success");
    json->set("transactionResult", result);
    json->set("transactionId", payment.payment_id + id_tail);
    json->set("transactionRequestId", payment.payment_request_id);
    json->set("transactionType", type);
    json->set("transactionStatus", "SUCCESS");
    json->set("transactionAmount", amount(payment));
    json->set("transactionTime", iso_time(time_ms));
    return json;
}

}  // namespace

const Wallet& wallet_of_code(std::string_view code) {
    std::size_t sum = 0;
    for (char c : code)
        sum += std::size_t(c - '0');
    return kWallets[sum % kWallets.size()];
}

const Wallet& wallet_of_customer(std::string_view customer_id) {
    for (const Wallet& wallet : kWallets) {
        if (wallet.customer_id == customer_id) return wallet;
    }
    return kWallets[0];
}

const Wallet* wallet_named(std::string_view psp_name) {
    for (const Wallet& wallet : kWallets) {
        if (wallet.psp_name == psp_name) return &wallet;
    }
    return nullptr;
}

Object::Ptr pay_fields(const Payment& payment) {
    Object::Ptr json = object();
    set_common(*json, payment);
    return json;
}

Object::Ptr inquiry_fields(const Payment& payment) {
    Object::Ptr json = object();
    json->set("paymentStatus", payment.status);
    json->set("paymentResultCode", payment.result_code);
    json->set("paymentResultMessage", result_of(payment.result_code).message);
    set_common(*json, payment);
    Array::Ptr transactions = new Array;
    if (payment.charged > 0) transactions->add(transaction(payment, "PAYMENT", "", payment.paid_ms));
    if (payment.cancel_ms != 0) transactions->add(transaction(payment, "CANCEL", "01", payment.cancel_ms));
    if (transactions->size() != 0) json->set("transactions", transactions);
    return json;
}

Object::Ptr cancel_fields(const Payment& payment, std::int64_t cancel_ms) {
    Object::Ptr json = object();
    json->set("paymentId", payment.payment_id);
    json->set("paymentRequestId", payment.payment_request_id);
    json->set("cancelTime", iso_time(cancel_ms));
    return json;
}

}  // namespace hostsim::sandbox
