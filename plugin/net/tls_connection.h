// One TLS connection to the host: handshake with the host name bound into the verification, then bytes.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/fault.h"
#include "net/tls_context.h"
#include "net/wait.h"
#include "net/wire.h"

namespace paydrv::net {

struct Received {
    std::size_t bytes = 0;
    bool ended = false;  // the server said in TLS that it sends no more (close_notify); bytes is 0
    Failure failure;     // fault closed without that: the answer may have been cut
};

// What the certificate check found wrong first, for the sentence.
struct CertificateComplaint {
    int code = 0;  // X509_V_ERR_...
    std::string subject, issuer, names, not_before, not_after;
};

// One thread at a time. After any failure the connection is of no more use.
class TlsConnection {
  public:
    // `host`: name or IP literal that the certificate must be for; `name`: host and port, for sentences. `context` and
    // `stop` must outlive the connection.
    TlsConnection(Descriptor socket, TlsContext& context, const StopSignal& stop, std::string host, std::string name);
    ~TlsConnection();
    TlsConnection(const TlsConnection&) = delete;
    TlsConnection& operator=(const TlsConnection&) = delete;

    void set_deadline(const Deadline& deadline) { wire_.deadline = deadline; }

    Failure handshake();
    Failure send(std::string_view bytes);
    Received receive(std::span<char> buffer);

    // Nothing has arrived that nobody asked for, the end of the connection included. Instant.
    bool quiet() const;

    std::int64_t bytes_sent() const { return wire_.bytes_sent; }
    bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
    std::string version() const { return SSL_get_version(ssl_.get()); }
    void remember_session();

  private:
    void bind_host(const std::string& host);
    Failure wire_failure(const std::string& doing) const;
    Failure handshake_failure() const;

    TlsContext& context_;
    const std::string name_;
    Wire wire_;
    CertificateComplaint complaint_;
    SslPointer ssl_;
    bool usable_ = false;  // handshake done and no failure since: a close_notify may be sent
    bool session_remembered_ = false;
};

}  // namespace paydrv::net
