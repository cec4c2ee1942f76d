// A backup of the journal put back, the journal deleted, a till copied with its journal: is anybody charged twice, or
// somebody else's sale touched (R11, R12)?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <ostream>
#include <string>

#include "killed_till.h"
#include "paydrv.h"
#include "schedule.h"
#include "shop.h"

namespace restart {
namespace {

namespace fs = std::filesystem;

constexpr const char* first_code = "288888888888888801";
constexpr const char* second_code = "288888888888888802";
constexpr const char* third_code = "288888888888888803";
constexpr const char* fourth_code = "288888888888888804";

class Recovery : public testing::Test {
  protected:
    static Seen pay(KilledTill& till, const Attempt& what) {
        const Seen started = till.start(what);
        EXPECT_EQ(started.result, PAYDRV_OK) << what.reference;
        return till.poll_until_final(end_limit_ms);
    }
    /// The journal as it is now, with its log; the till may be running.
    void copy_journal(const fs::path& to) const {
        for (const auto* part : {"", "-wal"}) {
            const fs::path from = shop_.journal().string() + part;
            if (fs::exists(from)) fs::copy_file(from, to.string() + part, fs::copy_options::overwrite_existing);
        }
    }
    void delete_journal() const {
        for (const auto* part : {"", "-wal", "-shm", ".lock", ".reserve"}) {
            fs::remove(shop_.journal().string() + part);
        }
    }
    void put_back(const fs::path& backup) const {
        delete_journal();
        for (const auto* part : {"", "-wal"}) {
            const fs::path from = backup.string() + part;
            if (fs::exists(from)) fs::copy_file(from, shop_.journal().string() + part);
        }
    }
    void expect_books(int charged, int returned) const {
        const Booked booked = shop_.booked();
        EXPECT_EQ(booked.charged, charged);
        EXPECT_EQ(booked.returned, returned);
    }
    static void expect_reference_used(const Seen& seen) {
        EXPECT_EQ(seen.state, PAYDRV_STATE_DECLINED);
        EXPECT_EQ(seen.reason, PAYDRV_REASON_REFERENCE_USED);
        EXPECT_EQ(seen.next_action, PAYDRV_ACTION_CALL_SUPPORT) << "a sale stands under this reference";
    }
    /// R11: the sale that stands under the reference is linked, not acknowledged, and ends as it stands.
    static void expect_found(KilledTill& till, std::uint32_t state) {
        const Seen linked = till.follow_link(end_limit_ms);
        ASSERT_EQ(linked.result, PAYDRV_OK) << "no found payment is linked";
        EXPECT_EQ(linked.kind, static_cast<std::uint32_t>(PAYDRV_KIND_FOUND));
        const Seen found = till.poll_until_final(end_limit_ms);
        EXPECT_EQ(found.state, state);
        EXPECT_EQ(found.acknowledged, 0U);
    }

    Shop shop_;
    const std::string config_ = shop_.config(short_times);
};

enum class Loss { restored, deleted };
void PrintTo(Loss loss, std::ostream* out) {
    *out << (loss == Loss::restored ? "restored" : "deleted");
}

// The till has sold R-1 (and before it R-0), and its journal does not know of R-1 any more.
class LostJournal : public Recovery, public testing::WithParamInterface<Loss> {
  protected:
    void SetUp() override {
        const fs::path backup = shop_.folder() / "backup";
        {
            KilledTill till(config_);
            till.wait_for_gate();
            EXPECT_EQ(pay(till, earlier_).state, PAYDRV_STATE_SUCCEEDED);
            copy_journal(backup);
            EXPECT_EQ(pay(till, sold_).state, PAYDRV_STATE_SUCCEEDED);
            till.close();
        }
        if (GetParam() == Loss::deleted) {
            delete_journal();
        } else {
            put_back(backup);
        }
    }
    /// Until R-1 is older than any doubt about clocks (R12: the margin of this configuration is 1 s).
    void let_the_sale_grow_old() const {
        const auto sold_ms = shop_.sales().back().create_ms;
        shop_.wait_until([&](const Booked&) {
            const auto now = std::chrono::system_clock::now().time_since_epoch();
            return std::chrono::duration_cast<std::chrono::milliseconds>(now).count() > sold_ms + 2'500;
        });
    }

