#pragma once

#include <cstdint>
#include <string>

namespace hostsim::till {

/// The calendar day of this machine, yyyymmdd.
std::uint32_t today();

/// "20261121" as a day. Throws std::invalid_argument with a sentence for the cashier when it is no day of the calendar.
std::uint32_t parse_business_day(const std::string& text);

/// The day of the calendar before this one.
std::uint32_t day_before(std::uint32_t business_day);

/// Days from one business day to another; negative when `to` is earlier.
std::int64_t days_between(std::uint32_t from, std::uint32_t to);

}  // namespace hostsim::till
