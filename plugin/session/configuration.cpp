#include "session/configuration.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Handler.h>
#include <Poco/JSON/Parser.h>
#include <Poco/UTF8Encoding.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>
#include <system_error>

#include "session/settings.h"

namespace paydrv::session {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_depth = 8;
constexpr std::size_t max_shown_path_bytes = 120;

/// Builds the tree, and remembers the first key that an object holds twice (Poco's own handler keeps the last of them,
/// so that half of what a person wrote would be dropped without a word). Keys that begin with '_' are comments.
class TreeBuilder : public Poco::JSON::Handler {
  public:
    Node root;
    std::string duplicate;

    void reset() override {}
    void startObject() override { open(Node::Type::object); }
    void endObject() override { close(); }
    void startArray() override { open(Node::Type::list); }
    void endArray() override { close(); }
    void null() override { add({}); }
    void value(int v) override { add_integer(v); }
    void value(unsigned v) override { add_integer(v); }
    void value(Poco::Int64 v) override { add_integer(v); }
    void value(Poco::UInt64) override { add_integer(std::numeric_limits<std::int64_t>::max()); }
    void value(double) override { add({.type = Node::Type::fraction}); }
    void value(bool v) override { add({.type = Node::Type::boolean, .boolean = v}); }
    void value(const std::string& v) override { add({.type = Node::Type::text, .text = v}); }

    void key(const std::string& name) override {
        const auto& members = stack_.back().members;
        const bool seen = std::any_of(members.begin(), members.end(), [&](const auto& m) { return m.first == name; });
        if (seen && duplicate.empty() && !name.starts_with('_')) duplicate = path_to(name);
        stack_.back().members.emplace_back(name, Node{});
    }

  private:
    void add_integer(std::int64_t v) { add({.type = Node::Type::integer, .integer = v}); }
    void open(Node::Type type) { stack_.push_back({.type = type}); }
    void close() {
        Node done = std::move(stack_.back());
        stack_.pop_back();
        add(std::move(done));
    }
    void add(Node node) {
        if (stack_.empty()) {
            root = std::move(node);
        } else if (stack_.back().type == Node::Type::list) {
            stack_.back().items.push_back(std::move(node));
        } else {
            stack_.back().members.back().second = std::move(node);
        }
    }
    std::string path_to(const std::string& name) const {
        std::string path;
        for (std::size_t i = 0; i + 1 < stack_.size(); ++i) {
            if (!stack_[i].members.empty()) path += stack_[i].members.back().first + ".";
        }
        return path + name;
    }

    std::vector<Node> stack_;
};

std::string line_of(std::string_view text, std::size_t offset) {
    return std::to_string(1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

/// Length of the character at the front, 0 if there is none that is UTF-8.
std::size_t character_bytes(std::string_view text) {
    static const Poco::UTF8Encoding utf8;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    const int code = utf8.queryConvert(bytes, static_cast<int>(std::min<std::size_t>(text.size(), 4)));
    if (code < 0) return 0;
    if (code < 0x80) return 1;
    if (code < 0x800) return 2;
    return code < 0x10000 ? 3 : 4;
}

std::string_view checked_encoding(std::string_view text, const std::string& name) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t step = character_bytes(text.substr(at));
        if (step == 0) {
            throw SettingsError("config", name + ": line " + line_of(text, at) +
                                              " is not UTF-8. Save the file with the encoding UTF-8.");
        }
        at += step;
    }
    return text;
}

/// The parser's sentence holds single characters of the input at most, never a value.
std::string syntax_problem(std::string_view text, std::istream& stream, const std::string& name,
                           const std::string& parser_sentence) {
    stream.clear();
    const auto at = static_cast<std::size_t>(std::max<std::streamoff>(stream.tellg(), 0));
    return name + " is not valid JSON: line " + line_of(text, std::min(at, text.size())) + ", " +
           shortened(parser_sentence, 100) +
           ". Check quotes, commas and braces there and before; comments are keys that begin with _.";
}

Node parse(std::string_view text, const std::string& name) {
    Poco::SharedPtr<TreeBuilder> builder = new TreeBuilder;
    Poco::JSON::Parser parser(builder);
    parser.setDepth(max_depth);
    std::istringstream stream{std::string(text)};  // tells where the parser stopped
    try {
        parser.parse(stream);
    } catch (const Poco::Exception& e) {
        throw SettingsError("config", syntax_problem(text, stream, name, e.message()));
    }
    if (!builder->duplicate.empty()) {
        const std::string key = shortened(builder->duplicate, 60);
        throw SettingsError(key, key + " in " + name + ": found more than once, allowed is once. Delete all but one.");
    }
    if (builder->root.type != Node::Type::object) {
        throw SettingsError("config", name + ": found JSON that is no object, allowed is one object: { ... }.");
    }
    return std::move(builder->root);
}

}  // namespace

