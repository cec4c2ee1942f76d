// The addresses of one host name, asked of the name servers with c-ares inside the caller's deadline.
#pragma once

#include <Poco/Net/IPAddress.h>

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "net/fault.h"
#include "net/wait.h"

namespace paydrv::net {

struct Addresses {
    std::vector<Poco::Net::IPAddress> list;  // in the order in which to try them, families in turn
    Failure failure;                         // set exactly if the list is empty
};

// Remembers the last addresses that a name server gave, and hands them out when it gives none. Any thread.
class Resolver {
  public:
    // `name_servers`: "address[:port],..." or empty for the system's (resolv.conf). /etc/hosts is read either way.
    // `to_check`: what of the configuration the host comes from, for the sentence.
    Resolver(std::string host, std::string name_servers, std::string to_check);

    // Blocks until the deadline at most; returns at once when the signal is raised.
    Addresses resolve(const Deadline& deadline, const StopSignal& stop);

    // The addresses handed out last led to no connection: ask the name servers again next time.
    void distrust() noexcept;

  private:
    Addresses ask(const Deadline& deadline, const StopSignal& stop) const;

    const std::string host_;
    const std::string name_servers_;
    const std::string to_check_;
    std::optional<Poco::Net::IPAddress> literal_;
    std::mutex mutex_;
    std::vector<Poco::Net::IPAddress> last_good_;
    Deadline fresh_until_;
};

}  // namespace paydrv::net
