#include "till/amount.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

namespace hostsim::till {
namespace {

constexpr std::array<std::string_view, 16> kNoDigits{"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                                     "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::array<std::string_view, 7> kThreeDigits{"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
constexpr std::size_t kDigitsLimit = 16;  // the contract's largest amount has 16 digits

bool all_digits(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

int currency_digits(const std::string& currency) {
    if (std::find(kNoDigits.begin(), kNoDigits.end(), currency) != kNoDigits.end()) return 0;
    if (std::find(kThreeDigits.begin(), kThreeDigits.end(), currency) != kThreeDigits.end()) return 3;
    return 2;
}

std::int64_t parse_amount(const std::string& text, const std::string& currency) {
    std::size_t digits = static_cast<std::size_t>(currency_digits(currency));
    std::size_t point = text.find_first_of(".,");
    std::string whole = text.substr(0, point);
    std::string fraction = point == std::string::npos ? std::string() : text.substr(point + 1);
    bool written = !whole.empty() && (point == std::string::npos || !fraction.empty());
    if (!written || !all_digits(whole) || !all_digits(fraction)) {
        throw std::invalid_argument("\"" + text + "\" is not an amount; write it like " +
                                    format_amount(1250, currency));
    }
    if (fraction.size() > digits) {
        throw std::invalid_argument("\"" + text + "\" has too many decimals: " + currency + " has " +
                                    std::to_string(digits));
    }
    fraction.resize(digits, '0');
    std::string minor = whole + fraction;
    minor.erase(0, std::min(minor.find_first_not_of('0'), minor.size()));
    if (minor.empty()) throw std::invalid_argument("the amount must be above zero");
    if (minor.size() > kDigitsLimit) throw std::invalid_argument("\"" + text + "\" is more than a payment can be");
    return std::stoll(minor);
}

std::string format_amount(std::int64_t amount_minor, const std::string& currency) {
    std::size_t digits = static_cast<std::size_t>(currency_digits(currency));
    std::string text = std::to_string(amount_minor < 0 ? -amount_minor : amount_minor);
    if (text.size() <= digits) text.insert(0, digits + 1 - text.size(), '0');
    if (digits > 0) text.insert(text.size() - digits, ".");
    return (amount_minor < 0 ? "-" : "") + text + " " + currency;
}

}  // namespace hostsim::till
