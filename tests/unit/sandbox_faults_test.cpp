// Does every fault do what the table says, by amount and by rule, and nothing else?
#include <gtest/gtest.h>

#include <set>

#include "sandbox_scene.h"

namespace hostsim::sandbox {
namespace {

using Poco::JSON::Object;
using Way = Reply::Way;

constexpr const char* kPayPath = "/ams/api/v1/payments/pay";

Reply pay_raw(Scene& scene, const std::string& value, const std::string& id = "pay_1") {
    return scene.reply("pay", text_of(*good_pay(id, value)));
}

std::string inquired(Scene& scene) {
    Object::Ptr answer = scene.inquire("pay_1");
    return answer->has("paymentStatus") ? answer->getValue<std::string>("paymentStatus") : result_text(answer);
}

std::size_t charges(Scene& scene) {
    return scene.ledger().entries().size();
}

TEST(SandboxFaultTable, NamesAndDigitsAreUniqueAndPrinted) {
    std::set<std::string_view> names, digits;
    std::string text = fault_table_text();
    for (const FaultRow& row : fault_table()) {
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        for (const FaultAmount& amount : {row.pay, row.refund}) {
            EXPECT_TRUE(amount.digits.empty() || digits.insert(amount.digits).second) << amount.digits;
            EXPECT_TRUE(amount.digits.empty() || text.find(std::string(amount.digits)) != std::string::npos);
        }
        EXPECT_NE(text.find(std::string(row.name)), std::string::npos);
        EXPECT_EQ(row_of(row.fault).name, row.name);
    }
}

TEST(SandboxFaultTable, OrdinaryAmountsAreFaultless) {
    for (const char* value : {"1", "99", "990", "9900", "1000", "9934", "9951", "99010", "9999"}) {
        EXPECT_EQ(fault_by_amount(value, 0), Fault::kNone) << value;
    }
    for (const FaultRow& row : fault_table()) {  // so that the whole of a payment with a fault can be given back
        EXPECT_EQ(fault_by_refund_amount(row.pay.digits, 0), Fault::kNone) << row.name;
        EXPECT_EQ(fault_by_amount(row.refund.digits, 0), Fault::kNone) << row.name;
    }
    EXPECT_EQ(fault_by_amount("9901", 0), Fault::kBalanceNotEnough);
    EXPECT_EQ(fault_by_amount("19901", 0), Fault::kBalanceNotEnough);
}

TEST(SandboxFaultByAmount, Declines) {
    const std::pair<const char*, const char*> table[] = {
        {"9901", "USER_BALANCE_NOT_ENOUGH"}, {"9902", "RISK_REJECT"}, {"9903", "EXPIRED_CODE"}};
    for (const auto& [value, code] : table) {
        Scene scene;
        Object::Ptr answer = parsed(pay_raw(scene, value).body);
        EXPECT_EQ(result_text(answer), std::string("F ") + code);
        EXPECT_EQ(inquired(scene), "FAIL") << value;
        EXPECT_EQ(charges(scene), 0u) << value;
    }
}

TEST(SandboxFaultByAmount, AnswerLostIsBooked) {
    Scene scene;
    EXPECT_EQ(pay_raw(scene, "9906").way, Way::kDrop);
    EXPECT_EQ(charges(scene), 1u);
    EXPECT_EQ(inquired(scene), "SUCCESS");
    EXPECT_EQ(result_text(scene.pay(good_pay("pay_1", "9906"))), "S SUCCESS");  // the repeat is answered
    EXPECT_EQ(charges(scene), 1u);
}

TEST(SandboxFaultByAmount, SilenceBooksNothing) {
    Scene scene;
    EXPECT_EQ(pay_raw(scene, "9907").way, Way::kHold);
    EXPECT_EQ(pay_raw(scene, "9907").way, Way::kHold);
    EXPECT_EQ(charges(scene), 0u);
    EXPECT_EQ(inquired(scene), "F ORDER_NOT_EXIST");
}

TEST(SandboxFaultByAmount, WrongAndMissingSignaturesAreBooked) {
    Scene scene;
    Reply wrong = pay_raw(scene, "9908");
    EXPECT_EQ(result_text(parsed(wrong.body)), "S SUCCESS");
    EXPECT_EQ(header_values(wrong.headers, "signature").size(), 1u);
    EXPECT_FALSE(Scene::good_signature(wrong, kPayPath));
    EXPECT_EQ(inquired(scene), "SUCCESS");

    Scene other;
    Reply missing = pay_raw(other, "9909");
    EXPECT_EQ(result_text(parsed(missing.body)), "S SUCCESS");
    EXPECT_TRUE(header_values(missing.headers, "signature").empty());
    EXPECT_EQ(inquired(other), "SUCCESS");
}

TEST(SandboxFaultByAmount, AppearsLate) {
    Scene scene;
    EXPECT_EQ(pay_raw(scene, "9910").way, Way::kHold);
    EXPECT_EQ(charges(scene), 1u);
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "F ORDER_NOT_EXIST");
    EXPECT_EQ(inquired(scene), "F ORDER_NOT_EXIST");
    EXPECT_EQ(inquired(scene), "F ORDER_NOT_EXIST");
    scene.restart();
    EXPECT_EQ(pay_raw(scene, "9910").way, Way::kHold);
    EXPECT_EQ(inquired(scene), "F ORDER_NOT_EXIST");
    EXPECT_EQ(inquired(scene), "SUCCESS");
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "S SUCCESS");
}

