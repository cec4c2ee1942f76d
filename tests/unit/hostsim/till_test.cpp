// What a careful till does with the driver, seen through a driver that the test plays itself.
#include "till/till.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "scratch_folder.h"
#include "till/business_day.h"

namespace hostsim::till {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::int32_t kSession = 7;
constexpr const char* kCode = "2810010203040506";

/// The driver's side, in memory: operations by id, and what it was asked. The contract's functions have no context, so
/// there is one at a time.
struct PlayedDriver {
    std::map<std::int32_t, paydrv_status> operations;
    std::int32_t start_result = PAYDRV_OK;
    std::int32_t acknowledge_result = PAYDRV_OK;
    int find_busy = 0;  // times that paydrv_find says busy first
    int acknowledges = 0;
    int closes = 0;
    std::string book_at_start;  // the ticket book's content when paydrv_start was called
    std::filesystem::path book;

    std::int32_t add(const std::string& reference, std::uint32_t state, std::int64_t amount_minor,
                     std::uint32_t business_day) {
        std::int32_t op = static_cast<std::int32_t>(operations.size()) + 1;
        auto status = sized<paydrv_status>();
        status.op = op;
        status.revision = 1;
        status.kind = PAYDRV_KIND_PAYMENT;
        status.amount_minor = amount_minor;
        status.business_day = business_day;
        set_field(status.currency, "EUR");
        set_field(status.reference, reference);
        operations[op] = status;
        become(op, state, PAYDRV_ACTION_NOTHING);
        return op;
    }
    void become(std::int32_t op, std::uint32_t state, std::uint32_t action) {
        paydrv_status& status = operations.at(op);
        ++status.revision;
        status.state = state;
        status.next_action = action;
        status.is_final = state > 100 ? 1 : 0;
    }
};

PlayedDriver* g_played = nullptr;

std::int32_t play_open(const char*, const paydrv_open_options*, std::int32_t* session, paydrv_problem*) {
    *session = kSession;
    return PAYDRV_OK;
}

std::int32_t play_close(std::int32_t, std::uint32_t force) {
    bool in_doubt = false;
    for (const auto& [op, status] : g_played->operations)
        in_doubt = in_doubt || !status.is_final;
    if (in_doubt && !force) return PAYDRV_E_IN_DOUBT;
    ++g_played->closes;
    return PAYDRV_OK;
}

std::int32_t play_start(std::int32_t, const paydrv_payment* payment, const char*, std::int32_t* op,
                        paydrv_problem* why) {
    std::ifstream book(g_played->book);
    std::stringstream content;
    content << book.rdbuf();
    g_played->book_at_start = content.str();
    if (g_played->start_result < 0) {
        set_field(why->text, "the reason");
        return g_played->start_result;
    }
    *op = g_played->add(field_text(payment->reference), PAYDRV_STATE_IN_PROGRESS, payment->amount_minor,
                        payment->business_day);
    return PAYDRV_OK;
}

std::int32_t play_poll(std::int32_t, std::int32_t op, std::uint32_t seen, std::uint32_t, paydrv_status* status) {
    auto found = g_played->operations.find(op);
    if (found == g_played->operations.end()) return PAYDRV_E_NOT_FOUND;
    *status = found->second;
    return status->revision == seen ? PAYDRV_UNCHANGED : PAYDRV_OK;
}

std::int32_t play_text(std::int32_t, std::int32_t, std::uint32_t, std::int32_t, char*, std::uint32_t, std::uint32_t*) {
    return PAYDRV_E_UNSUPPORTED;
}

std::int32_t play_driver_text(std::int32_t, char*, std::uint32_t, std::uint32_t*) {
    return PAYDRV_E_UNSUPPORTED;
}

std::int32_t play_find(std::int32_t, const paydrv_key* key, std::int32_t* op) {
    if (g_played->find_busy-- > 0) return PAYDRV_E_BUSY;
    for (const auto& [id, status] : g_played->operations) {
        if (field_text(status.reference) != field_text(key->reference)) continue;
        if (status.business_day != key->business_day) continue;
        *op = id;
        return PAYDRV_OK;
    }
    return PAYDRV_E_NOT_FOUND;
}

std::int32_t play_next(std::int32_t, std::uint32_t filter, std::uint64_t* cursor, std::uint32_t, std::int32_t* op) {
    for (const auto& [id, status] : g_played->operations) {
        if (static_cast<std::uint64_t>(id) <= *cursor) continue;
        bool wanted = filter == PAYDRV_FILTER_UNACKNOWLEDGED ? status.is_final && !status.acknowledged
                                                             : status.business_day == filter;
        if (!wanted) continue;
        *cursor = static_cast<std::uint64_t>(id);
        *op = id;
        return PAYDRV_OK;
    }
    return PAYDRV_UNCHANGED;
}

std::int32_t play_acknowledge(std::int32_t, std::int32_t op, const char*) {
    ++g_played->acknowledges;
    if (g_played->acknowledge_result >= 0) g_played->operations.at(op).acknowledged = 1;
    return g_played->acknowledge_result;
}

class TillTest : public testing::Test {
  protected:
    TillTest() {
        g_played = &played_;
        played_.book = settings_.book = (folder_.path() / "tickets.jsonl").string();
        settings_.currency = "EUR";
        driver_.open = play_open;
        driver_.close = play_close;
        driver_.start = play_start;
        driver_.poll = play_poll;
        driver_.text = play_text;
        driver_.driver_text = play_driver_text;
        driver_.find = play_find;
        driver_.next = play_next;
        driver_.acknowledge = play_acknowledge;
    }
    ~TillTest() override { g_played = nullptr; }

