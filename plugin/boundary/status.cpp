#include "boundary/status.h"

#include <algorithm>
#include <cstring>

namespace paydrv::boundary {
namespace {

using money::Kind;
using money::NextAction;
using money::Reason;
using money::State;

// The engine turns at least every second while an operation is open, and every ten seconds while none is.
constexpr std::int64_t stalled_ms = 5'000;
constexpr std::int64_t idle_stalled_ms = 15'000;
constexpr std::int64_t lively_poll_ms = 250;
constexpr std::int64_t slow_poll_ms = 1'000;

template <class Enum>
constexpr std::uint32_t number(Enum value) noexcept {
    return static_cast<std::uint32_t>(value);
}

template <std::size_t size>
void copy_text(char (&out)[size], const std::array<char, size>& text) noexcept {
    std::memcpy(out, text.data(), size);
}

std::int64_t next_poll_ms(State state) noexcept {
    if (money::is_final(state)) return 0;
    return state == State::in_progress || state == State::waiting_customer ? lively_poll_ms : slow_poll_ms;
}

// The values of header 0.9. Whoever adds one to the contract meets narrowed() here.
constexpr bool state_of_0_9(std::uint32_t state) noexcept {
    return (state >= PAYDRV_STATE_IN_PROGRESS && state <= PAYDRV_STATE_UNKNOWN) ||
           (state >= PAYDRV_STATE_SUCCEEDED && state <= PAYDRV_STATE_CANCELLED) || state == 0;
}
static_assert(number(Kind::found) == PAYDRV_KIND_FOUND);
static_assert(number(Reason::refund_left) == PAYDRV_REASON_REFUND_LEFT);
static_assert(number(NextAction::call_support) == PAYDRV_ACTION_CALL_SUPPORT);

}  // namespace

engine::View shown(engine::View view, const Moment& moment) noexcept {
    const std::int64_t alive_ms = std::max(moment.last_beat_ms, view.started_ms);
    if (!money::is_final(view.state) && moment.now_ms - alive_ms > stalled_ms) view.reason = Reason::driver_stalled;
    return view;
}

paydrv_status status_of(const engine::View& view, const Moment& moment, std::uint32_t host_version) noexcept {
    const bool final = money::is_final(view.state);
    paydrv_status status{};
    status.size = sizeof status;
    status.revision = view.revision;
    status.op = view.op;
    status.kind = number(view.kind);
    status.state = number(view.state);
    status.is_final = final ? 1 : 0;
    status.reason = number(view.reason);
    status.next_action = number(view.next_action);
    status.amount_minor = view.amount_minor;
    status.refunded_minor = view.refunded_minor;
    status.since_ms = std::max<std::int64_t>(0, moment.now_ms - view.started_ms);
    if (!final && view.expires_ms != 0) status.expires_ms = std::max<std::int64_t>(0, view.expires_ms - moment.now_ms);
    status.next_poll_ms = next_poll_ms(view.state);
    copy_text(status.currency, view.currency);
    status.business_day = view.business_day;
    status.linked_op = view.linked_op;
    status.acknowledged = view.acknowledged;
    copy_text(status.reference, view.reference);
    copy_text(status.order_reference, view.order_reference);
    copy_text(status.terminal, view.terminal);
    copy_text(status.payment_id, view.payment_id);
    copy_text(status.provider_code, view.provider_code);
    copy_text(status.wallet, view.wallet);
    return narrowed(status, host_version);
}

paydrv_status status_of(const engine::Health& health, const Moment& moment, std::int64_t opened_ms) noexcept {
    paydrv_status status{};
    status.size = sizeof status;
    status.revision = health.revision;
    const bool stalled = moment.now_ms - std::max(moment.last_beat_ms, opened_ms) > idle_stalled_ms;
    status.reason = stalled ? PAYDRV_REASON_DRIVER_STALLED : 0;
    status.next_action = PAYDRV_ACTION_NOTHING;
    status.since_ms = std::max<std::int64_t>(0, moment.now_ms - opened_ms);
    status.next_poll_ms = slow_poll_ms;
    status.health = (health.gate_open ? PAYDRV_HEALTH_GATE_OPEN : 0) |
                    (health.reachable ? PAYDRV_HEALTH_REACHABLE : 0) | (health.clock_good ? PAYDRV_HEALTH_CLOCK : 0) |
                    (health.journal_good ? PAYDRV_HEALTH_JOURNAL : 0) | (health.disk_good ? PAYDRV_HEALTH_DISK : 0);
    status.in_doubt = health.in_doubt;
    status.unacknowledged = health.unacknowledged;
    return status;
}

paydrv_status narrowed(paydrv_status status, std::uint32_t /*host_version: every host knows at least 0.9*/) noexcept {
    if (!state_of_0_9(status.state)) {
        status.state = status.next_action == PAYDRV_ACTION_WAIT ? PAYDRV_STATE_IN_PROGRESS : PAYDRV_STATE_UNKNOWN;
        status.is_final = 0;
    }
    if (status.next_action > PAYDRV_ACTION_CALL_SUPPORT) status.next_action = PAYDRV_ACTION_CALL_SUPPORT;
    if (status.reason > PAYDRV_REASON_REFUND_LEFT) status.reason = 0;
    if (status.kind > PAYDRV_KIND_FOUND) status.kind = PAYDRV_KIND_REQUEST;
    return status;
}

}  // namespace paydrv::boundary
