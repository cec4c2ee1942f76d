// What the contract shows of a payment, and when that changes by time alone.
#include <algorithm>
#include <array>
#include <limits>

#include "money/payment_moves.h"
#include "money/transaction.h"

namespace paydrv::money {
namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

Shown shown_while_undone(const Transaction& p, const Schedule& s, std::int64_t now_ms) {
    const Reason asked = p.record.cancel_by == CancelBy::schedule ? Reason::expiry : Reason::cashier;
    const Reason reason = p.record.kind == Kind::undo ? Reason::none : asked;
    if (now_ms - p.last_verified_ms >= s.unknown_after_ms) return {State::unknown, reason, NextAction::settle_later};
    const bool go_on = p.record.phase == Phase::awaiting_expiry ||
                       (p.cancel_wanted_ms != 0 && now_ms - p.cancel_wanted_ms >= s.settle_later_after_ms);
    return {State::cancelling, reason, go_on ? NextAction::settle_later : NextAction::wait};
}

// The customer of a refund need not wait for it: the driver goes on.
Shown shown_while_refunding(const Transaction& r, const Schedule& s, std::int64_t now_ms) {
    if (now_ms - r.last_verified_ms >= s.unknown_after_ms) {
        return {State::unknown, Reason::none, NextAction::settle_later};
    }
    const bool go_on = r.cancel_wanted_ms != 0 && now_ms - r.cancel_wanted_ms >= s.settle_later_after_ms;
    return {State::in_progress, Reason::none, go_on ? NextAction::settle_later : NextAction::wait};
}

// R17: what the gateway would tell again after a restart is shown without its commit. Not what people have decided, nor
// that an undo was given up: a restart would go on with both.
bool is_verified_success(const OperationRecord& record) {
    return record.state == State::succeeded && record.reason == Reason::none;
}

}  // namespace

Shown shown(const Transaction& p, bool committed, const Schedule& schedule, std::int64_t now_ms) {
    switch (p.record.phase) {
        case Phase::concluded:
            if (committed || is_verified_success(p.record)) {
                return {p.record.state, p.record.reason, p.record.next_action};
            }
            if (p.record.reason == Reason::manual) return {State::unknown, Reason::none, NextAction::call_support};
            if (p.record.cancel_by == CancelBy::nobody) return {State::in_progress, Reason::none, NextAction::wait};
            return shown_while_undone(p, schedule, now_ms);
        case Phase::mismatch: return {State::unknown, Reason::mismatch, NextAction::call_support};
        case Phase::refund_instead:
        case Phase::cancel_wanted:
        case Phase::cancel_sent:
        case Phase::awaiting_expiry: return shown_while_undone(p, schedule, now_ms);
        case Phase::refunding: return shown_while_refunding(p, schedule, now_ms);
        case Phase::sent:
            if (p.record.kind == Kind::refund) return shown_while_refunding(p, schedule, now_ms);
            break;
        case Phase::inquiring:
            if (p.record.kind == Kind::found && now_ms - p.last_verified_ms >= schedule.unknown_after_ms) {
                return {State::unknown, Reason::none, NextAction::call_support};
            }
            if (p.waiting_customer) return {State::waiting_customer, Reason::customer, NextAction::wait};
            break;
        default: break;
    }
    if (p.told_to_stop) return {State::cancelling, Reason::cashier, NextAction::wait};
    return {};
}

std::int64_t wake_at(const Transaction& p, const Schedule& s, std::int64_t now_ms) {
    std::int64_t at = never;
    const auto sooner = [&at](std::int64_t time_ms) {
        if (time_ms != 0) at = std::min(at, time_ms);
    };
    switch (p.record.phase) {
        case Phase::queued: sooner(p.started_ms + s.gate_wait_ms); break;
        case Phase::handed_out:
            sooner(p.first_byte_by_ms);
            if (!p.order_out) sooner(p.send_order_at_ms);
            break;
        case Phase::sent:
            sooner(p.next_inquiry_ms);
            sooner(asks_cancel_at(p));
            break;
        case Phase::back_off:
            sooner(p.send_order_at_ms);
            sooner(asks_cancel_at(p));
            break;
        case Phase::inquiring:
            if (p.record.kind == Kind::found) {
                const std::int64_t unknown_ms = p.last_verified_ms + s.unknown_after_ms;
                if (unknown_ms > now_ms) sooner(unknown_ms);
            } else if (!p.record.reference_used) {
                sooner(asks_cancel_at(p));
            }
            break;
        case Phase::cancel_sent:
            if (!p.cancel_out) sooner(p.next_cancel_ms);
            break;
        case Phase::asking_original: sooner(p.first_byte_by_ms); break;
        case Phase::refunding:
            if (!p.order_out) sooner(p.send_order_at_ms);
            break;
        default: break;
    }
    if (inquires(p)) sooner(p.next_inquiry_ms);
    if (p.cancel_wanted_ms != 0 && p.record.phase != Phase::concluded) {  // what is shown changes by time alone
        for (const std::int64_t change :
             {p.cancel_wanted_ms + s.settle_later_after_ms, p.last_verified_ms + s.unknown_after_ms}) {
            if (change > now_ms) sooner(change);
        }
    }
    return at;
}

std::string_view name(Phase phase) noexcept {
    constexpr std::array<std::string_view, phases> names = {"waiting for gate or worker",
                                                            "intent being committed",
                                                            "handed out, no byte",
                                                            "sent",
                                                            "inquiring",
                                                            "back-off",
                                                            "cancel wanted",
                                                            "cancel sent",
                                                            "awaiting expiry",
                                                            "refund instead",
                                                            "mismatch",
                                                            "concluded",
                                                            "asking for the payment",
                                                            "refund in doubt"};
    return names[static_cast<std::size_t>(phase) - 1];
}

std::string_view name(EventKind kind) noexcept {
    constexpr std::array<std::string_view, event_kinds> names = {
        "worker ready",     "details at fault", "committed",     "commit failed", "first byte", "recalled", "answered",
        "inquiry answered", "cancel answered",  "undo answered", "cancel asked",  "settled",    "timer"};
    return names[static_cast<std::size_t>(kind)];
}

std::string_view name(Verdict verdict) noexcept {
    constexpr std::array<std::string_view, 14> names = {
        "not sent",        "unknown",   "paid",      "nothing taken",  "open",
        "no such payment", "cancelled", "slow down", "reference used", "out of window",
        "refused",         "mismatch",  "refunded",  "no such refund"};
    return names[static_cast<std::size_t>(verdict)];
}

}  // namespace paydrv::money
