#include "sandbox/listener.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponseImpl.h>
#include <Poco/Net/HTTPServerSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>

#include <optional>
#include <sstream>
#include <string>

#include "sandbox/connections.h"

namespace hostsim::sandbox {
namespace {

using std::chrono::milliseconds;

struct Service {
    Listener::Handler handle;
    ListenerLimits limits;
    Poco::Net::HTTPServerParams::Ptr http;
    Connections& connections;
};

/// The body, or nothing when it is longer than the limit. Throws when it ends before it is whole.
std::optional<std::string> read_body(Poco::Net::HTTPServerRequestImpl& request, std::size_t limit) {
    bool sized = request.hasContentLength();
    if (sized && std::uint64_t(request.getContentLength64()) > limit) return std::nullopt;
    if (!sized && !request.getChunkedTransferEncoding()) return std::string();
    std::string body;
    char part[8192];
    std::istream& stream = request.stream();
    while (stream.read(part, sizeof part) || stream.gcount() > 0) {
        body.append(part, std::size_t(stream.gcount()));
        if (body.size() > limit) return std::nullopt;
    }
    if (request.session().networkException()) request.session().networkException()->rethrow();
    if (sized && body.size() != std::size_t(request.getContentLength64())) {
        throw Poco::Net::MessageException("the body is shorter than its Content-Length");
    }
    return body;
}

/// One connection: requests one after the other until the client, the limits or a fault end it.
class Connection : public Poco::Net::TCPServerConnection {
  public:
    Connection(const Poco::Net::StreamSocket& socket, Service& service)
        : TCPServerConnection(socket), service_(service) {}

    void run() override {
        try {
            Connections::Place place(service_.connections, socket().impl()->sockfd());
            place.allow(milliseconds(service_.limits.request_ms));
            Poco::Net::HTTPServerSession session(socket(), service_.http);
            while (!service_.connections.stopping() && session.hasMoreRequests()) {
                place.allow(milliseconds(service_.limits.request_ms));
                if (!serve_one(session, place)) return;
                place.allow(milliseconds(service_.limits.idle_ms));
            }
        } catch (const std::exception&) {
            // No HTTP, no TLS, or gone: such a client is owed no answer, and the connection has ended with the session.
        }
    }

  private:
    /// False when the connection ends.
    bool serve_one(Poco::Net::HTTPServerSession& session, Connections::Place& place) {
        Poco::Net::HTTPServerResponseImpl response(session);
        Poco::Net::HTTPServerRequestImpl request(response, session, service_.http.get());
        std::optional<std::string> body;
        if (request.getExpectContinue()) response.sendContinue();
        body = read_body(request, service_.limits.body_bytes);
        bool keep = body && service_.http->getKeepAlive() && request.getKeepAlive() && session.canKeepAlive();
        Reply reply = body ? service_.handle(plain(request, std::move(*body))) : too_large();
        if (reply.delay_ms > 0) {
            place.allow(milliseconds(reply.delay_ms + service_.limits.request_ms));
            if (!service_.connections.pause(milliseconds(reply.delay_ms))) return false;
        }
        response.setVersion(request.getVersion());
        response.setStatus(Poco::Net::HTTPResponse::HTTPStatus(reply.status));
        response.setReason(Poco::Net::HTTPResponse::getReasonForStatus(response.getStatus()));
        response.setKeepAlive(keep);
        for (const auto& [name, value] : reply.headers)
            response.add(name, value);
        if (reply.way != Reply::Way::kSend) return spoil(reply, session, response, place) && keep;
        response.sendBuffer(reply.body.data(), reply.body.size());
        session.setKeepAlive(keep);
        return keep;
    }

    /// The ways of a fault. False when the connection ends.
    bool spoil(const Reply& reply, Poco::Net::HTTPServerSession& session, Poco::Net::HTTPServerResponseImpl& response,
               Connections::Place& place) {
        switch (reply.way) {
            case Reply::Way::kHold: service_.connections.hold(session.detachSocket()); return false;
            case Reply::Way::kDrop: cut(session.socket()); return false;
            case Reply::Way::kReset: reset(session.socket()); return false;
            default: break;
        }
        response.setContentLength64(Poco::Int64(reply.body.size()));
        std::ostringstream head;
        response.write(head);
        std::string answer = head.str() + reply.body;
        if (reply.way == Reply::Way::kDrip) {
            place.allow(milliseconds(Reply::kDripLimitMs));  // the watchdog ends it
            drip(answer, session.socket());
            return false;
        }
        bool truncated = reply.way == Reply::Way::kTruncate;
        std::string sent = truncated ? answer.substr(0, answer.size() - reply.body.size() / 2) : answer + answer;
        send_all(sent, session.socket());
        if (truncated) cut(session.socket());
        return !truncated;
    }

    /// Throws when the client or the watchdog has ended the connection.
    static void send_all(const std::string& bytes, Poco::Net::StreamSocket& socket) {
        for (std::size_t sent = 0; sent < bytes.size();) {
            sent += std::size_t(socket.sendBytes(bytes.data() + sent, int(bytes.size() - sent)));
        }
    }

    void drip(const std::string& answer, Poco::Net::StreamSocket& socket) {
        for (char byte : answer) {
            send_all(std::string(1, byte), socket);
            if (!service_.connections.pause(milliseconds(Reply::kDripGapMs))) return;
        }
    }

    static Request plain(const Poco::Net::HTTPServerRequest& request, std::string body) {
        Request made{request.getMethod(), request.getURI(), {}, std::move(body)};
        for (const auto& [name, value] : request)
            made.headers.emplace_back(name, value);
        return made;
    }

    static Reply too_large() {
        return {Reply::Way::kSend,
                413,
                {{"Content-Type", "text/plain"}},
                "The body is larger than the gateway takes.\n",
                0};
    }

    Service& service_;
};

class ConnectionFactory : public Poco::Net::TCPServerConnectionFactory {
  public:
    explicit ConnectionFactory(Service& service) : service_(service) {}
    Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override {
        return new Connection(socket, service_);  // Poco owns it
    }

  private:
    Service& service_;
};

Poco::Net::HTTPServerParams::Ptr http_params(const ListenerLimits& limits) {
    Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
    params->setMaxThreads(limits.threads);
    params->setMaxQueued(limits.queued_connections);
    params->setThreadIdleTime(Poco::Timespan(60, 0));
    params->setKeepAlive(true);
    params->setTimeout(Poco::Timespan(0, limits.request_ms * 1000));
    params->setKeepAliveTimeout(Poco::Timespan(0, limits.idle_ms * 1000));
    return params;
}

}  // namespace

struct Listener::Parts {
    Parts(const Poco::Net::ServerSocket& socket, Handler handle, const ListenerLimits& limits)
        : connections(limits.held_connections, milliseconds(limits.held_ms)),
          service{std::move(handle), limits, http_params(limits), connections},
          threads(2, limits.threads + 1),
          server(new ConnectionFactory(service), threads, socket, service.http) {}

    Connections connections;
    Service service;
    Poco::ThreadPool threads;
    Poco::Net::TCPServer server;
};

Listener::Listener(const Poco::Net::ServerSocket& socket, Handler handle, ListenerLimits limits)
    : parts_(std::make_unique<Parts>(socket, std::move(handle), limits)) {
    parts_->server.start();
}

Listener::~Listener() {
    stop();
}

std::uint16_t Listener::port() const {
    return parts_->server.port();
}

void Listener::stop() {
    parts_->connections.stop();
    parts_->server.stop();
    parts_->threads.joinAll();
}

}  // namespace hostsim::sandbox
