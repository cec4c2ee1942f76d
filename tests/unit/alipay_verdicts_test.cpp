// What may an answer of Alipay conclude about money (R1, R11, R18)?
#include "alipay/verdicts.h"

#include <gtest/gtest.h>

#include <random>

#include "test_gateway.h"

namespace paydrv::alipay {
namespace {

using engine::Call;
using money::Answer;
using money::NextAction;
using money::Verdict;
using test::body;

const std::string our_id = test::request(Call::pay).record.request_id;
const std::string amount = R"("paymentAmount":{"currency":"HKD","value":"1000"})";
const std::string ids = "\"paymentRequestId\":\"" + our_id + "\",\"paymentId\":\"" + test::payment_id + "\"";

Answer judged(Call call, const std::string& text,
              const money::OperationRecord& ours = test::request(Call::pay).record) {
    const auto message = read_message(text);
    EXPECT_TRUE(message) << text;
    const Answer answer = judge(call, ours, message.value_or(GatewayMessage{}), test::settings());
    EXPECT_TRUE(answer.verified);
    return answer;
}

Answer pay(const std::string& status, const std::string& code, const std::string& more = "") {
    return judged(Call::pay, body(status, code, more));
}
Answer inquiry(const std::string& more) {
    return judged(Call::inquire, body("S", "SUCCESS", more));
}
Answer cancel(const std::string& status, const std::string& code, const std::string& more = "") {
    return judged(Call::cancel, body(status, code, more));
}
std::string status(const std::string& text) {
    return "\"paymentStatus\":\"" + text + "\"";
}

TEST(AlipayVerdicts, PaySuccessIsPaidOnlyWhenComplete) {
    const Answer paid = pay("S", "SUCCESS",
                            ids + "," + amount +
                                R"(,"paymentCreateTime":"2026-11-21T09:00:00+08:00","pspCustomerInfo":)"
                                R"({"pspName":"ALIPAYCN","pspCustomerId":"2088999","displayCustomerId":"1**2"})");
    EXPECT_EQ(paid.verdict, Verdict::paid);
    EXPECT_EQ(paid.payment_id, test::payment_id);
    EXPECT_EQ(paid.code, "SUCCESS");
    EXPECT_EQ(paid.wallet, "ALIPAYCN");
    EXPECT_EQ(paid.display_customer, "1**2");
    EXPECT_EQ(paid.create_time_ms, test::response_time_ms);
    EXPECT_EQ(paid.problem, "");
    const std::string id = "\"paymentId\":\"" + test::payment_id + "\"";
    EXPECT_EQ(pay("S", "SUCCESS", id + "," + amount).verdict, Verdict::paid);  // the request id may be missing
    for (const auto& [more, missing] : {std::pair<std::string, const char*>{amount, "paymentId"},
                                        {id, "value of paymentAmount"},
                                        {id + R"(,"paymentAmount":{"value":"1000"})", "currency"},
                                        {id + R"(,"paymentAmount":{"currency":"HKD"})", "value"},
                                        {id + R"(,"paymentAmount":null)", "value"},
                                        {R"("paymentId":"2026 \u0007",)" + amount, "paymentId"},
                                        {"", "paymentId"}}) {
        const Answer answer = pay("S", "SUCCESS", more);
        EXPECT_EQ(answer.verdict, Verdict::unknown) << missing;
        EXPECT_NE(answer.problem.find(missing), std::string::npos) << answer.problem;
    }
}

TEST(AlipayVerdicts, WhatIsNotOursIsAMismatchFieldByField) {
    const std::string id = "\"paymentId\":\"" + test::payment_id + "\"";
    money::OperationRecord known = test::request(Call::pay).record;
    known.payment_id = test::payment_id;
    money::OperationRecord own = test::request(Call::pay).record;
    own.own_payment_id = test::payment_id;
    const std::string other_id = R"("paymentId":"999")";
    struct Case {
        std::string more;
        const char* part;
    };
    for (const Case& c : {Case{R"("paymentRequestId":"p1other",)" + id + "," + amount, "paymentRequestId"},
                          Case{id + R"(,"paymentAmount":{"currency":"HKD","value":"999"})", "amount"},
                          Case{id + R"(,"paymentAmount":{"currency":"HKD","value":"10.00"})", "amount"},
                          Case{id + R"(,"paymentAmount":{"currency":"CNY","value":"1000"})", "currency"},
                          Case{R"("paymentRequestId":{},)" + id + "," + amount, "paymentRequestId"}}) {
        for (const Answer& answer :
             {pay("S", "SUCCESS", c.more), inquiry(status("SUCCESS") + "," + c.more),
              inquiry(status("FAIL") + "," + c.more), inquiry(status("PROCESSING") + "," + c.more),
              pay("U", "PAYMENT_IN_PROCESS", c.more), pay("F", "EXPIRED_CODE", c.more)}) {
            EXPECT_EQ(answer.verdict, Verdict::mismatch) << c.more;
            EXPECT_NE(answer.problem.find(c.part), std::string::npos) << answer.problem;
        }
    }
    for (const money::OperationRecord& ours : {known, own}) {
        EXPECT_EQ(judged(Call::inquire, body("S", "SUCCESS", status("SUCCESS") + "," + other_id + "," + amount), ours)
                      .verdict,
                  Verdict::mismatch);
        EXPECT_EQ(judged(Call::cancel, body("S", "SUCCESS", other_id), ours).verdict, Verdict::mismatch);
        EXPECT_EQ(judged(Call::cancel, body("S", "SUCCESS", id), ours).verdict, Verdict::cancelled);
    }
    EXPECT_EQ(cancel("S", "SUCCESS", R"("paymentRequestId":"p1other")").verdict, Verdict::mismatch);
    EXPECT_EQ(pay("S", "SUCCESS", id + R"(,"paymentAmount":{"currency":"hkd","value":1000})").verdict, Verdict::paid);
}

TEST(AlipayVerdicts, OfAReferenceInUseTheEndIsToldWhateverTheAmount) {
    money::OperationRecord ours = test::request(Call::pay).record;
    ours.reference_used = true;
    const std::string other = R"("paymentAmount":{"currency":"HKD","value":"1"})";
    const auto told = [&](const char* text) {
        return judged(Call::inquire, body("S", "SUCCESS", status(text) + "," + other), ours);
    };
    EXPECT_EQ(told("FAIL").verdict, Verdict::nothing_taken);
    EXPECT_EQ(told("CANCELLED").verdict, Verdict::cancelled);
    EXPECT_EQ(told("SUCCESS").verdict, Verdict::mismatch);
    EXPECT_EQ(told("PROCESSING").verdict, Verdict::mismatch);
    EXPECT_EQ(
        judged(Call::inquire, body("S", "SUCCESS", status("FAIL") + R"(,"paymentRequestId":"p1other")"), ours).verdict,
        Verdict::mismatch);
}

TEST(AlipayVerdicts, PayFollowsTheTableRowByRow) {
    for (const ResultCode& row : result_codes()) {
        if (row.call != Call::pay || row.status == ResultStatus::success) continue;
        const std::string letter(1, static_cast<char>(row.status));
        const Answer answer = pay(letter, std::string(row.code));
        EXPECT_EQ(answer.verdict, row.verdict) << row.code;
        EXPECT_EQ(answer.code, row.code);
        if (answer.verdict == Verdict::nothing_taken) {
            EXPECT_EQ(answer.reason, row.reason);
            EXPECT_EQ(answer.next_action, row.next_action) << row.code;
        }
        // The same code under a letter that the table does not have for it proves nothing.
        EXPECT_NE(pay(row.status == ResultStatus::failure ? "U" : "S", std::string(row.code)).verdict,
                  Verdict::nothing_taken);
        EXPECT_NE(pay("S", std::string(row.code), ids + "," + amount).verdict, Verdict::paid) << row.code;
    }
}

TEST(AlipayVerdicts, PayConcludesNothingFromTheUnfamiliar) {
    EXPECT_EQ(pay("F", "BRAND_NEW_CODE").verdict, Verdict::unknown);
    EXPECT_EQ(pay("S", "BRAND_NEW_CODE", ids + "," + amount).verdict, Verdict::unknown);
    EXPECT_EQ(pay("A", "SUCCESS", ids + "," + amount).verdict, Verdict::unknown);
    EXPECT_EQ(pay("", "").verdict, Verdict::unknown);
    EXPECT_EQ(pay("F", "SUCCESS").verdict, Verdict::unknown);
    EXPECT_EQ(pay("F", "REQUEST_TRAFFIC_EXCEED_LIMIT").verdict, Verdict::slow_down);
    EXPECT_EQ(pay("S", "REQUEST_TRAFFIC_EXCEED_LIMIT").verdict, Verdict::unknown);
    EXPECT_EQ(pay("F", "PAYMENT_IN_PROCESS").verdict, Verdict::open);
    EXPECT_EQ(pay("U", "UNKNOWN_EXCEPTION", status("PROCESSING")).verdict, Verdict::open);
    EXPECT_EQ(pay("U", "UNKNOWN_EXCEPTION", status("pending")).verdict, Verdict::open);
    EXPECT_EQ(pay("F", "EXPIRED_CODE", status("PROCESSING")).verdict, Verdict::open);
    EXPECT_EQ(pay("F", "EXPIRED_CODE", status("SUCCESS")).verdict, Verdict::unknown);
    EXPECT_EQ(pay("F", "EXPIRED_CODE", status("FAIL")).verdict, Verdict::nothing_taken);
    EXPECT_EQ(pay("S", "SUCCESS", ids + "," + amount + "," + status("FAIL")).verdict, Verdict::unknown);
    EXPECT_EQ(pay("S", "SUCCESS", ids + "," + amount + "," + status("PROCESSING")).verdict, Verdict::open);
    EXPECT_EQ(pay("S", "SUCCESS", ids + "," + amount + "," + status("success")).verdict, Verdict::paid);
}

TEST(AlipayVerdicts, InquirySpeaksByPaymentStatus) {
    EXPECT_EQ(inquiry(status("SUCCESS") + "," + ids + "," + amount).verdict, Verdict::paid);
    EXPECT_EQ(inquiry(status("Success") + "," + ids + "," + amount).verdict, Verdict::paid);
    EXPECT_EQ(inquiry(status("SUCCESS") + "," + ids + "," + amount).code, "");
    EXPECT_EQ(inquiry(status("SUCCESS") + "," + ids).verdict, Verdict::unknown);
    EXPECT_EQ(inquiry(status("SUCCESS") + "," + amount).verdict, Verdict::unknown);
    EXPECT_EQ(inquiry(status("PROCESSING") + "," + ids).verdict, Verdict::open);
    EXPECT_EQ(inquiry(status("PENDING")).verdict, Verdict::open);
    EXPECT_EQ(inquiry(status("CANCELLED") + "," + ids).verdict, Verdict::cancelled);
    EXPECT_EQ(inquiry(status("REFUNDED") + "," + ids + "," + amount).verdict, Verdict::unknown);
    EXPECT_EQ(inquiry(ids + "," + amount).verdict, Verdict::unknown);
    EXPECT_EQ(
        judged(Call::inquire, body("U", "UNKNOWN_EXCEPTION", status("SUCCESS") + "," + ids + "," + amount)).verdict,
        Verdict::unknown);
    EXPECT_EQ(judged(Call::inquire, body("F", "SUCCESS", status("SUCCESS") + "," + ids + "," + amount)).verdict,
              Verdict::unknown);
}

TEST(AlipayVerdicts, InquiryFailTellsWhy) {
    const auto failed = [](const std::string& code) {
        return inquiry(status("FAIL") + ",\"paymentResultCode\":\"" + code + "\"");
    };
    EXPECT_EQ(failed("EXPIRED_CODE").verdict, Verdict::nothing_taken);
    EXPECT_EQ(failed("EXPIRED_CODE").next_action, NextAction::rescan);
    EXPECT_EQ(failed("EXPIRED_CODE").code, "EXPIRED_CODE");
    EXPECT_EQ(failed("ORDER_IS_CLOSED").next_action, NextAction::new_attempt);
    EXPECT_EQ(failed("PROCESS_FAIL").verdict, Verdict::nothing_taken);  // the status concludes, whatever the code
    EXPECT_EQ(failed("BRAND_NEW_CODE").verdict, Verdict::nothing_taken);
    EXPECT_EQ(failed("BRAND_NEW_CODE").next_action, NextAction::other_method);
    EXPECT_EQ(failed("UNKNOWN_EXCEPTION").verdict, Verdict::nothing_taken);
    EXPECT_EQ(failed("UNKNOWN_EXCEPTION").next_action, NextAction::other_method);
    EXPECT_EQ(inquiry(status("FAIL")).verdict, Verdict::nothing_taken);
    EXPECT_EQ(inquiry(status("FAIL")).code, "");
    EXPECT_EQ(failed("SUCCESS").verdict, Verdict::unknown);
}

TEST(AlipayVerdicts, AbsentIsSaidInTwoWays) {
    const auto inquired = [](const std::string& code, const std::string& text, const std::string& more = "") {
        return judged(Call::inquire, body("F", code, more, text)).verdict;
    };
    EXPECT_EQ(inquired("ORDER_NOT_EXIST", "x"), Verdict::no_such_payment);
    EXPECT_EQ(inquired("PROCESS_FAIL", "order not exist"), Verdict::no_such_payment);
    EXPECT_EQ(inquired("PROCESS_FAIL", "The order does not exist."), Verdict::no_such_payment);
    EXPECT_EQ(inquired("PROCESS_FAIL", "ORDER_NOT_EXIST"), Verdict::no_such_payment);
    EXPECT_EQ(inquired("PROCESS_FAIL", "A general business failure occurred."), Verdict::unknown);
    EXPECT_EQ(inquired("ACCESS_DENIED", "order not exist"), Verdict::unknown);
    EXPECT_EQ(inquired("BRAND_NEW_CODE", "order not exist"), Verdict::unknown);
    EXPECT_EQ(inquired("ORDER_NOT_EXIST", "x", ids), Verdict::unknown);
    EXPECT_EQ(inquired("ORDER_NOT_EXIST", "x", status("SUCCESS")), Verdict::unknown);
    EXPECT_EQ(judged(Call::inquire, body("U", "ORDER_NOT_EXIST")).verdict, Verdict::unknown);
    EXPECT_EQ(judged(Call::pay, body("F", "ORDER_NOT_EXIST")).verdict, Verdict::unknown);
    for (const ResultCode& row : result_codes()) {
        if (row.call != Call::inquire || row.status == ResultStatus::success) continue;
        const std::string letter(1, static_cast<char>(row.status));
        EXPECT_EQ(judged(Call::inquire, body(letter, std::string(row.code))).verdict, row.verdict) << row.code;
    }
}

TEST(AlipayVerdicts, TheGatesProbeIsAnswered) {
    money::OperationRecord probe;
    probe.request_id = our_id;
    EXPECT_EQ(judged(Call::inquire, body("F", "ORDER_NOT_EXIST"), probe).verdict, Verdict::no_such_payment);
}

// R8: an original that this journal does not know is asked for by its paymentId alone.
TEST(AlipayVerdicts, APaymentKnownByItsIdAloneIsToldWithItsAmount) {
    money::OperationRecord original;
    original.payment_id = test::payment_id;
    const auto asked = [&](const std::string& more, const money::OperationRecord& ours) {
        return judged(Call::inquire, body("S", "SUCCESS", more), ours);
    };
    const Answer paid =
        asked(status("SUCCESS") + "," + ids + "," + amount + R"(,"paymentTime":"2026-11-21T09:00:00+08:00")", original);
    EXPECT_EQ(paid.verdict, Verdict::paid);
    EXPECT_EQ(paid.amount_minor, 1000);
    EXPECT_EQ(paid.currency, "HKD");
    EXPECT_EQ(paid.paid_time_ms, test::response_time_ms);
    original.currency = "CNY";  // nothing is compared where no amount is known
    EXPECT_EQ(asked(status("SUCCESS") + "," + ids + "," + amount, original).verdict, Verdict::paid);
    const Answer open = asked(status("PROCESSING") + "," + ids + "," + amount, original);
    EXPECT_EQ(open.verdict, Verdict::open);
    EXPECT_EQ(open.amount_minor, 1000);
    EXPECT_EQ(asked(status("SUCCESS") + R"(,"paymentId":"999",)" + amount, original).verdict, Verdict::mismatch);
    for (const char* bad : {R"({"currency":"HKD","value":"10.00"})", R"({"currency":"HKD","value":"0"})",
                            R"({"currency":"HKDX","value":"1000"})", R"({"currency":7,"value":"1000"})", "\"1000\""}) {
        const Answer answer = asked(status("SUCCESS") + "," + ids + ",\"paymentAmount\":" + bad, original);
        EXPECT_EQ(answer.verdict, Verdict::unknown) << bad;
        EXPECT_NE(answer.problem.find("paymentAmount"), std::string::npos) << answer.problem;
    }
    money::OperationRecord refunds_own = test::refund_request(Call::inquire).record;
    refunds_own.amount_minor = 0;
    EXPECT_EQ(asked(status("SUCCESS") + "," + ids + "," + amount, refunds_own).verdict, Verdict::paid);
    EXPECT_EQ(judged(Call::inquire, body("F", "ORDER_NOT_EXIST"), original).verdict, Verdict::no_such_payment);
}

TEST(AlipayVerdicts, AMismatchTellsWhatItSpeaksOf) {
    const Answer answer = inquiry(status("SUCCESS") + "," + ids + R"(,"paymentAmount":{"currency":"cny","value":"7"})");
    EXPECT_EQ(answer.verdict, Verdict::mismatch);
    EXPECT_EQ(answer.amount_minor, 7);
    EXPECT_EQ(answer.currency, "CNY");
    EXPECT_EQ(answer.payment_id, test::payment_id);
}

TEST(AlipayVerdicts, APaymentTellsItsRefundsOrNothing) {
    const auto listed = [](const std::string& transactions) {
        return inquiry(status("SUCCESS") + "," + ids + "," + amount + ",\"transactions\":" + transactions);
    };
    const std::string done =
        R"({"transactionType":"REFUND","transactionStatus":"SUCCESS","transactionId":"9","transactionRequestId":"r1x",)"
        R"("transactionAmount":{"currency":"HKD","value":"300"}})";
    const Answer answer = listed("[" + done + "]");
    EXPECT_EQ(answer.verdict, Verdict::paid);
    ASSERT_EQ(answer.refunds.size(), 1U);
    EXPECT_EQ(answer.refunds[0].request_id, "r1x");
    EXPECT_EQ(answer.refunds[0].refund_id, "9");
    EXPECT_EQ(answer.refunds[0].amount_minor, 300);
    EXPECT_TRUE(answer.refunds[0].done);
    const Answer broken = listed("[" + done + R"(,{"transactionType":"REFUND","transactionStatus":"SUCCESS"}])");
    EXPECT_EQ(broken.verdict, Verdict::unknown);
    EXPECT_TRUE(broken.refunds.empty());
    EXPECT_NE(broken.problem.find("transactions that cannot be read"), std::string::npos) << broken.problem;
}

TEST(AlipayVerdicts, CancelFollowsTheTable) {
    for (const ResultCode& row : result_codes()) {
        if (row.call != Call::cancel) continue;
        const std::string letter(1, static_cast<char>(row.status));
        EXPECT_EQ(cancel(letter, std::string(row.code)).verdict, row.verdict) << row.code;
    }
    EXPECT_EQ(cancel("S", "SUCCESS", ids).verdict, Verdict::cancelled);
    EXPECT_EQ(cancel("S", "BRAND_NEW_CODE", ids).verdict, Verdict::unknown);
    EXPECT_EQ(cancel("U", "SUCCESS", ids).verdict, Verdict::unknown);
    EXPECT_EQ(cancel("U", "CANCEL_WINDOW_EXCEED").verdict, Verdict::unknown);
    EXPECT_EQ(cancel("F", "BRAND_NEW_CODE").verdict, Verdict::unknown);
    EXPECT_EQ(cancel("F", "ORDER_STATUS_INVALID").verdict, Verdict::refused);
    EXPECT_EQ(cancel("F", "ACCESS_DENIED").verdict, Verdict::unknown);
    EXPECT_EQ(judged(Call::cancel, body("F", "PROCESS_FAIL", "", "order not exist")).verdict, Verdict::no_such_payment);
}

// Whatever bytes come with a good signature: nothing escapes, and PAID is said only of our ids, amount and currency.
TEST(AlipayVerdicts, DamagedAnswersNeverTurnIntoMoney) {
    const std::string good = body("S", "SUCCESS", status("SUCCESS") + "," + ids + "," + amount);
    std::mt19937 random(20261121);
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
        for (const Call call : {Call::pay, Call::inquire, Call::cancel}) {
            const Answer answer = judge(call, test::request(Call::pay).record, *message, test::settings());
            if (answer.verdict != Verdict::paid) continue;
            EXPECT_EQ(message->amount_minor, 1000) << text;
            EXPECT_EQ(message->currency, "HKD") << text;
            EXPECT_TRUE(!message->payment_request_id || *message->payment_request_id == our_id) << text;
            EXPECT_FALSE(answer.payment_id.empty()) << text;
        }
    }
    EXPECT_GT(readable, 1'000);
}

TEST(AlipayVerdicts, ProblemsNameOurFieldsAndNeverTheGatewaysWords) {
    const Answer answer =
        judged(Call::pay, body("F", "PARAM_ILLEGAL", "",
                               "illegal order.merchant.merchantMCC near " + test::payment_code + " 2088secret"));
    EXPECT_EQ(answer.verdict, Verdict::nothing_taken);
    EXPECT_NE(answer.problem.find("PARAM_ILLEGAL"), std::string::npos);
    EXPECT_NE(answer.problem.find("merchantMCC"), std::string::npos);
    EXPECT_EQ(answer.problem.find(test::payment_code), std::string::npos);
    EXPECT_EQ(answer.problem.find("2088secret"), std::string::npos);
}

}  // namespace
}  // namespace paydrv::alipay
