#include "engine/engine.h"

#include <string.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace paydrv::engine {
namespace {

constexpr std::int64_t beat_ms = 1'000;        // a turn at least so often while operations are under way
constexpr std::int64_t idle_turn_ms = 10'000;  // and so often while none are

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

bool still_wanted(Call call, money::Phase phase) {
    switch (call) {
        case Call::pay: return phase == money::Phase::handed_out;
        case Call::cancel: return phase == money::Phase::cancel_sent;
        case Call::refund: return phase == money::Phase::refund_instead;
        case Call::inquire:
        case Call::inquire_refund: return phase != money::Phase::concluded && phase != money::Phase::mismatch;
    }
    return false;
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
        const auto found = operations_.find(op);
        if (found == operations_.end()) continue;
        Operation& operation = found->second;
        switch (call) {
            case Call::pay:
                if (operation.pay_token != news.token) break;  // recalled
                if (news.first_byte_only) {
                    apply(operation, money::EventKind::first_byte);
                } else {
                    operation.pay_token = 0;
                    operation.permit.reset();
                    apply(operation, money::EventKind::pay_answered, news.answer);
                }
                break;
            case Call::inquire:
                if (!news.first_byte_only) apply(operation, money::EventKind::inquiry_answered, news.answer);
                break;
            case Call::cancel:
                if (!news.first_byte_only) apply(operation, money::EventKind::cancel_answered, news.answer);
                break;
            case Call::refund:
            case Call::inquire_refund: break;
        }
    }
}

void Engine::run_timers() {
    while (!timers_.empty() && timers_.top().at_ms <= turn_ms_) {
        const Timer timer = timers_.top();
        timers_.pop();
        const auto found = operations_.find(timer.op);
        if (found == operations_.end()) continue;
        if (found->second.timer_ms == timer.at_ms) found->second.timer_ms = 0;
        if (money::wake_at(found->second.payment, settings_.schedule, timer.at_ms - 1) > turn_ms_)
            continue;  // moved on
        apply(found->second, money::EventKind::timer);
    }
}

// R16: the first row is the intent, and there is none before the gate is open and a worker is free.
void Engine::begin_queued() {
    while (!queued_.empty()) {
        const auto found = operations_.find(queued_.front());
        if (found == operations_.end() || found->second.payment.record.phase != money::Phase::queued) {
            queued_.pop_front();
            continue;
        }
        if (!gate_open_ || disk_refuses_ || !dispatch_.reserve_for_pay()) return;
        queued_.pop_front();
        found->second.holds_worker = true;
        apply(found->second, money::EventKind::worker_ready);
    }
}

void Engine::apply(Operation& operation, money::EventKind kind, const money::Answer& answer) {
    const bool was_in_doubt = money::in_doubt(operation.payment);
    auto [payment, actions] = money::decide(std::move(operation.payment), {kind, answer}, settings_.schedule, now());
    operation.payment = std::move(payment);
    in_doubt_ += static_cast<int>(money::in_doubt(operation.payment)) - static_cast<int>(was_in_doubt);
    if (!actions.journal.empty()) {
        operation.event = actions.journal;
        operation.commit_tried = false;
        dirty_.insert(operation.op);
        if (operation.payment.record.row == 0) {
            operation.payment.record.row = next_row_++;
            op_of_row_[operation.payment.record.row] = operation.op;
        }
    }
    operation.pay_held |= actions.send_pay;
    operation.cancel_held |= actions.send_cancel;
    if (actions.send_inquiry) dispatch_.want(Call::inquire, operation.op);
    touch(operation);
    if (actions.recall_pay) recall_pay(operation);
}

void Engine::recall_pay(Operation& operation) {
    if (operation.permit != nullptr && !operation.permit->recall()) {
        return apply(operation, money::EventKind::first_byte);  // too late; the worker's own news follows
    }
    operation.pay_token = 0;
    operation.pay_held = false;
    apply(operation, money::EventKind::pay_recalled);
}

void Engine::touch(Operation& operation) {
    touched_.insert(operation.op);
    if (!may_need_code(operation.payment.record.phase)) wipe(operation.payment_code);
    if (operation.holds_worker && operation.payment.record.phase == money::Phase::concluded) {
        operation.holds_worker = false;
        dispatch_.give_back_reserved();
    }
}

