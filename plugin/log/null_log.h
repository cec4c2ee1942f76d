#pragma once

#include "engine/log.h"

namespace paydrv::log {

/// The log of a session without logFile: keeps nothing. Any thread.
class NullLog final : public engine::Log {
  public:
    void write(const engine::LogLine& /*line*/) noexcept override {}
    bool keeps(engine::LogLevel /*level*/) const noexcept override { return false; }
};

}  // namespace paydrv::log
