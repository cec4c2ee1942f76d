// What a careful till does with the driver, seen through a driver that the test plays itself.
#include "till/till.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <sstream>

#include "played_driver.h"
#include "scratch_folder.h"
#include "till/business_day.h"

namespace hostsim::till {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kCode = "2810010203040506";

class TillTest : public testing::Test {
  protected:
    TillTest() {
        played_.book = settings_.book = (folder_.path() / "tickets.jsonl").string();
        settings_.currency = "EUR";
    }

    void leave_open_ticket() {
        Ticket ticket;
        ticket.reference = "1001-1";
        ticket.order = "1001";
        ticket.business_day = today();
        ticket.amount_minor = 1250;
        ticket.currency = "EUR";
        TicketBook(settings_.book).begin(ticket);
    }
    Outcome booked(const Till& till, const std::string& reference) {
        const Ticket* ticket = till.book().find(reference, today());
        return ticket ? ticket->outcome : Outcome{"no such ticket", "", ""};
    }

    ScratchFolder folder_{"hostsim-test", false};
    PlayedDriver played_;
    DriverLibrary driver_ = played_.library();
    TillSettings settings_;
    std::ostringstream out_;
};

TEST_F(TillTest, WritesTheTicketBeforeTheDriverIsAsked) {
    Till till(driver_, settings_, out_);
    auto reference = till.pay(1250, kCode);
    ASSERT_TRUE(reference);
    EXPECT_THAT(played_.book_at_start, HasSubstr("\"" + *reference + "\""));
    EXPECT_THAT(played_.book_at_start, Not(HasSubstr(kCode)));
}

TEST_F(TillTest, BooksTheEndOnceAndThenAcknowledges) {
    Till till(driver_, settings_, out_);
    auto reference = till.pay(1250, kCode);
    EXPECT_TRUE(till.counter_busy());
    EXPECT_EQ(played_.acknowledges, 0);
    played_.become(1, PAYDRV_STATE_SUCCEEDED, PAYDRV_ACTION_NOTHING);
    till.watch(0);
    EXPECT_FALSE(till.counter_busy());
    EXPECT_EQ(booked(till, *reference).state, "SUCCEEDED");
    EXPECT_EQ(played_.acknowledges, 1);
    till.watch(0);
    EXPECT_FALSE(till.busy());
    EXPECT_EQ(played_.acknowledges, 1);
}

TEST_F(TillTest, AcknowledgesAgainWhileTheDriverIsBusy) {
    Till till(driver_, settings_, out_);
    till.pay(1250, kCode);
    played_.acknowledge_result = PAYDRV_E_BUSY;
    played_.become(1, PAYDRV_STATE_DECLINED, PAYDRV_ACTION_OTHER_METHOD);
    till.watch(0);
    till.watch(0);
    EXPECT_TRUE(till.busy());
    played_.acknowledge_result = PAYDRV_OK;
    till.watch(0);
    till.watch(0);
    EXPECT_FALSE(till.busy());
}

TEST_F(TillTest, ARefusedStartIsBookedAsRefusedWithItsReason) {
    played_.start_result = PAYDRV_E_CODE_USED;
    Till till(driver_, settings_, out_);
    EXPECT_FALSE(till.pay(1250, kCode));
    EXPECT_FALSE(till.busy());
    EXPECT_EQ(booked(till, "1001-1").state, "REFUSED");
    EXPECT_THAT(booked(till, "1001-1").reason, HasSubstr("the reason"));
}

TEST_F(TillTest, LetsTheCashierGoOnButKeepsWatching) {
    Till till(driver_, settings_, out_);
    auto reference = till.pay(1250, kCode);
    played_.become(1, PAYDRV_STATE_CANCELLING, PAYDRV_ACTION_SETTLE_LATER);
    till.watch(0);
    EXPECT_FALSE(till.counter_busy());
    EXPECT_TRUE(till.busy());
    EXPECT_EQ(booked(till, *reference).state, "");
    played_.become(1, PAYDRV_STATE_CANCELLED, PAYDRV_ACTION_NOTHING);
    till.watch(0);
    EXPECT_EQ(booked(till, *reference).state, "CANCELLED");
}

TEST_F(TillTest, AgainIsAnotherAttemptOfTheSameOrder) {
    Till till(driver_, settings_, out_);
    till.pay(1250, kCode);
    played_.become(1, PAYDRV_STATE_DECLINED, PAYDRV_ACTION_RESCAN);
    till.watch(0);
    EXPECT_EQ(till.again("2810010203040507"), "1001-2");
    EXPECT_EQ(till.book().find("1001-2", today())->order, "1001");
    EXPECT_EQ(till.book().find("1001-2", today())->amount_minor, 1250);
}

TEST_F(TillTest, AfterARestartFindsWhatWasUnderWay) {
    leave_open_ticket();
    played_.add("1001-1", PAYDRV_STATE_IN_PROGRESS, 1250, today());
    played_.find_busy = 2;
    Till till(driver_, settings_, out_);
    EXPECT_TRUE(till.counter_busy());
    played_.become(1, PAYDRV_STATE_SUCCEEDED, PAYDRV_ACTION_NOTHING);
    till.watch(0);
    EXPECT_EQ(booked(till, "1001-1").state, "SUCCEEDED");
    EXPECT_EQ(played_.operations.at(1).acknowledged, 1u);
}

TEST_F(TillTest, AfterARestartBooksWhatEndedMeanwhile) {
    leave_open_ticket();
    played_.add("1001-1", PAYDRV_STATE_SUCCEEDED, 1250, today());
    Till till(driver_, settings_, out_);
    EXPECT_EQ(booked(till, "1001-1").state, "SUCCEEDED");
    EXPECT_EQ(played_.operations.at(1).acknowledged, 1u);
}

TEST_F(TillTest, AfterARestartWhatWasNeverSentIsSaidToBe) {
    leave_open_ticket();
    Till till(driver_, settings_, out_);
    EXPECT_EQ(booked(till, "1001-1").state, "NOT_SENT");
    EXPECT_THAT(out_.str(), HasSubstr("No money was taken"));
}

TEST_F(TillTest, ADiskThatStaysBusyIsNotTakenForNeverSent) {
    leave_open_ticket();
    played_.find_busy = 1000;
    EXPECT_THROW(Till(driver_, settings_, out_), std::runtime_error);
    EXPECT_EQ(TicketBook(settings_.book).open_tickets().size(), 1u);
    EXPECT_EQ(played_.closes, 1);
}

TEST_F(TillTest, AnotherTillsBookIsNoticed) {
    leave_open_ticket();
    played_.add("1001-1", PAYDRV_STATE_SUCCEEDED, 9900, today());
    try {
        Till till(driver_, settings_, out_);
        FAIL() << "opened";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr("12.50 EUR"), HasSubstr("99.00 EUR")));
    }
    EXPECT_EQ(TicketBook(settings_.book).open_tickets().size(), 1u);
}

