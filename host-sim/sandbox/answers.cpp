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

template <class Row>
Object::Ptr amount(const Row& row) {
    Object::Ptr json = object();
    json->set("currency", row.currency);
    json->set("value", row.value);
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

/// One of inquiryPayment's transactions: a payment, its cancel or a refund.
struct Transaction {
    const char* type;
    std::string id, request_id, status, result_code;
    Object::Ptr amount;
    std::int64_t time_ms;
};

Object::Ptr transaction_json(const Transaction& of) {
    Object::Ptr json = object();
    Object::Ptr shown = object();
    Result result = result_of(of.result_code);
    shown->set("resultStatus", std::string(1, result.status));
    shown->set("resultCode", result.code);
    shown->set("resultMessage", result.message);
    json->set("transactionResult", shown);
    json->set("transactionId", of.id);
    json->set("transactionRequestId", of.request_id);
    json->set("transactionType", of.type);
    json->set("transactionStatus", of.status);
    json->set("transactionAmount", of.amount);
    json->set("transactionTime", iso_time(of.time_ms));
    return json;
}

Object::Ptr own_transaction(const Payment& payment, const char* type, const char* id_tail, std::int64_t time_ms) {
    return transaction_json({type, payment.payment_id + id_tail, payment.payment_request_id, "SUCCESS", "SUCCESS",
                             amount(payment), time_ms});
}

Object::Ptr refund_transaction(const Refund& refund) {
    return transaction_json({"REFUND", refund.refund_id, refund.refund_request_id, refund.status, refund.result_code,
                             amount(refund), refund.end_ms != 0 ? refund.end_ms : refund.create_ms});
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

Object::Ptr inquiry_fields(const Payment& payment, const std::vector<const Refund*>& refunds) {
    Object::Ptr json = object();
    json->set("paymentStatus", payment.status);
    json->set("paymentResultCode", payment.result_code);
    json->set("paymentResultMessage", result_of(payment.result_code).message);
    set_common(*json, payment);
    Array::Ptr transactions = new Array;
    if (payment.charged > 0) transactions->add(own_transaction(payment, "PAYMENT", "", payment.paid_ms));
    if (payment.cancel_ms != 0) transactions->add(own_transaction(payment, "CANCEL", "01", payment.cancel_ms));
    for (const Refund* refund : refunds) {
        if (refund->hidden_inquiries == 0) transactions->add(refund_transaction(*refund));
    }
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

Object::Ptr refund_fields(const Refund& refund) {
    Object::Ptr json = object();
    json->set("refundRequestId", refund.refund_request_id);
    json->set("refundId", refund.refund_id);
    json->set("paymentId", refund.payment_id);
    json->set("refundAmount", amount(refund));
    if (refund.end_ms != 0) json->set("refundTime", iso_time(refund.end_ms));
    return json;
}

Object::Ptr refund_inquiry_fields(const Refund& refund) {
    Object::Ptr json = object();
    json->set("refundRequestId", refund.refund_request_id);
    json->set("refundId", refund.refund_id);
    json->set("refundAmount", amount(refund));
    json->set("refundStatus", refund.status);
    if (refund.status == "SUCCESS") json->set("refundTime", iso_time(refund.end_ms));
    return json;
}

}  // namespace hostsim::sandbox
