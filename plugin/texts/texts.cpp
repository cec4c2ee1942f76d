#include "texts/texts.h"

#include <Poco/String.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <utility>

#include "embedded_file.h"
#include "texts/columns.h"
#include "texts/language.h"

namespace paydrv::texts {

std::span<const EmbeddedFile> language_files() noexcept;  // made by plugin/embed.cmake

namespace {

using money::Kind;
using money::NextAction;
using money::Reason;
using money::State;

constexpr const char* kind_names[] = {"payment", "refund", "request", "undo", "found"};
constexpr std::array<std::pair<State, const char*>, 7> state_names = {{
    {State::in_progress, "in_progress"},
    {State::waiting_customer, "waiting_customer"},
    {State::cancelling, "cancelling"},
    {State::unknown, "unknown"},
    {State::succeeded, "succeeded"},
    {State::declined, "declined"},
    {State::cancelled, "cancelled"},
}};
constexpr const char* reason_names[] = {"none",     "expiry",         "cashier", "customer", "decline",
                                        "not_sent", "not_ready",      "journal", "details",  "reference_used",
                                        "outside",  "driver_stalled", "manual",  "mismatch", "not_undone",
                                        "original", "refund_left"};
constexpr const char* action_names[] = {"nothing",     "wait",         "show_code",    "rescan",
                                        "new_attempt", "other_method", "settle_later", "call_support"};
constexpr const char* word_names[] = {"reprint",     "merchant_copy", "customer_copy", "payment",    "refund",
                                      "cancelled",   "original",      "amount",        "refunded",   "given_back",
                                      "order",       "reference",     "business_day",  "time",       "terminal",
                                      "cashier",     "wallet",        "customer",      "payment_id", "refund_id",
                                      "description", "refund_reason", "settled_by",    "minor_units"};
static_assert(std::size(word_names) == words);

// Where a provider's code speaks.
constexpr std::size_t declined_state = 5;
constexpr std::size_t decline_reason = static_cast<std::size_t>(Reason::decline);
static_assert(state_names[declined_state].first == State::declined);

// Who asks by country gets the script that is read there.
struct Alias {
    std::string_view tag;
    std::string_view file;
};
constexpr Alias aliases[] = {{"zh", "zh-Hans"},    {"zh-TW", "zh-Hant"}, {"zh-HK", "zh-Hant"},
                             {"zh-MO", "zh-Hant"}, {"zh-CN", "zh-Hans"}, {"zh-SG", "zh-Hans"}};

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string key;
    for (const std::string_view part : parts) {
        if (!key.empty()) key += '.';
        key += part;
    }
    return key;
}

bool same_tag(std::string_view one, std::string_view other) {
    return Poco::icompare(std::string(one), std::string(other)) == 0;
}

const EmbeddedFile* file_of(std::string_view language) {
    const auto files = language_files();
    while (!language.empty()) {
        const auto* const alias = std::find_if(std::begin(aliases), std::end(aliases),
                                               [&](const Alias& a) { return same_tag(a.tag, language); });
        const std::string_view name = alias == std::end(aliases) ? language : alias->file;
        const auto file =
            std::find_if(files.begin(), files.end(), [&](const auto& f) { return same_tag(f.name, name); });
        if (file != files.end()) return &*file;
        const std::size_t dash = language.rfind('-');
        language = language.substr(0, dash == std::string_view::npos ? 0 : dash);
    }
    return nullptr;
}

/// How the texts of a surface are put together, and how long they may be.
struct SurfaceRules {
    std::string name;
    std::size_t columns;
    std::size_t lines;
    std::size_t max_bytes;
    bool display;  // a line for the situation, and a line for the instruction
};

}  // namespace

/// Puts the texts of one surface together. Lives for one parse.
class Texts::Composer {
  public:
    Composer(const Language& language, SurfaceRules rules, bool test)
        : language_(language),
          rules_(std::move(rules)),
          test_(!test            ? ""
                : rules_.display ? language.display_test
                                 : language.test + language.join),
          situations_(rules_.name + ".situations"),
          instructions_(rules_.name + ".instructions"),
          codes_(rules_.name + ".codes") {}

    Surface compose(std::span<const ProviderCode> codes) {
        find_instructions();
        surface_.places.resize(combinations);
        for (std::size_t i = 0; i < combinations; i += actions)
            compose_situation(i);
        language_.refuse_unused(situations_);
        language_.refuse_unused(instructions_);
        for (const auto& [name, text_key] : all_codes(codes))
            compose_code(name.first, name.second, text_key);
        return std::move(surface_);
    }

  private:
    using CodeName = std::pair<Kind, std::string>;

