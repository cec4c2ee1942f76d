#include "json/json_object.h"

#include <Poco/Exception.h>
#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>
#include <Poco/UTF8Encoding.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace paydrv::json {
namespace {

/// Builds what the parser reads, and refuses a key that its object has already.
class UniqueKeys final : public Poco::JSON::ParseHandler {
  public:
    void reset() override {
        ParseHandler::reset();
        keys_.clear();
    }
    void startObject() override {
        keys_.emplace_back();
        ParseHandler::startObject();
    }
    void endObject() override {
        keys_.pop_back();
        ParseHandler::endObject();
    }
    void key(const std::string& name) override {
        if (!keys_.back().insert(name).second) throw Poco::DataFormatException("a key stands twice");
        ParseHandler::key(name);
    }

  private:
    std::vector<std::set<std::string>> keys_;  // of the objects that are open
};

}  // namespace

Poco::JSON::Object::Ptr parse_object(std::string_view text, std::size_t max_bytes, Reading reading) {
    if (text.empty() || text.size() > max_bytes || !is_utf8(text)) return nullptr;
    try {
        Poco::JSON::Parser parser;
        if (reading == Reading::strict) {
            parser.setHandler(new UniqueKeys);
            parser.setAllowNullByte(false);
        }
        parser.setDepth(max_depth);
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

}  // namespace paydrv::json
