// One line of the log: the copy that waits in the ring, and its form in the file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/log.h"

namespace paydrv::log {

inline constexpr std::size_t max_reference_bytes = 72;
inline constexpr std::size_t max_sentence_bytes = 640;

/// A line of its own memory. Plain data.
struct KeptLine {
    std::int64_t wall_ms = 0;  // the till's clock, ms since 1970
    std::uint32_t business_day = 0;
    std::int32_t op = 0;
    engine::LogLevel level = engine::LogLevel::info;
    engine::Side side = engine::Side::none;
    bool cut = false;  // the sentence was longer
    std::uint16_t reference_bytes = 0;
    std::uint16_t sentence_bytes = 0;
    std::array<char, max_reference_bytes> reference;  // only the first reference_bytes are ever read
    std::array<char, max_sentence_bytes> sentence;    // only the first sentence_bytes
};

/// Copies a line; what is too long is cut at a whole character. No allocation, no system call.
void keep(const engine::LogLine& line, std::int64_t wall_ms, KeptLine& kept) noexcept;

/// No formatted line is longer: every byte of the texts may become "\xNN".
inline constexpr std::size_t max_formatted_bytes = 4 * (max_reference_bytes + max_sentence_bytes) + 128;

/// Appends the line as the file has it, with its line end:
///   2026-11-21T10:00:00.123+01:00 INFO driver 20261121/R-1 op 17: sent pay
/// Time with its offset, level, side ("-": nobody's), business day and reference ("-": the session's own), "op" and its
/// id unless it is 0, sentence ("..." where it was cut). Control characters, line separators, marks of writing
/// direction and the backslash appear as \xNN, \uNNNN and \\, and so does every byte that is not UTF-8: whatever a
/// text holds, it stays one line. The offset is that of the process's time zone.
void append_formatted(const KeptLine& line, std::string& out);

}  // namespace paydrv::log
