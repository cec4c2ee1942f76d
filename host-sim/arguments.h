#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace hostsim {

/// The words of a command line that cannot be followed; what() is a sentence for the user. The exit code is kExitUsage.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

constexpr int kExitOk = 0;
constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;
constexpr int kExitInterrupted = 130;  ///< as a shell reports Ctrl-C

struct Option {
    std::string name;        ///< with its dashes: "--config"
    std::string value_name;  ///< "" for an option that takes no value
};

/// A parsed command line. Plain data.
struct Arguments {
    std::map<std::string, std::string> values;  ///< option -> value, "" where it takes none
    std::vector<std::string> words;             ///< what is no option, in order

    bool has(const std::string& option) const { return values.count(option) != 0; }
    /// The option's value, or `otherwise` when it was not given.
    std::string value(const std::string& option, const std::string& otherwise = {}) const;
    /// The option's value as a whole number. Throws UsageError naming the option and the range.
    long number(const std::string& option, long otherwise, long lowest, long highest) const;
};

/// Reads `--name value`, `--name=value`, flags and plain words; `--` ends the options. `--help` and `-h` are always
/// known and read as "--help". Throws UsageError for an unknown or repeated option, a missing or a superfluous value,
/// and for more than `word_limit` words.
Arguments parse_arguments(const std::vector<std::string>& given, const std::vector<Option>& known,
                          std::size_t word_limit = 0);

}  // namespace hostsim