std::string read_file(const fs::path& file, std::size_t max_bytes, const std::string& key, const std::string& name) {
    const auto refuse = [&](const std::string& sentence) {
        const std::string where = key == "config" ? std::string("The configuration file ") : key + " in " + name + ": ";
        throw SettingsError(key, where + shown(file) + " " + sentence);
    };
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (status.type() == fs::file_type::not_found) refuse("does not exist. Check the name and the folder.");
    if (error) refuse("cannot be looked up: " + error.message() + ".");
    if (status.type() != fs::file_type::regular) refuse("is not a file. Name a regular file.");

    std::ifstream stream(file, std::ios::binary);
    if (!stream) refuse("cannot be opened. Give the user that runs the till the right to read it.");
    std::string content(max_bytes + 1, '\0');
    stream.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (stream.bad()) refuse("cannot be read. Check the disk.");
    content.resize(static_cast<std::size_t>(stream.gcount()));
    if (content.size() > max_bytes) refuse("is larger than the allowed " + std::to_string(max_bytes) + " bytes.");
    return content;
}

Configuration read_configuration(std::string_view config) {
    Configuration result;
    if (config.starts_with('{')) {
        result.name = "the inline configuration";
        result.folder = fs::current_path();
        if (config.size() > max_configuration_bytes) {
            throw SettingsError("config", "The inline configuration is larger than the allowed " +
                                              std::to_string(max_configuration_bytes) + " bytes.");
        }
        result.root = parse(checked_encoding(config, result.name), result.name);
        return result;
    }
    if (config.empty() || config.find('\0') != std::string_view::npos || !count_characters(config)) {
        throw SettingsError("config",
                            "config: found a text that cannot be a file name, allowed is the name of a JSON file in "
                            "UTF-8, or the JSON itself with { as its first character.");
    }
    const fs::path file = fs::absolute(path_of(config));
    result.name = shown(file);
    result.folder = file.parent_path();
    const std::string text = read_file(file, max_configuration_bytes, "config", result.name);
    result.root = parse(checked_encoding(text, result.name), result.name);
    return result;
}

std::optional<std::size_t> count_characters(std::string_view text) {
    std::size_t count = 0;
    while (!text.empty()) {
        const std::size_t step = character_bytes(text);
        if (step == 0) return std::nullopt;
        text.remove_prefix(step);
        ++count;
    }
    return count;
}

std::string shortened(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return std::string(text);
    std::size_t end = max_bytes - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return std::string(text.substr(0, end)) + "...";
}

std::string shown(const fs::path& file) {
    const std::u8string utf8 = file.u8string();
    const std::string_view text(reinterpret_cast<const char*>(utf8.data()), utf8.size());
    if (text.size() <= max_shown_path_bytes) return std::string(text);
    std::size_t begin = text.size() - (max_shown_path_bytes - 3);
    while (begin < text.size() && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U)
        ++begin;
    return "..." + std::string(text.substr(begin));
}

fs::path path_of(std::string_view utf8) {
    return fs::path(std::u8string(reinterpret_cast<const char8_t*>(utf8.data()), utf8.size()));
}

}  // namespace paydrv::session
