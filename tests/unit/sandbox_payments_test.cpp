// Does the gateway keep money as the protocol says: once a request id, once a code, never past expiry?
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "sandbox_scene.h"

namespace hostsim::sandbox {
namespace {

using Poco::JSON::Object;

constexpr std::int64_t kMinute = 60'000;

std::string status_of(Scene& scene, const std::string& id) {
    return scene.inquire(id)->getValue<std::string>("paymentStatus");
}

TEST(SandboxPayments, APaidPaymentCarriesAllThatTheProtocolPromises) {
    Scene scene;
    Object::Ptr answer = scene.pay(good_pay());
    EXPECT_EQ(result_text(answer), "S SUCCESS");
    EXPECT_EQ(answer->getValue<std::string>("paymentRequestId"), "pay_1");
    std::string id = answer->getValue<std::string>("paymentId");
    EXPECT_GE(id.size(), 28u);
    EXPECT_EQ(id.find_first_not_of("0123456789"), std::string::npos);
    for (const char* amount : {"paymentAmount", "actualPaymentAmount"}) {
        EXPECT_EQ(answer->getObject(amount)->getValue<std::string>("value"), "1000") << amount;
        EXPECT_EQ(answer->getObject(amount)->getValue<std::string>("currency"), "JPY") << amount;
    }
    EXPECT_EQ(answer->getValue<std::string>("paymentCreateTime"), "2026-05-01T12:00:00+08:00");
    EXPECT_EQ(answer->getValue<std::string>("paymentTime"), "2026-05-01T12:00:00+08:00");
    Object::Ptr customer = answer->getObject("pspCustomerInfo");
    EXPECT_FALSE(customer->getValue<std::string>("pspName").empty());
    EXPECT_FALSE(customer->getValue<std::string>("pspCustomerId").empty());
    EXPECT_NE(customer->getValue<std::string>("displayCustomerId").find('*'), std::string::npos);
}

TEST(SandboxPayments, AnInquiryByEitherIdTellsTheSame) {
    Scene scene;
    std::string id = scene.pay(good_pay())->getValue<std::string>("paymentId");
    Object::Ptr by_request = scene.inquire("pay_1");
    Object::Ptr by_payment =
        scene.answer("inquiryPayment", R"({"paymentId":")" + id + R"(","paymentRequestId":"other"})");
    EXPECT_EQ(text_of(*by_request), text_of(*by_payment));
    EXPECT_EQ(result_text(by_request), "S SUCCESS");
    EXPECT_EQ(by_request->getValue<std::string>("paymentStatus"), "SUCCESS");
    EXPECT_EQ(by_request->getValue<std::string>("paymentResultCode"), "SUCCESS");
    EXPECT_EQ(by_request->getValue<std::string>("paymentId"), id);
    EXPECT_EQ(by_request->getArray("transactions")->size(), 1u);
    EXPECT_EQ(result_text(scene.answer("inquiryPayment", R"({"paymentId":"1","paymentRequestId":"pay_1"})")),
              "F ORDER_NOT_EXIST");
}

TEST(SandboxPayments, ARepeatGetsTheSameAnswerAndChargesOnce) {
    Scene scene;
    Object::Ptr first = scene.pay(good_pay());
    scene.now_ms += kMinute;
    EXPECT_EQ(text_of(*scene.pay(good_pay())), text_of(*first));
    scene.restart();
    EXPECT_EQ(text_of(*scene.pay(good_pay())), text_of(*first));
    EXPECT_EQ(scene.ledger().entries().size(), 1u);
    EXPECT_EQ(scene.ledger().by_request_id("pay_1")->charged, 1);
}

TEST(SandboxPayments, ARepeatWithOtherContentIsInconsistent) {
    Scene scene;
    scene.pay(good_pay());
    EXPECT_EQ(result_text(scene.pay(good_pay("pay_1", "1001"))), "F REPEAT_REQ_INCONSISTENT");
    EXPECT_EQ(result_text(scene.pay(good_pay("pay_1", "1000", "288888888888888889"))), "F REPEAT_REQ_INCONSISTENT");
    Object::Ptr dollars = good_pay();
    dollars->getObject("paymentAmount")->set("currency", "USD");
    dollars->getObject("order")->getObject("orderAmount")->set("currency", "USD");
    EXPECT_EQ(result_text(scene.pay(dollars)), "F REPEAT_REQ_INCONSISTENT");
    EXPECT_EQ(scene.ledger().entries().size(), 1u);
    EXPECT_EQ(status_of(scene, "pay_1"), "SUCCESS");
}

TEST(SandboxPayments, ARefusalIsRepeatedToo) {
    Scene scene;
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(result_text(scene.pay(good_pay("pay_1", "9902"))), "F RISK_REJECT");
    Object::Ptr inquiry = scene.inquire("pay_1");
    EXPECT_EQ(inquiry->getValue<std::string>("paymentStatus"), "FAIL");
    EXPECT_EQ(inquiry->getValue<std::string>("paymentResultCode"), "RISK_REJECT");
}

TEST(SandboxPayments, ACodeServesOnePaymentRequestId) {
    Scene scene;
    scene.pay(good_pay());
    EXPECT_EQ(result_text(scene.pay(good_pay("pay_2"))), "F EXPIRED_CODE");
    EXPECT_EQ(result_text(scene.pay(good_pay("pay_3", "1000", "288888888888888889"))), "S SUCCESS");
    EXPECT_EQ(scene.ledger().entries().size(), 2u);
}

TEST(SandboxPayments, TheLedgerHoldsNoPaymentCode) {
    Scene scene;
    scene.pay(good_pay());
    EXPECT_EQ(scene.ledger().by_request_id("pay_1")->method_hash, code_hash("288888888888888888"));
    EXPECT_EQ(scene.admin("GET", "/ledger").body.find("288888888888888888"), std::string::npos);
}

TEST(SandboxPayments, ASlowCustomerPaysInTime) {
    Scene scene;
    Object::Ptr answer = scene.pay(good_pay("pay_1", "9904"));
    EXPECT_EQ(result_text(answer), "U PAYMENT_IN_PROCESS");
    EXPECT_EQ(answer->getValue<std::string>("paymentRequestId"), "pay_1");
    EXPECT_FALSE(answer->getValue<std::string>("paymentId").empty());
    EXPECT_FALSE(answer->has("paymentTime"));
    scene.now_ms += kSlowCustomerMs - 1;
    Object::Ptr waiting = scene.inquire("pay_1");
    EXPECT_EQ(waiting->getValue<std::string>("paymentStatus"), "PROCESSING");
    EXPECT_EQ(waiting->getValue<std::string>("paymentResultCode"), "PAYMENT_IN_PROCESS");
    EXPECT_FALSE(waiting->has("paymentTime"));
    scene.now_ms += 1;
    EXPECT_EQ(status_of(scene, "pay_1"), "SUCCESS");
    EXPECT_EQ(result_text(scene.pay(good_pay("pay_1", "9904"))), "S SUCCESS");
    EXPECT_EQ(scene.ledger().entries().size(), 1u);
}

TEST(SandboxPayments, PastItsExpiryAPaymentIsClosedAndStaysSo) {
    Scene scene;
    scene.pay(good_pay("pay_1", "9905"));
    scene.now_ms += 2 * kMinute - 1;
    EXPECT_EQ(status_of(scene, "pay_1"), "PROCESSING");
    scene.now_ms += 1;
    Object::Ptr inquiry = scene.inquire("pay_1");
    EXPECT_EQ(inquiry->getValue<std::string>("paymentStatus"), "FAIL");
    EXPECT_EQ(inquiry->getValue<std::string>("paymentResultCode"), "ORDER_IS_CLOSED");
    Object::Ptr late = good_pay("pay_1", "9905");
    late->set("paymentExpiryTime", "2026-05-01T13:00:00+08:00");
    EXPECT_EQ(result_text(scene.pay(late)), "F ORDER_IS_CLOSED");
    EXPECT_TRUE(scene.ledger().entries().empty());
}

TEST(SandboxPayments, WithoutAnExpiryItIsTenMinutes) {
    Scene scene;
    Object::Ptr body = good_pay("pay_1", "9905");
    body->remove("paymentExpiryTime");
    scene.pay(body);
    scene.now_ms += 10 * kMinute - 1;
    EXPECT_EQ(status_of(scene, "pay_1"), "PROCESSING");
    scene.now_ms += 1;
    EXPECT_EQ(status_of(scene, "pay_1"), "FAIL");
}

TEST(SandboxPayments, AnExpiryHoldsOverARestart) {
    Scene scene;
    scene.pay(good_pay("pay_1", "9905"));
    scene.restart();
    EXPECT_EQ(status_of(scene, "pay_1"), "PROCESSING");
    scene.now_ms += 2 * kMinute;
    EXPECT_EQ(status_of(scene, "pay_1"), "FAIL");
}

TEST(SandboxCancel, OfAPaidPaymentReturnsTheMoneyOnce) {
    Scene scene;
    std::string payment_id = scene.pay(good_pay())->getValue<std::string>("paymentId");
    scene.now_ms += kMinute;
    Object::Ptr first = scene.cancel("pay_1");
    EXPECT_EQ(result_text(first), "S SUCCESS");
    EXPECT_EQ(first->getValue<std::string>("paymentId"), payment_id);
    EXPECT_EQ(first->getValue<std::string>("paymentRequestId"), "pay_1");
    EXPECT_EQ(first->getValue<std::string>("cancelTime"), "2026-05-01T12:01:00+08:00");
    scene.now_ms += kMinute;
    EXPECT_EQ(text_of(*scene.answer("cancel", R"({"paymentId":")" + payment_id + "\"}")), text_of(*first));
    EXPECT_EQ(status_of(scene, "pay_1"), "CANCELLED");
    auto entries = scene.ledger().entries();
    ASSERT_EQ(entries.size(), 2u);
    EXPECT_EQ(entries[0].kind, "CHARGE");
    EXPECT_EQ(entries[1].kind, "RETURN");
    EXPECT_EQ(scene.ledger().by_request_id("pay_1")->returned, 1);
    EXPECT_EQ(scene.ledger().balance("2088000000000001", "JPY") + scene.ledger().balance("2160000000000002", "JPY") +
                  scene.ledger().balance("2190000000000003", "JPY"),
              3 * kOpeningBalance);
}

TEST(SandboxCancel, OfAnUnpaidPaymentClosesIt) {
    Scene scene;
    scene.pay(good_pay("pay_1", "9904"));
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "S SUCCESS");
    scene.now_ms += kSlowCustomerMs;
    EXPECT_EQ(status_of(scene, "pay_1"), "CANCELLED");
    EXPECT_EQ(result_text(scene.pay(good_pay("pay_1", "9904"))), "F ORDER_IS_CANCELED");
    EXPECT_TRUE(scene.ledger().entries().empty());
}

