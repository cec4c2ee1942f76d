#include "sandbox/sandbox.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "sandbox/admin.h"
#include "sandbox/gateway.h"
#include "sandbox/listener.h"
#include "sandbox/state_folder.h"

namespace hostsim::sandbox {
namespace {

constexpr int kBacklog = 256;
constexpr int kAdminThreads = 8;

Poco::Net::Context::Ptr tls_context(const StateFolder& state) {
    Poco::Net::Context::Params params;
    params.privateKeyFile = state.server_key();
    params.certificateFile = state.server_certificate();
    params.verificationMode = Poco::Net::Context::VERIFY_NONE;
    params.ecdhCurve = "X25519:P-256:P-384";
    Poco::Net::Context::Ptr context = new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, params);
    context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
    context->enableSessionCache(true, "paydrv-sandbox");
    return context;
}

/// Without SO_REUSEPORT, which would let two sandboxes share a port without a word.
void listen_on(Poco::Net::ServerSocket& socket, const std::string& address, std::uint16_t port, const char* option) {
    try {
        socket.bind(Poco::Net::SocketAddress(address, port), true, false);
        socket.listen(kBacklog);
    } catch (const Poco::Exception& failure) {
        throw std::runtime_error("cannot listen on " + address + ":" + std::to_string(port) + " (" + option +
                                 "): " + failure.displayText());
    }
}

/// The key file of an option made absolute, so that the ready line is of use from every folder.
StateFolder state_of(const std::string& folder) {
    if (folder.empty()) throw std::runtime_error("--state DIR is needed");
    return {std::filesystem::absolute(folder).lexically_normal().string()};
}

GatewayOptions gateway_options(const StateFolder& state, const SandboxOptions& options) {
    GatewayOptions made;
    made.client_id = kClientId;
    made.private_key = read_private_key(state.gateway_private_key());
    made.merchant_public_key = read_public_key(state.merchant_public_key());
    made.strict_time = options.strict_time;
    made.clock = options.clock;
    made.second_private_key = read_private_key(state.second_private_key());
    return made;
}

}  // namespace

Clock system_clock() {
    return [] {
        auto now = std::chrono::system_clock::now().time_since_epoch();
        return std::int64_t(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    };
}

struct Sandbox::Parts {
    StateFolder state;
    std::unique_ptr<Ledger> ledger;
    std::unique_ptr<Gateway> gateway;
    std::unique_ptr<Listener> listener, listener6, admin;
    std::uint16_t port = 0, admin_port = 0;

    void listen(const SandboxOptions& options);
};

void Sandbox::Parts::listen(const SandboxOptions& options) {
    auto serve = [this](const Request& request) { return gateway->handle(request); };
    Poco::Net::Context::Ptr context = tls_context(state);
    // A name of one's own is of use only from elsewhere: then the gateway is open to the network, else to this machine.
    Poco::Net::SecureServerSocket socket(context);
    listen_on(socket, options.host_names.empty() ? "127.0.0.1" : "0.0.0.0", options.port, "--port");
    port = socket.address().port();
    Poco::Net::ServerSocket admin_socket;
    listen_on(admin_socket, "127.0.0.1", options.admin_port, "--admin-port");
    admin_port = admin_socket.address().port();

    ListenerLimits admin_limits;
    admin_limits.threads = kAdminThreads;
    listener = std::make_unique<Listener>(socket, serve, ListenerLimits{});
    admin = std::make_unique<Listener>(
        admin_socket, [this](const Request& request) { return handle_admin(*gateway, request); }, admin_limits);
    try {  // clients that resolve localhost to ::1 first; a machine without IPv6 does without
        Poco::Net::SecureServerSocket socket6(context);
        listen_on(socket6, "::1", port, "--port");
        listener6 = std::make_unique<Listener>(socket6, serve, ListenerLimits{});
    } catch (const std::exception&) {
        listener6.reset();
    }
}

Sandbox::Sandbox(SandboxOptions options) : parts_(std::make_unique<Parts>()) {
    parts_->state = state_of(options.state_dir);
    make_folder(parts_->state);
    parts_->ledger = std::make_unique<Ledger>(parts_->state.ledger());  // first: it keeps a second sandbox out
    make_identity(parts_->state, options.host_names, options.clock());
    parts_->gateway = std::make_unique<Gateway>(gateway_options(parts_->state, options), *parts_->ledger);
    parts_->listen(options);
    write_config(parts_->state, parts_->port);
}

Sandbox::~Sandbox() {
    try {
        stop();
    } catch (const std::exception& failure) {
        std::cerr << "sandbox: " << failure.what() << std::endl;
    }
}

void Sandbox::stop() {
    {
        std::vector<std::jthread> stopping;  // side by side: each waits for its own accepting thread
        for (auto* listener : {&parts_->listener, &parts_->listener6, &parts_->admin}) {
            if (*listener) stopping.emplace_back([listener] { listener->reset(); });
        }
    }
    if (parts_->ledger) parts_->ledger->save_counts();
    parts_->gateway.reset();
    parts_->ledger.reset();
}

std::uint16_t Sandbox::port() const {
    return parts_->port;
}

std::uint16_t Sandbox::admin_port() const {
    return parts_->admin_port;
}

std::string Sandbox::ready_line() const {
    Poco::JSON::Object json(Poco::JSON_PRESERVE_KEY_ORDER);
    json.set("gateway", "https://127.0.0.1:" + std::to_string(parts_->port));
    json.set("admin", "http://127.0.0.1:" + std::to_string(parts_->admin_port));
    json.set("client_id", kClientId);
    json.set("config", parts_->state.config());
    std::ostringstream text;
    json.stringify(text);
    return text.str();
}

}  // namespace hostsim::sandbox
