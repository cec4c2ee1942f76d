#include "session/schema.h"

#include <span>

#include "embedded_file.h"

namespace paydrv::session {

std::span<const EmbeddedFile> schema_files() noexcept;  // made by plugin/embed.cmake

std::string_view configuration_schema() noexcept {
    return schema_files().front().text;
}

}  // namespace paydrv::session
