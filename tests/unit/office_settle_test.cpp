// R19: is an operation in doubt ended by people exactly as they say, and by nobody else?
#include "office_scene.h"

namespace paydrv::office {
namespace {

using ::testing::StartsWith;

class OfficeSettle : public OfficeScene {
  protected:
    void SetUp() override {
        row("A1", [](OperationRecord& r) { r.state = State::unknown; });
    }
    static std::string request(const std::string& outcome, const std::string& more = "") {
        return R"({"reference":"A1","business_day":20261121,"outcome":")" + outcome +
               R"(","who":"Bo","why":"seen in the dashboard")" + more + "}";
    }
};

TEST_F(OfficeSettle, GivesTheDeskTheDecision) {
    begin("settle", request("SUCCEEDED"));
    ASSERT_EQ(desk.settled.size(), 1U);
    EXPECT_EQ(desk.settled[0].op, request_op);
    EXPECT_EQ(desk.settled[0].row, 1);
    EXPECT_EQ(desk.settled[0].settlement.outcome, State::succeeded);
    EXPECT_EQ(desk.settled[0].settlement.who, "Bo");
    EXPECT_EQ(desk.settled[0].settlement.why, "seen in the dashboard");
    const Json answer = succeeded("settle");
    EXPECT_TRUE(answer->getValue<bool>("settled"));
    EXPECT_EQ(answer->getValue<std::string>("state"), "SUCCEEDED");
    EXPECT_EQ(answer->getValue<std::string>("reason"), "MANUAL");
    EXPECT_EQ(answer->getValue<std::string>("terminal"), "T1");
    EXPECT_EQ(answer->getValue<std::int32_t>("op"), 1'001);
}

TEST_F(OfficeSettle, Cancelled) {
    begin("settle", request("CANCELLED"));
    EXPECT_EQ(desk.settled.at(0).settlement.outcome, State::cancelled);
    EXPECT_EQ(succeeded("settle")->getValue<std::string>("state"), "CANCELLED");
}

TEST_F(OfficeSettle, TheDeskMaySayNo) {
    desk.settle_refusal = "it is in doubt for 3 h only; after a day people may end it";
    EXPECT_EQ(refused("settle", request("SUCCEEDED"), Reason::none), ": " + desk.settle_refusal);
    EXPECT_EQ(desk.finished[0].second.next_action, NextAction::nothing);
}

TEST_F(OfficeSettle, OnlyTheFinalOutcomesOfPeople) {
    for (const char* outcome : {"DECLINED", "UNKNOWN", "succeeded", "101"}) {
        EXPECT_THAT(refused("settle", request(outcome)), StartsWith("outcome: has to be one of SUCCEEDED, CANCELLED"));
    }
    EXPECT_TRUE(desk.settled.empty());
}

TEST_F(OfficeSettle, WhatTheJournalDoesNotKnowIsNotSettled) {
    for (const char* more : {R"(,"terminal":"T2")", R"(,"kind":"REFUND")"}) {
        EXPECT_THAT(refused("settle", request("SUCCEEDED", more)),
                    StartsWith("reference: this journal knows no such operation"));
    }
    EXPECT_THAT(refused("settle", request("SUCCEEDED", R"(,"kind":"REQUEST")")), StartsWith("kind: has to be one of"));
    EXPECT_TRUE(desk.settled.empty());
}

TEST_F(OfficeSettle, RefundsAndUndosByTheirKind) {
    row("A1", [](OperationRecord& r) { r.kind = Kind::refund; });
    row("A1", [](OperationRecord& r) { r.kind = Kind::undo; });
    begin("settle", request("SUCCEEDED", R"(,"kind":"REFUND")"));
    begin("settle", request("SUCCEEDED", R"(,"kind":"UNDO")"));
    ASSERT_EQ(desk.settled.size(), 2U);
    EXPECT_EQ(desk.settled[0].row, 2);
    EXPECT_EQ(desk.settled[1].row, 3);
}

TEST_F(OfficeSettle, ATextInAnyScriptComesThroughWhole) {
    begin("settle",
          R"({"reference":"A1","business_day":20261121,"outcome":"CANCELLED","who":"Zoë \"Z\" 王","why":"a\\b"})");
    EXPECT_EQ(desk.settled.at(0).settlement.who, "Zoë \"Z\" 王");
    EXPECT_EQ(succeeded("settle")->getValue<std::string>("who"), "Zoë \"Z\" 王");
    EXPECT_EQ(desk.settled[0].settlement.why, "a\\b");
}

}  // namespace
}  // namespace paydrv::office
