#pragma once

#include <cstdint>
#include <vector>

namespace hostsim::bench {

/// The smallest sample that at least `percent` of a hundred samples do not exceed (nearest rank); 100 gives the
/// largest. Throws std::invalid_argument without samples, or when percent is not in (0, 100].
std::int64_t percentile(std::vector<std::int64_t> samples, double percent);

}  // namespace hostsim::bench
