#pragma once

#include <Poco/JSON/Object.h>

#include "sandbox/gateway.h"

namespace hostsim::sandbox {

/// What GET /ledger shows: payments (each with its refunds, what was charged and returned, and its requests), entries
/// and the totals of requests. Any thread; blocks for the gateway's lock.
Poco::JSON::Object::Ptr ledger_json(Gateway& gateway);

}  // namespace hostsim::sandbox
