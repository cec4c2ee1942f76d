// What a gateway's answer means for money, free of any provider's codes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "money/operation.h"

namespace paydrv::money {

/// What one exchange has shown. Which of them can come from which call:
/// pay: not_sent unknown paid nothing_taken open slow_down reference_used mismatch
/// inquiry: not_sent unknown paid nothing_taken open no_such_payment cancelled mismatch
/// cancel: not_sent unknown cancelled no_such_payment out_of_window refused mismatch
/// refund: not_sent unknown refunded open nothing_taken slow_down reference_used refused mismatch
/// refund inquiry: not_sent unknown refunded open nothing_taken no_such_refund mismatch
enum class Verdict : std::uint8_t {
    not_sent,         // this process knows that no byte of the request was written
    unknown,          // no answer, one that did not verify, or one that concludes nothing (R2, R3, R18)
    paid,             // verified: the money of exactly this operation is taken
    nothing_taken,    // verified: not paid (not refunded), and cannot be any more; of a pay's or refund's F only where
                      // it proves not executed
    open,             // verified: the payment (refund) exists and is not decided
    no_such_payment,  // verified: the gateway does not know it (yet)
    cancelled,        // verified: cancelled, or the money is given back
    slow_down,        // verified: too much traffic, this request was not executed
    reference_used,   // verified: this request id is known with other content (REPEAT_REQ_INCONSISTENT)
    out_of_window,    // verified: too late to cancel
    refused,          // verified: the cancel (refund) is refused for another reason
    mismatch,         // verified, but the ids, amount or currency are not ours (R1)
    refunded,         // verified: exactly this refund is done
    no_such_refund,   // verified: the gateway does not know this refund (yet)
};

/// One refund of a payment as an inquiry lists it. Plain data.
struct ListedRefund {
    std::string request_id;  // its refundRequestId; empty: not told
    std::string refund_id;
    std::int64_t amount_minor = 0;
    bool done = false;  // false: under way. One that failed is not listed
};

/// One answer of the gateway to one request. Plain data.
struct Answer {
    Verdict verdict = Verdict::unknown;
    bool verified = false;              // R1 held for the answer's transport, signature and client id
    bool recalled = false;              // with not_sent: taken back by the engine before the first byte
    bool configuration_fault = false;   // R2, R14: an unsigned F or a failed verification that points at keys or ids
    std::int64_t response_time_ms = 0;  // gateway clock, ms since 1970; 0: not verified
    std::int64_t create_time_ms = 0;    // paymentCreateTime; 0: absent
    std::string payment_id;
    std::string refund_id;
    // Of paid, open, refunded and mismatch: what the answer speaks of, also where it is not ours.
    std::int64_t amount_minor = 0;
    std::string currency;
    std::int64_t paid_time_ms = 0;      // paymentTime or refundTime; 0: absent
    std::vector<ListedRefund> refunds;  // inquiry of a payment: refunds done or under way
    std::string code;                   // the provider's result code; only of a verified answer
    std::string wallet;
    std::string display_customer;
    Reason reason = Reason::decline;                    // of nothing_taken: from the code table
    NextAction next_action = NextAction::other_method;  // of nothing_taken: from the code table
    std::string trace;    // the gateway's trace id of this exchange, for its support; empty: none
    std::string problem;  // for the integrator, one sentence; empty if all is well. Never holds a secret.
};

}  // namespace paydrv::money
