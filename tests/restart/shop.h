// The shop of a restart test: a sandbox of its own, a configuration with short times, and its ledger.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "scratch_folder.h"
#include "story/sandbox_process.h"

namespace restart {

/// What the gateway has been asked and what it has booked, in all; a shop sees one order.
struct Booked {
    int charged = 0, returned = 0;
    int pays = 0, inquiries = 0, cancels = 0;  // inquiries: the gate's probes count
    int refunds = 0, refund_inquiries = 0;     // requests, not refunds
    int refund_ids = 0;                        // refundRequestIds in the books
    std::int64_t held_minor = 0;               // what was taken and not given back
};

/// One payment in the gateway's books. Times by the gateway's clock, ms since 1970.
struct Sale {
    std::int64_t create_ms = 0, expiry_ms = 0;
    std::string status;
    int charged = 0, returned = 0;
};

/// Owns its folder, which goes with it, and the sandbox process. One thread.
class Shop {
  public:
    Shop();
    /// With the keys of another shop, in the `state` of its folder: to make its own takes a sandbox seconds.
    explicit Shop(const std::filesystem::path& keys);

    /// The path of paydrv.json with these members of "schedule" put in.
    std::string config(const std::string& schedule) const;
    /// The same till with its journal elsewhere: the path of another configuration.
    std::string config_of_clone(const std::string& schedule, const std::filesystem::path& journal) const;
    const std::filesystem::path& folder() const { return folder_.path(); }
    std::filesystem::path journal() const { return folder_.path() / "state" / "journal.sqlite"; }
    hostsim::story::SandboxProcess& sandbox() { return sandbox_; }
    Booked booked() const;
    std::vector<Sale> sales() const;
    /// Waits until the gateway shows it; throws after 20 s.
    Booked wait_until(const std::function<bool(const Booked&)>& condition) const;
    void add_fault(const std::string& api, const std::string& fault, int times) const;
    void clear_faults() const;
    /// Asks the sandbox's admin interface. Throws what it answers unless that is 200.
    std::string admin(const std::string& method, const std::string& path, const std::string& body) const;

  private:
    std::string write_config(const std::string& name, const std::string& schedule, const std::string& journal) const;

    hostsim::ScratchFolder folder_;
    hostsim::story::SandboxProcess sandbox_;
};

}  // namespace restart
