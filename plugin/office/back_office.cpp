#include "office/back_office.h"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "office/arguments.h"
#include "office/day_totals.h"
#include "office/document.h"
#include "office/settle.h"

namespace paydrv::office {
namespace {

using engine::Desk;
using engine::OfficeResult;
using money::NextAction;
using money::Reason;
using money::State;

using Keys = std::span<const std::string_view>;

constexpr std::array<std::string_view, 4> request_names = {"self_test", "inquire", "settle", "day_totals"};
constexpr std::array<std::string_view, 6> inquire_keys = {"reference",       "business_day",       "terminal",
                                                          "order_reference", "payment_request_id", "payment_id"};
constexpr std::array<std::string_view, 7> settle_keys = {"reference", "business_day", "terminal", "kind",
                                                         "outcome",   "who",          "why"};
constexpr std::array<std::string_view, 3> totals_keys = {"business_day", "operator_id", "terminal"};

OfficeResult declined(std::string_view key, std::string_view text, Reason reason, NextAction next_action) {
    Document problem;
    problem.text("key", key).text("text", text);
    Document document;
    document.object("problem", problem);
    return {State::declined, reason, next_action, document.json()};
}

/// Does a part of a request; where it cannot be carried out, ends it.
template <typename Part>
void carry_out(std::int32_t request_op, Desk& desk, const Part& part) {
    try {
        part();
    } catch (const Refusal& e) {
        desk.finish(request_op, declined(e.key, e.what(), e.reason, e.next_action));
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& e) {  // only the journal throws these
        const std::string text = std::string("the journal cannot be read now: ") + e.what();
        desk.finish(request_op, declined("", text, Reason::journal, NextAction::call_support));
    }
}

void succeed(std::int32_t request_op, Desk& desk, std::string json) {
    desk.finish(request_op, {State::succeeded, Reason::none, NextAction::nothing, std::move(json)});
}

}  // namespace

BackOffice::BackOffice(OfficeFacts facts, RequestIdOf request_id)
    : facts_(std::move(facts)), request_id_(std::move(request_id)) {}

std::span<const std::string_view> BackOffice::names() noexcept {
    return request_names;
}

bool BackOffice::knows(std::string_view name) const noexcept {
    return std::find(request_names.begin(), request_names.end(), name) != request_names.end();
}

void BackOffice::begin(std::int32_t request_op, std::string_view name, std::string_view json, Desk& desk) {
    carry_out(request_op, desk, [&] {
        if (name == "self_test") {
            const Arguments none(json, Keys{});
            return ask(request_op, SelfTest(desk), desk);
        }
        if (name == "inquire") {
            return ask(request_op, Inquiry(Arguments(json, inquire_keys), facts_, request_id_, desk), desk);
        }
        if (name == "settle") {
            return succeed(request_op, desk, settle(request_op, Arguments(json, settle_keys), facts_, desk));
        }
        if (name == "day_totals") return succeed(request_op, desk, day_totals(Arguments(json, totals_keys), desk));
        throw Refusal("", "there is no such request");
    });
}

void BackOffice::answered(std::int32_t request_op, const money::Answer& answer, Desk& desk) {
    auto waiting = waiting_.extract(request_op);
    if (waiting.empty()) return;
    carry_out(request_op, desk, [&] {
        if (auto* self_test = std::get_if<SelfTest>(&waiting.mapped())) self_test->answered(answer, facts_, desk);
        if (auto* inquiry = std::get_if<Inquiry>(&waiting.mapped())) inquiry->answered(answer, desk);
        ask(request_op, std::move(waiting.mapped()), desk);
    });
}

/// Asks the work's next question, or ends the request with its answer.
void BackOffice::ask(std::int32_t request_op, Work work, Desk& desk) {
    const auto* question = std::visit([](const auto& w) { return w.question(); }, work);
    if (question == nullptr) {
        if (const auto* inquiry = std::get_if<Inquiry>(&work)) return succeed(request_op, desk, inquiry->json(desk));
        return succeed(request_op, desk, std::get<SelfTest>(work).json());
    }
    const money::OperationRecord about = *question;  // the answer may come, and end the work, within inquire()
    waiting_.insert_or_assign(request_op, std::move(work));
    desk.inquire(request_op, about);
}

}  // namespace paydrv::office
