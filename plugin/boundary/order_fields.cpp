#include "boundary/order_fields.h"

#include <algorithm>
#include <limits>

#include "money/business_day.h"

namespace paydrv::boundary {
namespace {

constexpr std::int64_t largest_amount = 9'999'999'999'999'999;

bool check_currency(std::string_view currency, const session::Session& session, int& digits,
                    Problem& problem) noexcept {
    const bool three_letters = currency.size() == 3 && std::all_of(currency.begin(), currency.end(),
                                                                   [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!three_letters) {
        return problem.refuse(
            PAYDRV_E_ARGUMENT, "currency",
            "currency is not an ISO 4217 code of three capital letters, such as \"EUR\"; it has %zu bytes.",
            currency.size());
    }
    const auto known = session.currency_digits(currency);
    if (!known) {
        return problem.refuse(
            PAYDRV_E_ARGUMENT, "currency",
            "The currency \"%.3s\" is not known to this driver. Use one that the contract with Alipay "
            "names, or add it with its digits to the configuration's currencies.",
            currency.data());
    }
    digits = *known;
    return true;
}

}  // namespace

bool check_range(std::int64_t amount_minor, const char* field, Problem& problem) noexcept {
    if (amount_minor >= 1 && amount_minor <= largest_amount) return true;
    return problem.refuse(PAYDRV_E_ARGUMENT, field,
                          "%s is %lld; allowed are 1 to %lld minor units (1250 is 12.50 EUR).", field,
                          static_cast<long long>(amount_minor), static_cast<long long>(largest_amount));
}

bool check_money(std::int64_t amount_minor, std::string_view currency, const session::Session& session,
                 Problem& problem) noexcept {
    if (!check_range(amount_minor, "amount_minor", problem)) return false;
    int digits = 0;
    if (!check_currency(currency, session, digits, problem)) return false;
    // Alipay takes IDR with two decimals, which must be 00 (Antom docs, currency codes).
    if (currency == "IDR" && digits == 2 && amount_minor % 100 != 0) {
        return problem.refuse(PAYDRV_E_ARGUMENT, "amount_minor",
                              "amount_minor is %lld, but in IDR the last two digits must be 00: whole rupiah only.",
                              static_cast<long long>(amount_minor));
    }
    return true;
}

bool check_day(std::uint32_t business_day, const char* field, Problem& problem) noexcept {
    if (money::day_number(business_day) != std::numeric_limits<std::int32_t>::min()) return true;
    return problem.refuse(PAYDRV_E_ARGUMENT, field, "%s is %u, which is no day. Give yyyymmdd, such as 20261121.",
                          field, business_day);
}

bool check_near_day(std::uint32_t day, const session::Session& session, Problem& problem) noexcept {
    if (!check_day(day, "business_day", problem)) return false;
    const std::int64_t till_ms = session.clock().wall_ms();
    if (money::near_day(day, till_ms)) return true;
    const std::int64_t offset_ms = session.snapshot().gateway_offset_ms();
    if (offset_ms != 0 && money::near_day(day, session.clock().monotonic_ms() + offset_ms)) return true;
    return problem.refuse(
        PAYDRV_E_ARGUMENT, "business_day",
        "business_day is %u, further than 7 days from today: the till's date is %u. Give the ticket's "
        "own day, and look whether the till's clock is right.",
        day, money::business_day_of(till_ms));
}

}  // namespace paydrv::boundary
