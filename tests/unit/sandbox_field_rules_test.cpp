// Does the gateway refuse every field that breaks a rule, and say which?
#include <gtest/gtest.h>

#include "sandbox_scene.h"

namespace hostsim::sandbox {
namespace {

using Poco::JSON::Object;

/// One change to a good pay and the field that the answer must name.
struct Case {
    const char* path;   ///< the field that is set or taken away
    const char* json;   ///< its new value as JSON; nullptr: taken away
    const char* named;  ///< what resultMessage must begin with
};

void change(Object::Ptr body, const std::string& path, const char* json) {
    std::size_t dot = path.find('.');
    if (dot != std::string::npos) return change(body->getObject(path.substr(0, dot)), path.substr(dot + 1), json);
    if (!json) return body->remove(path);
    body->set(path, parsed(std::string("{\"v\":") + json + "}")->get("v"));
}

std::string quoted(std::size_t length) {
    return "\"" + std::string(length, 'x') + "\"";
}

const Case kMissing[] = {
    {"productCode", nullptr, "productCode:"},
    {"paymentRequestId", nullptr, "paymentRequestId:"},
    {"paymentFactor", nullptr, "paymentFactor:"},
    {"paymentFactor.inStorePaymentScenario", nullptr, "paymentFactor.inStorePaymentScenario:"},
    {"paymentAmount", nullptr, "paymentAmount:"},
    {"paymentAmount.currency", nullptr, "paymentAmount.currency:"},
    {"paymentAmount.value", nullptr, "paymentAmount.value:"},
    {"paymentMethod", nullptr, "paymentMethod:"},
    {"paymentMethod.paymentMethodType", nullptr, "paymentMethod.paymentMethodType:"},
    {"paymentMethod.paymentMethodId", nullptr, "paymentMethod.paymentMethodId:"},
    {"order", nullptr, "order:"},
    {"order.referenceOrderId", nullptr, "order.referenceOrderId:"},
    {"order.orderDescription", nullptr, "order.orderDescription:"},
    {"order.orderAmount", nullptr, "order.orderAmount:"},
    {"order.merchant", nullptr, "order.merchant:"},
    {"order.merchant.referenceMerchantId", nullptr, "order.merchant.referenceMerchantId:"},
    {"order.merchant.merchantMCC", nullptr, "order.merchant.merchantMCC:"},
    {"order.merchant.merchantName", nullptr, "order.merchant.merchantName:"},
    {"order.merchant.store", nullptr, "order.merchant.store:"},
    {"order.merchant.store.referenceStoreId", nullptr, "order.merchant.store.referenceStoreId:"},
    {"order.merchant.store.storeName", nullptr, "order.merchant.store.storeName:"},
    {"order.merchant.store.storeMCC", nullptr, "order.merchant.store.storeMCC:"},
    {"order.env", nullptr, "order.env:"},
    {"order.env.storeTerminalId", nullptr, "order.env.storeTerminalId:"},
    {"order.env.storeTerminalRequestTime", nullptr, "order.env.storeTerminalRequestTime:"},
};

const Case kWrong[] = {
    {"productCode", "\"CASHIER_PAYMENT\"", "productCode:"},
    {"paymentRequestId", "\"with-dash\"", "paymentRequestId:"},
    {"paymentRequestId", "5", "paymentRequestId:"},
    {"paymentRequestId", "\"\"", "paymentRequestId:"},
    {"paymentFactor.inStorePaymentScenario", "\"Barcode\"", "paymentFactor.inStorePaymentScenario:"},
    {"paymentFactor.inStorePaymentScenario", "\"OrderCode\"", "paymentFactor.inStorePaymentScenario: OrderCode"},
    {"paymentFactor.inStorePaymentScenario", "\"EntryCode\"", "paymentFactor.inStorePaymentScenario: EntryCode"},
    {"paymentFactor.isPaymentEvaluation", "\"true\"", "paymentFactor.isPaymentEvaluation:"},
    {"paymentFactor", "\"PaymentCode\"", "paymentFactor:"},
    {"paymentAmount", "\"1000\"", "paymentAmount:"},
    {"paymentAmount.value", "1000", "paymentAmount.value:"},
    {"paymentAmount.value", "\"0\"", "paymentAmount.value:"},
    {"paymentAmount.value", "\"-5\"", "paymentAmount.value:"},
    {"paymentAmount.value", "\"10.00\"", "paymentAmount.value:"},
    {"paymentAmount.value", "\"12345678901234567\"", "paymentAmount.value:"},
    {"paymentAmount.currency", "\"XXX\"", "paymentAmount.currency:"},
    {"paymentAmount.currency", "\"jpy\"", "paymentAmount.currency:"},
    {"order.orderAmount.value", "\"999\"", "order.orderAmount:"},
    {"order.orderAmount.currency", "\"USD\"", "order.orderAmount:"},
    {"paymentMethod.paymentMethodType", "\"CARD\"", "paymentMethod.paymentMethodType:"},
    {"paymentMethod.paymentMethodId", "\"123\"", "paymentMethod.paymentMethodId:"},
    {"paymentMethod.paymentMethodId", "\"248888888888888888\"", "paymentMethod.paymentMethodId:"},
    {"paymentMethod.paymentMethodId", "\"318888888888888888\"", "paymentMethod.paymentMethodId:"},
    {"paymentMethod.paymentMethodId", "\"28888888888888888x\"", "paymentMethod.paymentMethodId:"},
    {"paymentMethod.paymentMethodMetaData", "\"x\"", "paymentMethod.paymentMethodMetaData:"},
    {"isAuthorization", "\"true\"", "isAuthorization:"},
    {"paymentVerificationData", "{\"a\":\"b\"}", "paymentVerificationData:"},
    {"payToMethod", "\"x\"", "payToMethod:"},
    {"paymentRedirectUrl", "\"https://a.example/\"", "paymentRedirectUrl:"},
    {"paymentNotifyUrl", "\"a.example\"", "paymentNotifyUrl:"},
    {"paymentExpiryTime", "\"soon\"", "paymentExpiryTime:"},
    {"paymentExpiryTime", "\"2026-05-01T12:00:00\"", "paymentExpiryTime:"},
    {"paymentExpiryTime", "\"2026-05-01T12:00:00+08:00\"", "paymentExpiryTime: is not in the future"},
    {"settlementStrategy.settlementCurrency", "\"ABC\"", "settlementStrategy.settlementCurrency:"},
    {"merchantRegion", "\"JPN\"", "merchantRegion:"},
    {"order.env.storeTerminalRequestTime", "\"noon\"", "order.env.storeTerminalRequestTime:"},
    {"order.env.terminalType", "\"TILL\"", "order.env.terminalType:"},
    {"order.env.osType", "\"LINUX\"", "order.env.osType:"},
    {"order.env.clientIp", "\"\"", "order.env.clientIp:"},
    {"order.merchant.merchantAddress", "{\"city\":\"Kyoto\"}", "order.merchant.merchantAddress.region:"},
    {"order.goods", "\"tea\"", "order.goods:"},
    {"order.goods", "[{\"goodsQuantity\":2}]", "order.goods[0].goodsQuantity:"},
    {"order.unknownField", "true", "order.unknownField:"},
};

void expect_refused(const Case& row) {
    Scene scene;
    Object::Ptr body = good_pay();
    change(body, row.path, row.json);
    std::string what = std::string(row.path) + " = " + (row.json ? row.json : "(absent)");
    Object::Ptr answer = scene.pay(body);  // signed: the scene checks it
    EXPECT_EQ(result_text(answer), "F PARAM_ILLEGAL") << what;
    EXPECT_EQ(message_of(answer).rfind(row.named, 0), 0u) << what << ": " << message_of(answer);
    EXPECT_TRUE(scene.ledger().payments().empty()) << what;
}

TEST(SandboxFields, APayThatBreaksNoRuleIsTaken) {
    Scene scene;
    EXPECT_EQ(result_text(scene.pay(good_pay())), "S SUCCESS");
}

TEST(SandboxFields, EachRequiredFieldIsRequired) {
    for (const Case& row : kMissing)
        expect_refused(row);
}

TEST(SandboxFields, NullCountsAsAbsent) {
    for (const Case& row : kMissing)
        expect_refused({row.path, "null", row.named});
}

TEST(SandboxFields, EachWrongValueIsNamed) {
    for (const Case& row : kWrong)
        expect_refused(row);
}

TEST(SandboxFields, LengthsCountCharactersAndAreLimits) {
    const std::pair<const char*, std::size_t> limits[] = {
        {"paymentRequestId", 64},
        {"order.referenceOrderId", 64},
        {"order.orderDescription", 256},
        {"order.merchant.referenceMerchantId", 64},
        {"order.merchant.merchantName", 256},
        {"order.merchant.store.storeName", 256},
        {"order.env.storeTerminalId", 64},
        {"extendInfo", 2048},
    };
    for (const auto& [path, limit] : limits) {
        std::string longer = quoted(limit + 1), just = quoted(limit), named = std::string(path) + ":";
        expect_refused({path, longer.c_str(), named.c_str()});
        Scene scene;
        Object::Ptr body = good_pay();
        change(body, path, just.c_str());
        EXPECT_EQ(result_text(scene.pay(body)), "S SUCCESS") << path;
    }
    std::string tea;
    for (int i = 0; i < 256; ++i)
        tea += "茶";
    Scene scene;
    Object::Ptr body = good_pay();
    body->getObject("order")->set("orderDescription", tea);
    EXPECT_EQ(result_text(scene.pay(body)), "S SUCCESS");
}

TEST(SandboxFields, GoodsAreAtMostAHundred) {
    for (int count : {100, 101}) {
        Scene scene;
        Object::Ptr body = good_pay();
        Poco::JSON::Array::Ptr goods = new Poco::JSON::Array;
        for (int i = 0; i < count; ++i)
            goods->add(parsed(R"({"referenceGoodsId":"1"})"));
        body->getObject("order")->set("goods", goods);
        EXPECT_EQ(result_text(scene.pay(body)), count == 100 ? "S SUCCESS" : "F PARAM_ILLEGAL");
    }
}

TEST(SandboxFields, TheMessageNeverRepeatsThePaymentCode) {
    Scene scene;
    EXPECT_EQ(message_of(scene.pay(good_pay("a", "1000", "249999999999999999"))).find("24999"), std::string::npos);
}

TEST(SandboxFields, WhatIsNoJsonObjectIsRefused) {
    Scene scene;
    std::string deep(5000, '[');
    for (const std::string& body : {std::string(), std::string("[]"), std::string("{"), std::string("\"x\""),
                                    std::string("{\"a\":\"\xff\xfe\"}"), deep}) {
        auto answer = scene.answer("pay", body);
        EXPECT_EQ(result_text(answer), "F PARAM_ILLEGAL");
        EXPECT_EQ(message_of(answer).rfind("body", 0), 0u);
    }
    Request request = scene.signed_request("pay", "{}");
    request.headers[2].second = "application/x-www-form-urlencoded";
    EXPECT_EQ(result_text(parsed(scene.gateway().handle(request).body)), "F MEDIA_TYPE_NOT_ACCEPTABLE");
}

TEST(SandboxFields, InquiryAndCancelNeedOneId) {
    Scene scene;
    for (const char* api : {"inquiryPayment", "cancel"}) {
        EXPECT_EQ(result_text(scene.answer(api, "{}")), "F PARAM_ILLEGAL") << api;
        EXPECT_EQ(result_text(scene.answer(api, R"({"paymentId":7})")), "F PARAM_ILLEGAL") << api;
        EXPECT_EQ(result_text(scene.answer(api, R"({"paymentId":)" + quoted(65) + "}")), "F PARAM_ILLEGAL") << api;
    }
}

TEST(SandboxFields, RefundNeedsItsFieldsAndNoOthersForms) {
    const std::pair<const char*, const char*> table[] = {
        {R"({"paymentId":"1","refundAmount":{"currency":"JPY","value":"1"}})", "refundRequestId"},
        {R"({"refundRequestId":"r-1","paymentId":"1","refundAmount":{"currency":"JPY","value":"1"}})",
         "refundRequestId"},
        {R"({"refundRequestId":"r_1","refundAmount":{"currency":"JPY","value":"1"}})", "paymentId"},
        {R"({"refundRequestId":"r_1","paymentId":"1"})", "refundAmount"},
        {R"({"refundRequestId":"r_1","paymentId":"1","refundAmount":{"currency":"JPY","value":1}})",
         "refundAmount.value"},
        {R"({"refundRequestId":"r_1","paymentId":"1","refundAmount":{"currency":"JPY","value":"0"}})",
         "refundAmount.value"},
        {R"({"refundRequestId":"r_1","paymentId":"1","refundAmount":{"currency":"XXX","value":"1"}})",
         "refundAmount.currency"},
        {R"({"refundRequestId":"r_1","paymentId":"1","refundAmount":{"currency":"JPY","value":"1"},"refundReason":""})",
         "refundReason"},
    };
    Scene scene;
    for (const auto& [body, field] : table) {
        auto answer = scene.answer("refund", body);
        EXPECT_EQ(result_text(answer), "F PARAM_ILLEGAL") << body;
        EXPECT_EQ(message_of(answer).rfind(field, 0), 0u) << message_of(answer);
    }
    EXPECT_EQ(scene.gateway().refused(), std::int64_t(std::size(table)));
}

TEST(SandboxFields, InquiryRefundNeedsOneId) {
    Scene scene;
    EXPECT_EQ(result_text(scene.answer("inquiryRefund", "{}")), "F PARAM_ILLEGAL");
    EXPECT_EQ(result_text(scene.answer("inquiryRefund", R"({"refundId":7})")), "F PARAM_ILLEGAL");
    EXPECT_EQ(result_text(scene.answer("inquiryRefund", R"({"refundId":)" + quoted(65) + "}")), "F PARAM_ILLEGAL");
}

}  // namespace
}  // namespace hostsim::sandbox
