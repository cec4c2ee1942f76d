// The engine's side of what hosts ask for: start, acknowledge, find, next.
#include <string.h>

#include <algorithm>
#include <utility>

#include "engine/engine.h"
#include "money/business_day.h"

namespace paydrv::engine {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t index_days = 15;  // 7 days on either side of a till's date that is off by one

}  // namespace

void Engine::reopen() {
    turn_ms_ = parts_.clock.monotonic_ms();
    const std::int64_t wall_ms = parts_.clock.wall_ms();
    next_row_ = parts_.journal.last_row() + 1;
    unacknowledged_ = parts_.journal.unacknowledged();

    // The newest row's own day counts too: a till clock that has fallen back must not hide what was paid.
    std::uint32_t from_day = money::business_day_of(wall_ms - index_days * day_ms);
    if (const auto newest = parts_.journal.by_row(next_row_ - 1)) {
        const std::int64_t newest_ms = money::day_number(newest->business_day) * day_ms;
        from_day = std::min(from_day, money::business_day_of(newest_ms - index_days * day_ms));
    }
    for (money::OperationRecord& record : parts_.journal.since(from_day)) {
        const bool open = !money::is_final(record.state) || money::wants_late_look(record);
        const std::int32_t op = open ? parts_.intake.give_id() : 0;
        const money::AttemptIndex attempt = parts_.intake.load(record, op, wall_ms);
        if (open) adopt(op, attempt, std::move(record));
    }
    constexpr std::size_t batch = 1'000;
    for (std::int64_t after = 0;;) {
        auto unfinished = parts_.journal.list(List::unfinished, 0, after, batch);
        if (unfinished.empty()) break;
        after = unfinished.back().row;
        for (money::OperationRecord& record : unfinished) {
            if (op_of_row_.contains(record.row)) continue;
            const std::int32_t op = parts_.intake.give_id();
            const money::AttemptIndex attempt = parts_.intake.load(record, op, wall_ms);
            adopt(op, attempt, std::move(record));
        }
    }
    publish_touched();
    publish_health();
}

Engine::Operation& Engine::adopt(std::int32_t op, money::AttemptIndex attempt, money::OperationRecord record) {
    Operation& operation = operations_[op];
    operation.op = op;
    operation.attempt = attempt;
    operation.transaction = money::reopen(std::move(record), settings_.schedule, now());
    operation.result_committed = operation.transaction.record.phase == money::Phase::concluded;
    operation.commit_tried = operation.result_committed;
    operation.unacknowledged_on_disk = operation.result_committed && !operation.transaction.record.acknowledged;
    op_of_row_[operation.transaction.record.row] = op;
    in_doubt_ += static_cast<int>(money::in_doubt(operation.transaction));
    parts_.snapshot.show_first(view_of(op, operation.transaction.record));
    touch(operation);
    return operation;
}

void Engine::begin(const Order& order) {
    StartOrder start;
    std::string json;
    parts_.intake.take(order.place, start, json);
    switch (start.kind) {
        case money::Kind::refund: begin_refund(order, start); break;
        case money::Kind::request: begin_request(order, start, json); break;
        default: begin_payment(order, start, std::move(json)); break;
    }
    explicit_bzero(start.payment_code.data(), start.payment_code.size());
}

void Engine::begin_payment(const Order& order, const StartOrder& start, std::string details_json) {
    money::OperationRecord record;
    record.kind = money::Kind::payment;
    record.mode = start.mode;
    record.store = settings_.store;
    record.terminal = text_of(start.terminal).empty() ? settings_.terminal : std::string(text_of(start.terminal));
    record.business_day = start.business_day;
    record.reference = text_of(start.reference);
    record.order_reference = text_of(start.order_reference);
    record.operator_id = text_of(start.operator_id);
    record.description = text_of(start.description);
    record.amount_minor = start.amount_minor;
    record.currency = text_of(start.currency);
    record.flags = start.flags;
    record.timeout_s = start.timeout_s;
    record.code_hash = parts_.intake.code_hash(text_of(start.payment_code));
    record.created_wall_ms = parts_.clock.wall_ms();
    record.request_id = parts_.gateway.request_id(record);

    Operation& operation = operations_[order.op];
    operation.op = order.op;
    operation.attempt = order.attempt;
    operation.payment_code = text_of(start.payment_code);
    operation.details_json = std::move(details_json);
    operation.transaction = money::begin(std::move(record), now());
    touch(operation);

    if (!operation.details_json.empty() && parts_.gateway.details_problem(operation.details_json)) {
        return apply(operation, money::EventKind::details_at_fault);
    }
    queued_.push_back(order.op);
}

std::optional<money::OperationRecord> Engine::read_row(std::int64_t row) {
    try {
        return parts_.journal.by_row(row);
    } catch (const std::exception&) {
        retry_commit_ms_ = turn_ms_;
        set_disk_refuses(true);  // a journal that cannot be read is not written either, until a probe has gone well
        return std::nullopt;
    }
}

// A final operation has left the engine; its row comes back for a change that is left to it. nullptr: the journal
// cannot be read now.
Engine::Operation* Engine::bring_back(std::int32_t op, std::int64_t row) {
    if (const auto found = operations_.find(op); found != operations_.end()) return &found->second;
    auto record = read_row(row);
    if (!record) return nullptr;
    View view;
    const bool shown = parts_.snapshot.read(op, view);
    Operation& operation = operations_[op];
    operation.op = op;
    operation.attempt = parts_.intake.load(*record, op, parts_.clock.wall_ms());
    operation.transaction.record = std::move(*record);
    operation.transaction.started_ms = shown ? view.started_ms : turn_ms_;
    operation.result_committed = true;
    operation.commit_tried = true;
    operation.unacknowledged_on_disk = !operation.transaction.record.acknowledged;
    op_of_row_[row] = op;
    touch(operation);
    return &operation;
}

