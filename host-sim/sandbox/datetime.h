#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hostsim::sandbox {

/// Milliseconds since 1970 as ISO 8601 to the second with the offset +08:00, as the gateway writes times
/// (Antom docs, message fundamentals: `2019-11-27T12:01:01+08:00`).
std::string iso_time(std::int64_t time_ms);

/// Reads ISO 8601 with a zone: `yyyy-MM-ddTHH:mm:ss`, an optional fraction of one to nine digits, then Z, +hh:mm, +hhmm
/// or +hh. Empty when it is anything else. Strict about the calendar: 30 February is refused.
std::optional<std::int64_t> parse_iso_time(std::string_view text);

/// A Request-Time header: 10 to 16 digits of epoch milliseconds, or ISO 8601 as above (official SDKs send both forms).
std::optional<std::int64_t> parse_request_time(std::string_view text);

/// The day of `time_ms` in UTC+8 and the clock there, as 17 digits `yyyyMMddHHmmssSSS`; payment ids begin with it.
std::string compact_time(std::int64_t time_ms);

/// 00:15 in UTC+8 of the day after `time_ms`: the end of the cancel window of general wallets (Antom docs, cancel).
std::int64_t cancel_window_end(std::int64_t time_ms);

}  // namespace hostsim::sandbox
