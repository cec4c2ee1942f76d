#include "alipay/messages.h"

#include <gtest/gtest.h>

#include "json/json_object.h"
#include "test_gateway.h"

namespace paydrv::alipay {
namespace {

using engine::Call;

std::string body_of(const engine::Request& request, const GatewaySettings& settings = test::settings()) {
    return request_body(request, settings, test::wall_ms);
}

std::string problem_of(const engine::Request& request, const GatewaySettings& settings = test::settings()) {
    try {
        body_of(request, settings);
    } catch (const std::runtime_error& fault) {
        return fault.what();
    }
    return "";
}

TEST(AlipayMessages, PayIsWrittenStrictly) {
    engine::Request request = test::request(Call::pay);
    request.payment_code = "288123456789012345\r\n";  // scanners end codes with a line end
    EXPECT_EQ(
        body_of(request),
        "{\"productCode\":\"IN_STORE_PAYMENT\",\"paymentRequestId\":\"" + request.record.request_id +
            "\",\"paymentFactor\":{\"inStorePaymentScenario\":\"PaymentCode\"},"
            "\"paymentAmount\":{\"currency\":\"HKD\",\"value\":\"1000\"},"
            "\"paymentMethod\":{\"paymentMethodType\":\"CONNECT_WALLET\",\"paymentMethodId\":\"288123456789012345\"},"
            "\"paymentExpiryTime\":\"2026-11-21T01:01:59+00:00\","
            "\"order\":{\"referenceOrderId\":\"ticket-55\",\"orderDescription\":\"Two coffees\","
            "\"orderAmount\":{\"currency\":\"HKD\",\"value\":\"1000\"},"
            "\"merchant\":{\"referenceMerchantId\":\"M001\",\"merchantMCC\":\"5814\","
            "\"merchantName\":\"Coffee \xE6\x8B\xBF\xE9\x93\x81\",\"store\":{\"referenceStoreId\":\"S001\","
            "\"storeName\":\"Harbour\",\"storeMCC\":\"5814\"}},"
            "\"env\":{\"storeTerminalId\":\"TILL-07\","
            "\"storeTerminalRequestTime\":\"2026-11-21T00:59:59+00:00\"}}}");
}

TEST(AlipayMessages, OptionalFieldsOnlyWhenConfigured) {
    GatewaySettings settings = test::settings();
    settings.payment_notify_url = "https://pay.example.com/notify?shop=1";
    settings.settlement_currency = "USD";
    settings.merchant_region = "HK";
    engine::Request request = test::request(Call::pay);
    request.record.operator_id = "anna";
    request.details_json =
        R"({"buyer":{"buyerEmail":"a@b.c"},"env":{"osType":"IOS"},"merchant":{"store":{"storePhoneNo":"1"}}})";
    const std::string with = body_of(request, settings);
    const std::string without = body_of(test::request(Call::pay));
    for (const char* part : {R"("paymentNotifyUrl":"https://pay.example.com/notify?shop=1")",
                             R"("settlementStrategy":{"settlementCurrency":"USD"})", R"("merchantRegion":"HK")",
                             R"("storeOperatorId":"anna")", R"("buyer":{"buyerEmail":"a@b.c"})", R"("osType":"IOS")",
                             R"("storePhoneNo":"1")", R"("storeTerminalId":"TILL-07")", R"("storeName":"Harbour")"}) {
        EXPECT_NE(with.find(part), std::string::npos) << part;
    }
    for (const char* name :
         {"paymentNotifyUrl", "settlementStrategy", "merchantRegion", "storeOperatorId", "buyer", "\"\"", "null"}) {
        EXPECT_EQ(without.find(name), std::string::npos) << name;
    }
}

TEST(AlipayMessages, TheSamePayHasTheSameBytes) {
    const engine::Request request = test::request(Call::pay);
    EXPECT_EQ(request_body(request, test::settings(), 1), request_body(request, test::settings(), 2));
    engine::Request unsent = request;
    unsent.record.first_sent_ms = 0;
    EXPECT_NE(request_body(unsent, test::settings(), 1'000), request_body(unsent, test::settings(), 2'000));
}

TEST(AlipayMessages, InquiryAndCancelNameThePaymentByOurId) {
    engine::Request request = test::request(Call::inquire);
    request.record.payment_id = test::payment_id;
    const std::string ours = "{\"paymentRequestId\":\"" + request.record.request_id + "\"}";
    EXPECT_EQ(body_of(request), ours);
    request.call = Call::cancel;
    EXPECT_EQ(body_of(request), ours);
    request.record.request_id.clear();
    EXPECT_EQ(body_of(request), "{\"paymentId\":\"" + test::payment_id + "\"}");
    engine::Request probe;
    probe.call = Call::inquire;
    probe.record.request_id = "p1probe";
    EXPECT_EQ(body_of(probe), "{\"paymentRequestId\":\"p1probe\"}");
}

TEST(AlipayMessages, RefundIsWrittenStrictly) {
    engine::Request request = test::refund_request(Call::refund);
    const std::string begin = "{\"refundRequestId\":\"" + request.record.request_id + "\",\"paymentId\":\"" +
                              test::payment_id + "\",\"refundAmount\":{\"currency\":\"HKD\",\"value\":\"300\"}";
    EXPECT_EQ(body_of(request), begin + R"(,"referenceRefundId":"R-77","refundReason":"One coffee was cold"})");
    request.record.reference.clear();  // the driver's own
    request.record.description = " ";
    EXPECT_EQ(body_of(request), begin + "}");
    EXPECT_EQ(request_body(request, test::settings(), 1), request_body(request, test::settings(), 2));
    request.call = Call::inquire_refund;
    EXPECT_EQ(body_of(request), "{\"refundRequestId\":\"" + request.record.request_id + "\"}");
}

TEST(AlipayMessages, ARefundsOriginalIsNamedByItsPaymentId) {
    engine::Request request = test::refund_request(Call::inquire);
    EXPECT_EQ(body_of(request), "{\"paymentId\":\"" + test::payment_id + "\"}");  // its request_id is no payment's
    engine::Request alone;
    alone.record.payment_id = test::payment_id;
    EXPECT_EQ(body_of(alone), "{\"paymentId\":\"" + test::payment_id + "\"}");
}

TEST(AlipayMessages, ARefundThatCannotBeSentIsRefusedByName) {
    const auto with = [](auto change, Call call = Call::refund) {
        engine::Request request = test::refund_request(call);
        change(request.record);
        return problem_of(request);
    };
    using Record = money::OperationRecord;
    EXPECT_EQ(with([](Record&) {}), "");
    EXPECT_EQ(with([](Record& r) { r.request_id.clear(); }), "refundRequestId is empty, and Alipay requires it");
    EXPECT_EQ(with([](Record& r) { r.request_id.clear(); }, Call::inquire_refund),
              "refundRequestId is empty, and Alipay requires it");
    EXPECT_EQ(with([](Record& r) { r.payment_id.clear(); }), "paymentId is empty, and Alipay requires it");
    EXPECT_EQ(with([](Record& r) { r.payment_id.clear(); }, Call::inquire),
              "paymentId is empty, and Alipay requires it");
    EXPECT_EQ(with([](Record& r) { r.amount_minor = 0; }), "refundAmount must be more than nothing");
    EXPECT_EQ(with([](Record& r) { r.currency.clear(); }), "currency is empty, and Alipay requires it");
    EXPECT_EQ(with([](Record& r) { r.reference.assign(65, 'x'); }),
              "referenceRefundId has more than the 64 characters that Alipay allows");
    EXPECT_EQ(with([](Record& r) { r.description.assign(257, 'x'); }),
              "refundReason has more than the 256 characters that Alipay allows");
    EXPECT_EQ(with([](Record& r) { r.description = "caf\xE9"; }), "refundReason is not UTF-8");
    EXPECT_EQ(with([](Record& r) { r.request_id.assign(65, 'x'); }, Call::inquire_refund),
              "refundRequestId has more than the 64 characters that Alipay allows");
    std::string chinese;
    for (int i = 0; i < 256; ++i)
        chinese += "\xE6\x8B\xBF";
    EXPECT_EQ(with([&](Record& r) { r.description = chinese; }), "");
}

TEST(AlipayMessages, DescriptionAndOrderFallBackToTheReference) {
    engine::Request request = test::request(Call::pay);
    request.record.order_reference.clear();
    request.record.description = " ";
    const std::string body = body_of(request);
    EXPECT_NE(body.find(R"("referenceOrderId":"2026-000123","orderDescription":"2026-000123")"), std::string::npos);
}

TEST(AlipayMessages, WhatCannotBeSentIsRefusedByName) {
    const auto with = [](auto change) {
        engine::Request request = test::request(Call::pay);
        change(request);
        return problem_of(request);
    };
    EXPECT_EQ(with([](engine::Request& r) { r.record.description = "caf\xE9"; }), "orderDescription is not UTF-8");
    EXPECT_EQ(with([](engine::Request& r) { r.payment_code = "28\xFF"; }), "paymentMethodId is not UTF-8");
    EXPECT_EQ(with([](engine::Request& r) { r.record.operator_id = "\xED\xA0\x80"; }), "storeOperatorId is not UTF-8");
    EXPECT_EQ(with([](engine::Request& r) { r.record.description = "\xC3"; }), "orderDescription is not UTF-8");
    EXPECT_EQ(with([](engine::Request& r) { r.payment_code.clear(); }),
              "paymentMethodId is empty, and Alipay requires it");
    EXPECT_NE(
        with([](engine::Request& r) { r.payment_code.assign(129, '2'); }).find("paymentMethodId has more than the 128"),
        std::string::npos);
    EXPECT_NE(with([](engine::Request& r) { r.record.order_reference.assign(65, 'x'); }).find("referenceOrderId"),
              std::string::npos);
    EXPECT_NE(with([](engine::Request& r) { r.record.description.assign(257, 'x'); }).find("256"), std::string::npos);
    EXPECT_NE(with([](engine::Request& r) { r.record.terminal.clear(); }).find("storeTerminalId is empty"),
              std::string::npos);
    EXPECT_NE(with([](engine::Request& r) { r.record.store.assign(33, 'x'); }).find("referenceStoreId"),
              std::string::npos);
    EXPECT_NE(with([](engine::Request& r) { r.record.amount_minor = 0; }).find("paymentAmount"), std::string::npos);
    EXPECT_NE(with([](engine::Request& r) { r.record.currency = "HKDX"; }).find("currency"), std::string::npos);
    EXPECT_NE(with([](engine::Request& r) { r.record.expiry_ms = 0; }).find("paymentExpiryTime"), std::string::npos);
    EXPECT_NE(with([](engine::Request& r) { r.record.mode = money::Mode::order_code; }).find("payment code"),
              std::string::npos);
    EXPECT_NE(with([](engine::Request& r) { r.details_json = "{\"x\":1}"; }).find("details: x"), std::string::npos);
    std::string chinese;
    for (int i = 0; i < 256; ++i)
        chinese += "\xE6\x8B\xBF";
    EXPECT_EQ(with([&](engine::Request& r) { r.record.description = chinese; }), "");
}

TEST(AlipayMessages, ReadsWhatTheGatewayWrites) {
    const auto message =
        read_message(R"({"result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success"},
        "paymentRequestId":"p1x","paymentId":"2026","paymentAmount":{"value":"1000","currency":"hkd"},
        "paymentStatus":"Success","paymentResultCode":"SUCCESS","paymentCreateTime":"2019-04-04T14:08:56+05:30",
        "actualPaymentAmount":{"value":"880","currency":"CNY"},"paymentQuote":{"quotePrice":0.88156063,"guaranteed":false},
        "pspCustomerInfo":{"pspName":"ALIPAYCN","pspCustomerId":"2088111","displayCustomerId":"a**@b.c"},
        "somethingNew":[{"x":[1,2,{"y":null}]}]})");
    ASSERT_TRUE(message);
    EXPECT_EQ(message->status, ResultStatus::success);
    EXPECT_EQ(message->code, "SUCCESS");
    EXPECT_EQ(message->payment_request_id, "p1x");
    EXPECT_EQ(message->payment_id, "2026");
    EXPECT_EQ(message->amount_minor, 1000);
    EXPECT_EQ(message->currency, "HKD");
    EXPECT_EQ(message->payment_status, "SUCCESS");
    EXPECT_EQ(message->create_time_ms, 1'554'367'136'000);
    EXPECT_EQ(message->wallet, "ALIPAYCN");
    EXPECT_EQ(message->display_customer, "a**@b.c");
}

TEST(AlipayMessages, ReadsRefunds) {
    const auto message = read_message(
        R"({"result":{"resultCode":"SUCCESS","resultStatus":"S"},"refundRequestId":"r1x","refundId":77,
        "refundAmount":{"value":300,"currency":"hkd"},"refundStatus":"Success","refundTime":"2019-04-04T14:08:56+05:30",
        "paymentTime":"2019-04-04T14:08:57+05:30","grossSettlementAmount":null,"settlementQuote":{"quotePrice":1.5}})");
    ASSERT_TRUE(message);
    EXPECT_EQ(message->refund_request_id, "r1x");
    EXPECT_EQ(message->refund_id, "77");
    EXPECT_EQ(message->refund_minor, 300);
    EXPECT_EQ(message->refund_currency, "HKD");
    EXPECT_EQ(message->refund_status, "SUCCESS");
    EXPECT_EQ(message->refund_time_ms, 1'554'367'136'000);
    EXPECT_EQ(message->paid_time_ms, 1'554'367'137'000);
    EXPECT_TRUE(message->refunds_readable);
    const auto odd = read_message(
        R"({"result":{},"refundRequestId":[],"refundId":true,"refundAmount":"3","refundStatus":{},"refundTime":[]})");
    ASSERT_TRUE(odd);
    EXPECT_EQ(odd->refund_request_id, "?");
    EXPECT_EQ(odd->refund_id, "?");
    EXPECT_EQ(odd->refund_minor, -1);
    EXPECT_EQ(odd->refund_status, "?");  // something is there, and it is none that we know
    EXPECT_EQ(odd->refund_time_ms, 0);
}

