// The contract's words for the values of an operation, as abi/paydrv.h spells them: what stands in JSON and logs.
#pragma once

#include <optional>
#include <string_view>

#include "money/answer.h"
#include "money/operation.h"

namespace paydrv::money {

/// Static storage; any thread, no allocation. "" for Reason::none (and CancelBy::nobody); "?" for a value that this
/// build does not have.
std::string_view word(Kind kind) noexcept;
std::string_view word(Mode mode) noexcept;
std::string_view word(State state) noexcept;
std::string_view word(Reason reason) noexcept;
std::string_view word(NextAction action) noexcept;
std::string_view word(Phase phase) noexcept;
std::string_view word(CancelBy by) noexcept;

/// How a payment stands at the gateway. UNKNOWN: no verified answer, or one that does not say, or speaks of something
/// else.
std::string_view standing_word(Verdict verdict) noexcept;

/// The kind that a word names; nothing: there is none.
std::optional<Kind> kind_of(std::string_view word) noexcept;

}  // namespace paydrv::money
