// Checks of what payments and refunds have in common. Instant, nothing here allocates.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "boundary/contract.h"
#include "boundary/problem.h"
#include "session/session.h"

namespace paydrv::boundary {

/// Into a field that is larger than any text that has passed its check.
template <std::size_t size>
void keep(std::array<char, size>& out, std::string_view text) noexcept {
    std::copy(text.begin(), text.end(), out.begin());
}

/// 1 to the largest amount that Alipay's 16 digits hold; `field` names it.
bool check_range(std::int64_t amount_minor, const char* field, Problem& problem) noexcept;

/// An amount of a currency that the configuration knows.
bool check_money(std::int64_t amount_minor, std::string_view currency, const session::Session& session,
                 Problem& problem) noexcept;

/// A business day that exists; `field` names it.
bool check_day(std::uint32_t business_day, const char* field, Problem& problem) noexcept;

/// A business day within 7 days of the till's or the gateway's date (R11).
bool check_near_day(std::uint32_t day, const session::Session& session, Problem& problem) noexcept;

}  // namespace paydrv::boundary