TEST(SandboxCancel, OfAFailedPaymentIsSAndStaysFail) {
    Scene scene;
    scene.pay(good_pay("pay_1", "9901"));
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "S SUCCESS");
    EXPECT_EQ(status_of(scene, "pay_1"), "FAIL");
}

TEST(SandboxCancel, OfNothingDoesNotStopALaterPay) {
    Scene scene;
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "F ORDER_NOT_EXIST");
    EXPECT_EQ(result_text(scene.inquire("pay_1")), "F ORDER_NOT_EXIST");
    EXPECT_EQ(result_text(scene.pay(good_pay())), "S SUCCESS");
}

TEST(SandboxCancel, PastItsWindowIsRefused) {
    Scene scene;
    scene.pay(good_pay());
    scene.now_ms = *parse_iso_time("2026-05-02T00:15:00+08:00");
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "F CANCEL_WINDOW_EXCEED");
    EXPECT_EQ(status_of(scene, "pay_1"), "SUCCESS");
    scene.now_ms -= 1;
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "S SUCCESS");
}

TEST(SandboxWallet, ABalanceTooLowDeclines) {
    Scene scene;
    for (const char* psp : {"ALIPAYCN", "ALIPAYHK", "KAKAOPAY"}) {
        EXPECT_EQ(scene
                      .admin("POST", "/wallets",
                             std::string(R"({"currency":"JPY","balance":"1500","pspName":")") + psp + "\"}")
                      .status,
                  200);
    }
    EXPECT_EQ(result_text(scene.pay(good_pay("pay_1", "1501"))), "F USER_BALANCE_NOT_ENOUGH");
    scene.restart();
    EXPECT_EQ(result_text(scene.pay(good_pay("pay_2", "1500", "288888888888888889"))), "S SUCCESS");
    EXPECT_EQ(result_text(scene.pay(good_pay("pay_3", "1", "288888888888888892"))), "F USER_BALANCE_NOT_ENOUGH");
    scene.cancel("pay_2");
    EXPECT_EQ(result_text(scene.pay(good_pay("pay_4", "1", "288888888888888898"))), "S SUCCESS");
}

