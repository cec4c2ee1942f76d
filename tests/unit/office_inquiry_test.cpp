// "Has it been paid?": is every payment found, asked of Alipay, and told of truly?
#include "office/inquiry.h"
#include "office/sentence.h"
#include "office_scene.h"

namespace paydrv::office {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class OfficeInquiry : public OfficeScene {
  protected:
    static std::string by_reference(const std::string& reference, const std::string& more = "") {
        return R"({"reference":")" + reference + R"(","business_day":20261121)" + more + "}";
    }
    static std::string by_order() { return R"({"order_reference":"order","business_day":20261121})"; }

    std::vector<std::string> asked_references() const {
        std::vector<std::string> references;
        for (const auto& [op, record] : desk.asked)
            references.push_back(record.reference);
        return references;
    }
    Json payment(const Json& answer, unsigned index = 0) { return answer->getArray("payments")->getObject(index); }
    /// The one payment of an inquiry that is answered so.
    Json told_of(const std::string& json, const Answer& answer) {
        desk.finished.clear();
        begin("inquire", json);
        this->answer(answer);
        const Json document = succeeded("inquire");
        EXPECT_EQ(document->getArray("payments")->size(), 1U);
        return payment(document);
    }
    static std::string status(const Json& payment) {
        return payment->getObject("at_alipay")->getValue<std::string>("status");
    }
    static std::string says(const Json& payment) { return payment->getValue<std::string>("says"); }
};

TEST_F(OfficeInquiry, APaidPayment) {
    row("A1");
    Answer answer = paid();
    answer.refunds = {{"r1-x", "refund-1", 250, true}, {"", "refund-2", 100, false}};
    answer.trace = "trace-7";
    const Json payment = told_of(by_reference("A1"), answer);
    ASSERT_EQ(desk.asked.size(), 1U);
    EXPECT_EQ(desk.asked[0].first, request_op);
    EXPECT_EQ(desk.asked[0].second, desk.journal_.rows[1]);
    EXPECT_EQ(desk.finished[0].second.json,
              R"({"found":1,"left_out":0,"payments":[{"reference":"A1","terminal":"T1","business_day":20261121,)"
              R"("order_reference":"order","op":1001,"payment_id":"id-A1","payment_request_id":"p1-A1",)"
              R"("here":{"kind":"PAYMENT","state":"SUCCEEDED","reason":"","next_action":"NOTHING","is_final":true,)"
              R"("amount_minor":1250,"refunded_minor":0,"currency":"EUR","acknowledged":true,"settled_by":""},)"
              R"("at_alipay":{"answered":true,"status":"PAID","amount_minor":1250,"currency":"EUR",)"
              R"("paid_time_ms":1795249940000,"paid_time":"2026-11-21T08:32:20.000Z","code":"SUCCESS",)"
              R"("wallet":"AlipayCN","refunds":[{"refund_request_id":"r1-x","refund_id":"refund-1",)"
              R"("amount_minor":250,"done":true},{"refund_request_id":"","refund_id":"refund-2","amount_minor":100,)"
              R"("done":false}],"trace":"trace-7","problem":""},"says":"Paid, and given back in part.",)"
              R"("linked_op":0}]})");
    EXPECT_EQ(status(payment), "PAID");
    EXPECT_THAT(desk.followed, ElementsAre(std::pair(std::int64_t{1}, Verdict::paid)));
}

TEST_F(OfficeInquiry, WhatTheJournalDoesNotKnowIsAskedByItsRequestId) {  // R11
    const Json payment = told_of(by_reference("lost", R"(,"terminal":"T9")"), paid());
    EXPECT_EQ(desk.asked.at(0).second.request_id, "derived-T9-lost");
    EXPECT_EQ(desk.asked[0].second.amount_minor, 0);
    EXPECT_EQ(desk.asked[0].second.row, 0);
    EXPECT_TRUE(payment->isNull("here"));
    EXPECT_EQ(payment->getValue<std::string>("payment_id"), "2026112100001");
    EXPECT_EQ(payment->getValue<std::string>("payment_request_id"), "derived-T9-lost");
    EXPECT_EQ(payment->getValue<int>("op"), 0);
    EXPECT_EQ(says(payment), "Paid at Alipay, but this journal does not know it: do not charge again, call support.");
    EXPECT_TRUE(desk.followed.empty());
    told_of(by_reference("lost"), paid());
    EXPECT_EQ(desk.asked.back().second.request_id, "derived-T1-lost");
}

TEST_F(OfficeInquiry, FoundCountsWhatExists) {
    const auto found = [&](const Answer& answer) {
        told_of(by_reference("lost"), answer);
        return parsed(desk.finished[0].second.json)->getValue<int>("found");
    };
    EXPECT_EQ(found(paid()), 1);
    EXPECT_EQ(found(verified(Verdict::cancelled)), 1);
    EXPECT_EQ(found(verified(Verdict::no_such_payment)), 0);
    EXPECT_EQ(found(silence()), 0);
    row("lost");
    EXPECT_EQ(found(verified(Verdict::no_such_payment)), 1);
    EXPECT_EQ(found(silence()), 1);
}

TEST_F(OfficeInquiry, ByTheNamesThatAlipayGives) {
    row("A1", [](OperationRecord& r) { r.payment_id = "id"; });
    row("R1", [](OperationRecord& r) {
        r.kind = Kind::refund;
        r.payment_id = "id";
    });
    told_of(R"({"payment_id":"id"})", paid());
    told_of(R"({"payment_request_id":"p1-A1"})", paid());
    EXPECT_THAT(asked_references(), ElementsAre("A1", "A1"));
    told_of(R"({"payment_id":"other"})", verified(Verdict::no_such_payment));
    EXPECT_EQ(desk.asked[2].second.payment_id, "other");
    EXPECT_EQ(desk.asked[2].second.request_id, "");
    told_of(R"({"payment_request_id":"p9"})", verified(Verdict::no_such_payment));
    EXPECT_EQ(desk.asked[3].second.request_id, "p9");
    told_of(R"({"payment_request_id":"p1-R1"})", verified(Verdict::no_such_payment));
    EXPECT_EQ(desk.asked[4].second.row, 0) << "a refund is no payment";
}

TEST_F(OfficeInquiry, ExactlyOneName) {
    const std::string one = "give exactly one of reference, order_reference, payment_request_id, payment_id";
    EXPECT_EQ(refused("inquire", "{}"), ": " + one);
    EXPECT_EQ(refused("inquire", R"({"business_day":20261121})"), ": " + one);
    EXPECT_EQ(refused("inquire", R"({"payment_id":"a","payment_request_id":"b"})"), ": " + one);
    EXPECT_EQ(refused("inquire", by_reference("a", R"(,"order_reference":"b")")), ": " + one);
    EXPECT_EQ(refused("inquire", R"({"reference":"a"})"), "business_day: is missing");
    EXPECT_EQ(refused("inquire", R"({"order_reference":"a"})"), "business_day: is missing");
    EXPECT_EQ(refused("inquire", R"({"payment_id":"a","terminal":"b"})"), "terminal: belongs to reference alone");
    EXPECT_EQ(refused("inquire", R"({"payment_id":"a","business_day":20261121})"),
              "business_day: belongs to reference and order_reference alone");
    EXPECT_TRUE(desk.asked.empty());
}

TEST_F(OfficeInquiry, SeveralPaymentsOfAnOrderAreAskedInTurn) {
    row("A1", [](OperationRecord& r) { r.state = State::declined; });
    row("A2", [](OperationRecord& r) { r.state = State::cancelled; });
    row("R1", [](OperationRecord& r) { r.kind = Kind::refund; });
    row("other", [](OperationRecord& r) { r.order_reference = "another"; });
    row("A3");
    begin("inquire", by_order());
    EXPECT_THAT(asked_references(), ElementsAre("A1"));
    answer(verified(Verdict::nothing_taken));
    EXPECT_THAT(asked_references(), ElementsAre("A1", "A2"));
    answer(silence());
    EXPECT_TRUE(desk.finished.empty());
    answer(paid());
    EXPECT_THAT(asked_references(), ElementsAre("A1", "A2", "A3"));
    const Json document = succeeded("inquire");
    EXPECT_EQ(document->getValue<int>("found"), 3);
    const std::vector<std::string> statuses = {status(payment(document, 0)), status(payment(document, 1)),
                                               status(payment(document, 2))};
    EXPECT_THAT(statuses, ElementsAre("NOTHING_TAKEN", "UNKNOWN", "PAID"));
    EXPECT_EQ(payment(document, 1)->getObject("at_alipay")->getValue<bool>("answered"), false);
    EXPECT_EQ(payment(document, 2)->getValue<std::string>("reference"), "A3");
}

TEST_F(OfficeInquiry, AnswersMayComeWhileAsking) {
    for (int i = 0; i < 3; i++)
        row("A" + std::to_string(i));
    desk.at_once = [&](std::int32_t op) { office.answered(op, paid(), desk); };
    begin("inquire", by_order());
    EXPECT_EQ(succeeded("inquire")->getValue<int>("found"), 3);
}

TEST_F(OfficeInquiry, AnOrderThatNobodyKnowsIsAnsweredAtOnce) {
    begin("inquire", by_order());
    EXPECT_EQ(result("inquire").json, R"({"found":0,"left_out":0,"payments":[]})");
    EXPECT_TRUE(desk.asked.empty());
}

TEST_F(OfficeInquiry, OfManyPaymentsTheNewestAreAsked) {
    for (int i = 0; i < 23; i++)
        row("A" + std::to_string(i));
    desk.at_once = [&](std::int32_t op) { office.answered(op, paid(), desk); };
    begin("inquire", by_order());
    const Json document = succeeded("inquire");
    EXPECT_EQ(document->getValue<int>("left_out"), 3);
    EXPECT_EQ(desk.asked.size(), max_payments_asked);
    EXPECT_EQ(desk.asked.front().second.reference, "A3");
    EXPECT_EQ(desk.asked.back().second.reference, "A22");
}

TEST_F(OfficeInquiry, ASilentGatewayIsNotAskedForEver) {
    for (int i = 0; i < 10; i++)
        row("A" + std::to_string(i));
    begin("inquire", by_order());
    answer(silence());
    answer(silence());
    answer(paid());  // begins the count afresh
    answer(silence());
    answer(silence());
    EXPECT_TRUE(desk.finished.empty());
    answer(silence());
    const Json document = succeeded("inquire");
    EXPECT_EQ(desk.asked.size(), 6U);
    EXPECT_EQ(document->getArray("payments")->size(), 10U);
    EXPECT_EQ(document->getValue<int>("found"), 10);
    for (unsigned i = 6; i < 10; i++) {
        EXPECT_EQ(status(payment(document, i)), "UNKNOWN");
        EXPECT_THAT(says(payment(document, i)), HasSubstr("Not known"));
    }
}

TEST_F(OfficeInquiry, ALateSuccessIsFollowedUp) {  // R6
    Kind follows = Kind::undo;
    row("A1", [](OperationRecord& r) { r.state = State::cancelled; });
    desk.follow = [&](const OperationRecord& about) {
        OperationRecord newer = about;
        newer.linked_row = 77;  // not in the journal yet
        desk.newer_[about.row] = newer;
        desk.newer_[77].row = 77;
        desk.newer_[77].kind = follows;
        return 4'242;
    };
    const Json payment = told_of(by_reference("A1"), paid());
    EXPECT_EQ(payment->getValue<int>("linked_op"), 4'242);
    EXPECT_EQ(says(payment), "Paid late: the driver is giving the money back, see the linked operation.");
    follows = Kind::found;  // what was paid is not this attempt (R12)
    EXPECT_THAT(says(told_of(by_reference("A1"), paid())), HasSubstr("paid, but not by this attempt"));
    desk.newer_.erase(77);
    desk.follow = [](const OperationRecord&) { return 4'242; };
    const Json odd = told_of(by_reference("A1"), paid());
    EXPECT_EQ(odd->getValue<int>("linked_op"), 4'242);
    EXPECT_THAT(says(odd), HasSubstr("it ended here without payment: call support"));
}

TEST_F(OfficeInquiry, OnlyAnswersThatTellAreFollowedUp) {  // R1, R2
    row("A1", [](OperationRecord& r) { r.state = State::cancelled; });
    for (const Verdict verdict : {Verdict::unknown, Verdict::mismatch, Verdict::slow_down}) {
        told_of(by_reference("A1"), verified(verdict));
    }
    told_of(by_reference("A1"), silence());
    Answer forged = paid();
    forged.verified = false;
    EXPECT_EQ(status(told_of(by_reference("A1"), forged)), "UNKNOWN");
    EXPECT_TRUE(desk.followed.empty());
    told_of(by_reference("A1"), verified(Verdict::no_such_payment));
    EXPECT_EQ(desk.followed.size(), 1U);
}

TEST_F(OfficeInquiry, WhatIsUnderWayOrOfAnotherOriginIsNotFollowedUp) {
    row("open", [](OperationRecord& r) { r.state = State::in_progress; });
    row("used", [](OperationRecord& r) {  // R11: that money is another sale's
        r.state = State::declined;
        r.reason = Reason::reference_used;
    });
    row("found", [](OperationRecord& r) { r.kind = Kind::found; });
    told_of(by_reference("open"), paid());
    EXPECT_THAT(says(told_of(by_reference("used"), paid())), HasSubstr("This attempt took nothing"));
    EXPECT_EQ(told_of(by_reference("found"), paid())->getObject("here")->getValue<std::string>("kind"), "FOUND");
    EXPECT_TRUE(desk.followed.empty());
}

TEST_F(OfficeInquiry, APaymentAndWhatWasFoundUnderItsNameAreBothTold) {
    row("A1", [](OperationRecord& r) {
        r.state = State::declined;
        r.reason = Reason::reference_used;
    });
    row("A1", [](OperationRecord& r) { r.kind = Kind::found; });
    begin("inquire", by_reference("A1"));
    answer(paid());
    answer(paid());
    const Json document = succeeded("inquire");
    EXPECT_EQ(document->getValue<int>("found"), 2);
    EXPECT_EQ(says(payment(document, 1)), "Paid.");
}

TEST_F(OfficeInquiry, TellsThePresentAndNotTheJournal) {
    row("A1", [](OperationRecord& r) {
        r.state = State::in_progress;
        r.payment_id = "";
    });
    OperationRecord newer = desk.journal_.rows[1];
    newer.payment_id = "id-new";
    desk.newer_[1] = newer;
    begin("inquire", by_reference("A1"));
    EXPECT_EQ(desk.asked.at(0).second.payment_id, "id-new");
    desk.newer_[1].state = State::succeeded;  // its own inquiry was quicker
    answer(paid());
    const Json told = payment(succeeded("inquire"));
    EXPECT_EQ(told->getObject("here")->getValue<std::string>("state"), "SUCCEEDED");
    EXPECT_EQ(says(told), "Paid.");
}

TEST_F(OfficeInquiry, ALinkedOperationIsNamed) {
    row("A1", [](OperationRecord& r) {
        r.state = State::cancelled;
        r.linked_row = 2;
    });
    row("A1", [](OperationRecord& r) {
        r.kind = Kind::undo;
        r.state = State::cancelling;
    });
    const Json undone = told_of(by_reference("A1"), verified(Verdict::cancelled));
    EXPECT_EQ(undone->getValue<int>("linked_op"), 1'002);
    EXPECT_EQ(says(undone), "Not paid: no money is held.");
    EXPECT_THAT(says(told_of(by_reference("A1"), paid())), HasSubstr("giving the money back"));
    desk.journal_.rows[2].state = State::succeeded;
    desk.journal_.rows[2].reason = Reason::not_undone;
    EXPECT_THAT(says(told_of(by_reference("A1"), paid())), HasSubstr("giving it back was refused"));
}

TEST_F(OfficeInquiry, WhatWasLinkedWhileTheAnswerWasOnItsWayIsNamed) {
    row("A1", [](OperationRecord& r) { r.state = State::cancelled; });
    begin("inquire", by_reference("A1"));
    row("A1", [](OperationRecord& r) {  // the late look was quicker, and the payment has left the engine
        r.kind = Kind::undo;
        r.state = State::cancelling;
    });
    desk.journal_.rows[1].linked_row = 2;
    answer(paid());
    const Json told = payment(succeeded("inquire"));
    EXPECT_EQ(told->getValue<int>("linked_op"), 1'002);
    EXPECT_THAT(says(told), HasSubstr("giving the money back"));
}

TEST_F(OfficeInquiry, AnEmptyRequestIdNeverAsksAtRandom) {
    row("A1", [](OperationRecord& r) { r.request_id = r.payment_id = ""; });
    told_of(by_reference("A1"), paid());
    EXPECT_EQ(desk.asked.at(0).second.request_id, "derived-T1-A1");
}

TEST_F(OfficeInquiry, TextsThatAreNotUtf8DoNotBreakTheAnswer) {
    row("A1", [](OperationRecord& r) {
        r.order_reference = "Caf\xE9 \"1\"\n";
        r.settled_by = "王";
    });
    const Json payment = told_of(by_reference("A1"), paid());
    EXPECT_EQ(payment->getValue<std::string>("order_reference"), "Caf? \"1\"\n");
    EXPECT_EQ(payment->getObject("here")->getValue<std::string>("settled_by"), "王");
}

// ---- the sentence

struct Standing {
    State state = State::succeeded;
    money::CancelBy cancel_by = money::CancelBy::nobody;
    Phase phase = Phase::concluded;
};

std::string said(const Standing& standing, const Answer& answer, Aftermath aftermath = Aftermath::none) {
    OperationRecord here;
    here.amount_minor = 1250;
    here.state = standing.state;
    here.cancel_by = standing.cancel_by;
    here.phase = standing.phase;
    here.next_action = NextAction::wait;
    return std::string(sentence(&here, answer, aftermath));
}

Answer given_back_in_full() {
    Answer answer = paid();
    answer.refunds = {{"r", "1", 1000, true}, {"r", "2", 250, true}};
    return answer;
}

TEST(OfficeSentence, OfAPaymentBookedAsPaid) {
    EXPECT_EQ(said({}, paid()), "Paid.");
    EXPECT_EQ(said({}, given_back_in_full()), "Paid, and given back in full.");
    EXPECT_THAT(said({}, verified(Verdict::cancelled)), HasSubstr("Alipay shows it cancelled or given back"));
    for (const Verdict verdict : {Verdict::nothing_taken, Verdict::no_such_payment, Verdict::open}) {
        EXPECT_THAT(said({}, verified(verdict)), HasSubstr("Alipay does not confirm that: call support"));
    }
    OperationRecord refunded;
    refunded.state = State::succeeded;
    refunded.amount_minor = refunded.refunded_minor = 1250;
    EXPECT_EQ(sentence(&refunded, verified(Verdict::cancelled), Aftermath::none), "Paid, and given back in full.");
}

TEST(OfficeSentence, OfAPaymentThatEndedWithoutMoney) {
    for (const State state : {State::declined, State::cancelled}) {
        EXPECT_EQ(said({state}, verified(Verdict::no_such_payment)), "Not paid: no money is held.");
        EXPECT_EQ(said({state}, verified(Verdict::cancelled)), "Not paid: no money is held.");
        EXPECT_THAT(said({state}, verified(Verdict::open)), HasSubstr("Alipay has not closed it yet"));
        EXPECT_THAT(said({state}, paid()), HasSubstr("it ended here without payment: call support"));
        EXPECT_THAT(said({state}, given_back_in_full()), HasSubstr("given back in full: no money is held"));
    }
}

TEST(OfficeSentence, OfAPaymentUnderWay) {
    const Standing open{State::in_progress, money::CancelBy::nobody, Phase::inquiring};
    const Standing undoing{State::unknown, money::CancelBy::schedule, Phase::cancel_sent};
    const Standing people{State::unknown, money::CancelBy::nobody, Phase::mismatch};
    EXPECT_EQ(said(open, paid()), "Paid at Alipay; wait until this till shows it as paid.");
    EXPECT_THAT(said(open, verified(Verdict::open)), HasSubstr("the customer can still confirm"));
    EXPECT_THAT(said(open, verified(Verdict::no_such_payment)), HasSubstr("goes on asking"));
    EXPECT_THAT(said(open, verified(Verdict::nothing_taken)), HasSubstr("Not paid: no money is held"));
    EXPECT_THAT(said(undoing, paid()), HasSubstr("the driver is giving the money back"));
    EXPECT_THAT(said(undoing, verified(Verdict::open)), HasSubstr("the driver is cancelling it"));
    EXPECT_THAT(said(people, paid()), HasSubstr("keeps it in doubt: call support"));
}

TEST(OfficeSentence, OfAPaymentThatThisJournalDoesNotKnow) {
    const auto of = [](const Answer& answer) { return std::string(sentence(nullptr, answer, Aftermath::none)); };
    EXPECT_THAT(of(paid()), HasSubstr("do not charge again"));
    EXPECT_THAT(of(given_back_in_full()), HasSubstr("given back in full"));
    EXPECT_THAT(of(verified(Verdict::open)), HasSubstr("can still confirm"));
    EXPECT_THAT(of(verified(Verdict::nothing_taken)), HasSubstr("cannot be paid any more"));
    EXPECT_THAT(of(verified(Verdict::cancelled)), HasSubstr("no money is held"));
    EXPECT_THAT(of(verified(Verdict::no_such_payment)), HasSubstr("nothing has been taken under this name so far"));
}

TEST(OfficeSentence, WithoutATrustworthyAnswerItIsNotKnown) {
    for (const State state :
         {State::in_progress, State::unknown, State::succeeded, State::declined, State::cancelled}) {
        Answer forged = paid();
        forged.verified = false;
        EXPECT_THAT(said({state}, forged), HasSubstr("Not known"));
        EXPECT_THAT(said({state}, silence()), HasSubstr("Not known"));
        EXPECT_THAT(said({state}, verified(Verdict::unknown)), HasSubstr("Not known"));
        EXPECT_THAT(said({state}, verified(Verdict::mismatch)), HasSubstr("call support before anything is booked"));
    }
}

TEST(OfficeSentence, SumsOfRefundsDoNotOverflow) {
    Answer answer = paid();
    answer.refunds = {{"", "", INT64_MAX, true}, {"", "", INT64_MAX, true}};
    EXPECT_EQ(given_back(answer), INT64_MAX);
}

}  // namespace
}  // namespace paydrv::office