TEST_F(TillTest, AcknowledgesAfterARestartWhatIsBookedAlike) {
    leave_open_ticket();
    TicketBook(settings_.book).end("1001-1", today(), {"SUCCEEDED", "", ""});
    played_.add("1001-1", PAYDRV_STATE_SUCCEEDED, 1250, today());
    Till till(driver_, settings_, out_);
    EXPECT_EQ(played_.operations.at(1).acknowledged, 1u);
}

TEST_F(TillTest, DoesNotAcknowledgeWhatItsBookHasOtherwise) {
    leave_open_ticket();
    TicketBook(settings_.book).end("1001-1", today(), {"DECLINED", "", ""});
    played_.add("1001-1", PAYDRV_STATE_SUCCEEDED, 1250, today());
    played_.add("9999-1", PAYDRV_STATE_SUCCEEDED, 1250, today());
    Till till(driver_, settings_, out_);
    EXPECT_EQ(played_.acknowledges, 0);
    EXPECT_THAT(out_.str(), AllOf(HasSubstr("1001-1"), HasSubstr("9999-1")));
}

TEST_F(TillTest, ClosingTellsThatAPaymentGoesOn) {
    Till till(driver_, settings_, out_);
    till.pay(1250, kCode);
    till.close();
    EXPECT_EQ(played_.closes, 1);
    EXPECT_THAT(out_.str(), HasSubstr("goes on by itself"));
}

// ---- Refunds ---------------------------------------------------------------------------------------------------

class RefundTest : public TillTest {
  protected:
    RefundTest() {
        till_.emplace(driver_, settings_, out_);
        till_->pay(1250, kCode);
        end(1, PAYDRV_STATE_SUCCEEDED);
        original_.reference = "1001-1";
        original_.business_day = today();
    }
    void end(std::int32_t op, std::uint32_t state) {
        played_.become(op, state, PAYDRV_ACTION_NOTHING);
        till_->watch(0);
        till_->watch(0);
    }

    std::optional<Till> till_;
    Original original_;
};

