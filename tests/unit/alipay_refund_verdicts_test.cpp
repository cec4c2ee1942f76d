// What may an answer about a refund conclude (R1, R8, R18)?
#include <gtest/gtest.h>

#include <random>

#include "alipay/verdicts.h"
#include "test_gateway.h"

namespace paydrv::alipay {
namespace {

using engine::Call;
using money::Answer;
using money::NextAction;
using money::Verdict;
using test::body;

const money::OperationRecord ours = test::refund_request(Call::refund).record;
const std::string request_id = "\"refundRequestId\":\"" + ours.request_id + "\"";
const std::string refund_id = R"("refundId":"2026R1")";
const std::string payment = "\"paymentId\":\"" + test::payment_id + "\"";
const std::string amount = R"("refundAmount":{"currency":"HKD","value":"300"})";
const std::string whole = request_id + "," + refund_id + "," + payment + "," + amount;

Answer judged(Call call, const std::string& text, const money::OperationRecord& record = ours) {
    const auto message = read_message(text);
    EXPECT_TRUE(message) << text;
    const Answer answer = judge(call, record, message.value_or(GatewayMessage{}), test::settings());
    EXPECT_TRUE(answer.verified);
    return answer;
}

Answer refund(const std::string& status, const std::string& code, const std::string& more = "") {
    return judged(Call::refund, body(status, code, more));
}
Answer inquiry(const std::string& more) {
    return judged(Call::inquire_refund, body("S", "SUCCESS", more));
}
std::string status(const std::string& text) {
    return "\"refundStatus\":\"" + text + "\"";
}

TEST(AlipayRefundVerdicts, ASuccessIsARefundOnlyWhenComplete) {
    for (const Answer& answer :
         {refund("S", "SUCCESS", whole + R"(,"refundTime":"2026-11-21T09:00:00+08:00")"),
          inquiry(status("SUCCESS") + "," + whole + R"(,"refundTime":"2026-11-21T09:00:00+08:00")")}) {
        EXPECT_EQ(answer.verdict, Verdict::refunded);
        EXPECT_EQ(answer.refund_id, "2026R1");
        EXPECT_EQ(answer.payment_id, test::payment_id);
        EXPECT_EQ(answer.amount_minor, 300);
        EXPECT_EQ(answer.currency, "HKD");
        EXPECT_EQ(answer.paid_time_ms, test::response_time_ms);
        EXPECT_EQ(answer.problem, "");
    }
    struct Case {
        std::string more;
        const char* missing;  // nullptr: nothing
    };
    for (const Case& c : {Case{request_id + "," + amount, nullptr}, Case{refund_id + "," + amount, nullptr},
                          Case{payment + "," + amount, "refundId"}, Case{R"("refundId":{},)" + amount, "refundId"},
                          Case{request_id + "," + refund_id, "value of refundAmount"},
                          Case{refund_id + R"(,"refundAmount":{"value":"300"})", "currency of refundAmount"},
                          Case{refund_id + R"(,"refundAmount":{"currency":"HKD"})", "value of refundAmount"},
                          Case{refund_id + R"(,"refundAmount":null)", "value of refundAmount"}}) {
        for (const Answer& answer : {refund("S", "SUCCESS", c.more), inquiry(status("SUCCESS") + "," + c.more)}) {
            EXPECT_EQ(answer.verdict, c.missing == nullptr ? Verdict::refunded : Verdict::unknown) << c.more;
            if (c.missing != nullptr) {
                EXPECT_NE(answer.problem.find(c.missing), std::string::npos) << answer.problem;
            }
        }
    }
    EXPECT_EQ(refund("S", "SUCCESS").verdict, Verdict::unknown);
}

TEST(AlipayRefundVerdicts, WhatIsNotOursIsAMismatchFieldByField) {
    money::OperationRecord known = ours;
    known.refund_id = "2026R1";
    struct Case {
        std::string more;
        const char* part;
    };
    for (const Case& c :
         {Case{R"("refundRequestId":"r1other",)" + amount, "another refundRequestId"},
          Case{R"("refundRequestId":[],)" + amount, "another refundRequestId"},
          Case{request_id + R"(,"refundId":"2026R2",)" + amount, "another refundId"},
          Case{request_id + R"(,"paymentId":"999",)" + amount, "another paymentId"},
          Case{request_id + R"(,"refundAmount":{"currency":"HKD","value":"301"})", "another amount"},
          Case{request_id + R"(,"refundAmount":{"currency":"HKD","value":"3.00"})", "another amount"},
          Case{request_id + R"(,"refundAmount":"300")", "another amount"},
          Case{request_id + R"(,"refundAmount":{"currency":"CNY","value":"300"})", "another currency"}}) {
        for (const Answer& answer :
             {judged(Call::refund, body("S", "SUCCESS", c.more), known),
              judged(Call::refund, body("U", "REFUND_IN_PROCESS", c.more), known),
              judged(Call::refund, body("F", "REFUND_WINDOW_EXCEED", c.more), known),
              judged(Call::inquire_refund, body("S", "SUCCESS", status("SUCCESS") + "," + c.more), known),
              judged(Call::inquire_refund, body("S", "SUCCESS", status("FAIL") + "," + c.more), known)}) {
            EXPECT_EQ(answer.verdict, Verdict::mismatch) << c.more;
            EXPECT_NE(answer.problem.find(c.part), std::string::npos) << answer.problem;
            EXPECT_NE(answer.problem.find("this refund"), std::string::npos) << answer.problem;
        }
    }
    const Answer other =
        inquiry(status("SUCCESS") + R"(,"refundId":"2026R2","refundAmount":{"currency":"cny","value":"7"})");
    EXPECT_EQ(other.amount_minor, 7);
    EXPECT_EQ(other.currency, "CNY");
    EXPECT_EQ(other.refund_id, "2026R2");
    EXPECT_EQ(refund("S", "SUCCESS", R"("paymentRequestId":"p1its_payment",)" + whole).verdict, Verdict::refunded);
}

TEST(AlipayRefundVerdicts, RefundFollowsTheTableRowByRow) {
    for (const ResultCode& row : result_codes()) {
        if (row.call != Call::refund || row.status == ResultStatus::success) continue;
        const std::string letter(1, static_cast<char>(row.status));
        const Answer answer = refund(letter, std::string(row.code));
        EXPECT_EQ(answer.verdict, row.verdict) << row.code;
        EXPECT_EQ(answer.code, row.code);
        if (answer.verdict == Verdict::nothing_taken) {
            EXPECT_EQ(answer.reason, row.reason);
            EXPECT_EQ(answer.next_action, row.next_action) << row.code;
        }
        EXPECT_EQ(answer.problem.empty(), answer.verdict == Verdict::open) << row.code;
        // The same code under a letter that the table does not have for it proves nothing.
        EXPECT_NE(refund(row.status == ResultStatus::failure ? "U" : "S", std::string(row.code)).verdict,
                  Verdict::nothing_taken);
        EXPECT_NE(refund("S", std::string(row.code), whole).verdict, Verdict::refunded) << row.code;
    }
    EXPECT_NE(refund("F", "MERCHANT_BALANCE_NOT_ENOUGH").problem.find("top it up"), std::string::npos);
    EXPECT_NE(refund("F", "KEY_NOT_FOUND").problem.find("private_key_file of paydrv.json"), std::string::npos);
}

TEST(AlipayRefundVerdicts, RefundConcludesNothingFromTheUnfamiliar) {
    EXPECT_EQ(refund("F", "BRAND_NEW_CODE").verdict, Verdict::unknown);
    EXPECT_EQ(refund("S", "BRAND_NEW_CODE", whole).verdict, Verdict::unknown);
    EXPECT_EQ(refund("A", "SUCCESS", whole).verdict, Verdict::unknown);
    EXPECT_EQ(refund("F", "SUCCESS", whole).verdict, Verdict::unknown);
    EXPECT_EQ(refund("", "").verdict, Verdict::unknown);
    EXPECT_EQ(refund("F", "UNKNOWN_EXCEPTION").verdict, Verdict::unknown);
    EXPECT_EQ(refund("F", "REFUND_IN_PROCESS").verdict, Verdict::open);
    EXPECT_EQ(refund("S", "REFUND_IN_PROCESS", whole).verdict, Verdict::unknown);
    for (const char* letter : {"S", "F", "U"})
        EXPECT_EQ(refund(letter, "REQUEST_TRAFFIC_EXCEED_LIMIT").verdict, Verdict::slow_down) << letter;
    EXPECT_EQ(refund("S", "REQUEST_TRAFFIC_EXCEED_LIMIT", whole).verdict, Verdict::unknown);
}

TEST(AlipayRefundVerdicts, AStatusBesideTheCodeMustFit) {
    EXPECT_EQ(refund("U", "UNKNOWN_EXCEPTION", status("PROCESSING")).verdict, Verdict::open);
    EXPECT_EQ(refund("S", "SUCCESS", whole + "," + status("pending")).verdict, Verdict::open);
    EXPECT_EQ(refund("S", "SUCCESS", whole + "," + status("Success")).verdict, Verdict::refunded);
    EXPECT_EQ(refund("S", "SUCCESS", whole + "," + status("FAIL")).verdict, Verdict::unknown);
    EXPECT_EQ(refund("S", "SUCCESS", whole + "," + status("BRAND_NEW")).verdict, Verdict::unknown);
    EXPECT_EQ(refund("F", "REFUND_WINDOW_EXCEED", status("FAIL") + "," + whole).verdict, Verdict::nothing_taken);
    EXPECT_EQ(refund("F", "REFUND_WINDOW_EXCEED", status("SUCCESS")).verdict, Verdict::unknown);
    EXPECT_EQ(refund("F", "ORDER_STATUS_INVALID", status("SUCCESS")).verdict, Verdict::unknown);
    EXPECT_EQ(refund("F", "REQUEST_TRAFFIC_EXCEED_LIMIT", status("SUCCESS")).verdict, Verdict::unknown);
}

TEST(AlipayRefundVerdicts, InquirySpeaksByRefundStatus) {
    const Answer done = inquiry(status("Success") + "," + whole);
    EXPECT_EQ(done.verdict, Verdict::refunded);
    EXPECT_EQ(done.code, "");  // the result code speaks of the inquiry alone
    const Answer open = inquiry(status("PROCESSING") + "," + whole);
    EXPECT_EQ(open.verdict, Verdict::open);
    EXPECT_EQ(open.amount_minor, 300);
    EXPECT_EQ(inquiry(status("PENDING")).verdict, Verdict::open);
    const Answer failed = inquiry(status("FAIL") + "," + whole);
    EXPECT_EQ(failed.verdict, Verdict::nothing_taken);
    EXPECT_EQ(failed.reason, money::Reason::decline);
    EXPECT_EQ(failed.next_action, NextAction::call_support);
    EXPECT_EQ(inquiry(status("BRAND_NEW") + "," + whole).verdict, Verdict::unknown);
    EXPECT_EQ(inquiry(R"("refundStatus":{},)" + whole).verdict, Verdict::unknown);
    for (const char* letter : {"U", "F", "A", ""}) {
        EXPECT_EQ(judged(Call::inquire_refund, body(letter, "SUCCESS", status("SUCCESS") + "," + whole)).verdict,
                  Verdict::unknown)
            << letter;
    }
    EXPECT_EQ(judged(Call::inquire_refund, body("S", "BRAND_NEW_CODE", status("SUCCESS") + "," + whole)).verdict,
              Verdict::unknown);
}

TEST(AlipayRefundVerdicts, AnAbsentRefundIsSaidInSeveralWays) {
    EXPECT_EQ(inquiry("").verdict, Verdict::no_such_refund);
    EXPECT_EQ(inquiry(R"("refundId":null,"refundRequestId":null,"refundAmount":null,"refundStatus":null)").verdict,
              Verdict::no_such_refund);
    EXPECT_EQ(inquiry(request_id).verdict, Verdict::no_such_refund);  // an echo of what we asked
    EXPECT_EQ(inquiry(whole).verdict, Verdict::unknown);
    EXPECT_EQ(inquiry(refund_id).verdict, Verdict::unknown);
    EXPECT_EQ(inquiry(amount).verdict, Verdict::unknown);
    const auto inquired = [](const std::string& letter, const std::string& code, const std::string& text,
                             const std::string& more = "") {
        return judged(Call::inquire_refund, body(letter, code, more, text)).verdict;
    };
    EXPECT_EQ(inquired("F", "ORDER_NOT_EXIST", "x"), Verdict::no_such_refund);
    EXPECT_EQ(inquired("F", "REFUND_NOT_EXIST", "x"), Verdict::no_such_refund);
    EXPECT_EQ(inquired("F", "PROCESS_FAIL", "The refund does not exist."), Verdict::no_such_refund);
    EXPECT_EQ(inquired("F", "PROCESS_FAIL", "order not exist"), Verdict::no_such_refund);
    EXPECT_EQ(inquired("F", "PROCESS_FAIL", "A general business failure occurred."), Verdict::unknown);
    EXPECT_EQ(inquired("F", "ACCESS_DENIED", "refund not exist"), Verdict::unknown);
    EXPECT_EQ(inquired("F", "BRAND_NEW_CODE", "refund not exist"), Verdict::unknown);
    EXPECT_EQ(inquired("U", "REFUND_NOT_EXIST", "x"), Verdict::unknown);
    EXPECT_EQ(inquired("S", "REFUND_NOT_EXIST", "x"), Verdict::unknown);
    EXPECT_EQ(inquired("S", "", "x"), Verdict::unknown);
    EXPECT_EQ(inquired("F", "REFUND_NOT_EXIST", "x", status("SUCCESS")), Verdict::unknown);
    EXPECT_EQ(inquired("F", "REFUND_NOT_EXIST", "x", refund_id), Verdict::unknown);
    for (const ResultCode& row : result_codes()) {
        if (row.call != Call::inquire_refund || row.status == ResultStatus::success) continue;
        EXPECT_EQ(inquired(std::string(1, static_cast<char>(row.status)), std::string(row.code), "x"), row.verdict)
            << row.code;
    }
}

// Whatever bytes come with a good signature: nothing escapes, and REFUNDED is said only of our ids and amount.
TEST(AlipayRefundVerdicts, DamagedAnswersNeverTurnIntoMoney) {
    const std::string good = body("S", "SUCCESS",
                                  status("SUCCESS") + "," + whole +
                                      R"(,"transactions":[{"transactionType")"
                                      R"(:"REFUND","transactionStatus":"SUCCESS","transactionAmount":{"value":"5"}}])");
    std::mt19937 random(20261122);
    int readable = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text = good;
        for (auto changes = 1 + random() % 3; changes > 0; --changes) {
            const std::size_t at = random() % text.size();
            switch (random() % 3) {
                case 0: text[at] = static_cast<char>(random() % 256); break;
                case 1: text.erase(at, 1 + random() % 20); break;
                default: text.insert(at, text.substr(random() % text.size(), 1 + random() % 20)); break;
            }
        }
        const auto message = read_message(text);
        if (!message) continue;
        ++readable;
        for (const Call call : {Call::refund, Call::inquire_refund}) {
            const Answer answer = judge(call, ours, *message, test::settings());
            if (answer.verdict != Verdict::refunded) continue;
            EXPECT_EQ(message->refund_minor, 300) << text;
            EXPECT_EQ(message->refund_currency, "HKD") << text;
            EXPECT_TRUE(!message->refund_request_id || *message->refund_request_id == ours.request_id) << text;
            EXPECT_TRUE(message->refund_request_id || !answer.refund_id.empty()) << text;
        }
    }
    EXPECT_GT(readable, 1'000);
}

}  // namespace
}  // namespace paydrv::alipay
