// The field rules of each request as data. Source: Antom docs, in-store pay (user-presented code), inquiryPayment,
// cancel, refund, inquiryRefund.
#include "sandbox/field_rules.h"

namespace hostsim::sandbox {
namespace {

using enum FieldKind;

constexpr bool kRequired = true;
constexpr bool kOptional = false;

}  // namespace

const std::vector<FieldRule>& pay_rules() {
    static const std::vector<FieldRule> rules{
        {"isAuthorization", kRemoved, 0, kOptional, ""},
        {"paymentVerificationData", kRemoved, 0, kOptional, ""},
        {"payToMethod", kRemoved, 0, kOptional, ""},
        {"paymentRedirectUrl", kRemoved, 0, kOptional, ""},
        {"productCode", kEnum, 0, kRequired, "IN_STORE_PAYMENT"},
        {"paymentRequestId", kRequestId, 64, kRequired, ""},
        {"paymentFactor", kObject, 0, kRequired, ""},
        {"paymentFactor.isPaymentEvaluation", kRemoved, 0, kOptional, ""},
        {"paymentFactor.inStorePaymentScenario", kEnum, 0, kRequired, "PaymentCode"},
        {"paymentAmount", kAmount, 0, kRequired, ""},
        {"paymentMethod", kObject, 0, kRequired, ""},
        {"paymentMethod.paymentMethodMetaData", kRemoved, 0, kOptional, ""},
        {"paymentMethod.paymentMethodType", kEnum, 64, kRequired, "CONNECT_WALLET"},
        {"paymentMethod.paymentMethodId", kPaymentCode, 128, kRequired, ""},
        {"paymentMethod.customerId", kText, 64, kOptional, ""},
        {"paymentMethod.extendInfo", kText, 2048, kOptional, ""},
        {"paymentExpiryTime", kFutureTime, 0, kOptional, ""},
        {"paymentNotifyUrl", kUrl, 2048, kOptional, ""},
        {"settlementStrategy", kObject, 0, kOptional, ""},
        {"settlementStrategy.settlementCurrency", kCurrency, 3, kOptional, ""},
        {"merchantRegion", kText, 2, kOptional, ""},
        {"extendInfo", kText, 2048, kOptional, ""},
        {"order", kObject, 0, kRequired, ""},
        {"order.referenceOrderId", kText, 64, kRequired, ""},
        {"order.orderDescription", kText, 256, kRequired, ""},
        {"order.orderAmount", kAmount, 0, kRequired, ""},
        {"order.merchant", kObject, 0, kRequired, ""},
        {"order.merchant.referenceMerchantId", kText, 64, kRequired, ""},
        {"order.merchant.merchantMCC", kText, 32, kRequired, ""},
        {"order.merchant.merchantName", kText, 256, kRequired, ""},
        {"order.merchant.merchantDisplayName", kText, 256, kOptional, ""},
        {"order.merchant.merchantRegisterDate", kTime, 0, kOptional, ""},
        {"order.merchant.merchantAddress", kObject, 0, kOptional, ""},
        {"order.merchant.merchantAddress.region", kText, 2, kRequired, ""},
        {"order.merchant.merchantAddress.state", kText, 8, kOptional, ""},
        {"order.merchant.merchantAddress.city", kText, 32, kOptional, ""},
        {"order.merchant.merchantAddress.address1", kText, 256, kOptional, ""},
        {"order.merchant.merchantAddress.address2", kText, 256, kOptional, ""},
        {"order.merchant.merchantAddress.zipCode", kText, 32, kOptional, ""},
        {"order.merchant.store", kObject, 0, kRequired, ""},
        {"order.merchant.store.referenceStoreId", kText, 64, kRequired, ""},
        {"order.merchant.store.storeName", kText, 256, kRequired, ""},
        {"order.merchant.store.storeMCC", kText, 32, kRequired, ""},
        {"order.merchant.store.storeDisplayName", kText, 256, kOptional, ""},
        {"order.merchant.store.storeTerminalId", kText, 64, kOptional, ""},
        {"order.merchant.store.storeOperatorId", kText, 64, kOptional, ""},
        {"order.env", kObject, 0, kRequired, ""},
        {"order.env.storeTerminalId", kText, 64, kRequired, ""},
        {"order.env.storeTerminalRequestTime", kTime, 0, kRequired, ""},
        {"order.env.terminalType", kEnum, 0, kOptional, "WEB WAP APP MINI_APP"},
        {"order.env.osType", kEnum, 0, kOptional, "IOS ANDROID"},
        {"order.env.clientIp", kText, 64, kOptional, ""},
        {"order.env.deviceTokenId", kText, 64, kOptional, ""},
        {"order.env.extendInfo", kText, 2048, kOptional, ""},
        {"order.goods", kArray, 100, kOptional, ""},
    };
    return rules;
}

const std::vector<FieldRule>& inquiry_rules() {
    static const std::vector<FieldRule> rules{
        {"paymentId", kText, 64, kOptional, ""},
        {"paymentRequestId", kText, 64, kOptional, ""},
    };
    return rules;
}

const std::vector<FieldRule>& cancel_rules() {
    return inquiry_rules();
}

const std::vector<FieldRule>& refund_rules() {
    static const std::vector<FieldRule> rules{
        {"refundRequestId", kRequestId, 64, kRequired, ""}, {"paymentId", kText, 64, kRequired, ""},
        {"referenceRefundId", kText, 64, kOptional, ""},    {"refundAmount", kAmount, 0, kRequired, ""},
        {"refundReason", kText, 256, kOptional, ""},        {"extendInfo", kText, 2048, kOptional, ""},
    };
    return rules;
}

const std::vector<FieldRule>& refund_inquiry_rules() {
    static const std::vector<FieldRule> rules{
        {"refundId", kText, 64, kOptional, ""},
        {"refundRequestId", kText, 64, kOptional, ""},
    };
    return rules;
}

}  // namespace hostsim::sandbox
