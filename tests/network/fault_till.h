// The till of a cell: one session of the built driver in this very process, with a journal and a log of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "driver_library.h"
#include "shop.h"

namespace faults {

inline constexpr std::int64_t payment_minor = 51'250;  // no amount here chooses a fault of the sandbox
inline constexpr std::int64_t earlier_refund_minor = 1'100;
inline constexpr std::int64_t refund_minor = 7'200;
inline constexpr const char* earlier_refund = "R-0";
inline constexpr const char* refund_in_question = "R-1";

/// Opens at once; closes by force with this object. One thread. Every function throws std::runtime_error when the
/// driver refuses what must go well, or when a limit is over.
class Till {
  public:
    /// `files`: where journal and log go, by their stem. The log's level is debug.
    Till(const hostsim::DriverLibrary& driver, const restart::Shop& shop, const std::filesystem::path& files,
         const std::string& terminal, const std::string& schedule);
    ~Till();
    Till(const Till&) = delete;
    Till& operator=(const Till&) = delete;

    const std::string& terminal() const { return terminal_; }
    void wait_for_gate();
    std::int32_t start(const std::string& payment_code);
    std::int32_t refund(const std::string& reference, std::int64_t amount_minor);
    void cancel(std::int32_t op);
    paydrv_status poll(std::int32_t op);
    using Condition = std::function<bool(const paydrv_status&)>;
    paydrv_status wait(std::int32_t op, std::int64_t limit_ms, const Condition& condition);
    paydrv_status wait_at_most(std::int32_t op, std::int64_t limit_ms, const Condition& condition);
    /// The operation that begins by itself about the money of `op`, when it is final.
    paydrv_status wait_for_link(std::int32_t op, std::int64_t limit_ms);
    /// The answer to the request, as JSON.
    std::string request(const std::string& name, const std::string& json);
    std::string day_totals();
    /// Every text, receipt, detail and status of every operation of the day, the answers to the back office's requests,
    /// and why starts with a payment code that was used or cannot be one are refused.
    std::string everything_said();

  private:
    std::string why_refused(const std::string& payment_code);
    std::string write_config(const restart::Shop& shop, const std::filesystem::path& files,
                             const std::string& schedule) const;

    const hostsim::DriverLibrary& driver_;
    std::string terminal_;
    std::string code_;
    std::int32_t session_ = 0;
};

}  // namespace faults