    // What to do depends on the reason in a few cases only: the others are looked up once for all reasons.
    void find_instructions() {
        for (std::size_t i = 0; i < kinds * states * actions; ++i) {
            const std::string_view action = action_names[i % actions];
            const std::string_view state = state_names[i / actions % states].second;
            const std::string_view kind = kind_names[i / (actions * states)];
            wide_[i] = &language_.find(instructions_, {joined({kind, state, action}), joined({kind, action}),
                                                       joined({state, action}), std::string(action)});
        }
        for (std::size_t r = 0; r < reasons; ++r) {
            const std::string part = "." + std::string(reason_names[r]) + ".";
            const auto& keys = language_.sections.at(instructions_);
            by_reason_[r] = std::any_of(keys.begin(), keys.end(),
                                        [&](const auto& key) { return key.first.find(part) != std::string::npos; });
        }
    }

    const std::string& instruction_of(std::size_t kind, std::size_t state, std::size_t reason,
                                      std::size_t action) const {
        const std::string* narrow = nullptr;
        if (by_reason_[reason]) {
            narrow = language_.look(
                instructions_,
                {joined({kind_names[kind], state_names[state].second, reason_names[reason], action_names[action]})});
        }
        return narrow != nullptr ? *narrow : *wide_[(kind * states + state) * actions + action];
    }

    void compose_situation(std::size_t first) {
        const std::size_t r = first / actions % reasons;
        const std::size_t s = first / (actions * reasons) % states;
        const std::size_t k = first / (actions * reasons * states);
        const std::string_view kind = kind_names[k];
        const std::string_view state = state_names[s].second;
        const std::string_view reason = reason_names[r];
        const std::string& situation = language_.find(
            situations_,
            {joined({kind, state, reason}), joined({state, reason}), joined({kind, state}), std::string(state)});
        for (std::size_t a = 0; a < actions; ++a) {
            surface_.places[first + a] = place_of(situation, instruction_of(k, s, r, a), [&] {
                return situations_ + "." + joined({kind, state, reason, action_names[a]});
            });
        }
    }

    // The table's codes and those that the file names itself, each with its text_key. The first row of a code counts.
    std::map<CodeName, std::string> all_codes(std::span<const ProviderCode> codes) const {
        std::map<CodeName, std::string> all;
        for (const ProviderCode& code : codes)
            all.emplace(CodeName{code.kind, code.code}, code.text_key);
        for (const Kind kind : {Kind::payment, Kind::refund}) {
            const std::string prefix = std::string(kind_names[static_cast<std::size_t>(kind) - 1]) + ".";
            for (const auto& [key, text] : language_.sections.at(codes_)) {
                const bool code = key.starts_with(prefix) &&
                                  key.find_first_of("abcdefghijklmnopqrstuvwxyz", prefix.size()) == std::string::npos;
                if (code) all.emplace(CodeName{kind, key.substr(prefix.size())}, "");
            }
        }
        return all;
    }

    void compose_code(Kind kind, const std::string& name, const std::string& text_key) {
        const std::size_t k = static_cast<std::size_t>(kind) - 1;
        const std::string_view kind_name = kind_names[k];
        const std::string* situation =
            language_.look(codes_, {joined({kind_name, name}), joined({kind_name, text_key})});
        if (situation == nullptr) return;
        Code code{kind, name, {}};
        for (std::size_t a = 0; a < actions; ++a) {
            code.places[a] = place_of(*situation, instruction_of(k, declined_state, decline_reason, a), [&] {
                return codes_ + "." + joined({kind_name, name, action_names[a]});
            });
        }
        surface_.codes.push_back(std::move(code));
    }

    // key_of: makes the key that a fault names.
    template <class KeyOf>
    Place place_of(const std::string& situation, const std::string& instruction, const KeyOf& key_of) {
        const auto [known, added] = known_.emplace(std::pair(&situation, &instruction), Place{});
        if (!added) return known->second;
        const std::string text = test_ + situation + (rules_.display ? "\n" : language_.join) + instruction;
        if (!fits(text)) {
            language_.fault(key_of(), "\"" + text + "\" is longer than " + std::to_string(rules_.lines) + " lines of " +
                                          std::to_string(rules_.columns) + " columns and " +
                                          std::to_string(rules_.max_bytes) + " bytes");
        }
        known->second = {static_cast<std::uint32_t>(surface_.characters.size()),
                         static_cast<std::uint32_t>(text.size())};
        surface_.characters += text;
        return known->second;
    }

    bool fits(const std::string& text) const {
        if (text.size() > rules_.max_bytes) return false;
        if (!rules_.display) return wrapped(text, rules_.columns).size() <= rules_.lines;
        const std::size_t end = text.find('\n');
        return columns_of(text.substr(0, end)) <= rules_.columns && columns_of(text.substr(end + 1)) <= rules_.columns;
    }

