// Days as the contract writes them: yyyymmdd.
#pragma once

#include <cstdint>

namespace paydrv::money {

/// Days since 1970-01-01 of a yyyymmdd; INT32_MIN if there is no such day.
std::int32_t day_number(std::uint32_t business_day) noexcept;
/// The day of a time (ms since 1970, UTC), as yyyymmdd.
std::uint32_t business_day_of(std::int64_t time_ms) noexcept;
/// Whether the day is at most 7 days from the date of a clock, wherever on Earth the till stands (UTC-12 to UTC+14).
bool near_day(std::uint32_t business_day, std::int64_t clock_ms) noexcept;

}  // namespace paydrv::money
