#include "bench/percentile.h"

#include <gtest/gtest.h>

#include <numeric>

#include "bench/figures.h"

namespace hostsim::bench {
namespace {

TEST(Percentile, NearestRank) {
    std::vector<std::int64_t> hundred(100);
    std::iota(hundred.rbegin(), hundred.rend(), 1);  // 100 … 1: the order must not matter
    EXPECT_EQ(percentile(hundred, 50), 50);
    EXPECT_EQ(percentile(hundred, 99), 99);
    EXPECT_EQ(percentile(hundred, 99.1), 100);
    EXPECT_EQ(percentile(hundred, 100), 100);
    EXPECT_EQ(percentile(hundred, 0.5), 1);
}

TEST(Percentile, FewSamplesGiveTheLargest) {
    EXPECT_EQ(percentile({7}, 99), 7);
    EXPECT_EQ(percentile({3, 9, 5}, 99), 9);
}

TEST(Percentile, RefusesWhatHasNoAnswer) {
    EXPECT_THROW(percentile({}, 99), std::invalid_argument);
    EXPECT_THROW(percentile({1}, 0), std::invalid_argument);
    EXPECT_THROW(percentile({1}, 101), std::invalid_argument);
}

TEST(Figures, AVerdictNeedsAMeasurement) {
    Figure kept{"start", "", 1.0, "", 1.0, ""}, broken{"start", "", 1.01, "", 1.0, ""};
    Figure unmeasured{"start", "", std::nullopt, "", 1.0, "why"}, told{"start", "", 5.0, "", std::nullopt, ""};
    EXPECT_EQ(verdict(kept), "kept");
    EXPECT_EQ(verdict(broken), "BROKEN");
    EXPECT_EQ(verdict(unmeasured), "not measured");
    EXPECT_TRUE(all_kept({kept, told}));
    EXPECT_FALSE(all_kept({kept, broken}));
    EXPECT_FALSE(all_kept({kept, unmeasured}));
}

TEST(Figures, NoiseWidensTimesAndNeverCounts) {
    const Figure slow{"start, CPU, p99", "", 999.0, "us", 100.0, ""};
    const Figure many{"start, system calls, most", "", 2.0, "", 1.0, ""};
    EXPECT_FALSE(all_kept({slow}));
    EXPECT_TRUE(all_kept({slow}, 10));
    EXPECT_FALSE(all_kept({many}, 10));
}

}  // namespace
}  // namespace hostsim::bench
