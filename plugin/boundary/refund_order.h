#pragma once

#include "boundary/contract.h"
#include "boundary/problem.h"
#include "engine/intake.h"
#include "session/session.h"

namespace paydrv::boundary {

/// Checks a host's refund field by field and copies it out: the payment by operation becomes the payment by its own
/// name. false: refused, the sentence is in `problem`. Instant, allocates nothing.
bool read_refund(const paydrv_refund_request* refund, const session::Session& session, engine::StartOrder& order,
                 Problem& problem) noexcept;

}  // namespace paydrv::boundary