/// The inquiry of a payment of HKD with these transactions.
GatewayMessage listing(const std::string& transactions) {
    const auto message = read_message(
        R"({"result":{},"paymentAmount":{"currency":"HKD","value":"1000"},"transactions":)" + transactions + "}");
    EXPECT_TRUE(message) << transactions;
    return message.value_or(GatewayMessage{});
}

std::string refund_entry(const std::string& status, const std::string& value, const std::string& id = "1",
                         const std::string& currency = "HKD") {
    return R"({"transactionType":"refund","transactionStatus":")" + status + R"(","transactionId":")" + id +
           R"(","transactionRequestId":"r)" + id + R"(","transactionAmount":{"currency":")" + currency +
           R"(","value":)" + value + R"(},"transactionResult":{"resultStatus":"S"}})";
}

TEST(AlipayMessages, ListsRefundsThatAreDoneOrUnderWay) {
    const GatewayMessage message =
        listing("[" + refund_entry("SUCCESS", "\"100\"", "1") + "," + refund_entry("PROCESSING", "200", "2") + "," +
                refund_entry("Pending", "\"300\"", "3") + "," + refund_entry("FAIL", "\"x\"", "4") + "," +
                refund_entry("CANCELLED", "\"500\"", "5") + "," + refund_entry("BRAND_NEW", "\"600\"", "6") +
                R"(,{"transactionType":"PAYMENT","transactionStatus":"SUCCESS","transactionAmount":{"value":"x"}},)"
                R"({"transactionType":"BRAND_NEW","transactionAmount":7},)"
                R"({"transactionType":"REFUND","transactionStatus":null,"transactionAmount":{"value":"700"}}])");
    EXPECT_TRUE(message.refunds_readable);
    std::string told;
    for (const money::ListedRefund& refund : message.refunds) {
        told += refund.request_id + "/" + refund.refund_id + "/" + std::to_string(refund.amount_minor) +
                (refund.done ? " done; " : " under way; ");
    }
    EXPECT_EQ(told, "r1/1/100 done; r2/2/200 under way; r3/3/300 under way; r6/6/600 under way; //700 under way; ");
    for (const char* none : {"null", "[]", "\"\""}) {
        EXPECT_TRUE(listing(none).refunds_readable) << none;
        EXPECT_TRUE(listing(none).refunds.empty()) << none;
    }
}

