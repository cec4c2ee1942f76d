#pragma once

#include <Poco/JSON/Object.h>

#include <cstdint>
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
};

/// The money side of the gateway: pay, inquiryPayment and cancel on checked requests. The rules: a payment is named by
/// its paymentRequestId; a repeat with the same amount and paymentMethodId gets the same answer, any other
/// REPEAT_REQ_INCONSISTENT (Antom docs, idempotency). A payment code serves one paymentRequestId. Past
/// paymentExpiryTime an unpaid payment is FAIL, ORDER_IS_CLOSED.
/// Not thread-safe: the gateway holds one lock around each call. Calls return after the commit is on disk.
class Payments {
  public:
    Payments(Ledger& ledger, Clock clock);

    /// `body` has passed pay_rules. `fault` is what a rule or the amount chose for this request.
    Answer pay(const Poco::JSON::Object& body, Fault fault);
    Answer inquire(const Poco::JSON::Object& body);
    Answer cancel(const Poco::JSON::Object& body, Fault fault);

    /// The payment that an inquiry or cancel names (paymentId wins), seen or still hidden; nullptr when there is none.
    const Payment* named(const Poco::JSON::Object& body) const;

    /// Lets time pass for a payment: a slow customer confirms, an unpaid one expires. Returns it as it is now.
    Payment settled(const Payment& payment);

  private:
    Answer repeat(const Payment& known, const Poco::JSON::Object& body, const std::string& method_hash);
    Payment fresh(const Poco::JSON::Object& body, const std::string& method_hash);
    void charge(Payment& payment, std::int64_t time_ms);
    bool hidden(const Payment& payment) const;
    std::string new_payment_id();
    Answer refuse_cancel(Payment payment, const char* code);

    Ledger& ledger_;
    Clock clock_;
};

/// SHA-256 of a payment code in hex.
std::string code_hash(std::string_view code);

}  // namespace hostsim::sandbox