TEST_F(RefundTest, IsInTheBookBeforeTheDriverIsAsked) {
    auto reference = till_->refund(original_, 500);
    ASSERT_EQ(reference, "1001-R1");
    EXPECT_THAT(played_.book_at_start, HasSubstr("\"1001-R1\""));
    EXPECT_EQ(played_.refund.op, 1);
    EXPECT_EQ(played_.refund.amount_minor, 500);
    EXPECT_EQ(field_text(played_.refund.original_reference), "");
    EXPECT_TRUE(till_->counter_busy());
    EXPECT_EQ(booked(*till_, "1001-R1").state, "");
}

TEST_F(RefundTest, IsBookedAndThenAcknowledgedOnItsOwnTicket) {
    till_->refund(original_, 500);
    end(2, PAYDRV_STATE_SUCCEEDED);
    EXPECT_EQ(booked(*till_, "1001-R1").state, "SUCCEEDED");
    EXPECT_THAT(played_.book_at_acknowledge, HasSubstr("SUCCEEDED"));
    EXPECT_EQ(played_.calls.back(), "acknowledge 2 -");
    EXPECT_FALSE(till_->busy());
    EXPECT_THAT(out_.str(), HasSubstr("GIVEN BACK"));
}

TEST_F(RefundTest, WithoutAnAmountGivesBackWhatTheDriverSaysIsLeft) {
    played_.operations.at(1).refunded_minor = 450;
    till_->refund(original_, std::nullopt);
    EXPECT_EQ(played_.refund.amount_minor, 800);
}

TEST_F(RefundTest, OfWhatIsAllGivenBackIsNotBegun) {
    played_.operations.at(1).refunded_minor = 1250;
    EXPECT_FALSE(till_->refund(original_, std::nullopt));
    EXPECT_EQ(till_->book().tickets().size(), 1u);
}

TEST_F(RefundTest, SeveralHaveReferencesOfTheirOwnAndDoNotCountAsAttempts) {
    EXPECT_EQ(till_->refund(original_, 100), "1001-R1");
    end(2, PAYDRV_STATE_SUCCEEDED);
    EXPECT_EQ(till_->refund(original_, 200), "1001-R2");
    end(3, PAYDRV_STATE_DECLINED);
    EXPECT_EQ(till_->again("2810010203040507"), "1001-2");
}

TEST_F(RefundTest, OfAnEarlierDayGoesByReferenceAndDay) {
    original_.business_day = day_before(today());
    played_.add("1001-1", PAYDRV_STATE_SUCCEEDED, 990, original_.business_day);
    till_->refund(original_, std::nullopt);
    EXPECT_EQ(played_.refund.op, 0);
    EXPECT_EQ(field_text(played_.refund.original_reference), "1001-1");
    EXPECT_EQ(played_.refund.original_business_day, original_.business_day);
    EXPECT_EQ(played_.refund.business_day, today());
    EXPECT_EQ(played_.refund.amount_minor, 990);
}

TEST_F(RefundTest, OfAPaymentIdTellsTheOriginalAmount) {
    Original stranger;
    stranger.payment_id = "2026112110000000001";
    stranger.amount_minor = 3000;
    EXPECT_EQ(till_->refund(stranger, 1000), "R" + std::to_string(today()) + "-1");
    EXPECT_EQ(field_text(played_.refund.payment_id), stranger.payment_id);
    EXPECT_EQ(played_.refund.original_amount_minor, 3000);
    EXPECT_EQ(field_text(played_.refund.currency), "EUR");
    end(2, PAYDRV_STATE_SUCCEEDED);
    till_->refund(stranger, std::nullopt);
    EXPECT_EQ(played_.refund.amount_minor, 2000);
}

TEST_F(RefundTest, OfWhatNobodyKnowsNeedsAnAmount) {
    original_.reference = "7777-1";
    EXPECT_THROW(till_->refund(original_, std::nullopt), std::invalid_argument);
    EXPECT_EQ(till_->book().tickets().size(), 1u);
}

TEST_F(RefundTest, OfARefundIsRefused) {
    till_->refund(original_, 100);
    end(2, PAYDRV_STATE_SUCCEEDED);
    original_.reference = "1001-R1";
    EXPECT_THROW(till_->refund(original_, 100), std::invalid_argument);
}

TEST_F(RefundTest, IsAskedAgainWhileThePaymentIsBeingRead) {
    played_.refund_busy = 1;
    EXPECT_TRUE(till_->refund(original_, 100));
    EXPECT_EQ(std::count(played_.calls.begin(), played_.calls.end(), "refund"), 2);
}

