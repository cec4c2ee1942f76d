#include "sandbox/datetime.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace hostsim::sandbox {
namespace {

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::int64_t kDayMs = 24 * kHourMs;
constexpr std::int64_t kShanghaiMs = 8 * kHourMs;

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<int> number(std::string_view text) {
    if (!all_digits(text)) return std::nullopt;
    int value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// The zone behind the seconds: Z, +hh:mm, +hhmm or +hh, as milliseconds east of UTC.
std::optional<std::int64_t> zone(std::string_view text) {
    if (text == "Z" || text == "z") return 0;
    if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    auto hours = number(text.substr(1, 2));
    std::string_view rest = text.substr(3);
    if (!rest.empty() && rest[0] == ':') {
        rest.remove_prefix(1);
        if (rest.empty()) return std::nullopt;
    }
    auto minutes = rest.empty() ? std::optional<int>(0) : number(rest);
    if (!hours || !minutes || (!rest.empty() && rest.size() != 2) || *hours > 15 || *minutes > 59) return std::nullopt;
    std::int64_t offset = *hours * kHourMs + *minutes * kMinuteMs;
    return text[0] == '-' ? -offset : offset;
}

/// Takes `.123…` off the front and returns its milliseconds; 0 when there is no fraction.
std::optional<std::int64_t> take_fraction(std::string_view& text) {
    if (text.empty() || (text[0] != '.' && text[0] != ',')) return 0;
    text.remove_prefix(1);
    std::size_t digits = 0;
    std::int64_t ms = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
        if (digits < 3) ms = ms * 10 + (text[digits] - '0');
        ++digits;
    }
    if (digits == 0 || digits > 9) return std::nullopt;
    for (std::size_t i = digits; i < 3; ++i)
        ms *= 10;
    text.remove_prefix(digits);
    return ms;
}

struct Fields {
    int year, month, day, hour, minute, second, ms;
};

/// The calendar in UTC+8.
Fields fields_of(std::int64_t time_ms) {
    using namespace std::chrono;
    auto local = sys_time<milliseconds>(milliseconds(time_ms + kShanghaiMs));
    auto day = floor<days>(local);
    year_month_day date(day);
    hh_mm_ss clock(local - day);
    return {int(date.year()),
            int(unsigned(date.month())),
            int(unsigned(date.day())),
            int(clock.hours().count()),
            int(clock.minutes().count()),
            int(clock.seconds().count()),
            int(clock.subseconds().count())};
}

}  // namespace

std::string iso_time(std::int64_t time_ms) {
    Fields f = fields_of(time_ms);
    char text[96];
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d+08:00", f.year, f.month, f.day, f.hour, f.minute,
                  f.second);
    return text;
}

std::optional<std::int64_t> parse_iso_time(std::string_view text) {
    if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') {
        return std::nullopt;
    }
    auto year = number(text.substr(0, 4)), month = number(text.substr(5, 2)), day = number(text.substr(8, 2));
    auto hour = number(text.substr(11, 2)), minute = number(text.substr(14, 2)), second = number(text.substr(17, 2));
    if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
    std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(unsigned(*month)),
                                     std::chrono::day(unsigned(*day))};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    std::string_view rest = text.substr(19);
    auto fraction = take_fraction(rest);
    auto offset = zone(rest);
    if (!fraction || !offset) return std::nullopt;
    std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return days * kDayMs + *hour * kHourMs + *minute * kMinuteMs + *second * kSecondMs + *fraction - *offset;
}

std::optional<std::int64_t> parse_request_time(std::string_view text) {
    if (!all_digits(text)) return parse_iso_time(text);
    if (text.size() < 10 || text.size() > 16) return std::nullopt;
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string compact_time(std::int64_t time_ms) {
    Fields f = fields_of(time_ms);
    char text[96];
    std::snprintf(text, sizeof text, "%04d%02d%02d%02d%02d%02d%03d", f.year, f.month, f.day, f.hour, f.minute, f.second,
                  f.ms);
    return text;
}

std::int64_t cancel_window_end(std::int64_t time_ms) {
    std::int64_t local = time_ms + kShanghaiMs;
    return local - local % kDayMs + kDayMs + 15 * kMinuteMs - kShanghaiMs;
}

}  // namespace hostsim::sandbox
