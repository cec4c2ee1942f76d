#pragma once

#include "boundary/contract.h"
#include "boundary/problem.h"
#include "engine/intake.h"
#include "session/session.h"

namespace paydrv::boundary {

/// Checks a host's payment field by field and copies it out. false: refused, the sentence is in `problem`, which never
/// holds the payment code (R10). Instant, allocates nothing. The caller wipes `order` after use.
bool read_payment(const paydrv_payment* payment, const session::Session& session, engine::StartOrder& order,
                  Problem& problem) noexcept;

/// JSON of details or of a request: UTF-8 of at most 16383 bytes; NULL and "" are none. Content is checked later, by
/// the driver's own thread.
bool read_json(const char* json, const char* field, std::string_view& content, Problem& problem) noexcept;

}  // namespace paydrv::boundary