TEST(SandboxFaultByAmount, ArrivesLateIsExecutedThoughACancelFoundNothing) {
    Scene scene;
    EXPECT_EQ(pay_raw(scene, "9918").way, Way::kHold);
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "F ORDER_NOT_EXIST");
    scene.now_ms += kArrivesLateMs - 1;
    EXPECT_EQ(inquired(scene), "F ORDER_NOT_EXIST");
    EXPECT_EQ(charges(scene), 0u);
    scene.now_ms += 1;
    EXPECT_EQ(inquired(scene), "SUCCESS");
    EXPECT_EQ(charges(scene), 1u);
}

TEST(SandboxFaultByAmount, ArrivesLateNeverComesToBePastItsExpiry) {
    Scene scene;
    Object::Ptr body = good_pay("pay_1", "9918");
    body->set("paymentExpiryTime", "2026-05-01T12:00:20+08:00");
    EXPECT_EQ(scene.reply("pay", text_of(*body)).way, Way::kHold);
    scene.now_ms += 10 * kArrivesLateMs;
    EXPECT_EQ(inquired(scene), "F ORDER_NOT_EXIST");
    EXPECT_EQ(charges(scene), 0u);
}

TEST(SandboxFaultByAmount, UnknownExceptionIsBooked) {
    Scene scene;
    Reply reply = pay_raw(scene, "9911");
    EXPECT_TRUE(Scene::good_signature(reply, kPayPath));
    Object::Ptr answer = parsed(reply.body);
    EXPECT_EQ(result_text(answer), "U UNKNOWN_EXCEPTION");
    EXPECT_EQ(answer->size(), 1u);  // only result, as the real one
    EXPECT_EQ(inquired(scene), "SUCCESS");
}

TEST(SandboxFaultByAmount, ACancelThatIsRefusedMeetsAPaidPayment) {
    const std::pair<const char*, const char*> table[] = {{"9912", "F PROCESS_FAIL"},
                                                         {"9913", "F CANCEL_WINDOW_EXCEED"}};
    for (const auto& [value, result] : table) {
        Scene scene;
        EXPECT_EQ(result_text(parsed(pay_raw(scene, value).body)), "U PAYMENT_IN_PROCESS");
        EXPECT_EQ(inquired(scene), "PROCESSING");
        EXPECT_EQ(result_text(scene.cancel("pay_1")), result);
        EXPECT_EQ(inquired(scene), "SUCCESS");
        EXPECT_EQ(result_text(scene.cancel("pay_1")), result);
        EXPECT_EQ(charges(scene), 1u);
    }
}

