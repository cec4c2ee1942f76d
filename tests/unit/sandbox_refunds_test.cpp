// Does the gateway give money back as the protocol says: once a refundRequestId, never more than was paid, never of a
// payment that is not paid, and does every fault of a refund do what the table says?
#include <gtest/gtest.h>

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Session.h>

#include "sandbox_scene.h"

namespace hostsim::sandbox {
namespace {

using Poco::JSON::Object;
using Way = Reply::Way;

constexpr std::int64_t kDayMs = 24 * 60 * 60 * 1000;

std::string status_of(Scene& scene, const std::string& id = "refund_1") {
    Object::Ptr answer = scene.inquire_refund(id);
    return answer->has("refundStatus") ? answer->getValue<std::string>("refundStatus") : result_text(answer);
}

std::string refunded(Scene& scene, const std::string& id, const std::string& value) {
    return result_text(scene.refund(scene.good_refund(id, value)));
}

std::int64_t balances(Scene& scene) {
    Ledger& ledger = scene.ledger();
    return ledger.balance("2088000000000001", "JPY") + ledger.balance("2160000000000002", "JPY") +
           ledger.balance("2190000000000003", "JPY") - 3 * kOpeningBalance;
}

Object::Ptr rule(Scene& scene, const std::string& api, const std::string& fault, const std::string& more = "") {
    Reply reply = scene.admin("POST", "/faults", R"({"api":")" + api + R"(","fault":")" + fault + "\"" + more + "}");
    EXPECT_EQ(reply.status, 200) << reply.body;
    return parsed(reply.body);
}

TEST(SandboxRefunds, CarryAllThatTheProtocolPromises) {
    Scene scene;
    scene.pay(good_pay());
    scene.now_ms += 60'000;
    Object::Ptr answer = scene.refund(scene.good_refund());
    EXPECT_EQ(result_text(answer), "S SUCCESS");
    EXPECT_EQ(answer->getValue<std::string>("refundRequestId"), "refund_1");
    EXPECT_EQ(answer->getValue<std::string>("paymentId"), scene.payment_id());
    EXPECT_EQ(text_of(*answer->getObject("refundAmount")), R"({"currency":"JPY","value":"300"})");
    EXPECT_EQ(answer->getValue<std::string>("refundTime"), "2026-05-01T12:01:00+08:00");
    std::string refund_id = answer->getValue<std::string>("refundId");
    EXPECT_GE(refund_id.size(), 28u);

    Object::Ptr inquiry = scene.inquire_refund("refund_1");
    EXPECT_EQ(result_text(inquiry), "S SUCCESS");
    EXPECT_EQ(inquiry->getValue<std::string>("refundStatus"), "SUCCESS");
    EXPECT_EQ(inquiry->getValue<std::string>("refundId"), refund_id);
    EXPECT_EQ(inquiry->getValue<std::string>("refundRequestId"), "refund_1");
    EXPECT_EQ(inquiry->getValue<std::string>("refundTime"), "2026-05-01T12:01:00+08:00");
    EXPECT_EQ(text_of(*inquiry->getObject("refundAmount")), R"({"currency":"JPY","value":"300"})");
    EXPECT_EQ(text_of(*scene.answer("inquiryRefund", R"({"refundId":")" + refund_id + R"(","refundRequestId":"x"})")),
              text_of(*inquiry));
}

TEST(SandboxRefunds, ARepeatGetsTheSameAnswerAndPaysBackOnce) {
    Scene scene;
    scene.pay(good_pay());
    Object::Ptr first = scene.refund(scene.good_refund());
    scene.now_ms += 60'000;
    EXPECT_EQ(text_of(*scene.refund(scene.good_refund())), text_of(*first));
    scene.restart();
    EXPECT_EQ(text_of(*scene.refund(scene.good_refund())), text_of(*first));
    EXPECT_EQ(balances(scene), -700);
    EXPECT_EQ(scene.ledger().by_request_id("pay_1")->returned, 1);
}

TEST(SandboxRefunds, ARepeatWithOtherContentIsInconsistent) {
    Scene scene;
    scene.pay(good_pay());
    scene.pay(good_pay("pay_2", "1000", "288888888888888889"));
    scene.refund(scene.good_refund());
    EXPECT_EQ(refunded(scene, "refund_1", "301"), "F REPEAT_REQ_INCONSISTENT");
    EXPECT_EQ(result_text(scene.refund(scene.good_refund("refund_1", "300", "pay_2"))), "F REPEAT_REQ_INCONSISTENT");
    Object::Ptr dollars = scene.good_refund();
    dollars->getObject("refundAmount")->set("currency", "USD");
    EXPECT_EQ(result_text(scene.refund(dollars)), "F REPEAT_REQ_INCONSISTENT");
    EXPECT_EQ(balances(scene), -1700);
}

TEST(SandboxRefunds, InPartsUntilNothingIsLeft) {
    Scene scene;
    scene.pay(good_pay());
    EXPECT_EQ(refunded(scene, "refund_1", "300"), "S SUCCESS");
    EXPECT_EQ(refunded(scene, "refund_2", "701"), "F REFUND_AMOUNT_EXCEED");
    EXPECT_EQ(refunded(scene, "refund_2", "700"), "S SUCCESS");  // what is refused leaves no record
    EXPECT_EQ(refunded(scene, "refund_3", "1"), "F REFUND_AMOUNT_EXCEED");
    EXPECT_EQ(balances(scene), 0);
    EXPECT_EQ(status_of(scene, "refund_3"), "S SUCCESS");
    EXPECT_FALSE(scene.inquire_refund("refund_3")->has("refundId"));
}

TEST(SandboxRefunds, OnlyOfAPaidPaymentInItsCurrency) {
    Scene scene;
    scene.pay(good_pay());
    Object::Ptr dollars = scene.good_refund();
    dollars->getObject("refundAmount")->set("currency", "USD");
    EXPECT_EQ(result_text(scene.refund(dollars)), "F CURRENCY_NOT_SUPPORT");
    scene.cancel("pay_1");
    EXPECT_EQ(refunded(scene, "refund_1", "300"), "F ORDER_IS_CANCELED");

    EXPECT_EQ(result_text(scene.refund(scene.good_refund("refund_1", "300", "nobody"))), "F ORDER_NOT_EXIST");
    scene.pay(good_pay("open", "9905", "288888888888888889"));
    EXPECT_EQ(result_text(scene.refund(scene.good_refund("refund_1", "300", "open"))), "F ORDER_STATUS_INVALID");
    scene.now_ms += 600'000;
    EXPECT_EQ(result_text(scene.refund(scene.good_refund("refund_1", "300", "open"))), "F ORDER_IS_CLOSED");
    EXPECT_EQ(balances(scene), 0);
}

TEST(SandboxRefunds, TheWindowIsAYearOrAsSet) {
    Scene scene;
    scene.pay(good_pay());
    scene.now_ms += 365 * kDayMs - 1;
    EXPECT_EQ(refunded(scene, "refund_1", "1"), "S SUCCESS");
    scene.now_ms += 1;
    EXPECT_EQ(refunded(scene, "refund_2", "1"), "F REFUND_WINDOW_EXCEED");
    EXPECT_EQ(scene.admin("POST", "/windows", R"({"refund_s":31536001})").status, 200);
    EXPECT_EQ(refunded(scene, "refund_2", "1"), "S SUCCESS");
    EXPECT_EQ(scene.admin("POST", "/windows", "{}").status, 200);
    EXPECT_EQ(refunded(scene, "refund_3", "1"), "F REFUND_WINDOW_EXCEED");
}

TEST(SandboxRefunds, AreListedByInquiryPayment) {
    Scene scene;
    scene.pay(good_pay("pay_1", "20000"));
    std::string refund_id = scene.refund(scene.good_refund())->getValue<std::string>("refundId");
    scene.refund(scene.good_refund("refund_2", "9957"));
    auto transactions = scene.inquire("pay_1")->getArray("transactions");
    ASSERT_EQ(transactions->size(), 3u);
    EXPECT_EQ(transactions->getObject(0)->getValue<std::string>("transactionType"), "PAYMENT");
    Object::Ptr first = transactions->getObject(1), second = transactions->getObject(2);
    EXPECT_EQ(first->getValue<std::string>("transactionType"), "REFUND");
    EXPECT_EQ(first->getValue<std::string>("transactionId"), refund_id);
    EXPECT_EQ(first->getValue<std::string>("transactionRequestId"), "refund_1");
    EXPECT_EQ(first->getValue<std::string>("transactionStatus"), "SUCCESS");
    EXPECT_EQ(first->getValue<std::string>("transactionTime"), "2026-05-01T12:00:00+08:00");
    EXPECT_EQ(text_of(*first->getObject("transactionAmount")), R"({"currency":"JPY","value":"300"})");
    EXPECT_EQ(second->getValue<std::string>("transactionStatus"), "PROCESSING");
    EXPECT_EQ(scene.inquire("pay_1")->getValue<std::string>("paymentStatus"), "SUCCESS");
}

TEST(SandboxRefunds, ARefundedPaymentCannotBeCancelled) {
    for (const char* value : {"300", "9955"}) {
        Scene scene;
        scene.pay(good_pay("pay_1", "10000"));
        scene.refund(scene.good_refund("refund_1", value));
        EXPECT_EQ(result_text(scene.cancel("pay_1")), "F ORDER_STATUS_INVALID") << value;
        EXPECT_EQ(scene.inquire("pay_1")->getValue<std::string>("paymentStatus"), "SUCCESS");
    }
    Scene scene;
    scene.pay(good_pay("pay_1", "10000"));
    scene.refund(scene.good_refund("refund_1", "9956"));
    scene.now_ms += kRefundPendingMs;
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "S SUCCESS");  // the refund has failed
    EXPECT_EQ(balances(scene), 0);
}

