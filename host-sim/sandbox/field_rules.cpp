#include "sandbox/field_rules.h"

#include <Poco/JSON/Array.h>

#include <algorithm>

#include "sandbox/datetime.h"

namespace hostsim::sandbox {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::size_t kAmountDigits = 16;
constexpr std::size_t kFieldNameLimit = 100;  // of a name that the client chose, in an error text

// Antom docs, currency codes.
constexpr std::string_view kCurrencies =
    "CLP JPY KRW AUD BDT BRL CAD CNY EUR GBP HKD IDR MXN MYR NZD PEN PHP PKR SGD THB TWD USD MOP TRY";

bool listed(std::string_view list, std::string_view word) {
    while (!list.empty()) {
        std::size_t blank = list.find(' ');
        if (list.substr(0, blank) == word) return true;
        list = blank == std::string_view::npos ? std::string_view() : list.substr(blank + 1);
    }
    return false;
}

bool digits_only(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::size_t characters(std::string_view utf8) {
    return std::size_t(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_object(const Var& value) {
    return value.type() == typeid(Object::Ptr);
}
bool is_array(const Var& value) {
    return value.type() == typeid(Array::Ptr);
}

/// The value at a path; empty when it or an object on the way is absent or null. `parent_found` tells the two apart.
Var value_at(const Object& body, std::string_view path, bool& parent_found) {
    parent_found = true;
    std::size_t dot = path.find('.');
    std::string name(path.substr(0, dot));
    if (dot == std::string_view::npos) return body.get(name);
    Object::Ptr child = body.getObject(name);
    parent_found = !child.isNull();
    return child ? value_at(*child, path.substr(dot + 1), parent_found) : Var();
}

/// Every leaf a string that is not empty, whatever its name.
std::optional<Result> check_leaves(const Var& value, const std::string& path);

std::optional<Result> check_leaves(const Object& object, const std::string& path) {
    for (const auto& [name, value] : object) {
        std::string shown = name.substr(0, kFieldNameLimit);
        if (auto fault = check_leaves(value, path.empty() ? shown : path + "." + shown)) return fault;
    }
    return std::nullopt;
}

std::optional<Result> check_leaves(const Var& value, const std::string& path) {
    if (value.isEmpty()) return std::nullopt;
    if (is_object(value)) return check_leaves(*value.extract<Object::Ptr>(), path);
    if (is_array(value)) {
        std::size_t index = 0;
        for (const Var& element : *value.extract<Array::Ptr>()) {
            if (auto fault = check_leaves(element, path + "[" + std::to_string(index++) + "]")) return fault;
        }
        return std::nullopt;
    }
    if (!value.isString()) return param_illegal(path, "must be a JSON string, not a number or boolean");
    if (value.extract<std::string>().empty()) return param_illegal(path, "must not be empty; leave it out instead");
    return std::nullopt;
}

std::optional<Result> check_amount(const Var& value, const std::string& path) {
    if (!is_object(value)) return param_illegal(path, "must be an object of currency and value");
    const Object& amount = *value.extract<Object::Ptr>();
    std::string currency = text_at(amount, "currency"), digits = text_at(amount, "value");
    if (currency.empty()) return param_illegal(path + ".currency", "is missing");
    if (!listed(kCurrencies, currency)) return param_illegal(path + ".currency", "is not a supported currency");
    if (digits.empty()) return param_illegal(path + ".value", "is missing");
    if (!digits_only(digits) || digits.size() > kAmountDigits || digits[0] == '0') {
        return param_illegal(path + ".value", "must be a positive integer in minor units, at most 16 digits");
    }
    return std::nullopt;
}

bool good_request_id(std::string_view id) {
    return std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

/// `^(2[5-9]|30)\d{14,30}$` (Alipay+ docs, code format).
bool good_payment_code(std::string_view code) {
    if (!digits_only(code) || code.size() < 16 || code.size() > 32) return false;
    int first = (code[0] - '0') * 10 + (code[1] - '0');
    return first >= 25 && first <= 30;
}

std::optional<Result> check_text(const std::string& text, const FieldRule& rule, std::int64_t now_ms) {
    if (rule.limit != 0 && characters(text) > rule.limit) {
        return param_illegal(rule.path, "is longer than " + std::to_string(rule.limit) + " characters");
    }
    switch (rule.kind) {
        case FieldKind::kRequestId:
            if (!good_request_id(text)) return param_illegal(rule.path, "may hold only A-Z, a-z, 0-9 and _");
            break;
        case FieldKind::kEnum:
            if (!listed(rule.allowed, text))
                return param_illegal(rule.path, "must be one of " + std::string(rule.allowed));
            break;
        case FieldKind::kCurrency:
            if (!listed(kCurrencies, text)) return param_illegal(rule.path, "is not a supported currency");
            break;
        case FieldKind::kPaymentCode:
            if (!good_payment_code(text))
                return param_illegal(rule.path, "is no payment code: 16 to 32 digits, beginning 25 to 30");
            break;
        case FieldKind::kUrl:
            if (!text.starts_with("https://") && !text.starts_with("http://"))
                return param_illegal(rule.path, "is no URL");
            break;
        case FieldKind::kTime:
        case FieldKind::kFutureTime: {
            auto time = parse_iso_time(text);
            if (!time) return param_illegal(rule.path, "is not ISO 8601 with an offset, as 2026-05-01T12:01:01+08:00");
            if (rule.kind == FieldKind::kFutureTime && *time <= now_ms)
                return param_illegal(rule.path, "is not in the future");
            break;
        }
        default: break;
    }
    return std::nullopt;
}

std::optional<Result> check_field(const Object& body, const FieldRule& rule, std::int64_t now_ms) {
    bool parent_found = true;
    Var value = value_at(body, rule.path, parent_found);
    std::string path(rule.path);
    if (value.isEmpty()) {
        if (rule.required && parent_found) return param_illegal(path, "is missing");
        return std::nullopt;
    }
    switch (rule.kind) {
        case FieldKind::kRemoved: return param_illegal(path, "was removed from the interface; do not send it");
        case FieldKind::kObject:
            if (!is_object(value)) return param_illegal(path, "must be an object");
            return std::nullopt;
        case FieldKind::kArray:
            if (!is_array(value)) return param_illegal(path, "must be an array");
            if (value.extract<Array::Ptr>()->size() > rule.limit) {
                return param_illegal(path, "has more than " + std::to_string(rule.limit) + " elements");
            }
            return std::nullopt;
        case FieldKind::kAmount: return check_amount(value, path);
        default:
            if (!value.isString()) return param_illegal(path, "must be a JSON string");
            return check_text(value.extract<std::string>(), rule, now_ms);
    }
}

}  // namespace

std::string text_at(const Object& body, std::string_view path) {
    bool parent_found = true;
    Var value = value_at(body, path, parent_found);
    return value.isString() ? value.extract<std::string>() : std::string();
}

std::optional<Result> check_fields(const Object& body, const std::vector<FieldRule>& rules, std::int64_t now_ms) {
    if (auto fault = check_leaves(body, "")) return fault;
    for (const FieldRule& rule : rules) {
        if (auto fault = check_field(body, rule, now_ms)) return fault;
    }
    return std::nullopt;
}

}  // namespace hostsim::sandbox
