// The contract's words for the values of an operation, as abi/paydrv.h spells them: what stands in JSON for people.
#pragma once

#include <optional>
#include <string_view>

#include "money/answer.h"
#include "money/operation.h"

namespace paydrv::office {

/// Static storage; any thread, no allocation. "" for Reason::none (and CancelBy::nobody); "?" for a value that this
/// build does not have.
std::string_view word(money::Kind kind) noexcept;
std::string_view word(money::Mode mode) noexcept;
std::string_view word(money::State state) noexcept;
std::string_view word(money::Reason reason) noexcept;
std::string_view word(money::NextAction action) noexcept;
std::string_view word(money::Phase phase) noexcept;
std::string_view word(money::CancelBy by) noexcept;

/// How a payment stands at Alipay. UNKNOWN: no verified answer, or one that does not say, or speaks of something else.
std::string_view word_at_alipay(money::Verdict verdict) noexcept;

/// The kind that a word names; nothing: there is none.
std::optional<money::Kind> kind_of(std::string_view word) noexcept;

}  // namespace paydrv::office
