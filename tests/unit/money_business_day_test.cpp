#include "money/business_day.h"

#include <gtest/gtest.h>

namespace paydrv::money {
namespace {

constexpr std::int64_t noon_20260801_ms = 1'785'585'600'000;  // 2026-08-01T12:00:00Z

TEST(BusinessDay, KnowsTheCalendar) {
    EXPECT_EQ(day_number(19700101), 0);
    EXPECT_EQ(day_number(20000301) - day_number(20000228), 2) << "2000 was a leap year";
    EXPECT_EQ(day_number(20270301) - day_number(20270228), 1);
    for (const std::uint32_t none : {0U, 19691231U, 20260229U, 20261301U, 20260431U, 20260100U, 100000101U}) {
        EXPECT_EQ(day_number(none), INT32_MIN) << none;
    }
}

TEST(BusinessDay, OfATime) {
    EXPECT_EQ(business_day_of(0), 19700101U);
    EXPECT_EQ(business_day_of(noon_20260801_ms), 20260801U);
    EXPECT_EQ(business_day_of(noon_20260801_ms + 43'200'000 - 1), 20260801U);
    EXPECT_EQ(business_day_of(noon_20260801_ms + 43'200'000), 20260802U);
}

TEST(BusinessDay, NearIsSevenDaysWhereverTheTillStands) {
    EXPECT_TRUE(near_day(20260801, noon_20260801_ms));
    EXPECT_TRUE(near_day(20260725, noon_20260801_ms));
    EXPECT_FALSE(near_day(20260724, noon_20260801_ms));
    EXPECT_TRUE(near_day(20260809, noon_20260801_ms)) << "east of the date line it is the 2nd already";
    EXPECT_FALSE(near_day(20260810, noon_20260801_ms));
    EXPECT_FALSE(near_day(20260732, noon_20260801_ms));
}

}  // namespace
}  // namespace paydrv::money
