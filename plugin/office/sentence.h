#pragma once

#include <cstdint>
#include <string_view>

#include "money/answer.h"
#include "money/operation.h"

namespace paydrv::office {

/// What followed from money that turned up late: the linked operation.
enum class Aftermath : std::uint8_t {
    none,
    giving_back,  // an undo that is under way or done
    kept,         // an undo that was refused for good
    found,        // a payment of another origin, which is not undone
};

/// "Has it been paid?", in one English sentence for the person who asks: what Alipay says now, and how that fits this
/// journal. `here`: the operation as it stands; nullptr: this journal does not know it. Pure; static storage.
std::string_view sentence(const money::OperationRecord* here, const money::Answer& answer,
                          Aftermath aftermath) noexcept;

/// Sum of the refunds that are done, at most the largest int64.
std::int64_t given_back(const money::Answer& answer) noexcept;

}  // namespace paydrv::office