void Engine::acknowledge(std::int32_t op) {
    View view;
    if (!parts_.snapshot.read(op, view) || !money::is_final(view.state) || view.acknowledged != 0) return;
    Operation* const operation = bring_back(op, view.row);
    if (operation == nullptr) return;  // the host sees acknowledged 0, and says it again
    money::OperationRecord& record = operation->transaction.record;
    if (record.phase != money::Phase::concluded || record.acknowledged) return;
    record.acknowledged = true;
    mark(*operation, operation->event.empty() ? "acknowledge" : std::string_view(operation->event));
    touch(*operation);
}

// As it stands now, also before its first commit.
std::optional<money::OperationRecord> Engine::linked_of(const money::OperationRecord& record) {
    if (record.linked_row == 0) return std::nullopt;
    const auto op = op_of_row_.find(record.linked_row);
    const auto found = op == op_of_row_.end() ? operations_.end() : operations_.find(op->second);
    return found == operations_.end() ? read_row(record.linked_row) : as_shown(found->second);
}

// Made at the first asking, and again after a change: of what is acknowledged a receipt is a reprint.
void Engine::write_paper(std::int32_t op, Paper paper) {
    View view;
    if (!parts_.snapshot.read(op, view)) return;
    if (parts_.papers.find(op, paper, view.revision) != nullptr) return;  // asked for many times before it was there
    const auto found = operations_.find(op);
    std::optional<money::OperationRecord> record;
    if (found != operations_.end()) {
        record = as_shown(found->second);
    } else if (view.row != 0) {
        record = read_row(view.row);
    }
    if (!record) return;  // not readable now, or nothing of it yet: the host asks again
    const auto linked = linked_of(*record);
    parts_.papers.put(op, paper, view.revision, parts_.scribe.write(paper, *record, linked ? &*linked : nullptr));
}

// A spent reference of an earlier session: what the index could not show follows from the journal.
void Engine::load(const Order& order) {
    if (operations_.contains(order.op)) return;
    if (const auto record = read_row(order.row)) {
        op_of_row_[record->row] = order.op;
        parts_.snapshot.publish(view_of(order.op, *record));
    }
}

View Engine::view_of(std::int32_t op, const money::OperationRecord& record) const {
    View view;
    View before;
    view.op = op;
    view.row = record.row;
    view.kind = record.kind;
    view.mode = record.mode;
    view.state = record.state;
    view.reason = record.reason;
    view.next_action = record.next_action;
    view.business_day = record.business_day;
    view.amount_minor = record.amount_minor;
    view.refunded_minor = record.refunded_minor;
    view.started_ms = parts_.snapshot.read(op, before) ? before.started_ms : turn_ms_;
    view.acknowledged = record.acknowledged ? 1 : 0;
    if (const auto linked = op_of_row_.find(record.linked_row); linked != op_of_row_.end()) {
        view.linked_op = linked->second;
    }
    std::copy_n(record.currency.data(), std::min(record.currency.size(), view.currency.size() - 1),
                view.currency.data());
    put_text(view.reference, record.reference);
    put_text(view.order_reference, record.order_reference);
    put_text(view.terminal, record.terminal);
    put_text(view.payment_id, record.payment_id);
    put_text(view.provider_code, record.provider_code);
    put_text(view.wallet, record.wallet);
    return view;
}

void Engine::answer_queries() {
    for (const std::shared_ptr<Query>& query : std::exchange(drained_.queries, {})) {
        try {
            bool told = true;
            switch (query->kind) {
                case Query::Kind::find: told = find(*query); break;
                case Query::Kind::list: told = list(*query); break;
                case Query::Kind::in_doubt: query->yes = in_doubt_ > 0; break;
            }
            query->finish(told);
        } catch (const std::exception&) {
            query->finish(false);  // the host hears that the journal could not be read, and may ask again
        }
    }
}

// false: there is such an operation, but no id is free for it.
bool Engine::find(Query& query) {
    const std::string& terminal = query.terminal.empty() ? settings_.terminal : query.terminal;
    const auto record =
        parts_.journal.by_name(query.operation, settings_.store, terminal, query.business_day, query.reference);
    // Not on disk yet: an attempt of this process that still waits for the gate or a worker.
    query.op =
        record ? attach(*record) : parts_.intake.find(query.operation, terminal, query.business_day, query.reference);
    return !record || query.op != 0;
}

bool Engine::list(Query& query) {
    const auto rows = parts_.journal.list(query.list, query.business_day, static_cast<std::int64_t>(query.cursor), 1);
    if (rows.empty()) return true;
    query.op = attach(rows.front());
    if (query.op == 0) return false;
    query.cursor = static_cast<std::uint64_t>(rows.front().row);
    return true;
}

std::int32_t Engine::attach(const money::OperationRecord& record) {
    View view;
    if (const auto known = op_of_row_.find(record.row); known != op_of_row_.end()) {
        if (parts_.snapshot.read(known->second, view)) return known->second;
    }
    std::int32_t op = parts_.intake.find(record.kind, record.terminal, record.business_day, record.reference);
    if (op == 0) {
        op = parts_.intake.give_id();
        if (op == 0) return 0;
        parts_.snapshot.show_first(view_of(op, record));
    }
    op_of_row_[record.row] = op;
    // What it is linked with gets an id too; that one's own link leads back to a row that is known by now.
    if (record.linked_row != 0 && !op_of_row_.contains(record.linked_row)) {
        if (const auto linked = read_row(record.linked_row)) attach(*linked);
    }
    if (!operations_.contains(op)) parts_.snapshot.publish(view_of(op, record));
    return op;
}

}  // namespace paydrv::engine
