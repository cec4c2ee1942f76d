#include "story/books.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <sstream>

#include "story/sandbox_process.h"

namespace hostsim::story {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint32_t kDay = 20261121;

/// Three books that agree: order 1 paid, order 2 declined, order 3 cancelled after it was charged, order 4 never sent.
struct Books {
    std::vector<till::Ticket> tickets;
    std::vector<JournalLine> journal;
    std::vector<LedgerPayment> ledger;

    Books() {
        add("1", "SUCCEEDED", PAYDRV_STATE_SUCCEEDED, "SUCCESS", 1, 0);
        add("2", "DECLINED", PAYDRV_STATE_DECLINED, "FAIL", 0, 0);
        add("3", "CANCELLED", PAYDRV_STATE_CANCELLED, "CANCELLED", 1, 1);
        tickets.push_back(ticket("4", "NOT_SENT"));
    }

    static till::Ticket ticket(const std::string& order, const std::string& state) {
        till::Ticket ticket;
        ticket.reference = order + "-1";
        ticket.order = order;
        ticket.business_day = kDay;
        ticket.amount_minor = 1250;
        ticket.currency = "EUR";
        ticket.outcome.state = state;
        return ticket;
    }

    void add(const std::string& order, const std::string& till, std::uint32_t state, const std::string& status,
             int charged, int returned) {
        tickets.push_back(ticket(order, till));
        auto line = sized<paydrv_status>();
        line.kind = PAYDRV_KIND_PAYMENT;
        line.state = state;
        line.is_final = 1;
        line.acknowledged = 1;
        line.amount_minor = 1250;
        line.business_day = kDay;
        set_field(line.currency, "EUR");
        set_field(line.reference, order + "-1");
        set_field(line.order_reference, order);
        set_field(line.payment_id, "id" + order);
        journal.push_back(line);
        LedgerPayment payment;
        payment.payment_id = "id" + order;
        payment.order = order;
        payment.currency = "EUR";
        payment.status = status;
        payment.amount_minor = 1250;
        payment.charged = charged;
        payment.returned_minor = 1250 * returned;
        ledger.push_back(payment);
    }

    /// A refund of an order, in all three books.
    void refund(const std::string& order, std::int64_t amount_minor) {
        till::Ticket refund = ticket(order, "SUCCEEDED");
        refund.kind = PAYDRV_KIND_REFUND;
        refund.reference = order + "-R1";
        refund.amount_minor = amount_minor;
        tickets.push_back(refund);
        JournalLine line = journal[0];
        line.kind = PAYDRV_KIND_REFUND;
        line.amount_minor = amount_minor;
        line.payment_id[0] = line.order_reference[0] = '\0';
        set_field(line.reference, order + "-R1");
        journal.push_back(line);
        for (JournalLine& payment : journal) {
            bool same = payment.kind == PAYDRV_KIND_PAYMENT && field_text(payment.order_reference) == order;
            if (same) payment.refunded_minor += amount_minor;
        }
        for (LedgerPayment& payment : ledger) {
            if (payment.order != order) continue;
            payment.returned_minor += amount_minor;
            ++payment.refunds;
        }
    }

