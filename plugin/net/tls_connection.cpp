#include "net/tls_connection.h"

#include <Poco/Net/IPAddress.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <limits>
#include <stdexcept>
#include <utility>

namespace paydrv::net {

namespace {

constexpr std::size_t max_names_told = 5;

std::string two_digits(int value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
}

// "2026-11-21 03:00:00 UTC", free of any locale.
std::string text_of(const std::tm& time) {
    return std::to_string(time.tm_year + 1900) + "-" + two_digits(time.tm_mon + 1) + "-" + two_digits(time.tm_mday) +
           " " + two_digits(time.tm_hour) + ":" + two_digits(time.tm_min) + ":" + two_digits(time.tm_sec) + " UTC";
}

std::string text_of(const ASN1_TIME* time) {
    std::tm broken_down{};
    return ASN1_TIME_to_tm(time, &broken_down) == 1 ? text_of(broken_down) : "an unreadable time";
}

std::string clock_of_this_machine() {
    const std::time_t now = std::time(nullptr);
    std::tm broken_down{};
    return gmtime_r(&now, &broken_down) == nullptr ? "an unreadable time" : text_of(broken_down);
}

std::string text_of(const X509_NAME* name) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
    if (!memory || X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB) < 0) return "?";
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return std::string(text, static_cast<std::size_t>(size));
}

// The host names that a certificate is for: "a.example, b.example".
std::string names_of(const X509* certificate) {
    std::string text;
    auto* const names =
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    std::size_t told = 0;
    for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
        const GENERAL_NAME* each = sk_GENERAL_NAME_value(names, i);
        if (each->type != GEN_DNS || ++told > max_names_told) continue;
        const auto* bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(each->d.dNSName));
        text += (text.empty() ? "" : ", ") +
                std::string(bytes, static_cast<std::size_t>(ASN1_STRING_length(each->d.dNSName)));
    }
    GENERAL_NAMES_free(names);
    return text;
}

// OpenSSL's verify callback: notes what is wrong, and never overrules.
int note_complaint(int ok, X509_STORE_CTX* store) {
    if (ok == 1) return ok;
    auto* const ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* const complaint = static_cast<CertificateComplaint*>(SSL_get_app_data(ssl));
    const X509* const certificate = X509_STORE_CTX_get_current_cert(store);
    complaint->code = X509_STORE_CTX_get_error(store);
    if (certificate == nullptr) return ok;
    complaint->subject = text_of(X509_get_subject_name(certificate));
    complaint->issuer = text_of(X509_get_issuer_name(certificate));
    complaint->names = names_of(certificate);
    complaint->not_before = text_of(X509_get0_notBefore(certificate));
    complaint->not_after = text_of(X509_get0_notAfter(certificate));
    return ok;
}

Failure failure_of(const CertificateComplaint& complaint, const std::string& name) {
    const std::string certificate = "The certificate of " + name + " (" + complaint.subject + ") ";
    switch (complaint.code) {
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return {Fault::tls_host_name,
                    certificate + "is for another host" +
                        (complaint.names.empty() ? "" : " (" + complaint.names + ")") +
                        ": check the gateway's address; if it is right, something between answers in its place."};
        case X509_V_ERR_CERT_NOT_YET_VALID:
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return {Fault::tls_time,
                    certificate + "is valid from " + complaint.not_before + " to " + complaint.not_after +
                        ", and the clock of this machine says " + clock_of_this_machine() +
                        ": if that is wrong, set the clock; if it is right, the server needs a new certificate."};
        default:
            return {Fault::tls_untrusted,
                    certificate + "was issued by " + complaint.issuer + " and is not trusted (" +
                        X509_verify_cert_error_string(complaint.code) +
                        "): check the CA file; if it is right, something between answers in the server's place."};
    }
}

}  // namespace

TlsConnection::TlsConnection(Descriptor socket, TlsContext& context, const StopSignal& stop, std::string host,
                             std::string name)
    : context_(context), name_(std::move(name)), ssl_(context.new_ssl()) {
    wire_.socket = std::move(socket);
    wire_.stop = &stop;
    BIO* const bio = new_wire_bio(context.wire_method(), &wire_);
    if (bio == nullptr) throw std::runtime_error("OpenSSL has no memory left");
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_app_data(ssl_.get(), &complaint_);
    SSL_set_verify(ssl_.get(), SSL_VERIFY_PEER, note_complaint);
    bind_host(host);
}

