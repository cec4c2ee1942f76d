// Does self_test tell what is wrong, and how bad it is?
#include "office_scene.h"

namespace paydrv::office {
namespace {

using ::testing::HasSubstr;

class OfficeSelfTest : public OfficeScene {
  protected:
    struct Check {
        std::string state;
        std::string text;
    };

    void SetUp() override {
        desk.health_ = {1, true, true, true, true, true, 2, 3};
        desk.journal_.chain_head = "0f1e2d";
        desk.journal_.free_space_bytes = 50'000'000'000;
    }

    /// The checks by name; "" is the overall state.
    std::map<std::string, Check> run(const Answer& answer, OfficeFacts with = facts()) {
        BackOffice tested(std::move(with), [](const OperationRecord&) { return ""; });
        desk.finished.clear();
        desk.asked.clear();
        tested.begin(request_op, "self_test", "{}", desk);
        EXPECT_TRUE(desk.finished.empty());
        EXPECT_EQ(desk.asked.size(), 1U);
        desk.wall_ += took_ms;
        tested.answered(request_op, answer, desk);
        const Json json = succeeded("self_test");
        std::map<std::string, Check> checks;
        checks[""] = {json->getValue<std::string>("state"), ""};
        for (const auto& item : *json->getArray("checks")) {
            const Json check = item.extract<Json>();
            checks[check->getValue<std::string>("name")] = {check->getValue<std::string>("state"),
                                                            check->getValue<std::string>("text")};
        }
        EXPECT_EQ(checks.size(), 7U);
        return checks;
    }
    std::map<std::string, Check> run() { return run(verified(Verdict::no_such_payment)); }

    Answer answered_at(std::int64_t gateway_ms) {
        Answer answer = verified(Verdict::no_such_payment);
        answer.response_time_ms = gateway_ms;
        return answer;
    }

