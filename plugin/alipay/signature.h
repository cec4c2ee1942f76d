// RSASSA-PKCS1-v1_5 with SHA-256 over the raw bytes of a message, as Alipay writes it into a header.
// Source: Antom docs, digital signature. Any thread: keys are shared, every call has a context of its own, and nothing
// is left in the thread's OpenSSL error queue.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alipay/keys.h"

namespace paydrv::alipay {

/// What is signed: "POST <target>\n<client id>.<time>.<body>", with the time as the header spells it.
std::string content_to_sign(std::string_view target, std::string_view client_id, std::string_view time,
                            std::string_view body);

/// The signature's bytes. Throws std::runtime_error if OpenSSL cannot sign with this key.
std::string sign(const KeyHandle& private_key, std::string_view content);

/// The value of the Signature header: "algorithm=RSA256,keyVersion=1,signature=<percent-encoded base64>".
std::string signature_header(std::string_view signature);

/// What the Signature headers of one message say. Exactly one of the two is set.
struct ReadSignature {
    std::string bytes;
    std::string problem;  // what is wrong, without a name in front: "says algorithm RSA512, and only RSA256 is allowed"
};

/// Reads all values of the header Signature that a message has (at least one). Parameters in any order; algorithm and
/// keyVersion may be missing; the signature percent-encoded in either case or plain base64, with '+' or '-', '/' or
/// '_', padded or not. A '+' is never a blank. Refused: no signature, an empty one, two different ones, another
/// algorithm.
ReadSignature read_signature(std::span<const std::string> header_values);

/// Whether the signature fits the content under one of the keys.
bool verify(std::span<const KeyHandle> public_keys, std::string_view content, std::string_view signature);

}  // namespace paydrv::alipay
