#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace paydrv::alipay {

/// Milliseconds since 1970 of an ISO 8601 date and time with offset: "2019-04-04T14:08:56+05:30", also with Z, "+0000",
/// "+00" and fraction digits (cut after the millisecond). Years 1970 to 9999. Without an offset, or for a day that no
/// calendar has: nothing. Does not look at locale or time zone. Source: Antom docs, response headers; lessons of
/// other clients.
std::optional<std::int64_t> parse_datetime(std::string_view text);

/// "2019-11-27T04:01:01+00:00": whole seconds, rounded down; the form of Alipay's own samples. A time outside the years
/// 1970 to 9999 gives its nearest end.
std::string format_datetime(std::int64_t ms);

}  // namespace paydrv::alipay
