// The one table of configuration keys: what each may hold and where its value goes. Parsing, the suggestion for a
// mistyped key and the comparison with config/paydrv.schema.json all read it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "session/configuration.h"
#include "session/settings.h"

namespace paydrv::session {

/// What the keys say, before files are read and keys are weighed against each other. Empty: not given.
struct Draft {
    Settings settings;
    std::set<std::string_view> given;  // paths of keys
    std::string region;
    std::string gateway_url;
    std::string private_key_file;
    std::string private_key_env;
    std::vector<std::string> alipay_public_key_files;
    std::vector<std::string> alipay_public_keys;
    std::string agent_token_env;
    std::string ca_file;
    std::string proxy_url;
    std::string proxy_password_env;
    std::string proxy_password_file;
    std::string journal_file;
    std::string log_file;
    std::map<std::string, int> currencies;
};

using SetText = void (*)(Draft&, std::string);
using SetInteger = void (*)(Draft&, std::int64_t);
using SetTexts = void (*)(Draft&, std::vector<std::string>);
using SetIntegers = void (*)(Draft&, std::vector<std::int64_t>);
using SetDigits = void (*)(Draft&, std::map<std::string, int>);

/// One key. The kind of `set` is the kind of value; min and max are the value's own for integers (also in lists and
/// of currency digits) and the number of characters for texts.
struct Key {
    std::string_view path;  // "store.storeName"
    std::variant<SetText, SetInteger, SetTexts, SetIntegers, SetDigits> set;
    std::int64_t min = 1;
    std::int64_t max = 0;
    std::size_t max_items = 0;      // of a list, which has at least one
    std::string_view pattern = {};  // a regular expression for the whole text that PCRE and ECMAScript read alike
    std::vector<std::string_view> choices = {};
    std::string_view allowed = {};  // what the pattern means, in words
    bool required = false;
    bool secret = false;  // the value never appears in an error
};

/// All keys, in the order in which missing ones are reported.
std::span<const Key> keys();

/// Currency codes in "currencies".
inline constexpr std::string_view currency_pattern = "^[A-Z]{3}$";

/// Reads every key of the configuration into a draft. Throws SettingsError for unknown and missing keys and for values
/// of a wrong type, size or form.
Draft read_keys(const Configuration& configuration);

/// The known key that a person most likely meant, or "" if none is near. `prefix` is that of the object: "store.".
std::string nearest_key(std::string_view prefix, std::string_view name);

/// Throws the error of a key: "KEY in NAME: SENTENCE".
[[noreturn]] void refuse_key(const std::string& name, const std::string& key, const std::string& sentence);

}  // namespace paydrv::session
