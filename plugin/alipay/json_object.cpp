#include "alipay/json_object.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>
#include <Poco/UTF8Encoding.h>

#include <algorithm>
#include <string>

namespace paydrv::alipay {

Poco::JSON::Object::Ptr parse_object(std::string_view text, std::size_t max_bytes) {
    if (text.empty() || text.size() > max_bytes || !is_utf8(text)) return nullptr;
    try {
        Poco::JSON::Parser parser;
        parser.setDepth(max_json_depth);
        const Poco::Dynamic::Var parsed = parser.parse(std::string(text));
        if (parsed.type() != typeid(Poco::JSON::Object::Ptr)) return nullptr;
        return parsed.extract<Poco::JSON::Object::Ptr>();
    } catch (const Poco::Exception&) {  // the caller reports it: Poco's text may quote what is secret
        return nullptr;
    }
}

bool is_utf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (text.size() - at < length) return false;
        const auto* bytes = reinterpret_cast<const unsigned char*>(text.data() + at);
        if (!Poco::UTF8Encoding::isLegal(bytes, static_cast<int>(length))) return false;
        at += length;
    }
    return true;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace paydrv::alipay
