// Is anything believed that is not signed by Alipay over these very bytes (R2)? Does a secret leak (R10)?
#include "alipay/gateway_client.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <array>

#include "alipay/datetime.h"
#include "alipay/request_ids.h"
#include "test_gateway.h"

namespace paydrv::alipay {
namespace {

using engine::Call;
using money::Answer;
using money::Verdict;

const std::string pay_target = "/ams/api/v1/payments/pay";
const std::string paid_body =
    R"({"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"ok"},"paymentId":")" + test::payment_id +
    R"(","paymentAmount":{"currency":"HKD","value":"1000"}})";

std::string failure(const std::string& code) {
    return R"({"result":{"resultStatus":"F","resultCode":")" + code + R"(","resultMessage":"says )" +
           test::payment_code + "\"}}";
}

std::string header(const net::HttpsRequest& request, const std::string& name) {
    for (const auto& [key, value] : request.headers) {
        if (key == name) return value;
    }
    return "";
}

class AlipayGatewayClient : public testing::Test {
  protected:
    test::StillClock clock;
    net::HttpsRequest sent;  // the last one
    int posts = 0;
    bool byte_written = false;

    /// One exchange with a gateway that gives this HTTP answer.
    Answer exchange(const net::HttpsResponse& response, const engine::Request& request = test::request(Call::pay),
                    const GatewaySettings& settings = test::settings()) {
        GatewayClient client(settings, transport(response), clock);
        return client.exchange(request, [] {});
    }

    Transport transport(const net::HttpsResponse& response) {
        return [this, response](const net::HttpsRequest& request) {
            sent = request;
            ++posts;
            byte_written = request.before_first_byte();
            if (byte_written) return response;
            net::HttpsResponse recalled;
            recalled.fault = net::Fault::recalled;
            return recalled;
        };
    }

    static net::HttpsResponse paid() { return test::signed_answer(pay_target, paid_body); }

    static void set_header(net::HttpsResponse& response, const std::string& name, const std::string& value) {
        for (auto& [key, old] : response.headers) {
            if (key == name) old = value;
        }
    }
    static void drop_header(net::HttpsResponse& response, const std::string& name) {
        std::erase_if(response.headers, [&](const auto& field) { return field.first == name; });
    }

    static void expect_proves_nothing(const Answer& answer, bool configuration_fault) {
        EXPECT_EQ(answer.verdict, Verdict::unknown);
        EXPECT_FALSE(answer.verified);
        EXPECT_EQ(answer.configuration_fault, configuration_fault) << answer.problem;
        EXPECT_EQ(answer.response_time_ms, 0);
        EXPECT_EQ(answer.code, "");
        EXPECT_EQ(answer.payment_id, "");
        EXPECT_FALSE(answer.problem.empty());
        EXPECT_EQ(answer.problem.find(test::payment_code), std::string::npos) << answer.problem;
    }
};