TEST_F(RefundTest, CannotBeCancelled) {
    till_->refund(original_, 100);
    till_->cancel();
    EXPECT_EQ(played_.cancels, 0);
}

TEST_F(RefundTest, ThatTakesLongLetsTheCashierGoOn) {
    till_->refund(original_, 100);
    played_.operations.at(2).since_ms = 10'000;
    till_->watch(0);
    EXPECT_FALSE(till_->counter_busy());
    EXPECT_TRUE(till_->busy());
    end(2, PAYDRV_STATE_SUCCEEDED);
    EXPECT_EQ(booked(*till_, "1001-R1").state, "SUCCEEDED");
}

TEST_F(RefundTest, InDoubtIsNotToBeGivenBackASecondTime) {
    till_->refund(original_, 100);
    played_.become(2, PAYDRV_STATE_UNKNOWN, PAYDRV_ACTION_SETTLE_LATER);
    till_->watch(0);
    EXPECT_FALSE(till_->counter_busy());
    EXPECT_THAT(out_.str(), HasSubstr("do not give the money back by other means"));
}

TEST_F(RefundTest, IsFoundAgainAfterARestart) {
    till_->refund(original_, 100);
    till_.reset();
    played_.become(2, PAYDRV_STATE_SUCCEEDED, PAYDRV_ACTION_NOTHING);
    till_.emplace(driver_, settings_, out_);
    EXPECT_EQ(booked(*till_, "1001-R1").state, "SUCCEEDED");
    EXPECT_EQ(played_.operations.at(2).acknowledged, 1u);
}

TEST_F(RefundTest, ThatWasNeverSentIsSaidToBeAfterARestart) {
    till_->refund(original_, 100);
    till_.reset();
    played_.operations.erase(2);
    till_.emplace(driver_, settings_, out_);
    EXPECT_EQ(booked(*till_, "1001-R1").state, "NOT_SENT");
    EXPECT_THAT(out_.str(), HasSubstr("No money was given back"));
}

// ---- What the driver did by itself -----------------------------------------------------------------------------

TEST_F(RefundTest, AnUndoIsShownNotedAndAcknowledged) {
    std::int32_t undo = played_.add("1001-1", PAYDRV_STATE_IN_PROGRESS, 1250, today(), PAYDRV_KIND_UNDO);
    played_.operations.at(undo).linked_op = 1;
    till_->look_for_linked();
    EXPECT_THAT(out_.str(), HasSubstr("UNDO"));
    EXPECT_TRUE(till_->book().corrections().empty());
    played_.become(undo, PAYDRV_STATE_CANCELLED, PAYDRV_ACTION_NOTHING);
    till_->look_for_linked();
    till_->look_for_linked();
    ASSERT_EQ(till_->book().corrections().size(), 1u);
    EXPECT_EQ(till_->book().corrections()[0].reference, "1001-1");
    EXPECT_THAT(played_.book_at_acknowledge, HasSubstr("corrected"));
    EXPECT_EQ(played_.calls.back(), "acknowledge " + std::to_string(undo) + " 1001");
    EXPECT_EQ(booked(*till_, "1001-1").state, "SUCCEEDED") << "a ticket stays as it was booked";
}

TEST_F(RefundTest, AnUndoIsNotedOnceEvenWhenTheDriverIsBusy) {
    played_.add("1001-1", PAYDRV_STATE_CANCELLED, 1250, today(), PAYDRV_KIND_UNDO);
    played_.acknowledge_result = PAYDRV_E_BUSY;
    till_->look_for_linked();
    till_.reset();
    till_.emplace(driver_, settings_, out_);
    EXPECT_EQ(till_->book().corrections().size(), 1u);
}

TEST_F(RefundTest, LateMoneyThatCouldNotBeGivenBackIsLeftForPeople) {
    std::int32_t undo = played_.add("1001-1", PAYDRV_STATE_SUCCEEDED, 1250, today(), PAYDRV_KIND_UNDO);
    played_.operations.at(undo).reason = PAYDRV_REASON_NOT_UNDONE;
    till_->look_for_linked();
    EXPECT_EQ(played_.operations.at(undo).acknowledged, 0u);
    EXPECT_THAT(out_.str(),
                AllOf(HasSubstr("NOT given back"), HasSubstr("refused for good"), HasSubstr("Call support")));
    till_->claim("1001-1", today(), "1001");
    EXPECT_EQ(played_.operations.at(undo).acknowledged, 1u);
}