TEST(SandboxRefunds, TheLedgerShowsThemOverARestart) {
    Scene scene;
    scene.pay(good_pay());
    std::string refund_id = scene.refund(scene.good_refund())->getValue<std::string>("refundId");
    scene.inquire_refund("refund_1");
    refunded(scene, "refund_2", "200");
    EXPECT_EQ(scene.ledger().counts("refund_1").inquiry_refund, 1);
    scene.restart();
    Object::Ptr json = parsed(scene.admin("GET", "/ledger").body);
    Object::Ptr payment = json->getArray("payments")->getObject(0);
    EXPECT_EQ(payment->getValue<int>("charged"), 1);
    EXPECT_EQ(payment->getValue<int>("returned"), 2);
    EXPECT_EQ(payment->getValue<int>("refunded_minor"), 500);
    EXPECT_EQ(text_of(*payment->getObject("requests")),
              R"({"cancel":0,"inquiry":0,"inquiryRefund":1,"pay":1,"refund":2})");
    auto refunds = payment->getArray("refunds");
    ASSERT_EQ(refunds->size(), 2u);
    Object::Ptr refund = refunds->getObject(0);
    EXPECT_EQ(refund->getValue<std::string>("refundRequestId"), "refund_1");
    EXPECT_EQ(refund->getValue<std::string>("refundId"), refund_id);
    EXPECT_EQ(refund->getValue<int>("amount_minor"), 300);
    EXPECT_EQ(refund->getValue<std::string>("status"), "SUCCESS");
    EXPECT_EQ(json->getArray("entries")->getObject(2)->getValue<std::string>("kind"), "REFUND");
    EXPECT_EQ(balances(scene), -500);
}