TEST(SandboxFaultByAmount, ACancelAnswerIsLostOnce) {
    Scene scene;
    pay_raw(scene, "9917");
    EXPECT_EQ(scene.reply("cancel", Scene::named("pay_1")).way, Way::kDrop);
    EXPECT_EQ(inquired(scene), "CANCELLED");
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "S SUCCESS");
}

TEST(SandboxFaultByAmount, TooMuchTrafficTwice) {
    Scene scene;
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(result_text(scene.pay(good_pay("pay_1", "9914"))), "U REQUEST_TRAFFIC_EXCEED_LIMIT");
        EXPECT_EQ(inquired(scene), "F ORDER_NOT_EXIST");
    }
    EXPECT_EQ(result_text(scene.pay(good_pay("pay_1", "9914"))), "S SUCCESS");
}

TEST(SandboxFaultByAmount, BrokenAnswersAreBooked) {
    Scene scene;
    EXPECT_EQ(pay_raw(scene, "9915").status, 500);
    EXPECT_EQ(inquired(scene), "SUCCESS");
    Scene other;
    Reply garbage = pay_raw(other, "9916");
    EXPECT_EQ(garbage.status, 200);
    EXPECT_ANY_THROW(parsed(garbage.body));
    EXPECT_TRUE(header_values(garbage.headers, "signature").empty());
    EXPECT_EQ(inquired(other), "SUCCESS");
}

TEST(SandboxFaultByAmount, AnswersThatGoWrongOnTheWireAreBooked) {
    const std::pair<const char*, Way> table[] = {
        {"9920", Way::kTwice}, {"9922", Way::kReset}, {"9923", Way::kDrip}, {"9924", Way::kTruncate}};
    for (const auto& [value, way] : table) {
        Scene scene;
        EXPECT_EQ(int(pay_raw(scene, value).way), int(way)) << value;
        EXPECT_EQ(inquired(scene), "SUCCESS") << value;
        EXPECT_EQ(result_text(scene.pay(good_pay("pay_1", value))), "S SUCCESS") << value;
        EXPECT_EQ(charges(scene), 1u) << value;
    }
}

TEST(SandboxFaultByAmount, ALateAnswerIsAGoodOne) {
    Scene scene;
    Reply late = pay_raw(scene, "9919");
    EXPECT_EQ(late.delay_ms, kLateAnswerMs);
    EXPECT_TRUE(Scene::good_signature(late, kPayPath));
    EXPECT_EQ(inquired(scene), "SUCCESS");
    EXPECT_EQ(pay_raw(scene, "9919").delay_ms, 0);
}

TEST(SandboxFaultByAmount, AResetBeforeBookingBooksNothing) {
    Scene scene;
    EXPECT_EQ(int(pay_raw(scene, "9921").way), int(Way::kReset));
    EXPECT_EQ(inquired(scene), "F ORDER_NOT_EXIST");
    EXPECT_EQ(result_text(scene.pay(good_pay("pay_1", "9921"))), "S SUCCESS");
}

TEST(SandboxFaultByAmount, AnswersWithOtherValuesAreSigned) {
    Scene amount;
    Reply reply = pay_raw(amount, "9925");
    EXPECT_TRUE(Scene::good_signature(reply, kPayPath));
    EXPECT_EQ(parsed(reply.body)->getObject("paymentAmount")->getValue<std::string>("value"), "9926");
    EXPECT_EQ(amount.inquire("pay_1")->getObject("paymentAmount")->getValue<std::string>("value"), "9925");

    Scene ids;
    reply = pay_raw(ids, "9926");
    EXPECT_TRUE(Scene::good_signature(reply, kPayPath));
    EXPECT_EQ(parsed(reply.body)->getValue<std::string>("paymentRequestId"), "pay_7");
    EXPECT_NE(parsed(reply.body)->getValue<std::string>("paymentId"), ids.payment_id());
    EXPECT_EQ(parsed(reply.body)->getValue<std::string>("paymentId").size(), ids.payment_id().size());

    Scene client;
    reply = pay_raw(client, "9927");
    EXPECT_TRUE(Scene::good_signature(reply, kPayPath));
    EXPECT_NE(header_values(reply.headers, "client-id")[0], Scene::kClient);
    EXPECT_EQ(inquired(client), "SUCCESS");
}

