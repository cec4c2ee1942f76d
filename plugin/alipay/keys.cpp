#include "alipay/keys.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

#include "alipay/base64.h"
#include "alipay/signature.h"

namespace paydrv::alipay {
namespace {

constexpr std::size_t max_key_text = 64 * 1024;

/// Text that may be a private key: wiped when it goes.
struct Secret {
    std::string text;
    Secret() = default;
    explicit Secret(std::string t) : text(std::move(t)) {}
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { OPENSSL_cleanse(text.data(), text.size()); }
};

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeCertificate {
    void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeEncrypted {
    void operator()(X509_SIG* encrypted) const { X509_SIG_free(encrypted); }
};
using OwnedKey = std::unique_ptr<EVP_PKEY, FreeKey>;

enum class Wanted { private_key, public_key };

constexpr std::string_view allowed(Wanted wanted) {
    return wanted == Wanted::private_key
               ? "an RSA private key of at least 2048 bits, not encrypted, as PEM or base64 (PKCS#8 or PKCS#1)"
               : "Alipay's RSA public key of at least 2048 bits from the Alipay dashboard, as PEM or base64, or a "
                 "certificate";
}

[[noreturn]] void refuse(std::string_view name, Wanted wanted, std::string_view found) {
    ERR_clear_error();
    throw std::runtime_error(std::string(name) + " holds " + std::string(found) + "; allowed is " +
                             std::string(allowed(wanted)));
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
}

/// One armoured block, or the whole text if it has no armour.
struct Block {
    std::string_view label;
    std::string_view content;
};

// The first block that is labelled as the wanted kind, else the first: files often carry several.
std::optional<Block> find_block(std::string_view text, Wanted wanted) {
    constexpr std::string_view begin = "-----BEGIN ", dashes = "-----";
    if (text.find("-----BEGIN") == std::string_view::npos) return Block{{}, text};
    std::optional<Block> first;
    std::size_t at = 0;
    while ((at = text.find(begin, at)) != std::string_view::npos) {
        const std::size_t label_at = at + begin.size();
        const std::size_t label_end = text.find(dashes, label_at);
        if (label_end == std::string_view::npos) break;
        const std::size_t content_at = label_end + dashes.size();
        const std::size_t content_end = text.find("-----END", content_at);
        if (content_end == std::string_view::npos) break;
        const Block block{text.substr(label_at, label_end - label_at),
                          text.substr(content_at, content_end - content_at)};
        const bool is_private = block.label.find("PRIVATE KEY") != std::string_view::npos;
        const bool is_public = block.label.find("PUBLIC KEY") != std::string_view::npos || block.label == "CERTIFICATE";
        if (wanted == Wanted::private_key ? is_private : is_public) return block;
        if (!first) first = block;
        at = content_end;
    }
    return first;
}

// Without blanks, byte order marks, and line ends that a JSON or environment file has turned into letters.
void strip(std::string_view text, std::string& stripped) {
    stripped.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::string_view rest = text.substr(i);
        if (is_blank(text[i])) continue;
        if (rest.starts_with("\xEF\xBB\xBF")) {
            i += 2;
        } else if (rest.starts_with("\\n") || rest.starts_with("\\r")) {
            i += 1;
        } else {
            stripped += text[i];
        }
    }
}

/// What the bytes are; `key` is set if they are a key of any kind.
struct Found {
    OwnedKey key;
    std::string_view what;  // empty if it is a key of the wanted kind
};

const unsigned char* start_of(const std::string& der) {
    return reinterpret_cast<const unsigned char*>(der.data());
}

OwnedKey private_from(const std::string& der) {
    const unsigned char* at = start_of(der);
    OwnedKey key(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size())));
    return at == start_of(der) + der.size() ? std::move(key) : nullptr;
}

OwnedKey public_from(const std::string& der) {
    const auto length = static_cast<long>(der.size());
    const unsigned char* at = start_of(der);
    OwnedKey key(d2i_PUBKEY(nullptr, &at, length));
    if (key && at == start_of(der) + der.size()) return key;
    at = start_of(der);
    key.reset(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, length));
    return key && at == start_of(der) + der.size() ? std::move(key) : nullptr;
}

OwnedKey certified_from(const std::string& der) {
    const unsigned char* at = start_of(der);
    const std::unique_ptr<X509, FreeCertificate> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    return certificate ? OwnedKey(X509_get_pubkey(certificate.get())) : nullptr;
}

