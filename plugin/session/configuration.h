// The text of a configuration and its tree of JSON values, before any key has a meaning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace paydrv::session {

/// One JSON value. Object members stand in the order of the text.
struct Node {
    enum class Type { null, boolean, integer, fraction, text, list, object };
    Type type = Type::null;
    bool boolean = false;
    std::int64_t integer = 0;  // clamped to the largest value if the text holds a larger one
    std::string text = {};
    std::vector<Node> items = {};
    std::vector<std::pair<std::string, Node>> members = {};
};

struct Configuration {
    std::string name;              // for error texts
    std::filesystem::path folder;  // absolute; relative file names count from here
    Node root;                     // an object
};

/// Reads and parses `config` as load_settings() describes it. Refuses with SettingsError: no file, no right to read it,
/// larger than max_configuration_bytes, not UTF-8, not JSON (with the line), no object, a key given twice.
Configuration read_configuration(std::string_view config);

/// Reads a whole regular file; `key` names the setting and `name` the configuration in the error. Throws SettingsError.
std::string read_file(const std::filesystem::path& file, std::size_t max_bytes, const std::string& key,
                      const std::string& name);

/// Number of characters, or nothing if the text is not UTF-8.
std::optional<std::size_t> count_characters(std::string_view text);

/// At most `max_bytes` of a text for an error sentence, cut between characters, with "..." where it was cut.
std::string shortened(std::string_view text, std::size_t max_bytes);

/// A file name for an error sentence; of a long one the end.
std::string shown(const std::filesystem::path& file);

/// A file name in UTF-8 as a path, on every system.
std::filesystem::path path_of(std::string_view utf8);

}  // namespace paydrv::session
