#include "alipay/request_ids.h"

#include <openssl/evp.h>

#include <array>
#include <initializer_list>
#include <stdexcept>

namespace paydrv::alipay {
namespace {

constexpr std::size_t hex_digits = 62;  // R11; with the prefix 64: the longest id that Alipay takes

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n\v\f";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string derived_id(std::string_view prefix, std::initializer_list<std::string_view> parts) {
    std::string content;
    for (const std::string_view part : parts) {
        const std::string_view text = trimmed(part);
        const auto length = static_cast<std::uint32_t>(text.size());
        for (const int shift : {24, 16, 8, 0})
            content += static_cast<char>((length >> shift) & 0xFF);
        content += text;
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int digest_size = 0;
    if (EVP_Digest(content.data(), content.size(), digest.data(), &digest_size, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("SHA-256 is not available in this OpenSSL");
    }
    std::string id(prefix);
    for (std::size_t i = 0; i < hex_digits / 2; ++i) {
        constexpr std::string_view hex = "0123456789abcdef";
        id += hex[digest[i] >> 4];
        id += hex[digest[i] & 0x0F];
    }
    return id;
}

std::string eight_digits(std::uint32_t day) {
    std::string text = std::to_string(day);
    if (text.size() < 8) text.insert(0, 8 - text.size(), '0');
    return text;
}

}  // namespace

std::string payment_request_id(const AttemptName& name) {
    return derived_id("p1", {name.client_id, name.reference_merchant_id, name.reference_store_id,
                             name.store_terminal_id, eight_digits(name.business_day), name.reference});
}

std::string refund_request_id(std::string_view client_id, std::string_view payment_id,
                              std::string_view refund_reference) {
    return derived_id("r1", {client_id, payment_id, refund_reference});
}

std::string undo_request_id(std::string_view client_id, std::string_view payment_id) {
    return derived_id("u1", {client_id, payment_id});
}

}  // namespace paydrv::alipay
