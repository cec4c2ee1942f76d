#include "boundary/arguments.h"

#include <algorithm>

namespace paydrv::boundary {
namespace {

struct Character {
    std::size_t bytes = 0;  // 0: not well-formed
    std::uint32_t code_point = 0;
};

// Unicode 15, table 3-7: shortest forms only, no surrogates, nothing above U+10FFFF.
Character first_character(std::string_view text) noexcept {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned lead = byte(0);
    if (lead < 0x80U) return {1, lead};
    const std::size_t bytes = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : 2;
    if (lead < 0xC2U || lead > 0xF4U || text.size() < bytes) return {};
    std::uint32_t code_point = lead & (0x7FU >> bytes);
    for (std::size_t at = 1; at < bytes; at++) {
        if ((byte(at) & 0xC0U) != 0x80U) return {};
        code_point = (code_point << 6U) | (byte(at) & 0x3FU);
    }
    const std::uint32_t least = bytes == 4 ? 0x10000U : bytes == 3 ? 0x800U : 0x80U;
    const bool surrogate = code_point >= 0xD800U && code_point <= 0xDFFFU;
    if (code_point < least || surrogate || code_point > 0x10FFFFU) return {};
    return {bytes, code_point};
}

bool is_control(std::uint32_t code_point) noexcept {
    return code_point < 0x20U || (code_point >= 0x7FU && code_point <= 0x9FU);
}

std::size_t first_control(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at < text.size()) {
        const Character character = first_character(text.substr(at));
        if (is_control(character.code_point)) return at;
        at += character.bytes;
    }
    return at;
}

}  // namespace

bool check_struct_size(const void* host, const char* name, std::size_t own_size, Problem& problem) noexcept {
    if (host == nullptr) {
        return problem.refuse(PAYDRV_E_ARGUMENT, name, "%s is NULL. Pass a struct with its size set.", name);
    }
    const std::uint32_t size = size_of_struct(host);
    if (size >= own_size && size <= max_struct_bytes) return true;
    return problem.refuse(PAYDRV_E_ARGUMENT, "size",
                          "%s: size is %u, but the struct of paydrv.h 0.9 has %zu bytes. Set all to zero, then size to "
                          "sizeof of the struct, before the call.",
                          name, size, own_size);
}

bool check_struct_tail(const void* host, const char* name, std::size_t own_size, Problem& problem) noexcept {
    const auto* const bytes = static_cast<const unsigned char*>(host);
    const std::uint32_t size = size_of_struct(host);
    const auto* const found = std::find_if(bytes + own_size, bytes + size, [](unsigned char b) { return b != 0; });
    if (found == bytes + size) return true;
    return problem.refuse(PAYDRV_E_UNSUPPORTED, name,
                          "%s: the byte at offset %td is set, but this driver knows only the first %zu bytes. It is "
                          "older than the host's header: leave the new fields zero, or install a newer driver.",
                          name, found - bytes, own_size);
}

std::size_t valid_utf8(std::string_view text, std::size_t& characters) noexcept {
    std::size_t at = 0;
    characters = 0;
    while (at < text.size()) {
        const Character character = first_character(text.substr(at));
        if (character.bytes == 0) return at;
        at += character.bytes;
        characters++;
    }
    return at;
}

bool check_text(std::string_view text, const TextRule& rule, Problem& problem) noexcept {
    if (text.empty()) {
        if (!rule.required) return true;
        return problem.refuse(PAYDRV_E_ARGUMENT, rule.field, "%s is empty, but it is required.", rule.field);
    }
    std::size_t characters = 0;
    const std::size_t valid = valid_utf8(text, characters);
    if (valid != text.size()) {
        return problem.refuse(
            PAYDRV_E_ARGUMENT, rule.field,
            "%s is not UTF-8: the byte at offset %zu is 0x%02X. Convert the text before the call, and "
            "never cut it in the middle of a character.",
            rule.field, valid, static_cast<unsigned>(static_cast<unsigned char>(text[valid])));
    }
    if (const std::size_t at = first_control(text); at != text.size()) {
        return problem.refuse(PAYDRV_E_ARGUMENT, rule.field,
                              "%s holds a control character at offset %zu. Only printable text is allowed.", rule.field,
                              at);
    }
    if (characters > rule.max_characters || text.size() > rule.max_bytes) {
        return problem.refuse(PAYDRV_E_ARGUMENT, rule.field,
                              "%s has %zu characters in %zu bytes; at most %zu characters in %zu bytes are allowed.",
                              rule.field, characters, text.size(), std::min(rule.max_characters, rule.max_bytes),
                              rule.max_bytes);
    }
    return true;
}

std::int32_t give_text(std::string_view text, char* buf, std::uint32_t cap, std::uint32_t* needed) noexcept {
    put(needed, static_cast<std::uint32_t>(text.size() + 1));
    if (cap <= text.size()) {
        if (cap > 0) buf[0] = '\0';
        return PAYDRV_E_BUFFER;
    }
    std::memcpy(buf, text.data(), text.size());
    buf[text.size()] = '\0';
    return PAYDRV_OK;
}

}  // namespace paydrv::boundary
