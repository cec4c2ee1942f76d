#include "till/business_day.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <stdexcept>

namespace hostsim::till {
namespace {

std::chrono::year_month_day date_of(std::uint32_t day) {
    return {std::chrono::year(static_cast<int>(day / 10000)), std::chrono::month(day / 100 % 100),
            std::chrono::day(day % 100)};
}

}  // namespace

std::uint32_t today() {
    std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    return static_cast<std::uint32_t>((local.tm_year + 1900) * 10000 + (local.tm_mon + 1) * 100 + local.tm_mday);
}

std::uint32_t parse_business_day(const std::string& text) {
    bool digits =
        text.size() == 8 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    std::uint32_t day = digits ? static_cast<std::uint32_t>(std::stoul(text)) : 0;
    if (!digits || !date_of(day).ok()) {
        throw std::invalid_argument("\"" + text + "\" is not a day; write it like " + std::to_string(today()));
    }
    return day;
}

std::uint32_t day_before(std::uint32_t business_day) {
    std::chrono::year_month_day before = std::chrono::sys_days(date_of(business_day)) - std::chrono::days(1);
    return static_cast<std::uint32_t>(static_cast<int>(before.year()) * 10000) +
           static_cast<unsigned>(before.month()) * 100 + static_cast<unsigned>(before.day());
}

std::int64_t days_between(std::uint32_t from, std::uint32_t to) {
    return (std::chrono::sys_days(date_of(to)) - std::chrono::sys_days(date_of(from))).count();
}

}  // namespace hostsim::till
