// Closing: ids are never used twice, nothing remains, and calls of other threads during and after it are safe.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "session_fixture.h"

namespace contract {
namespace {

std::size_t entries(const char* folder) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder))
        count++;
    return count;
}

std::int32_t opened(const Till& till) {
    const auto given = options();
    std::int32_t session = 0;
    EXPECT_RESULT(PAYDRV_OK, driver().open(till.config().c_str(), &given, &session, nullptr));
    return session;
}

TEST(Closing, EveryCallOfAClosedSessionSaysSo) {
    const Till till;
    const std::int32_t session = opened(till);
    EXPECT_RESULT(PAYDRV_OK, driver().close(session, 0));
    auto why = sized<paydrv_problem>();
    auto shown = sized<paydrv_status>();
    auto key = sized<paydrv_key>();
    const paydrv_payment order = payment(1);
    const auto refund = sized<paydrv_refund_request>();
    std::uint64_t cursor = 0;
    std::int32_t op = 0;
    EXPECT_RESULT(PAYDRV_E_CLOSED, driver().close(session, 0));
    EXPECT_RESULT(PAYDRV_E_CLOSED, driver().start(session, &order, nullptr, &op, &why));
    EXPECT_STREQ(why.field, "session");
    EXPECT_RESULT(PAYDRV_E_CLOSED, driver().refund(session, &refund, &op, nullptr));
    EXPECT_RESULT(PAYDRV_E_CLOSED, driver().cancel(session, 1));
    EXPECT_RESULT(PAYDRV_E_CLOSED, driver().poll(session, 0, 0, 0, &shown));
    EXPECT_RESULT(PAYDRV_E_CLOSED, driver().text(session, 1, 0, PAYDRV_TEXT_CASHIER, nullptr, 0, nullptr));
    EXPECT_RESULT(PAYDRV_E_CLOSED, driver().data(session, 1, PAYDRV_DATA_CODE_SVG, nullptr, 0, nullptr));
    EXPECT_RESULT(PAYDRV_E_CLOSED, driver().find(session, &key, &op));
    EXPECT_RESULT(PAYDRV_E_CLOSED, driver().next(session, day(), &cursor, 0, &op));
    EXPECT_RESULT(PAYDRV_E_CLOSED, driver().acknowledge(session, 1, nullptr));
    EXPECT_RESULT(PAYDRV_E_CLOSED, driver().request(session, "self_test", "{}", &op, nullptr));
    EXPECT_RESULT(PAYDRV_E_NOT_FOUND, driver().close(session + 1, 0));
}

TEST(Closing, EndsThoseWhoWait) {
    const Till till;
    const std::int32_t session = opened(till);
    std::atomic<int> waiting{0};
    std::vector<std::int32_t> results(6);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < results.size(); i++) {
        threads.emplace_back([&, i] {
            auto shown = sized<paydrv_status>();
            std::uint64_t cursor = 0;
            std::int32_t op = 0;
            driver().poll(session, 0, 0, 0, &shown);
            waiting++;
            do {
                results[i] = i % 3 == 0   ? driver().poll(session, 0, shown.revision, 60'000, &shown)
                             : i % 3 == 1 ? driver().next(session, PAYDRV_FILTER_CHANGED, &cursor, 60'000, &op)
                                          : driver().next(session, day(), &cursor, 60'000, &op);
            } while (results[i] == PAYDRV_OK);  // the health may change once more before the close
        });
    }
    ASSERT_TRUE(comes_true([&] { return waiting == 6; }, std::chrono::seconds(5)));
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_RESULT(PAYDRV_OK, driver().close(session, 0));
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
    for (const std::int32_t result : results)
        EXPECT_RESULT(PAYDRV_E_CLOSED, result);
}

TEST(Closing, IsSafeUnderTheCallsOfEightThreads) {
    const Till till;
    constexpr int rounds = 8;
    std::atomic<std::int32_t> session{opened(till)};
    std::atomic<bool> over{false};
    std::atomic<int> calls{0};
    std::atomic<int> surprises{0};
    std::vector<std::thread> threads;
    for (int lane = 0; lane < 8; lane++) {
        threads.emplace_back([&, lane] {
            auto shown = sized<paydrv_status>();
            std::uint64_t cursor = 0;
            for (int i = 0; !over; i++) {
                const std::int32_t mine = session;
                std::int32_t op = 0;
                const paydrv_payment order = payment(lane * 1'000'000 + i % 500);
                const std::int32_t begun = driver().start(mine, &order, nullptr, &op, nullptr);
                const std::int32_t shown_as = driver().poll(mine, op, 0, i % 7 == 0 ? 1 : 0, &shown);
                const std::int32_t asked = driver().cancel(mine, op);
                const std::int32_t listed = i % 20 == 0 ? driver().next(mine, day(), &cursor, 1, &op) : PAYDRV_OK;
                for (const std::int32_t result : {begun, shown_as, asked, listed}) {
                    const bool allowed = result >= 0 || result == PAYDRV_E_CLOSED || result == PAYDRV_E_NOT_FOUND ||
                                         result == PAYDRV_E_BUSY || result == PAYDRV_E_REFERENCE_SPENT;
                    if (!allowed) surprises++;
                }
                calls++;
            }
        });
    }
    for (int round = 0; round < rounds; round++) {
        const int before = calls;
        ASSERT_TRUE(comes_true([&] { return calls > before + 8; }, std::chrono::seconds(20)));
        EXPECT_RESULT(PAYDRV_OK, driver().close(session, 1));
        session = opened(till);
    }
    over = true;
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(surprises, 0);
    EXPECT_RESULT(PAYDRV_OK, driver().close(session, 1));
}

TEST(Closing, OnlyOneOfManyClosersCloses) {
    const Till till;
    const std::int32_t session = opened(till);
    std::atomic<int> closed{0};
    std::atomic<int> refused{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; i++) {
        threads.emplace_back([&] {
            const std::int32_t result = driver().close(session, 0);
            closed += result == PAYDRV_OK;
            refused += result == PAYDRV_E_CLOSED;
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(closed, 1);
    EXPECT_EQ(refused, 7);
}

TEST(Closing, LeavesNoThreadNoDescriptorAndNoIdBehind) {
    Till till;
    till.keep_log();
    EXPECT_RESULT(PAYDRV_OK, driver().close(opened(till), 0));  // what a process sets up once
    const std::size_t threads = entries("/proc/self/task");
    const std::size_t descriptors = entries("/proc/self/fd");
    std::set<std::int32_t> ids;
    for (int i = 0; i < 100; i++) {
        const std::int32_t session = opened(till);
        EXPECT_TRUE(ids.insert(session).second);
        ASSERT_RESULT(PAYDRV_OK, driver().close(session, 0));
        ASSERT_EQ(entries("/proc/self/task"), threads) << "after " << i + 1;
        ASSERT_EQ(entries("/proc/self/fd"), descriptors) << "after " << i + 1;
    }
}

}  // namespace
}  // namespace contract
