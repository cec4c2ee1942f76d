#pragma once

#include <Poco/Net/ServerSocket.h>

#include <string>

namespace hostsim::bench {

/// A gateway from a bad day: connections to it are accepted, and not a byte ever comes back. It needs no thread: the
/// kernel completes the handshake of up to kBacklog connections that nobody takes. Owns its socket. Throws
/// std::runtime_error when it cannot listen.
class BlackHole {
  public:
    static constexpr int kBacklog = 1024;

    BlackHole();
    /// "https://127.0.0.1:PORT"
    std::string url() const;

  private:
    Poco::Net::ServerSocket listener_;
};

}  // namespace hostsim::bench
