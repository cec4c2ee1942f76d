#include "certificates.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#include <stdexcept>

namespace paydrv::net::tests {

namespace {

void check(bool good, const char* what) {
    if (!good) throw std::runtime_error(std::string("OpenSSL refused: ") + what);
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    check(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, value.c_str());
    X509_EXTENSION_free(extension);
}

Identity unsigned_identity(const std::string& name, const Leaf& leaf) {
    static long serial = 1;
    Identity made{Key(EVP_EC_gen("P-256")), Certificate(X509_new())};
    check(made.key != nullptr && made.certificate != nullptr, "a key");
    X509* const raw = made.certificate.get();
    X509_set_version(raw, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(raw), serial++);
    X509_gmtime_adj(X509_getm_notBefore(raw), leaf.valid_from_s);
    X509_gmtime_adj(X509_getm_notAfter(raw), leaf.valid_to_s);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    check(X509_set_pubkey(raw, made.key.get()) == 1, "a public key");
    return made;
}

void sign(Identity& made, X509* issuer, EVP_PKEY* issuer_key) {
    check(X509_set_issuer_name(made.certificate.get(), X509_get_subject_name(issuer)) == 1, "an issuer");
    check(X509_sign(made.certificate.get(), issuer_key, EVP_sha256()) > 0, "a signature");
}

// One directory for the program's files; removed at its end.
class Directory {
  public:
    Directory() {
        char path[] = "/tmp/paydrv-network-XXXXXX";
        if (mkdtemp(path) == nullptr) throw std::runtime_error("no temporary directory");
        path_ = path;
    }
    ~Directory() {
        for (const auto& file : files_)
            unlink(file.c_str());
        rmdir(path_.c_str());
    }
    std::string add() {
        files_.push_back(path_ + "/" + std::to_string(files_.size()) + ".pem");
        return files_.back();
    }

  private:
    std::string path_;
    std::vector<std::string> files_;
};

Directory& directory() {
    static Directory one;
    return one;
}

}  // namespace

Identity make_authority(const std::string& name) {
    Identity made = unsigned_identity(name, {.names = "", .valid_from_s = -7200, .valid_to_s = 7200});
    X509* const raw = made.certificate.get();
    add_extension(raw, raw, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign");
    sign(made, raw, made.key.get());
    return made;
}

Identity make_leaf(const Leaf& leaf, const Identity& authority) {
    Identity made = unsigned_identity("fault server", leaf);
    add_extension(made.certificate.get(), authority.certificate.get(), NID_subject_alt_name, leaf.names);
    sign(made, authority.certificate.get(), authority.key.get());
    return made;
}

Identity make_self_signed(const Leaf& leaf) {
    Identity made = unsigned_identity("self", leaf);
    X509* const raw = made.certificate.get();
    add_extension(raw, raw, NID_subject_alt_name, leaf.names);
    sign(made, raw, made.key.get());
    return made;
}

std::string write_pem(const X509* certificate) {
    const std::string path = directory().add();
    FILE* const file = fopen(path.c_str(), "w");
    check(file != nullptr && PEM_write_X509(file, certificate) == 1 && fclose(file) == 0, "a PEM file");
    return path;
}

std::string write_text(const std::string& text) {
    const std::string path = directory().add();
    FILE* const file = fopen(path.c_str(), "w");
    check(file != nullptr && fwrite(text.data(), 1, text.size(), file) == text.size() && fclose(file) == 0, "a file");
    return path;
}

}  // namespace paydrv::net::tests
