#include "net/http_request.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "net/http_syntax.h"

namespace paydrv::net {

namespace {

// Set by this room, or never sent: a framing of its own, a compressed answer (its bytes are not what was signed) or a
// pause before the body would break what the client promises.
constexpr std::array<std::string_view, 6> reserved_names{"host",       "content-length",  "transfer-encoding",
                                                         "connection", "accept-encoding", "expect"};

bool is_target_character(char c) {
    return c > ' ' && c != '\x7f' && static_cast<unsigned char>(c) < 0x80 && c != '#';
}

}  // namespace

std::string fault_in(const HttpsRequest& request) {
    if (request.target.empty() || request.target.front() != '/' ||
        !std::ranges::all_of(request.target, is_target_character))
        return "The request's target must be a path that begins with / and holds only visible ASCII characters.";
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name))
            return "A request header's name is empty or holds a character that HTTP does not allow there.";
        if (!is_field_value(value))
            return "The value of the request header " + name + " holds a line break or a control character.";
        if (std::ranges::find(reserved_names, lower_case(name)) != reserved_names.end())
            return "The request header " + name + " is set by the connection itself and cannot be given.";
    }
    return {};
}

std::string bytes_of(const HttpsRequest& request, const std::string& authority) {
    std::string bytes = "POST " + request.target + " HTTP/1.1\r\nHost: " + authority + "\r\n";
    for (const auto& [name, value] : request.headers)
        bytes += name + ": " + value + "\r\n";
    bytes += "Content-Length: " + std::to_string(request.body.size()) + "\r\nConnection: keep-alive\r\n\r\n";
    return bytes += request.body;
}

}  // namespace paydrv::net