    void leave_open_ticket() {
        Ticket ticket{"1001-1", "1001", today(), 1250, "EUR", {}};
        TicketBook(settings_.book).begin(ticket);
    }
    Outcome booked(const Till& till, const std::string& reference) {
        const Ticket* ticket = till.book().find(reference, today());
        return ticket ? ticket->outcome : Outcome{"no such ticket", "", ""};
    }

    ScratchFolder folder_{"hostsim-test", false};
    PlayedDriver played_;
    DriverLibrary driver_;
    TillSettings settings_;
    std::ostringstream out_;
};

TEST_F(TillTest, WritesTheTicketBeforeTheDriverIsAsked) {
    Till till(driver_, settings_, out_);
    auto reference = till.pay(1250, kCode);
    ASSERT_TRUE(reference);
    EXPECT_THAT(played_.book_at_start, HasSubstr("\"" + *reference + "\""));
    EXPECT_THAT(played_.book_at_start, Not(HasSubstr(kCode)));
}

TEST_F(TillTest, BooksTheEndOnceAndThenAcknowledges) {
    Till till(driver_, settings_, out_);
    auto reference = till.pay(1250, kCode);
    EXPECT_TRUE(till.counter_busy());
    EXPECT_EQ(played_.acknowledges, 0);
    played_.become(1, PAYDRV_STATE_SUCCEEDED, PAYDRV_ACTION_NOTHING);
    till.watch(0);
    EXPECT_FALSE(till.counter_busy());
    EXPECT_EQ(booked(till, *reference).state, "SUCCEEDED");
    EXPECT_EQ(played_.acknowledges, 1);
    till.watch(0);
    EXPECT_FALSE(till.busy());
    EXPECT_EQ(played_.acknowledges, 1);
}

TEST_F(TillTest, AcknowledgesAgainWhileTheDriverIsBusy) {
    Till till(driver_, settings_, out_);
    till.pay(1250, kCode);
    played_.acknowledge_result = PAYDRV_E_BUSY;
    played_.become(1, PAYDRV_STATE_DECLINED, PAYDRV_ACTION_OTHER_METHOD);
    till.watch(0);
    till.watch(0);
    EXPECT_TRUE(till.busy());
    played_.acknowledge_result = PAYDRV_OK;
    till.watch(0);
    till.watch(0);
    EXPECT_FALSE(till.busy());
}

TEST_F(TillTest, ARefusedStartIsBookedAsRefusedWithItsReason) {
    played_.start_result = PAYDRV_E_CODE_USED;
    Till till(driver_, settings_, out_);
    EXPECT_FALSE(till.pay(1250, kCode));
    EXPECT_FALSE(till.busy());
    EXPECT_EQ(booked(till, "1001-1").state, "REFUSED");
    EXPECT_THAT(booked(till, "1001-1").reason, HasSubstr("the reason"));
}

TEST_F(TillTest, LetsTheCashierGoOnButKeepsWatching) {
    Till till(driver_, settings_, out_);
    auto reference = till.pay(1250, kCode);
    played_.become(1, PAYDRV_STATE_CANCELLING, PAYDRV_ACTION_SETTLE_LATER);
    till.watch(0);
    EXPECT_FALSE(till.counter_busy());
    EXPECT_TRUE(till.busy());
    EXPECT_EQ(booked(till, *reference).state, "");
    played_.become(1, PAYDRV_STATE_CANCELLED, PAYDRV_ACTION_NOTHING);
    till.watch(0);
    EXPECT_EQ(booked(till, *reference).state, "CANCELLED");
}

TEST_F(TillTest, AgainIsAnotherAttemptOfTheSameOrder) {
    Till till(driver_, settings_, out_);
    till.pay(1250, kCode);
    played_.become(1, PAYDRV_STATE_DECLINED, PAYDRV_ACTION_RESCAN);
    till.watch(0);
    EXPECT_EQ(till.again("2810010203040507"), "1001-2");
    EXPECT_EQ(till.book().find("1001-2", today())->order, "1001");
    EXPECT_EQ(till.book().find("1001-2", today())->amount_minor, 1250);
}

TEST_F(TillTest, AfterARestartFindsWhatWasUnderWay) {
    leave_open_ticket();
    played_.add("1001-1", PAYDRV_STATE_IN_PROGRESS, 1250, today());
    played_.find_busy = 2;
    Till till(driver_, settings_, out_);
    EXPECT_TRUE(till.counter_busy());
    played_.become(1, PAYDRV_STATE_SUCCEEDED, PAYDRV_ACTION_NOTHING);
    till.watch(0);
    EXPECT_EQ(booked(till, "1001-1").state, "SUCCEEDED");
    EXPECT_EQ(played_.operations.at(1).acknowledged, 1u);
}

TEST_F(TillTest, AfterARestartBooksWhatEndedMeanwhile) {
    leave_open_ticket();
    played_.add("1001-1", PAYDRV_STATE_SUCCEEDED, 1250, today());
    Till till(driver_, settings_, out_);
    EXPECT_EQ(booked(till, "1001-1").state, "SUCCEEDED");
    EXPECT_EQ(played_.operations.at(1).acknowledged, 1u);
}

TEST_F(TillTest, AfterARestartWhatWasNeverSentIsSaidToBe) {
    leave_open_ticket();
    Till till(driver_, settings_, out_);
    EXPECT_EQ(booked(till, "1001-1").state, "NOT_SENT");
    EXPECT_THAT(out_.str(), HasSubstr("No money was taken"));
}

TEST_F(TillTest, ADiskThatStaysBusyIsNotTakenForNeverSent) {
    leave_open_ticket();
    played_.find_busy = 1000;
    EXPECT_THROW(Till(driver_, settings_, out_), std::runtime_error);
    EXPECT_EQ(TicketBook(settings_.book).open_tickets().size(), 1u);
    EXPECT_EQ(played_.closes, 1);
}

TEST_F(TillTest, AnotherTillsBookIsNoticed) {
    leave_open_ticket();
    played_.add("1001-1", PAYDRV_STATE_SUCCEEDED, 9900, today());
    try {
        Till till(driver_, settings_, out_);
        FAIL() << "opened";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr("12.50 EUR"), HasSubstr("99.00 EUR")));
    }
    EXPECT_EQ(TicketBook(settings_.book).open_tickets().size(), 1u);
}

