#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/journal.h"
#include "engine/snapshot.h"
#include "money/answer.h"
#include "money/operation.h"

namespace paydrv::engine {

/// What a piece of back office work came to: the request's final state and its answer.
struct OfficeResult {
    money::State state = money::State::succeeded;  // or declined
    money::Reason reason = money::Reason::none;    // of declined: details if the host's JSON is at fault
    money::NextAction next_action = money::NextAction::nothing;
    std::string json;  // the whole answer: an object, checked against the request's schema in tests
};

/// What people have decided about an operation in doubt (R19).
struct Settlement {
    money::State outcome = money::State::succeeded;  // or cancelled
    std::string who;
    std::string why;
};

/// The engine's services for the back office. Engine's thread; the journal's reads may block on the disk and throw.
class Desk {
  public:
    virtual ~Desk() = default;
    virtual Journal& journal() = 0;
    virtual Health health() const = 0;
    virtual std::int64_t wall_ms() const = 0;
    virtual std::int64_t gateway_ms() const = 0;  // gateway clock (R13); 0: not known
    /// Asks the gateway about a payment; its answer comes to Office::answered under the request's op. As
    /// Request::record of Call::inquire. An empty payment_id and request_id: a random id, to see whether it answers.
    virtual void inquire(std::int32_t request_op, const money::OperationRecord& about) = 0;
    /// What an inquiry has shown about an operation of this journal that is final: a late success is undone (R6), one
    /// that was settled by hand otherwise too (R19). 0: nothing follows; else the linked operation's id.
    virtual std::int32_t follow_up(const money::OperationRecord& about, const money::Answer& answer) = 0;
    /// The operation as it stands now, newer than the journal while it is under way.
    virtual money::OperationRecord present(const money::OperationRecord& record) = 0;
    /// An id under which the host can read this operation; 0: none is free.
    virtual std::int32_t op_of(const money::OperationRecord& record) = 0;
    /// R19: ends an operation in doubt by hand; the request ends once that is on disk. Empty: done; else a sentence
    /// that says why not.
    virtual std::string settle(std::int32_t request_op, const money::OperationRecord& record,
                               const Settlement& settlement) = 0;
    /// Ends a request. Once for each begin(), in it or later.
    virtual void finish(std::int32_t request_op, OfficeResult result) = 0;
};

/// Seam: back office work by name. Engine's thread; never throws but std::bad_alloc.
class Office {
  public:
    virtual ~Office() = default;
    /// Begins; ends with Desk::finish. `name` is one that knows() knows. json may be empty and is not trusted.
    virtual void begin(std::int32_t request_op, std::string_view name, std::string_view json, Desk& desk) = 0;
    /// The answer to Desk::inquire; silence is an answer with Verdict::unknown.
    virtual void answered(std::int32_t request_op, const money::Answer& answer, Desk& desk) = 0;
    /// Whether there is such a request. Any thread, instant.
    virtual bool knows(std::string_view name) const noexcept = 0;
};

}  // namespace paydrv::engine
