#include "fault_server.h"

#include <Poco/Net/SocketAddress.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace paydrv::net::tests {

namespace {

constexpr std::int64_t patience_ms = 20'000;  // ends a script whose client hangs, so that a failing test ends too

Descriptor listening(const std::string& address, std::uint16_t port, int backlog) {
    const Poco::Net::SocketAddress where(address, port);
    Descriptor socket(::socket(where.af(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(socket.get(), where.addr(), where.length()) != 0 || ::listen(socket.get(), backlog) != 0)
        throw std::runtime_error("cannot listen on " + where.toString());
    return socket;
}

std::uint16_t port_of(int socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    return Poco::Net::SocketAddress(reinterpret_cast<sockaddr*>(&address), size).port();
}

SSL_CTX* make_context(const ServerOptions& options) {
    SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_cipher_list(context,
                            "ALL:@SECLEVEL=0");  // old versions too: whether they are refused is the client's choice
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    if (options.max_tls_version != 0) SSL_CTX_set_max_proto_version(context, options.max_tls_version);
    SSL_CTX_use_certificate(context, options.identity->certificate.get());
    SSL_CTX_use_PrivateKey(context, options.identity->key.get());
    return context;
}

void free_ssl(SSL* ssl) {
    SSL_free(ssl);
}

}  // namespace

Peer::Peer(FaultServer& server, Descriptor socket)
    : server_(server), socket_(std::move(socket)), ssl_(SSL_new(server.context_), free_ssl) {
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(ssl_.get());
}

bool Peer::handshake() {
    while (true) {
        const int result = SSL_do_handshake(ssl_.get());
        const int error = SSL_get_error(ssl_.get(), result);
        ERR_clear_error();
        const bool sent = pump_out();
        if (result == 1) break;
        if (!sent || error != SSL_ERROR_WANT_READ || !pump_in()) return false;
    }
    server_.change([this](Seen& seen) {
        const char* sni = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
        seen.sni = sni == nullptr ? "" : sni;
        seen.group = OBJ_nid2sn(static_cast<int>(SSL_get_negotiated_group(ssl_.get())));
        seen.resumed += SSL_session_reused(ssl_.get());
    });
    return true;
}

bool Peer::read_request() {
    while (true) {
        const auto head_end = unread_.find("\r\n\r\n");
        if (head_end != std::string::npos) {
            const auto field = unread_.find("Content-Length: ");
            const auto size = head_end + 4 + std::stoul(unread_.substr(field + 16));
            if (unread_.size() >= size) {
                server_.change([&](Seen& seen) {
                    ++seen.requests;
                    seen.last_request = unread_.substr(0, size);
                });
                unread_.erase(0, size);
                return true;
            }
        }
        if (!read_some()) return false;
    }
}

bool Peer::read_some() {
    while (true) {
        std::array<char, 16384> buffer;
        const int got = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
        const int error = SSL_get_error(ssl_.get(), got);
        ERR_clear_error();
        if (got > 0) {
            unread_.append(buffer.data(), static_cast<std::size_t>(got));
            server_.change([&](Seen& seen) { seen.request_bytes += got; });
            return true;
        }
        if (error != SSL_ERROR_WANT_READ || !pump_in()) return false;
    }
}

Seen Peer::server_seen() const {
    return server_.seen();
}

bool Peer::write(std::string_view bytes) {
    return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0 && pump_out();
}

bool Peer::write_dripping(std::string_view bytes, std::int64_t interval_ms) {
    for (const char c : bytes)
        if (!write({&c, 1}) || !pause(interval_ms)) return false;
    return true;
}

std::optional<char> Peer::read_unencrypted_byte() {
    char c = 0;
    if (wait_for(socket_.get(), POLLIN, Deadline::in_ms(patience_ms), server_.stop_) != Wait::ready)
        return std::nullopt;
    if (::recv(socket_.get(), &c, 1, 0) != 1) return std::nullopt;
    return c;
}

// One byte after the other, so that what follows the head is left for TLS.
bool Peer::read_unencrypted_head() {
    std::string head;
    while (!head.ends_with("\r\n\r\n")) {
        const auto c = read_unencrypted_byte();
        if (!c) return false;
        head += *c;
    }
    server_.change([&](Seen& seen) {
        ++seen.tunnels;
        seen.last_tunnel = head;
    });
    return true;
}

void Peer::relay_to(std::uint16_t port) {
    const Poco::Net::SocketAddress where("127.0.0.1", port);
    const Descriptor far(::socket(where.af(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(far.get(), where.addr(), where.length()) != 0) return;
    const int ends[] = {socket_.get(), far.get()};
    std::array<char, 16384> buffer;
    while (true) {
        std::vector<pollfd> both{{ends[0], POLLIN, 0}, {ends[1], POLLIN, 0}};
        if (wait_for(both, Deadline::in_ms(patience_ms), server_.stop_) != Wait::ready) return;
        for (std::size_t i = 0; i < 2; ++i) {
            if (both[i].revents == 0) continue;
            const auto got = ::recv(ends[i], buffer.data(), buffer.size(), 0);
            if (got <= 0) return;
            if (::send(ends[1 - i], buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) != got) return;
        }
    }
}

bool Peer::pause(std::int64_t ms) {
    return wait_for(socket_.get(), POLLRDHUP, Deadline::in_ms(ms), server_.stop_) == Wait::deadline;
}

void Peer::await_client_end() {
    std::array<char, 4096> buffer;
    while (wait_for(socket_.get(), POLLIN, Deadline::in_ms(patience_ms), server_.stop_) == Wait::ready)
        if (::recv(socket_.get(), buffer.data(), buffer.size(), 0) <= 0) return;
}

void Peer::wait_for_permission() {
    std::unique_lock lock(server_.mutex_);
    server_.changed_.wait(lock, [this] { return server_.permits_ > 0 || server_.stop_.raised(); });
    --server_.permits_;
}

void Peer::close_in_order() {
    SSL_shutdown(ssl_.get());
    pump_out();
    close_bare();
}

void Peer::close_bare() {
    socket_ = Descriptor();
    noted_closed();
}

void Peer::close_by_reset() {
    const linger none{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
    close_bare();
}

void Peer::close_by_end_and_reset() {
    ::shutdown(socket_.get(), SHUT_WR);
    close_by_reset();
}

void Peer::noted_closed() {
    server_.change([](Seen& seen) { ++seen.closed; });
}

bool Peer::pump_in() {
    std::array<char, 16384> buffer;
    if (wait_for(socket_.get(), POLLIN, Deadline::in_ms(patience_ms), server_.stop_) != Wait::ready) return false;
    const auto got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got <= 0) return false;
    return BIO_write(SSL_get_rbio(ssl_.get()), buffer.data(), static_cast<int>(got)) > 0;
}

bool Peer::pump_out() {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(SSL_get_wbio(ssl_.get()), &bytes);
    const bool sent = send_raw({bytes, static_cast<std::size_t>(size)});
    BIO_reset(SSL_get_wbio(ssl_.get()));
    return sent;
}

bool Peer::send_raw(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t size = raw_interval_ms_ > 0 ? 1 : bytes.size();
        const auto sent = ::send(socket_.get(), bytes.data(), size, MSG_NOSIGNAL);
        if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
        if (sent < 0 && (errno != EAGAIN ||
                         wait_for(socket_.get(), POLLOUT, Deadline::in_ms(patience_ms), server_.stop_) != Wait::ready))
            return false;
        if (raw_interval_ms_ > 0 && !pause(raw_interval_ms_)) return false;
    }
    return true;
}

FaultServer::FaultServer(const ServerOptions& options, Script script)
    : context_(make_context(options)),
      script_(std::move(script)),
      listener_(listening(options.address, options.port, 128)) {
    port_ = port_of(listener_.get());
    acceptor_ = std::thread([this] { accept_all(); });
}

FaultServer::~FaultServer() {
    stop_.raise();
    {
        const std::lock_guard lock(mutex_);
        changed_.notify_all();
    }
    acceptor_.join();
    for (auto& script : scripts_)
        script.join();
    SSL_CTX_free(context_);
}

void FaultServer::accept_all() {
    while (wait_for(listener_.get(), POLLIN, Deadline::in_ms(60'000), stop_) == Wait::ready) {
        Descriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!socket.valid()) continue;
        const int on = 1;
        ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        change([](Seen& seen) { ++seen.connections; });
        scripts_.emplace_back([this, moved = std::make_shared<Descriptor>(std::move(socket))] {
            {
                Peer peer(*this, std::move(*moved));
                script_(peer);
            }
            change([](Seen& seen) { ++seen.ended; });
        });
    }
}

void FaultServer::change(const std::function<void(Seen&)>& change) {
    const std::lock_guard lock(mutex_);
    change(seen_);
    changed_.notify_all();
}

Seen FaultServer::seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
}

bool FaultServer::wait_until(const std::function<bool(const Seen&)>& condition) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return condition(seen_); });
}

void FaultServer::permit() {
    const std::lock_guard lock(mutex_);
    ++permits_;
    changed_.notify_all();
}

BlackHole::BlackHole(const std::string& address, std::uint16_t port) : listener_(listening(address, port, 0)) {
    port_ = port_of(listener_.get());
    const Poco::Net::SocketAddress where(address, port_);
    for (int i = 0; i < 4; ++i) {
        fillers_.emplace_back(::socket(where.af(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        ::connect(fillers_.back().get(), where.addr(), where.length());
    }
}

std::uint16_t closed_port() {
    const Descriptor once = listening("127.0.0.1", 0, 1);
    return port_of(once.get());
}

std::string answer(std::string_view body, std::string_view more_headers) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\n" + std::string(more_headers) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

void serve_well(Peer& peer) {
    if (!peer.handshake()) return;
    while (peer.read_request())
        if (!peer.write(answer(R"({"ok":true})"))) return;
}

}  // namespace paydrv::net::tests
