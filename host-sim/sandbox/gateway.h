#pragma once

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/exchange.h"
#include "sandbox/faults.h"
#include "sandbox/field_rules.h"
#include "sandbox/ledger.h"
#include "sandbox/payments.h"
#include "sandbox/signature.h"

namespace hostsim::sandbox {

/// How far a Request-Time may be off with strict_time. Antom documents no limit, so by default any is taken.
constexpr std::int64_t kRequestTimeLimitMs = 10 * 60 * 1000;
constexpr std::size_t kRequestLogLimit = 1'000;  ///< requests that GET /requests shows

/// One line of GET /requests.
struct RequestRecord {
    std::int64_t time_ms = 0;
    std::string api, payment_request_id, result_status, result_code, fault;
};

struct GatewayOptions {
    std::string client_id;
    Key private_key;          ///< the gateway's own: signs answers
    Key merchant_public_key;  ///< verifies requests
    bool strict_time = false;
    Clock clock;
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

    /// Runs `work` with the ledger under the gateway's lock, every payment brought up to now first.
    template <class Work>
    void with_ledger(Work work) {
        std::lock_guard lock(mutex_);
        for (const Payment* payment : ledger_.payments()) {
            if (payment->status == "PROCESSING") payments_.settled(*payment);
        }
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
    Answer pay(const Poco::JSON::Object& body, Fault fault) { return payments_.pay(body, fault); }
    Answer inquire(const Poco::JSON::Object& body, Fault) { return payments_.inquire(body); }
    Answer cancel(const Poco::JSON::Object& body, Fault fault) { return payments_.cancel(body, fault); }
    Reply unsigned_refusal(std::string_view code);
    Reply deliver(const Answer& answer, const std::string& target);
    void log(RequestRecord record);

    GatewayOptions options_;
    Ledger& ledger_;
    FaultRules rules_;
    mutable std::mutex mutex_;  // ledger_, payments_
    Payments payments_;
    mutable std::mutex log_mutex_;  // records_, refused_
    std::deque<RequestRecord> records_;
    std::int64_t refused_ = 0;
};

}  // namespace hostsim::sandbox
