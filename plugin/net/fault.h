// Why a request did not end with a complete answer.
#pragma once

#include <string>

namespace paydrv::net {

enum class Fault {
    none,
    recalled,       // before_first_byte said no
    stopped,        // stop() was called
    bad_request,    // the request cannot be put on the wire (a line break in a header, a target without a leading slash
                    // ...)
    resolve,        // the name has no address, or no name server answered
    connect,        // no address accepted a connection
    proxy,          // the proxy refused the tunnel, broke off, or answered what cannot be read
    tls_untrusted,  // the certificate does not lead to a trusted CA
    tls_host_name,  // the certificate is for another host
    tls_time,       // certificate expired or not yet valid: look at the till's clock first
    tls_other,      // any other failure of the handshake or of a TLS record
    deadline,
    closed,         // the server closed or reset the connection
    broken_answer,  // not HTTP, or cut short
    too_big,        // head or body larger than the limits below
    exhausted,      // memory or file descriptors of this process ran out
};

// The fault's name, for logs and tests: "tls_time". Static storage.
const char* name_of(Fault fault) noexcept;

// A fault with its sentence for the integrator: what was tried, what happened, what to check.
struct Failure {
    Fault fault = Fault::none;
    std::string problem;
    explicit operator bool() const noexcept { return fault != Fault::none; }
};

}  // namespace paydrv::net