    /// This customer has not paid, and what stands under the reference was sold long before: people decide.
    void expect_call_for_support(KilledTill& till) const {
        Seen seen = till.poll();
        for (const auto deadline = hostsim::in_ms(10'000);
             !seen.is_final && seen.next_action != PAYDRV_ACTION_CALL_SUPPORT && hostsim::in_ms(0) < deadline;) {
            seen = till.poll_until_final(200);
        }
        EXPECT_EQ(seen.state, PAYDRV_STATE_UNKNOWN);
        EXPECT_EQ(seen.next_action, PAYDRV_ACTION_CALL_SUPPORT);
        expect_books(2, 0);
        EXPECT_EQ(shop_.booked().cancels, 0);
    }

    const Attempt earlier_{"R-0", first_code, pays_well};
    const Attempt sold_{"R-1", second_code, pays_well};
};

TEST_P(LostJournal, TheSameAttemptIsFoundPaidAndChargedOnce) {
    KilledTill till(config_);
    till.wait_for_gate();
    EXPECT_EQ(till.find(earlier_).result, GetParam() == Loss::restored ? PAYDRV_OK : PAYDRV_E_NOT_FOUND);
    EXPECT_EQ(till.find(sold_).result, PAYDRV_E_NOT_FOUND);
    EXPECT_EQ(pay(till, sold_).state, PAYDRV_STATE_SUCCEEDED);
    EXPECT_EQ(till.start(sold_).result, PAYDRV_E_REFERENCE_SPENT);
    till.close();
    expect_books(2, 0);
    EXPECT_EQ(shop_.sales().size(), 2U);
}

TEST_P(LostJournal, AnotherAmountIsRefusedAndTheSaleStands) {
    KilledTill till(config_);
    till.wait_for_gate();
    expect_reference_used(pay(till, {"R-1", third_code, pays_well + 1}));
    expect_found(till, PAYDRV_STATE_SUCCEEDED);
    expect_books(2, 0);
    EXPECT_EQ(shop_.booked().cancels, 0);
    EXPECT_EQ(pay(till, {"R-2", fourth_code, pays_well + 1}).state, PAYDRV_STATE_SUCCEEDED) << "a new reference pays";
    expect_books(3, 0);
}

TEST_P(LostJournal, AnotherCustomerIsNotChargedUnderIt) {
    KilledTill till(config_);
    till.wait_for_gate();
    expect_reference_used(pay(till, {"R-1", third_code, pays_well}));
    expect_found(till, PAYDRV_STATE_SUCCEEDED);
    expect_books(2, 0);
    EXPECT_EQ(shop_.booked().cancels, 0);
}

TEST_P(LostJournal, AnUnansweredPayDoesNotClaimTheOldSale) {
    let_the_sale_grow_old();
    KilledTill till(config_);
    till.wait_for_gate();
    shop_.add_fault("pay", "silence", 1);
    till.start({"R-1", third_code, pays_well});
    expect_call_for_support(till);
}

TEST_P(LostJournal, ItsCancelDoesNotTouchTheOldSale) {
    let_the_sale_grow_old();
    KilledTill till(config_);
    till.wait_for_gate();
    shop_.add_fault("pay", "silence", 1);
    shop_.add_fault("inquiryPayment", "silence", 50);  // nothing shows the old sale before the cancel is asked
    till.start({"R-1", third_code, pays_well});
    shop_.wait_until([](const Booked& booked) { return booked.pays == 3; });
    till.cancel();
    shop_.clear_faults();
    expect_call_for_support(till);
}

INSTANTIATE_TEST_SUITE_P(Journal, LostJournal, testing::Values(Loss::restored, Loss::deleted),
                         testing::PrintToStringParamName());

// The backup holds an intent whose result was booked after it.
TEST_F(Recovery, ABackupTakenWhileThePaymentWasOpenLearnsItsEnd) {
    const Attempt sold{"R-1", first_code, slow_customer};
    const std::string patient = shop_.config(short_times + R"(,"paymentExpiryS":60)");
    const fs::path backup = shop_.folder() / "backup";
    {
        KilledTill till(patient);
        till.wait_for_gate();
        till.start(sold);
        shop_.wait_until([](const Booked& booked) { return booked.inquiries >= 2; });
        copy_journal(backup);
        EXPECT_EQ(till.poll_until_final(end_limit_ms).state, PAYDRV_STATE_SUCCEEDED);
        till.acknowledge();
        till.close();
    }
    put_back(backup);
    KilledTill till(patient);
    ASSERT_EQ(till.find(sold).result, PAYDRV_OK);
    const Seen end = till.poll_until_final(end_limit_ms);
    EXPECT_EQ(end.state, PAYDRV_STATE_SUCCEEDED);
    EXPECT_EQ(end.acknowledged, 0U) << "that it was booked is lost with the journal: the till is asked again";
    expect_books(1, 0);
    EXPECT_EQ(shop_.booked().pays, 1);
    EXPECT_EQ(shop_.booked().cancels, 0);
}

// Two tills that believe to be the same one, each with the whole journal.
class ClonedTill : public Recovery {
  protected:
    void SetUp() override {
        KilledTill till(config_);
        till.wait_for_gate();
        EXPECT_EQ(pay(till, earlier_).state, PAYDRV_STATE_SUCCEEDED);
        till.close();
        fs::create_directory(shop_.folder() / "clone");
        copy_journal(shop_.folder() / "clone" / "journal.sqlite");
    }

