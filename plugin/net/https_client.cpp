#include "net/https_client.h"

#include <Poco/Net/IPAddress.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

#include "net/http_answer.h"
#include "net/http_request.h"
#include "net/proxy_tunnel.h"
#include "net/resolver.h"
#include "net/tcp_connect.h"
#include "net/tls_connection.h"
#include "net/tls_context.h"
#include "net/wait.h"

namespace paydrv::net {

namespace {

constexpr std::size_t receive_bytes = 16 * 1024;  // one TLS record

using Connection = std::unique_ptr<TlsConnection>;

// The name as TLS and the resolver want it: no brackets around an IPv6 address, no final dot.
std::string bare_host(std::string host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    if (host.size() > 1 && host.back() == '.') host.pop_back();
    if (host.empty()) throw std::runtime_error("No host is given for the gateway.");
    for (const char c : host)
        if (c <= ' ' || c == '/' || c == '@' || c == '\x7f')
            throw std::runtime_error("\"" + host +
                                     "\" is not a host name: give the name alone, without https:// and path.");
    return host;
}

// host[:port] as the Host header has it; the port always, for sentences.
std::string authority_of(const std::string& host, std::uint16_t port, bool always_port) {
    const std::string bracketed = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return port == 443 && !always_port ? bracketed : bracketed + ":" + std::to_string(port);
}

std::optional<Tunnel> tunnel_of(const ProxySettings& proxy, const std::string& destination) {
    if (proxy.host.empty()) return std::nullopt;
    return make_tunnel(proxy, authority_of(bare_host(proxy.host), proxy.port, true), destination);
}

// One call of post(): what it was asked, what it may still take, what it will answer.
struct Trip {
    const HttpsRequest& request;
    HttpsResponse& response;
    Stopwatch watch;
    Deadline deadline;

    void end(Outcome outcome, const Failure& failure) const {
        response.outcome = outcome;
        response.fault = failure.fault;
        response.problem = failure.problem;
    }
};

void describe(Trip& trip, const TlsConnection& connection) {
    trip.response.tls_resumed = connection.resumed();
    trip.response.tls_version = connection.version();
}

}  // namespace

class HttpsClient::State {
  public:
    explicit State(HttpsSettings settings)
        : settings_(std::move(settings)),
          host_(bare_host(settings_.host)),
          authority_(authority_of(host_, settings_.port, false)),
          tunnel_(tunnel_of(settings_.proxy, authority_of(host_, settings_.port, true))),
          name_(authority_of(host_, settings_.port, true) + (tunnel_ ? " through " + tunnel_->proxy_name : "")),
          tls_(settings_.ca_file),
          resolver_(tunnel_ ? bare_host(settings_.proxy.host) : host_, settings_.name_servers, to_check()) {}

    ~State() {
        stop();
        std::unique_lock lock(mutex_);
        all_left_.wait(lock, [this] { return running_ == 0; });
    }

    HttpsResponse post(const HttpsRequest& request) noexcept;
    void stop() noexcept { stop_.raise(); }
    Counters counters() const noexcept;

  private:
    struct Idle {
        Connection connection;
        Deadline keep_until;
    };

    class Running {
      public:
        explicit Running(State& state) : state_(state) {
            const std::lock_guard lock(state_.mutex_);
            ++state_.running_;
        }
        ~Running() {
            const std::lock_guard lock(state_.mutex_);
            if (--state_.running_ == 0) state_.all_left_.notify_all();
        }

      private:
        State& state_;
    };

    // What of the configuration names the first hop.
    std::string to_check() const { return tunnel_ ? "proxyUrl" : "the gateway's address"; }
    void run(Trip& trip);
    Connection take_idle();
    void keep(Connection connection);
    TcpConnection connect(const Trip& trip);
    Connection open(Trip& trip);
    bool send(Trip& trip, TlsConnection& connection, const std::string& bytes);
    void receive(Trip& trip, Connection connection);
    bool read_answer(Trip& trip, TlsConnection& connection, AnswerReader& reader);

