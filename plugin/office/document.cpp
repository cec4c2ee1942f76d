#include "office/document.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

#include <algorithm>
#include <sstream>

#include "json/json_object.h"

namespace paydrv::office {
namespace {

std::string as_utf8(std::string_view value) {
    std::string text(value);
    if (json::is_utf8(text)) return text;
    std::replace_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; }, '?');
    return text;
}

std::string iso_time(std::int64_t ms) {
    constexpr std::int64_t last_ms = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z
    const Poco::Timestamp time(std::clamp<std::int64_t>(ms, 0, last_ms) * 1'000);
    return Poco::DateTimeFormatter::format(time, "%Y-%m-%dT%H:%M:%S.%iZ");
}

}  // namespace

Document::Document() : object_(new Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER)) {}

Document& Document::text(const char* key, std::string_view value) {
    object_->set(key, as_utf8(value));
    return *this;
}

Document& Document::text_or_null(const char* key, std::string_view value) {
    return value.empty() ? null(key) : text(key, value);
}

Document& Document::integer(const char* key, std::int64_t value) {
    object_->set(key, value);
    return *this;
}

Document& Document::flag(const char* key, bool value) {
    object_->set(key, value);
    return *this;
}

Document& Document::null(const char* key) {
    object_->set(key, Poco::Dynamic::Var());
    return *this;
}

Document& Document::object(const char* key, const Document& value) {
    object_->set(key, value.object_);
    return *this;
}

Document& Document::list(const char* key, const Poco::JSON::Array::Ptr& values) {
    object_->set(key, values);
    return *this;
}

Document& Document::time(const char* key, const char* iso_key, std::int64_t ms) {
    integer(key, ms);
    return ms == 0 ? null(iso_key) : text(iso_key, iso_time(ms));
}

std::string Document::json() const {
    std::ostringstream out;
    object_->stringify(out);
    return out.str();
}

}  // namespace paydrv::office
