#include "sandbox/signature.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdio>
#include <stdexcept>
#include <vector>

namespace hostsim::sandbox {
namespace {

struct FileClose {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
struct DigestRelease {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, DigestRelease>;

Key read_key(const std::string& path, const char* kind,
             EVP_PKEY* (*read)(std::FILE*, EVP_PKEY**, pem_password_cb*, void*)) {
    std::unique_ptr<std::FILE, FileClose> file(std::fopen(path.c_str(), "rb"));
    if (!file) throw std::runtime_error("cannot open " + path + ": it should hold a " + kind + " key in PEM form");
    Key key(read(file.get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    if (!key) throw std::runtime_error(path + " holds no " + kind + " key in PEM form; remove it to have it made anew");
    return key;
}

std::string base64(const std::vector<unsigned char>& bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), int(bytes.size()));
    text.resize(std::size_t(size));
    return text;
}

std::optional<std::string> from_base64(std::string text) {
    for (char& c : text) {
        if (c == '-') c = '+';
        if (c == '_') c = '/';
    }
    while (!text.empty() && text.back() == '=')
        text.pop_back();
    std::size_t padding = (4 - text.size() % 4) % 4;
    if (text.empty() || padding == 3) return std::nullopt;
    text.append(padding, '=');
    std::string bytes(text.size() / 4 * 3, '\0');
    int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                               reinterpret_cast<const unsigned char*>(text.data()), int(text.size()));
    if (size < 0) return std::nullopt;
    bytes.resize(std::size_t(size) - padding);
    return bytes;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Decodes %XX only: a form decoder would turn the `+` of plain base64 into a blank.
std::optional<std::string> from_percent(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            plain += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        plain += char(high * 16 + low);
        i += 2;
    }
    return plain;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

}  // namespace

void KeyRelease::operator()(EVP_PKEY* key) const {
    EVP_PKEY_free(key);
}

Key read_private_key(const std::string& path) {
    return read_key(path, "private", PEM_read_PrivateKey);
}

Key read_public_key(const std::string& path) {
    return read_key(path, "public", PEM_read_PUBKEY);
}

std::string signed_content(std::string_view target, std::string_view client_id, std::string_view time,
                           std::string_view body) {
    std::string content = "POST ";
    content.reserve(target.size() + client_id.size() + time.size() + body.size() + 8);
    content.append(target).append("\n").append(client_id).append(".").append(time).append(".").append(body);
    return content;
}

std::string sign(EVP_PKEY* private_key, std::string_view content) {
    Digest digest(EVP_MD_CTX_new());
    auto bytes = reinterpret_cast<const unsigned char*>(content.data());
    std::size_t size = 0;
    if (!digest || EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, private_key) != 1 ||
        EVP_DigestSign(digest.get(), nullptr, &size, bytes, content.size()) != 1) {
        ERR_clear_error();
        throw std::runtime_error("the gateway's private key cannot sign");
    }
    std::vector<unsigned char> signature(size);
    if (EVP_DigestSign(digest.get(), signature.data(), &size, bytes, content.size()) != 1) {
        ERR_clear_error();
        throw std::runtime_error("the gateway's private key cannot sign");
    }
    signature.resize(size);
    return base64(signature);
}

bool verify(EVP_PKEY* public_key, std::string_view content, std::string_view signature) {
    Digest digest(EVP_MD_CTX_new());
    bool good =
        digest && EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, public_key) == 1 &&
        EVP_DigestVerify(digest.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                         reinterpret_cast<const unsigned char*>(content.data()), content.size()) == 1;
    ERR_clear_error();  // a failed check leaves entries that a later TLS call on this thread would take for its own
    return good;
}

std::string signature_header(std::string_view base64_signature, int key_version) {
    std::string header = "algorithm=RSA256,keyVersion=" + std::to_string(key_version) + ",signature=";
    for (char c : base64_signature) {
        if (c == '+') {
            header += "%2B";
        } else if (c == '/') {
            header += "%2F";
        } else if (c == '=') {
            header += "%3D";
        } else {
            header += c;
        }
    }
    return header;
}

std::optional<SignatureHeader> parse_signature_header(std::string_view header) {
    SignatureHeader parsed;
    while (!header.empty()) {
        std::size_t comma = header.find(',');
        std::string_view pair = trim(header.substr(0, comma));
        header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
        std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        std::string_view name = trim(pair.substr(0, equals)), value = trim(pair.substr(equals + 1));
        if (name == "algorithm") parsed.algorithm = value;
        if (name == "keyVersion") parsed.key_version = value;
        if (name != "signature") continue;
        auto encoded = from_percent(value);
        auto bytes = encoded ? from_base64(*encoded) : std::nullopt;
        if (!bytes) return std::nullopt;
        parsed.signature = *bytes;
    }
    if (parsed.signature.empty()) return std::nullopt;
    return parsed;
}

}  // namespace hostsim::sandbox
