#include "boundary/start_order.h"

#include <string.h>

#include <algorithm>

#include "boundary/arguments.h"
#include "boundary/order_fields.h"

namespace paydrv::boundary {
namespace {

constexpr std::uint32_t least_timeout_s = 10;
constexpr std::uint32_t largest_timeout_s = 600;
constexpr std::size_t largest_json = 16'383;
constexpr std::size_t text_bytes = PAYDRV_TEXT_SIZE - 1;
constexpr std::uint32_t known_flags = PAYDRV_FLAG_SPLIT_BILL | PAYDRV_FLAG_PAY_AGAIN;

// Alipay: order.referenceOrderId and storeTerminalId have at most 64 characters, orderDescription 256 (Antom docs,
// pay).
constexpr TextRule reference_rule{"reference", text_bytes, text_bytes, true};
constexpr TextRule order_rule{"order_reference", text_bytes, 64, true};
constexpr TextRule terminal_rule{"terminal", text_bytes, 64, false};
constexpr TextRule operator_rule{"operator_id", text_bytes, 64, false};
constexpr TextRule description_rule{"description", PAYDRV_DESCRIPTION_SIZE - 1, 256, true};

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool check_mode_and_flags(const paydrv_payment& p, Problem& problem) noexcept {
    if (p.mode == 0) {
        return problem.refuse(PAYDRV_E_ARGUMENT, "mode", "mode is 0. Set it to PAYDRV_MODE_USER_PRESENTED (1).");
    }
    if (p.mode != PAYDRV_MODE_USER_PRESENTED) {
        return problem.refuse(PAYDRV_E_UNSUPPORTED, "mode",
                              "mode is %u, which this driver cannot do. It takes PAYDRV_MODE_USER_PRESENTED (1): the "
                              "customer shows a payment code, the till scans it.",
                              p.mode);
    }
    if ((p.flags & ~known_flags) != 0) {
        return problem.refuse(PAYDRV_E_UNSUPPORTED, "flags",
                              "flags is 0x%08X, of which this driver does not know 0x%08X. Known are "
                              "PAYDRV_FLAG_SPLIT_BILL (1) and PAYDRV_FLAG_PAY_AGAIN (2).",
                              p.flags, p.flags & ~known_flags);
    }
    if (p.reserved != 0) {
        return problem.refuse(PAYDRV_E_UNSUPPORTED, "reserved", "reserved is %u. Zero the struct before it is filled.",
                              p.reserved);
    }
    return true;
}

bool check_timeout(std::uint32_t timeout_s, Problem& problem) noexcept {
    if (timeout_s == 0 || (timeout_s >= least_timeout_s && timeout_s <= largest_timeout_s)) return true;
    return problem.refuse(PAYDRV_E_ARGUMENT, "timeout_s",
                          "timeout_s is %u; allowed are %u to %u seconds, or 0 for the configuration's schedule.",
                          timeout_s, least_timeout_s, largest_timeout_s);
}

// Scanners put CR, LF or TAB behind a code, and some hosts print it in groups. What is left must be 16 to 32 digits
// that begin with 25 to 30 (Antom docs, user-presented mode). The sentence says what was wrong, never the code (R10).
bool read_payment_code(std::string_view field, std::array<char, 40>& out, Problem& problem) noexcept {
    std::size_t length = 0;
    bool digits_only = true;
    for (const char c : field) {
        if (c == ' ' || c == '\r' || c == '\n' || c == '\t') continue;
        digits_only = digits_only && is_digit(c);
        out[length++] = c;
    }
    const std::string_view code(out.data(), length);
    const bool prefix = length >= 2 && digits_only && code.substr(0, 2) >= "25" && code.substr(0, 2) <= "30";
    if (prefix && length >= 16 && length <= 32) return true;
    return problem.refuse(
        PAYDRV_E_ARGUMENT, "payment_code",
        "payment_code has %zu characters%s. A payment code has 16 to 32 digits and begins with 25 to 30: "
        "let the customer open Pay in the wallet, and scan again.",
        length,
        length == 0    ? ""
        : !digits_only ? ", not all of them digits"
        : !prefix      ? " and begins otherwise"
                       : "");
}

bool check_texts(const paydrv_payment& p, Problem& problem) noexcept {
    return check_text(text_in(p.reference), reference_rule, problem) &&
           check_text(text_in(p.order_reference), order_rule, problem) &&
           check_text(text_in(p.terminal), terminal_rule, problem) &&
           check_text(text_in(p.operator_id), operator_rule, problem) &&
           check_text(text_in(p.description), description_rule, problem);
}

bool read_fields(const paydrv_payment& p, const session::Session& session, engine::StartOrder& order,
                 Problem& problem) noexcept {
    const bool good = check_mode_and_flags(p, problem) &&
                      check_money(p.amount_minor, text_in(p.currency), session, problem) && check_texts(p, problem) &&
                      check_near_day(p.business_day, session, problem) && check_timeout(p.timeout_s, problem) &&
                      read_payment_code({p.payment_code, strnlen(p.payment_code, sizeof p.payment_code)},
                                        order.payment_code, problem);
    if (!good) return false;
    order.mode = money::Mode::user_presented;
    order.business_day = p.business_day;
    order.flags = p.flags;
    order.timeout_s = p.timeout_s;
    order.amount_minor = p.amount_minor;
    keep(order.currency, text_in(p.currency));
    keep(order.reference, text_in(p.reference));
    keep(order.order_reference, text_in(p.order_reference));
    keep(order.terminal, text_in(p.terminal));
    keep(order.operator_id, text_in(p.operator_id));
    keep(order.description, text_in(p.description));
    return true;
}

}  // namespace

bool read_payment(const paydrv_payment* payment, const session::Session& session, engine::StartOrder& order,
                  Problem& problem) noexcept {
    paydrv_payment own;
    if (!read_struct(payment, "payment", problem, own)) return false;
    problem.about(own.business_day, text_in(own.reference));
    const bool good = read_fields(own, session, order, problem);
    explicit_bzero(own.payment_code, sizeof own.payment_code);
    return good;
}

bool read_json(const char* json, const char* field, std::string_view& content, Problem& problem) noexcept {
    if (json == nullptr) return true;
    content = {json, strnlen(json, largest_json + 1)};
    if (content.size() > largest_json) {
        return problem.refuse(PAYDRV_E_ARGUMENT, field, "%s is longer than %zu bytes.", field, largest_json);
    }
    std::size_t characters = 0;
    const std::size_t valid = valid_utf8(content, characters);
    if (valid == content.size()) return true;
    return problem.refuse(PAYDRV_E_ARGUMENT, field, "%s is not UTF-8: the byte at offset %zu is 0x%02X.", field, valid,
                          static_cast<unsigned>(static_cast<unsigned char>(content[valid])));
}

}  // namespace paydrv::boundary
