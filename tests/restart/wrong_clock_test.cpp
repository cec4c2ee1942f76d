// With a till clock that is a day off, do payments work, and does all that is about money go by the gateway's clock
// (R11, R13)?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "killed_till.h"
#include "paydrv.h"
#include "schedule.h"
#include "shop.h"

namespace restart {
namespace {

using std::chrono::hours;

std::string code_of(int number) {
    return std::to_string(288888888888888810 + number);
}

using Time = std::chrono::system_clock::time_point;

std::uint32_t day_of(Time time, int days_later) {
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time) + std::chrono::days(days_later));
    return static_cast<std::uint32_t>(int{date.year()}) * 10'000 + unsigned{date.month()} * 100 + unsigned{date.day()};
}

// A little less than a day: the sandbox's certificate is valid from a day before its making.
class WrongClock : public testing::TestWithParam<int> {
  protected:
    std::int64_t ahead_s() const { return GetParam() * std::int64_t{3'600}; }
    KilledTill open() const {
        KilledTill till(config_, ahead_s());
        till.wait_for_gate();
        return till;
    }

    Shop shop_;
    const std::string config_ = shop_.config(short_times);
};

TEST_P(WrongClock, PaymentsWorkAndTheHealthTellsOfTheClock) {
    auto till = open();
    const bool right = GetParam() == 0;
    EXPECT_EQ((till.health() & PAYDRV_HEALTH_CLOCK) != 0, right);
    EXPECT_EQ(till.start({"R-1", code_of(1), pays_well}).result, PAYDRV_OK);
    EXPECT_EQ(till.poll_until_final(end_limit_ms).state, PAYDRV_STATE_SUCCEEDED);
    EXPECT_EQ((till.health() & PAYDRV_HEALTH_CLOCK) != 0, right);
    till.acknowledge();
    till.close();

    KilledTill again(config_);  // somebody has set the clock meanwhile
    EXPECT_EQ(again.count_unacknowledged(), 0);
    const Booked booked = shop_.booked();
    EXPECT_EQ(booked.charged, 1);
    EXPECT_EQ(booked.returned, 0);
}

TEST_P(WrongClock, ExpiryGoesByTheGatewaysClock) {
    auto till = open();
    EXPECT_EQ(till.start({"R-1", code_of(1), never_confirms}).result, PAYDRV_OK);
    shop_.wait_until([](const Booked& booked) { return booked.pays == 1; });
    const auto sale = shop_.sales().at(0);
    EXPECT_GT(sale.expiry_ms - sale.create_ms, 0);
    EXPECT_LE(sale.expiry_ms - sale.create_ms, 6'000) << "paymentExpiryS is 5";
    EXPECT_TRUE(till.poll_until_final(end_limit_ms).is_final);
    EXPECT_EQ(shop_.booked().charged, 0);
}

// R4: absence counts once it is certain that the pay can not arrive any more.
TEST_P(WrongClock, WhatNeverArrivedIsCancelledAfterItsExpiry) {
    auto till = open();
    EXPECT_EQ(till.start({"R-1", code_of(1), arrives_late}).result, PAYDRV_OK);
    shop_.wait_until([](const Booked& booked) { return booked.pays == 1; });
    till.cancel();
    EXPECT_EQ(till.poll_until_final(end_limit_ms).state, PAYDRV_STATE_CANCELLED);
    const Booked booked = shop_.booked();
    EXPECT_EQ(booked.charged, booked.returned);
}

// R12: with the till's clock, one's own payment would look like one from another day.
TEST_P(WrongClock, AKilledTillCancelsItsOwnPayment) {
    const std::string patient = shop_.config(short_times + R"(,"paymentExpiryS":60)");
    const Attempt what{"R-1", code_of(1), never_confirms};
    {
        KilledTill till(patient, ahead_s());
        till.wait_for_gate();
        till.start(what);
        shop_.wait_until([](const Booked& booked) { return booked.pays == 1; });
        till.kill();
    }
    KilledTill till(patient, ahead_s());
    ASSERT_EQ(till.find(what).result, PAYDRV_OK);
    till.cancel();
    EXPECT_EQ(till.poll_until_final(end_limit_ms).state, PAYDRV_STATE_CANCELLED);
    EXPECT_EQ(shop_.booked().charged, 0);
}

// A day counts as near by either date, wherever on Earth the till stands: 12 h behind to 14 h ahead of UTC.
TEST_P(WrongClock, ABusinessDayIsNearByTheTillsOrTheGatewaysDate) {
    auto till = open();
    const Time now = std::chrono::system_clock::now();
    const Time early = now + std::min(hours(0), hours(GetParam()));
    const Time late = now + std::max(hours(0), hours(GetParam()));
    const auto last = day_of(late + hours(14), 7);
    const auto first = day_of(early - hours(12), -7);
    int number = 1;
    for (const auto day : {first, day_of(now, -6), day_of(now, 0), day_of(now, 6), last}) {
        const auto name = "R-" + std::to_string(number);
        EXPECT_EQ(till.start({name, code_of(number), pays_well, day}).result, PAYDRV_OK) << day;
        EXPECT_EQ(till.poll_until_final(end_limit_ms).state, PAYDRV_STATE_SUCCEEDED) << day;
        number++;
    }
    for (const auto day : {day_of(early - hours(12), -8), day_of(late + hours(14), 8)}) {
        EXPECT_EQ(till.start({"R-9", code_of(9), pays_well, day}).result, PAYDRV_E_ARGUMENT) << day;
    }
    EXPECT_EQ(shop_.booked().charged, 5);
}

INSTANTIATE_TEST_SUITE_P(HoursAhead, WrongClock, testing::Values(-23, 0, 23), [](const auto& given) {
    return given.param == 0 ? std::string("Right") : std::string(given.param < 0 ? "Behind" : "Ahead");
});

}  // namespace
}  // namespace restart
