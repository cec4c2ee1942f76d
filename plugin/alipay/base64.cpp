#include "alipay/base64.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>

namespace paydrv::alipay {
namespace {

bool in_alphabet(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
    std::size_t padding = 0;
    while (!text.empty() && text.back() == '=') {
        text.remove_suffix(1);
        ++padding;
    }
    if (text.empty() || padding > 2 || text.size() % 4 == 1) return std::nullopt;
    if (padding != 0 && (text.size() + padding) % 4 != 0) return std::nullopt;

    std::string standard(text);
    std::replace(standard.begin(), standard.end(), '-', '+');
    std::replace(standard.begin(), standard.end(), '_', '/');
    const std::size_t missing = (4 - standard.size() % 4) % 4;
    std::optional<std::string> bytes;
    if (std::all_of(standard.begin(), standard.end(), in_alphabet)) {
        standard.append(missing, '=');
        bytes.emplace(standard.size() / 4 * 3, '\0');
        const int length =
            EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes->data()),
                            reinterpret_cast<const unsigned char*>(standard.data()), static_cast<int>(standard.size()));
        if (length < 0) {
            bytes.reset();
        } else {
            bytes->resize(static_cast<std::size_t>(length) - missing);
        }
    }
    OPENSSL_cleanse(standard.data(), standard.size());  // the text may be a private key
    return bytes;
}

std::string encode_base64(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock ends with a NUL
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

}  // namespace paydrv::alipay
