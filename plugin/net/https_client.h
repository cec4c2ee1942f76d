// HTTPS POST to one host: a pool of kept connections, and one total deadline per request.
//
// What a caller may rely on (sources: RFC 9110, RFC 9112, RFC 8446; design, "Alipay and HTTPS"):
// - A request goes out at most once. Nothing here ever sends it a second time, neither on a new connection nor after a
// redirect.
// - `deadline_ms` covers resolve, connect, the proxy's answer, handshake, send and receive together; a server that
// drips bytes cannot stretch it.
// - The host name is part of the verification of the certificate chain, so there is no connection without that check.
// - No answer is reported that did not arrive whole.
// - A proxy is used if the settings name one, never because the environment (http_proxy, https_proxy) does; it sees
// where a connection goes, and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/fault.h"

namespace paydrv::net {

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

// An HTTP proxy to which plain HTTP is spoken (CONNECT). TLS goes through it, end to end to the host.
struct ProxySettings {
    std::string host;  // a name, an IPv4 address, or an IPv6 address with or without brackets; empty: no proxy
    std::uint16_t port = 0;
    std::string user;  // empty: no credentials are sent. Without a colon (RFC 7617)
    std::string password;
};

struct HttpsSettings {
    std::string host;  // a name, an IPv4 address, or an IPv6 address with or without brackets
    std::uint16_t port = 443;
    std::string ca_file;                 // PEM file, the only trusted CAs; empty: what the system trusts
    int max_idle_connections = 16;       // more than that are closed after their answer
    std::int64_t idle_keep_ms = 30'000;  // an idle connection older than this is not used again
    std::string name_servers;            // "address[:port],..." asked instead of the system's; empty: the system's
    ProxySettings proxy;  // looks up the host's name itself: with a proxy no name server here is asked for it
};

struct HttpsRequest {
    std::string target;  // path[?query], sent exactly so
    HeaderFields
        headers;  // without Host, Content-Length, Transfer-Encoding, Connection, Accept-Encoding: these are set here
    std::string body;
    std::int64_t deadline_ms = 0;  // total, counted from the call of post()

    // Asked once, right before the first byte of the request would be written (resolve, connect, proxy, handshake and
    // the check of a kept connection are done). False: nothing is written; outcome not_sent, fault recalled. Empty
    // counts as true. Runs on the thread that called post(); must not block or throw.
    std::function<bool()> before_first_byte;
};

enum class Outcome {
    not_sent,  // no byte of the request was ever written (words to a proxy are none of it): it cannot have been
               // executed
    unknown,   // perhaps sent, and no complete answer: ask what became of it
    answered,  // a complete HTTP answer, with any status
};

inline constexpr std::size_t max_body_bytes = 1024 * 1024;
inline constexpr std::size_t max_head_bytes = 64 * 1024;
inline constexpr int max_head_fields = 100;

struct HttpsResponse {
    Outcome outcome = Outcome::not_sent;
    Fault fault = Fault::none;  // none exactly if answered
    int status = 0;             // HTTP status, 0 unless answered
    HeaderFields headers;       // names and values as received; equal names are all there
    std::string body;           // chunked framing taken off
    std::string problem;        // for the integrator: what was tried, what happened, what to check; empty if answered

    std::int64_t first_byte_ms = -1;  // from the call of post() to the first byte of the request; -1: none written
    std::int64_t total_ms = 0;        // from the call of post() to its return
    bool reused = false;              // on a kept connection
    bool tls_resumed = false;         // the connection's handshake resumed an earlier TLS session
    std::string tls_version;          // "TLSv1.3"; empty without a handshake
};

// Counted since construction; for tests, the bench and self_test.
struct Counters {
    std::int64_t connections_opened = 0;  // TCP connections that were established and handed to TLS
    std::int64_t handshakes_full = 0;
    std::int64_t handshakes_resumed = 0;
    std::int64_t requests_written = 0;  // requests of which at least one byte was written
    std::int64_t stale_dropped = 0;     // kept connections found closed, spoken on, or too old before their next use
};

// Owns the TLS context and the idle connections. Any method from any thread; the destructor stops, and waits for
// running posts. It has no thread of its own, raises no SIGPIPE, and leaves nothing in the calling thread's OpenSSL
// error queue.
class HttpsClient {
  public:
    // Reads the CA file. Throws std::runtime_error with a sentence for the integrator: no host, CA file missing or
    // without a certificate.
    explicit HttpsClient(HttpsSettings settings);
    ~HttpsClient();
    HttpsClient(const HttpsClient&) = delete;
    HttpsClient& operator=(const HttpsClient&) = delete;

    // Blocks for at most deadline_ms + 100 ms. Never throws: every failure is an outcome with a fault and a sentence.
    HttpsResponse post(const HttpsRequest& request) noexcept;

    // Every running and every later post returns within 100 ms with Fault::stopped. Final; may be called again.
    void stop() noexcept;

    Counters counters() const noexcept;

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace paydrv::net