TEST(SandboxFaultByAmount, PaidAfterCancel) {
    Scene scene;
    EXPECT_EQ(result_text(parsed(pay_raw(scene, "9928").body)), "U PAYMENT_IN_PROCESS");
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "S SUCCESS");
    EXPECT_EQ(inquired(scene), "CANCELLED");
    scene.now_ms += kPaidAfterCancelMs - 1;
    scene.restart();
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "S SUCCESS");
    EXPECT_EQ(inquired(scene), "CANCELLED");
    scene.now_ms += 1;
    Object::Ptr inquiry = scene.inquire("pay_1");
    EXPECT_EQ(inquiry->getValue<std::string>("paymentStatus"), "SUCCESS");
    EXPECT_EQ(inquiry->getArray("transactions")->size(), 1u);
    EXPECT_EQ(charges(scene), 1u);
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "S SUCCESS");  // now for good
    scene.now_ms += 10 * kPaidAfterCancelMs;
    EXPECT_EQ(inquired(scene), "CANCELLED");
    EXPECT_EQ(charges(scene), 2u);
}

TEST(SandboxFaultByAmount, PaidAfterCancelIsNeverPastTheExpiry) {
    Scene scene;
    pay_raw(scene, "9928");
    scene.now_ms += 2 * 60'000 - 2;  // of the pay's expiry 2 ms are left
    scene.cancel("pay_1");
    EXPECT_EQ(inquired(scene), "CANCELLED");
    scene.now_ms += 1;
    EXPECT_EQ(inquired(scene), "SUCCESS");
}

TEST(SandboxFaultByAmount, ACancelIsRefusedOnce) {
    Scene scene;
    EXPECT_EQ(result_text(parsed(pay_raw(scene, "9929").body)), "U PAYMENT_IN_PROCESS");
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "F PROCESS_FAIL");
    EXPECT_EQ(inquired(scene), "SUCCESS");
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "S SUCCESS");
    EXPECT_EQ(inquired(scene), "CANCELLED");
}

TEST(SandboxFaultRules, ACancelByRuleComesToNothing) {
    Scene scene;
    pay_raw(scene, "9905");
    scene.admin("POST", "/faults", R"({"api":"cancel","fault":"paid_after_cancel","after_s":0.5})");
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "S SUCCESS");
    EXPECT_EQ(inquired(scene), "CANCELLED");
    scene.now_ms += 500;
    EXPECT_EQ(inquired(scene), "SUCCESS");
    scene.admin("POST", "/faults", R"({"api":"cancel","fault":"paid_after_cancel"})");
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "S SUCCESS");  // paid already: nothing is undone
    EXPECT_EQ(inquired(scene), "SUCCESS");
    EXPECT_EQ(charges(scene), 1u);
}

