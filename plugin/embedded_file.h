// Text files that are part of the library: plugin/embed.cmake turns them into a source file at build time.
#pragma once

#include <string_view>

namespace paydrv {

/// Static storage; the text has a NUL behind its end.
struct EmbeddedFile {
    std::string_view name;  // without folder and extension
    std::string_view text;
};

}  // namespace paydrv