TEST(SandboxRefunds, ALedgerFromBeforeThemIsTakenOver) {
    ScratchFolder folder;
    std::string path = folder.path() + "/ledger.sqlite";
    Payment payment;
    payment.payment_request_id = "pay_1";
    payment.payment_id = "1";
    {
        Ledger ledger(path);
        ledger.count("pay_1", &RequestCounts::pay);
        ledger.save(payment);
        ledger.save_counts();
    }
    {
        using namespace Poco::Data::Keywords;
        Poco::Data::SQLite::Connector::registerConnector();
        Poco::Data::Session old("SQLite", path);
        old << "DROP TABLE refunds", now;
        old << "ALTER TABLE requests DROP COLUMN refund", now;
        old << "ALTER TABLE requests DROP COLUMN inquiry_refund", now;
        old << "PRAGMA user_version = 1", now;
    }
    Ledger ledger(path);
    ASSERT_NE(ledger.by_request_id("pay_1"), nullptr);
    EXPECT_EQ(ledger.counts("pay_1").pay, 1);
    EXPECT_EQ(ledger.totals().pay, 1);
    Refund refund;
    refund.refund_request_id = "refund_1";
    refund.refund_id = "2";
    refund.payment_id = "1";
    ledger.count("pay_1", &RequestCounts::refund, "refund_1");
    ledger.save(payment, nullptr, &refund);
    EXPECT_EQ(ledger.refunds_of("1").size(), 1u);
}

