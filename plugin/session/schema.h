#pragma once

#include <string_view>

namespace paydrv::session {

/// config/paydrv.schema.json as it was at build time: the JSON schema (2020-12) of the configuration. Static storage,
/// NUL-terminated behind its end; any thread, no allocation.
std::string_view configuration_schema() noexcept;

}  // namespace paydrv::session
