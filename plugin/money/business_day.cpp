#include "money/business_day.h"

#include <chrono>
#include <limits>

namespace paydrv::money {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int32_t far_days = 7;

std::int32_t day_number_of(std::int64_t time_ms) {
    const auto time = std::chrono::sys_time<milliseconds>(milliseconds(time_ms));
    return static_cast<std::int32_t>(std::chrono::floor<days>(time).time_since_epoch().count());
}

}  // namespace

std::int32_t day_number(std::uint32_t business_day) noexcept {
    const year_month_day date{std::chrono::year(static_cast<int>(business_day / 10'000)),
                              std::chrono::month(business_day / 100 % 100), std::chrono::day(business_day % 100)};
    if (business_day < 1970'01'01 || business_day > 9999'12'31 || !date.ok()) {
        return std::numeric_limits<std::int32_t>::min();
    }
    return static_cast<std::int32_t>(sys_days(date).time_since_epoch().count());
}

std::uint32_t business_day_of(std::int64_t time_ms) noexcept {
    const year_month_day date{sys_days(days(day_number_of(time_ms)))};
    return static_cast<std::uint32_t>(static_cast<int>(date.year())) * 10'000U +
           static_cast<unsigned>(date.month()) * 100U + static_cast<unsigned>(date.day());
}

bool near_day(std::uint32_t business_day, std::int64_t clock_ms) noexcept {
    const std::int32_t day = day_number(business_day);
    if (day == std::numeric_limits<std::int32_t>::min()) return false;
    return day >= day_number_of(clock_ms - 12 * hour_ms) - far_days &&
           day <= day_number_of(clock_ms + 14 * hour_ms) + far_days;
}

}  // namespace paydrv::money
