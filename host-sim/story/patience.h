#pragma once

#include <cstdint>

namespace hostsim::story {

constexpr const char* kCurrency = "EUR";

// How long the scenes look and wait, in milliseconds.
constexpr std::uint32_t kWatchMs = 100;
constexpr std::int64_t kPromptMs = 15'000;  // a payment or refund that nothing stands in the way of
constexpr std::int64_t kSlowMs = 40'000;
constexpr std::int64_t kLongMs = 220'000;  // the driver's whole schedule with its expiry
constexpr std::int64_t kCashierWaitsMs = 3'000;

}  // namespace hostsim::story
