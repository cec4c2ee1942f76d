#include "alipay/datetime.h"

#include <algorithm>
#include <chrono>

namespace paydrv::alipay {
namespace {

constexpr std::int64_t last_ms = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z

/// Reads a text from the left; every step says whether it fitted.
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool digits(std::size_t count, int& value) {
        if (rest_.size() < count) return false;
        value = 0;
        for (const char c : rest_.substr(0, count)) {
            if (c < '0' || c > '9') return false;
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(count);
        return true;
    }

    bool one_of(std::string_view allowed) {
        if (rest_.empty() || allowed.find(rest_.front()) == std::string_view::npos) return false;
        rest_.remove_prefix(1);
        return true;
    }

    /// Fraction digits after the point, as milliseconds.
    bool fraction(int& milliseconds) {
        int scale = 100;
        std::size_t count = 0;
        milliseconds = 0;
        while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') {
            milliseconds += (rest_[count] - '0') * scale;
            scale /= 10;
            ++count;
        }
        rest_.remove_prefix(count);
        return count > 0;
    }

    bool at_end() const { return rest_.empty(); }
    char front() const { return rest_.empty() ? '\0' : rest_.front(); }

  private:
    std::string_view rest_;
};

bool read_offset(Reader& reader, int& minutes) {
    minutes = 0;
    if (reader.one_of("Zz")) return true;
    const bool west = reader.front() == '-';
    int hours = 0;
    int rest = 0;
    if (!reader.one_of("+-") || !reader.digits(2, hours)) return false;
    if (!reader.at_end()) {
        reader.one_of(":");
        if (!reader.digits(2, rest)) return false;
    }
    if (hours > 23 || rest > 59) return false;
    minutes = (hours * 60 + rest) * (west ? -1 : 1);
    return true;
}

void append_digits(std::string& text, int value, int width) {
    std::string digits = std::to_string(value);
    text.append(static_cast<std::size_t>(width) - std::min(digits.size(), static_cast<std::size_t>(width)), '0');
    text += digits;
}

}  // namespace

std::optional<std::int64_t> parse_datetime(std::string_view text) {
    Reader reader(text);
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0, offset = 0;
    if (!reader.digits(4, year) || !reader.one_of("-") || !reader.digits(2, month) || !reader.one_of("-") ||
        !reader.digits(2, day) || !reader.one_of("Tt")) {
        return std::nullopt;
    }
    if (!reader.digits(2, hour) || !reader.one_of(":") || !reader.digits(2, minute) || !reader.one_of(":") ||
        !reader.digits(2, second)) {
        return std::nullopt;
    }
    if (reader.one_of(".,") && !reader.fraction(millisecond)) return std::nullopt;
    if (!read_offset(reader, offset) || !reader.at_end()) return std::nullopt;
    if (hour > 23 || minute > 59 || second > 60) return std::nullopt;  // 60: a leap second

    using namespace std::chrono;
    const year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                              std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return std::nullopt;
    const sys_seconds whole = sys_days{date} + hours{hour} + minutes{minute} + seconds{second} - minutes{offset};
    const std::int64_t ms = whole.time_since_epoch().count() * 1000 + millisecond;
    if (ms < 0 || ms > last_ms) return std::nullopt;
    return ms;
}

std::string format_datetime(std::int64_t ms) {
    using namespace std::chrono;
    const sys_seconds whole{seconds{std::clamp<std::int64_t>(ms, 0, last_ms) / 1000}};
    const sys_days day = floor<days>(whole);
    const year_month_day date{day};
    const hh_mm_ss time{whole - day};
    std::string text;
    append_digits(text, static_cast<int>(date.year()), 4);
    text += '-';
    append_digits(text, static_cast<int>(static_cast<unsigned>(date.month())), 2);
    text += '-';
    append_digits(text, static_cast<int>(static_cast<unsigned>(date.day())), 2);
    text += 'T';
    append_digits(text, static_cast<int>(time.hours().count()), 2);
    text += ':';
    append_digits(text, static_cast<int>(time.minutes().count()), 2);
    text += ':';
    append_digits(text, static_cast<int>(time.seconds().count()), 2);
    return text + "+00:00";
}

}  // namespace paydrv::alipay
