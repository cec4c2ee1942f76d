// A TCP connection through an HTTP proxy, opened with CONNECT (RFC 9110, section 9.3.6).
//
// Own code and not Poco's proxy, for three reasons seen in Poco 1.11: it always sends credentials, empty ones if none
// are given; its Host lacks the port; and its waiting knows no total deadline.
#pragma once

#include <string>

#include "net/https_client.h"
#include "net/tcp_connect.h"
#include "net/wait.h"

namespace paydrv::net {

// What is said to the proxy, and how to call it in sentences.
struct Tunnel {
    std::string request;      // CONNECT and its header; may hold the credentials: for the wire alone
    std::string proxy_name;   // "the proxy proxy.example:3128 (proxyUrl)"
    std::string destination;  // "gateway.example:443"
    bool credentials = false;
};

// `proxy_authority`, `destination`: host:port. Proxy-Authorization (Basic, RFC 7617) only if the settings name a user.
Tunnel make_tunnel(const ProxySettings& proxy, const std::string& proxy_authority, const std::string& destination);

// Asks the proxy at the other end of `socket` for the tunnel. Blocks until the deadline at most; returns at once when
// the signal is raised. The socket comes back only after an answer of 2xx with nothing behind its head; every other end
// is a failure: proxy, deadline or stopped. What the proxy writes beside the status is never repeated.
TcpConnection open_tunnel(const Tunnel& tunnel, Descriptor socket, const Deadline& deadline, const StopSignal& stop);

}  // namespace paydrv::net