TEST(SandboxFaultRules, ADelayOfOnesOwn) {
    Scene scene;
    scene.admin("POST", "/faults", R"({"api":"inquiryPayment","fault":"late_answer","after_s":2})");
    EXPECT_EQ(scene.reply("inquiryPayment", Scene::named("pay_1")).delay_ms, 2'000);
    scene.admin("POST", "/faults", R"({"api":"pay","fault":"slow_customer","after_s":1})");
    EXPECT_EQ(result_text(scene.pay(good_pay())), "U PAYMENT_IN_PROCESS");
    scene.now_ms += 1'000;
    EXPECT_EQ(inquired(scene), "SUCCESS");
}

TEST(SandboxFaultRules, EveryAnswerFaultWorksOnEveryEndpoint) {
    const std::string bodies[][2] = {{"inquiryPayment", Scene::named("pay_1")},
                                     {"cancel", Scene::named("pay_2")},
                                     {"refund", ""},
                                     {"inquiryRefund", Scene::named_refund("refund_1")}};
    for (const FaultRow& row : fault_table()) {
        if (!is_answer_fault(row.fault)) continue;
        Scene scene;
        scene.pay(good_pay());
        scene.pay(good_pay("pay_2", "1000", "288888888888888889"));
        for (const auto& [api, body] : bodies) {
            if (!has_word(row.apis, api)) continue;
            std::string rule = R"({"fault":")" + std::string(row.name) + R"(","api":")" + api + "\"}";
            ASSERT_EQ(scene.admin("POST", "/faults", rule).status, 200) << rule;
            std::string sent = body.empty() ? text_of(*scene.good_refund()) : body,
                        path = "/ams/api/v1/payments/" + api;
            Reply spoiled = scene.reply(api, sent), good = scene.reply(api, sent);
            EXPECT_EQ(int(good.way), int(Way::kSend)) << rule;
            EXPECT_EQ(good.delay_ms, 0) << rule;
            EXPECT_EQ(result_text(parsed(good.body)), "S SUCCESS") << rule;
            EXPECT_TRUE(spoiled.way != Way::kSend || spoiled.delay_ms != 0 || spoiled.status != 200 ||
                        spoiled.body != good.body || !Scene::good_signature(spoiled, path) ||
                        header_values(spoiled.headers, "client-id") != header_values(good.headers, "client-id"))
                << rule;
        }
        std::size_t returns = has_word(row.apis, "cancel") ? 1 : 0;
        EXPECT_EQ(charges(scene), 3u + returns) << row.name;  // two charges and a refund
    }
}

TEST(SandboxFaultRules, EveryFaultOfTheTableWorksByRule) {
    for (const FaultRow& row : fault_table()) {
        if (row.pay.digits.empty()) continue;
        Scene by_amount, by_rule;
        ASSERT_EQ(by_rule.admin("POST", "/faults", R"({"api":"pay","fault":")" + std::string(row.name) + "\"}").status,
                  200);
        Reply expected = pay_raw(by_amount, std::string(row.pay.digits)), given = pay_raw(by_rule, "1000");
        EXPECT_EQ(int(given.way), int(expected.way)) << row.name;
        EXPECT_EQ(given.status, expected.status) << row.name;
        if (given.way == Way::kSend && given.status == 200 && row.fault != Fault::kGarbageBody) {
            EXPECT_EQ(result_text(parsed(given.body)), result_text(parsed(expected.body))) << row.name;
        }
        EXPECT_EQ(charges(by_rule), charges(by_amount)) << row.name;
    }
}

TEST(SandboxFaultRules, CountAndMatch) {
    Scene scene;
    scene.admin("POST", "/faults",
                R"({"api":"inquiryPayment","fault":"silence","times":2,"match":{"paymentRequestId":"pay_2"}})");
    EXPECT_EQ(result_text(scene.inquire("pay_1")), "F ORDER_NOT_EXIST");
    EXPECT_EQ(scene.reply("inquiryPayment", Scene::named("pay_2")).way, Way::kHold);
    EXPECT_EQ(scene.reply("inquiryPayment", Scene::named("pay_2")).way, Way::kHold);
    EXPECT_EQ(result_text(scene.inquire("pay_2")), "F ORDER_NOT_EXIST");

    scene.admin("POST", "/faults", R"({"api":"pay","fault":"http_500","match":{"referenceOrderId":"TICKET-2"}})");
    EXPECT_EQ(result_text(scene.pay(good_pay())), "S SUCCESS");
    scene.admin("DELETE", "/faults");
    EXPECT_EQ(parsed(scene.admin("GET", "/faults").body)->getArray("rules")->size(), 0u);
}

TEST(SandboxFaultRules, ACancelIsRefusedWithoutTouchingThePayment) {
    Scene scene;
    scene.pay(good_pay());
    scene.admin("POST", "/faults", R"({"api":"cancel","fault":"cancel_window_exceed"})");
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "F CANCEL_WINDOW_EXCEED");
    EXPECT_EQ(inquired(scene), "SUCCESS");
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "S SUCCESS");
}