TEST(SandboxLedger, TheSameIdFromManyThreadsChargesOnce) {
    Scene scene;
    std::string body = text_of(*good_pay());
    std::vector<std::string> answers(16);
    {
        std::vector<std::jthread> threads;
        for (std::string& answer : answers) {
            threads.emplace_back([&] { answer = scene.reply("pay", body).body; });
        }
    }
    for (const std::string& answer : answers)
        EXPECT_EQ(answer, answers[0]);
    EXPECT_EQ(result_text(parsed(answers[0])), "S SUCCESS");
    EXPECT_EQ(scene.ledger().entries().size(), 1u);
    EXPECT_EQ(scene.ledger().counts("pay_1").pay, 16);
}

TEST(SandboxLedger, ShowsPaymentsEntriesAndRequests) {
    Scene scene;
    scene.pay(good_pay());
    scene.inquire("pay_1");
    scene.inquire("pay_1");
    scene.cancel("pay_1");
    scene.restart();
    Object::Ptr json = parsed(scene.admin("GET", "/ledger").body);
    Object::Ptr payment = json->getArray("payments")->getObject(0);
    EXPECT_EQ(payment->getValue<std::string>("paymentRequestId"), "pay_1");
    EXPECT_EQ(payment->getValue<std::string>("value"), "1000");
    EXPECT_EQ(payment->getValue<std::string>("status"), "CANCELLED");
    EXPECT_EQ(payment->getValue<std::string>("referenceOrderId"), "TICKET-1");
    EXPECT_EQ(payment->getValue<std::string>("storeTerminalId"), "TILL-1");
    EXPECT_EQ(payment->getValue<int>("charged"), 1);
    EXPECT_EQ(payment->getValue<int>("returned"), 1);
    EXPECT_EQ(text_of(*payment->getObject("requests")),
              R"({"cancel":1,"inquiry":2,"inquiryRefund":0,"pay":1,"refund":0})");
    EXPECT_EQ(json->getArray("entries")->size(), 2u);
}

TEST(SandboxLedger, ShowsAnExpiredPaymentAsClosedWithoutAnInquiry) {
    Scene scene;
    scene.pay(good_pay("pay_1", "9905"));
    scene.now_ms += 2 * kMinute;
    Object::Ptr json = parsed(scene.admin("GET", "/ledger").body);
    EXPECT_EQ(json->getArray("payments")->getObject(0)->getValue<std::string>("status"), "FAIL");
}

TEST(SandboxLedger, CannotBeOpenedTwice) {
    ScratchFolder folder;
    Ledger first(folder.path() + "/ledger.sqlite");
    try {
        Ledger second(folder.path() + "/ledger.sqlite");
        FAIL() << "a second opener was let in";
    } catch (const std::runtime_error& refusal) {
        EXPECT_NE(std::string(refusal.what()).find("another sandbox"), std::string::npos) << refusal.what();
    }
}

}  // namespace
}  // namespace hostsim::sandbox
