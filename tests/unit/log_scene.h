// A folder for logs, lines to write, and ways to read what came of them.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "engine/clock.h"
#include "engine/log.h"
#include "engine/machine.h"

namespace paydrv::log_test {

struct FixedClock final : engine::Clock {
    std::int64_t monotonic_ms() const noexcept override { return 0; }
    std::int64_t wall_ms() const noexcept override { return 1'795'251'600'123; }  // 2026-11-21T09:00:00.123Z
};

inline engine::LogLine line(std::string_view what, std::string_view reference = "") {
    engine::LogLine made;
    made.reference = reference;
    made.business_day = reference.empty() ? 0 : 20261121;
    made.what = what;
    return made;
}

inline std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string one; std::getline(in, one);)
        lines.push_back(one);
    return lines;
}

inline bool comes_true(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return false;
        timespec pause{0, 2'000'000};
        nanosleep(&pause, nullptr);
    }
    return true;
}

inline std::int64_t in_ms(std::int64_t ms) {
    return engine::MachineClock().monotonic_ms() + ms;
}

class LogFolder : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "paydrv-log-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder = name;
        file = folder / "paydrv.log";
    }
    void TearDown() override {
        std::error_code ignored;  // what is left in the temporary folder is no fault of the log
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
        std::filesystem::remove_all(folder, ignored);
    }
    std::filesystem::path previous() const { return folder / "paydrv.log.1"; }

    std::filesystem::path folder;
    std::filesystem::path file;
};

}  // namespace paydrv::log_test
