#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <Poco/JSON/Object.h>

#include "driver_library.h"
#include "words.h"

namespace hostsim::till {

/// A line that cannot be followed; what() is a sentence for the programmer of the other side.
struct LineError : std::runtime_error {
    LineError(std::string field_at_fault, const std::string& sentence)
        : std::runtime_error(sentence), field(std::move(field_at_fault)) {}
    std::string field;  ///< the key at fault; empty: the line as a whole
};

/// One line of the JSON mode, read strictly: one JSON object in UTF-8 without a NUL, no key twice, values of exactly
/// the wanted type. Every getter throws LineError naming its key when the value is of another type or out of range.
/// Plain data.
class JsonOrder {
  public:
    /// Throws LineError.
    explicit JsonOrder(const std::string& line);

    /// "id" as it was given, to be given back: an integer or a text of at most 64 bytes; empty when there is none.
    const Poco::Dynamic::Var& id() const { return id_; }
    const std::string& what_to_do() const { return do_; }

    /// Throws LineError naming the first key that is neither "id", "do" nor one of these.
    void allow_only(const std::vector<std::string_view>& keys) const;

    bool has(const std::string& key) const { return object_->has(key); }
    /// An integer; `otherwise` when the key is absent. 1250.0 and "1250" are none.
    std::int64_t integer(const std::string& key, std::int64_t otherwise, std::int64_t lowest,
                         std::int64_t highest) const;
    std::uint32_t natural(const std::string& key, std::uint32_t otherwise) const;
    bool flag(const std::string& key) const;
    std::string text(const std::string& key, const std::string& otherwise = {}) const;
    /// A value of the contract: its name without prefix ("REFUND") or its number, `lowest` to 4294967295.
    std::int64_t value(const std::string& key, std::int64_t otherwise, const std::vector<NamedValue>& names,
                       std::int64_t lowest = 0) const;
    /// The values of several names or their sum: ["SPLIT_BILL"] or 1.
    std::uint32_t flags(const std::string& key, const std::vector<NamedValue>& names) const;
    /// JSON for the driver: an object, or a text that is passed on as it is. Empty when absent.
    std::optional<std::string> json(const std::string& key) const;

    /// Fills a fixed text field of a struct of the contract; leaves it when the key is absent. The error does not quote
    /// the text: it may be a payment code.
    template <std::size_t N>
    void fill(char (&field)[N], const std::string& key) const {
        const std::string given = text(key);
        if (given.size() >= N) {
            throw LineError(key, "\"" + key + "\" has " + std::to_string(given.size()) + " bytes; there is room for " +
                                     std::to_string(N - 1));
        }
        if (has(key)) set_field(field, given);
    }

  private:
    Poco::JSON::Object::Ptr object_;
    Poco::Dynamic::Var id_;
    std::string do_;
};

/// The "id" of a line that cannot be followed, as far as it can be read; else empty. Never throws.
Poco::Dynamic::Var id_in(const std::string& line) noexcept;

/// True when the bytes are UTF-8: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace hostsim::till
