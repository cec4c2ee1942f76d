#include "texts/texts.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>
#include <span>
#include <stdexcept>
#include <utility>

#include "embedded_file.h"

namespace paydrv::texts {

std::span<const EmbeddedFile> language_files() noexcept;  // made by plugin/embed.cmake

namespace {

using money::Kind;
using money::NextAction;
using money::Reason;
using money::State;

constexpr std::array<const char*, 5> kind_names = {"payment", "refund", "request", "undo", "found"};
constexpr std::array<std::pair<State, const char*>, 7> state_names = {{
    {State::in_progress, "in_progress"},
    {State::waiting_customer, "waiting_customer"},
    {State::cancelling, "cancelling"},
    {State::unknown, "unknown"},
    {State::succeeded, "succeeded"},
    {State::declined, "declined"},
    {State::cancelled, "cancelled"},
}};
constexpr std::array<const char*, 15> reason_names = {
    "none",    "expiry",         "cashier", "customer",       "decline", "not_sent", "not_ready", "journal",
    "details", "reference_used", "outside", "driver_stalled", "manual",  "mismatch", "not_undone"};
constexpr std::array<const char*, 8> action_names = {"nothing",     "wait",         "show_code",    "rescan",
                                                     "new_attempt", "other_method", "settle_later", "call_support"};

std::string joined(std::initializer_list<const char*> parts) {
    std::string key;
    for (const char* part : parts)
        key += (key.empty() ? "" : ".") + std::string(part);
    return key;
}

const EmbeddedFile* file_of(std::string_view language) noexcept {
    const auto files = language_files();
    const auto find = [&](std::string_view name) {
        const auto found = std::find_if(files.begin(), files.end(), [&](const auto& f) { return f.name == name; });
        return found == files.end() ? nullptr : &*found;
    };
    if (const EmbeddedFile* exact = find(language)) return exact;
    return find(language.substr(0, language.find('-')));
}

}  // namespace

/// One parsed language file. Each look-up marks its key as used, so that a mistyped key is noticed.
struct Texts::Language {
    using Map = std::map<std::string, std::string>;

    std::string name;
    std::string join = {};
    std::string test = {};
    std::map<std::string, Map> sections = {};  // "cashier.situations"
    mutable std::set<std::string> used = {};

    [[noreturn]] void fault(const std::string& key, const std::string& what) const {
        throw std::logic_error("texts/" + name + ".json, " + key + ": " + what);
    }

    const std::string& find(const std::string& section, const std::vector<std::string>& keys) const {
        const Map& map = sections.at(section);
        const std::string* found = nullptr;
        for (const std::string& key : keys) {
            const auto place = map.find(key);
            if (place == map.end()) continue;
            used.insert(section + "." + key);
            if (found == nullptr) found = &place->second;
        }
        if (found == nullptr) fault(section + "." + keys.back(), "missing");
        return *found;
    }

    void refuse_unused() const {
        for (const auto& [section, map] : sections) {
            for (const auto& [key, text] : map) {
                if (!used.contains(section + "." + key)) fault(section + "." + key, "no combination uses this key");
            }
        }
    }
};

std::size_t Texts::index_of(Kind kind, State state, Reason reason, NextAction next_action) noexcept {
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

Texts::Audience Texts::compose(const Language& language, const char* audience, std::size_t max_bytes, bool test) {
    const std::string situations = std::string(audience) + ".situations";
    const std::string instructions = std::string(audience) + ".instructions";
    Audience result;
    result.places.resize(combinations);
    std::map<std::string, Place> known;  // most combinations share their text
    for (std::size_t i = 0; i < combinations; ++i) {
        const char* action = action_names[i % actions];
        const char* reason = reason_names[i / actions % reasons];
        const char* state = state_names[i / (actions * reasons) % states].second;
        const char* kind = kind_names[i / (actions * reasons * states)];
        const std::string& situation = language.find(
            situations, {joined({kind, state, reason}), joined({state, reason}), joined({kind, state}), state});
        const std::string& instruction =
            language.find(instructions, {joined({kind, state, reason, action}), joined({kind, state, action}),
                                         joined({kind, action}), joined({state, action}), action});
        std::string text = situation + language.join + instruction;
        if (test) text = language.test + language.join + text;
        if (text.size() > max_bytes) {
            language.fault(situations + "." + joined({kind, state, reason, action}),
                           "\"" + text + "\" is longer than " + std::to_string(max_bytes) + " bytes");
        }
        const auto [place, added] = known.emplace(
            text, Place{static_cast<std::uint32_t>(result.characters.size()), static_cast<std::uint32_t>(text.size())});
        if (added) result.characters += text;
        result.places[i] = place->second;
    }
    return result;
}

Texts Texts::parse(std::string_view name, std::string_view json, bool test) {
    Language language{.name = std::string(name)};
    try {
        const auto root = Poco::JSON::Parser().parse(std::string(json)).extract<Poco::JSON::Object::Ptr>();
        language.join = root->getValue<std::string>("join");
        language.test = root->getValue<std::string>("test");
        for (const char* audience : {"cashier", "customer"}) {
            for (const char* section : {"situations", "instructions"}) {
                const auto object = root->getObject(audience)->getObject(section);
                auto& map = language.sections[joined({audience, section})];
                for (const auto& [key, value] : *object)
                    map[key] = value.convert<std::string>();
            }
        }
    } catch (const Poco::Exception& e) {
        language.fault("file", e.displayText());
    }
    Texts texts;
    texts.cashier_ = compose(language, "cashier", max_cashier_bytes, test);
    texts.customer_ = compose(language, "customer", max_customer_bytes, test);
    language.refuse_unused();
    return texts;
}

std::optional<Texts> Texts::load(std::string_view language, bool test) {
    const EmbeddedFile* file = file_of(language);
    if (file == nullptr) return std::nullopt;
    return parse(file->name, file->text, test);
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

std::string_view Texts::text_of(const Audience& audience, std::size_t index) noexcept {
    const Place place = audience.places[index];
    return std::string_view(audience.characters).substr(place.begin, place.size);
}

std::string_view Texts::cashier(Kind kind, State state, Reason reason, NextAction next_action) const noexcept {
    return text_of(cashier_, index_of(kind, state, reason, next_action));
}

std::string_view Texts::customer(Kind kind, State state, Reason reason, NextAction next_action) const noexcept {
    return text_of(customer_, index_of(kind, state, reason, next_action));
}

}  // namespace paydrv::texts
