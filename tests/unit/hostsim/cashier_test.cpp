// What the cashier types, and what the till then asks the driver.
#include "till/cashier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "played_driver.h"
#include "scratch_folder.h"
#include "till/business_day.h"
#include "till/papers.h"

namespace hostsim::till {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kCode = "2810010203040506";

class CashierTest : public testing::Test {
  protected:
    static TillSettings settings(const ScratchFolder& folder) {
        TillSettings settings;
        settings.book = (folder.path() / "tickets.jsonl").string();
        settings.currency = "EUR";
        return settings;
    }
    std::string type(const std::string& line) {
        out_.str("");
        cashier_.follow(line);
        return out_.str();
    }
    void pay_one() {
        type("pay 12.50 " + std::string(kCode));
        played_.become(1, PAYDRV_STATE_SUCCEEDED, PAYDRV_ACTION_NOTHING);
        till_.watch(0);
        till_.watch(0);
    }

    ScratchFolder folder_{"hostsim-test", false};
    PlayedDriver played_;
    DriverLibrary driver_ = played_.library();
    std::ostringstream out_;
    Till till_{driver_, settings(folder_), out_};
    Cashier cashier_{till_, "EUR", out_};
};

TEST_F(CashierTest, AnAmountThenACode) {
    EXPECT_THAT(type("12,5"), HasSubstr("GREEN"));
    EXPECT_THAT(cashier_.prompt(), HasSubstr("scan"));
    type(kCode);
    EXPECT_EQ(played_.payment.amount_minor, 1250);
    EXPECT_EQ(field_text(played_.payment.payment_code), kCode);
}

TEST_F(CashierTest, AnEmptyLineInsteadOfTheCodeBeginsNothing) {
    type("12.50");
    EXPECT_THAT(type(""), HasSubstr("Not begun"));
    EXPECT_TRUE(played_.calls.empty());
}

TEST_F(CashierTest, ACodeThatIsTooLongIsNotPrinted) {
    EXPECT_THAT(type("pay 5 " + std::string(40, '9')), AllOf(HasSubstr("40 characters"), Not(HasSubstr("999"))));
    EXPECT_TRUE(till_.book().tickets().empty());
}

TEST_F(CashierTest, RefundsAPartAllAndById) {
    pay_one();
    type("refund 1001-1 4.50");
    EXPECT_EQ(played_.refund.amount_minor, 450);
    EXPECT_EQ(played_.refund.op, 1);
    played_.operations.at(1).refunded_minor = 450;
    type("refund 1001-1");
    EXPECT_EQ(played_.refund.amount_minor, 800);
    type("refund 1001-1 all " + std::to_string(today()));
    EXPECT_EQ(played_.refund.amount_minor, 800);
    type("refund id 2026x 30 9.99");
    EXPECT_EQ(field_text(played_.refund.payment_id), "2026x");
    EXPECT_EQ(played_.refund.original_amount_minor, 3000);
    EXPECT_EQ(played_.refund.amount_minor, 999);
}

TEST_F(CashierTest, ADayInThePlaceOfAnAmountIsAskedBack) {
    pay_one();
    EXPECT_THAT(type("refund 1001-1 20261120"), HasSubstr("an amount or a day?"));
    EXPECT_EQ(till_.book().tickets().size(), 1u);
}

TEST_F(CashierTest, WhatCannotBeAnAmountMovesNothing) {
    pay_one();
    for (const char* line : {"refund 1001-1 0", "refund 1001-1 -5", "refund 1001-1 4.505", "refund 1001-1 4e2",
                             "refund id 2026x", "refund id 2026x much", "refund 1001-1 1 tomorrow", "refund"}) {
        EXPECT_NE(type(line), "") << line;
        EXPECT_EQ(till_.book().tickets().size(), 1u) << line;
    }
}

TEST_F(CashierTest, ReceiptsBothOrOne) {
    pay_one();
    played_.texts[PAYDRV_TEXT_RECEIPT_MERCHANT] = "for the shop";
    played_.texts[PAYDRV_TEXT_RECEIPT_CUSTOMER] = "for the customer";
    EXPECT_THAT(type("receipt 1001-1"), AllOf(HasSubstr("for the shop"), HasSubstr("for the customer")));
    EXPECT_THAT(type("receipt 1001-1 merchant"), Not(HasSubstr("for the customer")));
    EXPECT_THAT(type("receipt 1001-1 customer " + std::to_string(today())), Not(HasSubstr("for the shop")));
    EXPECT_THAT(type("receipt 9999-1"), HasSubstr("has no 9999-1"));
    EXPECT_THAT(type("receipts maybe"), HasSubstr("receipts on"));
}

TEST_F(CashierTest, ARequestsJsonIsPassedOnAsItWasTyped) {
    type("request  inquire   {\"reference\": \"a  b\"} ");
    EXPECT_EQ(played_.request_name, "inquire");
    EXPECT_EQ(played_.request_json, "{\"reference\": \"a  b\"} ");
    type("request self_test");
    EXPECT_EQ(played_.request_json, "-");
}

TEST_F(CashierTest, UnknownAndShortCommandsAreAnswered) {
    EXPECT_THAT(type("dance"), HasSubstr("try help"));
    EXPECT_THAT(type("find"), HasSubstr("find TICKET [DAY]"));
    EXPECT_THAT(type("claim 1001-1"), HasSubstr("claim TICKET ORDER"));
    EXPECT_THAT(type("help"), AllOf(HasSubstr("refund id"), HasSubstr("request NAME"), HasSubstr("linked")));
}

TEST(Papers, ABoxHasTheDisplaysSizeAndShowsWhatIsTooLarge) {
    EXPECT_THAT(display_box(""), ElementsAre("+--------------------+", "|                    |",
                                             "|                    |", "+--------------------+"));
    EXPECT_EQ(display_box(std::string(25, 'x') + "\n\n3").size(), 5u);
    EXPECT_EQ(display_box("\xE5\xB7\xB2\xE4\xBB\x98")[1], "|\xE5\xB7\xB2\xE4\xBB\x98                |");
    EXPECT_EQ(columns_of("\xC3\xA9"), 1u);
}

TEST(Papers, JsonIsReadInItsOwnOrder) {
    EXPECT_THAT(readable_json(R"({"b":1,"a":{"z":true,"y":[1,{"x":null}]}})"),
                ElementsAre("b: 1", "a:", "  z: true", "  y:", "    - 1", "    -", "      x: null"));
    EXPECT_THAT(readable_json("no json\nat all"), ElementsAre("no json", "at all"));
}

}  // namespace
}  // namespace hostsim::till