TEST(SandboxRefundFaults, RefusalsByAmountGiveNothingBack) {
    const std::pair<const char*, const char*> table[] = {
        {"9951", "F REFUND_WINDOW_EXCEED"}, {"9952", "F MERCHANT_BALANCE_NOT_ENOUGH"}, {"9953", "F PROCESS_FAIL"}};
    for (const auto& [value, code] : table) {
        Scene scene;
        scene.pay(good_pay("pay_1", value));
        for (int i = 0; i < 3; ++i)
            EXPECT_EQ(refunded(scene, "refund_1", value), code);
        EXPECT_FALSE(scene.inquire_refund("refund_1")->has("refundStatus")) << value;
        EXPECT_EQ(scene.inquire("pay_1")->getArray("transactions")->size(), 1u) << value;
        EXPECT_EQ(scene.ledger().entries().size(), 1u) << value;
    }
    Scene scene;
    scene.pay(good_pay("pay_1", "9954"));
    EXPECT_EQ(refunded(scene, "refund_1", "9954"), "F PROCESS_FAIL");
    EXPECT_EQ(refunded(scene, "refund_1", "9954"), "S SUCCESS");
    EXPECT_EQ(balances(scene), 0);
}

TEST(SandboxRefundFaults, InProcessEndsOneWayOrTheOther) {
    Scene scene;
    scene.pay(good_pay("pay_1", "29911"));
    Object::Ptr first = scene.refund(scene.good_refund("good", "9955"));
    EXPECT_EQ(result_text(first), "U REFUND_IN_PROCESS");
    EXPECT_FALSE(first->has("refundTime"));
    EXPECT_FALSE(first->getValue<std::string>("refundId").empty());
    EXPECT_EQ(refunded(scene, "bad", "9956"), "U REFUND_IN_PROCESS");
    EXPECT_EQ(refunded(scene, "more", "10001"), "F REFUND_AMOUNT_EXCEED");  // those under way count
    EXPECT_EQ(balances(scene), -29911);
    scene.now_ms += kRefundPendingMs - 1;
    EXPECT_EQ(status_of(scene, "good"), "PROCESSING");
    EXPECT_FALSE(scene.inquire_refund("good")->has("refundTime"));
    EXPECT_EQ(refunded(scene, "good", "9955"), "U REFUND_IN_PROCESS");
    scene.restart();
    scene.now_ms += 1;
    EXPECT_EQ(status_of(scene, "good"), "SUCCESS");
    EXPECT_EQ(status_of(scene, "bad"), "FAIL");
    EXPECT_EQ(refunded(scene, "good", "9955"), "S SUCCESS");
    EXPECT_EQ(refunded(scene, "bad", "9956"), "F PROCESS_FAIL");
    EXPECT_EQ(balances(scene), -29911 + 9955);
    EXPECT_EQ(refunded(scene, "more", "19956"), "U REFUND_IN_PROCESS");  // what failed is free again
    EXPECT_EQ(scene.ledger().by_request_id("pay_1")->returned, 1);
}

