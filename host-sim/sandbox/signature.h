#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

typedef struct evp_pkey_st EVP_PKEY;

namespace hostsim::sandbox {

struct KeyRelease {
    void operator()(EVP_PKEY* key) const;
};
/// An RSA or EC key. One may be used by many threads at once for signing and verifying.
using Key = std::unique_ptr<EVP_PKEY, KeyRelease>;

/// Reads a PEM file. Throws std::runtime_error naming the file when it is missing, unreadable or holds no such key.
Key read_private_key(const std::string& path);
Key read_public_key(const std::string& path);

/// The bytes that a signature covers (Antom docs, digital signature):
/// `POST <path[?query]>\n<client id>.<time>.<body>`, nothing behind the body.
std::string signed_content(std::string_view target, std::string_view client_id, std::string_view time,
                           std::string_view body);

/// RSASSA-PKCS1-v1_5 over SHA-256, as plain base64. Throws std::runtime_error when OpenSSL refuses the key.
std::string sign(EVP_PKEY* private_key, std::string_view content);

/// True when `signature` (raw bytes) belongs to `content`. Never throws for a wrong signature.
bool verify(EVP_PKEY* public_key, std::string_view content, std::string_view signature);

/// The value of the answer's `signature` header, in the order that every client reads.
std::string signature_header(std::string_view base64_signature, int key_version = 1);

struct SignatureHeader {
    std::string algorithm;    ///< empty: not given
    std::string key_version;  ///< empty: not given, the newest
    std::string signature;    ///< raw bytes
};
/// Reads `algorithm=RSA256, keyVersion=1, signature=<percent-encoded base64>` in any order, with or without blanks, hex
/// digits in either case. Empty when there is no signature in it or its base64 is broken. A `+` stays a `+`.
std::optional<SignatureHeader> parse_signature_header(std::string_view header);

}  // namespace hostsim::sandbox
