#include "bench/percentile.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace hostsim::bench {

std::int64_t percentile(std::vector<std::int64_t> samples, double percent) {
    if (samples.empty()) throw std::invalid_argument("a percentile needs samples");
    if (!(percent > 0.0 && percent <= 100.0)) throw std::invalid_argument("a percentile lies above 0 and up to 100");
    auto rank = static_cast<std::size_t>(std::ceil(percent * static_cast<double>(samples.size()) / 100.0));
    auto nth = samples.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    std::nth_element(samples.begin(), nth, samples.end());
    return *nth;
}

}  // namespace hostsim::bench
