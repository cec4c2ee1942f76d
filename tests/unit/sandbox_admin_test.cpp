// Does the admin interface set the stage as it says: clock, keys, windows, payments from elsewhere?
#include <gtest/gtest.h>

#include "sandbox_scene.h"

namespace hostsim::sandbox {
namespace {

using Poco::JSON::Object;

constexpr const char* kPayPath = "/ams/api/v1/payments/pay";

std::string placed(const std::string& status, const std::string& more = "") {
    return R"({"paymentRequestId":"elsewhere","amount":"1250","currency":"JPY","status":")" + status + "\"" + more +
           "}";
}

TEST(SandboxAdminHelp, NamesEveryCall) {
    Scene scene;
    Reply help = scene.admin("GET", "/");
    EXPECT_EQ(help.status, 200);
    EXPECT_EQ(help.body, admin_help());
    for (const char* call : {"GET /ledger", "GET /requests", "GET /faults", "POST /faults", "DELETE /faults",
                             "POST /wallets", "POST /payments", "POST /clock", "POST /keys/rotate", "POST /windows"}) {
        EXPECT_NE(help.body.find(call), std::string::npos) << call;
        EXPECT_NE(scene.admin("GET", "/nothing").body.find(call), std::string::npos) << call;
    }
}

TEST(SandboxAdminClock, ShiftsAllThatTheGatewaySaysAndJudgesAboutTime) {
    Scene scene;
    Reply shifted = scene.admin("POST", "/clock", R"({"offset_s":-3600})");
    EXPECT_EQ(parsed(shifted.body)->getValue<std::string>("time"), "2026-05-01T11:00:00+08:00");
    Reply reply = scene.reply("pay", text_of(*good_pay()));
    EXPECT_EQ(header_values(reply.headers, "response-time")[0], "2026-05-01T11:00:00+08:00");
    EXPECT_EQ(parsed(reply.body)->getValue<std::string>("paymentCreateTime"), "2026-05-01T11:00:00+08:00");
    scene.pay(good_pay("pay_2", "9905", "288888888888888889"));
    scene.now_ms += 3'600'000;  // past the expiry by the machine's time
    EXPECT_EQ(scene.inquire("pay_2")->getValue<std::string>("paymentStatus"), "PROCESSING");
    scene.admin("POST", "/clock", R"({"offset_s":0})");
    EXPECT_EQ(scene.inquire("pay_2")->getValue<std::string>("paymentStatus"), "FAIL");
    scene.admin("POST", "/clock", R"({"offset_s":600})");
    EXPECT_EQ(result_text(scene.pay(good_pay("pay_3", "1000", "288888888888888891"))), "F PARAM_ILLEGAL");
}

TEST(SandboxAdminKeys, AnswersAreSignedByTheOtherKeyAndBack) {
    Scene scene;
    Object::Ptr rotated = parsed(scene.admin("POST", "/keys/rotate").body);
    EXPECT_EQ(rotated->getValue<std::string>("alipayPublicKeyFile"), "alipay_public_key_2.pem");
    Reply second = scene.reply("pay", text_of(*good_pay()));
    EXPECT_FALSE(Scene::good_signature(second, kPayPath));
    EXPECT_TRUE(Scene::good_signature(second, kPayPath, Scene::second_key()));
    EXPECT_NE(header_values(second.headers, "signature")[0].find("keyVersion=2"), std::string::npos);
    EXPECT_EQ(parsed(scene.admin("POST", "/keys/rotate").body)->getValue<int>("keyVersion"), 1);
    EXPECT_TRUE(Scene::good_signature(scene.reply("pay", text_of(*good_pay())), kPayPath));
}

TEST(SandboxAdminWindows, ACancelWindowOfOnesOwn) {
    Scene scene;
    scene.pay(good_pay());
    EXPECT_EQ(text_of(*parsed(scene.admin("POST", "/windows", R"({"cancel_s":60})").body)), R"({"cancel_s":60})");
    scene.now_ms += 60'000;
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "F CANCEL_WINDOW_EXCEED");
    scene.now_ms -= 1;
    EXPECT_EQ(result_text(scene.cancel("pay_1")), "S SUCCESS");
}