    std::int64_t took_ms = 120;
};

TEST_F(OfficeSelfTest, AsksAboutARandomPayment) {
    run();
    EXPECT_EQ(desk.asked[0].first, request_op);
    EXPECT_EQ(desk.asked[0].second.payment_id, "");
    EXPECT_EQ(desk.asked[0].second.request_id, "");
}

TEST_F(OfficeSelfTest, AllIsWell) {
    auto checks = run();
    for (const auto& [name, check] : checks)
        EXPECT_EQ(check.state, "good") << name << ": " << check.text;
    EXPECT_THAT(checks["configuration"].text, HasSubstr("till.json: a test client"));
    EXPECT_THAT(checks["configuration"].text, HasSubstr("settled in EUR"));
    EXPECT_EQ(checks["reachability"].text, "the gateway gave a verified answer after 120 ms");
    EXPECT_EQ(checks["journal"].text,
              "till.journal: 2 under way, 0 in doubt, 0 final but not acknowledged; head of the chain 0f1e2d");
}

TEST_F(OfficeSelfTest, Configuration) {
    OfficeFacts with = facts();
    with.payment_notify_url = false;
    with.settlement_currency = "";
    with.test_client = false;
    auto checks = run(verified(Verdict::no_such_payment), with);
    EXPECT_EQ(checks["configuration"].state, "warning");
    EXPECT_EQ(checks[""].state, "warning");
    EXPECT_THAT(checks["configuration"].text, HasSubstr("paymentNotifyUrl is not set"));
    EXPECT_THAT(checks["configuration"].text, HasSubstr("settlementCurrency is not set"));
    EXPECT_THAT(checks["configuration"].text, HasSubstr("a live client, real money moves"));
}

TEST_F(OfficeSelfTest, KeysFitOnceAnAnswerHasVerified) {
    OfficeFacts with = facts();
    with.alipay_key_bits = {2048, 4096};
    auto checks = run(verified(Verdict::no_such_payment), with);
    EXPECT_EQ(checks["keys"].state, "good");
    EXPECT_THAT(checks["keys"].text, HasSubstr("Alipay's public key: RSA 2048 and RSA 4096 (a rotation"));

    Answer wrong = silence();
    wrong.configuration_fault = true;
    wrong.problem = "the signature does not verify: is alipayPublicKeyFiles your own key?";
    checks = run(wrong);
    EXPECT_EQ(checks["keys"].state, "bad");
    EXPECT_THAT(checks["keys"].text, HasSubstr("is alipayPublicKeyFiles your own key?"));

    with.merchant_key_bits = 0;
    with.alipay_key_bits = {};
    checks = run(silence(), with);
    EXPECT_EQ(checks["keys"].state, "unknown");
    EXPECT_EQ(checks["keys"].text,
              "merchant private key: size not known; Alipay's public key: size not known; whether "
              "they fit shows with the first verified answer");
}

TEST_F(OfficeSelfTest, TheClockIsComparedWithTheAnswers) {
    const struct {
        std::int64_t gateway_ahead_ms;
        const char* state;
        const char* text;
    } cases[] = {
        {0, "good", "the till's clock is 0 s ahead of the gateway's"},
        {60'000, "good", "the till's clock is 60 s behind the gateway's"},
        {61'000, "warning", "the till's clock is 61 s behind the gateway's: set it"},
        {-60'000, "good", "the till's clock is 60 s ahead of the gateway's"},
        {-60'001, "warning", "the till's clock is 60 s ahead of the gateway's: set it"},
        {-300'000, "warning", "the till's clock is 5 min ahead of the gateway's: set it"},
        {-300'001, "bad", "the till's clock is 5 min ahead of the gateway's: set it; TLS and"},
        {300'001, "bad", "the till's clock is 5 min behind the gateway's: set it; TLS and"},
        {7'200'000, "bad", "the till's clock is 2 h behind the gateway's"},
    };
    took_ms = 0;
    for (const auto& c : cases) {
        auto checks = run(answered_at(desk.wall_ + c.gateway_ahead_ms));
        EXPECT_EQ(checks["clock"].state, c.state) << c.text;
        EXPECT_THAT(checks["clock"].text, HasSubstr(c.text));
    }
}

TEST_F(OfficeSelfTest, ASlowAnswerIsNoWrongClock) {
    took_ms = 90'000;
    auto checks = run(answered_at(desk.wall_ + 1'000));
    EXPECT_EQ(checks["clock"].text, "the till's clock is 0 s ahead of the gateway's");
}

TEST_F(OfficeSelfTest, WithoutAnAnswerTheClockIsTheOneKnownBefore) {
    EXPECT_EQ(run(silence())["clock"].state, "unknown");
    desk.gateway_ = desk.wall_ + took_ms + 400'000;
    auto checks = run(silence());
    EXPECT_EQ(checks["clock"].state, "bad");
    EXPECT_THAT(checks["clock"].text, HasSubstr("6 min behind"));
}

TEST_F(OfficeSelfTest, Reachability) {
    auto checks = run(silence());
    EXPECT_EQ(checks["reachability"].state, "bad");
    EXPECT_EQ(checks["reachability"].text, "no verified answer of the gateway after 120 ms: no answer within 5 s");
    EXPECT_EQ(checks[""].state, "bad");
    Answer odd = verified(Verdict::unknown);
    odd.problem = "Alipay answered SYSTEM_ERROR";
    checks = run(odd);
    EXPECT_EQ(checks["reachability"].state, "warning");
    EXPECT_THAT(checks["reachability"].text, HasSubstr("SYSTEM_ERROR"));
    took_ms = -5'000;  // the till's clock was set back meanwhile
    EXPECT_THAT(run()["reachability"].text, HasSubstr("after 0 ms"));
}

TEST_F(OfficeSelfTest, Journal) {
    row("A1", [](OperationRecord& r) { r.acknowledged = false; });
    row("A2", [](OperationRecord& r) { r.state = State::unknown; });
    row("A3", [](OperationRecord& r) { r.state = State::in_progress; });
    row("A4", [](OperationRecord& r) { r.state = State::unknown; });
    OperationRecord newer = desk.journal_.rows[3];
    newer.state = State::unknown;
    desk.newer_[3] = newer;
    auto checks = run();
    EXPECT_EQ(checks["journal"].state, "warning");
    EXPECT_THAT(checks["journal"].text, HasSubstr("2 under way, 3 in doubt, 1 final but not acknowledged"));

    desk.health_.journal_good = false;
    desk.journal_.fault = simulated::DiskFault::refuse;
    checks = run();
    EXPECT_EQ(checks["journal"].state, "bad");
    EXPECT_THAT(checks["journal"].text, HasSubstr("the last commit failed: the disk is full"));

    desk.journal_.throws_on_read = true;
    checks = run();
    EXPECT_EQ(checks["journal"].state, "bad");
    EXPECT_EQ(checks["journal"].text, "till.journal cannot be read: the disk cannot be read");
    EXPECT_EQ(checks["disk"].state, "unknown");
}

TEST_F(OfficeSelfTest, ManyOperationsInDoubtAreCountedPageByPage) {
    for (int i = 0; i < 1'001; i++)
        row("A" + std::to_string(i), [](OperationRecord& r) { r.state = State::unknown; });
    EXPECT_THAT(run()["journal"].text, HasSubstr("1001 in doubt"));
}

TEST_F(OfficeSelfTest, Disk) {
    const struct {
        std::int64_t free;
        const char* state;
        const char* text;
    } cases[] = {{-1, "unknown", "cannot be told"},
                 {0, "bad", "0 MiB free on the journal's disk, less than 100 MiB: make room now"},
                 {104'857'599, "bad", "99 MiB"},
                 {104'857'600, "warning", "100 MiB free on the journal's disk, less than 1024 MiB: make room"},
                 {1'073'741'823, "warning", "1023 MiB"},
                 {1'073'741'824, "good", "1024 MiB free on the journal's disk"}};
    for (const auto& c : cases) {
        desk.journal_.free_space_bytes = c.free;
        auto checks = run();
        EXPECT_EQ(checks["disk"].state, c.state);
        EXPECT_EQ(checks[""].state, c.state);
        EXPECT_THAT(checks["disk"].text, HasSubstr(c.text));
    }
}

}  // namespace
}  // namespace paydrv::office
