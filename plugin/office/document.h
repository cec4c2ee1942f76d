// JSON that the back office writes.
#pragma once

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace paydrv::office {

/// A JSON object under way; its keys stand in the order of their setting. Copies share the object.
class Document {
  public:
    Document();

    /// Bytes that are not UTF-8 become '?', so that the text is JSON whatever a journal holds.
    Document& text(const char* key, std::string_view value);
    /// Text, or null where it is empty.
    Document& text_or_null(const char* key, std::string_view value);
    Document& number(const char* key, std::integral auto value) {
        return integer(key, static_cast<std::int64_t>(value));
    }
    Document& flag(const char* key, bool value);
    Document& null(const char* key);
    Document& object(const char* key, const Document& value);
    Document& list(const char* key, const Poco::JSON::Array::Ptr& values);
    /// A time twice: ms since 1970 under the key, and under iso_key as ISO 8601 in UTC ("2026-11-21T08:30:00.000Z");
    /// of 0, which says not known, 0 and null.
    Document& time(const char* key, const char* iso_key, std::int64_t ms);

    /// Without blanks and line ends.
    std::string json() const;
    const Poco::JSON::Object::Ptr& value() const { return object_; }

  private:
    Document& integer(const char* key, std::int64_t value);

    Poco::JSON::Object::Ptr object_;
};

}  // namespace paydrv::office
