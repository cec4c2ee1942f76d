// After kill -9 in any sub-state, does the same reference end right, with one charge and no more (R4, R12, R16)?
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <Poco/URI.h>

#include <stdexcept>
#include <string>

#include "killed_till.h"
#include "paydrv.h"
#include "schedule.h"
#include "shop.h"

namespace restart {
namespace {

constexpr const char* code = "288888888888888888";

class Restart : public testing::Test {
  protected:
    Attempt attempt(std::int64_t amount_minor) const { return {"R-1", code, amount_minor}; }

    // Opens again, finds the attempt and follows it to its end.
    Seen end_after_restart(const Attempt& what) {
        KilledTill till(config_);
        const Seen found = till.find(what);
        EXPECT_EQ(found.result, PAYDRV_OK);
        return till.poll_until_final(end_limit_ms);
    }
    void expect_books(int charged, int returned) {
        const Booked booked = shop_.booked();
        EXPECT_EQ(booked.charged, charged);
        EXPECT_EQ(booked.returned, returned);
        EXPECT_LE(booked.pays, 1) << "R16: a pay is never repeated after a restart";
    }

    Shop shop_;
    std::string config_ = shop_.config(short_times);
};

TEST_F(Restart, WaitingForTheGate) {
    shop_.sandbox().end();
    {
        KilledTill till(config_);
        EXPECT_EQ(till.start(attempt(pays_well)).state, PAYDRV_STATE_IN_PROGRESS);
        till.kill();
    }
    shop_.sandbox().bring_back();
    KilledTill till(config_);
    EXPECT_EQ(till.find(attempt(pays_well)).result, PAYDRV_E_NOT_FOUND) << "R16: what waited for the gate has no row";
    till.wait_for_gate();
    EXPECT_EQ(till.start(attempt(pays_well)).result, PAYDRV_OK);
    EXPECT_EQ(till.poll_until_final(end_limit_ms).state, PAYDRV_STATE_SUCCEEDED);
    expect_books(1, 0);
}

// Takes connections at the gateway's port and never says a word: the handshake hangs, no byte of a request leaves.
class SilentListener {
  public:
    explicit SilentListener(const std::string& address) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(Poco::URI(address).getPort());
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int yes = 1;
        setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        if (bind(socket_, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0 || listen(socket_, 16) != 0) {
            throw std::runtime_error("the gateway's port cannot be taken over");
        }
    }
    ~SilentListener() { close(socket_); }
    SilentListener(const SilentListener&) = delete;
    SilentListener& operator=(const SilentListener&) = delete;
    void wait_for_connection() const { close(accept(socket_, nullptr, nullptr)); }