TEST(SandboxRefundFaults, NeverEnds) {
    Scene scene;
    scene.pay(good_pay("pay_1", "9957"));
    EXPECT_EQ(refunded(scene, "refund_1", "9957"), "U REFUND_IN_PROCESS");
    scene.now_ms += 300 * kDayMs;
    EXPECT_EQ(status_of(scene), "PROCESSING");
    EXPECT_EQ(refunded(scene, "refund_1", "9957"), "U REFUND_IN_PROCESS");
}

TEST(SandboxRefundFaults, AppearsLate) {
    Scene scene;
    scene.pay(good_pay("pay_1", "9958"));
    EXPECT_EQ(scene.reply("refund", text_of(*scene.good_refund("refund_1", "9958"))).way, Way::kHold);
    EXPECT_EQ(balances(scene), 0);
    for (int i = 0; i < kAppearsLateInquiries; ++i) {
        EXPECT_EQ(scene.inquire("pay_1")->getArray("transactions")->size(), 1u);
        EXPECT_EQ(status_of(scene), "S SUCCESS");
    }
    EXPECT_EQ(status_of(scene), "SUCCESS");
    EXPECT_EQ(scene.inquire("pay_1")->getArray("transactions")->size(), 2u);
}

TEST(SandboxRefundFaults, TheSameAgainMakesALateOneAppear) {
    Scene scene;
    scene.pay(good_pay("pay_1", "9958"));
    scene.reply("refund", text_of(*scene.good_refund("refund_1", "9958")));
    EXPECT_EQ(refunded(scene, "refund_1", "9958"), "S SUCCESS");
    EXPECT_EQ(status_of(scene), "SUCCESS");
    EXPECT_EQ(balances(scene), 0);
}

TEST(SandboxRefundFaults, WalletsThatRefuse) {
    Scene partial;
    partial.pay(good_pay("pay_1", "9931"));
    EXPECT_EQ(refunded(partial, "refund_1", "300"), "F PARTIAL_REFUND_NOT_SUPPORTED");
    EXPECT_EQ(refunded(partial, "refund_1", "9931"), "S SUCCESS");

    Scene multiple;
    multiple.pay(good_pay("pay_1", "9932"));
    EXPECT_EQ(refunded(multiple, "refund_1", "300"), "S SUCCESS");
    EXPECT_EQ(refunded(multiple, "refund_2", "300"), "F MULTIPLE_REFUNDS_NOT_SUPPORTED");
    EXPECT_EQ(refunded(multiple, "refund_1", "300"), "S SUCCESS");

    Scene none;
    none.pay(good_pay("pay_1", "9933"));
    EXPECT_EQ(refunded(none, "refund_1", "9933"), "F REFUND_NOT_SUPPORTED");

    Scene by_rule;
    by_rule.pay(good_pay());
    rule(by_rule, "refund", "no_refund");
    EXPECT_EQ(refunded(by_rule, "refund_1", "300"), "F REFUND_NOT_SUPPORTED");
    EXPECT_EQ(refunded(by_rule, "refund_1", "300"), "S SUCCESS");
}

TEST(SandboxRefundFaults, NeitherCancelNorRefundUndoesIt) {
    Scene scene;
    EXPECT_EQ(result_text(scene.pay(good_pay("pay_1", "9930"))), "U PAYMENT_IN_PROCESS");
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "F PROCESS_FAIL");
    EXPECT_EQ(refunded(scene, "refund_1", "9930"), "F PROCESS_FAIL");
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "F PROCESS_FAIL");
    EXPECT_EQ(refunded(scene, "refund_1", "9930"), "F PROCESS_FAIL");
    EXPECT_EQ(scene.inquire("pay_1")->getValue<std::string>("paymentStatus"), "SUCCESS");
    EXPECT_EQ(balances(scene), -9930);
}