    std::vector<std::string> differences() const { return compare_books(tickets, journal, ledger).differences; }
};

TEST(Books, Agree) {
    Books books;
    Comparison comparison = compare_books(books.tickets, books.journal, books.ledger);
    EXPECT_THAT(comparison.differences, IsEmpty());
    ASSERT_EQ(comparison.lines.size(), 4u);
    EXPECT_EQ(comparison.lines[0].till_minor, 1250);
    EXPECT_EQ(comparison.lines[0].driver_minor, 1250);
    EXPECT_EQ(comparison.lines[0].ledger_minor, 1250);
    EXPECT_EQ(comparison.lines[2].ledger_minor, 0);
}

TEST(Books, AgreeWithARefund) {
    Books books;
    books.refund("1", 450);
    Comparison comparison = compare_books(books.tickets, books.journal, books.ledger);
    EXPECT_THAT(comparison.differences, IsEmpty());
    EXPECT_EQ(comparison.lines[0].till_minor, 800);
    EXPECT_EQ(comparison.lines[0].driver_minor, 800);
    EXPECT_EQ(comparison.lines[0].ledger_minor, 800);
    EXPECT_EQ(comparison.lines[0].till, "SUCCEEDED 1R");
    EXPECT_EQ(comparison.lines[0].driver, "SUCCEEDED 1R");
    EXPECT_EQ(comparison.lines[0].ledger, "SUCCESS 1R");
}

TEST(Books, ARefundByPaymentIdBelongsToThePaymentsOrder) {
    Books books;
    books.refund("1", 450);
    books.tickets.back().order = "";
    books.tickets.back().original.payment_id = "id1";
    EXPECT_THAT(books.differences(), IsEmpty());
}

TEST(Books, ADeclinedRefundChangesNothing) {
    Books books;
    books.refund("1", 0);
    books.ledger[0].refunds = 0;
    books.tickets.back().amount_minor = books.journal.back().amount_minor = 99'999;
    books.tickets.back().outcome.state = "DECLINED";
    books.journal.back().state = PAYDRV_STATE_DECLINED;
    EXPECT_THAT(books.differences(), IsEmpty());
}

struct Spoiled {
    const char* name;
    std::function<void(Books&)> spoil;
    const char* says;
};

class SpoiledBooks : public testing::TestWithParam<Spoiled> {};

TEST_P(SpoiledBooks, TheDifferenceIsFound) {
    Books books;
    GetParam().spoil(books);
    EXPECT_THAT(books.differences(), Contains(HasSubstr(GetParam().says)));
}

INSTANTIATE_TEST_SUITE_P(
    Each, SpoiledBooks,
    testing::Values(
        Spoiled{"ChargedButTillSaysDeclined",
                [](Books& b) {
                    b.tickets[0].outcome.state = "DECLINED";
                    b.journal[0].state = PAYDRV_STATE_DECLINED;
                },
                "order 1: the till holds 0.00 EUR"},
        Spoiled{"PaidButNotCharged", [](Books& b) { b.ledger[0].charged = 0; }, "the ledger 0.00 EUR"},
        Spoiled{"PaidButUnknownToTheLedger", [](Books& b) { b.ledger.erase(b.ledger.begin()); },
                "the ledger has no payment id1"},
        Spoiled{"ChargedTwice", [](Books& b) { b.ledger[0].charged = 2; }, "charged 2 times"},
        Spoiled{"ChargedTwiceAndReturnedOnce",
                [](Books& b) { b.ledger[2].charged = 2, b.ledger[2].returned_minor = 2500; }, "charged 2 times"},
        Spoiled{"ASecondPaymentOfTheOrder",
                [](Books& b) {
                    b.ledger.push_back(b.ledger[0]);
                    b.ledger.back().payment_id = "id1b";
                },
                "the ledger 25.00 EUR"},
        Spoiled{"CancelledButNotReturned", [](Books& b) { b.ledger[2].returned_minor = 0; },
                "order 3: the till holds 0.00"},
        Spoiled{"TillAndDriverDisagree", [](Books& b) { b.tickets[1].outcome.state = "CANCELLED"; },
                "CANCELLED says the till, DECLINED says the driver"},
        Spoiled{"NeverSentButInTheJournal", [](Books& b) { b.tickets[1].outcome.state = "NOT_SENT"; },
                "never sent says the till"},
        Spoiled{"NotInTheJournal", [](Books& b) { b.journal.erase(b.journal.begin() + 1); },
                "the driver's journal does not have it"},
        Spoiled{"NotInTheTicketBook", [](Books& b) { b.tickets.erase(b.tickets.begin() + 1); },
                "the till's book does not have it"},
        Spoiled{"StillOpen", [](Books& b) { b.tickets[1].outcome.state = ""; }, "still open"},
        Spoiled{"NotFinal",
                [](Books& b) {
                    b.journal[1].is_final = 0;
                    b.journal[1].state = PAYDRV_STATE_UNKNOWN;
                },
                "not over yet"},
        Spoiled{"NotAcknowledged", [](Books& b) { b.journal[0].acknowledged = 0; }, "not told that it is booked"},
        Spoiled{"AnotherAmount", [](Books& b) { b.tickets[1].amount_minor = 1251; }, "amounts of till and driver"},
        Spoiled{"AnotherAmountCharged", [](Books& b) { b.ledger[0].amount_minor = 1251; },
                "amounts of driver and ledger"},
        Spoiled{"AnotherCurrency", [](Books& b) { b.ledger[0].currency = "USD"; }, "amounts of driver and ledger"},
        Spoiled{"AnotherOrder", [](Books& b) { b.ledger[0].order = "3"; }, "for order 3"},
        Spoiled{"AFoundPayment", [](Books& b) { b.journal[1].kind = PAYDRV_KIND_FOUND; }, "did not begin"},
        Spoiled{"AnUndoUnderWay",
                [](Books& b) {
                    b.journal[1].kind = PAYDRV_KIND_UNDO;
                    b.journal[1].is_final = 0;
                },
                "UNDO 2-1: not over yet"},
        Spoiled{"RefundedButTillSaysNot",
                [](Books& b) { b.refund("1", 450), b.tickets.back().outcome.state = "DECLINED"; },
                "DECLINED says the till, SUCCEEDED says the driver"},
        Spoiled{"RefundedTwiceInTheLedger", [](Books& b) { b.refund("1", 450), b.ledger[0].returned_minor = 900; },
                "the till holds 8.00 EUR, the driver 8.00 EUR, the ledger 3.50 EUR"},
        Spoiled{"RefundNotInTheTillsBook", [](Books& b) { b.refund("1", 450), b.tickets.pop_back(); },
                "REFUND 1-R1: the till's book does not have it"},
        Spoiled{"RefundNotInTheJournal", [](Books& b) { b.refund("1", 450), b.journal.pop_back(); },
                "refund 1-R1: the driver's journal does not have it"},
        Spoiled{"PaymentDoesNotKnowItsRefund", [](Books& b) { b.refund("1", 450), b.journal[0].refunded_minor = 0; },
                "the driver's refunds give back 4.50 EUR, its payments say 0.00 EUR"},
        Spoiled{"AnUndoThatNobodyNoted",
                [](Books& b) {
                    b.journal.push_back(b.journal[2]);
                    b.journal.back().kind = PAYDRV_KIND_UNDO;
                    b.journal.back().acknowledged = 0;
                },
                "UNDO 3-1: the driver was not told"},
        Spoiled{"LateMoneyThatTheShopKeeps",
                [](Books& b) {
                    b.ledger[2].returned_minor = 0;
                    b.journal.push_back(b.journal[2]);
                    b.journal.back().kind = PAYDRV_KIND_UNDO;
                    b.journal.back().state = PAYDRV_STATE_SUCCEEDED;
                },
                "the till holds 0.00 EUR, the driver 12.50 EUR, the ledger 12.50 EUR"},
        Spoiled{"SomebodyElsesCharge",
                [](Books& b) {
                    b.ledger.push_back(b.ledger[0]);
                    b.ledger.back().order = "99";
                },
                "order 99"}),
    [](const auto& spoiled) { return std::string(spoiled.param.name); });

TEST(Books, ThePrintedTableShowsTotalsAndDifferences) {
    Books books;
    books.ledger[0].charged = 0;
    std::ostringstream out;
    print_comparison(compare_books(books.tickets, books.journal, books.ledger), out);
    EXPECT_THAT(out.str(), HasSubstr("total"));
    EXPECT_THAT(out.str(), HasSubstr("DIFFERENCE"));
    EXPECT_THAT(out.str(), testing::Not(HasSubstr("agree")));
}

TEST(DayTotals, AreReadByCurrencyAndComparedWithTheTickets) {
    const char* answer = R"({"business_day":20261121,"totals":[
        {"currency":"CNY","payments":{"count":1,"sum_minor":7},"refunds":{"count":0,"sum_minor":0},"net_minor":7},
        {"currency":"EUR","payments":{"count":1,"sum_minor":1250},"refunds":{"count":1,"sum_minor":450},
         "net_minor":800}]})";
    Books books;
    books.refund("1", 450);
    DayTotals totals = parse_day_totals(answer, "EUR");
    EXPECT_EQ(totals.net_minor, 800);
    EXPECT_THAT(compare_totals(books.tickets, kDay, "EUR", totals), IsEmpty());
    EXPECT_THAT(compare_totals(books.tickets, kDay + 1, "EUR", {}), IsEmpty());
    totals.refunds_minor = 0;
    EXPECT_THAT(compare_totals(books.tickets, kDay, "EUR", totals), Contains(HasSubstr("4.50 EUR says the till")));
    EXPECT_EQ(parse_day_totals(answer, "JPY").payments_minor, 0);
}

