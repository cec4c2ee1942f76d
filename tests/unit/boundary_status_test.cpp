// What a host is shown of an operation: durations, an engine that hangs, and values that its header lacks.
#include <gtest/gtest.h>

#include <string>

#include "boundary/problem.h"
#include "boundary/status.h"

namespace paydrv::boundary {
namespace {

constexpr std::uint32_t host = PAYDRV_ABI_VERSION;

engine::View open_view() {
    engine::View view;
    view.op = 7;
    view.revision = 3;
    view.started_ms = 100'000;
    view.expires_ms = 220'000;
    return view;
}

TEST(Status, CountsFromTheDriversClock) {
    const Moment moment{130'000, 129'900};
    const paydrv_status status = status_of(shown(open_view(), moment), moment, host);
    EXPECT_EQ(status.since_ms, 30'000);
    EXPECT_EQ(status.expires_ms, 90'000);
    EXPECT_EQ(status.next_poll_ms, 250);
    EXPECT_EQ(status.reason, 0U);
}

TEST(Status, ShowsNoTimesOfAFinalOperation) {
    engine::View view = open_view();
    view.state = money::State::succeeded;
    view.next_action = money::NextAction::nothing;
    const Moment moment{130'000, 0};
    const paydrv_status status = status_of(shown(view, moment), moment, host);
    EXPECT_EQ(status.is_final, 1U);
    EXPECT_EQ(status.expires_ms, 0);
    EXPECT_EQ(status.next_poll_ms, 0);
    EXPECT_EQ(status.reason, 0U) << "what is final does not wait for the engine";
}

TEST(Status, APastExpiryIsZero) {
    const Moment moment{300'000, 299'999};
    EXPECT_EQ(status_of(shown(open_view(), moment), moment, host).expires_ms, 0);
}

TEST(Status, NamesAnEngineThatHasNotTurnedForFiveSeconds) {
    EXPECT_EQ(shown(open_view(), {135'000, 130'000}).reason, money::Reason::none);
    EXPECT_EQ(shown(open_view(), {135'001, 130'000}).reason, money::Reason::driver_stalled);
    EXPECT_EQ(shown(open_view(), {104'000, 0}).reason, money::Reason::none) << "it has only just begun";
}

TEST(Status, OperationZeroIsHealthAndNeverFinal) {
    engine::Health health;
    health.revision = 5;
    health.gate_open = true;
    health.in_doubt = 2;
    const paydrv_status status = status_of(health, {50'000, 49'000}, 10'000);
    EXPECT_EQ(status.health, PAYDRV_HEALTH_GATE_OPEN | PAYDRV_HEALTH_JOURNAL | PAYDRV_HEALTH_DISK);
    EXPECT_EQ(status.state + status.kind + status.is_final + status.reason, 0U);
    EXPECT_EQ(status.in_doubt, 2U);
    EXPECT_EQ(status.since_ms, 40'000);
    EXPECT_EQ(status_of(health, {50'000, 30'000}, 10'000).reason, static_cast<unsigned>(PAYDRV_REASON_DRIVER_STALLED));
}

TEST(Status, NeverShowsAValueThatTheHeaderLacks) {
    paydrv_status later{};
    later.state = 5;
    later.next_action = PAYDRV_ACTION_WAIT;
    later.kind = 9;
    later.reason = 99;
    paydrv_status seen = narrowed(later, host);
    EXPECT_EQ(seen.state, static_cast<unsigned>(PAYDRV_STATE_IN_PROGRESS));
    EXPECT_EQ(seen.kind, static_cast<unsigned>(PAYDRV_KIND_REQUEST));
    EXPECT_EQ(seen.reason, 0U);
    later.next_action = 30;
    seen = narrowed(later, host);
    EXPECT_EQ(seen.state, static_cast<unsigned>(PAYDRV_STATE_UNKNOWN));
    EXPECT_EQ(seen.next_action, static_cast<unsigned>(PAYDRV_ACTION_CALL_SUPPORT));
    for (const std::uint32_t known : {1U, 2U, 3U, 4U, 101U, 102U, 103U}) {
        later.state = known;
        EXPECT_EQ(narrowed(later, host).state, known);
    }
}

TEST(ProblemText, IsCutBetweenCharacters) {
    std::string text;
    for (int i = 0; i < 200; i++)
        text += "\xE2\x82\xAC";
    for (std::size_t shift = 0; shift < 3; shift++) {
        Problem problem;
        problem.refuse_with(PAYDRV_E_ARGUMENT, text, std::string(shift, 'x') + text);
        EXPECT_EQ((problem.text().size() - shift) % 3, 0U);
        EXPECT_GT(problem.text().size(), sizeof(paydrv_problem::text) - 5);
        EXPECT_EQ(problem.field().size() % 3, 0U);
        Problem printed;
        printed.refuse(PAYDRV_E_ARGUMENT, "f", "%s%s", std::string(shift, 'x').c_str(), text.c_str());
        EXPECT_EQ(printed.text(), problem.text());
    }
}

}  // namespace
}  // namespace paydrv::boundary
