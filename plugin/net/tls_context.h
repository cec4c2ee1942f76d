// What all TLS connections of a client share: the verified-against CAs, the protocol choices, the session to resume.
#pragma once

#include <Poco/Net/Context.h>
#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>

#include "net/fault.h"

namespace paydrv::net {

struct SslEnd {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};
struct SessionEnd {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
struct BioMethodEnd {
    void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};
using SslPointer = std::unique_ptr<SSL, SslEnd>;
using SessionPointer = std::unique_ptr<SSL_SESSION, SessionEnd>;

// Empties the calling thread's OpenSSL error queue on the way in and on the way out: what others left there must not be
// taken for an error of ours, nor the other way round.
class CleanErrorQueue {
  public:
    CleanErrorQueue();
    ~CleanErrorQueue();
    CleanErrorQueue(const CleanErrorQueue&) = delete;
    CleanErrorQueue& operator=(const CleanErrorQueue&) = delete;
};

// The reason texts of the calling thread's OpenSSL errors, oldest first, joined by "; ". Empties the queue.
std::string take_openssl_errors();

// Any thread. TLS 1.2 or newer, chain and host verified, X25519 before P-256 and P-384 (OpenSSL's own first choice,
// X448, costs a round trip with servers that lack it).
class TlsContext {
  public:
    // `ca_file`: PEM, the only trusted CAs; empty: the system's. Throws std::runtime_error with a sentence for the
    // integrator.
    explicit TlsContext(const std::string& ca_file);

    // An SSL object that resumes the remembered session. Throws std::runtime_error when memory is short.
    SslPointer new_ssl() const;

    // Keeps the connection's session for the next handshake. Call it after an answer: TLS 1.3 tickets arrive before
    // that.
    void remember_session(SSL* ssl);
    void forget_session() noexcept;

    const BIO_METHOD* wire_method() const noexcept { return wire_method_.get(); }

  private:
    Poco::Net::Context::Ptr context_;
    std::unique_ptr<BIO_METHOD, BioMethodEnd> wire_method_;
    mutable std::mutex mutex_;
    SessionPointer session_;
};

}  // namespace paydrv::net
