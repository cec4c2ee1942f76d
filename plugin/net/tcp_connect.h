// A TCP connection to whichever address of a host answers first.
#pragma once

#include <Poco/Net/IPAddress.h>

#include <cstdint>
#include <string>
#include <vector>

#include "net/fault.h"
#include "net/wait.h"

namespace paydrv::net {

struct TcpConnection {
    Descriptor socket;  // connected, non-blocking, without Nagle's delay, closed on exec
    Failure failure;    // set exactly if there is no socket
};

// Tries the addresses in their order: the next one starts when one has failed or 250 ms have passed (RFC 8305), and
// those under way go on; the first to connect wins and the others are closed. `name` and `to_check`,
// what of the configuration they come from, are for the sentence only.
TcpConnection connect_to_any(const std::vector<Poco::Net::IPAddress>& addresses, std::uint16_t port,
                             const std::string& name, const std::string& to_check, const Deadline& deadline,
                             const StopSignal& stop);

}  // namespace paydrv::net