  private:
    int socket_;
};

TEST_F(Restart, HandedOutWithoutAByte) {
    {
        KilledTill till(config_);
        till.wait_for_gate();
        shop_.sandbox().end();
        const SilentListener listener(shop_.sandbox().gateway());
        till.start(attempt(pays_well));
        listener.wait_for_connection();
        till.kill();
    }
    shop_.sandbox().bring_back();
    KilledTill till(config_);
    ASSERT_EQ(till.find(attempt(pays_well)).result, PAYDRV_OK) << "a journaled intent counts as sent";
    till.cancel();
    EXPECT_EQ(till.poll_until_final(end_limit_ms).state, PAYDRV_STATE_CANCELLED);
    expect_books(0, 0);
}

TEST_F(Restart, SentAndPaidTheAnswerLost) {
    {
        KilledTill till(config_);
        till.wait_for_gate();
        shop_.add_fault("inquiryPayment", "silence", 20);
        till.start(attempt(answer_lost));
        shop_.wait_until([](const Booked& booked) { return booked.charged == 1; });
        till.kill();
    }
    shop_.clear_faults();
    EXPECT_EQ(end_after_restart(attempt(answer_lost)).state, PAYDRV_STATE_SUCCEEDED);
    expect_books(1, 0);
}

TEST_F(Restart, SentAndNeverArrived) {
    {
        KilledTill till(config_);
        till.wait_for_gate();
        till.start(attempt(silence));
        shop_.wait_until([](const Booked& booked) { return booked.pays == 1; });
        till.kill();
    }
    KilledTill till(config_);
    ASSERT_EQ(till.find(attempt(silence)).result, PAYDRV_OK);
    till.cancel();
    EXPECT_EQ(till.poll_until_final(end_limit_ms).state, PAYDRV_STATE_CANCELLED);
    expect_books(0, 0);
}

TEST_F(Restart, InquiringTheCustomerConfirmsMeanwhile) {
    {
        KilledTill till(config_);
        till.wait_for_gate();
        till.start(attempt(slow_customer));
        // The gate's probe is the first inquiry: it alone does not show that the pay has arrived.
        shop_.wait_until([](const Booked& booked) { return booked.pays == 1 && booked.inquiries >= 2; });
        till.kill();
    }
    // The sandbox's customer takes 6 s, longer than this configuration's expiry: what was never paid is DECLINED.
    EXPECT_EQ(end_after_restart(attempt(slow_customer)).state, PAYDRV_STATE_DECLINED);
    expect_books(0, 0);
}

TEST_F(Restart, InquiringPaidAfterTheRestart) {
    config_ = shop_.config(short_times + R"(,"paymentExpiryS":60)");
    {
        KilledTill till(config_);
        till.wait_for_gate();
        till.start(attempt(slow_customer));
        shop_.wait_until([](const Booked& booked) { return booked.inquiries >= 3; });
        till.kill();
    }
    EXPECT_EQ(end_after_restart(attempt(slow_customer)).state, PAYDRV_STATE_SUCCEEDED);
    expect_books(1, 0);
}

TEST_F(Restart, BackingOffForTraffic) {
    config_ = shop_.config(short_times + R"(,"trafficAgainMs":[20000])");
    {
        KilledTill till(config_);
        till.wait_for_gate();
        till.start(attempt(traffic_limit));
        shop_.wait_until([](const Booked& booked) { return booked.pays == 1; });
        till.kill();
    }
    KilledTill till(config_);
    ASSERT_EQ(till.find(attempt(traffic_limit)).result, PAYDRV_OK);
    till.cancel();
    EXPECT_EQ(till.poll_until_final(end_limit_ms).state, PAYDRV_STATE_CANCELLED);
    expect_books(0, 0);
}

TEST_F(Restart, CancelWanted) {
    config_ = shop_.config(short_times + R"(,"paymentExpiryS":60)");
    {
        KilledTill till(config_);
        till.wait_for_gate();
        till.start(attempt(never_confirms));
        const Booked before = shop_.wait_until([](const Booked& booked) { return booked.inquiries >= 2; });
        shop_.add_fault("inquiryPayment", "silence", 50);
        // The first after it may have been answered still; while the second hangs, no cancel may go out (R12).
        shop_.wait_until([&](const Booked& booked) { return booked.inquiries >= before.inquiries + 2; });
        till.cancel();
        shop_.wait_until([&](const Booked& booked) { return booked.inquiries >= before.inquiries + 3; });
        EXPECT_EQ(till.poll().state, PAYDRV_STATE_CANCELLING);
        till.kill();
    }
    shop_.clear_faults();
    EXPECT_EQ(end_after_restart(attempt(never_confirms)).state, PAYDRV_STATE_CANCELLED);
    expect_books(0, 0);
}

TEST_F(Restart, CancelSentItsAnswerLost) {
    config_ = shop_.config(short_times + R"(,"paymentExpiryS":60)");
    {
        KilledTill till(config_);
        till.wait_for_gate();
        till.start(attempt(cancel_answer_lost));
        shop_.wait_until([](const Booked& booked) { return booked.inquiries >= 2; });
        till.cancel();
        shop_.wait_until([](const Booked& booked) { return booked.cancels >= 1; });
        till.kill();
    }
    const Seen end = end_after_restart(attempt(cancel_answer_lost));
    EXPECT_EQ(end.state, PAYDRV_STATE_CANCELLED);
    EXPECT_EQ(end.reason, PAYDRV_REASON_CASHIER) << "the host's cancel is remembered over the restart";
    const Booked booked = shop_.booked();
    EXPECT_EQ(booked.charged, booked.returned);
}

TEST_F(Restart, AwaitingExpiryWhenThePayArrivesAfterAll) {
    config_ = shop_.config(short_times + R"(,"paymentExpiryS":30)");
    {
        KilledTill till(config_);
        till.wait_for_gate();
        till.start(attempt(arrives_late));
        shop_.wait_until([](const Booked& booked) { return booked.pays == 1; });
        till.cancel();
        shop_.wait_until([](const Booked& booked) { return booked.cancels >= 1; });
        till.kill();
    }
    const Seen end = end_after_restart(attempt(arrives_late));
    EXPECT_EQ(end.state, PAYDRV_STATE_CANCELLED) << "R4: seen late, and given back";
    expect_books(1, 1);
}

TEST_F(Restart, TheCancelCameTooLate) {
    config_ = shop_.config(short_times + R"(,"paymentExpiryS":60)");
    {
        KilledTill till(config_);
        till.wait_for_gate();
        till.start(attempt(cancel_window_exceed));
        shop_.wait_until([](const Booked& booked) { return booked.inquiries >= 2; });
        till.cancel();
        shop_.wait_until([](const Booked& booked) { return booked.cancels >= 1; });
        till.kill();
    }
    const Seen end = end_after_restart(attempt(cancel_window_exceed));
    EXPECT_EQ(end.state, PAYDRV_STATE_CANCELLED) << "R5: what is left is refunded instead";
    EXPECT_EQ(end.reason, PAYDRV_REASON_CASHIER);
    expect_books(1, 1);
    EXPECT_EQ(shop_.booked().held_minor, 0);
    EXPECT_EQ(shop_.booked().refund_ids, 1);
}

TEST_F(Restart, SucceededAndNotAcknowledged) {
    {
        KilledTill till(config_);
        till.wait_for_gate();
        till.start(attempt(pays_well));
        EXPECT_EQ(till.poll_until_final(end_limit_ms).state, PAYDRV_STATE_SUCCEEDED);
        till.kill();
    }
    {
        KilledTill till(config_);
        EXPECT_EQ(till.count_unacknowledged(), 1);
        EXPECT_EQ(till.start(attempt(pays_well)).result, PAYDRV_E_REFERENCE_SPENT);
        EXPECT_EQ(till.find(attempt(pays_well)).state, PAYDRV_STATE_SUCCEEDED);
        till.acknowledge();
        till.kill();
    }
    KilledTill till(config_);
    EXPECT_EQ(till.count_unacknowledged(), 0);
    EXPECT_EQ(till.find(attempt(pays_well)).acknowledged, 1U);
    expect_books(1, 0);
}

// Dies by its own hand after so many polls: in the queue, in the commit, on the wire, or after the answer.
class RestartAfterPolls : public Restart, public testing::WithParamInterface<int> {};

TEST_P(RestartAfterPolls, TheSameReferenceEndsPaidOnce) {
    {
        KilledTill till(config_);
        till.wait_for_gate();
        till.start_and_die(attempt(pays_well), GetParam());
    }
    KilledTill till(config_);
    till.wait_for_gate();
    if (till.find(attempt(pays_well)).result == PAYDRV_E_NOT_FOUND) {
        EXPECT_EQ(till.start(attempt(pays_well)).result, PAYDRV_OK);
    }
    const Seen end = till.poll_until_final(end_limit_ms);
    const Booked booked = shop_.booked();
    EXPECT_LE(booked.charged, 1);
    EXPECT_LE(booked.pays, 1);
    if (end.state == PAYDRV_STATE_SUCCEEDED) {
        EXPECT_EQ(booked.charged, 1);
        EXPECT_EQ(booked.returned, 0);
    } else {
        // Journaled, and dead before its first byte: it can never be taken any more.
        EXPECT_EQ(end.state, PAYDRV_STATE_CANCELLED);
        EXPECT_EQ(booked.charged, booked.returned);
    }
}

INSTANTIATE_TEST_SUITE_P(Polls, RestartAfterPolls,
                         testing::Values(0, 10, 100, 1'000, 3'000, 10'000, 30'000, 100'000, 1'000'000));

}  // namespace
}  // namespace restart
