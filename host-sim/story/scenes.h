#pragma once

#include <filesystem>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver_library.h"
#include "story/sandbox_process.h"
#include "till/till.h"

namespace hostsim::story {

/// The scenes of the demonstration, played in one shop: one sandbox, one driver, one till. Every scene says what
/// it shows, shows it, and notes where it ended other than it should. One thread. Throws Interrupted on Ctrl-C, and
/// std::runtime_error where the play cannot go on.
class Scenes {
  public:
    /// `driver` and `out` must outlive the scenes; everything is kept under `folder`.
    Scenes(const DriverLibrary& driver, const std::filesystem::path& folder, std::ostream& out);

    void play();

    int count() const { return scene_; }

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

    void given_back();
    void more_than_is_left();
    void slow_refund();
    void refund_of_yesterday();
    void cancelled_too_late();
    void paid_after_cancel();

    void title(const std::string& text);
    void tell(const std::string& text);
    void open_till();
    void wait_until_ready();
    std::string pay(std::int64_t amount_minor);
    std::string refund(const std::string& reference, std::uint32_t business_day,
                       std::optional<std::int64_t> amount_minor);
    void compare_day_totals(std::uint32_t business_day, std::vector<std::string>& differences);
    void tell_inquiry(const std::string& answer);
    void wait_for_charge(const std::string& order);
    void wait_for_correction(const std::string& reference);
    void watch_until_over(std::int64_t limit_ms);
    void watch_for(std::int64_t ms);
    void expect(const std::string& reference, std::initializer_list<const char*> states);
    void expect_reason(const std::string& reference, const std::string& reason);
    void fail(const std::string& what);
    void expect_charges(const std::string& order, int charged, std::int64_t returned_minor);
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
