#pragma once

#include <cstdint>
#include <string>

#include "engine/office.h"
#include "office/arguments.h"
#include "office/office_facts.h"

namespace paydrv::office {

/// R19: people end an operation in doubt. Gives Desk::settle the order and returns the answer of the request, which
/// counts once the decision is on disk. Throws Refusal, with the desk's own sentence where it says no, and what the
/// journal throws. Engine's thread.
std::string settle(std::int32_t request_op, const Arguments& arguments, const OfficeFacts& facts, engine::Desk& desk);

}  // namespace paydrv::office
