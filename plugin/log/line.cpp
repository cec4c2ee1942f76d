#include "log/line.h"

#include <Poco/UTF8Encoding.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace paydrv::log {
namespace {

std::string_view word(engine::LogLevel level) noexcept {
    switch (level) {
        case engine::LogLevel::error: return "ERROR";
        case engine::LogLevel::warning: return "WARNING";
        case engine::LogLevel::info: return "INFO";
        case engine::LogLevel::debug: return "DEBUG";
    }
    return "?";
}

std::string_view word(engine::Side side) noexcept {
    switch (side) {
        case engine::Side::none: return "-";
        case engine::Side::host: return "host";
        case engine::Side::driver: return "driver";
        case engine::Side::gateway: return "gateway";
        case engine::Side::machine: return "machine";
    }
    return "?";
}

/// The length of a text that fits, without the beginning of a character that does not.
std::size_t fitting(std::string_view text, std::size_t room) noexcept {
    if (text.size() <= room) return text.size();
    std::size_t end = room;
    while (end > 0 && room - end < 3 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        end--;
    return end;
}

template <std::size_t size>
std::uint16_t copy(std::string_view text, std::array<char, size>& out) noexcept {
    const std::size_t length = fitting(text, size);
    std::copy_n(text.data(), length, out.data());
    return static_cast<std::uint16_t>(length);
}

template <class... Values>
void append_printed(std::string& out, const char* format, Values... values) {
    std::array<char, 64> text{};
    const int length = std::snprintf(text.data(), text.size(), format, values...);
    out.append(text.data(), static_cast<std::size_t>(std::clamp(length, 0, static_cast<int>(text.size()) - 1)));
}

void append_time(std::int64_t wall_ms, std::string& out) {
    const std::int64_t before_1970 = wall_ms % 1000 < 0 ? 1 : 0;
    const auto seconds = static_cast<time_t>(wall_ms / 1000 - before_1970);
    tm local{};
    localtime_r(&seconds, &local);
    const long offset_min = local.tm_gmtoff / 60;
    append_printed(out, "%04d-%02d-%02dT%02d:%02d:%02d.%03d", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday,
                   local.tm_hour, local.tm_min, local.tm_sec,
                   static_cast<int>(wall_ms - static_cast<std::int64_t>(seconds) * 1000));
    append_printed(out, "%c%02ld:%02ld", offset_min < 0 ? '-' : '+', std::labs(offset_min) / 60,
                   std::labs(offset_min) % 60);
}

/// Control characters, line and paragraph separator, and what turns the direction of writing (Unicode 15, UAX 9).
bool shown_as_number(int code_point) noexcept {
    return code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F) || code_point == 0x061C ||
           (code_point >= 0x200E && code_point <= 0x200F) || (code_point >= 0x2028 && code_point <= 0x202E) ||
           (code_point >= 0x2066 && code_point <= 0x2069) || code_point == 0xFEFF;
}

std::size_t bytes_of(int code_point) noexcept {
    if (code_point < 0x80) return 1;
    if (code_point < 0x800) return 2;
    return code_point < 0x10000 ? 3 : 4;
}

void append_escaped(std::string_view text, std::string& out) {
    const Poco::UTF8Encoding utf8;
    while (!text.empty()) {
        const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
        const int code_point = utf8.queryConvert(bytes, static_cast<int>(std::min<std::size_t>(text.size(), 4)));
        std::size_t length = 1;
        if (code_point < 0 || (code_point < 0x80 && shown_as_number(code_point))) {
            append_printed(out, "\\x%02X", static_cast<unsigned>(bytes[0]));
        } else if (code_point == '\\') {
            out += "\\\\";
        } else if (shown_as_number(code_point)) {
            length = bytes_of(code_point);
            append_printed(out, "\\u%04X", static_cast<unsigned>(code_point));
        } else {
            length = bytes_of(code_point);
            out.append(text.substr(0, length));
        }
        text.remove_prefix(length);
    }
}

}  // namespace

void keep(const engine::LogLine& line, std::int64_t wall_ms, KeptLine& kept) noexcept {
    kept.wall_ms = wall_ms;
    kept.business_day = line.business_day;
    kept.op = line.op;
    kept.level = line.level;
    kept.side = line.side;
    kept.reference_bytes = copy(line.reference, kept.reference);
    kept.sentence_bytes = copy(line.what, kept.sentence);
    kept.cut = kept.sentence_bytes < line.what.size();
}

void append_formatted(const KeptLine& line, std::string& out) {
    append_time(line.wall_ms, out);
    out.append(" ").append(word(line.level)).append(" ").append(word(line.side)).append(" ");
    if (line.reference_bytes == 0) {
        out += "-";
    } else {
        append_printed(out, "%08u/", line.business_day);
        append_escaped({line.reference.data(), line.reference_bytes}, out);
    }
    if (line.op != 0) append_printed(out, " op %d", line.op);
    out += ": ";
    append_escaped({line.sentence.data(), line.sentence_bytes}, out);
    out += line.cut ? "...\n" : "\n";
}

}  // namespace paydrv::log
