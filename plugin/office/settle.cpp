#include "office/settle.h"

#include <array>

#include "money/words.h"
#include "office/document.h"

namespace paydrv::office {
namespace {

constexpr std::array<std::string_view, 2> outcomes = {"SUCCEEDED", "CANCELLED"};
constexpr std::array<std::string_view, 4> kinds = {"PAYMENT", "REFUND", "UNDO", "FOUND"};

}  // namespace

std::string settle(std::int32_t request_op, const Arguments& arguments, const OfficeFacts& facts, engine::Desk& desk) {
    const money::Kind kind = arguments.has("kind") ? *money::kind_of(arguments.choice("kind", kinds)) : money::Kind::payment;
    const std::string reference = arguments.text("reference");
    const std::uint32_t business_day = arguments.day("business_day");
    const std::string terminal = arguments.text_or("terminal", facts.terminal);
    engine::Settlement settlement;
    const bool paid = arguments.choice("outcome", outcomes) == "SUCCEEDED";
    settlement.outcome = paid ? money::State::succeeded : money::State::cancelled;
    settlement.who = arguments.text("who");
    settlement.why = arguments.text("why", max_why_bytes);

    const auto record = desk.journal().by_name(kind, facts.store, terminal, business_day, reference);
    if (!record) {
        throw Refusal("reference", "this journal knows no such operation of terminal " + terminal + " on " +
                                       std::to_string(business_day));
    }
    const std::int32_t op = desk.op_of(*record);
    const std::string refused = desk.settle(request_op, *record, settlement);
    if (!refused.empty()) throw Refusal("", refused, money::Reason::none, money::NextAction::nothing);

    Document document;
    document.flag("settled", true)
        .text("kind", word(kind))
        .text("reference", reference)
        .number("business_day", business_day)
        .text("terminal", terminal)
        .number("op", op)
        .text("state", word(settlement.outcome))
        .text("reason", word(money::Reason::manual))
        .text("who", settlement.who)
        .text("why", settlement.why);
    return document.json();
}

}  // namespace paydrv::office
