// R11: a payment that was found in place of ours is told as an operation of its own, and never touched.
#include <gtest/gtest.h>

#include "money_scene.h"
#include "money_words.h"

namespace paydrv::money {
namespace {

using scene::answer;
using scene::Scene;
using scene::shows;
using A = NextAction;
using R = Reason;
using S = State;
using V = Verdict;

Scene found_payment(Verdict there) {
    Scene s;
    s.sent().pay(V::reference_used).inquiry(there);
    EXPECT_EQ(s.actions.link, Kind::found);
    Answer found = answer(there);
    found.amount_minor = 990;
    found.currency = "USD";
    s.payment.record = found_of(s.payment.record, found);
    return s.restart();
}

TEST(R11Found, IsWhatTheInquiryHasFound) {
    const Scene s = found_payment(V::paid);
    const OperationRecord& record = s.payment.record;
    EXPECT_EQ(record.kind, Kind::found);
    EXPECT_EQ(record.amount_minor, 990);
    EXPECT_EQ(record.currency, "USD");
    EXPECT_EQ(record.payment_id, "2026PAY");
    EXPECT_EQ(record.linked_row, 7);
    EXPECT_FALSE(record.reference_used);
    EXPECT_EQ(record.state, S::in_progress) << "asked about until it is final";
}

TEST(R11Found, PaidIsSucceededHoweverOldItIs) {
    Scene s = found_payment(V::paid);
    EXPECT_TRUE(s.timer().actions.send_inquiry);
    Answer old = answer(V::paid);
    old.create_time_ms = scene::gateway_start_ms - 3'600'000;
    EXPECT_EQ(s.on(EventKind::inquiry_answered, old).show(), shows(S::succeeded, R::none, A::nothing));
    EXPECT_TRUE(is_over(s.payment));
}

TEST(R11Found, OpenIsAskedAboutUntilItIsPaidFailedOrGone) {
    const auto open = [] {
        Scene s = found_payment(V::open);
        s.timer().inquiry(V::open);
        EXPECT_TRUE(s.wait_for_inquiry());
        return s;
    };
    EXPECT_EQ(open().show().state, S::waiting_customer);
    EXPECT_EQ(open().inquiry(V::paid).show().state, S::succeeded);
    EXPECT_EQ(open().inquiry(V::nothing_taken).show().state, S::declined);
    EXPECT_EQ(open().inquiry(V::cancelled).show(), shows(S::cancelled, R::outside, A::new_attempt));
    EXPECT_EQ(open().inquiry(V::no_such_payment).phase(), Phase::inquiring);
    EXPECT_EQ(open().at(181'000).inquiry(V::no_such_payment).show(), shows(S::cancelled, R::outside, A::new_attempt))
        << "so late it cannot come back";
}

TEST(R11Found, IsNeverCancelled) {
    Scene s = found_payment(V::open);
    s.timer().inquiry(V::open);
    EXPECT_EQ(s.cancel_asked().phase(), Phase::inquiring);
    for (int round = 0; round < 50; round++) {
        ASSERT_TRUE(s.wait_for_inquiry());
        s.inquiry(V::open);
        ASSERT_FALSE(s.actions.send_cancel || s.actions.send_undo || s.actions.send_order);
        ASSERT_EQ(s.phase(), Phase::inquiring);
    }
    EXPECT_GT(s.at_ms, 100'000);
    EXPECT_EQ(s.restart().phase(), Phase::inquiring);
}

}  // namespace
}  // namespace paydrv::money
