// The times of design: every deadline, interval and limit that a payment lives by, with its default.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace paydrv::money {

/// All in milliseconds. Settings may change each; the defaults are Alipay's best practice, or ours where it is silent.
struct Schedule {
    std::int64_t exchange_deadline_ms = 10'000;  // pay, cancel, refund: resolve to last byte
    std::int64_t inquiry_deadline_ms = 5'000;
    std::int64_t gate_wait_ms = 5'000;              // R14: a start waits this long for the gate, or for a worker
    std::int64_t first_byte_ms = 10'000;            // R3: from start to first byte in all
    std::int64_t send_again_ms = 500;               // R3: pause before a pay that was not sent is tried again
    std::int64_t inquire_after_sent_ms = 5'000;     // first inquiry after pay's first byte, the pay left on the wire
    std::int64_t inquire_after_unknown_ms = 2'000;  // first inquiry after an inconclusive pay answer
    std::int64_t inquiry_interval_ms = 3'000;
    std::int32_t inquiry_count = 20;  // then the driver asks its own cancel
    std::vector<std::int64_t> cancel_again_ms = {2'000, 3'000, 3'000, 5'000, 5'000};
    std::int64_t cancel_interval_ms = 10'000;
    std::int64_t cancel_slow_after_ms = 300'000;  // from then on:
    std::int64_t cancel_slow_interval_ms = 60'000;
    std::int64_t awaiting_interval_ms = 10'000;  // R4
    std::int64_t expiry_margin_ms = 60'000;      // R4, R6, R12
    std::vector<std::int64_t> traffic_again_ms = {1'000, 2'000, 4'000, 8'000};
    std::int64_t payment_expiry_ms = 120'000;     // user-presented
    std::int64_t unknown_after_ms = 60'000;       // no verified answer for so long: UNKNOWN
    std::int64_t settle_later_after_ms = 10'000;  // CANCELLING: the cashier need not wait any longer
    std::int32_t refused_rounds = 3;              // R5: equal verified refusals with SUCCESS between
};

}  // namespace paydrv::money
