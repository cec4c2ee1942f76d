#include "till/json_order.h"

#include <algorithm>
#include <limits>
#include <set>
#include <sstream>

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>
#include <Poco/UTF8Encoding.h>

namespace hostsim::till {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::size_t kDepth = 16;
constexpr std::size_t kIdLimit = 64;
constexpr std::size_t kQuoteLimit = 64;

/// A key as an error may name it.
std::string quoted(const std::string& name) {
    return name.size() <= kQuoteLimit ? name : "a key of " + std::to_string(name.size()) + " bytes";
}

/// As the standard handler, but a key that stands twice in one object is an error: which of two amounts is meant?
class StrictHandler : public Poco::JSON::ParseHandler {
  public:
    StrictHandler() : ParseHandler(true) {}
    void reset() override {
        keys_.clear();
        ParseHandler::reset();
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
        if (!keys_.back().insert(name).second)
            throw LineError(quoted(name), "the key \"" + quoted(name) + "\" stands twice");
        ParseHandler::key(name);
    }

  private:
    std::vector<std::set<std::string>> keys_;
};

Object::Ptr parse(const std::string& line) {
    try {
        Poco::JSON::Parser parser(new StrictHandler);
        parser.setDepth(kDepth);
        Var value = parser.parse(line);
        if (value.type() == typeid(Object::Ptr)) return value.extract<Object::Ptr>();
    } catch (const Poco::Exception&) {  // its text may quote the line, and a payment code with it
    }
    throw LineError("", "the line is not one JSON object");
}

bool readable_id(const Var& id) {
    return (id.isInteger() && !id.isBoolean()) || (id.isString() && id.extract<std::string>().size() <= kIdLimit);
}

std::string names_of(const std::vector<NamedValue>& names) {
    std::string list;
    for (const NamedValue& name : names)
        list += (list.empty() ? "" : ", ") + std::string(name.name);
    return list;
}

const NamedValue* named(const std::vector<NamedValue>& names, const Var& value) {
    if (!value.isString()) return nullptr;
    const auto& text = value.extract<std::string>();
    auto found = std::find_if(names.begin(), names.end(), [&](const NamedValue& n) { return n.name == text; });
    return found == names.end() ? nullptr : &*found;
}

}  // namespace

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (text.size() - at < length) return false;
        const auto* bytes = reinterpret_cast<const unsigned char*>(text.data() + at);
        if (!Poco::UTF8Encoding::isLegal(bytes, static_cast<int>(length))) return false;
        at += length;
    }
    return true;
}

Var id_in(const std::string& line) noexcept {
    try {
        Var id = parse(line)->get("id");
        return readable_id(id) ? id : Var();
    } catch (...) {
        return Var();
    }
}

JsonOrder::JsonOrder(const std::string& line) {
    if (!is_utf8(line)) throw LineError("", "the line is not UTF-8");
    object_ = parse(line);
    if (has("id")) {
        id_ = object_->get("id");
        if (!readable_id(id_)) {
            throw LineError("id",
                            "\"id\" must be an integer or a text of at most " + std::to_string(kIdLimit) + " bytes");
        }
    }
    do_ = text("do");
    if (do_.empty()) throw LineError("do", "\"do\" must say what to do, for example \"start\"");
}

void JsonOrder::allow_only(const std::vector<std::string_view>& keys) const {
    for (const std::string& name : object_->getNames()) {
        bool known = name == "id" || name == "do" || std::find(keys.begin(), keys.end(), name) != keys.end();
        if (known) continue;
        std::string list;
        for (std::string_view key : keys)
            list += ", " + std::string(key);
        throw LineError(quoted(name), "\"" + do_ + "\" has no key \"" + quoted(name) + "\"; there are id, do" + list);
    }
}

std::int64_t JsonOrder::integer(const std::string& key, std::int64_t otherwise, std::int64_t lowest,
                                std::int64_t highest) const {
    if (!has(key)) return otherwise;
    Var value = object_->get(key);
    if (!value.isEmpty() && value.isInteger() && !value.isBoolean()) {
        try {
            std::int64_t number = value.convert<Poco::Int64>();
            if (number >= lowest && number <= highest) return number;
        } catch (const Poco::RangeException&) {  // larger than any integer of the contract: the sentence below
        }
    }
    const std::string must = "\"" + key + "\" must be an integer";
    if (lowest == std::numeric_limits<std::int64_t>::min()) {
        throw LineError(key, must + " of 64 bits, written without point and exponent");
    }
    throw LineError(key, must + " from " + std::to_string(lowest) + " to " + std::to_string(highest));
}

std::uint32_t JsonOrder::natural(const std::string& key, std::uint32_t otherwise) const {
    return static_cast<std::uint32_t>(integer(key, otherwise, 0, std::numeric_limits<std::uint32_t>::max()));
}

bool JsonOrder::flag(const std::string& key) const {
    if (!has(key)) return false;
    Var value = object_->get(key);
    if (!value.isBoolean()) throw LineError(key, "\"" + key + "\" must be true or false");
    return value.extract<bool>();
}

std::string JsonOrder::text(const std::string& key, const std::string& otherwise) const {
    if (!has(key)) return otherwise;
    Var value = object_->get(key);
    if (!value.isString()) throw LineError(key, "\"" + key + "\" must be a text");
    const auto& text = value.extract<std::string>();
    if (text.find('\0') != std::string::npos) throw LineError(key, "\"" + key + "\" has a NUL in it");
    return text;
}

std::int64_t JsonOrder::value(const std::string& key, std::int64_t otherwise, const std::vector<NamedValue>& names,
                              std::int64_t lowest) const {
    if (!has(key)) return otherwise;
    Var value = object_->get(key);
    if (const NamedValue* found = named(names, value)) return found->value;
    if (!value.isEmpty() && value.isInteger() && !value.isBoolean()) {
        return integer(key, otherwise, lowest, std::numeric_limits<std::uint32_t>::max());
    }
    throw LineError(key, "\"" + key + "\" must be a number or one of " + names_of(names));
}

std::uint32_t JsonOrder::flags(const std::string& key, const std::vector<NamedValue>& names) const {
    if (!has(key)) return 0;
    Var value = object_->get(key);
    if (value.type() != typeid(Array::Ptr)) return natural(key, 0);
    std::uint32_t sum = 0;
    for (const Var& one : *value.extract<Array::Ptr>()) {
        const NamedValue* found = named(names, one);
        if (!found) throw LineError(key, "\"" + key + "\" must be a number or a list of " + names_of(names));
        sum |= found->value;
    }
    return sum;
}

std::optional<std::string> JsonOrder::json(const std::string& key) const {
    if (!has(key)) return std::nullopt;
    Var value = object_->get(key);
    if (value.isString()) return text(key);
    if (value.type() != typeid(Object::Ptr)) {
        throw LineError(key, "\"" + key + "\" must be an object, or a text with the JSON in it");
    }
    std::ostringstream out;
    value.extract<Object::Ptr>()->stringify(out);
    return out.str();
}

}  // namespace hostsim::till
