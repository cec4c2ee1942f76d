#include "net/proxy_tunnel.h"

#include <openssl/evp.h>

#include <array>
#include <utility>

#include "net/http_answer.h"
#include "net/wire.h"

namespace paydrv::net {

namespace {

constexpr std::size_t receive_bytes = 4 * 1024;

std::string base64_of(const std::string& text) {
    std::string result(4 * ((text.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock ends it with a NUL
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(result.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    result.resize(static_cast<std::size_t>(size));
    return result;
}

Failure wire_failure(const Tunnel& tunnel, const Wire& wire) {
    const std::string doing = tunnel.proxy_name + " was asked for a tunnel to " + tunnel.destination;
    if (wire.fault == Fault::stopped) return {Fault::stopped, "Stopped while " + doing + "."};
    if (wire.fault == Fault::deadline)
        return {Fault::deadline,
                "The time was over while " + doing + ": the proxy or the network is slow or silent; check proxyUrl."};
    return {Fault::proxy, "While " + doing + ", " + closing_of(wire, "the proxy") +
                              ": check that proxyUrl is the address of an HTTP proxy."};
}

// What a refusal means for the one who set up the till.
std::string advice_for(int status, const Tunnel& tunnel) {
    switch (status) {
        case 407:
            return tunnel.credentials
                       ? "It does not accept these credentials: check proxyUser and its password "
                         "(proxyPassword, proxyPasswordEnv or proxyPasswordFile), and that the proxy takes "
                         "Basic authentication"
                       : "It wants credentials: give proxyUser and one of proxyPassword, proxyPasswordEnv "
                         "and proxyPasswordFile";
        case 403:
        case 405: return "Let it allow CONNECT to this host and port, or give another proxy in proxyUrl";
        case 500:
        case 502:
        case 503:
        case 504:
            return "It could not reach the gateway: check the gateway's address, and the network and the name servers "
                   "of "
                   "the proxy of proxyUrl";
        default: return "Check that proxyUrl is the address of an HTTP proxy that allows CONNECT";
    }
}

Failure answer_failure(const Tunnel& tunnel, const AnswerReader& reader) {
    if (reader.failure())
        return {Fault::proxy,
                "The answer of " + tunnel.proxy_name + " to CONNECT cannot be read: " + reader.failure().problem};
    if (reader.status() < 200 || reader.status() > 299)
        return {Fault::proxy, "No tunnel to " + tunnel.destination + ": " + tunnel.proxy_name +
                                  " answered with HTTP status " + std::to_string(reader.status()) + ". " +
                                  advice_for(reader.status(), tunnel) + "."};
    // In a tunnel the gateway is silent until TLS begins, which is ours to do.
    if (reader.surplus())
        return {Fault::proxy, "No tunnel to " + tunnel.destination + ": " + tunnel.proxy_name +
                                  " sent more than its answer to CONNECT. Check that proxyUrl is the address of an "
                                  "HTTP proxy that allows CONNECT."};
    return {};
}

bool send_all(Wire& wire, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = send_some(wire, bytes.data(), bytes.size());
        if (sent < 1) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace

Tunnel make_tunnel(const ProxySettings& proxy, const std::string& proxy_authority, const std::string& destination) {
    Tunnel tunnel;
    tunnel.proxy_name = "the proxy " + proxy_authority + " (proxyUrl)";
    tunnel.destination = destination;
    tunnel.credentials = !proxy.user.empty();
    tunnel.request = "CONNECT " + destination + " HTTP/1.1\r\nHost: " + destination + "\r\n";
    if (tunnel.credentials)
        tunnel.request += "Proxy-Authorization: Basic " + base64_of(proxy.user + ":" + proxy.password) + "\r\n";
    tunnel.request += "\r\n";
    return tunnel;
}

TcpConnection open_tunnel(const Tunnel& tunnel, Descriptor socket, const Deadline& deadline, const StopSignal& stop) {
    Wire wire;
    wire.socket = std::move(socket);
    wire.stop = &stop;
    wire.deadline = deadline;
    if (!send_all(wire, tunnel.request)) return {{}, wire_failure(tunnel, wire)};
    AnswerReader reader(AnswerReader::Method::connect);
    std::array<char, receive_bytes> buffer;
    while (!reader.finished()) {
        const auto received = receive_some(wire, buffer.data(), buffer.size());
        if (received < 1) return {{}, wire_failure(tunnel, wire)};
        reader.take({buffer.data(), static_cast<std::size_t>(received)});
    }
    if (auto failure = answer_failure(tunnel, reader)) return {{}, std::move(failure)};
    return {std::move(wire.socket), {}};
}

}  // namespace paydrv::net
