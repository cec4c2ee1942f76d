// The shop of a restart test: a sandbox of its own, a configuration with short times, and its ledger.
#pragma once

#include <functional>
#include <string>

#include "scratch_folder.h"
#include "story/sandbox_process.h"

namespace restart {

/// What the gateway has been asked and what it has booked, in all; a shop sees one order.
struct Booked {
    int charged = 0, returned = 0;
    int pays = 0, inquiries = 0, cancels = 0;  // inquiries: the gate's probes count
};

/// Owns its folder, which goes with it, and the sandbox process. One thread.
class Shop {
  public:
    Shop();

    /// The path of paydrv.json with these members of "schedule" put in.
    std::string config(const std::string& schedule) const;
    hostsim::story::SandboxProcess& sandbox() { return sandbox_; }
    Booked booked() const;
    /// Waits until the gateway shows it; throws after 20 s.
    Booked wait_until(const std::function<bool(const Booked&)>& condition) const;
    void add_fault(const std::string& api, const std::string& fault, int times) const;
    void clear_faults() const;

  private:
    std::string admin(const std::string& method, const std::string& path, const std::string& body) const;

    hostsim::ScratchFolder folder_;
    hostsim::story::SandboxProcess sandbox_;
};

}  // namespace restart
