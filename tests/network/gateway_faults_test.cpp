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
    std::uint32_t reason;
    std::uint32_t next_action;
    int pays, cancels;  // requests that the gateway sees
    int charged, returned;
    int inquiries;  // -1: as many as it takes
};

std::ostream& operator<<(std::ostream& out, const Day& day) {
    return out << day.name;
}

class Books : public testing::Test {
  protected:
    Shop shop_;
};

class GatewayFaults : public Books, public testing::WithParamInterface<Day> {};

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
    EXPECT_EQ(seen.reason, day.reason);
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
constexpr std::uint32_t no_reason = 0;
constexpr std::uint32_t refused = PAYDRV_REASON_DECLINE;
constexpr std::uint32_t expiry = PAYDRV_REASON_EXPIRY;
constexpr std::uint32_t mismatch = PAYDRV_REASON_MISMATCH;
constexpr std::uint32_t not_undone = PAYDRV_REASON_NOT_UNDONE;
constexpr std::uint32_t nothing = PAYDRV_ACTION_NOTHING;
constexpr std::uint32_t new_attempt = PAYDRV_ACTION_NEW_ATTEMPT;
constexpr std::uint32_t other_method = PAYDRV_ACTION_OTHER_METHOD;
constexpr std::uint32_t call_support = PAYDRV_ACTION_CALL_SUPPORT;

