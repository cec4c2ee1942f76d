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

enum class Call : std::uint8_t { pay, inquire, cancel, refund, inquire_refund };
inline constexpr std::size_t calls = 5;

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
    /// What it is about. refund, inquire_refund: a refund, its request_id the refundRequestId, with payment_id, amount,
    /// currency, reference (empty: the driver's own) and description (refundReason). inquire: a payment, by payment_id
    /// where known, else by request_id; an amount of 0 is compared with nothing. The gate's probe has request_id alone.
    money::OperationRecord record;
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
    /// R8's name of a refund: by the host's reference, or of the driver's own. Pure.
    virtual std::string refund_id(std::string_view payment_id, std::string_view refund_reference) const = 0;
    virtual std::string undo_id(std::string_view payment_id) const = 0;
    /// What is wrong with the host's details, as a sentence; nothing if they can be sent.
    virtual std::optional<std::string> details_problem(std::string_view details_json) const = 0;
};

}  // namespace paydrv::engine
