#include "alipay/problems.h"

#include <algorithm>
#include <iterator>

namespace paydrv::alipay {
namespace {

/// What a code usually means for the one who set up the till. `{key}`, `{client}` stand for the settings.
struct Hint {
    std::string_view code;
    bool configuration;
    std::string_view text;
};

// Source: Antom docs, digital signature and result codes.
constexpr Hint hints[] = {
    {"SIGNATURE_INVALID", true,
     "the private key of {key} does not belong to the public key that the Alipay dashboard has for clientId {client}: "
     "register this key's public half there, or configure the private key that belongs to the registered one"},
    {"INVALID_SIGNATURE", true,
     "the private key of {key} does not belong to the public key that the Alipay dashboard has for clientId {client}: "
     "register this key's public half there, or configure the private key that belongs to the registered one"},
    {"KEY_NOT_FOUND", true,
     "the Alipay dashboard has no public key for clientId {client}: register the public half of {key} there"},
    {"CLIENT_INVALID", true,
     "Alipay does not know clientId {client}: check it, and that gatewayUrl (or region) and pathPrefix belong to the "
     "same environment, "
     "test or production"},
    {"INVALID_CLIENT", true,
     "Alipay does not know clientId {client}: check it, and that gatewayUrl (or region) and pathPrefix belong to the "
     "same environment, "
     "test or production"},
    {"ACCESS_DENIED", true, "clientId {client} has no permission for this call: ask Alipay to enable it"},
    {"INVALID_ACCESS_TOKEN", true, "agentToken does not fit clientId {client}: get a new authorisation"},
    {"INVALID_API", true, "the gateway has no such address: check gatewayUrl or region, and pathPrefix"},
    {"NO_INTERFACE_DEF", true, "the gateway has no such address: check gatewayUrl or region, and pathPrefix"},
    {"METHOD_NOT_SUPPORTED", true,
     "this is not the gateway's address for payments: check gatewayUrl or region, and pathPrefix"},
    {"MEDIA_TYPE_NOT_ACCEPTABLE", true,
     "this is not the gateway's address for payments: check gatewayUrl or region, and pathPrefix"},
    {"MERCHANT_NOT_REGISTERED", false, "register merchant and store with Alipay first, and check their reference ids"},
    {"MERCHANT_KYB_NOT_QUALIFIED", false, "Alipay has not approved this merchant: ask Alipay's support"},
    {"INVALID_MERCHANT_STATUS", false, "this merchant is suspended at Alipay: ask Alipay's support"},
    {"CURRENCY_NOT_SUPPORT", false,
     "the contract does not cover this currency; of a refund: it is not the currency of the payment"},
    {"REFUND_AMOUNT_EXCEED", false, "with the refunds made before, this is more than was paid"},
    {"REFUND_WINDOW_EXCEED", false, "the payment is older than the contract lets refunds be"},
    {"MULTIPLE_REFUNDS_NOT_SUPPORTED", false, "the customer's wallet takes one refund of a payment and no second"},
    {"PARTIAL_REFUND_NOT_SUPPORTED", false, "the customer's wallet takes back whole payments only"},
    {"REFUND_NOT_SUPPORTED", false, "the customer's wallet takes no refunds"},
    {"MERCHANT_BALANCE_NOT_ENOUGH", false,
     "the merchant's balance at Alipay is less than this refund: top it up, then refund under a new reference"},
    {"SETTLE_CONTRACT_NOT_MATCH", false, "no contract settles in this currency: check settlementCurrency"},
    {"INVALID_CONTRACT", false, "the contract does not cover this payment: ask Alipay's support"},
    {"PARAM_ILLEGAL", false, "Alipay refuses a field of the request"},
};

// The fields of our requests: the only words of a gateway's message that are ever repeated.
constexpr std::string_view field_names[] = {
    "paymentRequestId",
    "paymentAmount",
    "paymentMethodType",
    "paymentMethodId",
    "paymentExpiryTime",
    "paymentNotifyUrl",
    "inStorePaymentScenario",
    "productCode",
    "settlementCurrency",
    "merchantRegion",
    "referenceOrderId",
    "orderDescription",
    "orderAmount",
    "referenceMerchantId",
    "merchantMCC",
    "merchantName",
    "merchantDisplayName",
    "merchantAddress",
    "referenceStoreId",
    "storeName",
    "storeMCC",
    "storeDisplayName",
    "storeAddress",
    "storePhoneNo",
    "storeOperatorId",
    "storeTerminalId",
    "storeTerminalRequestTime",
    "goods",
    "buyer",
    "shipping",
    "terminalType",
    "osType",
    "userAgent",
    "clientIp",
    "paymentId",
    "refundRequestId",
    "refundAmount",
    "referenceRefundId",
    "refundReason",
};

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

std::string named_fields(std::string_view message) {
    const std::string text = lower(message);
    std::string names;
    for (const std::string_view name : field_names) {
        if (text.find(lower(name)) == std::string::npos) continue;
        if (!names.empty()) names += ", ";
        names += name;
    }
    return names;
}

void replace(std::string& text, std::string_view mark, std::string_view value) {
    const std::size_t at = text.find(mark);
    if (at != std::string::npos) text.replace(at, mark.size(), value);
}

const Hint* find_hint(std::string_view code) {
    const auto* hint = std::find_if(std::begin(hints), std::end(hints), [&](const Hint& h) { return h.code == code; });
    return hint == std::end(hints) ? nullptr : hint;
}

}  // namespace

bool points_at_configuration(std::string_view code) {
    const Hint* hint = find_hint(code);
    return hint != nullptr && hint->configuration;
}

std::string refusal_problem(engine::Call call, const GatewayMessage& message, const GatewaySettings& settings) {
    std::string text = "Alipay answered " + std::string(name_of(call)) + " with " +
                       (message.code.empty() ? "no result code" : message.code);
    if (const Hint* hint = find_hint(message.code)) {
        std::string advice(hint->text);
        replace(advice, "{key}", settings.private_key_name);
        replace(advice, "{client}", settings.client_id);
        text += ": " + advice;
    }
    const std::string fields = message.code == "PARAM_ILLEGAL" ? named_fields(message.message) : "";
    if (!fields.empty()) text += "; its message names " + fields;
    return text;
}

std::string signature_problem(const GatewaySettings& settings) {
    return "the signature of Alipay's answer fits no key of " + settings.alipay_public_keys_name +
           ": most likely that is not Alipay's present public key for clientId " + settings.client_id +
           " but the merchant's own, one of another client id or environment, or one that was replaced; copy Alipay's "
           "public key from the Alipay dashboard. If the key is right, something between till and Alipay changes the "
           "answers";
}

std::string client_id_problem(const GatewaySettings& settings) {
    return "the answer is for another client id than ours: check that clientId " + settings.client_id +
           " is written exactly as in the Alipay dashboard, and that gatewayUrl (or region) and pathPrefix belong to "
           "its environment";
}

std::string_view name_of(engine::Call call) {
    switch (call) {
        case engine::Call::pay: return "pay";
        case engine::Call::inquire: return "inquiryPayment";
        case engine::Call::cancel: return "cancel";
        case engine::Call::refund: return "refund";
        case engine::Call::inquire_refund: return "inquiryRefund";
    }
    return "a call";
}

}  // namespace paydrv::alipay
