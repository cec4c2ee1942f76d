#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace hostsim::bench {

/// One measured figure and, where the contract promises one, its upper bound. Plain data.
struct Figure {
    std::string name;             ///< "start, CPU, p99"
    std::string circumstances;    ///< "healthy gateway"
    std::optional<double> value;  ///< empty: could not be measured here; `note` says why
    std::string unit;
    std::optional<double> bound;  ///< empty: only told
    std::string note;
};

/// "kept", "BROKEN", "not measured", or "" without a bound.
std::string verdict(const Figure& figure);

/// True when every figure with a bound was measured and keeps it. `noise`: times may be so many times their bound, for
/// tests on machines that are busy with other things; counts (figures without a unit) are exact.
bool all_kept(const std::vector<Figure>& figures, double noise = 1);

void print_table(const std::vector<Figure>& figures, std::ostream& out);
void print_json(const std::vector<Figure>& figures, std::ostream& out);

}  // namespace hostsim::bench
