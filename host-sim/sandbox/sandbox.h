#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hostsim {

/// `host-sim sandbox`: argv[0] is "sandbox". Serves until SIGINT or SIGTERM. Returns the exit code: 0 ended as asked,
/// 1 failed while running, 2 wrong usage (the reason is on stderr). Blocks SIGINT and SIGTERM in the calling thread, so
/// call it before any other thread is started.
int sandbox_command(int argc, char** argv);

namespace sandbox {

/// Milliseconds since 1970-01-01 UTC. The gateway's only source of time; called from any thread.
using Clock = std::function<std::int64_t()>;

/// The clock of the machine.
Clock system_clock();

struct SandboxOptions {
    std::string state_dir;                     ///< made when it does not exist
    std::uint16_t port = 0;                    ///< of the gateway; 0: any free one
    std::uint16_t admin_port = 0;              ///< of the admin interface; 0: any free one
    std::vector<std::string> host_names = {};  ///< further names and addresses of the certificate
    bool strict_time = false;                  ///< refuse a Request-Time further off than kRequestTimeLimitMs
    Clock clock = system_clock();
};

/// A gateway that speaks Alipay's in-store protocol over TLS, with its ledger and its admin interface.
/// Owns its threads, sockets and files; start it once, stop it once, from any thread. The destructor stops it.
class Sandbox {
  public:
    /// Makes or reads the state folder, listens and serves. Throws std::runtime_error with a sentence for the user when
    /// the folder cannot be used (another sandbox has it open, a file is damaged) or a port is taken.
    explicit Sandbox(SandboxOptions options);
    ~Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    /// Ends every connection and thread and closes the ledger; returns within a second. Idempotent.
    void stop();

    std::uint16_t port() const;
    std::uint16_t admin_port() const;
    /// The line that the command prints when it is ready: gateway, admin, client_id, config.
    std::string ready_line() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sandbox
}  // namespace hostsim
