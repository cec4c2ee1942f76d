// What the cashier and the customer read, in their language.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "money/operation.h"

namespace paydrv::texts {

/// A whole text for a screen, "TEST" included, fits this many lines of 40 columns when it is broken as wrapped() does;
/// a wide character takes two columns.
inline constexpr std::size_t screen_columns = 40;
inline constexpr std::size_t max_cashier_lines = 3;
inline constexpr std::size_t max_customer_lines = 2;
/// And has at most this many bytes of UTF-8: three for every two columns, as in Chinese and Japanese.
inline constexpr std::size_t max_cashier_bytes = 180;
inline constexpr std::size_t max_customer_bytes = 120;
/// A text for a display is two lines of at most this many columns, LF between.
inline constexpr std::size_t display_columns = 20;
inline constexpr std::size_t max_display_bytes = 61;

/// What the language files call a provider's result code in answers about a payment or a refund (kind; no other kind
/// has codes). Plain data. Several codes may share a text_key.
struct ProviderCode {
    money::Kind kind = money::Kind::payment;
    std::string_view code;
    std::string_view text_key;
};

/// The words of receipts.
enum class Word : std::uint8_t {
    reprint,
    merchant_copy,
    customer_copy,
    payment,
    refund,
    cancelled,
    original,
    amount,
    refunded,
    given_back,
    order,
    reference,
    business_day,
    time,
    terminal,
    cashier,
    wallet,
    customer,
    payment_id,
    refund_id,
    description,
    refund_reason,
    settled_by,
    minor_units,
};
inline constexpr std::size_t words = static_cast<std::size_t>(Word::minor_units) + 1;

/// All texts of one language. Immutable after load(); the look-ups run on any thread, are instant, allocate nothing and
/// never fail. A text is a situation ("Cancel under way.") followed by an instruction ("Please wait.").
///
/// A language is one file, plugin/texts/<language>.json, found by the build. For each of the four surfaces (cashier,
/// customer, cashier_display, customer_display) it has three sections, looked up from the narrowest key to the widest:
///   situations:   kind.state.reason, state.reason, kind.state, state
///   instructions: kind.state.reason.next_action, kind.state.next_action, kind.next_action, state.next_action,
///                 next_action
///   codes:        kind.CODE, kind.text_key. The situation of a payment or refund that the provider has DECLINED
///   (reason
///                 decline or none); without one the situation of the state stands.
class Texts {
  public:
    /// Parses and composes the texts; run it on a driver thread. `language`: a tag such as "en", case ignored. Without
    /// a file of that name: regions of Chinese are written in their script ("zh-TW": zh-Hant), then what stands before
    /// the last dash serves ("en-GB": en). test: every text says the language's word for TEST. `codes` are the
    /// provider's; a code that neither they nor the file know reads as the state does.
    /// Nothing: no such language. Throws std::logic_error, naming language and key, if a file of this build is at
    /// fault.
    static std::optional<Texts> load(std::string_view language, bool test = false,
                                     std::span<const ProviderCode> codes = {});

    /// Parses one language file; load() in all but the source of the text.
    static Texts parse(std::string_view name, std::string_view json, bool test,
                       std::span<const ProviderCode> codes = {});

    /// The languages of this build, sorted.
    static std::vector<std::string> languages();

    /// Whether load() knows it.
    static bool speaks(std::string_view language);

    /// UTF-8, one line, within max_cashier_lines and max_cashier_bytes. Lives as long as this object. Never empty;
    /// values that this build does not know read as the text of UNKNOWN with CALL_SUPPORT. provider_code: the status's;
    /// may be empty or unknown.
    std::string_view cashier(money::Kind kind, money::State state, money::Reason reason, money::NextAction next_action,
                             std::string_view provider_code = {}) const noexcept;

    /// As cashier(), for the customer's screen, within max_customer_lines and max_customer_bytes.
    std::string_view customer(money::Kind kind, money::State state, money::Reason reason, money::NextAction next_action,
                              std::string_view provider_code = {}) const noexcept;

    /// As cashier(), for a display: two lines of at most display_columns, LF between.
    std::string_view cashier_display(money::Kind kind, money::State state, money::Reason reason,
                                     money::NextAction next_action, std::string_view provider_code = {}) const noexcept;
    std::string_view customer_display(money::Kind kind, money::State state, money::Reason reason,
                                      money::NextAction next_action,
                                      std::string_view provider_code = {}) const noexcept;

    /// A word of receipts. Never empty.
    std::string_view word(Word word) const noexcept { return words_[static_cast<std::size_t>(word)]; }

    /// The language's word for TEST; empty: not a test client.
    std::string_view test_mark() const noexcept { return test_mark_; }

  private:
    static constexpr std::size_t kinds = static_cast<std::size_t>(money::Kind::found);
    static constexpr std::size_t states = 7;
    static constexpr std::size_t reasons = static_cast<std::size_t>(money::Reason::refund_left) + 1;
    static constexpr std::size_t actions = static_cast<std::size_t>(money::NextAction::call_support) + 1;
    static constexpr std::size_t combinations = kinds * states * reasons * actions;

    /// Where the text of one combination lies in `characters`.
    struct Place {
        std::uint32_t begin = 0;
        std::uint32_t size = 0;
    };
    /// The texts of one provider code.
    struct Code {
        money::Kind kind;
        std::string name;
        std::array<Place, actions> places;
    };
    struct Surface {
        std::string characters;
        std::vector<Place> places;  // `combinations` of them
        std::vector<Code> codes;    // sorted by kind and name
    };
    class Composer;

    static std::size_t index_of(money::Kind, money::State, money::Reason, money::NextAction) noexcept;
    static const Code* code_of(const Surface&, money::Kind, money::State, money::Reason, std::string_view) noexcept;
    static std::string_view text_of(const Surface&, money::Kind, money::State, money::Reason, money::NextAction,
                                    std::string_view provider_code) noexcept;

    Surface cashier_;
    Surface customer_;
    Surface cashier_display_;
    Surface customer_display_;
    std::array<std::string, words> words_;
    std::string test_mark_;
};

}  // namespace paydrv::texts
