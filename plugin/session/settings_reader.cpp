// Walks the tree of a configuration by the table of keys.
#include <Poco/RegularExpression.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "session/settings_keys.h"

namespace paydrv::session {
namespace {

constexpr std::size_t max_shown_value_bytes = 48;
constexpr std::size_t max_shown_key_bytes = 60;

std::string found(const Node& node, bool secret) {
    switch (node.type) {
        case Node::Type::null: return "null";
        case Node::Type::boolean: return node.boolean ? "true" : "false";
        case Node::Type::fraction: return "a number with a fraction or exponent";
        case Node::Type::list: return "a list of " + std::to_string(node.items.size());
        case Node::Type::object: return "an object";
        case Node::Type::integer:
            if (secret) return "a number";
            if (node.integer == std::numeric_limits<std::int64_t>::max()) return "a very large number";
            return std::to_string(node.integer);
        case Node::Type::text: break;
    }
    if (node.text.empty()) return "an empty text";
    return secret ? "another text" : "\"" + shortened(node.text, max_shown_value_bytes) + "\"";
}

std::string range(std::int64_t min, std::int64_t max) {
    return std::to_string(min) + " to " + std::to_string(max);
}

std::string allowed_text(const Key& key) {
    if (!key.choices.empty()) {
        std::string list;
        for (std::size_t i = 0; i < key.choices.size(); ++i) {
            if (i > 0) list += i + 1 == key.choices.size() ? " or " : ", ";
            list += "\"" + std::string(key.choices[i]) + "\"";
        }
        return list;
    }
    const std::string form = key.allowed.empty() ? std::string("a text") : std::string(key.allowed);
    return form + ", " + range(key.min, key.max) + " characters";
}

/// What a value may be, in words; of a list its items.
std::string allowed_value(const Key& key) {
    const bool numbers = std::holds_alternative<SetInteger>(key.set) || std::holds_alternative<SetIntegers>(key.set) ||
                         std::holds_alternative<SetDigits>(key.set);
    return numbers ? "a whole number from " + range(key.min, key.max) : allowed_text(key);
}

std::string allowed(const Key& key) {
    if (key.max_items > 0) return "a list of 1 to " + std::to_string(key.max_items) + ", each " + allowed_value(key);
    if (std::holds_alternative<SetDigits>(key.set)) return "an object such as {\"XYZ\": 2}";
    return allowed_value(key);
}

bool matches(std::string_view pattern, const std::string& text) {
    if (pattern.empty()) return true;
    const Poco::RegularExpression expression(
        std::string(pattern), Poco::RegularExpression::RE_UTF8 | Poco::RegularExpression::RE_DOLLAR_ENDONLY);
    return expression.match(text);
}

class Reader {
  public:
    explicit Reader(const Configuration& configuration) : name_(configuration.name) {
        read_object(configuration.root, "");
    }

    Draft finish() {
        for (const Key& key : keys()) {
            if (key.required && !draft_.given.contains(key.path)) {
                refuse_key(name_, std::string(key.path), "the key is missing, needed is " + allowed(key) + ".");
            }
        }
        return std::move(draft_);
    }

  private:
    void read_object(const Node& object, const std::string& prefix) {
        for (const auto& [name, node] : object.members) {
            if (name.starts_with('_')) continue;
            const std::string path = prefix + name;
            const auto known = std::find_if(keys().begin(), keys().end(), [&](const Key& k) { return k.path == path; });
            if (known != keys().end()) {
                read_value(*known, node);
            } else if (is_group(path)) {
                if (node.type != Node::Type::object) wrong(path, found(node, true), "an object: { ... }");
                read_object(node, path + ".");
            } else {
                refuse_unknown(prefix, name);
            }
        }
    }

    static bool is_group(const std::string& path) {
        return std::any_of(keys().begin(), keys().end(), [&](const Key& k) { return k.path.starts_with(path + "."); });
    }

    [[noreturn]] void refuse_unknown(const std::string& prefix, const std::string& name) const {
        const std::string near = nearest_key(prefix, name);
        const std::string hint = near.empty() ? std::string("The schema of the configuration lists all keys.")
                                              : "Did you mean " + near + "?";
        refuse_key(name_, shortened(prefix + name, max_shown_key_bytes),
                   "found a key that does not exist. " + hint + " (A comment is a key that begins with _.)");
    }

    [[noreturn]] void wrong(const std::string& path, const std::string& what, const std::string& may) const {
        refuse_key(name_, path, "found " + what + ", allowed is " + may + ".");
    }

    void read_value(const Key& key, const Node& node) {
        std::visit([&](auto set) { store(key, set, node); }, key.set);
        draft_.given.insert(key.path);
    }

