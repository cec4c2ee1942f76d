// JSON texts of others: read with limits, never trusted.
#pragma once

#include <Poco/JSON/Object.h>

#include <cstddef>
#include <string_view>

namespace paydrv::json {

constexpr int max_depth = 16;  // Alipay's deepest answer has five levels

/// What a key that stands twice in one object means.
enum class DuplicateKeys { last_counts, refused };

/// The object that a JSON text of at most `max_bytes` is. Null for anything else: other JSON, broken JSON, bytes that
/// are not UTF-8, nesting deeper than max_depth, duplicate keys where refused. Any thread; throws nothing but
/// std::bad_alloc.
Poco::JSON::Object::Ptr parse_object(std::string_view text, std::size_t max_bytes,
                                     DuplicateKeys duplicates = DuplicateKeys::last_counts);

/// Whether all bytes are well-formed UTF-8.
bool is_utf8(std::string_view text);

/// How many characters a UTF-8 text has: the unit of Alipay's length limits.
std::size_t characters(std::string_view text);

}  // namespace paydrv::json
