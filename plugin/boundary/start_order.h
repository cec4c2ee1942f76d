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

/// NULL and "" are no details. Content is checked later, by the driver's own thread.
bool read_details(const char* details_json, std::string_view& details, Problem& problem) noexcept;

/// A business day that exists; `field` names it.
bool check_day(std::uint32_t business_day, const char* field, Problem& problem) noexcept;

}  // namespace paydrv::boundary
