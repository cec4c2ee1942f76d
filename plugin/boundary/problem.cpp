#include "boundary/problem.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "boundary/arguments.h"

namespace paydrv::boundary {
namespace {

// Ends a text that may have been cut in the middle of a character before that character.
void end_at_whole_character(char* text, std::size_t length) {
    std::size_t begin = length;
    while (begin > 0 && (static_cast<unsigned char>(text[begin - 1]) & 0xC0U) == 0x80U)
        begin--;
    if (begin == 0) return;
    const auto lead = static_cast<unsigned char>(text[begin - 1]);
    const std::size_t bytes = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : lead >= 0xC0U ? 2 : 1;
    if (begin - 1 + bytes > length) text[begin - 1] = '\0';
}

template <std::size_t size>
void put(std::array<char, size>& field, std::string_view text) {
    const std::size_t length = std::min(text.size(), size - 1);
    std::copy_n(text.data(), length, field.data());
    field[length] = '\0';
    if (length < text.size()) end_at_whole_character(field.data(), length);
}

template <std::size_t size>
void copy_text(char (&out)[size], const std::array<char, size>& text) {
    std::copy_n(text.data(), std::strlen(text.data()), out);
}

}  // namespace

bool Problem::refuse(std::int32_t result, std::string_view field, const char* format, ...) noexcept {
    result_ = result;
    put(field_, field);
    va_list values;
    va_start(values, format);
    const int wanted = std::vsnprintf(text_.data(), text_.size(), format, values);
    va_end(values);
    if (wanted >= static_cast<int>(text_.size())) end_at_whole_character(text_.data(), text_.size() - 1);
    return false;
}

bool Problem::refuse_with(std::int32_t result, std::string_view field, std::string_view text) noexcept {
    result_ = result;
    put(field_, field);
    put(text_, text);
    return false;
}

void Problem::about(std::uint32_t business_day, std::string_view reference) noexcept {
    business_day_ = business_day;
    put(reference_, reference);
}

bool Problem::can_fill(const paydrv_problem* host) noexcept {
    if (host == nullptr) return true;
    const std::uint32_t size = size_of_struct(host);
    return size >= sizeof(paydrv_problem) && size <= max_struct_bytes;
}

void Problem::fill(paydrv_problem* host, std::int32_t result) const noexcept {
    if (host == nullptr) return;
    paydrv_problem own{};
    own.result = result;
    if (result < 0) {
        copy_text(own.field, field_);
        copy_text(own.text, text_);
    }
    write_struct(host, own);
}

}  // namespace paydrv::boundary
