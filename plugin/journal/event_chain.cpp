#include "journal/event_chain.h"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace paydrv::journal {
namespace {

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned int size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("OpenSSL offers no SHA-256: the journal cannot chain its events.");
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    hex.reserve(std::size_t{size} * 2);
    for (unsigned int i = 0; i < size; ++i) {
        hex += digits[digest[i] >> 4U];
        hex += digits[digest[i] & 15U];
    }
    return hex;
}

void append_field(std::string& bytes, std::string_view field) {
    const std::uint64_t size = field.size();
    for (int shift = 56; shift >= 0; shift -= 8) {
        bytes += static_cast<char>((size >> shift) & 0xffU);
    }
    bytes += field;
}

}  // namespace

std::string event_hash(const Event& event) {
    std::string bytes;
    bytes.reserve(event.record.size() + 192);
    append_field(bytes, event.previous);
    append_field(bytes, std::to_string(event.seq));
    append_field(bytes, std::to_string(event.row));
    append_field(bytes, std::to_string(event.wall_ms));
    append_field(bytes, event.name);
    append_field(bytes, event.record);
    return sha256_hex(bytes);
}

std::string genesis_hash(std::string_view journal_id) {
    return sha256_hex(std::string("paydrv journal ").append(journal_id));
}

std::optional<ChainFault> ChainWalk::check(const Event& event) {
    const auto expected = seq_ + 1;
    const auto number = std::to_string(expected);
    if (event.seq != expected) {
        return ChainFault{expected, ChainFault::What::removed, "Event " + number + " was removed."};
    }
    if (event.previous != hash_) {
        return ChainFault{expected, ChainFault::What::reordered,
                          "Event " + number + " does not follow the one before it: moved, or one of the two replaced."};
    }
    if (event.hash != event_hash(event)) {
        return ChainFault{expected, ChainFault::What::edited, "Event " + number + " was edited."};
    }
    seq_ = event.seq;
    hash_ = event.hash;
    return std::nullopt;
}

}  // namespace paydrv::journal
