#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hostsim::sandbox {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// One HTTP request as it came: header names as sent and as often as sent, the body untouched.
struct Request {
    std::string method;
    std::string target;  ///< as in the request line: /path?query, or the absolute form
    Headers headers;
    std::string body;
};

/// What the server does with it.
struct Reply {
    enum class Way {
        kSend,      ///< status, headers and body below
        kTwice,     ///< the same answer twice, one behind the other
        kDrip,      ///< the answer byte by byte, kDripGapMs apart, for kDripLimitMs at most
        kTruncate,  ///< the headers and half of the body that they promise, then end the connection
        kDrop,      ///< end the connection at once without an answer
        kReset,     ///< the same with a TCP reset
        kHold,      ///< never answer; keep the connection open until the client gives up
    };
    static constexpr int kDripGapMs = 500;
    static constexpr int kDripLimitMs = 60'000;

    Way way = Way::kSend;
    int status = 200;
    Headers headers;  ///< without Content-Length and Connection, which the server adds
    std::string body;
    std::int64_t delay_ms = 0;  ///< the answer leaves this long after it is ready
};

/// All values of a header, whatever its case, in the order sent.
std::vector<std::string> header_values(const Headers& headers, std::string_view name);

}  // namespace hostsim::sandbox
