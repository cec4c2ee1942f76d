#pragma once

#include <cstdint>
#include <string>

#include "money/operation.h"

namespace paydrv::engine {

/// Papers that are made at the first asking.
enum class Paper : std::uint8_t { receipt_merchant, receipt_customer, detail };

/// Seam: writes the papers of an operation. Engine's thread; never throws but std::bad_alloc.
class Scribe {
  public:
    virtual ~Scribe() = default;
    /// Receipt: lines of at most 40 columns, LF between, UTF-8; of an operation that is acknowledged a reprint; empty:
    /// there is no such paper in this state. detail: the whole record as a JSON object, without secrets (R10).
    /// `linked`: the operation that record.linked_row names; nullptr: none.
    virtual std::string write(Paper paper, const money::OperationRecord& record,
                              const money::OperationRecord* linked) const = 0;
};

}  // namespace paydrv::engine