TEST(AlipayMessages, ARefundThatCannotBeReadSpoilsTheList) {
    const std::string good = refund_entry("SUCCESS", "\"100\"", "1");
    for (const std::string& bad :
         {refund_entry("SUCCESS", "\"10.00\"", "2"), refund_entry("PROCESSING", "null", "2"),
          refund_entry("SUCCESS", "\"-5\"", "2"), refund_entry("SUCCESS", "0", "2"),
          refund_entry("SUCCESS", "\"9223372036854775807\"", "2"), refund_entry("SUCCESS", "\"5\"", "2", "CNY"),
          refund_entry("SUCCESS", "\"5\"", "2", "HK$"), refund_entry("SUCCESS", "\"99\"", "1"),
          std::string(R"({"transactionType":"REFUND","transactionStatus":"SUCCESS"})"),
          std::string(R"({"transactionType":"REFUND","transactionAmount":"5"})"),
          std::string(R"({"transactionAmount":{"currency":"HKD","value":"5"}})"),
          std::string(R"({"transactionType":{},"transactionAmount":{"currency":"HKD","value":"5"}})"), std::string("7"),
          std::string("null"), std::string("[]")}) {
        const GatewayMessage message = listing("[" + good + "," + bad + "]");
        EXPECT_FALSE(message.refunds_readable) << bad;
        EXPECT_TRUE(message.refunds.empty()) << bad;
    }
    for (const char* bad : {"{}", "\"x\"", "7", "true"})
        EXPECT_FALSE(listing(bad).refunds_readable) << bad;
    std::string many = "[";
    for (std::size_t i = 0; i < max_transactions; ++i)
        many += refund_entry("SUCCESS", "1", std::to_string(i)) + ",";
    many.back() = ']';
    EXPECT_EQ(listing(many).refunds.size(), max_transactions);
    many.back() = ',';
    EXPECT_FALSE(listing(many + refund_entry("SUCCESS", "1", "one more") + "]").refunds_readable);
}

