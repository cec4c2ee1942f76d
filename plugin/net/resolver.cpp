#include "net/resolver.h"

#include <Poco/Net/SocketAddress.h>
#include <ares.h>
#include <netdb.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

namespace paydrv::net {

namespace {

using Poco::Net::IPAddress;

constexpr std::int64_t fresh_ms = 30'000;                // no new question within this time
constexpr std::int64_t fresh_after_failure_ms = 10'000;  // name servers that fail are left alone this long
constexpr std::int64_t longest_ask_with_fallback_ms = 1'000;
constexpr int server_timeout_ms = 1'000;
constexpr int server_tries = 4;
constexpr std::size_t max_addresses = 8;

struct ChannelEnd {
    void operator()(ares_channel channel) const { ares_destroy(channel); }
};
using Channel = std::unique_ptr<ares_channeldata, ChannelEnd>;

struct Question {
    bool done = false;
    int status = ARES_SUCCESS;
    std::vector<IPAddress> addresses;
};

void on_answer(void* context, int status, int, ares_addrinfo* info) {
    auto& question = *static_cast<Question*>(context);
    question.done = true;
    question.status = status;
    if (info == nullptr) return;
    for (auto* node = info->nodes; node != nullptr; node = node->ai_next)
        if (node->ai_family == AF_INET || node->ai_family == AF_INET6)
            question.addresses.push_back(Poco::Net::SocketAddress(node->ai_addr, node->ai_addrlen).host());
    ares_freeaddrinfo(info);
}

Channel open_channel(const std::string& name_servers) {
    static const int library = ares_library_init(ARES_LIB_INIT_ALL);
    if (library != ARES_SUCCESS) throw std::runtime_error(ares_strerror(library));
    ares_options options{};
    options.timeout = server_timeout_ms;
    options.tries = server_tries;
    ares_channel raw = nullptr;
    int status = ares_init_options(&raw, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
    if (status != ARES_SUCCESS) throw std::runtime_error(ares_strerror(status));
    Channel channel(raw);
    if (!name_servers.empty()) status = ares_set_servers_ports_csv(raw, name_servers.c_str());
    if (status != ARES_SUCCESS) throw std::runtime_error("\"" + name_servers + "\" is not a list of addresses");
    return channel;
}

// One turn of c-ares: waits until a socket of its own is ready or its own timer is due, and lets it work.
Wait turn(ares_channel channel, const Deadline& deadline, const StopSignal& stop) {
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    const auto wanted = static_cast<unsigned>(ares_getsock(channel, sockets, ARES_GETSOCK_MAXNUM));
    std::vector<pollfd> descriptors;
    for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
        const bool reads = (wanted >> i & 1U) != 0;
        const bool writes = (wanted >> (i + ARES_GETSOCK_MAXNUM) & 1U) != 0;
        if (!reads && !writes) continue;
        descriptors.push_back({sockets[i], static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)), 0});
    }
    timeval due{};
    timeval* own = ares_timeout(channel, nullptr, &due);
    const auto own_ms = own == nullptr ? deadline.remaining_ms() : own->tv_sec * 1000 + own->tv_usec / 1000 + 1;
    const Wait result = wait_for(descriptors, Deadline::sooner(deadline, Deadline::in_ms(own_ms)), stop);
    if (result == Wait::stopped) return result;
    for (const auto& each : descriptors) {
        const bool reads = (each.revents & (POLLIN | POLLERR | POLLHUP)) != 0;
        const bool writes = (each.revents & POLLOUT) != 0;
        if (reads || writes)
            ares_process_fd(channel, reads ? each.fd : ARES_SOCKET_BAD, writes ? each.fd : ARES_SOCKET_BAD);
    }
    ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // its timers
    return deadline.passed() ? Wait::deadline : Wait::ready;
}

// IPv6 and IPv4 in turn, the system's preference first (RFC 8305, section 4).
std::vector<IPAddress> interleave(const std::vector<IPAddress>& sorted) {
    std::vector<IPAddress> result;
    std::vector<IPAddress> second;
    std::vector<IPAddress> first;
    for (const auto& each : sorted)
        (each.family() == sorted.front().family() ? first : second).push_back(each);
    for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
        if (i < first.size()) result.push_back(first[i]);
        if (i < second.size()) result.push_back(second[i]);
    }
    if (result.size() > max_addresses) result.resize(max_addresses);
    return result;
}

}  // namespace

Resolver::Resolver(std::string host, std::string name_servers, std::string to_check)
    : host_(std::move(host)), name_servers_(std::move(name_servers)), to_check_(std::move(to_check)) {
    IPAddress address;
    if (IPAddress::tryParse(host_, address)) literal_ = address;
    open_channel(name_servers_);  // a list that cannot be read is a fault of the configuration: say so at once
}

Addresses Resolver::resolve(const Deadline& deadline, const StopSignal& stop) {
    if (literal_) return {{*literal_}, {}};
    std::vector<IPAddress> known;
    {
        const std::lock_guard lock(mutex_);
        if (!last_good_.empty() && !fresh_until_.passed()) return {last_good_, {}};
        known = last_good_;
    }
    const auto ask_until =
        known.empty()
            ? deadline
            : Deadline::sooner(deadline,
                               Deadline::in_ms(std::min(deadline.remaining_ms() / 4, longest_ask_with_fallback_ms)));
    auto answer = ask(ask_until, stop);
    const std::lock_guard lock(mutex_);
    if (!answer.failure) {
        last_good_ = answer.list;
        fresh_until_ = Deadline::in_ms(fresh_ms);
        return answer;
    }
    if (known.empty() || answer.failure.fault == Fault::stopped) return answer;
    fresh_until_ = Deadline::in_ms(fresh_after_failure_ms);
    return {known, {}};
}

void Resolver::distrust() noexcept {
    const std::lock_guard lock(mutex_);
    fresh_until_ = Deadline();
}

Addresses Resolver::ask(const Deadline& deadline, const StopSignal& stop) const {
    Question question;
    const Channel channel =
        open_channel(name_servers_);  // a new one reads resolv.conf anew: the till's network may have changed
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    ares_getaddrinfo(channel.get(), host_.c_str(), nullptr, &hints, on_answer, &question);
    Wait wait = Wait::ready;
    while (!question.done && wait == Wait::ready)
        wait = turn(channel.get(), deadline, stop);
    if (!question.done) {
        ares_cancel(channel.get());
        if (wait == Wait::stopped)
            return {{}, {Fault::stopped, "Stopped while the address of " + host_ + " was looked up."}};
        return {{},
                {Fault::deadline, "No name server gave the address of " + host_ +
                                      " in time: check the till's network and its name servers (DNS)."}};
    }
    if (question.addresses.empty())
        return {
            {},
            {Fault::resolve, "The name " + host_ + " has no address (" +
                                 (question.status == ARES_SUCCESS ? "empty answer" : ares_strerror(question.status)) +
                                 "): check the spelling of " + to_check_ + " and the till's name servers (DNS)."}};
    return {interleave(question.addresses), {}};
}

}  // namespace paydrv::net
