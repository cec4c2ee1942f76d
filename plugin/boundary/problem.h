#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "boundary/contract.h"

namespace paydrv::boundary {

/// Why one call is refused, on that call's stack. Allocates nothing.
class Problem {
  public:
    /// Notes a refusal: the argument, setting or file at fault, and a sentence (printf). Keeps whole characters only.
    /// Returns false, so that a check can end with it.
    [[gnu::format(printf, 4, 5)]] bool refuse(std::int32_t result, std::string_view field, const char* format,
                                              ...) noexcept;
    /// The same with a sentence that is ready.
    bool refuse_with(std::int32_t result, std::string_view field, std::string_view text) noexcept;

    std::int32_t result() const noexcept { return result_; }
    std::string_view field() const noexcept { return field_.data(); }
    std::string_view text() const noexcept { return text_.data(); }

    /// Whether `host` can be filled: NULL, or of a size that this contract has.
    static bool can_fill(const paydrv_problem* host) noexcept;
    /// Fills the host's struct: after a refusal with it, else with zeros and `result`.
    void fill(paydrv_problem* host, std::int32_t result) const noexcept;

  private:
    std::int32_t result_ = PAYDRV_OK;
    std::array<char, sizeof(paydrv_problem::field)> field_;  // only what is before the NUL is ever read
    std::array<char, sizeof(paydrv_problem::text)> text_;

  public:
    Problem() noexcept { field_[0] = text_[0] = '\0'; }
};

}  // namespace paydrv::boundary
