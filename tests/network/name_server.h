// A name server on loopback (UDP) that gives the addresses it was told, or keeps silent.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "net/wait.h"

namespace paydrv::net::tests {

// name -> addresses, IPv4 and IPv6 mixed. A name that is missing does not exist.
using Zone = std::map<std::string, std::vector<std::string>>;

class NameServer {
  public:
    explicit NameServer(Zone zone);
    ~NameServer();

    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    void set_silent(bool silent);
    int questions() const;
    bool wait_for_question() const;  // false: none within 10 s

  private:
    void serve();
    std::string reply_to(const std::string& question) const;

    const Zone zone_;
    Descriptor socket_;
    std::uint16_t port_ = 0;
    StopSignal stop_;
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    bool silent_ = false;
    int questions_ = 0;
    std::thread thread_;
};

}  // namespace paydrv::net::tests
