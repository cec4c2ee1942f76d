#include "name_server.h"

#include <Poco/Net/IPAddress.h>
#include <Poco/Net/SocketAddress.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace paydrv::net::tests {

namespace {

// RFC 1035, section 4.
constexpr std::size_t header_bytes = 12;
constexpr int type_a = 1;
constexpr int type_aaaa = 28;

std::string big_endian(int value, int bytes) {
    std::string text;
    for (int i = bytes - 1; i >= 0; --i)
        text += static_cast<char>(value >> (8 * i) & 0xff);
    return text;
}

}  // namespace

NameServer::NameServer(Zone zone) : zone_(std::move(zone)) {
    const Poco::Net::SocketAddress where("127.0.0.1", 0);
    socket_ = Descriptor(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (::bind(socket_.get(), where.addr(), where.length()) != 0)
        throw std::runtime_error("cannot bind the name server");
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&bound), &size);
    port_ = Poco::Net::SocketAddress(reinterpret_cast<sockaddr*>(&bound), size).port();
    thread_ = std::thread([this] { serve(); });
}

NameServer::~NameServer() {
    stop_.raise();
    thread_.join();
}

void NameServer::set_silent(bool silent) {
    const std::lock_guard lock(mutex_);
    silent_ = silent;
}

int NameServer::questions() const {
    const std::lock_guard lock(mutex_);
    return questions_;
}

bool NameServer::wait_for_question() const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [this] { return questions_ > 0; });
}

void NameServer::serve() {
    while (wait_for(socket_.get(), POLLIN, Deadline::in_ms(60'000), stop_) == Wait::ready) {
        std::array<char, 512> buffer;
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        const auto got =
            ::recvfrom(socket_.get(), buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
        if (got < static_cast<long>(header_bytes)) continue;
        bool silent = false;
        {
            const std::lock_guard lock(mutex_);
            ++questions_;
            silent = silent_;
            changed_.notify_all();
        }
        if (silent) continue;
        const std::string reply = reply_to(std::string(buffer.data(), static_cast<std::size_t>(got)));
        ::sendto(socket_.get(), reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
    }
}

std::string NameServer::reply_to(const std::string& question) const {
    std::string name;
    std::size_t at = header_bytes;
    while (question.at(at) != 0) {
        const auto length = static_cast<std::size_t>(question.at(at));
        name += (name.empty() ? "" : ".") + question.substr(at + 1, length);
        at += length + 1;
    }
    const int type = question.at(at + 2);
    const std::string asked = question.substr(header_bytes, at + 5 - header_bytes);
    std::string records;
    int count = 0;
    const auto found = zone_.find(name);
    if (found != zone_.end()) {
        for (const auto& text : found->second) {
            const Poco::Net::IPAddress address(text);
            if ((address.family() == Poco::Net::IPAddress::IPv4 ? type_a : type_aaaa) != type) continue;
            const std::string bytes(static_cast<const char*>(address.addr()), address.length());
            records += big_endian(0xc00c, 2) + big_endian(type, 2) + big_endian(1, 2) + big_endian(60, 4) +
                       big_endian(static_cast<int>(bytes.size()), 2) + bytes;
            ++count;
        }
    }
    const int flags = found == zone_.end() ? 0x8183 : 0x8180;  // response, recursion available; 3: no such name
    return question.substr(0, 2) + big_endian(flags, 2) + big_endian(1, 2) + big_endian(count, 2) + big_endian(0, 4) +
           asked + records;
}

}  // namespace paydrv::net::tests