TlsConnection::~TlsConnection() {
    const CleanErrorQueue clean;
    wire_.deadline = Deadline::in_ms(1);  // room for one write that does not wait; the server need not take it
    if (usable_ && !wire_.stop->raised()) SSL_shutdown(ssl_.get());
    // Without this, freeing a connection that was not shut down on both sides would spoil its session for resumption.
    SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

// Before the handshake, so that OpenSSL checks the name as part of the chain: no handshake can end without it.
void TlsConnection::bind_host(const std::string& host) {
    X509_VERIFY_PARAM* const check = SSL_get0_param(ssl_.get());
    X509_VERIFY_PARAM_set_hostflags(check, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    Poco::Net::IPAddress address;
    const bool literal = Poco::Net::IPAddress::tryParse(host, address);
    // RFC 6066, section 3: no IP literals in SNI.
    const bool bound = literal ? X509_VERIFY_PARAM_set1_ip_asc(check, host.c_str()) == 1
                               : X509_VERIFY_PARAM_set1_host(check, host.c_str(), host.size()) == 1 &&
                                     SSL_set_tlsext_host_name(ssl_.get(), host.c_str()) == 1;
    if (!bound) throw std::runtime_error("\"" + host + "\" cannot be checked against a certificate");
}

Failure TlsConnection::handshake() {
    const CleanErrorQueue clean;
    if (SSL_connect(ssl_.get()) == 1) {
        // Both were enforced by OpenSSL; asked again, because everything else rests on them.
        if (SSL_get_verify_result(ssl_.get()) != X509_V_OK || SSL_get0_peer_certificate(ssl_.get()) == nullptr)
            return {Fault::tls_untrusted, name_ + " showed no certificate that was verified."};
        usable_ = true;
        return {};
    }
    auto failure = handshake_failure();
    if (failure.fault != Fault::deadline && failure.fault != Fault::stopped) context_.forget_session();
    return failure;
}

Failure TlsConnection::handshake_failure() const {
    const std::string reason = take_openssl_errors();
    if (complaint_.code != 0) return failure_of(complaint_, name_);
    if (wire_.fault != Fault::none) return wire_failure("the TLS handshake with " + name_);
    return {
        Fault::tls_other,
        "The TLS handshake with " + name_ + " failed (" + reason +
            "): check that it is an HTTPS port with TLS 1.2 or newer, and that nothing between answers in its place."};
}

Failure TlsConnection::wire_failure(const std::string& doing) const {
    if (wire_.fault == Fault::stopped) return {Fault::stopped, "Stopped during " + doing + "."};
    if (wire_.fault == Fault::deadline)
        return {Fault::deadline,
                "The time was over during " + doing + ": the server or the network is slow or silent."};
    return {Fault::closed, "During " + doing + " " + closing_of(wire_) + "."};
}

Failure TlsConnection::send(std::string_view bytes) {
    const CleanErrorQueue clean;
    std::size_t written = 0;
    if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written) == 1) return {};
    usable_ = false;
    if (wire_.fault != Fault::none) return wire_failure("sending to " + name_);
    return {Fault::tls_other, "Sending to " + name_ + " failed in TLS (" + take_openssl_errors() + ")."};
}

Received TlsConnection::receive(std::span<char> buffer) {
    const CleanErrorQueue clean;
    Received result;
    if (SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &result.bytes) == 1) return result;
    result.bytes = 0;
    const int error = SSL_get_error(ssl_.get(), 0);
    usable_ = false;
    if (error == SSL_ERROR_ZERO_RETURN)
        result.ended = true;
    else if (wire_.fault != Fault::none)
        result.failure = wire_failure("waiting for the answer of " + name_);
    else
        result.failure = {Fault::tls_other,
                          "The answer of " + name_ + " was damaged in TLS (" + take_openssl_errors() + ")."};
    return result;
}

bool TlsConnection::quiet() const {
    if (!usable_ || SSL_has_pending(ssl_.get()) == 1) return false;
    pollfd descriptor{wire_.socket.get(), POLLIN | POLLRDHUP, 0};
    return ::poll(&descriptor, 1, 0) == 0;
}

void TlsConnection::remember_session() {
    if (std::exchange(session_remembered_, true)) return;
    const CleanErrorQueue clean;
    context_.remember_session(ssl_.get());
}

}  // namespace paydrv::net
