// The till that is killed: this very test program, started again as a child.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "child_process.h"

namespace restart {

/// What a till shows of one operation.
struct Seen {
    std::int32_t result = 0;  // of paydrv_start, paydrv_refund, or paydrv_find
    std::uint32_t state = 0, reason = 0, next_action = 0, acknowledged = 0;
    bool is_final = false;
    std::uint32_t kind = 0;
    std::int64_t refunded_minor = 0;
};

/// One attempt as the till's own book has it.
struct Attempt {
    std::string reference;
    std::string code;
    std::int64_t amount_minor = 0;
    std::uint32_t business_day = 0;  // 0: the till's own date
};

/// The child's main: opens the driver, then obeys one command a line. Returns the exit code. With a fourth word it
/// first begins again under a clock that is so many seconds ahead.
int till_main(int argc, char** argv);

/// A till in a process of its own. One thread.
class KilledTill {
  public:
    /// clock_ahead_s: how far its calendar clock is ahead of the machine's; negative: behind.
    explicit KilledTill(const std::string& config, std::int64_t clock_ahead_s = 0);
    /// Waits until the gateway has answered once, verified.
    void wait_for_gate();
    Seen start(const Attempt& attempt);
    /// Starts, polls so many times, and dies of SIGKILL by its own hand.
    void start_and_die(const Attempt& attempt, int polls);
    void cancel();
    Seen find(const Attempt& attempt);
    /// Of any kind: PAYDRV_KIND_...; business_day 0: the till's own date.
    Seen find(std::uint32_t kind, const std::string& reference, std::uint32_t business_day = 0);
    /// Asks for a refund of today's payment `original`; from now on the refund is what the till looks at.
    Seen refund(const std::string& reference, const std::string& original, std::int64_t amount_minor);
    /// From now on the till looks at the operation that is linked with this one, which may still have to come.
    /// Its result is PAYDRV_E_NOT_FOUND when none comes within the limit.
    Seen follow_link(std::int64_t limit_ms);
    Seen poll();
    Seen poll_until_final(std::int64_t limit_ms);
    void acknowledge();
    int count_unacknowledged();
    /// The bits PAYDRV_HEALTH_* of the session.
    std::uint32_t health();
    void kill();
    /// Closes the session, and ends by itself. Throws if an operation is still in doubt.
    void close();

  private:
    std::string ask(const std::string& command, std::int64_t limit_ms);
    std::unique_ptr<hostsim::ChildProcess> process_;
};

}  // namespace restart
