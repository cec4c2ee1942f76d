#pragma once

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/result_codes.h"

namespace hostsim::sandbox {

enum class FieldKind {
    kText,         ///< at most `limit` characters
    kRequestId,    ///< [A-Za-z0-9_], at most `limit`
    kEnum,         ///< one of `allowed`, separated by blanks
    kAmount,       ///< object of a known currency and a positive integer of at most 16 digits
    kCurrency,     ///< three letters of a known currency
    kFutureTime,   ///< ISO 8601, later than now
    kTime,         ///< ISO 8601
    kUrl,          ///< http:// or https://
    kPaymentCode,  ///< 16 to 32 digits beginning 25 to 30
    kObject,
    kArray,    ///< at most `limit` elements
    kRemoved,  ///< must not be sent any more
};

struct FieldRule {
    std::string_view path;  ///< names joined by dots; a required field inside an absent object is not missing
    FieldKind kind;
    std::size_t limit;
    bool required;
    std::string_view allowed;
};

/// The rules of each request (Antom docs: pay of a user-presented code, inquiryPayment, cancel, refund,
/// inquiryRefund).
const std::vector<FieldRule>& pay_rules();
const std::vector<FieldRule>& inquiry_rules();
const std::vector<FieldRule>& cancel_rules();
const std::vector<FieldRule>& refund_rules();
const std::vector<FieldRule>& refund_inquiry_rules();

/// PARAM_ILLEGAL naming the first field that breaks a rule, else empty. Beside the rules given, every leaf must be a
/// JSON string and not empty; null counts as absent. `now_ms` is the gateway's clock. Pure.
std::optional<Result> check_fields(const Poco::JSON::Object& body, const std::vector<FieldRule>& rules,
                                   std::int64_t now_ms);

/// The text at a path of dots, "" when absent or no text.
std::string text_at(const Poco::JSON::Object& body, std::string_view path);

}  // namespace hostsim::sandbox
