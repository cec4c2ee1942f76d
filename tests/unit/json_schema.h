// A small JSON schema validator for tests: the keywords that the schemas of this tree use. A keyword that it does not
// know is a fault of the schema, so that nothing in one goes unchecked.
#pragma once

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <cstdint>
#include <regex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace paydrv::testing_schema {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

inline Var parsed(const std::string& text) {
    Poco::JSON::Parser parser;
    return parser.parse(text);
}

class JsonSchema {
  public:
    explicit JsonSchema(const std::string& text) : root_(testing_schema::parsed(text).extract<Object::Ptr>()) {}

    /// What is wrong with the value, with its place; empty: it is as #/$defs/<definition> says.
    std::vector<std::string> faults(const Var& value, const std::string& definition) const {
        std::vector<std::string> faults;
        check(value, defined(definition), definition, faults);
        return faults;
    }
    Object::Ptr defined(const std::string& definition) const {
        const Object::Ptr found = root_->getObject("$defs")->getObject(definition);
        if (!found) throw std::logic_error("the schema does not define " + definition);
        return found;
    }
    std::vector<std::string> definitions() const { return root_->getObject("$defs")->getNames(); }

  private:
    using Faults = std::vector<std::string>;

    static bool is(const Var& value, const std::string& type) {
        if (type == "null") return value.isEmpty();
        if (value.isEmpty()) return false;
        if (type == "object") return value.type() == typeid(Object::Ptr);
        if (type == "array") return value.type() == typeid(Array::Ptr);
        if (type == "boolean") return value.isBoolean();
        if (type == "string") return value.isString();
        if (type == "integer") return value.isInteger() && !value.isBoolean();
        throw std::logic_error("unknown type " + type);
    }
    static bool equal(const Var& value, const Var& wanted) {
        for (const char* type : {"string", "boolean", "integer"}) {
            if (is(value, type) != is(wanted, type)) return false;
        }
        return !value.isEmpty() && value.convert<std::string>() == wanted.convert<std::string>();
    }
    static std::size_t characters(const std::string& text) {
        return static_cast<std::size_t>(std::count_if(
            text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
    }

    void check(const Var& value, const Object::Ptr& schema, const std::string& at, Faults& faults) const {
        for (const std::string& keyword : schema->getNames()) {
            if (keyword == "description") continue;
            const Var rule = schema->get(keyword);
            if (keyword == "$ref") {
                const std::string target = rule.convert<std::string>();
                check(value, defined(target.substr(std::string_view("#/$defs/").size())), at, faults);
            } else if (keyword == "oneOf") {
                check_one_of(value, *rule.extract<Array::Ptr>(), at, faults);
            } else if (!holds(value, keyword, rule, *schema)) {
                faults.push_back(at + ": against " + keyword + " " + rule.toString());
            }
        }
        if (is(value, "object")) check_members(*value.extract<Object::Ptr>(), *schema, at, faults);
        if (is(value, "array") && schema->has("items")) {
            for (const Var& item : *value.extract<Array::Ptr>()) {
                check(item, schema->getObject("items"), at + "[]", faults);
            }
        }
    }

    void check_one_of(const Var& value, const Array& choices, const std::string& at, Faults& faults) const {
        std::size_t fitting = 0;
        Faults inner;
        for (const Var& choice : choices) {
            Faults of_this;
            check(value, choice.extract<Object::Ptr>(), at, of_this);
            if (of_this.empty()) fitting++;
            inner.insert(inner.end(), of_this.begin(), of_this.end());
        }
        if (fitting == 1) return;
        faults.push_back(at + ": fits " + std::to_string(fitting) + " of the choices");
        faults.insert(faults.end(), inner.begin(), inner.end());
    }

    void check_members(const Object& object, const Object& schema, const std::string& at, Faults& faults) const {
        if (!schema.has("properties")) return;
        const Object::Ptr properties = schema.getObject("properties");
        for (const std::string& name : object.getNames()) {
            if (properties->has(name)) {
                check(object.get(name), properties->getObject(name), at + "." + name, faults);
            } else if (!schema.getValue<bool>("additionalProperties")) {
                faults.push_back(at + "." + name + ": is not in the schema");
            }
        }
    }

    static bool holds(const Var& value, const std::string& keyword, const Var& rule, const Object& schema) {
        if (keyword == "type") {
            if (rule.isString()) return is(value, rule.convert<std::string>());
            const Array& types = *rule.extract<Array::Ptr>();
            return std::any_of(types.begin(), types.end(),
                               [&](const Var& type) { return is(value, type.convert<std::string>()); });
        }
        if (keyword == "const") return equal(value, rule);
        if (keyword == "enum") {
            const Array& words = *rule.extract<Array::Ptr>();
            return std::any_of(words.begin(), words.end(), [&](const Var& word) { return equal(value, word); });
        }
        if (keyword == "required") {
            const Array& names = *rule.extract<Array::Ptr>();
            return !is(value, "object") || std::all_of(names.begin(), names.end(), [&](const Var& name) {
                return value.extract<Object::Ptr>()->has(name.convert<std::string>());
            });
        }
        if (keyword == "properties" || keyword == "items") return true;  // by check
        if (keyword == "additionalProperties") return !rule.convert<bool>() && schema.has("properties");
        return holds_limit(value, keyword, rule);
    }

    static bool holds_limit(const Var& value, const std::string& keyword, const Var& rule) {
        if (keyword == "pattern") {
            return !is(value, "string") ||
                   std::regex_search(value.convert<std::string>(), std::regex(rule.convert<std::string>()));
        }
        const auto limit = rule.convert<std::int64_t>();
        if (keyword == "minimum") return !is(value, "integer") || value.convert<std::int64_t>() >= limit;
        if (keyword == "maximum") return !is(value, "integer") || value.convert<std::int64_t>() <= limit;
        const auto size = static_cast<std::size_t>(limit);
        if (keyword == "minLength") return !is(value, "string") || characters(value.convert<std::string>()) >= size;
        if (keyword == "maxLength") return !is(value, "string") || characters(value.convert<std::string>()) <= size;
        if (keyword == "minItems") return !is(value, "array") || value.extract<Array::Ptr>()->size() >= size;
        if (keyword == "maxItems") return !is(value, "array") || value.extract<Array::Ptr>()->size() <= size;
        throw std::logic_error("the validator does not know the keyword " + keyword);
    }

    Object::Ptr root_;
};

}  // namespace paydrv::testing_schema
