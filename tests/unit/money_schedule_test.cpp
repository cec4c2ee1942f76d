// When things happen: first inquiries, repeats, the driver's own cancel, and what the display says meanwhile.
#include <gtest/gtest.h>

#include <vector>

#include "money_scene.h"
#include "money_words.h"

namespace paydrv::money {
namespace {

using scene::Scene;
using scene::shows;
using A = NextAction;
using R = Reason;
using S = State;
using V = Verdict;
using Times = std::vector<std::int64_t>;

// Lets the payment be asked until it leaves `inquiring`; every inquiry is answered at once. When each was sent.
Times inquiries_of(Scene& s, Verdict verdict) {
    Times times;
    while (s.phase() == Phase::inquiring || s.phase() == Phase::sent) {
        s.at(s.wake_ms()).timer();
        if (!s.actions.send_inquiry || s.phase() == Phase::cancel_wanted) continue;
        times.push_back(s.at_ms);
        s.inquiry(verdict);
    }
    return times;
}

Times every(std::int64_t first_ms, std::int64_t interval_ms, std::size_t count) {
    Times times;
    for (std::size_t i = 0; i < count; i++) {
        times.push_back(first_ms + static_cast<std::int64_t>(i) * interval_ms);
    }
    return times;
}

TEST(Schedule, FirstInquiryFiveSecondsAfterTheFirstByteThenTwentyInAll) {
    Scene s;
    s.sent();
    EXPECT_EQ(inquiries_of(s, V::no_such_payment), every(5'000, 3'000, 20));
    EXPECT_EQ(s.phase(), Phase::cancel_wanted);
    EXPECT_EQ(s.at_ms, 65'000);
    EXPECT_EQ(s.payment.record.cancel_by, CancelBy::schedule);
    EXPECT_TRUE(s.actions.send_inquiry) << "inquired before it is cancelled";
}

TEST(Schedule, FirstInquiryTwoSecondsAfterAnInconclusiveAnswerAndTwentyInAll) {
    Scene s;
    s.sent().at(100).pay(V::unknown);
    EXPECT_EQ(inquiries_of(s, V::open), every(2'100, 3'000, 20));
    EXPECT_EQ(s.at_ms, 62'100);
}

TEST(Schedule, TimeoutOfTheHostDecidesInsteadOfTheCount) {
    for (const std::uint32_t timeout_s : {10U, 30U, 600U}) {
        Scene s(timeout_s);
        s.sent();
        inquiries_of(s, V::open);
        EXPECT_EQ(s.phase(), Phase::cancel_wanted);
        EXPECT_EQ(s.at_ms, timeout_s * 1000);
    }
    Scene late(10);  // the first byte left only just in time
    late.handed_out().at(9'900).on(EventKind::first_byte);
    EXPECT_EQ(late.wake_ms(), 10'000);
    EXPECT_EQ(late.at(10'000).timer().phase(), Phase::cancel_wanted);
    Scene traffic(10);
    traffic.sent().at(9'500).pay(V::slow_down);
    EXPECT_EQ(traffic.wake_ms(), 10'000);
    EXPECT_EQ(traffic.at(10'000).timer().phase(), Phase::cancel_wanted);
}

TEST(Schedule, TrafficBacksOff) {
    Scene s;
    s.back_off();
    for (const std::int64_t pause_ms : {1'000, 2'000, 4'000, 8'000, 8'000}) {
        const std::int64_t before_ms = s.at_ms;
        s.at(s.wake_ms()).timer();
        EXPECT_EQ(s.at_ms - before_ms, pause_ms);
        EXPECT_TRUE(s.actions.send_order);
        s.on(EventKind::first_byte).pay(V::slow_down);
    }
}

TEST(Schedule, CancelAgain) {
    Scene s;
    s.cancel_sent();
    ASSERT_TRUE(s.actions.send_cancel);
    Times pauses;
    while (s.at_ms < 500'000) {
        const std::int64_t before_ms = s.at_ms;
        s.cancel(V::unknown);
        do {
            s.at(s.wake_ms()).timer();
        } while (!s.actions.send_cancel);
        pauses.push_back(s.at_ms - before_ms);
    }
    const Times first(pauses.begin(), pauses.begin() + 7);
    EXPECT_EQ(first, (Times{2'000, 3'000, 3'000, 5'000, 5'000, 10'000, 10'000}));
    EXPECT_EQ(pauses.back(), 60'000);
    EXPECT_EQ(std::count(pauses.begin(), pauses.end(), 60'000), 4) << "from 5 minutes on";
}

TEST(Schedule, AwaitingExpiryInquiresEveryTenSeconds) {
    Scene s;
    s.awaiting_expiry();
    const std::int64_t from_ms = s.at_ms;
    Times times;
    while (s.phase() == Phase::awaiting_expiry) {
        s.at(s.wake_ms()).timer();
        if (!s.actions.send_inquiry) continue;
        times.push_back(s.at_ms - from_ms);
        s.inquiry(V::no_such_payment);
    }
    EXPECT_EQ(times, every(10'000, 10'000, 19)) << "to the first answer later than expiry + 60 s";
    EXPECT_EQ(s.show(), shows(S::cancelled, R::cashier, A::nothing));
}

TEST(Display, SettleLaterFromTenSecondsUnknownAfterSixtyUnverifiedAndBack) {
    Scene s;
    s.sent().cancel_asked();
    EXPECT_EQ(s.show(), shows(S::cancelling, R::cashier, A::wait));
    EXPECT_EQ(s.at(9'999).show().next_action, A::wait);
    EXPECT_EQ(s.at(10'000).show(), shows(S::cancelling, R::cashier, A::settle_later));
    EXPECT_EQ(s.at(59'999).show().state, S::cancelling);
    EXPECT_EQ(s.at(60'000).show(), shows(S::unknown, R::cashier, A::settle_later));
    Answer inconclusive;
    inconclusive.verified = true;
    s.on(EventKind::inquiry_answered, inconclusive);
    EXPECT_EQ(s.show(), shows(S::cancelling, R::cashier, A::settle_later));
}

TEST(Display, WakesWhenWhatIsShownChangesByTimeAlone) {
    Scene s;
    s.cancel_sent();  // the cancel is out: no timer of its own
    EXPECT_EQ(s.wake_ms(), 10'000);
    EXPECT_EQ(s.at(10'000).wake_ms(), 60'000);
    EXPECT_EQ(s.at(60'000).wake_ms(), scene::never_ms);
}

}  // namespace
}  // namespace paydrv::money
