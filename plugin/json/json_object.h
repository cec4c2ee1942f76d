// JSON texts of others: read with limits, never trusted.
#pragma once

#include <Poco/JSON/Object.h>

#include <cstddef>
#include <string_view>

namespace paydrv::json {

constexpr int max_depth = 16;  // Alipay's deepest answer has five levels

/// liberal: of a key that stands twice the last counts. strict: refused, and so is \u0000.
enum class Reading { liberal, strict };

/// The object that a JSON text of at most `max_bytes` is. Null for anything else: other JSON, broken JSON, bytes that
/// are not UTF-8, nesting deeper than max_depth. Any thread; throws nothing but std::bad_alloc.
Poco::JSON::Object::Ptr parse_object(std::string_view text, std::size_t max_bytes, Reading reading = Reading::liberal);

/// Whether all bytes are well-formed UTF-8.
bool is_utf8(std::string_view text);

/// How many characters a UTF-8 text has: the unit of Alipay's length limits.
std::size_t characters(std::string_view text);

}  // namespace paydrv::json
