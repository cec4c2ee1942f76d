#include "sandbox/certificate.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <stdexcept>

namespace hostsim::sandbox {
namespace {

constexpr int kRsaBits = 2048;
constexpr std::int64_t kDay = 24 * 60 * 60;
constexpr std::int64_t kAuthorityDays = 3650;
constexpr std::int64_t kServerDays = 730;
constexpr std::int64_t kRenewalDays = 30;

struct Release {
    void operator()(BIO* bio) const { BIO_free_all(bio); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using Bio = std::unique_ptr<BIO, Release>;
using Certificate = std::unique_ptr<X509, Release>;
using Extension = std::unique_ptr<X509_EXTENSION, Release>;
using File = std::unique_ptr<std::FILE, Release>;

[[noreturn]] void fail(const std::string& what) {
    ERR_clear_error();
    throw std::runtime_error(what);
}

std::string text_of(BIO* bio) {
    char* data = nullptr;
    long size = BIO_get_mem_data(bio, &data);
    return std::string(data, std::size_t(size));
}

Certificate read_certificate(const std::string& path) {
    File file(std::fopen(path.c_str(), "rb"));
    Certificate certificate(file ? PEM_read_X509(file.get(), nullptr, nullptr, nullptr) : nullptr);
    ERR_clear_error();
    return certificate;
}

bool is_address(const std::string& name) {
    unsigned char bytes[16];
    return inet_pton(AF_INET, name.c_str(), bytes) == 1 || inet_pton(AF_INET6, name.c_str(), bytes) == 1;
}

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
    if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) {
        fail("cannot put \"" + value + "\" into a certificate: is every --host a host name or an address?");
    }
}

/// A certificate without extensions, valid from yesterday so that a clock a little behind still takes it.
Certificate blank(EVP_PKEY* key, const char* common_name, std::int64_t now_ms, std::int64_t days) {
    Certificate certificate(X509_new());
    unsigned char serial[16];
    if (!certificate || RAND_bytes(serial, sizeof serial) != 1) fail("cannot make a certificate");
    serial[0] = (serial[0] & 0x3F) | 0x40;  // positive and of full length
    ASN1_STRING_set(X509_get_serialNumber(certificate.get()), serial, sizeof serial);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_TIME_set(X509_getm_notBefore(certificate.get()), now_ms / 1000 - kDay);
    ASN1_TIME_set(X509_getm_notAfter(certificate.get()), now_ms / 1000 + days * kDay);
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common_name), -1,
                               -1, 0);
    if (X509_set_pubkey(certificate.get(), key) != 1) fail("cannot make a certificate");
    return certificate;
}

void sign_and_write(X509* certificate, EVP_PKEY* authority_key, const std::string& path) {
    if (X509_sign(certificate, authority_key, EVP_sha256()) == 0) fail("cannot sign a certificate");
    Bio bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1) fail("cannot write a certificate");
    write_file(path, text_of(bio.get()), 0644);
}

Key make_ec_key() {
    Key key(EVP_EC_gen("P-256"));
    if (!key) fail("cannot make an EC key");
    return key;
}

}  // namespace

void write_file(const std::string& path, const std::string& text, unsigned mode) {
    std::string draft = path + ".new";
    ::unlink(draft.c_str());
    int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file < 0) throw std::runtime_error("cannot write " + draft + ": " + std::strerror(errno));
    bool written = ::write(file, text.data(), text.size()) == ssize_t(text.size()) && ::fsync(file) == 0;
    bool closed = ::close(file) == 0;
    if (!written || !closed || std::rename(draft.c_str(), path.c_str()) != 0) {
        std::string why = std::strerror(errno);
        ::unlink(draft.c_str());
        throw std::runtime_error("cannot write " + path + ": " + why);
    }
}

Key make_rsa_key() {
    Key key(EVP_RSA_gen(kRsaBits));
    if (!key) fail("cannot make an RSA key");
    return key;
}

void write_private_key(EVP_PKEY* key, const std::string& path) {
    Bio bio(BIO_new(BIO_s_secmem()));
    if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
        fail("cannot write the private key " + path);
    }
    write_file(path, text_of(bio.get()), 0600);
}

void write_public_key(EVP_PKEY* key, const std::string& path) {
    Bio bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_PUBKEY(bio.get(), key) != 1) fail("cannot write the public key " + path);
    write_file(path, text_of(bio.get()), 0644);
}

void make_authority(const std::string& certificate_path, const std::string& key_path, std::int64_t now_ms) {
    Key key = make_ec_key();
    Certificate certificate = blank(key.get(), "paydrv sandbox authority", now_ms, kAuthorityDays);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
    add_extension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash");
    write_private_key(key.get(), key_path);
    sign_and_write(certificate.get(), key.get(), certificate_path);
}

bool certificate_serves(const std::string& certificate_path, const std::string& key_path,
                        const std::string& authority_path, const std::vector<std::string>& names, std::int64_t now_ms) {
    Certificate certificate = read_certificate(certificate_path), authority = read_certificate(authority_path);
    if (!certificate || !authority || ::access(key_path.c_str(), R_OK) != 0) return false;
    Key key = read_private_key(key_path);
    std::time_t start = now_ms / 1000, end = now_ms / 1000 + kRenewalDays * kDay;
    bool good = X509_verify(certificate.get(), X509_get0_pubkey(authority.get())) == 1 &&
                X509_check_private_key(certificate.get(), key.get()) == 1 &&
                X509_cmp_time(X509_get0_notBefore(certificate.get()), &start) < 0 &&
                X509_cmp_time(X509_get0_notAfter(certificate.get()), &end) > 0;
    for (const std::string& name : names) {
        good =
            good && (is_address(name) ? X509_check_ip_asc(certificate.get(), name.c_str(), 0)
                                      : X509_check_host(certificate.get(), name.data(), name.size(), 0, nullptr)) == 1;
    }
    ERR_clear_error();
    return good;
}

void make_server_certificate(const std::string& certificate_path, const std::string& key_path,
                             const std::string& authority_path, const std::string& authority_key_path,
                             const std::vector<std::string>& names, std::int64_t now_ms) {
    Certificate authority = read_certificate(authority_path);
    if (!authority) fail(authority_path + " holds no certificate in PEM form; remove it to have it made anew");
    Key authority_key = read_private_key(authority_key_path);
    Key key = make_ec_key();
    Certificate certificate = blank(key.get(), "paydrv sandbox gateway", now_ms, kServerDays);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(authority.get()));
    std::string alternatives;
    for (const std::string& name : names) {
        alternatives += (alternatives.empty() ? "" : ",") + std::string(is_address(name) ? "IP:" : "DNS:") + name;
    }
    add_extension(certificate.get(), authority.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate.get(), authority.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(certificate.get(), authority.get(), NID_ext_key_usage, "serverAuth");
    add_extension(certificate.get(), authority.get(), NID_subject_key_identifier, "hash");
    add_extension(certificate.get(), authority.get(), NID_authority_key_identifier, "keyid");
    add_extension(certificate.get(), authority.get(), NID_subject_alt_name, alternatives);
    write_private_key(key.get(), key_path);
    sign_and_write(certificate.get(), authority_key.get(), certificate_path);
}

}  // namespace hostsim::sandbox