    const Attempt earlier_{"R-0", first_code, pays_well};
    const std::string clone_config_ = shop_.config_of_clone(short_times, shop_.folder() / "clone" / "journal.sqlite");
};

TEST_F(ClonedTill, DifferentReferencesAreDifferentSales) {
    KilledTill till(config_);
    KilledTill clone(clone_config_);
    till.wait_for_gate();
    clone.wait_for_gate();
    EXPECT_EQ(clone.find(earlier_).state, PAYDRV_STATE_SUCCEEDED) << "it is a copy";
    EXPECT_EQ(till.start({"R-1", second_code, pays_well}).result, PAYDRV_OK);
    EXPECT_EQ(clone.start({"R-2", third_code, pays_well + 1}).result, PAYDRV_OK);
    EXPECT_EQ(till.poll_until_final(end_limit_ms).state, PAYDRV_STATE_SUCCEEDED);
    EXPECT_EQ(clone.poll_until_final(end_limit_ms).state, PAYDRV_STATE_SUCCEEDED);
    expect_books(3, 0);
    EXPECT_EQ(clone.start(earlier_).result, PAYDRV_E_REFERENCE_SPENT);
    expect_books(3, 0);
}

TEST_F(ClonedTill, TheSameAttemptAtBothIsOneCharge) {
    KilledTill till(config_);
    KilledTill clone(clone_config_);
    till.wait_for_gate();
    clone.wait_for_gate();
    const Attempt shared{"R-1", second_code, pays_well};
    EXPECT_EQ(till.start(shared).result, PAYDRV_OK);
    EXPECT_EQ(clone.start(shared).result, PAYDRV_OK);
    EXPECT_EQ(till.poll_until_final(end_limit_ms).state, PAYDRV_STATE_SUCCEEDED);
    EXPECT_EQ(clone.poll_until_final(end_limit_ms).state, PAYDRV_STATE_SUCCEEDED);
    expect_books(2, 0);
}

TEST_F(ClonedTill, TheSameReferenceForTwoCustomersChargesOneOfThem) {
    KilledTill till(config_);
    KilledTill clone(clone_config_);
    till.wait_for_gate();
    clone.wait_for_gate();
    EXPECT_EQ(till.start({"R-1", second_code, pays_well}).result, PAYDRV_OK);
    EXPECT_EQ(clone.start({"R-1", third_code, pays_well + 1}).result, PAYDRV_OK);
    const Seen one = till.poll_until_final(end_limit_ms);
    const Seen other = clone.poll_until_final(end_limit_ms);
    const bool first_won = one.state == PAYDRV_STATE_SUCCEEDED;
    EXPECT_EQ((first_won ? one : other).state, PAYDRV_STATE_SUCCEEDED);
    expect_reference_used(first_won ? other : one);
    expect_found(first_won ? clone : till, PAYDRV_STATE_SUCCEEDED);
    expect_books(2, 0);
    EXPECT_EQ(shop_.booked().cancels, 0);
}

// The customer of the first still ponders when the other comes under the same reference, and the cashier gives up on
// it.
TEST_F(ClonedTill, AnOpenSaleOfTheOtherIsNeverCancelled) {
    const std::string patient = short_times + R"(,"paymentExpiryS":60)";
    KilledTill till(shop_.config(patient));
    KilledTill clone(shop_.config_of_clone(patient, shop_.folder() / "clone" / "journal.sqlite"));
    till.wait_for_gate();
    clone.wait_for_gate();
    EXPECT_EQ(till.start({"R-1", second_code, slow_customer}).result, PAYDRV_OK);
    shop_.wait_until([](const Booked& booked) { return booked.pays == 2; });
    expect_reference_used(pay(clone, {"R-1", third_code, pays_well}));
    expect_found(clone, PAYDRV_STATE_SUCCEEDED);
    EXPECT_EQ(till.poll_until_final(end_limit_ms).state, PAYDRV_STATE_SUCCEEDED);
    expect_books(2, 0);
    EXPECT_EQ(shop_.booked().cancels, 0);
}

}  // namespace
}  // namespace restart
