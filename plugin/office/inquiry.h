#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/office.h"
#include "office/arguments.h"
#include "office/document.h"
#include "office/office_facts.h"

namespace paydrv::office {

inline constexpr std::size_t max_payments_asked = 20;  // of one order; the newest
inline constexpr int max_silent = 3;  // in a row; then the rest is not asked: a black hole ends it soon

using RequestIdOf = std::function<std::string(const money::OperationRecord&)>;

/// One "inquire": asks Alipay about each payment that the request names, one after the other. Engine's thread.
class Inquiry {
  public:
    /// Throws Refusal, and what the journal throws.
    Inquiry(const Arguments& arguments, const OfficeFacts& facts, const RequestIdOf& request_id, engine::Desk& desk);

    /// What to ask the gateway now; nullptr: nothing more.
    const money::OperationRecord* question() const;
    /// Throws what the journal throws.
    void answered(const money::Answer& answer, engine::Desk& desk);
    /// The answer of the request, once there is no question any more.
    std::string json(engine::Desk& desk) const;

  private:
    /// One payment that is asked about.
    struct Asked {
        money::OperationRecord record;  // as it stood; without a row: this journal does not know it
        money::Answer answer;           // as long as there is none: silence
        std::int32_t followed_by = 0;   // the operation that Desk::follow_up has begun
    };

    void take_order(const Arguments& arguments, engine::Desk& desk);
    void take_reference(const Arguments& arguments, const OfficeFacts& facts, engine::Desk& desk);
    void take(std::vector<money::OperationRecord> records, engine::Desk& desk);
    void take_stranger(money::OperationRecord record);
    static Document answer_about(const Asked& asked, engine::Desk& desk);

    std::vector<Asked> asked_;
    std::size_t next_ = 0;
    std::size_t left_out_ = 0;
    int silent_ = 0;
};

}  // namespace paydrv::office