    const HttpsSettings settings_;
    const std::string host_, authority_;
    const std::optional<Tunnel> tunnel_;  // the way through the proxy, if there is one
    const std::string name_;
    StopSignal stop_;
    TlsContext tls_;
    Resolver resolver_;

    std::mutex mutex_;
    std::condition_variable all_left_;
    int running_ = 0;
    std::vector<Idle> idle_;  // oldest first

    std::atomic<std::int64_t> connections_opened_{0}, handshakes_full_{0}, handshakes_resumed_{0}, requests_written_{0},
        stale_dropped_{0};
};

HttpsResponse HttpsClient::State::post(const HttpsRequest& request) noexcept {
    HttpsResponse response;
    Trip trip{request, response, {}, Deadline::in_ms(request.deadline_ms)};
    try {
        const Running running(*this);
        run(trip);
    } catch (const std::exception& e) {
        // Only memory and descriptors can run out here. What was written by then is known.
        response.outcome = response.first_byte_ms < 0 ? Outcome::not_sent : Outcome::unknown;
        response.fault = Fault::exhausted;
        try {
            response.problem = "The request to " + name_ + " could not be carried on (" + e.what() +
                               "): check this machine's free memory.";
        } catch (const std::exception&) {
            response.problem.clear();
        }
    }
    response.total_ms = trip.watch.ms();
    return response;
}

void HttpsClient::State::run(Trip& trip) {
    const std::string fault = fault_in(trip.request);
    if (!fault.empty()) return trip.end(Outcome::not_sent, {Fault::bad_request, fault});
    if (stop_.raised()) return trip.end(Outcome::not_sent, {Fault::stopped, "The driver is closing."});
    const std::string bytes = bytes_of(trip.request, authority_);
    Connection connection = take_idle();
    trip.response.reused = connection != nullptr;
    if (!connection) connection = open(trip);
    if (!connection) return;
    describe(trip, *connection);
    if (trip.request.before_first_byte && !trip.request.before_first_byte()) {
        keep(std::move(connection));
        return trip.end(Outcome::not_sent, {Fault::recalled, "Recalled before the first byte was sent."});
    }
    connection->set_deadline(trip.deadline);
    if (!send(trip, *connection, bytes)) {
        // The server closed the kept connection after the check. Nothing of the request left this machine, so a new
        // connection cannot make it arrive twice.
        const bool may_open_another =
            trip.response.reused && trip.response.first_byte_ms < 0 && trip.response.fault == Fault::closed;
        if (!may_open_another) return;
        ++stale_dropped_;
        trip.response.reused = false;
        connection = open(trip);
        if (!connection) return;
        describe(trip, *connection);
        if (!send(trip, *connection, bytes)) return;
    }
    receive(trip, std::move(connection));
}

// A kept connection that is young and quiet, the one used last first: the others may then grow too old and go.
Connection HttpsClient::State::take_idle() {
    std::vector<Idle> stale;  // closed after the lock is gone
    Connection found;
    {
        const std::lock_guard lock(mutex_);
        while (!idle_.empty() && idle_.front().keep_until.passed()) {
            stale.push_back(std::move(idle_.front()));
            idle_.erase(idle_.begin());
        }
        while (!idle_.empty() && !found) {
            Idle last = std::move(idle_.back());
            idle_.pop_back();
            if (last.connection->quiet())
                found = std::move(last.connection);
            else
                stale.push_back(std::move(last));
        }
    }
    stale_dropped_ += static_cast<std::int64_t>(stale.size());
    return found;
}

void HttpsClient::State::keep(Connection connection) {
    if (!connection->quiet() || stop_.raised()) return;
    std::vector<Idle> surplus;  // closed after the lock is gone
    const std::lock_guard lock(mutex_);
    idle_.push_back({std::move(connection), Deadline::in_ms(settings_.idle_keep_ms)});
    while (idle_.size() > static_cast<std::size_t>(std::max(settings_.max_idle_connections, 0))) {
        surplus.push_back(std::move(idle_.front()));
        idle_.erase(idle_.begin());
    }
}

// To the host, or to the proxy and through it.
TcpConnection HttpsClient::State::connect(const Trip& trip) {
    const auto addresses = resolver_.resolve(trip.deadline, stop_);
    if (addresses.failure) return {{}, addresses.failure};
    const std::string& name = tunnel_ ? tunnel_->proxy_name : name_;
    const std::uint16_t port = tunnel_ ? settings_.proxy.port : settings_.port;
    auto tcp = connect_to_any(addresses.list, port, name, to_check(), trip.deadline, stop_);
    if (tunnel_ && !tcp.failure) tcp = open_tunnel(*tunnel_, std::move(tcp.socket), trip.deadline, stop_);
    if (tcp.failure) resolver_.distrust();
    return tcp;
}

// Resolve, connect, handshake. Null: the trip has been ended.
Connection HttpsClient::State::open(Trip& trip) {
    auto tcp = connect(trip);
    if (tcp.failure) return trip.end(Outcome::not_sent, tcp.failure), nullptr;
    ++connections_opened_;
    auto connection = std::make_unique<TlsConnection>(std::move(tcp.socket), tls_, stop_, host_, name_);
    connection->set_deadline(trip.deadline);
    if (const auto failure = connection->handshake()) {
        resolver_.distrust();
        return trip.end(Outcome::not_sent, failure), nullptr;
    }
    ++(connection->resumed() ? handshakes_resumed_ : handshakes_full_);
    return connection;
}

// False: the trip has been ended. Whether any byte went out decides between not_sent and unknown.
bool HttpsClient::State::send(Trip& trip, TlsConnection& connection, const std::string& bytes) {
    const auto sent_before = connection.bytes_sent();
    trip.response.first_byte_ms = trip.watch.ms();  // before the write: should that throw, the request counts as sent
    const auto failure = connection.send(bytes);
    const bool touched = connection.bytes_sent() > sent_before;
    if (!touched) trip.response.first_byte_ms = -1;
    if (touched) ++requests_written_;
    if (!failure) return true;
    trip.end(touched ? Outcome::unknown : Outcome::not_sent, failure);
    return false;
}

void HttpsClient::State::receive(Trip& trip, Connection connection) {
    AnswerReader reader;
    if (!read_answer(trip, *connection, reader)) return;
    connection->remember_session();
    trip.response.status = reader.status();
    trip.response.headers = std::move(reader.headers());
    trip.response.body = std::move(reader.body());
    trip.end(Outcome::answered, {});
    if (reader.connection_reusable()) keep(std::move(connection));
}

// False: the trip has been ended, the answer is not whole.
bool HttpsClient::State::read_answer(Trip& trip, TlsConnection& connection, AnswerReader& reader) {
    std::array<char, receive_bytes> buffer;
    while (!reader.finished()) {
        auto received = connection.receive(buffer);
        if (received.failure) {
            if (received.failure.fault == Fault::closed && reader.begun())
                received.failure.fault = Fault::broken_answer;
            trip.end(Outcome::unknown, received.failure);
            return false;
        }
        if (received.ended)
            reader.take_end();
        else
            reader.take({buffer.data(), received.bytes});
    }
    if (reader.complete()) return true;
    trip.end(Outcome::unknown, {reader.failure().fault, name_ + ": " + reader.failure().problem});
    return false;
}

Counters HttpsClient::State::counters() const noexcept {
    return {connections_opened_, handshakes_full_, handshakes_resumed_, requests_written_, stale_dropped_};
}

HttpsClient::HttpsClient(HttpsSettings settings) : state_(std::make_unique<State>(std::move(settings))) {}
HttpsClient::~HttpsClient() = default;
HttpsResponse HttpsClient::post(const HttpsRequest& request) noexcept {
    return state_->post(request);
}
void HttpsClient::stop() noexcept {
    state_->stop();
}
Counters HttpsClient::counters() const noexcept {
    return state_->counters();
}

}  // namespace paydrv::net
