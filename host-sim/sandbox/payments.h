#pragma once

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <optional>
#include <string>

#include "sandbox/faults.h"
#include "sandbox/ledger.h"
#include "sandbox/result_codes.h"
#include "sandbox/sandbox.h"

namespace hostsim::sandbox {

/// What one request comes to, before it is signed.
struct Answer {
    Result result;
    Poco::JSON::Object::Ptr fields;  ///< the answer's fields beside result; null: none
    Fault delivery = Fault::kNone;   ///< what happens to the answer on its way: kNone or one of the answer faults
    std::int64_t delay_ms = 0;       ///< of kLateAnswer
};

/// How long after the payment it may be undone; empty: as usual (cancel until 00:15 UTC+8 of the next day, refund for
/// 365 days).
struct UndoWindows {
    std::optional<std::int64_t> cancel_ms, refund_ms;
};

/// A payment that some other system made, as POST /payments describes it.
struct PlacedPayment {
    std::string payment_request_id, currency, value, status, reference_order_id, customer;
    std::int64_t age_ms = 0;     ///< created (and paid or cancelled) this long ago
    std::int64_t expiry_ms = 0;  ///< from its creation on
};

/// The payments of the gateway: pay, inquiryPayment and cancel on checked requests. The rules: a payment is named by
/// its paymentRequestId; a repeat with the same amount and paymentMethodId gets the same answer, any other
/// REPEAT_REQ_INCONSISTENT (Antom docs, idempotency). A payment code serves one paymentRequestId. Past
/// paymentExpiryTime an unpaid payment is FAIL, ORDER_IS_CLOSED. A payment with a refund that is done or under way
/// cannot be cancelled (ORDER_STATUS_INVALID).
/// Not thread-safe: the gateway holds one lock around each call. Calls return after the commit is on disk.
class Payments {
  public:
    /// `ledger` and `windows` outlive it.
    Payments(Ledger& ledger, const UndoWindows& windows, Clock clock);

    /// `body` has passed pay_rules. `fault` is what a rule or the amount chose for this request.
    Answer pay(const Poco::JSON::Object& body, ChosenFault fault);
    Answer inquire(const Poco::JSON::Object& body);
    Answer cancel(const Poco::JSON::Object& body, ChosenFault fault);

    /// Books a payment without a request. Throws std::invalid_argument when its paymentRequestId is in use or the
    /// wallet holds too little.
    void place(const PlacedPayment& placed);

    /// The payment that an inquiry or cancel names (paymentId wins), seen or still hidden; nullptr when there is none.
    const Payment* named(const Poco::JSON::Object& body) const;

    /// Lets time pass for a payment: a slow customer confirms, an unpaid one expires. Returns it as it is now.
    Payment settled(const Payment& payment);
    /// True while inquiries do not know it.
    bool hidden(const Payment& payment) const;

  private:
    Answer repeat(const Payment& known, const Poco::JSON::Object& body, const std::string& method_hash);
    Payment fresh(const Poco::JSON::Object& body, const std::string& method_hash);
    void charge(Payment& payment, std::int64_t time_ms);
    bool refunded(const Payment& payment) const;
    std::string new_payment_id();
    Answer refuse_cancel(Payment payment, const char* code);
    Answer cancel_in_vain(Payment payment, std::int64_t after_ms);
    Answer cancel_for_good(Payment payment);

    Ledger& ledger_;
    const UndoWindows& windows_;
    Clock clock_;
};

/// True when this is the fault that the payment met at its pay.
bool met(const Payment& payment, Fault fault);

/// A new id as the gateway makes them: the time, then 15 random digits. Throws std::runtime_error without randomness.
std::string random_id(std::int64_t now_ms);

/// SHA-256 of a payment code in hex.
std::string code_hash(std::string_view code);

}  // namespace hostsim::sandbox