TEST(SandboxAdminPayments, APaymentFromElsewhereIsLikeAnyOther) {
    Scene scene;
    ASSERT_EQ(scene.admin("POST", "/payments", placed("SUCCESS", R"(,"age_s":90,"referenceOrderId":"T-9")")).status,
              200);
    Object::Ptr inquiry = scene.inquire("elsewhere");
    EXPECT_EQ(inquiry->getValue<std::string>("paymentStatus"), "SUCCESS");
    EXPECT_EQ(inquiry->getValue<std::string>("paymentCreateTime"), "2026-05-01T11:58:30+08:00");
    EXPECT_EQ(text_of(*inquiry->getObject("paymentAmount")), R"({"currency":"JPY","value":"1250"})");
    EXPECT_EQ(scene.ledger().by_request_id("elsewhere")->charged, 1);
    EXPECT_EQ(scene.ledger().counts("elsewhere").pay, 0);
    EXPECT_EQ(result_text(scene.pay(good_pay("elsewhere", "1250"))), "F REPEAT_REQ_INCONSISTENT");
    EXPECT_EQ(result_text(scene.refund(scene.good_refund("refund_1", "250", "elsewhere"))), "S SUCCESS");
    scene.restart();
    EXPECT_EQ(scene.inquire("elsewhere")->getArray("transactions")->size(), 2u);
}

TEST(SandboxAdminPayments, InEveryStatus) {
    for (const char* status : {"PROCESSING", "FAIL", "CANCELLED"}) {
        Scene scene;
        ASSERT_EQ(scene.admin("POST", "/payments", placed(status, R"(,"expiry_s":30)")).status, 200) << status;
        EXPECT_EQ(scene.inquire("elsewhere")->getValue<std::string>("paymentStatus"), status);
        EXPECT_TRUE(scene.ledger().entries().empty()) << status;
        scene.now_ms += 30'000;
        EXPECT_EQ(scene.inquire("elsewhere")->getValue<std::string>("paymentStatus"),
                  std::string(status) == "PROCESSING" ? "FAIL" : status);
    }
}

TEST(SandboxAdmin, RefusesAWrongStage) {
    Scene scene;
    scene.pay(good_pay());
    const std::tuple<const char*, std::string, const char*> table[] = {
        {"/clock", "{}", "offset_s is needed"},
        {"/clock", R"({"offset_s":"soon"})", "offset_s must be an integer"},
        {"/clock", R"({"offset_s":99999999999})", "offset_s must be within"},
        {"/windows", R"({"cancel_s":-1})", "cancel_s must be"},
        {"/windows", R"({"pay_s":1})", "pay_s"},
        {"/payments", placed("REFUNDED"), "status must be"},
        {"/payments", placed("SUCCESS", R"(,"pspName":"X")"), "pspName must be"},
        {"/payments", placed("SUCCESS", R"(,"age_s":-1)"), "age_s must be"},
        {"/payments", R"({"paymentRequestId":"x","amount":"0","currency":"JPY","status":"FAIL"})", "needed is"},
        {"/payments", R"({"paymentRequestId":"pay_1","amount":"1","currency":"JPY","status":"FAIL"})", "is in use"},
        {"/payments", R"({"paymentRequestId":"x","amount":"9000000000000000","currency":"JPY","status":"SUCCESS"})",
         "wallet"},
    };
    for (const auto& [path, body, named] : table) {
        Reply reply = scene.admin("POST", path, body);
        EXPECT_EQ(reply.status, 400) << body;
        EXPECT_NE(parsed(reply.body)->getValue<std::string>("error").find(named), std::string::npos) << reply.body;
    }
    EXPECT_EQ(scene.ledger().payments().size(), 1u);
}

}  // namespace
}  // namespace hostsim::sandbox
