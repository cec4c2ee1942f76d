#pragma once

#include <cstddef>
#include <string>

#include "engine/office.h"
#include "office/arguments.h"

namespace paydrv::office {

inline constexpr std::size_t max_listed_in_doubt = 200;  // by name; all are counted

/// "day_totals": what a business day came to, by operator, currency and wallet; the day is the record's own, a refund's
/// that of the refund. Throws Refusal, also where a sum does not fit 64 bits, and what the journal throws. Reads the
/// whole day, so it takes as long as the disk does. Engine's thread.
std::string day_totals(const Arguments& arguments, engine::Desk& desk);

}  // namespace paydrv::office
