// What the tests of plugin/alipay share: test keys, settings, a clock that stands still, and answers signed as Alipay
// does.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "alipay/gateway_client.h"
#include "alipay/signature.h"

namespace paydrv::alipay::test {

inline const std::string client_id = "T_TESTCLIENT0001";
inline const std::string payment_code = "288123456789012345";
inline const std::string payment_id = "20261121194010800100188820200000001";
inline constexpr std::int64_t wall_ms = 1'795'000'000'000;
inline constexpr std::int64_t monotonic_ms = 5'000;
inline const std::string response_time = "2026-11-21T09:00:00+08:00";
inline constexpr std::int64_t response_time_ms = 1'795'222'800'000;

/// A file of tests/unit/alipay, whole.
inline std::string file(const std::string& name) {
    std::ifstream in(std::string(ALIPAY_TEST_DIR "/") + name, std::ios::binary);
    EXPECT_TRUE(in) << name;
    return {std::istreambuf_iterator<char>(in), {}};
}

inline GatewaySettings settings() {
    GatewaySettings s;
    s.client_id = client_id;
    s.private_key = file("merchant_private.pem");
    s.private_key_name = "private_key_file of paydrv.json";
    s.alipay_public_keys = {file("alipay_public.pem")};
    s.alipay_public_keys_name = "alipay_public_key_file of paydrv.json";
    s.reference_merchant_id = "M001";
    s.merchant_name = "Coffee \xE6\x8B\xBF\xE9\x93\x81";
    s.merchant_mcc = "5814";
    s.reference_store_id = "S001";
    s.store_name = "Harbour";
    s.store_mcc = "5814";
    return s;
}

class StillClock : public engine::Clock {
  public:
    std::int64_t monotonic_ms() const noexcept override { return test::monotonic_ms; }
    std::int64_t wall_ms() const noexcept override { return test::wall_ms; }
};

inline engine::Request request(engine::Call call) {
    engine::Request r;
    r.token = 1;
    r.call = call;
    r.record.store = "S001";
    r.record.terminal = "TILL-07";
    r.record.business_day = 20261121;
    r.record.reference = "2026-000123";
    r.record.order_reference = "ticket-55";
    r.record.description = "Two coffees";
    r.record.amount_minor = 1000;
    r.record.currency = "HKD";
    r.record.request_id = "p1" + std::string(62, 'a');
    r.record.first_sent_ms = 1'795'222'799'000;
    r.record.expiry_ms = 1'795'222'919'000;
    if (call == engine::Call::pay) r.payment_code = payment_code;
    r.deadline_ms = 10'000;
    r.permit = std::make_shared<engine::SendPermit>();
    return r;
}

/// A refund of 300 from a payment of 1000, or the inquiry about it.
inline engine::Request refund_request(engine::Call call) {
    engine::Request r = request(call);
    r.record.kind = money::Kind::refund;
    r.record.reference = "R-77";
    r.record.description = "One coffee was cold";
    r.record.amount_minor = 300;
    r.record.request_id = "r1" + std::string(62, 'b');
    r.record.payment_id = payment_id;
    return r;
}

/// {"result":{...},more}
inline std::string body(const std::string& status, const std::string& code, const std::string& more = "",
                        const std::string& message = "m") {
    return R"({"result":{"resultStatus":")" + status + R"(","resultCode":")" + code + R"(","resultMessage":")" +
           message + "\"}" + (more.empty() ? "" : "," + more) + "}";
}

/// An HTTP answer with this body as Alipay would sign it for this target; tests then change what they are about.
inline net::HttpsResponse signed_answer(const std::string& target, const std::string& body,
                                        const std::string& key_file = "alipay_private.pem") {
    static const KeyHandle alipay_key = load_private_key(file("alipay_private.pem"), "test");
    const KeyHandle key = key_file == "alipay_private.pem" ? alipay_key : load_private_key(file(key_file), "test");
    net::HttpsResponse response;
    response.outcome = net::Outcome::answered;
    response.status = 200;
    response.body = body;
    response.headers = {
        {"client-id", client_id},
        {"response-time", response_time},
        {"signature", signature_header(sign(key, content_to_sign(target, client_id, response_time, body)))},
    };
    return response;
}

}  // namespace paydrv::alipay::test
