#pragma once

#include <Poco/JSON/Object.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/exchange.h"
#include "sandbox/faults.h"
#include "sandbox/field_rules.h"
#include "sandbox/ledger.h"
#include "sandbox/payments.h"
#include "sandbox/refunds.h"
#include "sandbox/signature.h"

namespace hostsim::sandbox {

/// How far a Request-Time may be off with strict_time. Antom documents no limit, so by default any is taken.
constexpr std::int64_t kRequestTimeLimitMs = 10 * 60 * 1000;
constexpr std::size_t kRequestLogLimit = 1'000;  ///< requests that GET /requests shows

/// One line of GET /requests.
struct RequestRecord {
    std::int64_t time_ms = 0;
    std::string api, payment_request_id, refund_request_id, result_status, result_code, fault;
};

struct GatewayOptions {
    std::string client_id;
    Key private_key;          ///< the gateway's own: signs answers
    Key merchant_public_key;  ///< verifies requests
    bool strict_time = false;
    Clock clock;
    Key second_private_key = nullptr;  ///< signs answers after a rotation; null: there is none
};

/// Requests in, replies out: authenticates, checks, executes and signs. Any thread; handle() blocks for one lock, one
/// commit and one signature. The ledger outlives the gateway.
class Gateway {
  public:
    Gateway(GatewayOptions options, Ledger& ledger);

    /// Never throws: what goes wrong inside becomes a signed F SYSTEM_ERROR.
    Reply handle(const Request& request);

    FaultRules& rules() { return rules_; }
    std::vector<RequestRecord> records() const;
    /// Requests refused before they reached a payment (signature, fields, unknown path).
    std::int64_t refused() const;

    /// The gateway's clock: the machine's, shifted by set_clock_offset. All it says and judges about time is by it.
    std::int64_t now_ms() const { return options_.clock() + clock_offset_ms_; }
    void set_clock_offset(std::int64_t offset_ms) { clock_offset_ms_ = offset_ms; }

    /// From now on answers are signed by the other of the two keys. Returns its keyVersion: 1 or 2. Throws
    /// std::invalid_argument when there is no second key.
    int rotate_keys();

    /// How long payments may be undone from now on.
    void set_windows(const UndoWindows& windows);
    /// See Payments::place.
    void place(const PlacedPayment& placed);

    /// Runs `work` with the ledger under the gateway's lock, every payment brought up to now first.
    template <class Work>
    void with_ledger(Work work) {
        std::lock_guard lock(mutex_);
        for (const Payment* payment : ledger_.payments())
            let_time_pass(*payment);
        work(ledger_);
    }

  private:
    struct Endpoint;
    static const Endpoint* endpoint_of(std::string_view path);

    Reply answer(const Request& request);
    bool authentic(const Request& request, const std::string& target, std::string& request_time, Reply& refusal);
    Answer execute(const Endpoint& endpoint, const Request& request, const std::string& request_time,
                   RequestRecord& record);
    Answer under_lock(const Endpoint& endpoint, const Poco::JSON::Object& body, RequestRecord& record);
    ChosenFault choose(const FaultSubject& subject, const Poco::JSON::Object& body,
                       const std::optional<FaultRule>& rule, int before) const;
    void let_time_pass(const Payment& payment);
    Answer pay(const Poco::JSON::Object& body, ChosenFault fault) { return payments_.pay(body, fault); }
    Answer inquire(const Poco::JSON::Object& body, ChosenFault) { return payments_.inquire(body); }
    Answer cancel(const Poco::JSON::Object& body, ChosenFault fault) { return payments_.cancel(body, fault); }
    Answer refund(const Poco::JSON::Object& body, ChosenFault fault) { return refunds_.refund(body, fault); }
    Answer inquire_refund(const Poco::JSON::Object& body, ChosenFault fault) { return refunds_.inquire(body, fault); }
    Reply unsigned_refusal(std::string_view code);
    Reply deliver(const Answer& answer, const std::string& target);
    Reply signed_reply(const Answer& answer, const std::string& target);
    void log(RequestRecord record);

    GatewayOptions options_;
    Ledger& ledger_;
    FaultRules rules_;
    std::atomic<std::int64_t> clock_offset_ms_{0};
    std::atomic<int> key_version_{1};
    mutable std::mutex mutex_;  // ledger_, windows_, payments_, refunds_
    UndoWindows windows_;
    Payments payments_;
    Refunds refunds_;
    mutable std::mutex log_mutex_;  // records_, refused_
    std::deque<RequestRecord> records_;
    std::int64_t refused_ = 0;
};

}  // namespace hostsim::sandbox
