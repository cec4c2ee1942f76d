// poll, text, find, next, cancel and acknowledge: what they take, what they refuse, and what stands in their buffers.
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string>

#include "session_fixture.h"

namespace contract {
namespace {

using Calls = OpenSession;
using Milliseconds = std::chrono::milliseconds;

Milliseconds time_of(const std::function<void()>& call) {
    const auto begin = std::chrono::steady_clock::now();
    call();
    return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begin);
}

TEST_F(Calls, SessionsAndOperationsNeverGivenAreNotFound) {
    auto shown = sized<paydrv_status>();
    for (const std::int32_t stranger : {0, -1, INT32_MIN, INT32_MAX}) {
        EXPECT_RESULT(PAYDRV_E_NOT_FOUND, driver().poll(stranger, 0, 0, 0, &shown));
        EXPECT_RESULT(PAYDRV_E_NOT_FOUND, driver().close(stranger, 1));
    }
    for (const std::int32_t stranger : {-1, INT32_MIN, INT32_MAX, 1}) {
        EXPECT_RESULT(PAYDRV_E_NOT_FOUND, driver().poll(session, stranger, 0, 1000, &shown));
        EXPECT_RESULT(PAYDRV_E_NOT_FOUND, driver().cancel(session, stranger));
        EXPECT_RESULT(PAYDRV_E_NOT_FOUND, driver().acknowledge(session, stranger, nullptr));
        EXPECT_RESULT(PAYDRV_E_NOT_FOUND,
                      driver().text(session, stranger, 0, PAYDRV_TEXT_CASHIER, nullptr, 0, nullptr));
        EXPECT_RESULT(PAYDRV_E_NOT_FOUND, driver().data(session, stranger, PAYDRV_DATA_CODE_PNG, nullptr, 0, nullptr));
    }
    EXPECT_RESULT(PAYDRV_E_NOT_FOUND, driver().cancel(session, 0));
}

TEST_F(Calls, AnotherSessionsOperationIsNotFound) {
    const auto given = options();
    std::int32_t second = 0;
    ASSERT_RESULT(PAYDRV_OK, driver().open(till.config("second").c_str(), &given, &second, nullptr));
    std::int32_t op = 0;
    const paydrv_payment order = payment(1);
    ASSERT_RESULT(PAYDRV_OK, driver().start(second, &order, nullptr, &op, nullptr));
    auto shown = sized<paydrv_status>();
    EXPECT_RESULT(PAYDRV_OK, driver().poll(second, op, 0, 0, &shown));
    EXPECT_RESULT(PAYDRV_E_NOT_FOUND, driver().poll(session, op, 0, 0, &shown));
    EXPECT_RESULT(PAYDRV_OK, driver().close(second, 1));
}

TEST_F(Calls, PollFillsTheStatus) {
    const paydrv_payment order = payment(1);
    std::int32_t op = 0;
    ASSERT_RESULT(PAYDRV_OK, driver().start(session, &order, nullptr, &op, nullptr));
    struct {
        paydrv_status known;
        unsigned char later[8];
    } larger;
    std::memset(&larger, 0x5A, sizeof larger);
    larger.known.size = sizeof larger;
    ASSERT_RESULT(PAYDRV_OK, driver().poll(session, op, 0, 0, &larger.known));
    const paydrv_status& shown = larger.known;
    EXPECT_EQ(shown.size, sizeof larger);
    EXPECT_EQ(shown.op, op);
    EXPECT_EQ(shown.kind, static_cast<unsigned>(PAYDRV_KIND_PAYMENT));
    EXPECT_EQ(shown.state, static_cast<unsigned>(PAYDRV_STATE_IN_PROGRESS));
    EXPECT_EQ(shown.is_final, 0U);
    EXPECT_EQ(shown.next_action, static_cast<unsigned>(PAYDRV_ACTION_WAIT));
    EXPECT_EQ(shown.amount_minor, order.amount_minor);
    EXPECT_EQ(shown.business_day, order.business_day);
    EXPECT_GT(shown.next_poll_ms, 0);
    EXPECT_LT(shown.since_ms, 5'000);
    EXPECT_STREQ(shown.currency, "EUR");
    EXPECT_STREQ(shown.reference, "reference-1");
    EXPECT_STREQ(shown.order_reference, "order-1");
    EXPECT_STREQ(shown.terminal, "TILL-1");
    EXPECT_EQ(std::string(reinterpret_cast<char*>(larger.later), 8), std::string(8, '\0'));
}

TEST_F(Calls, PollRefusesStructsThatItCannotFill) {
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().poll(session, 0, 0, 0, nullptr));
    auto shown = sized<paydrv_status>();
    for (const std::uint32_t size : {0U, 8U, 535U, 65'537U}) {
        shown.size = size;
        EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().poll(session, 0, 0, 0, &shown));
    }
}

TEST_F(Calls, PollWaitsForTheNextRevision) {
    const paydrv_payment order = payment(1);
    std::int32_t op = 0;
    ASSERT_RESULT(PAYDRV_OK, driver().start(session, &order, nullptr, &op, nullptr));
    auto shown = sized<paydrv_status>();
    std::uint32_t seen = 0;
    while (driver().poll(session, op, seen, 50, &shown) == PAYDRV_OK)
        seen = shown.revision;
    EXPECT_EQ(shown.revision, seen);
    EXPECT_GE(time_of([&] { EXPECT_RESULT(PAYDRV_UNCHANGED, driver().poll(session, op, seen, 60, &shown)); }).count(),
              59);
    ASSERT_RESULT(PAYDRV_OK, driver().cancel(session, op));
    EXPECT_RESULT(PAYDRV_OK, driver().poll(session, op, seen, 5'000, &shown));
    EXPECT_GT(shown.revision, seen);
}

TEST_F(Calls, PollOfAFinalOperationReturnsAtOnce) {
    const std::int32_t op = cancelled(payment(1));
    const paydrv_status last = status(op);
    EXPECT_EQ(last.state, static_cast<unsigned>(PAYDRV_STATE_CANCELLED));
    EXPECT_EQ(last.reason, static_cast<unsigned>(PAYDRV_REASON_CASHIER));
    EXPECT_EQ(last.next_poll_ms, 0);
    auto shown = sized<paydrv_status>();
    const Milliseconds took =
        time_of([&] { EXPECT_RESULT(PAYDRV_UNCHANGED, driver().poll(session, op, last.revision, 60'000, &shown)); });
    EXPECT_LT(took.count(), 30'000);
}

TEST_F(Calls, OperationZeroShowsTheHealth) {
    auto shown = sized<paydrv_status>();
    ASSERT_RESULT(PAYDRV_OK, driver().poll(session, 0, 0, 0, &shown));
    EXPECT_EQ(shown.kind, 0U);
    EXPECT_EQ(shown.state, 0U);
    EXPECT_EQ(shown.is_final, 0U);
    EXPECT_EQ(shown.health & PAYDRV_HEALTH_GATE_OPEN, 0U) << "nobody answers at this gateway";
    EXPECT_NE(shown.health & PAYDRV_HEALTH_JOURNAL, 0U);
    EXPECT_EQ(shown.in_doubt, 0U);
    EXPECT_GT(shown.next_poll_ms, 0);
}

TEST_F(Calls, TextsFollowTheRulesOfTheirBuffers) {
    const paydrv_payment order = payment(1);
    std::int32_t op = 0;
    ASSERT_RESULT(PAYDRV_OK, driver().start(session, &order, nullptr, &op, nullptr));
    std::uint32_t needed = 0;
    EXPECT_RESULT(PAYDRV_E_BUFFER, driver().text(session, op, 0, PAYDRV_TEXT_CASHIER, nullptr, 0, &needed));
    ASSERT_GT(needed, 5U);
    ASSERT_LE(needed, 181U);
    std::string buffer(needed, 'x');
    EXPECT_RESULT(PAYDRV_E_BUFFER,
                  driver().text(session, op, 0, PAYDRV_TEXT_CASHIER, buffer.data(), needed - 1, nullptr));
    EXPECT_STREQ(buffer.c_str(), "") << "never a cut text";
    EXPECT_RESULT(PAYDRV_OK, driver().text(session, op, 0, PAYDRV_TEXT_CASHIER, buffer.data(), needed, &needed));
    EXPECT_EQ(std::strlen(buffer.c_str()) + 1, needed);
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().text(session, op, 0, PAYDRV_TEXT_CASHIER, nullptr, 8, &needed));
    std::array<char, 128> customer{};
    EXPECT_RESULT(PAYDRV_OK, driver().text(session, op, 0, PAYDRV_TEXT_CUSTOMER, customer.data(), 128, nullptr));
    EXPECT_STRNE(customer.data(), "");
    for (const std::int32_t id : {PAYDRV_TEXT_CASHIER_DISPLAY, PAYDRV_TEXT_CUSTOMER_DISPLAY}) {
        std::array<char, 64> display{};
        EXPECT_RESULT(PAYDRV_OK, driver().text(session, op, 0, id, display.data(), 64, &needed));
        const std::string_view lines = display.data();
        const std::size_t end = lines.find('\n');
        ASSERT_NE(end, std::string_view::npos) << lines;
        EXPECT_LE(end, 20U) << lines;
        EXPECT_LE(lines.size() - end - 1, 20U) << lines;
    }
}

TEST_F(Calls, TextsKnowTheirRevision) {
    const std::int32_t op = cancelled(payment(1));
    std::array<char, 128> buffer{};
    const std::uint32_t revision = status(op).revision;
    EXPECT_RESULT(PAYDRV_OK, driver().text(session, op, revision, PAYDRV_TEXT_CASHIER, buffer.data(), 128, nullptr));
    EXPECT_RESULT(PAYDRV_E_STALE,
                  driver().text(session, op, revision - 1, PAYDRV_TEXT_CASHIER, buffer.data(), 128, nullptr));
    for (const std::int32_t id : {PAYDRV_TEXT_CODE, 0, 99, -1}) {
        EXPECT_RESULT(PAYDRV_E_UNSUPPORTED, driver().text(session, op, 0, id, buffer.data(), 128, nullptr));
    }
    EXPECT_RESULT(PAYDRV_E_UNSUPPORTED, driver().data(session, op, PAYDRV_DATA_CODE_PNG, buffer.data(), 128, nullptr));
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().data(session, op, PAYDRV_DATA_CODE_PNG, nullptr, 128, nullptr));
}

// What needs the record is made by the driver's thread at the first asking.
TEST_F(Calls, PapersAreMadeAtTheFirstAsking) {
    const std::int32_t op = cancelled(payment(1));
    std::string detail(65'536, '\0');
    std::int32_t result = PAYDRV_UNCHANGED;
    const auto made = [&] {
        result = driver().text(session, op, 0, PAYDRV_TEXT_DETAIL, detail.data(), 65'536, nullptr);
        return result != PAYDRV_UNCHANGED;
    };
    ASSERT_TRUE(comes_true(made, std::chrono::seconds(5)));
    EXPECT_RESULT(PAYDRV_OK, result);
    EXPECT_NE(detail.find("\"reference\""), std::string::npos) << detail.c_str();
    EXPECT_NE(detail.find("reference-1"), std::string::npos) << detail.c_str();
    EXPECT_EQ(detail.find("2888888"), std::string::npos) << "R10: no payment code";
    const auto receipt = [&] {
        result = driver().text(session, op, 0, PAYDRV_TEXT_RECEIPT_CUSTOMER, detail.data(), 65'536, nullptr);
        return result != PAYDRV_UNCHANGED;
    };
    ASSERT_TRUE(comes_true(receipt, std::chrono::seconds(5)));
    EXPECT_RESULT(PAYDRV_E_STATE, result) << "nothing was taken, so there is nothing to print";
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().text(session, op, 0, PAYDRV_TEXT_DETAIL, nullptr, 8, nullptr));
}

TEST_F(Calls, RequestsRunWithoutANetworkAndSayWhatIsWrong) {
    auto why = sized<paydrv_problem>();
    std::int32_t op = 77;
    EXPECT_RESULT(PAYDRV_E_UNSUPPORTED, driver().request(session, "no_such_request", "{}", &op, &why));
    EXPECT_STREQ(why.field, "name");
    EXPECT_EQ(op, 0);
    EXPECT_RESULT(PAYDRV_E_UNSUPPORTED, driver().request(session, std::string(300, 'x').c_str(), "{}", &op, &why));
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().request(session, nullptr, "{}", &op, &why));
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().request(session, "day_totals", "{}", nullptr, &why));
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().request(session, "day_totals", "{\"\xFF\"}", &op, &why));
    EXPECT_RESULT(PAYDRV_E_ARGUMENT,
                  driver().request(session, "day_totals", std::string(16'384, ' ').c_str(), &op, &why));
    std::string capabilities(4'096, '\0');
    ASSERT_RESULT(PAYDRV_OK, driver().driver_text(PAYDRV_DRIVER_CAPABILITIES, capabilities.data(), 4'096, nullptr));
    for (const std::string name : {"self_test", "inquire", "settle", "day_totals"}) {
        EXPECT_NE(capabilities.find("\"" + name + "\""), std::string::npos) << name;
        EXPECT_RESULT(PAYDRV_OK, driver().request(session, name.c_str(), "{}", &op, &why)) << why.text;
    }
    for (const auto& [json, state] :
         {std::pair{"{\"business_day\":" + std::to_string(day()) + "}", PAYDRV_STATE_SUCCEEDED},
          std::pair{std::string("{\"day\":1}"), PAYDRV_STATE_DECLINED}}) {
        ASSERT_RESULT(PAYDRV_OK, driver().request(session, "day_totals", json.c_str(), &op, &why)) << why.text;
        ASSERT_TRUE(comes_true([&] { return status(op).is_final == 1; }, std::chrono::seconds(5)));
        EXPECT_EQ(status(op).state, static_cast<std::uint32_t>(state));
        EXPECT_EQ(status(op).kind, static_cast<std::uint32_t>(PAYDRV_KIND_REQUEST));
        std::string answer(65'536, '\0');
        EXPECT_RESULT(PAYDRV_OK, driver().text(session, op, 0, PAYDRV_TEXT_DETAIL, answer.data(), 65'536, nullptr));
        EXPECT_EQ(answer.front(), '{');
        EXPECT_RESULT(PAYDRV_E_STATE,
                      driver().text(session, op, 0, PAYDRV_TEXT_RECEIPT_CUSTOMER, answer.data(), 65'536, nullptr));
        EXPECT_RESULT(PAYDRV_E_STATE, driver().acknowledge(session, op, nullptr));
        EXPECT_RESULT(PAYDRV_FINAL, driver().cancel(session, op));
    }
}

TEST_F(Calls, DriverTextsNeedNoSession) {
    std::uint32_t needed = 0;
    EXPECT_RESULT(PAYDRV_E_BUFFER, driver().driver_text(PAYDRV_DRIVER_SCHEMA, nullptr, 0, &needed));
    std::string schema(needed, '\0');
    ASSERT_RESULT(PAYDRV_OK, driver().driver_text(PAYDRV_DRIVER_SCHEMA, schema.data(), needed, &needed));
    std::ostringstream file;
    file << std::ifstream(PAYDRV_SCHEMA).rdbuf();
    EXPECT_EQ(schema.c_str(), file.str());
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().driver_text(PAYDRV_DRIVER_NAME, nullptr, 1, nullptr));
    for (const std::int32_t unknown : {-1000, -999, 99, 105, INT32_MAX, INT32_MIN}) {
        EXPECT_RESULT(PAYDRV_E_UNSUPPORTED, driver().driver_text(unknown, nullptr, 0, &needed));
        EXPECT_EQ(needed, 0U);
    }
    EXPECT_EQ(driver().abi_version(), static_cast<std::uint32_t>(PAYDRV_ABI_VERSION));
}

TEST_F(Calls, FindKnowsAnAttemptByItsName) {
    const paydrv_payment order = payment(1);
    std::int32_t op = 0;
    ASSERT_RESULT(PAYDRV_OK, driver().start(session, &order, nullptr, &op, nullptr));
    auto key = sized<paydrv_key>();
    key.kind = PAYDRV_KIND_PAYMENT;
    key.business_day = order.business_day;
    set(key.reference, order.reference);
    std::int32_t found = 0;
    EXPECT_RESULT(PAYDRV_OK, driver().find(session, &key, &found));
    EXPECT_EQ(found, op);
    set(key.terminal, "TILL-1");
    EXPECT_RESULT(PAYDRV_OK, driver().find(session, &key, &found));
    EXPECT_EQ(found, op);
    set(key.terminal, "TILL-2");
    EXPECT_RESULT(PAYDRV_E_NOT_FOUND, driver().find(session, &key, &found));
    EXPECT_EQ(found, 0);
}

TEST_F(Calls, FindRefusesKeysThatAreNone) {
    std::int32_t op = 0;
    const auto expect = [&](std::int32_t result, const std::function<void(paydrv_key&)>& spoil) {
        auto key = sized<paydrv_key>();
        key.kind = PAYDRV_KIND_PAYMENT;
        key.business_day = day();
        set(key.reference, "r");
        spoil(key);
        EXPECT_RESULT(result, driver().find(session, &key, &op));
    };
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().find(session, nullptr, &op));
    const auto whole = sized<paydrv_key>();
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().find(session, &whole, nullptr));
    expect(PAYDRV_E_ARGUMENT, [](auto& k) { k.size = 8; });
    expect(PAYDRV_E_ARGUMENT, [](auto& k) { k.kind = 0; });
    expect(PAYDRV_E_UNSUPPORTED, [](auto& k) { k.kind = PAYDRV_KIND_REQUEST; });
    expect(PAYDRV_E_UNSUPPORTED, [](auto& k) { k.kind = 99; });
    expect(PAYDRV_E_NOT_FOUND, [](auto& k) { k.kind = PAYDRV_KIND_REFUND; });
    expect(PAYDRV_E_UNSUPPORTED, [](auto& k) { k.reserved = 1; });
    expect(PAYDRV_E_ARGUMENT, [](auto& k) { k.business_day = 20261301; });
    expect(PAYDRV_E_ARGUMENT, [](auto& k) { set(k.reference, ""); });
    expect(PAYDRV_E_ARGUMENT, [](auto& k) { set(k.reference, "\xFF"); });
    expect(PAYDRV_E_ARGUMENT, [](auto& k) { set(k.terminal, std::string(72, 't')); });
    expect(PAYDRV_E_NOT_FOUND, [](auto&) {});
}

TEST_F(Calls, NextTellsEveryChangeAndWaitsForOne) {
    std::uint64_t cursor = 0;
    std::int32_t op = 0;
    EXPECT_GE(time_of([&] {
                  EXPECT_RESULT(PAYDRV_UNCHANGED, driver().next(session, PAYDRV_FILTER_CHANGED, &cursor, 60, &op));
              }).count(),
              59);
    const paydrv_payment order = payment(1);
    std::int32_t begun = 0;
    ASSERT_RESULT(PAYDRV_OK, driver().start(session, &order, nullptr, &begun, nullptr));
    EXPECT_RESULT(PAYDRV_OK, driver().next(session, PAYDRV_FILTER_CHANGED, &cursor, 5'000, &op));
    EXPECT_EQ(op, begun);
    EXPECT_GT(cursor, 0U);
}

TEST_F(Calls, NextRefusesWhatIsNoFilter) {
    std::uint64_t cursor = 0;
    std::int32_t op = 0;
    for (const std::uint32_t filter : {0U, 4U, 19'691'231U, 20'260'230U, 4294967295U}) {
        EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().next(session, filter, &cursor, 0, &op));
    }
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().next(session, day(), nullptr, 0, &op));
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().next(session, day(), &cursor, 0, nullptr));
    for (const std::uint32_t filter : {PAYDRV_FILTER_UNACKNOWLEDGED, PAYDRV_FILTER_UNFINISHED, day()}) {
        EXPECT_RESULT(PAYDRV_UNCHANGED, driver().next(session, filter, &cursor, 30, &op));
        EXPECT_EQ(op, 0);
    }
}

TEST_F(Calls, CancelAndAcknowledgeKnowTheState) {
    const paydrv_payment order = payment(1);
    std::int32_t op = 0;
    ASSERT_RESULT(PAYDRV_OK, driver().start(session, &order, nullptr, &op, nullptr));
    EXPECT_RESULT(PAYDRV_E_STATE, driver().acknowledge(session, op, nullptr));
    const std::int32_t final = cancelled(payment(2));
    EXPECT_RESULT(PAYDRV_FINAL, driver().cancel(session, final));
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().acknowledge(session, final, "order-1"));
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().acknowledge(session, final, std::string(500, 'x').c_str()));
    EXPECT_RESULT(PAYDRV_OK, driver().acknowledge(session, final, "order-2  "));
    EXPECT_TRUE(comes_true([&] { return status(final).acknowledged == 1; }, std::chrono::seconds(5)));
    EXPECT_RESULT(PAYDRV_FINAL, driver().acknowledge(session, final, nullptr));
}

}  // namespace
}  // namespace contract
