#include "net/tcp_connect.h"

#include <Poco/Net/SocketAddress.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <system_error>
#include <utility>

namespace paydrv::net {

namespace {

using Poco::Net::SocketAddress;

constexpr std::int64_t next_attempt_ms = 250;  // RFC 8305, section 5: Connection Attempt Delay

struct Attempt {
    Descriptor socket;
    SocketAddress address;
};

// std::generic_category, not strerror: any thread.
std::string text_of(int error) {
    return std::generic_category().message(error);
}

// All attempts at one host. Lives on the stack of the caller.
class Race {
  public:
    Race(const std::vector<Poco::Net::IPAddress>& addresses, std::uint16_t port) {
        for (const auto& each : addresses)
            waiting_.emplace_back(each, port);
    }

    bool lost() const { return next_ == waiting_.size() && running_.empty(); }
    bool more() const { return next_ < waiting_.size(); }
    bool idle() const { return running_.empty(); }

    void start_next() {
        const SocketAddress& address = waiting_[next_++];
        Descriptor socket(::socket(address.af(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
        if (!socket.valid()) return note(address, errno);
        const int on = 1;
        if (::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) return note(address, errno);
        if (::connect(socket.get(), address.addr(), address.length()) != 0 && errno != EINPROGRESS && errno != EINTR)
            return note(address, errno);
        running_.push_back({std::move(socket), address});
    }

    // The winner, or an invalid descriptor if none has connected yet.
    Descriptor collect(const std::vector<pollfd>& ready) {
        for (std::size_t i = ready.size(); i-- > 0;) {
            if (ready[i].revents == 0) continue;
            int error = 0;
            socklen_t size = sizeof error;
            if (::getsockopt(running_[i].socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
            if (error == 0) return std::move(running_[i].socket);
            note(running_[i].address, error);
            running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
        }
        return {};
    }

    std::vector<pollfd> descriptors() const {
        std::vector<pollfd> result;
        for (const auto& each : running_)
            result.push_back({each.socket.get(), POLLOUT, 0});
        return result;
    }

    // What became of each address: "192.0.2.1:443: Connection refused; 192.0.2.2:443: no answer".
    std::string story() const {
        std::string text = failed_;
        for (const auto& each : running_)
            text += (text.empty() ? "" : "; ") + each.address.toString() + ": no answer";
        return text;
    }

  private:
    void note(const SocketAddress& address, int error) {
        failed_ += (failed_.empty() ? "" : "; ") + address.toString() + ": " + text_of(error);
    }

    std::vector<SocketAddress> waiting_;
    std::size_t next_ = 0;
    std::vector<Attempt> running_;
    std::string failed_;
};

}  // namespace

TcpConnection connect_to_any(const std::vector<Poco::Net::IPAddress>& addresses, std::uint16_t port,
                             const std::string& name, const std::string& to_check, const Deadline& deadline,
                             const StopSignal& stop) {
    const std::string check = "): check the till's network, its firewall and " + to_check + ".";
    Race race(addresses, port);
    Deadline next_start = Deadline::in_ms(0);
    while (true) {
        if (race.more() && (race.idle() || next_start.passed())) {
            race.start_next();
            next_start = Deadline::in_ms(next_attempt_ms);
            continue;
        }
        if (race.lost()) return {{}, {Fault::connect, "No connection to " + name + " (" + race.story() + check}};
        auto descriptors = race.descriptors();
        const auto until = race.more() ? Deadline::sooner(deadline, next_start) : deadline;
        const Wait wait = wait_for(descriptors, until, stop);
        if (wait == Wait::stopped) return {{}, {Fault::stopped, "Stopped while connecting to " + name + "."}};
        if (wait == Wait::ready) {
            Descriptor winner = race.collect(descriptors);
            if (winner.valid()) return {std::move(winner), {}};
            next_start = Deadline::in_ms(0);
        }
        if (deadline.passed())
            return {{}, {Fault::deadline, "No connection to " + name + " in time (" + race.story() + check}};
    }
}

}  // namespace paydrv::net
