#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "paydrv.h"

namespace hostsim {

/// The contract's own name of a value, without its prefix: "WAITING_CUSTOMER". A value that this header lacks gives its
/// number.
std::string state_name(std::uint32_t state);
std::string kind_name(std::uint32_t kind);
std::string reason_name(std::uint32_t reason);
std::string action_name(std::uint32_t next_action);

/// What the value means, in a few words for a person. Reasons give "" where the state says it all.
std::string state_words(std::uint32_t kind, std::uint32_t state);
std::string reason_words(std::uint32_t reason);
std::string action_words(std::uint32_t kind, std::uint32_t next_action);

/// One line about an operation: "12.50 EUR  declined, no money taken: refused by the wallet or Alipay (RISK_REJECT)".
std::string status_line(const paydrv_status& status);

/// One lamp of the driver's health: its bit, the contract's name without prefix, and what on and off mean.
struct HealthLamp {
    std::uint32_t bit;
    std::string_view name, on, off;
};
const std::array<HealthLamp, 5>& health_lamps();

/// A value of the contract that a program may give by name.
struct NamedValue {
    std::string_view name;
    std::uint32_t value;
};
const std::vector<NamedValue>& named_modes();
const std::vector<NamedValue>& named_flags();
const std::vector<NamedValue>& named_kinds();
const std::vector<NamedValue>& named_filters();
const std::vector<NamedValue>& named_texts();
const std::vector<NamedValue>& named_data();
const std::vector<NamedValue>& named_driver_texts();

}  // namespace hostsim