TEST_F(TillTest, AcknowledgesAfterARestartWhatIsBookedAlike) {
    leave_open_ticket();
    TicketBook(settings_.book).end("1001-1", today(), {"SUCCEEDED", "", ""});
    played_.add("1001-1", PAYDRV_STATE_SUCCEEDED, 1250, today());
    Till till(driver_, settings_, out_);
    EXPECT_EQ(played_.operations.at(1).acknowledged, 1u);
}

TEST_F(TillTest, DoesNotAcknowledgeWhatItsBookHasOtherwise) {
    leave_open_ticket();
    TicketBook(settings_.book).end("1001-1", today(), {"DECLINED", "", ""});
    played_.add("1001-1", PAYDRV_STATE_SUCCEEDED, 1250, today());
    played_.add("9999-1", PAYDRV_STATE_SUCCEEDED, 1250, today());
    Till till(driver_, settings_, out_);
    EXPECT_EQ(played_.acknowledges, 0);
    EXPECT_THAT(out_.str(), AllOf(HasSubstr("1001-1"), HasSubstr("9999-1")));
}

TEST_F(TillTest, ClosingTellsThatAPaymentGoesOn) {
    Till till(driver_, settings_, out_);
    till.pay(1250, kCode);
    till.close();
    EXPECT_EQ(played_.closes, 1);
    EXPECT_THAT(out_.str(), HasSubstr("goes on by itself"));
}

}  // namespace
}  // namespace hostsim::till
