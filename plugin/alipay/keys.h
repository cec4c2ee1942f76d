#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "alipay/gateway_settings.h"

struct evp_pkey_st;

namespace paydrv::alipay {

/// An RSA key of OpenSSL, loaded once and shared by all threads. Its private parts are wiped when the last owner goes.
using KeyHandle = std::shared_ptr<evp_pkey_st>;

struct Keys {
    KeyHandle merchant_private;
    std::vector<KeyHandle> alipay_public;  // at least one
};

constexpr int min_key_bits = 2048;

/// Loads the keys of the settings: PEM or bare base64, with blanks, line ends, a byte order mark or "\n" in letters
/// anywhere. Private: PKCS#8 or PKCS#1. Public: SubjectPublicKeyInfo, PKCS#1, or a certificate. RSA of at least
/// min_key_bits. Throws std::runtime_error with a sentence for the integrator that names the setting, what was found
/// and what is allowed, never key text; also if Alipay's public key is the public half of our own private key.
/// Costs about two signatures (2 ms).
Keys load_keys(const GatewaySettings& settings);

/// One key; `name` names the setting in errors. As load_keys.
KeyHandle load_private_key(std::string_view text, std::string_view name);
KeyHandle load_public_key(std::string_view text, std::string_view name);

/// Size of a key's modulus.
int bits_of(const KeyHandle& key);

}  // namespace paydrv::alipay
