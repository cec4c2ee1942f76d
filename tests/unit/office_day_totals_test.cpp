// Do the totals of a day count every operation once, in the right place?
#include "office/day_totals.h"
#include "office_scene.h"

namespace paydrv::office {
namespace {

using ::testing::HasSubstr;

class OfficeDayTotals : public OfficeScene {
  protected:
    Json totals(const std::string& more = "") {
        desk.finished.clear();
        begin("day_totals", R"({"business_day":20261121)" + more + "}");
        return succeeded("day_totals");
    }
    static Json only(const Json& document, const char* list) {
        EXPECT_EQ(document->getArray(list)->size(), 1U);
        return document->getArray(list)->getObject(0);
    }
    static std::string sum(const Json& totals, const char* key) {
        const Json value = totals->getObject(key);
        return value->getValue<std::string>("count") + "x" + value->getValue<std::string>("sum_minor");
    }
    OperationRecord& state(const std::string& reference, Kind kind, State state, std::int64_t amount_minor,
                           Reason reason = Reason::none) {
        return row(reference, [&](OperationRecord& r) {
            r.kind = kind;
            r.state = state;
            r.amount_minor = amount_minor;
            r.reason = reason;
        });
    }
};

TEST_F(OfficeDayTotals, EveryKindAndEndHasItsPlace) {
    state("p1", Kind::payment, State::succeeded, 1000);
    state("p2", Kind::payment, State::succeeded, 500, Reason::manual);
    state("p3", Kind::payment, State::cancelled, 10);
    state("p4", Kind::payment, State::declined, 20);
    state("p5", Kind::payment, State::declined, 21);
    state("r1", Kind::refund, State::succeeded, 300);
    state("r2", Kind::refund, State::declined, 7);
    state("r3", Kind::refund, State::cancelled, 8);
    state("u1", Kind::undo, State::cancelled, 40);
    state("u2", Kind::undo, State::succeeded, 50, Reason::manual);
    state("u3", Kind::undo, State::declined, 60);
    state("u4", Kind::undo, State::succeeded, 70, Reason::not_undone);
    state("u5", Kind::undo, State::declined, 80, Reason::not_undone);
    state("f1", Kind::found, State::succeeded, 90);
    state("f2", Kind::found, State::declined, 91);
    state("q1", Kind::request, State::succeeded, 0);
    const Json document = totals();
    for (const char* list : {"groups", "totals"}) {
        const Json t = only(document, list);
        EXPECT_EQ(t->getValue<std::string>("currency"), "EUR");
        EXPECT_EQ(sum(t, "payments"), "2x1500");
        EXPECT_EQ(sum(t, "refunds"), "1x300");
        EXPECT_EQ(t->getValue<std::int64_t>("net_minor"), 1200);
        EXPECT_EQ(sum(t, "cancelled"), "1x10");
        EXPECT_EQ(sum(t, "declined"), "2x41");
        EXPECT_EQ(sum(t, "refunds_declined"), "2x15");
        EXPECT_EQ(sum(t, "undone"), "1x40");
        EXPECT_EQ(sum(t, "kept"), "3x200");
        EXPECT_EQ(sum(t, "found"), "1x90");
    }
    EXPECT_EQ(only(document, "groups")->getValue<std::string>("operator_id"), "anna");
    EXPECT_EQ(only(document, "groups")->getValue<std::string>("wallet"), "AlipayCN");
}

TEST_F(OfficeDayTotals, GroupedByOperatorCurrencyAndWallet) {
    row("a");
    row("b", [](OperationRecord& r) { r.operator_id = "bo"; });
    row("c", [](OperationRecord& r) { r.wallet = "GCash"; });
    row("d", [](OperationRecord& r) { r.currency = "JPY"; });
    row("e");
    const Json document = totals();
    std::string groups;
    for (const auto& item : *document->getArray("groups")) {
        const Json group = item.extract<Json>();
        groups += group->getValue<std::string>("operator_id") + " " + group->getValue<std::string>("currency") + " " +
                  group->getValue<std::string>("wallet") + " " + sum(group, "payments") + "\n";
    }
    EXPECT_EQ(groups,
              "anna EUR AlipayCN 2x2500\nanna EUR GCash 1x1250\nanna JPY AlipayCN 1x1250\nbo EUR AlipayCN 1x1250\n");
    ASSERT_EQ(document->getArray("totals")->size(), 2U);
    EXPECT_EQ(sum(document->getArray("totals")->getObject(0), "payments"), "4x5000");
    EXPECT_EQ(sum(document->getArray("totals")->getObject(1), "payments"), "1x1250");
}

TEST_F(OfficeDayTotals, ARefundCountsOnItsOwnDayAndForItsPaymentsWallet) {
    row("yesterday", [](OperationRecord& r) {
        r.business_day = 2026'11'20;
        r.wallet = "GCash";
    });
    row("r1", [](OperationRecord& r) {
        r.kind = Kind::refund;
        r.wallet = "";
        r.linked_row = 1;
        r.amount_minor = 200;
    });
    row("r2", [](OperationRecord& r) {
        r.kind = Kind::refund;
        r.business_day = 2026'11'22;
    });
    const Json group = only(totals(), "groups");
    EXPECT_EQ(group->getValue<std::string>("wallet"), "GCash");
    EXPECT_EQ(sum(group, "payments"), "0x0");
    EXPECT_EQ(sum(group, "refunds"), "1x200");
    EXPECT_EQ(group->getValue<std::int64_t>("net_minor"), -200);
}

TEST_F(OfficeDayTotals, WhatIsNotFinalIsInNoSumButListed) {
    row("a");
    state("doubt", Kind::payment, State::unknown, 999, Reason::expiry);
    state("refund", Kind::refund, State::in_progress, 5);
    const Json document = totals();
    EXPECT_EQ(sum(only(document, "groups"), "payments"), "1x1250");
    const Json in_doubt = document->getObject("in_doubt");
    EXPECT_EQ(in_doubt->getValue<int>("count"), 2);
    const Json first = in_doubt->getArray("listed")->getObject(0);
    EXPECT_EQ(first->getValue<std::string>("reference"), "doubt");
    EXPECT_EQ(first->getValue<std::string>("state"), "UNKNOWN");
    EXPECT_EQ(first->getValue<std::string>("reason"), "EXPIRY");
    EXPECT_EQ(first->getValue<std::int64_t>("amount_minor"), 999);
}

TEST_F(OfficeDayTotals, ThePresentCounts) {
    row("a", [](OperationRecord& r) { r.state = State::in_progress; });
    desk.newer_[1] = desk.journal_.rows[1];
    desk.newer_[1].state = State::succeeded;
    EXPECT_EQ(sum(only(totals(), "groups"), "payments"), "1x1250");
}

TEST_F(OfficeDayTotals, UnacknowledgedAndTheHeadOfTheChain) {
    row("a", [](OperationRecord& r) { r.acknowledged = false; });
    row("b", [](OperationRecord& r) { r.acknowledged = false; });
    row("c");
    row("other day", [](OperationRecord& r) {
        r.acknowledged = false;
        r.business_day = 2026'11'20;
    });
    desk.journal_.chain_head = "00ff";
    const Json document = totals();
    EXPECT_EQ(document->getValue<int>("unacknowledged"), 2);
    EXPECT_EQ(document->getValue<std::string>("chain_head"), "00ff");
    EXPECT_EQ(document->getValue<std::string>("day_boundary"), "business_day");
    EXPECT_TRUE(document->isNull("operator_id"));
}

TEST_F(OfficeDayTotals, OfOneOperatorOrTerminal) {
    row("a", [](OperationRecord& r) { r.acknowledged = false; });
    row("b", [](OperationRecord& r) {
        r.operator_id = "bo";
        r.state = State::unknown;
    });
    row("c", [](OperationRecord& r) { r.terminal = "T2"; });
    const Json bo = totals(R"(,"operator_id":"bo")");
    EXPECT_EQ(bo->getArray("groups")->size(), 0U);
    EXPECT_EQ(bo->getObject("in_doubt")->getValue<int>("count"), 1);
    EXPECT_EQ(bo->getValue<int>("unacknowledged"), 0);
    EXPECT_EQ(bo->getValue<std::string>("operator_id"), "bo");
    const Json second = totals(R"(,"terminal":"T2")");
    EXPECT_EQ(sum(only(second, "groups"), "payments"), "1x1250");
    EXPECT_EQ(totals(R"(,"terminal":"T1","operator_id":"anna")")->getValue<int>("unacknowledged"), 1);
}

TEST_F(OfficeDayTotals, ADayOfManyPagesIsCountedWhole) {
    for (int i = 0; i < 1'250; i++)
        row("a" + std::to_string(i), [](OperationRecord& r) { r.amount_minor = 3; });
    for (int i = 0; i < 250; i++)
        row("d" + std::to_string(i), [](OperationRecord& r) { r.state = State::unknown; });
    const Json document = totals();
    EXPECT_EQ(sum(only(document, "groups"), "payments"), "1250x3750");
    EXPECT_EQ(document->getObject("in_doubt")->getValue<std::size_t>("count"), 250U);
    EXPECT_EQ(document->getObject("in_doubt")->getArray("listed")->size(), max_listed_in_doubt);
}

TEST_F(OfficeDayTotals, AnEmptyDay) {
    const Json document = totals();
    EXPECT_EQ(document->getArray("groups")->size(), 0U);
    EXPECT_EQ(document->getArray("totals")->size(), 0U);
}

TEST_F(OfficeDayTotals, SumsThatDoNotFitAreNotTold) {
    state("a", Kind::payment, State::succeeded, INT64_MAX);
    EXPECT_EQ(sum(only(totals(), "groups"), "payments"), "1x9223372036854775807");
    state("b", Kind::payment, State::succeeded, 1);
    EXPECT_THAT(refused("day_totals", R"({"business_day":20261121})", Reason::none),
                HasSubstr("the sums in EUR do not fit 64 bits"));
    desk.journal_.rows.clear();
    state("c", Kind::refund, State::succeeded, INT64_MAX);
    totals();
    EXPECT_THAT(desk.finished[0].second.json, HasSubstr(R"("net_minor":-9223372036854775807,)"));
}

}  // namespace
}  // namespace paydrv::office
