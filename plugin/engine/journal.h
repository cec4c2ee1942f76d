#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "money/operation.h"

namespace paydrv::engine {

/// One change of one operation, to be made durable.
struct Change {
    money::OperationRecord record;  // as it shall stand; record.row is set
    std::string event;              // what brought it about: "intent", "result", "cancel", "acknowledge"...
};

enum class List : std::uint8_t { unacknowledged, unfinished, day };

/// Seam: what is on disk. One thread at a time (the engine's). Every call may block on the disk; the reading ones throw
/// std::exception when the file cannot be read.
class Journal {
  public:
    virtual ~Journal() = default;
    /// Makes all changes durable, or none. false: refused, or not known whether it landed (R17); the next commit first
    /// closes, reopens and verifies the file. problem() then says why.
    virtual bool commit(std::span<const Change> changes) = 0;
    /// Whether a commit would work now: writes and syncs a row of its own. Asked while the disk refuses.
    virtual bool probe() = 0;
    virtual std::string problem() const = 0;

    virtual std::optional<money::OperationRecord> by_row(std::int64_t row) = 0;
    virtual std::optional<money::OperationRecord> by_name(money::Kind kind, std::string_view store,
                                                          std::string_view terminal, std::uint32_t business_day,
                                                          std::string_view reference) = 0;
    /// Rows above `after` in their order, at most `limit`. business_day only for List::day.
    virtual std::vector<money::OperationRecord> list(List what, std::uint32_t business_day, std::int64_t after,
                                                     std::size_t limit) = 0;
    /// All operations of this business day and later: the index of R11.
    virtual std::vector<money::OperationRecord> since(std::uint32_t business_day) = 0;
    /// All operations of this paymentId, of this provider's request id, or of this ticket (business_day 0: of any day,
    /// the newest 100), in the order of their rows.
    virtual std::vector<money::OperationRecord> by_payment_id(std::string_view payment_id) = 0;
    virtual std::vector<money::OperationRecord> by_request_id(std::string_view request_id) = 0;
    virtual std::vector<money::OperationRecord> by_order(std::uint32_t business_day,
                                                         std::string_view order_reference) = 0;
    /// Head of the event chain, lower-case hex; and the free bytes of the journal's disk, -1: not known.
    virtual std::string head() const = 0;
    virtual std::int64_t free_bytes() = 0;
    virtual std::int64_t last_row() = 0;
    virtual std::uint64_t unacknowledged() = 0;  // final operations that the host has not acknowledged
    /// 16 bytes, made once with the journal: the key under which payment codes are hashed.
    virtual std::string code_key() = 0;
};

}  // namespace paydrv::engine
