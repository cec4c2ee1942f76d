#pragma once

#include <cstdint>

namespace paydrv::engine {

/// Seam: unpredictable numbers; in the simulation, those of the seed. Engine thread.
class Random {
  public:
    virtual ~Random() = default;
    virtual std::uint64_t next() = 0;
};

}  // namespace paydrv::engine
