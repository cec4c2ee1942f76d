// What a host asks of one session, behind the fence and the session's pin. Each is instant but where a wait is given.
#pragma once

#include <cstdint>

#include "boundary/contract.h"
#include "boundary/problem.h"
#include "boundary/sessions.h"

namespace paydrv::boundary {

std::int32_t start(const Sessions::Pin& pin, const paydrv_payment* payment, const char* details_json, std::int32_t* op,
                   Problem& problem);
std::int32_t refund(const Sessions::Pin& pin, const paydrv_refund_request* refund, std::int32_t* op, Problem& problem);
/// name: not NULL.
std::int32_t request(const Sessions::Pin& pin, const char* name, const char* json, std::int32_t* op, Problem& problem);
std::int32_t cancel(const Sessions::Pin& pin, std::int32_t op);
std::int32_t acknowledge(const Sessions::Pin& pin, std::int32_t op, const char* order_reference);

/// Waits at most wait_ms. With wait_ms 0: no allocation, no system call.
std::int32_t poll(const Sessions::Pin& pin, std::int32_t op, std::uint32_t seen, std::uint32_t wait_ms,
                  paydrv_status* status, Problem& problem);
std::int32_t text(const Sessions::Pin& pin, std::int32_t op, std::uint32_t revision, std::int32_t id, char* buf,
                  std::uint32_t cap, std::uint32_t* needed);

/// Waits at most 900 ms for the driver's thread.
std::int32_t find(const Sessions::Pin& pin, const paydrv_key* key, std::int32_t* op, Problem& problem);
/// Waits at most wait_ms + 900 ms.
std::int32_t next(const Sessions::Pin& pin, std::uint32_t filter, std::uint64_t* cursor, std::uint32_t wait_ms,
                  std::int32_t* op);

}  // namespace paydrv::boundary
