// What a host asks of the back office, read from JSON that is not trusted.
#pragma once

#include <Poco/JSON/Object.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "money/operation.h"

namespace paydrv::office {

inline constexpr std::size_t max_request_bytes = 16 * 1024;
inline constexpr std::size_t max_text_bytes = 71;    // PAYDRV_TEXT_SIZE without its NUL
inline constexpr std::size_t max_why_bytes = 1'031;  // PAYDRV_DESCRIPTION_SIZE without its NUL

/// A request that is not carried out. `key` names the argument at fault, empty for the request as a whole; the text is
/// a sentence for whoever asked and never quotes more than a key.
struct Refusal : std::runtime_error {
    Refusal(std::string key_at_fault, const std::string& sentence, money::Reason why = money::Reason::details,
            money::NextAction then = money::NextAction::call_support)
        : std::runtime_error(sentence), key(std::move(key_at_fault)), reason(why), next_action(then) {}

    std::string key;
    money::Reason reason;
    money::NextAction next_action;
};

/// The arguments of one request: one flat JSON object of at most max_request_bytes in UTF-8, every key at most once
/// and known. Empty text is {}. All members throw Refusal.
class Arguments {
  public:
    Arguments(std::string_view request, std::span<const std::string_view> known_keys);

    bool has(std::string_view key) const;
    /// 1 to max_bytes bytes without control characters; trailing blanks are cut.
    std::string text(std::string_view key, std::size_t max_bytes = max_text_bytes) const;
    /// As text, but `fallback` where the key is missing or its text empty.
    std::string text_or(std::string_view key, std::string_view fallback) const;
    /// A yyyymmdd that is in the calendar.
    std::uint32_t day(std::string_view key) const;
    /// A text that is one of `choices`.
    std::string choice(std::string_view key, std::span<const std::string_view> choices) const;

  private:
    std::string given_text(std::string_view key, std::size_t max_bytes) const;

    Poco::JSON::Object::Ptr object_;
};

}  // namespace paydrv::office
