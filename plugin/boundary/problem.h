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

    /// Which attempt the call is about, for the log: its name and, where there is one, the operation.
    void about(std::uint32_t business_day, std::string_view reference) noexcept;
    void about(std::int32_t op) noexcept { op_ = op; }

    std::int32_t result() const noexcept { return result_; }
    std::string_view field() const noexcept { return field_.data(); }
    std::string_view text() const noexcept { return text_.data(); }
    std::uint32_t business_day() const noexcept { return business_day_; }
    std::string_view reference() const noexcept { return reference_.data(); }
    std::int32_t op() const noexcept { return op_; }

    /// Whether `host` can be filled: NULL, or of a size that this contract has.
    static bool can_fill(const paydrv_problem* host) noexcept;
    /// Fills the host's struct: after a refusal with it, else with zeros and `result`.
    void fill(paydrv_problem* host, std::int32_t result) const noexcept;

  private:
    std::int32_t result_ = PAYDRV_OK;
    std::array<char, sizeof(paydrv_problem::field)> field_;  // only what is before the NUL is ever read
    std::array<char, sizeof(paydrv_problem::text)> text_;
    std::array<char, PAYDRV_TEXT_SIZE> reference_;
    std::uint32_t business_day_ = 0;
    std::int32_t op_ = 0;

  public:
    Problem() noexcept { field_[0] = text_[0] = reference_[0] = '\0'; }
};

}  // namespace paydrv::boundary
