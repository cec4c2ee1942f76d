// The life of a payment as a pure function: (payment, event, now) -> (payment, actions). The rules R1, R3, R4, R5, R7,
// R11, R12, R16, R17 and R18 of CONTRACT.md are kept here and nowhere else. No clock, no I/O, no lock.
#pragma once

#include <cstdint>
#include <string_view>

#include "money/answer.h"
#include "money/operation.h"
#include "money/schedule.h"

namespace paydrv::money {

/// A payment under way. Only `record` outlives the process; the rest are this process's clocks and what is on the wire.
/// Times are monotonic ms; 0: not set.
struct Payment {
    OperationRecord record;

    std::int64_t started_ms = 0;
    std::int64_t first_byte_by_ms = 0;  // R3: no later than this, or the pay is taken back
    std::int64_t send_pay_at_ms = 0;    // when the pay is tried (again)
    std::int64_t next_inquiry_ms = 0;
    std::int64_t schedule_end_ms = 0;  // then the driver asks its own cancel
    std::int64_t cancel_wanted_ms = 0;
    std::int64_t next_cancel_ms = 0;
    std::int64_t last_verified_ms = 0;  // the newest verified answer about this payment, or when asking began
    std::int32_t rounds = 0;            // cancels sent, or inquiries before one, since it was wanted
    std::int32_t refusals = 0;          // R5: equal verified refusals of the cancel in a row
    std::string refusal_code;
    bool cancel_of_seen = false;  // the payment had been seen when the last cancel was sent
    std::int32_t traffic_refusals = 0;
    bool pay_out = false;  // with the engine or a worker
    bool inquiry_out = false;
    bool cancel_out = false;
    bool waiting_customer = false;  // the gateway has said, verified, that the customer has to act
    bool told_to_stop = false;      // a cancel was asked before the first byte
};

enum class EventKind : std::uint8_t {
    worker_ready,      // the gate is open and a worker is reserved for this payment
    details_at_fault,  // the host's details cannot be sent
    committed,         // everything that was to be journaled about this payment is on disk
    commit_failed,
    first_byte,    // of the pay
    pay_recalled,  // the pay was taken back: no byte was or will be written
    pay_answered,  // with an answer; silence is an answer with Verdict::unknown
    inquiry_answered,
    cancel_answered,
    cancel_asked,  // by the host
    timer,         // wake_at has come
};
inline constexpr std::size_t event_kinds = 11;
inline constexpr std::size_t phases = 12;

struct Event {
    EventKind kind = EventKind::timer;
    Answer answer;  // of the ..._answered kinds
};

struct Now {
    std::int64_t monotonic_ms = 0;
    std::int64_t gateway_ms = 0;  // gateway clock, ms since 1970; 0 before the gate has opened
    bool gate_open = false;
    bool journal_good = true;  // false: the disk refuses
};

/// What is to be done, in this order: journal, then send. A pay or cancel goes out only when `journal` is on disk.
struct Actions {
    std::string_view journal;  // name of the change that is to be made durable; empty: none
    bool send_pay = false;
    bool send_inquiry = false;
    bool send_cancel = false;
    bool recall_pay = false;  // answered at once with pay_recalled, or first_byte if it is too late
};

struct Decision {
    Payment payment;
    Actions actions;
};

/// What the contract shows of a payment now.
struct Shown {
    State state = State::in_progress;
    Reason reason = Reason::none;
    NextAction next_action = NextAction::wait;

    friend bool operator==(const Shown&, const Shown&) = default;
};

/// A new attempt as the host gave it.
Payment begin(OperationRecord record, const Now& now);
/// An attempt found in the journal after a restart (R16): what has no result counts as sent.
Payment reopen(OperationRecord record, const Schedule& schedule, const Now& now);
Decision decide(Payment payment, const Event& event, const Schedule& schedule, const Now& now);
/// `committed` false: the payment's newest state is not on disk yet, so a final DECLINED or CANCELLED is not shown
/// (R17).
Shown shown(const Payment& payment, bool committed, const Schedule& schedule, std::int64_t now_ms);
/// When decide wants a timer event, or what is shown changes by time alone; INT64_MAX: never.
std::int64_t wake_at(const Payment& payment, const Schedule& schedule, std::int64_t now_ms);
/// Not final, and a byte of a pay may have left.
bool in_doubt(const Payment& payment) noexcept;

std::string_view name(Phase phase) noexcept;
std::string_view name(EventKind kind) noexcept;
std::string_view name(Verdict verdict) noexcept;

}  // namespace paydrv::money
