#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "money/answer.h"
#include "money/operation.h"

namespace paydrv::engine {

enum class Call : std::uint8_t { pay, inquire, cancel };

/// The moment after which a request counts as sent: the worker asks begin() right before its first byte, the engine may
/// take the request back until then. Exactly one of the two ever gets true. Any thread, never blocks.
class SendPermit {
  public:
    bool begin() noexcept { return claim(); }
    bool recall() noexcept { return claim(); }

  private:
    bool claim() noexcept { return !claimed_.exchange(true, std::memory_order_acq_rel); }
    std::atomic<bool> claimed_{false};
};

/// One request to the gateway: everything needed to build, sign and send it. Plain data, owned by whoever holds it.
struct Request {
    std::uint64_t token = 0;  // names this exchange; given by the engine, never used twice
    Call call = Call::inquire;
    money::OperationRecord record;       // what it is about; for the gate's probe only request_id is set
    std::string payment_code;            // pay only. Secret (R10)
    std::string details_json;            // pay only; checked before by details_problem
    std::int64_t deadline_ms = 0;        // in all, from hand-out to the last byte of the answer
    std::shared_ptr<SendPermit> permit;  // never null
};

/// Where a Gateway puts what it has learnt. Any thread, never blocks.
class AnswerSink {
  public:
    virtual ~AnswerSink() = default;
    virtual void first_byte(std::uint64_t token) = 0;
    virtual void answered(std::uint64_t token, money::Answer answer) = 0;
};

/// Seam: a provider of payments that speaks verdicts, not its own codes. Engine thread; nothing here blocks.
class Gateway {
  public:
    virtual ~Gateway() = default;
    /// Begins an exchange. Exactly one answered() follows, at the latest shortly after the deadline.
    virtual void send(Request request) = 0;
    /// The provider's name of an attempt (R11); a pure function of the record's store, terminal, business_day,
    /// reference.
    virtual std::string request_id(const money::OperationRecord& record) const = 0;
    /// What is wrong with the host's details, as a sentence; nothing if they can be sent.
    virtual std::optional<std::string> details_problem(std::string_view details_json) const = 0;
};

}  // namespace paydrv::engine
