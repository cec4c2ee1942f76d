#include "arguments.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace hostsim {
namespace {

Option find_option(const std::vector<Option>& known, const std::string& name) {
    auto option = std::find_if(known.begin(), known.end(), [&](const Option& o) { return o.name == name; });
    if (option != known.end()) return *option;
    std::string names;
    for (const Option& o : known)
        names += o.name + ", ";
    throw UsageError("there is no option " + name + "; there are: " + names + "--help");
}

}  // namespace

std::string Arguments::value(const std::string& option, const std::string& otherwise) const {
    auto found = values.find(option);
    return found == values.end() ? otherwise : found->second;
}

long Arguments::number(const std::string& option, long otherwise, long lowest, long highest) const {
    auto found = values.find(option);
    if (found == values.end()) return otherwise;
    const std::string& text = found->second;
    long number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size() && number >= lowest && number <= highest) {
        return number;
    }
    throw UsageError(option + " is \"" + text + "\"; it must be a whole number from " + std::to_string(lowest) +
                     " to " + std::to_string(highest));
}

Arguments parse_arguments(const std::vector<std::string>& given, const std::vector<Option>& known,
                          std::size_t word_limit) {
    Arguments arguments;
    bool options_end = false;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const std::string& word = given[i];
        if (options_end || word.size() < 2 || word[0] != '-') {
            arguments.words.push_back(word);
            if (arguments.words.size() > word_limit) throw UsageError("\"" + word + "\" is one word too many");
            continue;
        }
        if (word == "--") {
            options_end = true;
            continue;
        }
        if (word == "--help" || word == "-h") {
            arguments.values["--help"];
            continue;
        }
        std::size_t equals = word.find('=');
        Option option = find_option(known, word.substr(0, equals));
        if (arguments.has(option.name)) throw UsageError(option.name + " is given twice");
        if (option.value_name.empty()) {
            if (equals != std::string::npos) throw UsageError(option.name + " takes no value");
            arguments.values[option.name];
            continue;
        }
        bool last = i + 1 == given.size();
        if (equals == std::string::npos && last) {
            throw UsageError(option.name + " needs a value: " + option.name + " " + option.value_name);
        }
        arguments.values[option.name] = equals != std::string::npos ? word.substr(equals + 1) : given[++i];
    }
    return arguments;
}

}  // namespace hostsim
