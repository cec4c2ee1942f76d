// A CA of the tests and the certificates of the fault server, made afresh by each test program.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace paydrv::net::tests {

struct KeyEnd {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct CertificateEnd {
    void operator()(X509* certificate) const { X509_free(certificate); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyEnd>;
using Certificate = std::unique_ptr<X509, CertificateEnd>;

struct Identity {
    Key key;
    Certificate certificate;
};

struct Leaf {
    std::string names =
        "DNS:localhost,DNS:gateway.example,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1";  // OpenSSL's subjectAltName syntax
    long valid_from_s = -3600;                                                // from now
    long valid_to_s = 3600;
};

Identity make_authority(const std::string& name);
Identity make_leaf(const Leaf& leaf, const Identity& authority);
Identity make_self_signed(const Leaf& leaf);

// A PEM file of the certificate in the test's temporary directory; gone when the program ends.
std::string write_pem(const X509* certificate);
std::string write_text(const std::string& text);

}  // namespace paydrv::net::tests
