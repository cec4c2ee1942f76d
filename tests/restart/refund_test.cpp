// After kill -9 in any sub-state of a refund, of the driver's own refund (R5) and of an undo (R6): is the money given
// back once and no more (R8, R16)?
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "killed_till.h"
#include "paydrv.h"
#include "schedule.h"
#include "shop.h"

namespace restart {
namespace {

constexpr const char* code = "288888888888888888";
constexpr std::int64_t paid_minor = 51'250;

class RefundRestart : public testing::Test {
  protected:
    static void sell(KilledTill& till) {
        till.wait_for_gate();
        till.start({"P-1", code, paid_minor});
        ASSERT_EQ(till.poll_until_final(end_limit_ms).state, PAYDRV_STATE_SUCCEEDED);
    }
    // Opens again and follows the refund to its end; what the journal does not know is asked for once more.
    Seen end_after_restart(std::int64_t refund_minor) {
        KilledTill till(config_);
        till.wait_for_gate();
        if (till.find(PAYDRV_KIND_REFUND, "R-1").result == PAYDRV_E_NOT_FOUND) {
            EXPECT_EQ(till.refund("R-1", "P-1", refund_minor).result, PAYDRV_OK);
        }
        const Seen end = till.poll_until_final(end_limit_ms);
        const Seen payment = till.find(PAYDRV_KIND_PAYMENT, "P-1");
        EXPECT_EQ(payment.refunded_minor, end.state == PAYDRV_STATE_SUCCEEDED ? refund_minor : 0);
        return end;
    }
    void expect_held(std::int64_t held_minor) const {
        const Booked booked = shop_.booked();
        EXPECT_EQ(booked.charged, 1);
        EXPECT_EQ(booked.held_minor, held_minor);
        EXPECT_LE(booked.refund_ids, 1) << "R8: one refund has one id, over restarts";
    }

