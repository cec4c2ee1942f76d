// A TLS server that misbehaves as told: one script per connection, each on a thread of its own, and counts of what it
// saw.
#pragma once

#include <openssl/ssl.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "certificates.h"
#include "net/wait.h"

namespace paydrv::net::tests {

struct Seen {
    int connections = 0;             // accepted
    int requests = 0;                // complete POSTs
    std::int64_t request_bytes = 0;  // bytes inside TLS, complete or not
    int closed = 0;                  // connections that the server closed in any way
    int ended = 0;                   // scripts that have ended
    int resumed = 0;                 // handshakes that resumed a session
    std::string sni;                 // of the last handshake
    std::string group;               // key exchange of the last handshake
    std::string last_request;        // head and body
    int tunnels = 0;                 // heads read in clear, as a proxy reads them
    std::string last_tunnel;         // the head
};

class FaultServer;

// The server's end of one connection. Used by its script alone.
class Peer {
  public:
    Peer(FaultServer& server, Descriptor socket);

    bool handshake();     // false: it failed, or the client went
    bool read_request();  // one POST with Content-Length; false: the client went
    bool read_some();     // whatever comes first inside TLS; false: the client went
    bool write(std::string_view bytes);
    bool write_dripping(std::string_view bytes, std::int64_t interval_ms);  // a TLS record per byte
    void drip_raw(std::int64_t interval_ms) {
        raw_interval_ms_ = interval_ms;
    }  // from now on every byte on the wire, handshake too
    bool write_unencrypted(std::string_view bytes) { return send_raw(bytes); }
    // As a proxy: reads one head in clear; false: the client went.
    bool read_unencrypted_head();
    std::optional<char> read_unencrypted_byte();
    // As a proxy: carries bytes between the client and that port of 127.0.0.1 until one of them ends.
    void relay_to(std::uint16_t port);
    bool pause(std::int64_t ms);  // false: the client went, or the server stops
    void await_client_end();      // reads until the client ends the connection
    Seen server_seen() const;
    void wait_for_permission();  // until FaultServer::permit() or the server stops

    void close_in_order();          // close_notify, then FIN
    void close_bare();              // FIN alone
    void close_by_reset();          // RST
    void close_by_end_and_reset();  // FIN, then RST: the client's next write fails with EPIPE

  private:
    bool pump_in();
    bool pump_out();
    bool send_raw(std::string_view bytes);
    void noted_closed();

    FaultServer& server_;
    Descriptor socket_;
    std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
    std::int64_t raw_interval_ms_ = 0;
    std::string unread_;
};

using Script = std::function<void(Peer&)>;

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any
    const Identity* identity = nullptr;
    int max_tls_version = 0;  // 0: the newest
};

class FaultServer {
  public:
    FaultServer(const ServerOptions& options, Script script);
    ~FaultServer();  // ends every script

    std::uint16_t port() const { return port_; }
    Seen seen() const;
    // Waits until the condition holds for what was seen. False: it did not within 10 s.
    bool wait_until(const std::function<bool(const Seen&)>& condition) const;
    void permit();  // lets one wait_for_permission() go

  private:
    friend class Peer;
    void accept_all();
    void change(const std::function<void(Seen&)>& change);

    SSL_CTX* context_;
    Script script_;
    Descriptor listener_;
    std::uint16_t port_ = 0;
    StopSignal stop_;
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    Seen seen_;
    int permits_ = 0;
    std::vector<std::thread> scripts_;
    std::thread acceptor_;
};

// A listening socket that never takes a connection, with its queue full: a new connection gets no answer at all.
class BlackHole {
  public:
    explicit BlackHole(const std::string& address, std::uint16_t port = 0);
    std::uint16_t port() const { return port_; }

  private:
    Descriptor listener_;
    std::vector<Descriptor> fillers_;
    std::uint16_t port_ = 0;
};

// An unused port of that address, on which nothing listens.
std::uint16_t closed_port();

// Scripts used by many tests.
std::string answer(std::string_view body, std::string_view more_headers = "");
void serve_well(Peer& peer);  // answers every request with {"ok":true}

}  // namespace paydrv::net::tests