TEST(AlipayMessages, ARefundListedTwiceCountsOnceAndAsUnderWayUntilBothSayDone) {
    const std::string done = refund_entry("SUCCESS", "\"100\"", "1");
    const GatewayMessage twice = listing("[" + done + "," + done + "]");
    ASSERT_EQ(twice.refunds.size(), 1U);
    EXPECT_TRUE(twice.refunds[0].done);
    const GatewayMessage mixed = listing("[" + done + "," + refund_entry("PROCESSING", "\"100\"", "1") + "]");
    ASSERT_EQ(mixed.refunds.size(), 1U);
    EXPECT_FALSE(mixed.refunds[0].done);
}

TEST(AlipayMessages, AbsentNullAndEmptyAreTheSame) {
    for (
        const char* body :
        {R"({"result":{}})",
         R"({"result":{"resultCode":null,"resultStatus":""},"paymentId":null,"paymentRequestId":"","paymentAmount":null})",
         R"({"result":{},"paymentAmount":{"value":null,"currency":" "},"pspCustomerInfo":null,"paymentCreateTime":"soon"})"}) {
        const auto message = read_message(body);
        ASSERT_TRUE(message) << body;
        EXPECT_EQ(message->status, ResultStatus::unknown);
        EXPECT_EQ(message->code, "");
        EXPECT_FALSE(message->payment_id || message->payment_request_id || message->amount_minor || message->currency);
        EXPECT_EQ(message->create_time_ms, 0);
    }
}

