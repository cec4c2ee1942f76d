// What the log says of one exchange with the gateway.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/gateway.h"
#include "engine/log.h"
#include "money/answer.h"

namespace paydrv::session {

/// Level and side of the line. debug: an inquiry whose verified answer is that the payment (refund) is undecided or not
/// known, and the gate's probe; these come every few seconds. info: everything else that is as it should be. warning:
/// what was not sent (side machine, unless the engine took it back), not verified or not ours (gateway), or points at
/// the configuration (host).
engine::LogLevel level_of(const engine::Request& request, const money::Answer& answer) noexcept;
engine::Side side_of(const money::Answer& answer) noexcept;

/// Call, verdict, code, payment id, duration, trace id, problem; what the answer lacks is left out. No secret (R10):
/// of the request it holds the call and, of a refund, the payment's reference.
std::string exchange_sentence(const engine::Request& request, const money::Answer& answer, std::int64_t took_ms);

/// Writes the line if the log keeps its level. A shortage of memory costs the line and nothing else.
void tell_exchange(engine::Log& log, const engine::Request& request, const money::Answer& answer,
                   std::int64_t took_ms) noexcept;

}  // namespace paydrv::session