bool is_encrypted(const std::string& der) {
    const unsigned char* at = start_of(der);
    const std::unique_ptr<X509_SIG, FreeEncrypted> encrypted(d2i_X509_SIG(nullptr, &at, static_cast<long>(der.size())));
    return encrypted != nullptr && at == start_of(der) + der.size();
}

Found recognise(const std::string& der, Wanted wanted) {
    const bool want_private = wanted == Wanted::private_key;
    if (OwnedKey key = private_from(der)) return {std::move(key), want_private ? "" : "a private key"};
    if (OwnedKey key = public_from(der)) return {std::move(key), want_private ? "a public key" : ""};
    if (OwnedKey key = certified_from(der)) return {std::move(key), want_private ? "a certificate" : ""};
    if (is_encrypted(der)) return {nullptr, "an encrypted key"};
    return {nullptr, "base64 of something that is no key"};
}

KeyHandle load(std::string_view text, std::string_view name, Wanted wanted) {
    if (text.size() > max_key_text) refuse(name, wanted, "more than 64 KiB of text");
    const std::optional<Block> block = find_block(text, wanted);
    if (!block) refuse(name, wanted, "a PEM key that is cut off: its BEGIN line has no END line");
    if (block->label.find("ENCRYPTED") != std::string_view::npos ||
        block->content.find("Proc-Type") != std::string_view::npos) {
        refuse(name, wanted, "an encrypted key");
    }
    Secret base64;
    strip(block->content, base64.text);
    if (base64.text.empty()) refuse(name, wanted, "nothing");
    std::optional<std::string> decoded = decode_base64(base64.text);
    if (!decoded) refuse(name, wanted, "text that is not base64");
    const Secret der(std::move(*decoded));
    Found found = recognise(der.text, wanted);
    ERR_clear_error();
    if (!found.what.empty()) refuse(name, wanted, found.what);
    if (EVP_PKEY_get_base_id(found.key.get()) != EVP_PKEY_RSA) {
        refuse(name, wanted, "a key of another kind than RSA");
    }
    const int bits = EVP_PKEY_get_bits(found.key.get());
    if (bits < min_key_bits) refuse(name, wanted, "a " + std::to_string(bits) + "-bit key");
    return KeyHandle(found.key.release(), [](EVP_PKEY* key) { EVP_PKEY_free(key); });
}

bool same_public_half(const KeyHandle& a, const KeyHandle& b) {
    const bool same = EVP_PKEY_eq(a.get(), b.get()) == 1;  // for RSA: modulus and exponent
    ERR_clear_error();
    return same;
}

}  // namespace

KeyHandle load_private_key(std::string_view text, std::string_view name) {
    KeyHandle key = load(text, name, Wanted::private_key);
    // One damaged letter of base64 still decodes; what the key signs then fits nothing.
    constexpr std::string_view probe = "paydrv";
    std::string signature;
    try {
        signature = sign(key, probe);
    } catch (const std::runtime_error&) {
        refuse(name, Wanted::private_key, "a damaged private key");
    }
    if (!verify(std::array{key}, probe, signature)) refuse(name, Wanted::private_key, "a damaged private key");
    return key;
}

KeyHandle load_public_key(std::string_view text, std::string_view name) {
    return load(text, name, Wanted::public_key);
}

Keys load_keys(const GatewaySettings& settings) {
    Keys keys;
    keys.merchant_private = load_private_key(settings.private_key, settings.private_key_name);
    const std::size_t count = settings.alipay_public_keys.size();
    if (count == 0) refuse(settings.alipay_public_keys_name, Wanted::public_key, "nothing");
    for (std::size_t i = 0; i < count; ++i) {
        std::string name = settings.alipay_public_keys_name;
        if (count > 1) name += " (number " + std::to_string(i + 1) + ")";
        keys.alipay_public.push_back(load_public_key(settings.alipay_public_keys[i], name));
        if (same_public_half(keys.merchant_private, keys.alipay_public.back())) {
            throw std::runtime_error(name + " holds the merchant's own public key, the public half of " +
                                     settings.private_key_name +
                                     "; wanted is Alipay's public key, which the Alipay dashboard shows beside it: "
                                     "answers are signed by Alipay, not by the merchant");
        }
    }
    return keys;
}

int bits_of(const KeyHandle& key) {
    return EVP_PKEY_get_bits(key.get());
}

}  // namespace paydrv::alipay
