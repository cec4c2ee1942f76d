// How structs and texts come in from a host and go out to it (conventions 3 and 4 of abi/paydrv.h). Nothing here
// allocates.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "boundary/contract.h"
#include "boundary/problem.h"

namespace paydrv::boundary {

/// No struct of this contract will ever be larger: a larger size is a size that was never set.
inline constexpr std::uint32_t max_struct_bytes = 65'536;

/// A host's pointer may stand at any address (packed structs of other languages), so nothing is read through its type.
inline std::uint32_t size_of_struct(const void* host) noexcept {
    std::uint32_t size = 0;
    std::memcpy(&size, host, sizeof size);
    return size;
}

template <class Value>
void put(Value* host, Value value) noexcept {
    if (host != nullptr) std::memcpy(static_cast<void*>(host), &value, sizeof value);
}

/// NULL, a size below that of version 0.9, or an absurd one: refused as E_ARGUMENT.
bool check_struct_size(const void* host, const char* name, std::size_t own_size, Problem& problem) noexcept;
/// Bytes beyond what this driver knows that are not zero: refused as E_UNSUPPORTED, naming the first.
bool check_struct_tail(const void* host, const char* name, std::size_t own_size, Problem& problem) noexcept;

template <class Struct>
bool read_struct(const Struct* host, const char* name, Problem& problem, Struct& own) noexcept {
    if (!check_struct_size(host, name, sizeof own, problem)) return false;
    if (!check_struct_tail(host, name, sizeof own, problem)) return false;
    std::memcpy(&own, static_cast<const void*>(host), sizeof own);
    return true;
}

/// The size was checked before. Keeps the host's size; what this driver does not know becomes zero.
template <class Struct>
void write_struct(Struct* host, Struct own) noexcept {
    const std::uint32_t size = size_of_struct(host);
    own.size = size;
    auto* const bytes = reinterpret_cast<unsigned char*>(host);
    std::memcpy(bytes, &own, sizeof own);
    std::memset(bytes + sizeof own, 0, size - sizeof own);
}

/// What stands in a fixed text field: up to the first NUL or the field's end, without trailing blanks.
template <std::size_t size>
std::string_view text_in(const char (&field)[size]) noexcept {
    std::size_t length = static_cast<std::size_t>(std::find(field, field + size, '\0') - field);
    while (length > 0 && field[length - 1] == ' ')
        length--;
    return {field, length};
}

struct TextRule {
    const char* field;  // as the integrator knows it: "payment.reference"
    std::size_t max_bytes;
    std::size_t max_characters;
    bool required;
};

/// Well-formed UTF-8 without control characters, within the rule's limits; else E_ARGUMENT.
bool check_text(std::string_view text, const TextRule& rule, Problem& problem) noexcept;

/// Offset of the first byte that is not well-formed UTF-8; the text's size if all is. Counts the characters before it.
std::size_t valid_utf8(std::string_view text, std::size_t& characters) noexcept;

/// Convention 3 for texts on the way out.
std::int32_t give_text(std::string_view text, char* buf, std::uint32_t cap, std::uint32_t* needed) noexcept;

}  // namespace paydrv::boundary
