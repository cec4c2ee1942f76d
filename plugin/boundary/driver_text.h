#pragma once

#include <cstdint>
#include <string_view>

namespace paydrv::boundary {

/// A text about the driver itself (PAYDRV_DRIVER_..., or the name of a result). Static storage, made at build time: it
/// is asked on a host's thread. Empty: there is none of this id.
std::string_view driver_text(std::int32_t id) noexcept;

}  // namespace paydrv::boundary
