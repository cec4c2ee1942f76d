#pragma once

#include <cstdint>
#include <string>

#include "paydrv.h"

namespace hostsim {

/// The contract's own name of a value, without its prefix: "WAITING_CUSTOMER". A value that this header lacks gives its
/// number.
std::string state_name(std::uint32_t state);
std::string kind_name(std::uint32_t kind);
std::string reason_name(std::uint32_t reason);

/// What the value means, in a few words for a person. Reasons give "" where the state says it all.
std::string state_words(std::uint32_t state);
std::string reason_words(std::uint32_t reason);
std::string action_words(std::uint32_t next_action);

/// The state with this name; 0 when there is none.
std::uint32_t state_named(const std::string& name);

/// One line about an operation: "12.50 EUR  declined, no money taken: refused by the wallet or Alipay (RISK_REJECT)".
std::string status_line(const paydrv_status& status);

}  // namespace hostsim
