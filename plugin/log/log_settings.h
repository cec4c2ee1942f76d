#pragma once

#include <cstdint>
#include <filesystem>

#include "engine/log.h"

namespace paydrv::log {

/// What the configuration says of the log. Plain data.
struct LogSettings {
    std::filesystem::path file;  // absolute; empty: no log
    engine::LogLevel level = engine::LogLevel::info;
    std::int64_t max_bytes = 10 * 1024 * 1024;  // of the file; with the one before it, twice that on the disk
};

}  // namespace paydrv::log
