// One language file: sections of keys and texts.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace paydrv::texts {

/// One parsed language file. Each look-up marks its key as used, so that a mistyped key is noticed. One thread at a
/// time.
struct Language {
    std::string name;
    std::string join;          // between two sentences
    std::string test;          // the word for TEST, on screens and receipts
    std::string display_test;  // the same in front of a display's first line, with what parts it from the text
    std::map<std::string, std::map<std::string, std::string>> sections;  // "cashier.situations", ..., "receipt"
    mutable std::set<std::string> used = {};

    /// Throws std::logic_error, naming file and key, if the JSON is at fault or lacks a section.
    static Language parse(std::string_view name, std::string_view json);

    /// The text of the first of the keys that the section has; nullptr: none. All that it has count as used.
    const std::string* look(const std::string& section, const std::vector<std::string>& keys) const;

    /// As look(); throws std::logic_error if there is none.
    const std::string& find(const std::string& section, const std::vector<std::string>& keys) const;

    /// Throws std::logic_error naming a key of the section that no look-up has used. A section of codes may know more
    /// than the driver's table.
    void refuse_unused(const std::string& section) const;

    [[noreturn]] void fault(const std::string& key, const std::string& what) const;
};

}  // namespace paydrv::texts
