// Every bad day that the sandbox can play: does the built driver end right, with as many requests as it should make?
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "killed_till.h"
#include "paydrv.h"
#include "shop.h"

namespace restart {
namespace {

constexpr std::int64_t end_limit_ms = 40'000;

// The shape of the real schedule in short times.
const std::string schedule =
    R"("inquireAfterSentMs":500,"inquireAfterUnknownMs":300,"inquiryIntervalMs":500,"awaitingIntervalMs":500,)"
    R"("expiryMarginS":1,"cancelAgainMs":[500,500],"deadlineMs":3000,"inquiryDeadlineMs":2000,"trafficAgainMs":[500])";
const std::string patient = schedule + R"(,"paymentExpiryS":60,"inquiryCount":40)";
const std::string hasty = schedule + R"(,"paymentExpiryS":5,"inquiryCount":6)";

struct Day {
    const char* name;
    std::int64_t amount_minor;  // its last four digits choose the fault: host-sim sandbox --faults
    const std::string& times;
    std::uint32_t state;
    std::uint32_t next_action;
    int pays, cancels;  // requests that the gateway sees
    int charged, returned;
    int inquiries;  // -1: as many as it takes
};

std::ostream& operator<<(std::ostream& out, const Day& day) {
    return out << day.name;
}

class GatewayFaults : public testing::TestWithParam<Day> {
  protected:
    Shop shop_;
};

TEST_P(GatewayFaults, EndsRight) {
    const Day& day = GetParam();
    KilledTill till(shop_.config(day.times));
    till.wait_for_gate();
    const Booked before = shop_.booked();
    const std::string digits = std::to_string(day.amount_minor);
    EXPECT_EQ(till.start({std::string("F-") + day.name, "28" + std::string(16 - digits.size(), '0') + digits,
                          day.amount_minor})
                  .result,
              PAYDRV_OK);
    Seen seen = till.poll();
    for (const auto deadline = hostsim::in_ms(end_limit_ms); !seen.is_final &&
                                                             seen.next_action != PAYDRV_ACTION_CALL_SUPPORT &&
                                                             std::chrono::steady_clock::now() < deadline;) {
        seen = till.poll_until_final(200);
    }
    EXPECT_EQ(seen.state, day.state);
    EXPECT_EQ(seen.next_action, day.next_action);

    const Booked after = shop_.booked();
    EXPECT_EQ(after.pays - before.pays, day.pays);
    EXPECT_EQ(after.cancels - before.cancels, day.cancels);
    EXPECT_EQ(after.charged - before.charged, day.charged);
    EXPECT_EQ(after.returned - before.returned, day.returned);
    if (day.inquiries >= 0) {
        EXPECT_EQ(after.inquiries - before.inquiries, day.inquiries);
    }
}

constexpr std::uint32_t succeeded = PAYDRV_STATE_SUCCEEDED;
constexpr std::uint32_t declined = PAYDRV_STATE_DECLINED;
constexpr std::uint32_t cancelled = PAYDRV_STATE_CANCELLED;
constexpr std::uint32_t unknown = PAYDRV_STATE_UNKNOWN;
constexpr std::uint32_t nothing = PAYDRV_ACTION_NOTHING;
constexpr std::uint32_t new_attempt = PAYDRV_ACTION_NEW_ATTEMPT;
constexpr std::uint32_t call_support = PAYDRV_ACTION_CALL_SUPPORT;

INSTANTIATE_TEST_SUITE_P(
    Days, GatewayFaults,
    testing::Values(Day{"ordinary", 11'250, patient, succeeded, nothing, 1, 0, 1, 0, 0},
                    Day{"balance_not_enough", 19'901, patient, declined, PAYDRV_ACTION_OTHER_METHOD, 1, 0, 0, 0, 0},
                    Day{"risk_reject", 19'902, patient, declined, PAYDRV_ACTION_OTHER_METHOD, 1, 0, 0, 0, 0},
                    Day{"code_expired", 19'903, patient, declined, PAYDRV_ACTION_RESCAN, 1, 0, 0, 0, 0},
                    Day{"slow_customer", 19'904, patient, succeeded, nothing, 1, 0, 1, 0, -1},
                    Day{"never_confirms", 19'905, hasty, cancelled, new_attempt, 1, 1, 0, 0, -1},
                    Day{"answer_lost", 19'906, patient, succeeded, nothing, 1, 0, 1, 0, 1},
                    Day{"silence", 19'907, hasty, cancelled, new_attempt, 1, 1, 0, 0, -1},
                    Day{"wrong_signature", 19'908, patient, succeeded, nothing, 1, 0, 1, 0, 1},
                    Day{"no_signature", 19'909, patient, succeeded, nothing, 1, 0, 1, 0, 1},
                    Day{"appears_late", 19'910, patient, succeeded, nothing, 1, 0, 1, 0, 4},
                    Day{"unknown_exception", 19'911, patient, succeeded, nothing, 1, 0, 1, 0, 1},
                    Day{"cancel_refused", 19'912, hasty, unknown, call_support, 1, 3, 1, 0, -1},
                    Day{"cancel_window_exceed", 19'913, hasty, unknown, call_support, 1, 1, 1, 0, -1},
                    Day{"traffic_limit", 19'914, patient, succeeded, nothing, 3, 0, 1, 0, 0},
                    Day{"http_500", 19'915, patient, succeeded, nothing, 1, 0, 1, 0, 1},
                    Day{"garbage_body", 19'916, patient, succeeded, nothing, 1, 0, 1, 0, 1},
                    Day{"cancel_answer_lost", 19'917, hasty, cancelled, new_attempt, 1, 2, 0, 0, -1},
                    Day{"arrives_late", 19'918, hasty, cancelled, new_attempt, 1, 1, 0, 0, -1}),
    [](const testing::TestParamInfo<Day>& day) { return std::string(day.param.name); });

}  // namespace
}  // namespace restart
