// The back office's desk: requests by name, and what they may do with operations.
#include <utility>

#include "engine/engine.h"

namespace paydrv::engine {
namespace {

constexpr std::int64_t settle_after_ms = 86'400'000;  // R19: older than a day

}  // namespace

void Engine::begin_request(const Order& order, const StartOrder& start, const std::string& json) {
    errands_.try_emplace(order.op);
    parts_.office.begin(order.op, text_of(start.reference), json, *this);
}

void Engine::inquire(std::int32_t request_op, const money::OperationRecord& about) {
    const auto errand = errands_.find(request_op);
    if (errand == errands_.end()) return;
    errand->second.inquiries.push_back(about);
    if (about.payment_id.empty() && about.request_id.empty()) {
        constexpr std::uint64_t digits = 1'000'000'000'000'000'000ULL;
        errand->second.inquiries.back().request_id = "probe" + std::to_string(parts_.random.next() % digits);
    }
    dispatch_.want(Call::inquire, request_op);
}

std::int32_t Engine::follow_up(const money::OperationRecord& about, const money::Answer& answer) {
    const auto linked_with = [this](const money::OperationRecord& record) {
        const auto linked = op_of_row_.find(record.linked_row);
        return record.linked_row != 0 && linked != op_of_row_.end() ? linked->second : 0;
    };
    const money::OperationRecord stands = present(about);
    if (money::follow_up(stands, answer, settings_.schedule) == money::Kind::request) return linked_with(stands);
    const std::int32_t op = attach(stands);
    Operation* const source = op != 0 ? bring_back(op, stands.row) : nullptr;
    if (source == nullptr) return 0;
    // The answer was on its way for a while: another one, or the late look, may have begun what follows.
    const money::OperationRecord& record = source->transaction.record;
    const money::Kind kind = money::follow_up(record, answer, settings_.schedule);
    return kind == money::Kind::request ? linked_with(record) : begin_linked(*source, kind, answer);
}

money::OperationRecord Engine::present(const money::OperationRecord& record) {
    const auto op = op_of_row_.find(record.row);
    if (op == op_of_row_.end()) return record;
    const auto found = operations_.find(op->second);
    return found == operations_.end() ? record : as_shown(found->second);
}

// As polls show it: what is not on disk yet is no result (R17), and doubt has a name.
money::OperationRecord Engine::as_shown(const Operation& operation) const {
    const money::Shown shown =
        money::shown(operation.transaction, operation.result_committed, settings_.schedule, turn_ms_);
    money::OperationRecord record = operation.transaction.record;
    record.state = shown.state;
    record.reason = shown.reason;
    record.next_action = shown.next_action;
    return record;
}

// R19: people end what the driver cannot, later than a day after it began.
std::string Engine::settle(std::int32_t request_op, const money::OperationRecord& record,
                           const Settlement& settlement) {
    const auto op = op_of_row_.find(record.row);
    const auto found = op == op_of_row_.end() ? operations_.end() : operations_.find(op->second);
    if (found == operations_.end() || money::is_final(found->second.transaction.record.state)) {
        return "This operation is final; only one that is UNKNOWN can be settled.";
    }
    Operation& operation = found->second;
    const money::Shown shown = money::shown(operation.transaction, false, settings_.schedule, turn_ms_);
    if (shown.state != money::State::unknown) {
        return "This operation is not UNKNOWN: the driver is still finding out. Wait for it.";
    }
    if (parts_.clock.wall_ms() - operation.transaction.record.created_wall_ms < settle_after_ms) {
        return "This operation is less than a day old. Look at Alipay's merchant dashboard tomorrow, then settle it.";
    }
    operation.transaction.record.settled_by = settlement.who;
    operation.transaction.record.settled_why = settlement.why;
    operation.settling = request_op;
    errands_.at(request_op).waits_for_disk = true;
    money::Answer decided;
    decided.verified = true;
    decided.verdict = settlement.outcome == money::State::succeeded ? money::Verdict::paid : money::Verdict::cancelled;
    apply(operation, money::EventKind::settled, decided);
    return {};
}

void Engine::finish(std::int32_t request_op, OfficeResult result) {
    const auto errand = errands_.find(request_op);
    if (errand == errands_.end()) return;
    if (!errand->second.waits_for_disk) return end_request(request_op, std::move(result));
    errand->second.result = std::move(result);
}

// The answer first, then the state that says that it is there.
void Engine::end_request(std::int32_t op, OfficeResult result) {
    parts_.papers.put_answer(op, std::move(result.json));
    errands_.erase(op);
    View view;
    if (!parts_.snapshot.read(op, view)) return;
    view.state = result.state;
    view.reason = result.reason;
    view.next_action = result.next_action;
    parts_.snapshot.publish(view);
}

}  // namespace paydrv::engine
