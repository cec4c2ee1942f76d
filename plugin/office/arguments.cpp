#include "office/arguments.h"

#include <algorithm>
#include <limits>

#include "json/json_object.h"
#include "money/business_day.h"

namespace paydrv::office {
namespace {

std::string listed(std::span<const std::string_view> words) {
    std::string text;
    for (const std::string_view word : words) {
        text += (text.empty() ? "" : ", ") + std::string(word);
    }
    return text;
}

// A key of the host's in an error text: cut, and without anything that could break a line.
std::string shown(std::string key) {
    constexpr std::size_t max_shown_bytes = 40;
    key.resize(std::min(key.size(), max_shown_bytes));
    std::replace_if(
        key.begin(), key.end(), [](char c) { return c < 0x20 || c > 0x7E; }, '?');
    return key;
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

}  // namespace

Arguments::Arguments(std::string_view request, std::span<const std::string_view> known_keys) {
    const bool none = request.find_first_not_of(" \t\r\n") == std::string_view::npos;
    object_ = none ? Poco::JSON::Object::Ptr(new Poco::JSON::Object)
                   : json::parse_object(request, max_request_bytes, json::Reading::strict);
    if (!object_) {
        throw Refusal("", "the request has to be one JSON object in UTF-8 of at most " +
                              std::to_string(max_request_bytes) + " bytes, each key once");
    }
    for (const std::string& name : object_->getNames()) {
        if (std::find(known_keys.begin(), known_keys.end(), name) != known_keys.end()) continue;
        throw Refusal(shown(name), known_keys.empty() ? "is not known; this request takes no keys"
                                                      : "is not known; allowed are " + listed(known_keys));
    }
}

bool Arguments::has(std::string_view key) const {
    return object_->has(std::string(key));
}

std::string Arguments::given_text(std::string_view key, std::size_t max_bytes) const {
    const std::string name(key);
    const Poco::Dynamic::Var value = object_->get(name);
    if (!value.isString()) throw Refusal(name, "has to be a text");
    std::string text = value.extract<std::string>();
    text.erase(text.find_last_not_of(' ') + 1);
    if (text.size() > max_bytes) {
        throw Refusal(name, "has " + std::to_string(text.size()) + " bytes, allowed are " + std::to_string(max_bytes));
    }
    if (std::any_of(text.begin(), text.end(), is_control)) throw Refusal(name, "has control characters");
    return text;
}

std::string Arguments::text(std::string_view key, std::size_t max_bytes) const {
    if (!has(key)) throw Refusal(std::string(key), "is missing");
    std::string text = given_text(key, max_bytes);
    if (text.empty()) throw Refusal(std::string(key), "is empty");
    return text;
}

std::string Arguments::text_or(std::string_view key, std::string_view fallback) const {
    if (!has(key)) return std::string(fallback);
    std::string text = given_text(key, max_text_bytes);
    return text.empty() ? std::string(fallback) : text;
}

std::uint32_t Arguments::day(std::string_view key) const {
    const std::string name(key);
    if (!has(key)) throw Refusal(name, "is missing");
    const Poco::Dynamic::Var value = object_->get(name);
    const bool integer = value.isInteger() && !value.isBoolean();
    constexpr const char* wanted = "has to be a day of the calendar as an integer, yyyymmdd";
    if (!integer) throw Refusal(name, wanted);
    try {
        const auto day = value.convert<std::int64_t>();
        if (day < 1970'01'01 || day > 9999'12'31) throw Refusal(name, wanted);
        const auto business_day = static_cast<std::uint32_t>(day);
        if (money::day_number(business_day) == std::numeric_limits<std::int32_t>::min()) throw Refusal(name, wanted);
        return business_day;
    } catch (const Poco::Exception&) {  // beyond 64 bits
        throw Refusal(name, wanted);
    }
}

std::string Arguments::choice(std::string_view key, std::span<const std::string_view> choices) const {
    std::string text = this->text(key);
    if (std::find(choices.begin(), choices.end(), text) != choices.end()) return text;
    throw Refusal(std::string(key), "has to be one of " + listed(choices));
}

}  // namespace paydrv::office
