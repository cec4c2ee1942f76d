#pragma once

#include <string>

#include "sandbox/exchange.h"
#include "sandbox/gateway.h"

namespace hostsim::sandbox {

/// The admin interface; admin_help() lists what there is. JSON in and out. A request that cannot be understood gets 400
/// and {"error": "..."} saying what is allowed. Any thread.
Reply handle_admin(Gateway& gateway, const Request& request);

/// One line a call, as GET / shows them and `host-sim sandbox --help`.
std::string admin_help();

}  // namespace hostsim::sandbox
