// What the contract shows of a payment, and when that changes by time alone.
#include <algorithm>
#include <array>
#include <limits>

#include "money/payment.h"
#include "money/payment_moves.h"

namespace paydrv::money {
namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

Shown shown_while_undone(const Payment& p, const Schedule& s, std::int64_t now_ms) {
    const Reason reason = p.record.cancel_by == CancelBy::schedule ? Reason::expiry : Reason::cashier;
    if (now_ms - p.last_verified_ms >= s.unknown_after_ms) return {State::unknown, reason, NextAction::settle_later};
    const bool go_on = p.record.phase == Phase::awaiting_expiry ||
                       (p.cancel_wanted_ms != 0 && now_ms - p.cancel_wanted_ms >= s.settle_later_after_ms);
    return {State::cancelling, reason, go_on ? NextAction::settle_later : NextAction::wait};
}

}  // namespace

Shown shown(const Payment& p, bool committed, const Schedule& schedule, std::int64_t now_ms) {
    switch (p.record.phase) {
        case Phase::concluded:
            if (committed || p.record.state == State::succeeded) {
                return {p.record.state, p.record.reason, p.record.next_action};
            }
            if (p.record.cancel_by == CancelBy::nobody) return {State::in_progress, Reason::none, NextAction::wait};
            return shown_while_undone(p, schedule, now_ms);
        case Phase::mismatch: return {State::unknown, Reason::mismatch, NextAction::call_support};
        case Phase::refund_instead: return {State::unknown, Reason::not_undone, NextAction::call_support};
        case Phase::cancel_wanted:
        case Phase::cancel_sent:
        case Phase::awaiting_expiry: return shown_while_undone(p, schedule, now_ms);
        case Phase::inquiring:
            if (p.waiting_customer) return {State::waiting_customer, Reason::customer, NextAction::wait};
            break;
        default: break;
    }
    if (p.told_to_stop) return {State::cancelling, Reason::cashier, NextAction::wait};
    return {};
}

std::int64_t wake_at(const Payment& p, const Schedule& s, std::int64_t now_ms) {
    std::int64_t at = never;
    const auto sooner = [&at](std::int64_t time_ms) {
        if (time_ms != 0) at = std::min(at, time_ms);
    };
    switch (p.record.phase) {
        case Phase::queued: sooner(p.started_ms + s.gate_wait_ms); break;
        case Phase::handed_out:
            sooner(p.first_byte_by_ms);
            if (!p.pay_out) sooner(p.send_pay_at_ms);
            break;
        case Phase::sent:
            sooner(p.next_inquiry_ms);
            sooner(asks_cancel_at(p));
            break;
        case Phase::back_off:
            sooner(p.send_pay_at_ms);
            sooner(asks_cancel_at(p));
            break;
        case Phase::inquiring:
            if (!p.record.reference_used) sooner(asks_cancel_at(p));
            break;
        case Phase::cancel_sent:
            if (!p.cancel_out) sooner(p.next_cancel_ms);
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

bool in_doubt(const Payment& p) noexcept {
    switch (p.record.phase) {
        case Phase::queued:
        case Phase::concluded: return false;
        default: return true;
    }
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
                                                            "concluded"};
    return names[static_cast<std::size_t>(phase) - 1];
}

std::string_view name(EventKind kind) noexcept {
    constexpr std::array<std::string_view, event_kinds> names = {
        "worker ready", "details at fault", "committed",       "commit failed", "first byte", "pay recalled",
        "pay answered", "inquiry answered", "cancel answered", "cancel asked",  "timer"};
    return names[static_cast<std::size_t>(kind)];
}

std::string_view name(Verdict verdict) noexcept {
    constexpr std::array<std::string_view, 12> names = {
        "not sent",  "unknown",   "paid",           "nothing taken", "open",    "no such payment",
        "cancelled", "slow down", "reference used", "out of window", "refused", "mismatch"};
    return names[static_cast<std::size_t>(verdict)];
}

}  // namespace paydrv::money
