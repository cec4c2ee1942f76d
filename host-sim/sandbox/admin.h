#pragma once

#include "sandbox/exchange.h"
#include "sandbox/gateway.h"

namespace hostsim::sandbox {

/// The admin interface: GET /ledger, GET /requests, GET /faults, POST /faults, DELETE /faults, POST /wallets; JSON in
/// and out. A request that cannot be understood gets 400 and {"error": "..."} saying what is allowed. Any thread.
Reply handle_admin(Gateway& gateway, const Request& request);

}  // namespace hostsim::sandbox
