// What the network tests share: one CA, a good certificate, a client for a server, a request.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "certificates.h"
#include "fault_server.h"
#include "net/https_client.h"
#include "net/wait.h"

namespace paydrv::net::tests {

constexpr std::int64_t ample_ms = 10'000;  // a deadline that a good server never comes near
constexpr std::int64_t short_ms = 400;     // a deadline that is meant to be met
constexpr std::int64_t bound_ms = 1'500;   // within which a call with short_ms has returned, on a busy machine too

inline const Identity& authority() {
    static const Identity one = make_authority("paydrv test CA");
    return one;
}

inline const Identity& good_identity() {
    static const Identity one = make_leaf({}, authority());
    return one;
}

inline const std::string& ca_file() {
    static const std::string path = write_pem(authority().certificate.get());
    return path;
}

inline HttpsSettings settings_for(std::uint16_t port, const std::string& host = "127.0.0.1") {
    HttpsSettings settings;
    settings.host = host;
    settings.port = port;
    settings.ca_file = ca_file();
    return settings;
}

inline HttpsRequest a_request(std::int64_t deadline_ms = ample_ms) {
    HttpsRequest request;
    request.target = "/ams/api/v1/payments/pay?x=1";
    request.headers = {{"Content-Type", "application/json; charset=UTF-8"}, {"Client-Id", "T_111222333"}};
    request.body = R"({"paymentRequestId":"p1"})";
    request.deadline_ms = deadline_ms;
    return request;
}

inline ServerOptions good_server() {
    ServerOptions options;
    options.identity = &good_identity();
    return options;
}

// The value of a header by its name in lower case; empty if absent.
inline std::string header_of(const HttpsResponse& response, const std::string& name) {
    for (const auto& [each, value] : response.headers)
        if (each == name) return value;
    return {};
}

// Answers with that text after each request, byte for byte.
inline Script serve_text(std::string text) {
    return [text = std::move(text)](Peer& peer) {
        if (!peer.handshake()) return;
        while (peer.read_request())
            if (!peer.write(text)) return;
    };
}

}  // namespace paydrv::net::tests
