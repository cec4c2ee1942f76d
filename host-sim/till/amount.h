#pragma once

#include <cstdint>
#include <string>

namespace hostsim::till {

/// Digits behind the decimal point of an ISO 4217 currency: 2 but for those that ISO 4217 lists with 0 or 3.
int currency_digits(const std::string& currency);

/// "12.5", "12.50", "12,50" or "12" as minor units of the currency (1250 for EUR), exactly: never through a floating
/// point number. Throws std::invalid_argument with a sentence for the cashier when it is not an amount above zero, or
/// has more decimals than the currency.
std::int64_t parse_amount(const std::string& text, const std::string& currency);

/// Minor units as "12.50 EUR".
std::string format_amount(std::int64_t amount_minor, const std::string& currency);

}  // namespace hostsim::till