TEST(AlipayMessages, AmountsAsTextOrNumberAndNothingElse) {
    const auto amount = [](const std::string& value) {
        return read_message(R"({"result":{},"paymentAmount":{"value":)" + value + "}}").value().amount_minor;
    };
    for (const char* value : {"\"1000\"", "1000", "1000.0", "1e3", "\" 1000 \"", "\"0001000\""})
        EXPECT_EQ(amount(value), 1000) << value;
    for (const char* value : {"\"10.00\"", "10.5", "\"-1000\"", "-1000", "\"1,000\"", "\"x\"", "true", "[]", "{}",
                              "1e300", "\"99999999999999999999\"", "18446744073709551615"}) {
        EXPECT_EQ(amount(value), -1) << value;
    }
    EXPECT_EQ(read_message(R"({"result":{},"paymentAmount":"1000"})")->amount_minor, -1);
}

TEST(AlipayMessages, UnreadableIdsEqualNothingAndOddNamesAreDropped) {
    const auto message =
        read_message(R"({"result":{"resultStatus":"A","resultCode":"NO SUCH; CODE"},"paymentId":{"x":1},
        "paymentRequestId":"p1\u0000x","pspCustomerInfo":{"pspName":"A\u0007B","displayCustomerId":12}})");
    ASSERT_TRUE(message);
    EXPECT_EQ(message->status, ResultStatus::unknown);
    EXPECT_EQ(message->code, "");
    EXPECT_EQ(message->payment_id, "?");
    EXPECT_EQ(message->payment_request_id, "?");
    EXPECT_EQ(message->wallet, "");
    EXPECT_EQ(message->display_customer, "12");
}