    const Language& language_;
    const SurfaceRules rules_;
    const std::string test_;
    const std::string situations_;
    const std::string instructions_;
    const std::string codes_;
    Surface surface_;
    std::array<const std::string*, kinds * states * actions> wide_{};  // instructions for any reason
    std::array<bool, reasons> by_reason_{};                            // whether a reason has instructions of its own
    std::map<std::pair<const std::string*, const std::string*>, Place> known_;  // most combinations share their text
};

std::size_t Texts::index_of(Kind kind, State state, Reason reason, NextAction next_action) noexcept {
    static_assert(std::size(kind_names) == kinds && state_names.size() == states);
    static_assert(std::size(reason_names) == reasons && std::size(action_names) == actions);
    const std::size_t k = static_cast<std::size_t>(kind) - 1;
    const std::size_t r = static_cast<std::size_t>(reason);
    const std::size_t a = static_cast<std::size_t>(next_action);
    std::size_t s = 0;
    while (s < states && state_names[s].first != state)
        ++s;
    if (k >= kinds || s >= states || r >= reasons || a >= actions) {
        return index_of(Kind::payment, State::unknown, Reason::none, NextAction::call_support);
    }
    return ((k * states + s) * reasons + r) * actions + a;
}

const Texts::Code* Texts::code_of(const Surface& surface, Kind kind, State state, Reason reason,
                                  std::string_view provider_code) noexcept {
    if (provider_code.empty() || state != State::declined) return nullptr;
    if (reason != Reason::decline && reason != Reason::none) return nullptr;
    const std::pair<Kind, std::string_view> wanted(kind, provider_code);
    const auto found = std::lower_bound(surface.codes.begin(), surface.codes.end(), wanted,
                                        [](const Code& code, const std::pair<Kind, std::string_view>& name) {
                                            return std::pair<Kind, std::string_view>(code.kind, code.name) < name;
                                        });
    const bool known = found != surface.codes.end() && found->kind == kind && found->name == provider_code;
    return known ? &*found : nullptr;
}

std::string_view Texts::text_of(const Surface& surface, Kind kind, State state, Reason reason, NextAction next_action,
                                std::string_view provider_code) noexcept {
    const std::size_t index = index_of(kind, state, reason, next_action);
    const std::size_t action = static_cast<std::size_t>(next_action);
    const Code* code = action < actions ? code_of(surface, kind, state, reason, provider_code) : nullptr;
    const Place place = code != nullptr ? code->places[action] : surface.places[index];
    return std::string_view(surface.characters).substr(place.begin, place.size);
}

Texts Texts::parse(std::string_view name, std::string_view json, bool test, std::span<const ProviderCode> codes) {
    const Language language = Language::parse(name, json);
    const auto compose = [&](SurfaceRules rules) { return Composer(language, std::move(rules), test).compose(codes); };
    Texts texts;
    texts.cashier_ = compose({"cashier", screen_columns, max_cashier_lines, max_cashier_bytes, false});
    texts.customer_ = compose({"customer", screen_columns, max_customer_lines, max_customer_bytes, false});
    texts.cashier_display_ = compose({"cashier_display", display_columns, 2, max_display_bytes, true});
    texts.customer_display_ = compose({"customer_display", display_columns, 2, max_display_bytes, true});
    for (std::size_t i = 0; i < words; ++i)
        texts.words_[i] = language.find("receipt", {word_names[i]});
    language.refuse_unused("receipt");
    if (test) texts.test_mark_ = language.test;
    return texts;
}

std::optional<Texts> Texts::load(std::string_view language, bool test, std::span<const ProviderCode> codes) {
    const EmbeddedFile* file = file_of(language);
    if (file == nullptr) return std::nullopt;
    return parse(file->name, file->text, test, codes);
}

std::vector<std::string> Texts::languages() {
    std::vector<std::string> names;
    for (const EmbeddedFile& file : language_files())
        names.emplace_back(file.name);
    std::sort(names.begin(), names.end());
    return names;
}

bool Texts::speaks(std::string_view language) {
    return file_of(language) != nullptr;
}

std::string_view Texts::cashier(Kind kind, State state, Reason reason, NextAction next_action,
                                std::string_view provider_code) const noexcept {
    return text_of(cashier_, kind, state, reason, next_action, provider_code);
}

std::string_view Texts::customer(Kind kind, State state, Reason reason, NextAction next_action,
                                 std::string_view provider_code) const noexcept {
    return text_of(customer_, kind, state, reason, next_action, provider_code);
}

std::string_view Texts::cashier_display(Kind kind, State state, Reason reason, NextAction next_action,
                                        std::string_view provider_code) const noexcept {
    return text_of(cashier_display_, kind, state, reason, next_action, provider_code);
}

std::string_view Texts::customer_display(Kind kind, State state, Reason reason, NextAction next_action,
                                         std::string_view provider_code) const noexcept {
    return text_of(customer_display_, kind, state, reason, next_action, provider_code);
}

}  // namespace paydrv::texts