    Shop shop_;
    std::string config_ = shop_.config(short_times + R"(,"paymentExpiryS":60,"cancelSlowIntervalS":1)");
};

TEST_F(RefundRestart, WaitingForTheGate) {
    {
        KilledTill till(config_);
        sell(till);
        till.kill();
    }
    shop_.sandbox().end();
    {
        KilledTill till(config_);
        EXPECT_EQ(till.refund("R-1", "P-1", refunds_well).state, PAYDRV_STATE_IN_PROGRESS);
        till.kill();
    }
    shop_.sandbox().bring_back();
    {
        KilledTill till(config_);
        EXPECT_EQ(till.find(PAYDRV_KIND_REFUND, "R-1").result, PAYDRV_E_NOT_FOUND)
            << "R16: what waited for the gate has no row";
        till.kill();
    }
    EXPECT_EQ(end_after_restart(refunds_well).state, PAYDRV_STATE_SUCCEEDED);
    expect_held(paid_minor - refunds_well);
}

TEST_F(RefundRestart, AskingForThePayment) {
    {
        KilledTill till(config_);
        sell(till);
        const int before = shop_.booked().inquiries;
        shop_.add_fault("inquiryPayment", "silence", 20);
        till.refund("R-1", "P-1", refunds_well);
        shop_.wait_until([&](const Booked& booked) { return booked.inquiries > before; });
        till.kill();
    }
    EXPECT_EQ(shop_.booked().refunds, 0) << "nothing is given back before the payment was seen (R8)";
    shop_.clear_faults();
    EXPECT_EQ(end_after_restart(refunds_well).state, PAYDRV_STATE_SUCCEEDED);
    expect_held(paid_minor - refunds_well);
}

// Where the refund is when the till dies, chosen by its amount.
struct Moment {
    const char* name;
    std::int64_t refund_minor;
    int refund_inquiries;  // so many have been seen when it dies
    std::uint32_t state;
};

std::ostream& operator<<(std::ostream& out, const Moment& moment) {
    return out << moment.name;
}

class RefundSent : public RefundRestart, public testing::WithParamInterface<Moment> {};

TEST_P(RefundSent, EndsAsTheGatewayHasIt) {
    const Moment& moment = GetParam();
    {
        KilledTill till(config_);
        sell(till);
        // Nothing tells this till what became of it.
        shop_.add_fault("inquiryRefund", "silence", 20);
        till.refund("R-1", "P-1", moment.refund_minor);
        shop_.wait_until([&](const Booked& booked) {
            return booked.refunds >= 1 && booked.refund_inquiries >= moment.refund_inquiries;
        });
        till.kill();
    }
    shop_.clear_faults();
    EXPECT_EQ(end_after_restart(moment.refund_minor).state, moment.state);
    expect_held(moment.state == PAYDRV_STATE_SUCCEEDED ? paid_minor - moment.refund_minor : paid_minor);
}

INSTANTIATE_TEST_SUITE_P(Moments, RefundSent,
                         testing::Values(Moment{"Booked", refunds_well, 0, PAYDRV_STATE_SUCCEEDED},
                                         Moment{"AnswerLost", refund_answer_lost, 1, PAYDRV_STATE_SUCCEEDED},
                                         Moment{"NeverArrived", refund_silence, 0, PAYDRV_STATE_SUCCEEDED},
                                         Moment{"NeverArrivedAndInquired", refund_silence, 1, PAYDRV_STATE_SUCCEEDED},
                                         Moment{"InProcess", refund_in_process, 1, PAYDRV_STATE_SUCCEEDED},
                                         Moment{"InProcessToFail", refund_fails_later, 1, PAYDRV_STATE_DECLINED}),
                         [](const testing::TestParamInfo<Moment>& moment) { return std::string(moment.param.name); });

TEST_F(RefundRestart, SucceededAndNotAcknowledged) {
    {
        KilledTill till(config_);
        sell(till);
        till.acknowledge();
        till.refund("R-1", "P-1", refunds_well);
        EXPECT_EQ(till.poll_until_final(end_limit_ms).state, PAYDRV_STATE_SUCCEEDED);
        till.kill();
    }
    KilledTill till(config_);
    till.wait_for_gate();
    EXPECT_EQ(till.count_unacknowledged(), 1);
    EXPECT_EQ(till.refund("R-1", "P-1", refunds_well).result, PAYDRV_E_REFERENCE_SPENT);
    EXPECT_EQ(till.find(PAYDRV_KIND_REFUND, "R-1").state, PAYDRV_STATE_SUCCEEDED);
    EXPECT_EQ(shop_.booked().refunds, 1);
    expect_held(paid_minor - refunds_well);
}

class OwnRefundRestart : public RefundRestart, public testing::WithParamInterface<const char*> {};

// R5: the cancel came too late, and the till dies while what is left is being refunded.
TEST_P(OwnRefundRestart, GivesBackOnce) {
    const Attempt attempt{"P-1", code, cancel_window_exceed};
    {
        KilledTill till(config_);
        till.wait_for_gate();
        till.start(attempt);
        shop_.wait_until([](const Booked& booked) { return booked.inquiries >= 2; });
        shop_.add_fault("refund", GetParam(), 20);
        till.cancel();
        shop_.wait_until([](const Booked& booked) { return booked.refunds >= 1; });
        EXPECT_EQ(till.poll().state, PAYDRV_STATE_CANCELLING);
        till.kill();
    }
    shop_.clear_faults();
    KilledTill till(config_);
    ASSERT_EQ(till.find(attempt).result, PAYDRV_OK);
    const Seen end = till.poll_until_final(end_limit_ms);
    EXPECT_EQ(end.state, PAYDRV_STATE_CANCELLED);
    EXPECT_EQ(end.reason, PAYDRV_REASON_CASHIER);
    expect_held(0);
    EXPECT_EQ(shop_.booked().returned, 1);
}

INSTANTIATE_TEST_SUITE_P(Faults, OwnRefundRestart, testing::Values("silence", "answer_lost"),
                         [](const testing::TestParamInfo<const char*>& fault) { return std::string(fault.param); });

class UndoRestart : public RefundRestart, public testing::WithParamInterface<const char*> {};

// R6: the money comes after the cancel was confirmed, and the till dies while it is being given back.
TEST_P(UndoRestart, GivesBackOnce) {
    config_ = shop_.config(short_times + R"(,"cancelSlowIntervalS":1)");
    const Attempt attempt{"P-1", code, paid_after_cancel};
    {
        KilledTill till(config_);
        till.wait_for_gate();
        till.start(attempt);
        shop_.wait_until([](const Booked& booked) { return booked.inquiries >= 2; });
        till.cancel();
        ASSERT_EQ(till.poll_until_final(end_limit_ms).state, PAYDRV_STATE_CANCELLED);
        shop_.add_fault("cancel", GetParam(), 20);
        ASSERT_EQ(till.follow_link(end_limit_ms).kind, static_cast<std::uint32_t>(PAYDRV_KIND_UNDO));
        shop_.wait_until([](const Booked& booked) { return booked.cancels >= 2; });
        till.kill();
    }
    shop_.clear_faults();
    KilledTill till(config_);
    EXPECT_EQ(till.find(attempt).state, PAYDRV_STATE_CANCELLED) << "R7: the payment stays as it ended";
    ASSERT_EQ(till.find(PAYDRV_KIND_UNDO, "P-1").result, PAYDRV_OK);
    EXPECT_EQ(till.poll_until_final(end_limit_ms).state, PAYDRV_STATE_CANCELLED);
    expect_held(0);
    EXPECT_EQ(shop_.booked().returned, 1);
    EXPECT_EQ(shop_.booked().pays, 1);
}

INSTANTIATE_TEST_SUITE_P(Faults, UndoRestart, testing::Values("silence", "answer_lost", "cancel_window_exceed"),
                         [](const testing::TestParamInfo<const char*>& fault) { return std::string(fault.param); });

}  // namespace
}  // namespace restart
