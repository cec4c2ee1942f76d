#pragma once

#include <Poco/Net/ServerSocket.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "sandbox/exchange.h"

namespace hostsim::sandbox {

/// Limits of one listener. Every number is per connection unless it says otherwise.
struct ListenerLimits {
    int threads = 256;                    ///< connections served at once; one thread each
    int queued_connections = 256;         ///< further ones that wait for a thread
    std::size_t held_connections = 1024;  ///< of all; the oldest is dropped for a new one
    std::size_t body_bytes = 1 << 20;
    int request_ms = 10'000;    ///< from a connection's accept or a request's first byte to the end of its answer
    int idle_ms = 60'000;       ///< keep-alive between two requests
    int held_ms = 10 * 60'000;  ///< longest that a held connection stays open
};

/// Serves HTTP/1.1 on one listening socket, plain or TLS: a thread a connection, keep-alive, and a watchdog that cuts
/// off whoever is slower than the limits, however it drips. Owns its socket and threads. `handle` is called from many
/// threads.
class Listener {
  public:
    using Handler = std::function<Reply(const Request&)>;

    Listener(const Poco::Net::ServerSocket& socket, Handler handle, ListenerLimits limits);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    std::uint16_t port() const;
    /// Closes the socket, cuts every connection and joins every thread; within half a second unless a handler blocks.
    void stop();

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace hostsim::sandbox
