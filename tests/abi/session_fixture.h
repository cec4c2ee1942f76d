// One session of the real driver for the tests of a suite, and ways to say what a call answered.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>

#include "driver.h"

namespace contract {

inline Driver& driver() {
    static Driver loaded;
    return loaded;
}

inline std::string result_name(std::int32_t result) {
    char name[64] = "";
    if (driver().driver_text(result, name, sizeof name, nullptr) != PAYDRV_OK) return std::to_string(result);
    return name;
}

/// The result a call should have, shown by name when it has another.
#define EXPECT_RESULT(expected, call) EXPECT_EQ(contract::result_name(expected), contract::result_name(call))
#define ASSERT_RESULT(expected, call) ASSERT_EQ(contract::result_name(expected), contract::result_name(call))

/// Asks every few milliseconds until something is so, at most this long.
inline bool comes_true(const std::function<bool()>& condition, std::chrono::milliseconds within) {
    const auto until = std::chrono::steady_clock::now() + within;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return false;
        timespec pause{0, 2'000'000};
        nanosleep(&pause, nullptr);
    }
    return true;
}

class OpenSession : public ::testing::Test {
  protected:
    void SetUp() override {
        const auto given = options();
        auto why = sized<paydrv_problem>();
        ASSERT_RESULT(PAYDRV_OK, driver().open(till.config().c_str(), &given, &session, &why)) << why.field << why.text;
        ASSERT_GT(session, 0);
    }
    void TearDown() override {
        if (session != 0) driver().close(session, 1);
    }

    paydrv_status status(std::int32_t op) const {
        auto value = sized<paydrv_status>();
        EXPECT_EQ(PAYDRV_OK, driver().poll(session, op, 0, 0, &value));
        return value;
    }

    /// Begins a payment and takes it back before the gateway was ever reached: final within moments.
    std::int32_t cancelled(const paydrv_payment& order) const {
        std::int32_t op = 0;
        EXPECT_RESULT(PAYDRV_OK, driver().start(session, &order, nullptr, &op, nullptr));
        EXPECT_RESULT(PAYDRV_OK, driver().cancel(session, op));
        EXPECT_TRUE(comes_true([&] { return status(op).is_final == 1; }, std::chrono::seconds(5)));
        return op;
    }

    Till till;
    std::int32_t session = 0;
};

}  // namespace contract
