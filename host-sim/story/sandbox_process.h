#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "child_process.h"
#include "story/books.h"

namespace hostsim::story {

/// The sandbox as a process of its own (this program with `sandbox`), with its state in one folder. It can be stopped,
/// ended and brought back at the same address with the same books. Owns the process. One thread. Its functions throw
/// std::runtime_error when the sandbox does not do what it should.
class SandboxProcess {
  public:
    /// Starts it and waits until it is ready.
    explicit SandboxProcess(const std::filesystem::path& state);

    const std::string& gateway() const { return gateway_; }
    const std::string& config() const { return config_; }
    const std::string& admin() const { return admin_; }

    void freeze();  ///< it accepts connections, as the kernel does for it, and answers nothing
    void thaw();
    void end();         ///< nothing listens at its address any more
    void bring_back();  ///< at the same address

    /// The payments in its ledger, read through its admin interface.
    std::vector<LedgerPayment> ledger() const;

  private:
    void start();

    std::filesystem::path state_;
    std::unique_ptr<ChildProcess> process_;
    std::string gateway_, admin_, config_;
};

/// Reads the answer to GET /ledger. Throws std::runtime_error naming what is missing.
std::vector<LedgerPayment> parse_ledger(const std::string& json);

}  // namespace hostsim::story