INSTANTIATE_TEST_SUITE_P(
    Days, GatewayFaults,
    testing::Values(Day{"ordinary", 11'250, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, 0},
                    Day{"balance_not_enough", 19'901, patient, declined, refused, other_method, 1, 0, 0, 0, 0},
                    Day{"risk_reject", 19'902, patient, declined, refused, other_method, 1, 0, 0, 0, 0},
                    Day{"code_expired", 19'903, patient, declined, refused, PAYDRV_ACTION_RESCAN, 1, 0, 0, 0, 0},
                    Day{"slow_customer", 19'904, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, -1},
                    Day{"never_confirms", 19'905, hasty, cancelled, expiry, new_attempt, 1, 1, 0, 0, -1},
                    Day{"answer_lost", 19'906, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, 1},
                    Day{"silence", 19'907, hasty, cancelled, expiry, new_attempt, 1, 1, 0, 0, -1},
                    Day{"wrong_signature", 19'908, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, 1},
                    Day{"no_signature", 19'909, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, 1},
                    Day{"appears_late", 19'910, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, 4},
                    Day{"unknown_exception", 19'911, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, 1},
                    Day{"cancel_refused", 19'912, hasty, cancelled, expiry, new_attempt, 1, 3, 1, 1, -1},
                    Day{"cancel_window_exceed", 19'913, hasty, cancelled, expiry, new_attempt, 1, 1, 1, 1, -1},
                    Day{"traffic_limit", 19'914, patient, succeeded, no_reason, nothing, 3, 0, 1, 0, 0},
                    Day{"http_500", 19'915, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, 1},
                    Day{"garbage_body", 19'916, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, 1},
                    Day{"cancel_answer_lost", 19'917, hasty, cancelled, expiry, new_attempt, 1, 2, 0, 0, -1},
                    Day{"arrives_late", 19'918, hasty, cancelled, expiry, new_attempt, 1, 1, 0, 0, -1},
                    Day{"late_answer", 19'919, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, 1},
                    Day{"duplicate_answer", 19'920, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, 0},
                    Day{"reset_before_booking", 19'921, hasty, cancelled, expiry, new_attempt, 1, 1, 0, 0, -1},
                    Day{"reset_after_booking", 19'922, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, 1},
                    Day{"drip", 19'923, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, 1},
                    Day{"truncated", 19'924, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, 1},
                    Day{"wrong_amount", 19'925, patient, unknown, mismatch, call_support, 1, 0, 1, 0, -1},
                    Day{"wrong_ids", 19'926, patient, unknown, mismatch, call_support, 1, 0, 1, 0, -1},
                    Day{"wrong_client_id", 19'927, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, 1},
                    Day{"cancel_refused_once", 19'929, hasty, cancelled, expiry, new_attempt, 1, 2, 1, 1, -1},
                    Day{"undo_refused", 19'930, hasty, succeeded, not_undone, call_support, 1, 3, 1, 0, -1},
                    Day{"no_partial_refund", 19'931, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, 0},
                    Day{"no_multiple_refunds", 19'932, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, 0},
                    Day{"no_refund", 19'933, patient, succeeded, no_reason, nothing, 1, 0, 1, 0, 0}),
    [](const testing::TestParamInfo<Day>& day) { return std::string(day.param.name); });

// 9928: the money comes after the cancel was confirmed. The look after expiry finds it, and it is given back (R6).
TEST_F(Books, PaidAfterTheCancelIsGivenBack) {
    KilledTill till(shop_.config(hasty));
    till.wait_for_gate();
    till.start({"F-paid_after_cancel", "280000000000019928", 19'928});
    const Seen end = till.poll_until_final(end_limit_ms);
    EXPECT_EQ(end.state, cancelled);
    EXPECT_EQ(end.reason, expiry);
    ASSERT_EQ(till.follow_link(end_limit_ms).kind, static_cast<std::uint32_t>(PAYDRV_KIND_UNDO));
    const Seen undone = till.poll_until_final(end_limit_ms);
    EXPECT_EQ(undone.state, cancelled) << "of an undo: the money is given back";
    const Booked booked = shop_.booked();
    EXPECT_EQ(booked.pays, 1);
    EXPECT_EQ(booked.cancels, 2);
    EXPECT_EQ(booked.charged, 1);
    EXPECT_EQ(booked.held_minor, 0);
}

struct RefundDay {
    const char* name;
    std::int64_t paid_minor;
    std::int64_t earlier_minor;  // a refund before the one in question; 0: none
    std::int64_t refund_minor;   // its last four digits choose the fault: host-sim sandbox --faults
    std::uint32_t state;
    std::uint32_t reason;
    std::uint32_t next_action;
    int requests;  // to refund, for the one in question; -1: as many as it takes
};

std::ostream& operator<<(std::ostream& out, const RefundDay& day) {
    return out << day.name;
}

class RefundFaults : public Books, public testing::WithParamInterface<RefundDay> {};

TEST_P(RefundFaults, EndsRight) {
    const RefundDay& day = GetParam();
    KilledTill till(shop_.config(patient + R"(,"settleLaterAfterMs":500)"));
    till.wait_for_gate();
    till.start({"P", "280000000000000001", day.paid_minor});
    ASSERT_EQ(till.poll_until_final(end_limit_ms).state, succeeded);
    if (day.earlier_minor != 0) {
        ASSERT_EQ(till.refund("R-0", "P", day.earlier_minor).result, PAYDRV_OK);
        ASSERT_EQ(till.poll_until_final(end_limit_ms).state, succeeded);
    }
    const Booked before = shop_.booked();
    EXPECT_EQ(before.held_minor, day.paid_minor - day.earlier_minor);
    EXPECT_EQ(till.refund("R-1", "P", day.refund_minor).result, PAYDRV_OK);
    const bool open = day.state == PAYDRV_STATE_IN_PROGRESS;  // it never ends, and that is told
    Seen seen = till.poll();
    for (const auto deadline = hostsim::in_ms(end_limit_ms);
         !seen.is_final && seen.next_action != call_support && std::chrono::steady_clock::now() < deadline;) {
        if (open && seen.next_action == day.next_action) break;
        seen = till.poll_until_final(200);
    }
    EXPECT_EQ(seen.state, day.state);
    EXPECT_EQ(seen.reason, day.reason);
    EXPECT_EQ(seen.next_action, day.next_action);

    const Booked after = shop_.booked();
    const bool told_wrong = day.reason == mismatch;  // given back; but the answer speaks of another refund (R1)
    EXPECT_EQ(before.held_minor - after.held_minor, day.state == succeeded || told_wrong ? day.refund_minor : 0);
    EXPECT_LE(after.refund_ids - before.refund_ids, 1) << "R8: one refund, one id";
    if (day.requests >= 0) {
        EXPECT_EQ(after.refunds - before.refunds, day.requests);
    }
    const Seen payment = till.find(PAYDRV_KIND_PAYMENT, "P");
    EXPECT_EQ(payment.state, succeeded);
    EXPECT_EQ(payment.refunded_minor, day.earlier_minor + (day.state == succeeded ? day.refund_minor : 0));
}

constexpr std::uint32_t in_progress = PAYDRV_STATE_IN_PROGRESS;
constexpr std::uint32_t settle_later = PAYDRV_ACTION_SETTLE_LATER;

INSTANTIATE_TEST_SUITE_P(
    Days, RefundFaults,
    testing::Values(RefundDay{"ordinary", 51'250, 0, 11'250, succeeded, no_reason, nothing, 1},
                    RefundDay{"no_partial_refund", 19'931, 0, 11'250, declined, refused, other_method, 1},
                    RefundDay{"no_partial_refund_of_all", 19'931, 0, 19'931, succeeded, no_reason, nothing, 1},
                    RefundDay{"no_multiple_refunds_first", 19'932, 0, 1'250, succeeded, no_reason, nothing, 1},
                    RefundDay{"no_multiple_refunds", 19'932, 1'250, 11'250, declined, refused, other_method, 1},
                    RefundDay{"no_refund", 19'933, 0, 11'250, declined, refused, other_method, 1},
                    RefundDay{"refund_window_exceed", 51'250, 0, 19'951, declined, refused, other_method, 1},
                    RefundDay{"merchant_balance_not_enough", 51'250, 0, 19'952, declined, refused, other_method, 1},
                    RefundDay{"refund_refused", 51'250, 0, 19'953, declined, refused, call_support, 3},
                    RefundDay{"refund_refused_once", 51'250, 0, 19'954, succeeded, no_reason, nothing, 2},
                    RefundDay{"refund_in_process", 51'250, 0, 19'955, succeeded, no_reason, nothing, -1},
                    RefundDay{"refund_fails_later", 51'250, 0, 19'956, declined, refused, call_support, -1},
                    RefundDay{"refund_never_ends", 51'250, 0, 19'957, in_progress, no_reason, settle_later, -1},
                    RefundDay{"refund_appears_late", 51'250, 0, 19'958, succeeded, no_reason, nothing, 2},
                    RefundDay{"answer_lost", 51'250, 0, 19'971, succeeded, no_reason, nothing, 1},
                    RefundDay{"silence", 51'250, 0, 19'972, succeeded, no_reason, nothing, 2},
                    RefundDay{"wrong_signature", 51'250, 0, 19'973, succeeded, no_reason, nothing, 1},
                    RefundDay{"no_signature", 51'250, 0, 19'974, succeeded, no_reason, nothing, 1},
                    RefundDay{"unknown_exception", 51'250, 0, 19'975, succeeded, no_reason, nothing, 1},
                    RefundDay{"traffic_limit", 51'250, 0, 19'976, succeeded, no_reason, nothing, 3},
                    RefundDay{"http_500", 51'250, 0, 19'977, succeeded, no_reason, nothing, 1},
                    RefundDay{"garbage_body", 51'250, 0, 19'978, succeeded, no_reason, nothing, 1},
                    RefundDay{"late_answer", 51'250, 0, 19'979, succeeded, no_reason, nothing, 1},
                    RefundDay{"duplicate_answer", 51'250, 0, 19'980, succeeded, no_reason, nothing, 1},
                    RefundDay{"reset_before_booking", 51'250, 0, 19'981, succeeded, no_reason, nothing, 2},
                    RefundDay{"reset_after_booking", 51'250, 0, 19'982, succeeded, no_reason, nothing, 1},
                    RefundDay{"drip", 51'250, 0, 19'983, succeeded, no_reason, nothing, 1},
                    RefundDay{"truncated", 51'250, 0, 19'984, succeeded, no_reason, nothing, 1},
                    RefundDay{"wrong_amount", 51'250, 0, 19'985, unknown, mismatch, call_support, 1},
                    RefundDay{"wrong_ids", 51'250, 0, 19'986, unknown, mismatch, call_support, 1},
                    RefundDay{"wrong_client_id", 51'250, 0, 19'987, succeeded, no_reason, nothing, 1}),
    [](const testing::TestParamInfo<RefundDay>& day) { return std::string(day.param.name); });

}  // namespace
}  // namespace restart