TEST(SandboxRefundFaults, EveryAnswerFaultByAmountSpoilsOneAnswerAndBooksOnce) {
    for (const FaultRow& row : fault_table()) {
        if (!is_answer_fault(row.fault)) continue;
        ASSERT_FALSE(row.refund.digits.empty()) << row.name;
        std::string value(row.refund.digits), path = "/ams/api/v1/payments/refund";
        Scene scene;
        scene.pay(good_pay("pay_1", value));
        std::string body = text_of(*scene.good_refund("refund_1", value));
        Reply spoiled = scene.reply("refund", body), good = scene.reply("refund", body);
        EXPECT_TRUE(spoiled.way != good.way || spoiled.delay_ms != 0 || spoiled.status != 200 ||
                    spoiled.body != good.body || !Scene::good_signature(spoiled, path) ||
                    header_values(spoiled.headers, "client-id") != header_values(good.headers, "client-id"))
            << row.name;
        EXPECT_EQ(result_text(parsed(good.body)), "S SUCCESS") << row.name;
        EXPECT_TRUE(Scene::good_signature(good, path)) << row.name;
        EXPECT_EQ(balances(scene), 0) << row.name;
        EXPECT_EQ(scene.ledger().by_request_id("pay_1")->returned, 1) << row.name;
    }
}

TEST(SandboxRefundFaults, WhatIsNotExecutedBooksNothing) {
    Scene scene;
    scene.pay(good_pay("pay_1", "39999"));
    EXPECT_EQ(int(scene.reply("refund", text_of(*scene.good_refund("a", "9972"))).way), int(Way::kHold));
    EXPECT_EQ(int(scene.reply("refund", text_of(*scene.good_refund("b", "9981"))).way), int(Way::kReset));
    EXPECT_EQ(refunded(scene, "c", "9976"), "U REQUEST_TRAFFIC_EXCEED_LIMIT");
    EXPECT_EQ(refunded(scene, "c", "9976"), "U REQUEST_TRAFFIC_EXCEED_LIMIT");
    EXPECT_EQ(balances(scene), -39999);
    EXPECT_EQ(refunded(scene, "a", "9972"), "S SUCCESS");
    EXPECT_EQ(refunded(scene, "b", "9981"), "S SUCCESS");
    EXPECT_EQ(refunded(scene, "c", "9976"), "S SUCCESS");
}

TEST(SandboxRefundFaults, ARuleMakesAnUnknownRefundAnF) {
    Scene scene;
    scene.pay(good_pay());
    EXPECT_EQ(text_of(*scene.inquire_refund("refund_1")),
              R"({"result":{"resultCode":"SUCCESS","resultMessage":"success","resultStatus":"S"}})");
    rule(scene, "inquiryRefund", "no_such_refund", R"(,"times":2)");
    EXPECT_EQ(status_of(scene), "F ORDER_NOT_EXIST");
    refunded(scene, "refund_1", "300");
    EXPECT_EQ(status_of(scene), "SUCCESS");
}

TEST(SandboxRefundFaults, ARuleMayNameOneRefundAndItsDelay) {
    Scene scene;
    scene.pay(good_pay());
    rule(scene, "refund", "refund_in_process", R"(,"after_s":60,"match":{"refundRequestId":"refund_2"})");
    EXPECT_EQ(refunded(scene, "refund_1", "300"), "S SUCCESS");
    EXPECT_EQ(refunded(scene, "refund_2", "300"), "U REFUND_IN_PROCESS");
    rule(scene, "inquiryRefund", "silence", R"(,"match":{"paymentRequestId":"pay_1"})");
    EXPECT_EQ(scene.reply("inquiryRefund", Scene::named_refund("refund_2")).way, Way::kHold);
    scene.now_ms += 60'000;
    EXPECT_EQ(status_of(scene, "refund_2"), "SUCCESS");
}

}  // namespace
}  // namespace hostsim::sandbox
