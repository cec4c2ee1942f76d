#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paydrv::alipay {

/// Bytes of base64 text. Takes the URL alphabet ('-' and '_') and missing padding; nothing else is forgiven: any other
/// character, a blank included, a lone last character or too much padding gives nothing. Any thread, never throws but
/// std::bad_alloc.
std::optional<std::string> decode_base64(std::string_view text);

/// Base64 in one line, padded.
std::string encode_base64(std::string_view bytes);

}  // namespace paydrv::alipay