TEST(DayTotals, AnAnswerThatIsNoneIsRefused) {
    EXPECT_THROW(parse_day_totals("", "EUR"), std::runtime_error);
    EXPECT_THROW(parse_day_totals("{}", "EUR"), std::runtime_error);
    EXPECT_THROW(parse_day_totals(R"({"totals":[{"currency":"EUR"}]})", "EUR"), std::runtime_error);
}

TEST(Ledger, IsReadFromTheAdminInterfacesAnswer) {
    auto payments = parse_ledger(
        R"({"payments":[{"paymentRequestId":"p1","paymentId":"2026","currency":"EUR","value":"1250","status":"SUCCESS",
            "referenceOrderId":"1001","charged":1,"returned":1}],
            "entries":[{"paymentId":"2026","kind":"CHARGE","currency":"EUR","value":"1250"},
                       {"paymentId":"2026","kind":"REFUND","currency":"EUR","value":"450"},
                       {"paymentId":"2026","kind":"REFUND","currency":"EUR","value":"50"}]})");
    ASSERT_EQ(payments.size(), 1u);
    EXPECT_EQ(payments[0].order, "1001");
    EXPECT_EQ(payments[0].amount_minor, 1250);
    EXPECT_EQ(payments[0].charged, 1);
    EXPECT_EQ(payments[0].refunds, 2);
    EXPECT_EQ(payments[0].returned_minor, 500);
}

TEST(Ledger, AMovementThatNobodyUnderstandsIsRefused) {
    const std::string begin = R"({"payments":[],"entries":[{"currency":"EUR","value":"1","paymentId":"2026","kind":)";
    EXPECT_THROW(parse_ledger(begin + R"("REFUND"}]})"), std::runtime_error) << "of a payment that is not in it";
    EXPECT_THROW(parse_ledger(begin + R"("GIFT"}]})"), std::runtime_error);
}

TEST(Ledger, AnAnswerThatIsNoneIsRefused) {
    EXPECT_THROW(parse_ledger("{}"), std::runtime_error);
    EXPECT_THROW(parse_ledger("<html>"), std::runtime_error);
    EXPECT_THROW(parse_ledger(R"({"payments":[{"paymentId":"1"}]})"), std::runtime_error);
}

}  // namespace
}  // namespace hostsim::story