TEST_F(AlipayGatewayClient, SignsWhatItSendsAtThePathItSendsItTo) {
    GatewaySettings settings = test::settings();
    settings.path_prefix = "/ams/sandbox/api";
    settings.agent_token = "token-1";
    for (const auto& [call, target] : {std::pair{Call::pay, "/ams/sandbox/api/v1/payments/pay"},
                                       {Call::inquire, "/ams/sandbox/api/v1/payments/inquiryPayment"},
                                       {Call::cancel, "/ams/sandbox/api/v1/payments/cancel"},
                                       {Call::refund, "/ams/sandbox/api/v1/payments/refund"},
                                       {Call::inquire_refund, "/ams/sandbox/api/v1/payments/inquiryRefund"}}) {
        const bool refund = call == Call::refund || call == Call::inquire_refund;
        exchange({}, refund ? test::refund_request(call) : test::request(call), settings);
        EXPECT_EQ(sent.target, target);
        EXPECT_EQ(header(sent, "Client-Id"), test::client_id);
        EXPECT_EQ(header(sent, "Agent-Token"), "token-1");
        EXPECT_EQ(header(sent, "Content-Type"), "application/json; charset=UTF-8");
        EXPECT_EQ(header(sent, "Request-Time"), std::to_string(test::wall_ms));
        const ReadSignature signature = read_signature(std::array{header(sent, "Signature")});
        const std::array merchant{load_public_key(test::file("merchant_public.pem"), "merchant")};
        EXPECT_TRUE(verify(merchant, content_to_sign(target, test::client_id, header(sent, "Request-Time"), sent.body),
                           signature.bytes));
        EXPECT_EQ(sent.deadline_ms, 10'000);
    }
    settings.request_time = RequestTimeForm::iso8601;
    settings.agent_token.clear();
    exchange({}, test::request(Call::pay), settings);
    EXPECT_EQ(header(sent, "Request-Time"), format_datetime(test::wall_ms));
    EXPECT_EQ(header(sent, "Agent-Token"), "");
}

TEST_F(AlipayGatewayClient, AVerifiedSuccessIsPaid) {
    const Answer answer = exchange(paid());
    EXPECT_EQ(answer.verdict, Verdict::paid);
    EXPECT_TRUE(answer.verified);
    EXPECT_EQ(answer.response_time_ms, test::response_time_ms);
    EXPECT_EQ(answer.payment_id, test::payment_id);
    EXPECT_EQ(answer.problem, "");
    EXPECT_FALSE(answer.configuration_fault);
    EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST_F(AlipayGatewayClient, ARefundIsTakenOnlyFromASignedAnswer) {
    const std::string body =
        test::body("S", "SUCCESS",
                   R"("refundId":"2026R1","refundStatus":"SUCCESS","refundAmount":{"currency":"HKD","value":"300"})");
    for (const auto& [call, target] : {std::pair{Call::refund, "/ams/api/v1/payments/refund"},
                                       {Call::inquire_refund, "/ams/api/v1/payments/inquiryRefund"}}) {
        engine::Request request = test::refund_request(call);
        request.deadline_ms = 7'000;
        int told = 0;
        GatewayClient client(test::settings(), transport(test::signed_answer(target, body)), clock);
        const Answer answer = client.exchange(request, [&] { ++told; });
        EXPECT_EQ(answer.verdict, Verdict::refunded) << answer.problem;
        EXPECT_TRUE(answer.verified);
        EXPECT_EQ(answer.refund_id, "2026R1");
        EXPECT_EQ(answer.amount_minor, 300);
        EXPECT_EQ(answer.response_time_ms, test::response_time_ms);
        EXPECT_EQ(told, 1);
        EXPECT_EQ(sent.deadline_ms, 7'000);
        EXPECT_FALSE(request.permit->recall());

        net::HttpsResponse not_signed = test::signed_answer(target, body);
        drop_header(not_signed, "signature");
        expect_proves_nothing(exchange(not_signed, test::refund_request(call)), false);
        expect_proves_nothing(exchange(test::signed_answer(pay_target, body), test::refund_request(call)), true);
        net::HttpsResponse refused = test::signed_answer(target, failure("SIGNATURE_INVALID"));
        drop_header(refused, "signature");
        expect_proves_nothing(exchange(refused, test::refund_request(call)), true);

        engine::Request recalled = test::refund_request(call);
        ASSERT_TRUE(recalled.permit->recall());
        const Answer taken_back = exchange(test::signed_answer(target, body), recalled);
        EXPECT_EQ(taken_back.verdict, Verdict::not_sent);
        EXPECT_TRUE(taken_back.recalled);
    }
}

TEST_F(AlipayGatewayClient, ARefundThatCannotBeWrittenIsNotSent) {
    engine::Request request = test::refund_request(Call::refund);
    request.record.description.assign(257, 'x');
    const Answer answer = exchange({}, request);
    EXPECT_EQ(answer.verdict, Verdict::not_sent);
    EXPECT_EQ(answer.problem,
              "this refund cannot be sent: refundReason has more than the 256 characters that Alipay allows");
    EXPECT_EQ(posts, 0);
}

TEST_F(AlipayGatewayClient, InquiriesByAnyIdGiveAnAnswer) {
    const std::string inquiry = "/ams/api/v1/payments/inquiryPayment";
    for (const std::string& id : {std::string("no such payment"), std::string("\"},{\"\\\0", 7), std::string(64, 'x'),
                                  std::string("\xE6\x8B\xBF"), std::string(65, 'x'), std::string("\xFF"), std::string(),
                                  std::string(100'000, '9')}) {
        for (const bool by_payment_id : {true, false}) {
            engine::Request request;
            (by_payment_id ? request.record.payment_id : request.record.request_id) = id;
            request.deadline_ms = 5'000;
            request.permit = std::make_shared<engine::SendPermit>();
            posts = 0;
            const Answer answer = exchange(test::signed_answer(inquiry, failure("ORDER_NOT_EXIST")), request);
            EXPECT_EQ(answer.verdict, posts == 1 ? Verdict::no_such_payment : Verdict::not_sent) << id.substr(0, 70);
            EXPECT_EQ(answer.problem.empty(), posts == 1) << answer.problem;
        }
    }
}

TEST_F(AlipayGatewayClient, TheTraceIdIsToldForSupport) {
    const auto traced = [](const std::string& name, const std::string& value) {
        net::HttpsResponse response = paid();
        response.headers.emplace_back(name, value);
        return response;
    };
    EXPECT_EQ(exchange(paid()).trace, "");
    EXPECT_EQ(exchange(traced("tracerid", "0a1b2c.7")).trace, "0a1b2c.7");
    EXPECT_EQ(exchange(traced("TraceId", "0a1b2c 7")).trace, "0a1b2c 7");
    EXPECT_EQ(exchange(traced("traceid", std::string(64, 'x'))).trace, std::string(64, 'x'));
    for (const std::string& odd : {std::string(), std::string(65, 'x'), std::string("a\r\nb"), std::string("\x7F"),
                                   std::string("\xE6\x8B\xBF"), std::string("a\0b", 3)}) {
        EXPECT_EQ(exchange(traced("traceid", odd)).trace, "");
    }
    EXPECT_EQ(exchange(traced("tracerid", test::payment_code)).trace, "***");  // R10
    net::HttpsResponse broken = traced("traceid", "t-500");
    broken.status = 500;
    EXPECT_EQ(exchange(broken).trace, "t-500");  // wanted most where nothing is proven
}

TEST_F(AlipayGatewayClient, HeaderNamesInAnyCaseAndTheSameOneTwice) {
    net::HttpsResponse response = paid();
    for (auto& field : response.headers) {
        for (char& c : field.first)
            c = static_cast<char>(std::toupper(c));
    }
    const net::HeaderFields once = response.headers;
    response.headers.insert(response.headers.end(), once.begin(), once.end());
    EXPECT_EQ(exchange(response).verdict, Verdict::paid);
}

TEST_F(AlipayGatewayClient, EitherOfTwoPublicKeysWillDo) {
    GatewaySettings settings = test::settings();
    settings.alipay_public_keys = {test::file("stranger_public.pem"), test::file("alipay_public.pem")};
    EXPECT_EQ(exchange(paid(), test::request(Call::pay), settings).verdict, Verdict::paid);
}

TEST_F(AlipayGatewayClient, AnythingChangedProvesNothingAndNamesTheLikelyKey) {
    net::HttpsResponse body = paid();
    body.body += " ";
    net::HttpsResponse time = paid();
    set_header(time, "response-time", "2026-11-21T09:00:01+08:00");
    const net::HttpsResponse path = test::signed_answer("/ams/api/v1/payments/inquiryPayment", paid_body);
    const net::HttpsResponse stranger = test::signed_answer(pay_target, paid_body, "stranger_private.pem");
    const net::HttpsResponse ourselves = test::signed_answer(pay_target, paid_body, "merchant_private.pem");
    for (const net::HttpsResponse& response : {body, time, path, stranger, ourselves}) {
        const Answer answer = exchange(response);
        expect_proves_nothing(answer, true);
        EXPECT_NE(answer.problem.find("alipay_public_key_file of paydrv.json"), std::string::npos);
        EXPECT_NE(answer.problem.find("Alipay's public key from the Alipay dashboard"), std::string::npos);
        EXPECT_NE(answer.problem.find(test::client_id), std::string::npos);
    }
}

TEST_F(AlipayGatewayClient, AnotherClientIdIsAFaultOfTheConfiguration) {
    net::HttpsResponse response = paid();
    set_header(response, "client-id", "T_SOMEONE_ELSE");
    const Answer answer = exchange(response);
    expect_proves_nothing(answer, true);
    EXPECT_NE(answer.problem.find("clientId T_TESTCLIENT0001"), std::string::npos);
}

TEST_F(AlipayGatewayClient, MissingOrDoubledHeadersProveNothing) {
    for (const char* name : {"client-id", "response-time"}) {
        net::HttpsResponse missing = paid();
        drop_header(missing, name);
        expect_proves_nothing(exchange(missing), false);
        net::HttpsResponse empty = paid();
        set_header(empty, name, "");
        expect_proves_nothing(exchange(empty), false);
        net::HttpsResponse twice = paid();
        twice.headers.emplace_back(name, "2026-11-21T09:00:07+08:00");
        expect_proves_nothing(exchange(twice), false);
    }
    for (const char* value :
         {"", "algorithm=RSA256", "signature=", "algorithm=RSA512,signature=QUJD", "signature=%%%"}) {
        net::HttpsResponse response = paid();
        set_header(response, "signature", value);
        expect_proves_nothing(exchange(response), false);
    }
    net::HttpsResponse two = paid();
    two.headers.emplace_back("Signature", "signature=QUJD");
    expect_proves_nothing(exchange(two), false);
    net::HttpsResponse time = paid();
    set_header(time, "response-time", "yesterday");
    expect_proves_nothing(exchange(time), false);
}

TEST_F(AlipayGatewayClient, UnsignedSuccessProvesNothing) {
    net::HttpsResponse response = paid();
    drop_header(response, "signature");
    expect_proves_nothing(exchange(response), false);
}

TEST_F(AlipayGatewayClient, UnsignedFailureOnlyReportsTheConfiguration) {
    for (const char* code : {"SIGNATURE_INVALID", "INVALID_SIGNATURE", "KEY_NOT_FOUND", "CLIENT_INVALID",
                             "INVALID_CLIENT", "ACCESS_DENIED", "INVALID_ACCESS_TOKEN", "NO_INTERFACE_DEF"}) {
        net::HttpsResponse response = test::signed_answer(pay_target, failure(code));
        drop_header(response, "signature");
        const Answer answer = exchange(response);
        expect_proves_nothing(answer, true);
        EXPECT_NE(answer.problem.find(code), std::string::npos) << answer.problem;
    }
    for (const char* code :
         {"EXPIRED_CODE", "ORDER_NOT_EXIST", "PROCESS_FAIL", "BRAND_NEW_CODE", "REQUEST_TRAFFIC_EXCEED_LIMIT"}) {
        net::HttpsResponse response = test::signed_answer(pay_target, failure(code));
        drop_header(response, "signature");
        expect_proves_nothing(exchange(response), false);
    }
}

TEST_F(AlipayGatewayClient, KeysThatAreNoPairAreNamed) {
    net::HttpsResponse response;
    response.outcome = net::Outcome::answered;
    response.status = 200;
    response.body = failure("SIGNATURE_INVALID");
    const Answer answer = exchange(response);
    EXPECT_NE(
        answer.problem.find("the private key of private_key_file of paydrv.json does not belong to the public key that "
                            "the Alipay dashboard has for clientId T_TESTCLIENT0001"),
        std::string::npos)
        << answer.problem;
}

TEST_F(AlipayGatewayClient, OtherStatusesProveNothingEvenWhenSigned) {
    for (const int status : {201, 204, 302, 400, 401, 404, 429, 500, 502, 503}) {
        net::HttpsResponse response = paid();
        response.status = status;
        const Answer answer = exchange(response);
        expect_proves_nothing(answer, false);
        EXPECT_NE(answer.problem.find(std::to_string(status)), std::string::npos);
    }
}

TEST_F(AlipayGatewayClient, SignedGarbageIsVerifiedAndConcludesNothing) {
    for (const std::string& body :
         {std::string(), std::string("<html>"), std::string("[]"), std::string("{\"result\":1}"),
          std::string(R"({"result":{},"x":)") + std::string(50'000, '['), std::string(1'100'000, ' ')}) {
        const Answer answer = exchange(test::signed_answer(pay_target, body));
        EXPECT_EQ(answer.verdict, Verdict::unknown);
        EXPECT_TRUE(answer.verified);
        EXPECT_EQ(answer.response_time_ms, test::response_time_ms);
        EXPECT_FALSE(answer.problem.empty());
    }
}

TEST_F(AlipayGatewayClient, FaultsOfTheTransportKeepTheirMeaning) {
    net::HttpsResponse response;
    response.outcome = net::Outcome::not_sent;
    response.fault = net::Fault::tls_untrusted;
    response.problem = "the certificate does not lead to a trusted CA";
    Answer answer = exchange(response);
    EXPECT_EQ(answer.verdict, Verdict::not_sent);
    EXPECT_FALSE(answer.recalled || answer.verified || answer.configuration_fault);
    EXPECT_EQ(answer.problem, response.problem);
    response.outcome = net::Outcome::unknown;
    response.fault = net::Fault::closed;
    response.problem = "closed while sending " + test::payment_code;
    answer = exchange(response);
    EXPECT_EQ(answer.verdict, Verdict::unknown);
    EXPECT_EQ(answer.problem, "closed while sending ***");
}

TEST_F(AlipayGatewayClient, TheFirstByteIsAskedForAndTold) {
    const engine::Request request = test::request(Call::pay);
    GatewayClient client(test::settings(), transport(paid()), clock);
    int told = 0;
    EXPECT_EQ(client.exchange(request, [&] { ++told; }).verdict, Verdict::paid);
    EXPECT_EQ(told, 1);
    EXPECT_FALSE(request.permit->recall());
}

TEST_F(AlipayGatewayClient, ARecalledRequestWritesNothing) {
    const engine::Request request = test::request(Call::pay);
    ASSERT_TRUE(request.permit->recall());
    GatewayClient client(test::settings(), transport(paid()), clock);
    int told = 0;
    const Answer answer = client.exchange(request, [&] { ++told; });
    EXPECT_EQ(answer.verdict, Verdict::not_sent);
    EXPECT_TRUE(answer.recalled);
    EXPECT_FALSE(byte_written);
    EXPECT_EQ(told, 0);
}

TEST_F(AlipayGatewayClient, WhatCannotBeWrittenIsNotSent) {
    engine::Request request = test::request(Call::pay);
    request.record.description = "caf\xE9";
    const Answer answer = exchange(paid(), request);
    EXPECT_EQ(answer.verdict, Verdict::not_sent);
    EXPECT_FALSE(answer.recalled);
    EXPECT_EQ(answer.problem, "this pay cannot be sent: orderDescription is not UTF-8");
    EXPECT_EQ(posts, 0);
    EXPECT_TRUE(request.permit->recall());  // still ours
}

TEST_F(AlipayGatewayClient, ATransportThatThrowsIsContained) {
    const engine::Request request = test::request(Call::pay);
    GatewayClient before(
        test::settings(), [](const net::HttpsRequest&) -> net::HttpsResponse { throw std::bad_alloc(); }, clock);
    EXPECT_EQ(before.exchange(request, nullptr).verdict, Verdict::not_sent);
    GatewayClient after(
        test::settings(),
        [](const net::HttpsRequest& r) -> net::HttpsResponse {
            r.before_first_byte();
            throw std::bad_alloc();
        },
        clock);
    const Answer answer = after.exchange(request, nullptr);
    EXPECT_EQ(answer.verdict, Verdict::unknown);
    EXPECT_FALSE(answer.problem.empty());
}

TEST_F(AlipayGatewayClient, RequestTimeFollowsTheGatewaysClock) {
    GatewayClient client(test::settings(), transport(paid()), clock);
    EXPECT_EQ(client.gateway_now_ms(), test::wall_ms);
    client.exchange(test::request(Call::pay), nullptr);
    EXPECT_EQ(header(sent, "Request-Time"), std::to_string(test::wall_ms));
    client.exchange(test::request(Call::pay), nullptr);
    EXPECT_EQ(header(sent, "Request-Time"), std::to_string(test::response_time_ms));
    EXPECT_EQ(client.gateway_now_ms(), test::response_time_ms);
}

TEST_F(AlipayGatewayClient, NamesAttemptsByTheFormulas) {
    GatewayClient client(test::settings(), transport({}), clock);
    money::OperationRecord record = test::request(Call::pay).record;
    EXPECT_EQ(client.request_id(record), "p189cdfc64d05473bc2a179f610438154050e15c9dcf285230f5ed91c9b6eb96");
    record.amount_minor = 1;
    record.order_reference = "another";
    EXPECT_EQ(client.request_id(record), "p189cdfc64d05473bc2a179f610438154050e15c9dcf285230f5ed91c9b6eb96");
    EXPECT_EQ(client.refund_id("P", "R"), refund_request_id(test::client_id, "P", "R"));
    EXPECT_EQ(client.undo_id("P"), undo_request_id(test::client_id, "P"));
    EXPECT_FALSE(client.details_problem("{}"));
    EXPECT_TRUE(client.details_problem("{\"paymentAmount\":{}}"));
}

TEST_F(AlipayGatewayClient, RefusesSettingsThatCannotBeSent) {
    const auto problem = [&](auto change) -> std::string {
        GatewaySettings settings = test::settings();
        change(settings);
        try {
            GatewayClient client(settings, transport({}), clock);
        } catch (const std::runtime_error& fault) {
            return fault.what();
        }
        return "";
    };
    EXPECT_NE(problem([](GatewaySettings& s) { s.client_id.clear(); }).find("clientId is empty"), std::string::npos);
    EXPECT_NE(problem([](GatewaySettings& s) { s.client_id = "a\r\nX: y"; }).find("clientId holds"), std::string::npos);
    EXPECT_NE(problem([](GatewaySettings& s) { s.agent_token = "a b"; }).find("agentToken holds"), std::string::npos);
    EXPECT_NE(problem([](GatewaySettings& s) { s.path_prefix = "/ams/api/"; }).find("pathPrefix"), std::string::npos);
    EXPECT_NE(problem([](GatewaySettings& s) { s.path_prefix = "ams"; }).find("pathPrefix"), std::string::npos);
    EXPECT_NE(problem([](GatewaySettings& s) { s.private_key = s.alipay_public_keys[0]; }).find("a public key"),
              std::string::npos);
    EXPECT_EQ(problem([](GatewaySettings&) {}), "");
}

// R10: every way to fail, with a gateway that repeats the payment code and a customer id wherever it can.
TEST_F(AlipayGatewayClient, NoAnswerHoldsASecret) {
    const std::string echo = R"({"result":{"resultStatus":"F","resultCode":")" + test::payment_code +
                             R"(","resultMessage":")" + test::payment_code +
                             R"("},"pspCustomerInfo":{"pspCustomerId":"2088secret"}})";
    net::HttpsResponse unsigned_echo = test::signed_answer(pay_target, echo);
    drop_header(unsigned_echo, "signature");
    net::HttpsResponse foreign = paid();
    set_header(foreign, "client-id", test::payment_code);
    net::HttpsResponse odd = paid();
    set_header(odd, "signature", "algorithm=" + test::payment_code + ",signature=QUJD");
    engine::Request unsendable = test::request(Call::pay);
    unsendable.record.terminal.clear();
    for (const Answer& answer :
         {exchange(test::signed_answer(pay_target, echo)), exchange(unsigned_echo), exchange(foreign), exchange(odd),
          exchange(test::signed_answer(pay_target, failure("PARAM_ILLEGAL"))), exchange(paid(), unsendable)}) {
        for (const std::string& text : {answer.problem, answer.wallet, answer.display_customer, answer.payment_id}) {
            EXPECT_EQ(text.find(test::payment_code), std::string::npos) << text;
            EXPECT_EQ(text.find("2088secret"), std::string::npos) << text;
            EXPECT_EQ(text.find("PRIVATE KEY"), std::string::npos) << text;
        }
    }
}

}  // namespace
}  // namespace paydrv::alipay
