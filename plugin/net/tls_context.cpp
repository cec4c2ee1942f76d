#include "net/tls_context.h"

#include <Poco/Crypto/OpenSSLInitializer.h>
#include <Poco/Exception.h>
#include <openssl/err.h>

#include <fstream>
#include <stdexcept>

#include "net/wire.h"

namespace paydrv::net {

namespace {

// Poco takes OpenSSL's global state down when the last user of its initializer goes, and a host may use the same
// OpenSSL. One user that never goes keeps it up for the life of the process.
void keep_openssl_up() {
    static const bool once = (Poco::Crypto::OpenSSLInitializer::initialize(), true);
    static_cast<void>(once);
}

void check_ca_file(const std::string& path) {
    if (path.empty()) return;
    std::ifstream file(path, std::ios::binary);
    if (!file || file.peek() == std::ifstream::traits_type::eof())
        throw std::runtime_error("The CA file " + path +
                                 " cannot be read or is empty: give the path of a PEM file, or none to trust "
                                 "what the system trusts.");
}

Poco::Net::Context::Ptr make_context(const std::string& ca_file) {
    Poco::Net::Context::Params params;
    params.caLocation = ca_file;
    params.loadDefaultCAs = ca_file.empty();
    params.verificationMode = Poco::Net::Context::VERIFY_STRICT;
    params.cipherList = "HIGH:!aNULL:!eNULL:!PSK:!SRP:!MD5:!RC4:!3DES";
    try {
        return new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, params);
    } catch (const Poco::Exception& e) {
        throw std::runtime_error((ca_file.empty() ? std::string("The system's CA certificates cannot be loaded")
                                                  : "The CA file " + ca_file + " holds no certificate in PEM form") +
                                 ": " + e.displayText());
    }
}

}  // namespace

CleanErrorQueue::CleanErrorQueue() {
    ERR_clear_error();
}
CleanErrorQueue::~CleanErrorQueue() {
    ERR_clear_error();
}

std::string take_openssl_errors() {
    std::string text;
    while (const unsigned long error = ERR_get_error()) {
        const char* reason = ERR_reason_error_string(error);
        text += (text.empty() ? "" : "; ") + std::string(reason == nullptr ? "unnamed error" : reason);
    }
    return text;
}

TlsContext::TlsContext(const std::string& ca_file) : wire_method_(new_wire_method()) {
    const CleanErrorQueue clean;
    keep_openssl_up();
    check_ca_file(ca_file);
    context_ = make_context(ca_file);
    SSL_CTX* const raw = context_->sslContext();
    if (SSL_CTX_set1_groups_list(raw, "X25519:P-256:P-384") != 1 ||
        SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) != 1)
        throw std::runtime_error("This build's OpenSSL lacks TLS 1.2 or the key exchange X25519: " +
                                 take_openssl_errors());
    // The one session worth keeping is kept here. With OpenSSL's own cache on, the first use of a TLS 1.3 session would
    // spoil it, and a connection that then broke would cost the next one a full handshake.
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    // Renegotiation would let a server write in the middle of an exchange.
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(raw, SSL_MODE_AUTO_RETRY);
}

SslPointer TlsContext::new_ssl() const {
    SslPointer ssl(SSL_new(context_->sslContext()));
    if (!ssl) throw std::runtime_error("OpenSSL: " + take_openssl_errors());
    const std::lock_guard lock(mutex_);
    if (session_) SSL_set_session(ssl.get(), session_.get());
    return ssl;
}

void TlsContext::remember_session(SSL* ssl) {
    SessionPointer session(SSL_get1_session(ssl));
    if (!session || SSL_SESSION_is_resumable(session.get()) != 1) return;
    const std::lock_guard lock(mutex_);
    session_ = std::move(session);
}

void TlsContext::forget_session() noexcept {
    const std::lock_guard lock(mutex_);
    session_.reset();
}

}  // namespace paydrv::net