TEST(SandboxFaultRules, AnyResultCodeCanBeGiven) {
    Scene scene;
    scene.admin("POST", "/faults", R"({"api":"pay","fault":"result","resultCode":"SYSTEM_ERROR"})");
    scene.admin("POST", "/faults", R"({"api":"pay","fault":"result","resultCode":"BRAND_NEW","resultStatus":"F"})");
    EXPECT_EQ(result_text(scene.pay(good_pay())), "F SYSTEM_ERROR");
    EXPECT_EQ(result_text(scene.pay(good_pay())), "F BRAND_NEW");
    EXPECT_EQ(inquired(scene), "F ORDER_NOT_EXIST");
    EXPECT_EQ(result_text(scene.pay(good_pay())), "S SUCCESS");
}

TEST(SandboxAdmin, RefusesWhatItDoesNotUnderstand) {
    const std::pair<const char*, const char*> table[] = {
        {R"({"api":"pay","fault":"explode"})", "answer_lost"},
        {R"({"api":"inquiryPayment","fault":"cancel_refused"})", "inquiryPayment"},
        {R"({"api":"settle","fault":"silence"})", "api must be"},
        {R"({"api":"","fault":"silence"})", "api must be"},
        {R"({"api":"pay cancel","fault":"silence"})", "api must be"},
        {R"({"api":"refund","fault":"never_confirms"})", "refund_refused"},
        {R"({"api":"pay","fault":"silence","after_s":1})", "after_s belongs to"},
        {R"({"api":"pay","fault":"paid_after_cancel","after_s":1})", "after_s belongs to"},
        {R"({"api":"pay","fault":"late_answer","after_s":-1})", "after_s must be"},
        {R"({"api":"pay","fault":"late_answer","after_s":601})", "after_s must be"},
        {R"({"api":"pay","fault":"late_answer","after_s":"soon"})", "after_s must be"},
        {R"({"api":"pay","fault":"silence","times":0})", "times"},
        {R"({"api":"pay","fault":"silence","times":"many"})", "times must be an integer"},
        {R"({"api":"pay","fault":5})", "fault must be a JSON string"},
        {R"({"api":"pay","fault":"silence","match":"x"})", "match"},
        {R"({"api":"pay","fault":"silence","match":{"id":"x"}})", "id"},
        {R"({"api":"pay","fault":"silence","extra":"x"})", "extra"},
        {R"({"api":"pay","fault":"silence","resultCode":"X"})", "resultCode"},
        {R"({"api":"pay","fault":"result"})", "resultCode"},
        {R"({"api":"pay","fault":"result","resultCode":"X","resultStatus":"Q"})", "resultStatus"},
        {"[]", "JSON object"},
        {"{", "JSON object"},
    };
    Scene scene;
    for (const auto& [body, named] : table) {
        Reply reply = scene.admin("POST", "/faults", body);
        EXPECT_EQ(reply.status, 400) << body;
        EXPECT_NE(parsed(reply.body)->getValue<std::string>("error").find(named), std::string::npos) << reply.body;
    }
    EXPECT_EQ(scene.admin("POST", "/wallets", R"({"pspName":"X","currency":"JPY","balance":"1"})").status, 400);
    EXPECT_EQ(scene.admin("POST", "/wallets", R"({"pspName":"ALIPAYCN","currency":"JPY","balance":"-1"})").status, 400);
    EXPECT_EQ(scene.admin("GET", "/nothing").status, 404);
    EXPECT_TRUE(scene.gateway().rules().waiting().empty());
}

TEST(SandboxAdmin, ShowsTheLastRequests) {
    Scene scene;
    pay_raw(scene, "9906");
    scene.inquire("pay_1");
    auto requests = parsed(scene.admin("GET", "/requests").body)->getArray("requests");
    ASSERT_EQ(requests->size(), 2u);
    EXPECT_EQ(requests->getObject(0)->getValue<std::string>("api"), "pay");
    EXPECT_EQ(requests->getObject(0)->getValue<std::string>("fault"), "answer_lost");
    EXPECT_EQ(requests->getObject(1)->getValue<std::string>("paymentRequestId"), "pay_1");
    EXPECT_EQ(requests->getObject(1)->getValue<std::string>("resultStatus"), "S");
}

}  // namespace
}  // namespace hostsim::sandbox
