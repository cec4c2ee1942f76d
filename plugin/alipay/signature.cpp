#include "alipay/signature.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <stdexcept>

#include "alipay/base64.h"

namespace paydrv::alipay {
namespace {

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Only %XX: a literal '+' is a character of base64 and stays one.
std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hex_value(text[i + 1]);
        const int low = hex_value(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

/// Reads one header value into `read`; false: read.problem is set.
bool read_one(std::string_view value, ReadSignature& read) {
    bool found = false;
    while (!value.empty()) {
        const std::size_t comma = value.find(',');
        const std::string_view parameter = value.substr(0, comma);
        value = comma == std::string_view::npos ? std::string_view{} : value.substr(comma + 1);
        const std::size_t equals = parameter.find('=');  // the first: base64 may end with others
        if (equals == std::string_view::npos) continue;
        const std::string_view name = trimmed(parameter.substr(0, equals));
        const std::string_view text = trimmed(parameter.substr(equals + 1));
        if (equal_ignoring_case(name, "algorithm") && !equal_ignoring_case(text, "RSA256")) {
            read.problem = "names another algorithm than RSA256, and only RSA256 is allowed";
            return false;
        }
        if (!equal_ignoring_case(name, "signature")) continue;
        const std::optional<std::string> base64 = percent_decoded(text);
        const std::optional<std::string> bytes = base64 ? decode_base64(*base64) : std::nullopt;
        if (!bytes) {
            read.problem = text.empty() ? "has an empty signature" : "has a signature that is not base64";
            return false;
        }
        if (!read.bytes.empty() && read.bytes != *bytes) {
            read.problem = "has two different signatures";
            return false;
        }
        read.bytes = *bytes;
        found = true;
    }
    if (!found) read.problem = "has no signature parameter";
    return found;
}

}  // namespace

std::string content_to_sign(std::string_view target, std::string_view client_id, std::string_view time,
                            std::string_view body) {
    std::string content = "POST ";
    content.reserve(content.size() + target.size() + client_id.size() + time.size() + body.size() + 3);
    content += target;
    content += '\n';
    content += client_id;
    content += '.';
    content += time;
    content += '.';
    content += body;
    return content;
}

std::string sign(const KeyHandle& private_key, std::string_view content) {
    const Context context(EVP_MD_CTX_new());
    std::string signature;
    std::size_t size = 0;
    bool done = context != nullptr &&
                EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, private_key.get()) == 1 &&
                EVP_DigestSign(context.get(), nullptr, &size, bytes_of(content), content.size()) == 1;
    if (done) {
        signature.resize(size);
        done = EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                              bytes_of(content), content.size()) == 1;
        signature.resize(size);
    }
    ERR_clear_error();
    if (!done) throw std::runtime_error("OpenSSL cannot sign with the private key");
    return signature;
}

std::string signature_header(std::string_view signature) {
    std::string header = "algorithm=RSA256,keyVersion=1,signature=";
    for (const char c : encode_base64(signature)) {
        switch (c) {
            case '+': header += "%2B"; break;
            case '/': header += "%2F"; break;
            case '=': header += "%3D"; break;
            default: header += c;
        }
    }
    return header;
}

ReadSignature read_signature(std::span<const std::string> header_values) {
    ReadSignature read;
    if (header_values.empty()) read.problem = "is missing";
    for (const std::string& value : header_values) {
        if (read_one(value, read)) continue;
        read.bytes.clear();
        break;
    }
    return read;
}

bool verify(std::span<const KeyHandle> public_keys, std::string_view content, std::string_view signature) {
    bool fits = false;
    for (const KeyHandle& key : public_keys) {
        const Context context(EVP_MD_CTX_new());
        fits =
            context != nullptr && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
            EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(content), content.size()) ==
                1;
        if (fits) break;
    }
    ERR_clear_error();  // a later TLS call of this thread would trip over what a failed check leaves
    return fits;
}

}  // namespace paydrv::alipay
