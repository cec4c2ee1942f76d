#include "till/papers.h"

#include <algorithm>
#include <array>
#include <sstream>

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>
#include <Poco/TextIterator.h>
#include <Poco/UTF8Encoding.h>

namespace hostsim::till {
namespace {

constexpr std::size_t kDisplayColumns = 20;
constexpr std::size_t kDisplayLines = 2;
constexpr std::size_t kJsonDepth = 32;

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

struct Range {
    int first, last;
};
// Unicode Standard Annex 11, East Asian Width: the blocks that are wide throughout.
constexpr std::array<Range, 7> kWide{{{0x1100, 0x115F},
                                      {0x2E80, 0xA4CF},
                                      {0xAC00, 0xD7A3},
                                      {0xF900, 0xFAFF},
                                      {0xFE30, 0xFE6F},
                                      {0xFF00, 0xFF60},
                                      {0x20000, 0x3FFFD}}};

bool wide(int character) {
    return std::any_of(kWide.begin(), kWide.end(),
                       [&](const Range& range) { return character >= range.first && character <= range.last; });
}

void write_value(const std::string& name, const Var& value, std::size_t indent, std::vector<std::string>& lines);

void write_object(const Object& object, std::size_t indent, std::vector<std::string>& lines) {
    for (const std::string& name : object.getNames())
        write_value(name + ":", object.get(name), indent, lines);
}

void write_array(const Array& array, std::size_t indent, std::vector<std::string>& lines) {
    for (const Var& value : array)
        write_value("-", value, indent, lines);
}

void write_value(const std::string& name, const Var& value, std::size_t indent, std::vector<std::string>& lines) {
    const std::string begin(indent, ' ');
    const bool object = value.type() == typeid(Object::Ptr), array = value.type() == typeid(Array::Ptr);
    if (object || array) {
        lines.push_back(begin + name);
        if (object) write_object(*value.extract<Object::Ptr>(), indent + 2, lines);
        if (array) write_array(*value.extract<Array::Ptr>(), indent + 2, lines);
        return;
    }
    lines.push_back(begin + name + " " + (value.isEmpty() ? std::string("null") : value.convert<std::string>()));
}

}  // namespace

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

std::size_t columns_of(const std::string& text) {
    Poco::UTF8Encoding utf8;
    std::size_t columns = 0;
    for (Poco::TextIterator at(text, utf8), end(text); at != end; ++at)
        columns += wide(*at) ? 2u : 1u;
    return columns;
}

std::vector<std::string> display_box(const std::string& text) {
    std::vector<std::string> lines = lines_of(text);
    lines.resize(std::max(lines.size(), kDisplayLines));
    std::size_t width = kDisplayColumns;
    for (const std::string& line : lines)
        width = std::max(width, columns_of(line));
    const std::string edge = "+" + std::string(width, '-') + "+";
    std::vector<std::string> box{edge};
    for (const std::string& line : lines)
        box.push_back("|" + line + std::string(width - columns_of(line), ' ') + "|");
    box.push_back(edge);
    return box;
}

std::vector<std::string> readable_json(const std::string& json) {
    try {
        Poco::JSON::Parser parser(new Poco::JSON::ParseHandler(true));  // in the order in which it was written
        parser.setDepth(kJsonDepth);
        Var value = parser.parse(json);
        std::vector<std::string> lines;
        if (value.type() == typeid(Object::Ptr)) write_object(*value.extract<Object::Ptr>(), 0, lines);
        if (value.type() == typeid(Array::Ptr)) write_array(*value.extract<Array::Ptr>(), 0, lines);
        return lines;
    } catch (const Poco::Exception&) {
        return lines_of(json);
    }
}

}  // namespace hostsim::till
