#include "till/amount.h"

#include <gtest/gtest.h>

#include "till/business_day.h"

namespace hostsim::till {
namespace {

TEST(Amount, IsExact) {
    EXPECT_EQ(parse_amount("12.50", "EUR"), 1250);
    EXPECT_EQ(parse_amount("12,5", "EUR"), 1250);
    EXPECT_EQ(parse_amount("0.29", "EUR"), 29);
    EXPECT_EQ(parse_amount("007", "EUR"), 700);
    EXPECT_EQ(parse_amount("1250", "JPY"), 1250);
    EXPECT_EQ(parse_amount("1.234", "KWD"), 1234);
    EXPECT_EQ(parse_amount("90071992547409.93", "EUR"), 9'007'199'254'740'993);  // beyond the whole numbers of a double
    EXPECT_EQ(parse_amount("99999999999999.99", "EUR"), 9'999'999'999'999'999);
}

TEST(Amount, RefusesWhatIsNone) {
    for (const char* text : {"", ".", "12.", ".5", "-1", "+1", "1e3", "12.505", "0", "0.00", "1 2", "12.5.0", "EUR",
                             "100000000000000.00"}) {
        EXPECT_THROW(parse_amount(text, "EUR"), std::invalid_argument) << text;
    }
    EXPECT_THROW(parse_amount("1.0", "JPY"), std::invalid_argument);
}

TEST(Amount, IsWrittenWithTheCurrencysDecimals) {
    EXPECT_EQ(format_amount(1250, "EUR"), "12.50 EUR");
    EXPECT_EQ(format_amount(5, "EUR"), "0.05 EUR");
    EXPECT_EQ(format_amount(0, "EUR"), "0.00 EUR");
    EXPECT_EQ(format_amount(1250, "JPY"), "1250 JPY");
    EXPECT_EQ(format_amount(-1250, "KWD"), "-1.250 KWD");
}

TEST(BusinessDay, IsADayOfTheCalendar) {
    EXPECT_EQ(parse_business_day("20240229"), 20240229u);
    for (const char* text : {"20230229", "2024022", "202402290", "2024-2-9", "", "20241301"}) {
        EXPECT_THROW(parse_business_day(text), std::invalid_argument) << text;
    }
}

TEST(BusinessDay, DistanceCrossesMonths) {
    EXPECT_EQ(days_between(20240228, 20240301), 2);
    EXPECT_EQ(days_between(20240101, 20231231), -1);
}

}  // namespace
}  // namespace hostsim::till
