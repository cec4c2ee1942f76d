#include "texts/columns.h"

#include <Poco/UTF8Encoding.h>

#include <algorithm>
#include <cstdint>

namespace paydrv::texts {
namespace {

struct Range {
    int first;
    int last;
};

constexpr Range wide_ranges[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},  {0xA000, 0xA4CF},
    {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},  {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x2FFFD}, {0x30000, 0x3FFFD}};
constexpr Range joining_ranges[] = {{0x0300, 0x036F}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E},
                                    {0x200B, 0x200F}, {0x3099, 0x309A}, {0xFE00, 0xFE0F}};
// What must not begin a line: closing punctuation, small kana, the long-vowel mark.
constexpr int never_first[] = {0x3001, 0x3002, 0x3009, 0x300B, 0x300D, 0x300F, 0x3011, 0x3015, 0xFF01,
                               0xFF09, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F, 0x30FC, 0x3063, 0x30C3,
                               0x3083, 0x3085, 0x3087, 0x30E3, 0x30E5, 0x30E7, '.',    ',',    ')'};

template <std::size_t size>
constexpr bool in(const Range (&ranges)[size], int character) noexcept {
    return std::any_of(std::begin(ranges), std::end(ranges),
                       [&](const Range& range) { return character >= range.first && character <= range.last; });
}

struct Character {
    std::size_t bytes = 1;
    std::size_t columns = 1;
    int code = -1;  // -1: no UTF-8
};

/// The first character of a text that is not empty.
Character first_of(std::string_view text) noexcept {
    static const Poco::UTF8Encoding utf8;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    const int available = static_cast<int>(std::min<std::size_t>(text.size(), 4));
    const int size = utf8.sequenceLength(bytes, 1);
    if (size < 1 || size > available) return {};
    const int code = utf8.queryConvert(bytes, size);
    if (code < 0) return {};
    const std::size_t columns = in(joining_ranges, code) ? 0 : in(wide_ranges, code) ? 2 : 1;
    return {static_cast<std::size_t>(size), columns, code};
}

bool breaks_between(const Character& before, const Character& next) noexcept {
    if (next.columns == 0) return false;
    if (std::find(std::begin(never_first), std::end(never_first), next.code) != std::end(never_first)) return false;
    return before.code == ' ' || before.columns == 2 || next.columns == 2;
}

std::string without_ends(std::string_view line) {
    while (line.ends_with(' '))
        line.remove_suffix(1);
    return std::string(line);
}

/// How many bytes of the text make its first line.
std::size_t first_line(std::string_view text, std::size_t columns) noexcept {
    std::size_t used = 0;
    std::size_t place = 0;
    std::size_t last_break = 0;
    Character before;
    while (place < text.size()) {
        const Character next = first_of(text.substr(place));
        if (place > 0 && breaks_between(before, next)) last_break = place;
        // A blank at the end of a line needs no column: it is dropped there.
        if (used + next.columns > columns && next.code != ' ') return last_break > 0 ? last_break : place;
        used += next.columns;
        place += next.bytes;
        before = next;
    }
    return place;
}

}  // namespace

std::size_t columns_of(std::string_view text) noexcept {
    std::size_t columns = 0;
    while (!text.empty()) {
        const Character next = first_of(text);
        columns += next.columns;
        text.remove_prefix(next.bytes);
    }
    return columns;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t bytes = first_line(text, columns);
        std::string line = without_ends(text.substr(0, bytes));
        text.remove_prefix(bytes);
        if (!line.empty()) lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace paydrv::texts
