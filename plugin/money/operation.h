// What an operation is, in the words of the contract: its states, and the record of it that outlives the process.
#pragma once

#include <cstdint>
#include <string>

namespace paydrv::money {

// The numbers are those of abi/paydrv.h and of the journal; plugin/boundary asserts that they agree. Never renumber.
enum class Kind : std::uint32_t { payment = 1, refund = 2, request = 3, undo = 4, found = 5 };
enum class Mode : std::uint32_t { user_presented = 1, order_code = 2, entry_code = 3 };
enum class State : std::uint32_t {
    in_progress = 1,
    waiting_customer = 2,
    cancelling = 3,
    unknown = 4,
    succeeded = 101,
    declined = 102,
    cancelled = 103,
};
enum class Reason : std::uint32_t {
    none = 0,
    expiry = 1,
    cashier = 2,
    customer = 3,
    decline = 4,
    not_sent = 5,
    not_ready = 6,
    journal = 7,
    details = 8,
    reference_used = 9,
    outside = 10,
    driver_stalled = 11,
    manual = 12,
    mismatch = 13,
    not_undone = 14,
    original = 15,
    refund_left = 16,
};
enum class NextAction : std::uint32_t {
    nothing = 0,
    wait = 1,
    show_code = 2,
    rescan = 3,
    new_attempt = 4,
    other_method = 5,
    settle_later = 6,
    call_support = 7,
};

/// The sub-states of CONTRACT.md's table. Journaled: never renumber.
enum class Phase : std::uint32_t {
    queued = 1,            // waits for the gate or a worker; no row
    committing = 2,        // the intent is being committed
    handed_out = 3,        // with a worker, no byte written
    sent = 4,              // the first byte is out
    inquiring = 5,         // pay unanswered or inconclusive
    back_off = 6,          // too much traffic; the same pay again later
    cancel_wanted = 7,     // journaled; inquired before a cancel is sent
    cancel_sent = 8,       // the same cancel until it is answered
    awaiting_expiry = 9,   // R4
    refund_instead = 10,   // R5
    mismatch = 11,         // a verified answer speaks of something else; people decide
    concluded = 12,        // final
    asking_original = 13,  // refund: the payment is inquired before anything is sent (R8)
    refunding = 14,        // refund in doubt: inquired, then the same refund again
};

/// Who asked for the cancel. Journaled: never renumber.
enum class CancelBy : std::uint32_t { nobody = 0, host = 1, schedule = 2 };

constexpr bool is_final(State state) noexcept {
    return state == State::succeeded || state == State::declined || state == State::cancelled;
}

/// The part of an operation that outlives the process: one row of the journal. Plain data; the engine's thread owns it.
/// Never holds the payment code, a key or pspCustomerId (R10). Amounts in minor units; times in ms since 1970.
struct OperationRecord {
    std::int64_t row = 0;  // key in the journal, given by the engine in the order of beginning; 0: none yet

    // What the host asked for; never changes.
    Kind kind = Kind::payment;
    Mode mode = Mode::user_presented;
    std::string store;     // referenceStoreId of the configuration at the time
    std::string terminal;  // storeTerminalId
    std::uint32_t business_day = 0;
    std::string reference;
    std::string order_reference;
    std::string operator_id;
    std::string description;
    std::int64_t amount_minor = 0;
    std::string currency;
    std::uint32_t flags = 0;
    std::uint32_t timeout_s = 0;
    std::uint64_t code_hash = 0;       // keyed hash of the payment code (references.h); tells only equal codes apart
    std::string request_id;            // Alipay's paymentRequestId, of a refund its refundRequestId (R8, R11)
    std::int64_t created_wall_ms = 0;  // the till's clock; for people, never for money
    std::int64_t first_sent_ms = 0;    // gateway clock at the first hand-out
    std::int64_t expiry_ms = 0;        // paymentExpiryTime, gateway clock

    // How it stands.
    Phase phase = Phase::queued;
    State state = State::in_progress;
    Reason reason = Reason::none;
    NextAction next_action = NextAction::wait;
    CancelBy cancel_by = CancelBy::nobody;
    bool seen = false;             // R4: a pay answer, inquiry or notification has shown that the payment exists
    std::string own_payment_id;    // R12: the paymentId that an answer to our own pay carried
    bool reference_used = false;   // R11: pay answered REPEAT_REQ_INCONSISTENT on its first sending
    std::string payment_id;        // Alipay's paymentId
    std::string provider_code;     // Alipay's last conclusive result code
    std::string wallet;            // pspName
    std::string display_customer;  // displayCustomerId, masked by Alipay
    std::int64_t refunded_minor = 0;
    std::int64_t linked_row = 0;
    bool acknowledged = false;

    // Of a refund: the payment that it gives back from; the name empty if the host named it by payment_id.
    std::string original_terminal;
    std::uint32_t original_business_day = 0;
    std::string original_reference;
    std::int64_t original_amount_minor = 0;
    std::string refund_id;  // Alipay's refundId, also of the driver's own refund

    std::int64_t undo_minor = 0;    // R5: what the driver's own refund gives back; 0: none was sent
    bool looked_late = false;       // R6: the one inquiry after expiry + 60 s has been answered
    std::int64_t paid_time_ms = 0;  // paymentTime or refundTime, gateway clock; 0: not told
    std::string settled_by;         // R19: who ended it by hand, and why
    std::string settled_why;

    friend bool operator==(const OperationRecord&, const OperationRecord&) = default;
};

}  // namespace paydrv::money