    void store(const Key& key, SetText set, const Node& node) {
        set(draft_, checked_text(key, std::string(key.path), node));
    }

    void store(const Key& key, SetInteger set, const Node& node) {
        set(draft_, checked_integer(key, std::string(key.path), node));
    }

    void store(const Key& key, SetTexts set, const Node& node) {
        set(draft_, checked_list<std::string>(key, node, &Reader::checked_text));
    }

    void store(const Key& key, SetIntegers set, const Node& node) {
        set(draft_, checked_list<std::int64_t>(key, node, &Reader::checked_integer));
    }

    void store(const Key& key, SetDigits set, const Node& node) {
        if (node.type != Node::Type::object) wrong(std::string(key.path), found(node, false), allowed(key));
        std::map<std::string, int> digits;
        for (const auto& [code, value] : node.members) {
            if (code.starts_with('_')) continue;
            const std::string path = std::string(key.path) + "." + shortened(code, max_shown_value_bytes);
            if (!matches(currency_pattern, code)) wrong(path, "this name", "a code of three capital letters");
            digits[code] = static_cast<int>(checked_integer(key, path, value));
        }
        set(draft_, std::move(digits));
    }

    template <typename Item>
    std::vector<Item> checked_list(const Key& key, const Node& node,
                                   Item (Reader::*check)(const Key&, const std::string&, const Node&) const) const {
        const std::string path(key.path);
        if (node.type != Node::Type::list || node.items.empty() || node.items.size() > key.max_items) {
            wrong(path, found(node, key.secret), allowed(key));
        }
        std::vector<Item> items;
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            items.push_back((this->*check)(key, path + "[" + std::to_string(i) + "]", node.items[i]));
        }
        return items;
    }

    std::int64_t checked_integer(const Key& key, const std::string& path, const Node& node) const {
        if (node.type != Node::Type::integer || node.integer < key.min || node.integer > key.max) {
            wrong(path, found(node, key.secret), allowed_value(key));
        }
        return node.integer;
    }

    std::string checked_text(const Key& key, const std::string& path, const Node& node) const {
        if (node.type != Node::Type::text) wrong(path, found(node, key.secret), allowed_value(key));
        const std::string& text = node.text;
        if (text.size() > 2 && text.starts_with('<') && text.ends_with('>')) {
            refuse_key(name_, path,
                       "found a placeholder of the example, needed is your own value instead of <...>: " +
                           allowed_value(key) + ".");
        }
        if (!key.choices.empty()) {
            if (std::find(key.choices.begin(), key.choices.end(), text) == key.choices.end()) {
                wrong(path, found(node, key.secret), allowed_value(key));
            }
            return text;
        }
        const std::int64_t length = static_cast<std::int64_t>(count_characters(text).value_or(0));
        if (length < key.min || length > key.max) {
            wrong(path, text.empty() ? std::string("an empty text") : std::to_string(length) + " characters",
                  allowed_value(key));
        }
        if (!matches(key.pattern, text)) wrong(path, found(node, key.secret), allowed_value(key));
        return text;
    }

    std::string name_;
    Draft draft_;
};

/// Lower case without _ and -, so that client_id and ClientID are at no distance from clientId.
std::string plain(std::string_view name) {
    std::string result;
    for (const char c : name) {
        if (c == '_' || c == '-' || c == ' ') continue;
        result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return result;
}

/// Levenshtein distance in bytes.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

Draft read_keys(const Configuration& configuration) {
    return Reader(configuration).finish();
}

std::string nearest_key(std::string_view prefix, std::string_view name) {
    if (name.size() > max_shown_key_bytes) return "";
    const std::string wanted = plain(name);
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(2, wanted.size() / 3) + 1;
    const auto weigh = [&](std::string_view path) {
        const std::size_t dot = path.rfind('.');
        const std::string_view last = dot == std::string_view::npos ? path : path.substr(dot + 1);
        const std::string_view home = dot == std::string_view::npos ? "" : path.substr(0, dot + 1);
        const std::size_t away = distance(wanted, plain(last)) + (home == prefix ? 0 : 1);
        if (away >= best_distance) return;
        best_distance = away;
        best = path;
    };
    for (const Key& key : keys()) {
        weigh(key.path);
        if (const std::size_t dot = key.path.find('.'); dot != std::string_view::npos) weigh(key.path.substr(0, dot));
    }
    return best;
}

void refuse_key(const std::string& name, const std::string& key, const std::string& sentence) {
    throw SettingsError(key, key + " in " + name + ": " + sentence);
}

}  // namespace paydrv::session