TEST(AlipayMessages, GarbageIsNoMessage) {
    std::string deep = R"({"result":{},"x":)";
    for (int i = 0; i < 100'000; ++i)
        deep += "[";
    std::string nested = R"({"result":{},"x":)" + std::string(20, '[') + std::string(20, ']') + "}";
    for (const std::string& body :
         {std::string(), std::string("null"), std::string("[]"), std::string("\"x\""), std::string("{"),
          std::string("{}"), std::string(R"({"result":"S"})"), std::string(R"({"result":[]})"),
          std::string("<html>502</html>"), std::string("{\"result\":{}}trailing"),
          std::string("{\"result\":{\"resultCode\":\"\xFF\"}}"), deep, nested,
          std::string(R"({"result":{"resultStatus":"S"},"x":")") + std::string(2'000'000, 'x') + "\"}",
          std::string("\0\0\0\0", 4), std::string("{\"result\":{\"resultCode\":NaN}}")}) {
        EXPECT_FALSE(read_message(body)) << body.substr(0, 60);
    }
    // Every cut of a good message is either no message or one without a conclusion that the whole had not.
    const std::string good = R"({"result":{"resultCode":"SUCCESS","resultStatus":"S"},"paymentId":"1"})";
    for (std::size_t length = 0; length < good.size(); ++length)
        EXPECT_FALSE(read_message(good.substr(0, length)));
}

TEST(AlipayMessages, Utf8IsCheckedAsTheStandardSays) {
    for (const char* good : {"", "a", "\xC3\xA9", "\xE6\x8B\xBF", "\xF0\x9F\x98\x80"})
        EXPECT_TRUE(json::is_utf8(good));
    for (const char* bad :
         {"\x80", "\xC3", "\xC0\x80", "\xE6\x8B", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFF"}) {
        EXPECT_FALSE(json::is_utf8(bad));
    }
    EXPECT_EQ(json::characters("a\xC3\xA9\xE6\x8B\xBF\xF0\x9F\x98\x80"), 4U);
}

}  // namespace
}  // namespace paydrv::alipay