TEST_F(RefundTest, AnUndoOfAnotherTillsTicketIsLeftForPeople) {
    played_.add("9999-1", PAYDRV_STATE_CANCELLED, 1250, today(), PAYDRV_KIND_UNDO);
    int before = played_.acknowledges;
    till_->look_for_linked();
    EXPECT_EQ(played_.acknowledges, before);
    EXPECT_THAT(out_.str(), HasSubstr("9999-1"));
}

TEST_F(RefundTest, AFoundPaymentWaitsUntilAnOrderClaimsIt) {
    std::int32_t found = played_.add("0815-1", PAYDRV_STATE_SUCCEEDED, 700, today(), PAYDRV_KIND_FOUND);
    till_->look_for_linked();
    EXPECT_EQ(played_.operations.at(found).acknowledged, 0u);
    EXPECT_THAT(out_.str(), HasSubstr("claim 0815-1 ORDER"));
    till_->claim("0815-1", today(), "1001");
    EXPECT_EQ(played_.calls.back(), "acknowledge " + std::to_string(found) + " 1001");
    EXPECT_THAT(played_.book_at_acknowledge, HasSubstr("corrected"));
    till_->list_linked(today());
    EXPECT_THAT(out_.str(), HasSubstr("FOUND"));
}

// ---- Papers ----------------------------------------------------------------------------------------------------

TEST_F(RefundTest, ReceiptsAreAskedForBeforeTheAcknowledgementMakesThemReprints) {
    played_.texts[PAYDRV_TEXT_RECEIPT_MERCHANT] = "SHOP COPY\n12.50";
    played_.texts[PAYDRV_TEXT_RECEIPT_CUSTOMER] = std::string(5000, 'x');  // larger than the first buffer
    played_.text_making = 2;
    till_->print_receipts_by_itself(true);
    till_->refund(original_, 100);
    played_.acknowledge_result = PAYDRV_E_BUSY;
    end(2, PAYDRV_STATE_SUCCEEDED);
    EXPECT_THAT(out_.str(), AllOf(HasSubstr(": SHOP COPY"), HasSubstr(std::string(5000, 'x'))));
}

TEST_F(RefundTest, DisplaysStandInABox) {
    played_.texts[PAYDRV_TEXT_CASHIER_DISPLAY] = "PAID\n12.50 EUR";
    played_.texts[PAYDRV_TEXT_CUSTOMER_DISPLAY] = "Thank you";
    till_->print_displays("1001-1", today());
    EXPECT_THAT(out_.str(), AllOf(HasSubstr("|PAID                |"), HasSubstr("|12.50 EUR           |"),
                                  HasSubstr("|Thank you           |"), HasSubstr("|                    |")));
}

TEST_F(RefundTest, ARequestIsPrintedForReadingAndRaw) {
    played_.texts[PAYDRV_TEXT_DETAIL] = R"({"totals":[{"currency":"EUR","net_minor":1250}],"note":null})";
    till_->request("day_totals", R"({"business_day":20261121})");
    EXPECT_EQ(played_.request_name, "day_totals");
    EXPECT_EQ(played_.request_json, R"({"business_day":20261121})");
    EXPECT_THAT(out_.str(), AllOf(HasSubstr("answered"), HasSubstr("currency: EUR\n"), HasSubstr("net_minor: 1250\n"),
                                  HasSubstr("note: null\n"), HasSubstr("raw {\"totals\"")));
}

TEST_F(RefundTest, ARequestThatTheDriverDoesNotKnowIsSaidToBe) {
    played_.request_result = PAYDRV_E_UNSUPPORTED;
    EXPECT_EQ(till_->ask("moon_phase", ""), "");
    EXPECT_THAT(out_.str(), HasSubstr("does not take this request"));
}

TEST_F(TillTest, TheLightTellsWhetherItCanPay) {
    Till till(driver_, settings_, out_);
    EXPECT_THAT(till.light(), HasSubstr("GREEN"));
    played_.health &= ~PAYDRV_HEALTH_CLOCK;
    EXPECT_THAT(till.light(), AllOf(HasSubstr("YELLOW"), HasSubstr("clock")));
    played_.health &= ~PAYDRV_HEALTH_JOURNAL;
    EXPECT_THAT(till.light(), AllOf(HasSubstr("RED"), HasSubstr("journal")));
    till.health();
    EXPECT_THAT(out_.str(), AllOf(HasSubstr("JOURNAL    off"), HasSubstr("DISK       on")));
}

}  // namespace
}  // namespace hostsim::till
