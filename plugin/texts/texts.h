// What the cashier and the customer read, in their language.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "money/operation.h"

namespace paydrv::texts {

/// Limits of a whole text in bytes of UTF-8, "TEST" included: three lines of 40 on a till, two on a customer display.
inline constexpr std::size_t max_cashier_bytes = 120;
inline constexpr std::size_t max_customer_bytes = 80;

/// All texts of one language. Immutable after load(); the look-ups run on any thread, are instant, allocate nothing and
/// never fail. A text is a situation ("Cancel under way.") followed by an instruction ("Please wait.").
///
/// A language is one file, plugin/texts/<language>.json, found by the build. Its "situations" and "instructions" are
/// looked up from the narrowest key to the widest:
///   situations:   kind.state.reason, state.reason, kind.state, state
///   instructions: kind.state.reason.next_action, kind.state.next_action, kind.next_action, state.next_action,
///                 next_action
class Texts {
  public:
    /// Parses and composes the texts; run it on a driver thread. `language`: "en"; of "en-GB" the part before the dash
    /// serves if there is no file for the whole. test: every text begins with the language's word for TEST.
    /// Nothing: no such language. Throws std::logic_error, naming language and key, if a file of this build is at
    /// fault.
    static std::optional<Texts> load(std::string_view language, bool test = false);

    /// Parses one language file; load() in all but the source of the text.
    static Texts parse(std::string_view name, std::string_view json, bool test);

    /// The languages of this build, sorted.
    static std::vector<std::string> languages();

    /// Whether load() knows it.
    static bool speaks(std::string_view language);

    /// UTF-8, one line, at most max_cashier_bytes. Lives as long as this object. Never empty; values that this build
    /// does not know read as the text of UNKNOWN with CALL_SUPPORT.
    std::string_view cashier(money::Kind kind, money::State state, money::Reason reason,
                             money::NextAction next_action) const noexcept;

    /// As cashier(), for the customer's display, at most max_customer_bytes.
    std::string_view customer(money::Kind kind, money::State state, money::Reason reason,
                              money::NextAction next_action) const noexcept;

  private:
    static constexpr std::size_t kinds = 5;
    static constexpr std::size_t states = 7;
    static constexpr std::size_t reasons = 15;
    static constexpr std::size_t actions = 8;
    static constexpr std::size_t combinations = kinds * states * reasons * actions;

    /// Where the text of one combination lies in `characters`.
    struct Place {
        std::uint32_t begin = 0;
        std::uint32_t size = 0;
    };
    struct Audience {
        std::string characters;
        std::vector<Place> places;  // `combinations` of them
    };
    struct Language;

    static std::size_t index_of(money::Kind, money::State, money::Reason, money::NextAction) noexcept;
    static std::string_view text_of(const Audience& audience, std::size_t index) noexcept;
    static Audience compose(const Language& language, const char* audience, std::size_t max_bytes, bool test);

    Audience cashier_;
    Audience customer_;
};

}  // namespace paydrv::texts
