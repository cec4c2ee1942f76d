#pragma once

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
        kSend,  ///< status, headers and body below
        kDrop,  ///< end the connection at once without an answer
        kHold,  ///< never answer; keep the connection open until the client gives up
    };
    Way way = Way::kSend;
    int status = 200;
    Headers headers;  ///< without Content-Length and Connection, which the server adds
    std::string body;
};

/// All values of a header, whatever its case, in the order sent.
std::vector<std::string> header_values(const Headers& headers, std::string_view name);

}  // namespace hostsim::sandbox