// A pay or cancel goes out only when everything about its operation is on disk.
void Engine::act() {
    for (const std::int32_t op : touched_) {
        Operation& operation = operations_.at(op);
        if (!operation.event.empty()) continue;
        if (std::exchange(operation.pay_held, false)) {
            if (std::exchange(operation.holds_worker, false)) {
                dispatch_.want_reserved_pay(op);
            } else {
                dispatch_.want(Call::pay, op);
            }
        }
        if (std::exchange(operation.cancel_held, false)) dispatch_.want(Call::cancel, op);
    }
    while (const auto turn = dispatch_.next()) {
        send(*turn);
    }
}

// The payment hears that its cancel or inquiry was never sent. A recalled pay has been told already.
void Engine::take_back(Call call, Operation& operation) {
    money::Answer nothing;
    nothing.verdict = money::Verdict::not_sent;
    nothing.recalled = true;
    if (call == Call::cancel) apply(operation, money::EventKind::cancel_answered, nothing);
    if (call == Call::inquire) apply(operation, money::EventKind::inquiry_answered, nothing);
}

void Engine::send(const Dispatch::Turn& turn) {
    const auto found = operations_.find(turn.op);
    const bool probe = turn.op == 0;
    const bool pay = turn.call == Call::pay;
    // What has moved on while it waited is not sent any more: above all no cancel after a mismatch (R1).
    if (!probe && (found == operations_.end() || !still_wanted(turn.call, found->second.payment.record.phase))) {
        dispatch_.done(turn.call);
        if (found != operations_.end()) take_back(turn.call, found->second);
        return;
    }

    Request request;
    request.token = next_token_++;
    request.call = turn.call;
    request.permit = std::make_shared<SendPermit>();
    request.deadline_ms =
        turn.call == Call::inquire ? settings_.schedule.inquiry_deadline_ms : settings_.schedule.exchange_deadline_ms;
    if (probe) {
        constexpr std::uint64_t digits = 1'000'000'000'000'000'000ULL;
        request.record.request_id = "probe" + std::to_string(parts_.random.next() % digits);
    } else {
        Operation& operation = found->second;
        request.record = operation.payment.record;
        if (pay) {
            request.payment_code = operation.payment_code;
            request.details_json = operation.details_json;
            operation.permit = request.permit;
            operation.pay_token = request.token;
        }
    }
    exchanges_.emplace(request.token, Exchange{turn.op, turn.call});
    parts_.gateway.send(std::move(request));
}

void Engine::publish_touched() {
    const std::unordered_set<std::int32_t> touched = std::exchange(touched_, {});
    for (const std::int32_t op : touched) {
        Operation& operation = operations_.at(op);
        const std::int64_t at_ms = money::wake_at(operation.payment, settings_.schedule, turn_ms_);
        if (at_ms != std::numeric_limits<std::int64_t>::max() && at_ms != operation.timer_ms) {
            operation.timer_ms = at_ms;
            timers_.push({at_ms, op});
        }
        publish(operation);
        drop_if_over(op);
    }
}

void Engine::publish(Operation& operation) {
    const money::OperationRecord& record = operation.payment.record;
    // A result is shown after its commit has at least been tried.
    if (record.phase == money::Phase::concluded && !operation.result_committed && !operation.commit_tried) {
        touched_.insert(operation.op);
        return;
    }
    const money::Shown shown =
        money::shown(operation.payment, operation.result_committed, settings_.schedule, turn_ms_);
    View view = view_of(operation.op, record);
    view.state = shown.state;
    view.reason = shown.reason;
    view.next_action = shown.next_action;
    if (disk_refuses_ && !operation.event.empty() && !money::is_final(shown.state) &&
        view.reason == money::Reason::none) {
        view.reason = money::Reason::journal;
    }
    view.started_ms = operation.payment.started_ms;
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
    const bool over = operation.payment.record.phase == money::Phase::concluded && operation.event.empty();
    if (!over) return false;
    wipe(operation.payment_code);
    operations_.erase(found);
    touched_.erase(op);
    return true;
}

void Engine::publish_health() {
    Health health;
    health.gate_open = gate_open_;
    health.reachable = reachable_;
    constexpr std::int64_t clock_tolerance_ms = 300'000;
    const std::int64_t difference_ms = parts_.clock.wall_ms() - (turn_ms_ + gateway_offset_ms_);
    health.clock_good = gateway_clock_known_ && std::abs(difference_ms) <= clock_tolerance_ms;
    health.journal_good = !disk_refuses_;
    health.in_doubt = static_cast<std::uint32_t>(in_doubt_);
    health.unacknowledged = static_cast<std::uint32_t>(unacknowledged_);
    parts_.snapshot.publish_health(health);
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
