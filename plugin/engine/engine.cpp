#include "engine/engine.h"

#include <string.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "money/words.h"

namespace paydrv::engine {
namespace {

constexpr std::int64_t beat_ms = 1'000;        // a turn at least so often while operations are under way
constexpr std::int64_t idle_turn_ms = 10'000;  // and so often while none are
constexpr std::int64_t disk_look_every_ms = 60'000;
constexpr std::int64_t enough_disk_bytes = 256LL * 1024 * 1024;  // a month of 1,000 payments a day, and some

void wipe(std::string& secret) {
    explicit_bzero(secret.data(), secret.size());
    secret.clear();
}

bool may_need_code(money::Phase phase) {
    switch (phase) {
        case money::Phase::queued:
        case money::Phase::committing:
        case money::Phase::handed_out:
        case money::Phase::sent:
        case money::Phase::inquiring:  // too much traffic, told late: the same pay once more
        case money::Phase::back_off: return true;
        default: return false;
    }
}

bool still_wanted(Call call, const money::OperationRecord& record) {
    using money::Phase;
    const Phase phase = record.phase;
    switch (call) {
        case Call::pay: return phase == Phase::handed_out;
        case Call::cancel: return phase == Phase::cancel_sent;
        case Call::refund:
            return phase == Phase::handed_out || phase == Phase::refunding || phase == Phase::refund_instead;
        case Call::inquire:
        case Call::inquire_refund:
            return phase == Phase::concluded ? money::wants_late_look(record) : phase != Phase::mismatch;
    }
    return false;
}

// What moves money for the host: the pay of a payment, the refund of a refund.
Call order_of(const money::OperationRecord& record) {
    return record.kind == money::Kind::refund ? Call::refund : Call::pay;
}

// A refund's original is inquired as a payment; what has been sent is inquired as what it is.
Call inquiry_of(const money::OperationRecord& record) {
    const bool sent_refund = record.kind == money::Kind::refund && record.phase == money::Phase::refunding;
    return sent_refund ? Call::inquire_refund : Call::inquire;
}

}  // namespace

Engine::Engine(EngineSettings settings, EngineParts parts)
    : settings_(std::move(settings)), parts_(parts), dispatch_(settings_.workers) {}

void Engine::first_byte(std::uint64_t token) {
    {
        const std::lock_guard lock(news_mutex_);
        news_.push_back({token, true, {}});
    }
    parts_.executor.wake();
}

void Engine::answered(std::uint64_t token, money::Answer answer) {
    {
        const std::lock_guard lock(news_mutex_);
        news_.push_back({token, false, std::move(answer)});
    }
    parts_.executor.wake();
}

money::Now Engine::now() const {
    return {turn_ms_, gateway_clock_known_ ? turn_ms_ + gateway_offset_ms_ : 0, gate_open_, !disk_refuses_};
}

std::int64_t Engine::turn() {
    turn_ms_ = parts_.clock.monotonic_ms();
    parts_.snapshot.beat(turn_ms_);
    take_orders();
    take_news();
    run_timers();
    retry_commit();
    count_again();
    probe_gate();
    begin_queued();
    // What was taken in is on disk before a closing host hears whether anything is in doubt.
    if (closing_asked() && !dirty_.empty() && !disk_refuses_) commit_by_ms_ = turn_ms_;
    if (commit_is_due()) commit();
    act();
    publish_touched();
    answer_queries();
    publish_health();
    parts_.intake.keep_room();
    return next_turn_ms();
}

void Engine::take_orders() {
    parts_.intake.drain(drained_);
    for (const Order& order : drained_.orders) {
        switch (order.kind) {
            case Order::Kind::start: begin(order); break;
            case Order::Kind::acknowledge: acknowledge(order.op); break;
            case Order::Kind::load: load(order); break;
            case Order::Kind::paper: write_paper(order.op, order.paper); break;
            case Order::Kind::cancel:
                if (const auto found = operations_.find(order.op); found != operations_.end()) {
                    apply(found->second, money::EventKind::cancel_asked);
                }
                break;
        }
    }
}

bool Engine::closing_asked() const {
    return std::any_of(drained_.queries.begin(), drained_.queries.end(),
                       [](const auto& query) { return query->kind == Query::Kind::in_doubt; });
}

void Engine::take_news() {
    taken_news_.clear();
    {
        const std::lock_guard lock(news_mutex_);
        taken_news_.swap(news_);
    }
    for (const News& news : taken_news_) {
        const auto exchange = exchanges_.find(news.token);
        if (exchange == exchanges_.end()) continue;
        const auto [op, call] = exchange->second;
        if (!news.first_byte_only) {
            exchanges_.erase(exchange);
            dispatch_.done(call);
            note_exchange(news.answer);
            if (op == 0) {
                probe_answered(news.answer);
                continue;
            }
        }
        if (errands_.contains(op)) {
            if (!news.first_byte_only) parts_.office.answered(op, news.answer, *this);
            continue;
        }
        const auto found = operations_.find(op);
        if (found != operations_.end()) deliver(news, {op, call}, found->second);
    }
}

void Engine::deliver(const News& news, const Exchange& exchange, Operation& operation) {
    const bool order = exchange.call == order_of(operation.transaction.record);
    if (order && operation.order_token != news.token) return;  // recalled
    if (news.first_byte_only) {
        if (order) apply(operation, money::EventKind::first_byte);
        return;
    }
    if (order) {
        operation.order_token = 0;
        operation.permit.reset();
        return apply(operation, money::EventKind::order_answered, news.answer);
    }
    switch (exchange.call) {
        case Call::pay: return;
        case Call::inquire:
        case Call::inquire_refund: return apply(operation, money::EventKind::inquiry_answered, news.answer);
        case Call::cancel: return apply(operation, money::EventKind::cancel_answered, news.answer);
        case Call::refund: return apply(operation, money::EventKind::undo_answered, news.answer);
    }
}

void Engine::run_timers() {
    while (!timers_.empty() && timers_.top().at_ms <= turn_ms_) {
        const Timer timer = timers_.top();
        timers_.pop();
        const auto found = operations_.find(timer.op);
        if (found == operations_.end()) continue;
        if (found->second.timer_ms == timer.at_ms) found->second.timer_ms = 0;
        if (money::wake_at(found->second.transaction, settings_.schedule, timer.at_ms - 1) > turn_ms_)
            continue;  // moved on
        apply(found->second, money::EventKind::timer);
    }
}

// R16: the first row is the intent, and there is none before the gate is open and a worker is free.
void Engine::begin_queued() {
    while (!queued_.empty()) {
        const auto found = operations_.find(queued_.front());
        if (found == operations_.end() || found->second.transaction.record.phase != money::Phase::queued) {
            queued_.pop_front();
            continue;
        }
        // A refund asks about its payment first, so it takes no worker yet.
        const bool pay = order_of(found->second.transaction.record) == Call::pay;
        if (!gate_open_ || disk_refuses_ || (pay && !dispatch_.reserve_for_pay())) return;
        queued_.pop_front();
        found->second.holds_worker = pay;
        apply(found->second, money::EventKind::worker_ready);
    }
}

void Engine::apply(Operation& operation, money::EventKind kind, const money::Answer& answer) {
    const bool was_in_doubt = money::in_doubt(operation.transaction);
    const money::Phase was = operation.transaction.record.phase;
    money::Event event{kind, answer};
    if (was == money::Phase::asking_original && kind == money::EventKind::inquiry_answered) {
        event.spoken_for_minor = spoken_for(operation.transaction.record, answer);
    }
    auto [transaction, actions] = money::decide(std::move(operation.transaction), event, settings_.schedule, now());
    operation.transaction = std::move(transaction);
    const money::OperationRecord& record = operation.transaction.record;
    in_doubt_ += static_cast<int>(money::in_doubt(operation.transaction)) - static_cast<int>(was_in_doubt);
    if (record.phase != was) log_step(operation, was, kind, answer);
    if (!actions.journal.empty()) mark(operation, actions.journal);
    operation.order_held |= actions.send_order;
    operation.cancel_held |= actions.send_cancel;
    operation.undo_held |= actions.send_undo;
    if (actions.send_inquiry) dispatch_.want(inquiry_of(record), operation.op);
    touch(operation);
    if (actions.link != money::Kind::request) begin_linked(operation, actions.link, answer);
    if (actions.given_back) give_back(record);
    if (actions.recall_order) recall_order(operation);
}

// What has changed is to be made durable; an operation's first change gives it its row.
void Engine::mark(Operation& operation, std::string_view change) {
    operation.event = change;
    operation.commit_tried = false;
    dirty_.insert(operation.op);
    if (operation.transaction.record.row != 0) return;
    operation.transaction.record.row = next_row_++;
    op_of_row_[operation.transaction.record.row] = operation.op;
}

void Engine::log_step(const Operation& operation, money::Phase was, money::EventKind kind,
                      const money::Answer& answer) {
    const money::OperationRecord& record = operation.transaction.record;
    const bool alarm = record.phase == money::Phase::mismatch;
    const LogLevel level = alarm ? LogLevel::error : LogLevel::info;
    if (!parts_.log.keeps(level)) return;
    std::string what(money::name(was));
    what.append(" -> ").append(money::name(record.phase)).append(", by ").append(money::name(kind));
    if (answer.verified || !answer.code.empty()) what.append(": ").append(money::name(answer.verdict));
    if (!answer.code.empty()) what.append(" (").append(answer.code).append(")");
    if (money::is_final(record.state)) what.append("; ").append(money::word(record.state));
    parts_.log.write(
        {level, alarm ? Side::gateway : Side::none, record.reference, record.business_day, operation.op, what});
}

void Engine::recall_order(Operation& operation) {
    if (operation.permit != nullptr && !operation.permit->recall()) {
        return apply(operation, money::EventKind::first_byte);  // too late; the worker's own news follows
    }
    operation.order_token = 0;
    operation.order_held = false;
    apply(operation, money::EventKind::order_recalled);
}

void Engine::touch(Operation& operation) {
    touched_.insert(operation.op);
    if (!may_need_code(operation.transaction.record.phase)) wipe(operation.payment_code);
    if (operation.holds_worker && operation.transaction.record.phase == money::Phase::concluded) {
        operation.holds_worker = false;
        dispatch_.give_back_reserved();
    }
}

// What moves money goes out only when everything about its operation is on disk.
void Engine::act() {
    for (const std::int32_t op : touched_) {
        Operation& operation = operations_.at(op);
        if (!operation.event.empty()) continue;
        if (std::exchange(operation.order_held, false)) {
            if (std::exchange(operation.holds_worker, false)) {
                dispatch_.want_reserved_pay(op);
            } else {
                dispatch_.want(order_of(operation.transaction.record), op);
            }
        }
        if (std::exchange(operation.cancel_held, false)) dispatch_.want(Call::cancel, op);
        if (std::exchange(operation.undo_held, false)) dispatch_.want(Call::refund, op);
    }
    while (const auto turn = dispatch_.next()) {
        send(*turn);
    }
}

// The operation hears that its request was never sent. A recalled order has been told already.
void Engine::take_back(Call call, Operation& operation) {
    money::Answer nothing;
    nothing.verdict = money::Verdict::not_sent;
    nothing.recalled = true;
    if (call == order_of(operation.transaction.record)) return;
    switch (call) {
        case Call::pay: return;
        case Call::cancel: return apply(operation, money::EventKind::cancel_answered, nothing);
        case Call::refund: return apply(operation, money::EventKind::undo_answered, nothing);
        case Call::inquire:
        case Call::inquire_refund: return apply(operation, money::EventKind::inquiry_answered, nothing);
    }
}

void Engine::send(const Dispatch::Turn& turn) {
    Request request;
    if (turn.op == 0) {
        constexpr std::uint64_t digits = 1'000'000'000'000'000'000ULL;
        request.record.request_id = "probe" + std::to_string(parts_.random.next() % digits);
        return send(std::move(request), turn);
    }
    if (const auto errand = errands_.find(turn.op); errand != errands_.end()) {
        request.record = std::move(errand->second.inquiries.front());
        errand->second.inquiries.pop_front();
        return send(std::move(request), turn);
    }
    const auto found = operations_.find(turn.op);
    // What has moved on while it waited is not sent any more: above all no cancel after a mismatch (R1).
    if (found == operations_.end() || !still_wanted(turn.call, found->second.transaction.record)) {
        dispatch_.done(turn.call);
        if (found != operations_.end()) take_back(turn.call, found->second);
        return;
    }
    Operation& operation = found->second;
    request.record = subject_of(turn.call, operation);
    if (turn.call == order_of(operation.transaction.record)) {
        request.payment_code = operation.payment_code;
        request.details_json = operation.details_json;
        request.permit = operation.permit = std::make_shared<SendPermit>();
        operation.order_token = next_token_;
    }
    send(std::move(request), turn);
}

void Engine::send(Request request, const Dispatch::Turn& turn) {
    const bool inquiry = turn.call == Call::inquire || turn.call == Call::inquire_refund;
    const money::Schedule& schedule = settings_.schedule;
    request.token = next_token_++;
    request.call = turn.call;
    request.deadline_ms = inquiry ? schedule.inquiry_deadline_ms : schedule.exchange_deadline_ms;
    if (request.permit == nullptr) request.permit = std::make_shared<SendPermit>();
    exchanges_.emplace(request.token, Exchange{turn.op, turn.call});
    parts_.gateway.send(std::move(request));
}

void Engine::publish_touched() {
    const std::unordered_set<std::int32_t> touched = std::exchange(touched_, {});
    for (const std::int32_t op : touched) {
        Operation& operation = operations_.at(op);
        const std::int64_t at_ms = money::wake_at(operation.transaction, settings_.schedule, turn_ms_);
        if (at_ms != std::numeric_limits<std::int64_t>::max() && at_ms != operation.timer_ms) {
            operation.timer_ms = at_ms;
            timers_.push({at_ms, op});
        }
        publish(operation);
        drop_if_over(op);
    }
}

void Engine::publish(Operation& operation) {
    const money::OperationRecord& record = operation.transaction.record;
    // A result is shown after its commit has at least been tried.
    if (record.phase == money::Phase::concluded && !operation.result_committed && !operation.commit_tried) {
        touched_.insert(operation.op);
        return;
    }
    const money::Shown shown =
        money::shown(operation.transaction, operation.result_committed, settings_.schedule, turn_ms_);
    View view = view_of(operation.op, record);
    view.state = shown.state;
    view.reason = shown.reason;
    view.next_action = shown.next_action;
    if (disk_refuses_ && !operation.event.empty() && !money::is_final(shown.state) &&
        view.reason == money::Reason::none) {
        view.reason = money::Reason::journal;
    }
    view.started_ms = operation.transaction.started_ms;
    view.acknowledged = record.acknowledged && operation.event.empty() ? 1 : 0;
    if (!money::is_final(shown.state) && record.expiry_ms != 0 && gateway_clock_known_) {
        view.expires_ms = steady_expiry(operation.op, record.expiry_ms - gateway_offset_ms_);
    }
    if (money::is_final(shown.state)) {
        money::OperationRecord settled = record;
        settled.state = shown.state;
        parts_.intake.settle(operation.attempt, settled);
    }
    parts_.snapshot.publish(view);
}

// Each verified answer moves the gateway's clock by its own delay; a host is not woken for that.
std::int64_t Engine::steady_expiry(std::int32_t op, std::int64_t expires_ms) const {
    constexpr std::int64_t jitter_ms = 2'000;
    View before;
    const bool steady = parts_.snapshot.read(op, before) && before.expires_ms != 0 &&
                        std::abs(before.expires_ms - expires_ms) < jitter_ms;
    return steady ? before.expires_ms : expires_ms;
}

bool Engine::drop_if_over(std::int32_t op) {
    const auto found = operations_.find(op);
    Operation& operation = found->second;
    if (!operation.event.empty() || !money::is_over(operation.transaction)) return false;
    wipe(operation.payment_code);
    operations_.erase(found);
    touched_.erase(op);
    return true;
}

Health Engine::health() const {
    Health health;
    health.gate_open = gate_open_;
    health.reachable = reachable_;
    constexpr std::int64_t clock_tolerance_ms = 300'000;
    const std::int64_t difference_ms = parts_.clock.wall_ms() - (turn_ms_ + gateway_offset_ms_);
    health.clock_good = gateway_clock_known_ && std::abs(difference_ms) <= clock_tolerance_ms;
    health.journal_good = !disk_refuses_;
    health.disk_good = disk_good_;
    health.in_doubt = static_cast<std::uint32_t>(in_doubt_);
    health.unacknowledged = static_cast<std::uint32_t>(unacknowledged_);
    return health;
}

void Engine::publish_health() {
    if (turn_ms_ >= next_disk_look_ms_) {
        const std::int64_t free_bytes = parts_.journal.free_bytes();
        disk_good_ = free_bytes < 0 || free_bytes >= enough_disk_bytes;
        next_disk_look_ms_ = turn_ms_ + disk_look_every_ms;
    }
    parts_.snapshot.publish_health(health());
}

std::int64_t Engine::next_turn_ms() const {
    std::int64_t at_ms = turn_ms_ + (operations_.empty() ? idle_turn_ms : beat_ms);
    if (!timers_.empty()) at_ms = std::min(at_ms, timers_.top().at_ms);
    if (!dirty_.empty()) at_ms = std::min(at_ms, disk_refuses_ ? retry_commit_ms_ : commit_by_ms_);
    if (disk_refuses_) at_ms = std::min(at_ms, retry_commit_ms_);
    if (!gate_open_ && !probe_out_) at_ms = std::min(at_ms, next_probe_ms_);
    return at_ms;
}

}  // namespace paydrv::engine
