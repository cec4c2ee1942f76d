#pragma once

#include <Poco/JSON/Object.h>

#include "paydrv.h"

namespace hostsim::till {

/// Adds the fields of an operation's status under their names in the header; states, kinds, reasons and next actions as
/// numbers, and as names under the same key with "_name".
void add_status(const paydrv_status& status, Poco::JSON::Object& answer);

/// Adds the fields that operation 0 has: health (a number, and its lamps by name), in_doubt, unacknowledged.
void add_health(const paydrv_status& status, Poco::JSON::Object& answer);

}  // namespace hostsim::till
