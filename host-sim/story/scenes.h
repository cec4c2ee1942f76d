#pragma once

#include <filesystem>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "driver_library.h"
#include "story/sandbox_process.h"
#include "till/till.h"

namespace hostsim::story {

/// The seven scenes of the demonstration, played in one shop: one sandbox, one driver, one till. Every scene says what
/// it shows, shows it, and notes where it ended other than it should. One thread. Throws Interrupted on Ctrl-C, and
/// std::runtime_error where the play cannot go on.
class Scenes {
  public:
    /// `driver` and `out` must outlive the scenes; everything is kept under `folder`.
    Scenes(const DriverLibrary& driver, const std::filesystem::path& folder, std::ostream& out);

    void play();

    /// Compares the three books. True when they agree and every scene ended as it should.
    bool compare();

  private:
    void paid();
    void declined();
    void slow_customer();
    void cancelled_by_the_cashier();
    void answer_lost();
    void till_killed();
    void gateway_unreachable();

    void title(const std::string& text);
    void tell(const std::string& text);
    void open_till();
    void wait_until_ready();
    std::string pay(std::int64_t amount_minor);
    void watch_until_over(std::int64_t limit_ms);
    void watch_for(std::int64_t ms);
    void expect(const std::string& reference, std::initializer_list<const char*> states);
    void expect_charges(const std::string& order, int charged, int returned);
    std::unique_ptr<ChildProcess> start_till_process();
    void show_until_sent(ChildProcess& process, std::size_t payments_before);
    std::string next_payment_code();

    const DriverLibrary& driver_;
    std::filesystem::path folder_;
    std::ostream& out_;
    SandboxProcess sandbox_;
    std::unique_ptr<till::Till> till_;
    std::vector<std::string> failures_;
    int scene_ = 0;
    int codes_ = 0;
};

}  // namespace hostsim::story
