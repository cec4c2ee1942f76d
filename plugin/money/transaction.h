// The life of a payment or refund as a pure function: (transaction, event, now) -> (transaction, actions). The rules
// R1, R3, R4, R5, R6, R7, R8, R11, R12, R16, R17, R18 and R19 of CONTRACT.md are kept here and nowhere else:
// payment.cpp and refund.cpp hold one table each. No clock, no I/O, no lock.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "money/answer.h"
#include "money/operation.h"
#include "money/schedule.h"

namespace paydrv::money {

/// A payment, refund, undo or found payment under way. Only `record` outlives the process; the rest are this process's
/// clocks and what is on the wire. Times are monotonic ms; 0: not set. "The order" is what moves money for the host: a
/// payment's pay, a refund's refund.
struct Transaction {
    OperationRecord record;

    std::int64_t started_ms = 0;
    std::int64_t first_byte_by_ms = 0;  // R3: no later than this, or the order is taken back
    std::int64_t send_order_at_ms = 0;  // when the order is tried (again)
    std::int64_t next_inquiry_ms = 0;
    std::int64_t schedule_end_ms = 0;  // then the driver asks its own cancel
    std::int64_t cancel_wanted_ms = 0;
    std::int64_t next_cancel_ms = 0;
    std::int64_t last_verified_ms = 0;  // the newest verified answer about it, or when asking began
    std::int32_t rounds = 0;            // cancels or refunds sent, or inquiries before one, since it was wanted
    std::int32_t refusals = 0;          // R5, R18: equal verified refusals of the cancel or refund in a row
    std::string refusal_code;
    bool cancel_of_seen = false;  // the payment had been seen when the last cancel was sent
    std::int32_t traffic_refusals = 0;
    bool order_out = false;  // with the engine or a worker
    bool inquiry_out = false;
    bool cancel_out = false;
    bool undo_out = false;          // R5: the driver's own refund
    bool refund_in_doubt = false;   // R18: a sending of the refund may have been executed
    bool waiting_customer = false;  // the gateway has said, verified, that the customer has to act
    bool told_to_stop = false;      // a cancel was asked before the first byte
};

enum class EventKind : std::uint8_t {
    worker_ready,      // the gate is open and a worker is reserved for this order
    details_at_fault,  // the host's details cannot be sent, or the payment to refund is none
    committed,         // everything that was to be journaled about this operation is on disk
    commit_failed,
    first_byte,        // of the order
    order_recalled,    // the order was taken back: no byte was or will be written
    order_answered,    // with an answer; silence is an answer with Verdict::unknown
    inquiry_answered,  // of a refund not sent yet: the inquiry of its original
    cancel_answered,
    undo_answered,  // of the driver's own refund
    cancel_asked,   // by the host
    settled,        // by people (R19): answer.verdict paid or cancelled says as what
    timer,          // wake_at has come
};
inline constexpr std::size_t event_kinds = 13;
inline constexpr std::size_t phases = 14;

struct Event {
    EventKind kind = EventKind::timer;
    Answer answer;  // of the ..._answered kinds
    /// Of the inquiry of a refund's original: what other refunds hold of it (spoken_for).
    std::int64_t spoken_for_minor = 0;
};

struct Now {
    std::int64_t monotonic_ms = 0;
    std::int64_t gateway_ms = 0;  // gateway clock, ms since 1970; 0 before the gate has opened
    bool gate_open = false;
    bool journal_good = true;  // false: the disk refuses
};

/// What is to be done, in this order: journal, then send. An order, cancel or undo goes out only when `journal` is on
/// disk.
struct Actions {
    std::string_view journal;  // name of the change that is to be made durable; empty: none
    bool send_order = false;
    bool send_inquiry = false;  // of the payment; of a refund that was sent: of the refund
    bool send_cancel = false;
    bool send_undo = false;
    bool recall_order = false;  // answered at once with order_recalled, or first_byte if it is too late
    /// An operation of its own is to begin about the same money: of begin_undo or begin_found. request: none.
    Kind link = Kind::request;
    bool given_back = false;  // a refund is done: its payment counts it
};

struct Decision {
    Transaction transaction;
    Actions actions;
};

/// What the contract shows of a transaction now.
struct Shown {
    State state = State::in_progress;
    Reason reason = Reason::none;
    NextAction next_action = NextAction::wait;

    friend bool operator==(const Shown&, const Shown&) = default;
};

/// A new payment attempt or refund as the host gave it.
Transaction begin(OperationRecord record, const Now& now);
/// One found in the journal after a restart (R16): what has no result counts as sent.
Transaction reopen(OperationRecord record, const Schedule& schedule, const Now& now);
/// R6: the undo of money that turned up after this payment had ended without; R11: the payment that was found in place
/// of this one. Both still need a row; reopen makes them run.
OperationRecord undo_of(const OperationRecord& payment, const Answer& answer);
OperationRecord found_of(const OperationRecord& payment, const Answer& answer);
/// R6, R19: what must begin about a final operation once this verified answer to an inquiry is known; Kind::request:
/// nothing.
Kind follow_up(const OperationRecord& record, const Answer& answer, const Schedule& schedule);

Decision decide(Transaction transaction, const Event& event, const Schedule& schedule, const Now& now);
/// `committed` false: the newest state is not on disk yet, so a final DECLINED or CANCELLED is not shown (R17).
Shown shown(const Transaction& transaction, bool committed, const Schedule& schedule, std::int64_t now_ms);
/// When decide wants a timer event, or what is shown changes by time alone; INT64_MAX: never.
std::int64_t wake_at(const Transaction& transaction, const Schedule& schedule, std::int64_t now_ms);
/// Not final, and a byte of an order may have left.
bool in_doubt(const Transaction& transaction) noexcept;
/// Final, and nothing is asked about it any more.
bool is_over(const Transaction& transaction) noexcept;
/// Whether R6's one inquiry after expiry + 60 s, or R19's after a settlement, is still due.
bool wants_late_look(const OperationRecord& record) noexcept;

/// R8: what refunds other than `own_request_id` hold of a payment: those that an inquiry lists, and those of this
/// journal (done, or sent and not refused) that it does not list.
std::int64_t spoken_for(std::span<const ListedRefund> listed, std::span<const OperationRecord> known,
                        std::string_view own_request_id);

std::string_view name(Phase phase) noexcept;
std::string_view name(EventKind kind) noexcept;
std::string_view name(Verdict verdict) noexcept;

}  // namespace paydrv::money
