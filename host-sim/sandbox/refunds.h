#pragma once

#include <Poco/JSON/Object.h>

#include <string>

#include "sandbox/faults.h"
#include "sandbox/ledger.h"
#include "sandbox/payments.h"

namespace hostsim::sandbox {

/// The refunds of the gateway: refund and inquiryRefund on checked requests. The rules (Antom docs, refund,
/// idempotency): a refund is named by its refundRequestId; a repeat with the same amount and paymentId gets the same
/// answer, any other REPEAT_REQ_INCONSISTENT. Of a paid payment only, in its currency, in parts as often as wished
/// until nothing is left, within the window. A refund that is refused (F) leaves no record: the same request is judged
/// afresh. inquiryRefund of a refund that is not known is S SUCCESS without a refund's fields.
/// Not thread-safe: the gateway holds one lock around each call. Calls return after the commit is on disk.
class Refunds {
  public:
    /// All but the clock outlive it.
    Refunds(Ledger& ledger, Payments& payments, const UndoWindows& windows, Clock clock);

    /// `body` has passed refund_rules. `fault` is what a rule or the amount chose for this request.
    Answer refund(const Poco::JSON::Object& body, ChosenFault fault);
    Answer inquire(const Poco::JSON::Object& body, ChosenFault fault);

    /// The refund that an inquiryRefund or a refund names (refundId wins), seen or still hidden; nullptr: there is
    /// none.
    const Refund* named(const Poco::JSON::Object& body) const;

    /// Lets time pass: refunds in process whose time has come become SUCCESS or FAIL.
    void settle(const std::string& payment_id);

  private:
    Answer repeat(const Refund& known, const Poco::JSON::Object& body);
    const char* refusal(const Payment& payment, const Refund& refund, Fault fault) const;
    const char* wallet_refusal(const Payment& payment, const Refund& refund, Fault fault) const;
    std::int64_t taken(const std::string& payment_id) const;
    Refund fresh(const Poco::JSON::Object& body, ChosenFault fault);
    void conclude(Refund& refund, std::int64_t time_ms);
    void save(const Refund& refund);

    Ledger& ledger_;
    Payments& payments_;
    const UndoWindows& windows_;
    Clock clock_;
};

}  // namespace hostsim::sandbox
