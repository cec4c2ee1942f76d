#pragma once

#include <Poco/JSON/Array.h>

#include <cstdint>
#include <string>

#include "engine/office.h"
#include "office/office_facts.h"

namespace paydrv::office {

enum class Level : std::uint8_t { good, unknown, warning, bad };  // the later, the worse

// Limits of what self_test calls good.
inline constexpr std::int64_t clock_warning_ms = 60'000;
inline constexpr std::int64_t clock_bad_ms = 300'000;  // as PAYDRV_HEALTH_CLOCK
inline constexpr std::int64_t disk_warning_bytes = 1'073'741'824;
inline constexpr std::int64_t disk_bad_bytes = 104'857'600;

/// One run of self_test: asks the gateway about a random payment, then looks at everything. Engine's thread.
class SelfTest {
  public:
    explicit SelfTest(engine::Desk& desk) : asked_wall_ms_(desk.wall_ms()) {}

    /// What to ask the gateway now; nullptr: nothing more.
    const money::OperationRecord* question() const { return done_ ? nullptr : &random_payment_; }
    void answered(const money::Answer& answer, const OfficeFacts& facts, engine::Desk& desk);
    /// The answer of the request, once there is no question any more.
    std::string json() const;

  private:
    void add(const char* name, Level level, const std::string& text);
    void look_at_configuration(const OfficeFacts& facts);
    void look_at_keys(const money::Answer& answer, const OfficeFacts& facts);
    void look_at_clock(const money::Answer& answer, engine::Desk& desk);
    void look_at_gateway(const money::Answer& answer, engine::Desk& desk);
    void look_at_journal(const OfficeFacts& facts, engine::Desk& desk);
    void look_at_disk(engine::Desk& desk);

    money::OperationRecord random_payment_;  // without ids: the desk takes random ones
    std::int64_t asked_wall_ms_ = 0;
    bool done_ = false;
    Level worst_ = Level::good;
    Poco::JSON::Array::Ptr checks_ = new Poco::JSON::Array;
};

}  // namespace paydrv::office
