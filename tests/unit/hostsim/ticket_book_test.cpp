#include "till/ticket_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "scratch_folder.h"

namespace hostsim::till {
namespace {

using testing::HasSubstr;

Ticket ticket(const std::string& reference, const std::string& order, std::uint32_t day = 20261121) {
    Ticket made;
    made.reference = reference;
    made.order = order;
    made.business_day = day;
    made.amount_minor = 9'007'199'254'740'993;
    made.currency = "EUR";
    return made;
}

class TicketBookTest : public testing::Test {
  protected:
    void append(const std::string& text) { std::ofstream(path_, std::ios::app | std::ios::binary) << text; }
    std::string refusal() {
        try {
            TicketBook book(path_);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "opened";
    }

    ScratchFolder folder_{"hostsim-test", false};
    std::filesystem::path path_ = folder_.path() / "tickets.jsonl";
};

TEST_F(TicketBookTest, RemembersWhatWasOpenAndWhatWasBooked) {
    {
        TicketBook book(path_);
        book.begin_business_day(20261121);
        book.begin(ticket("1001-1", "1001"));
        book.begin(ticket("1002-1", "1002"));
        book.end("1001-1", 20261121, {"DECLINED", "a \"reason\"\nin two lines", "2026xyz"});
    }
    TicketBook book(path_);
    EXPECT_EQ(book.business_day(), 20261121u);
    ASSERT_EQ(book.tickets().size(), 2u);
    ASSERT_EQ(book.open_tickets().size(), 1u);
    EXPECT_EQ(book.open_tickets()[0].reference, "1002-1");
    EXPECT_EQ(book.open_tickets()[0].amount_minor, 9'007'199'254'740'993);
    const Ticket* ended = book.find("1001-1", 20261121);
    ASSERT_NE(ended, nullptr);
    EXPECT_EQ(ended->outcome.state, "DECLINED");
    EXPECT_EQ(ended->outcome.reason, "a \"reason\"\nin two lines");
    EXPECT_EQ(ended->outcome.payment_id, "2026xyz");
}

TEST_F(TicketBookTest, IsOnTheFileWhenBeginReturns) {
    TicketBook book(path_);
    book.begin(ticket("1001-1", "1001"));
    std::ifstream file(path_);
    std::string line;
    ASSERT_TRUE(std::getline(file, line));
    EXPECT_THAT(line, HasSubstr("\"1001-1\""));
}

TEST_F(TicketBookTest, CutsALastLineThatWasNeverFinished) {
    TicketBook(path_).begin(ticket("1001-1", "1001"));
    append("{\"event\":\"begun\",\"referen");
    {
        TicketBook book(path_);
        EXPECT_EQ(book.tickets().size(), 1u);
        book.begin(ticket("1002-1", "1002"));
    }
    EXPECT_EQ(TicketBook(path_).tickets().size(), 2u);
}

TEST_F(TicketBookTest, NamesTheDamagedLine) {
    TicketBook(path_).begin(ticket("1001-1", "1001"));
    append("not a line\n");
    EXPECT_THAT(refusal(), HasSubstr("line 2"));
}

TEST_F(TicketBookTest, AResultWithoutABeginningIsDamage) {
    append(
        "{\"event\":\"ended\",\"reference\":\"9\",\"business_day\":20261121,\"state\":\"SUCCEEDED\",\"reason\":\"\","
        "\"payment_id\":\"\"}\n");
    EXPECT_THAT(refusal(), HasSubstr("never began"));
}

TEST_F(TicketBookTest, OneTillOneBook) {
    TicketBook book(path_);
    EXPECT_THAT(refusal(), HasSubstr("another till"));
}

TEST_F(TicketBookTest, OneReferenceADay) {
    TicketBook book(path_);
    book.begin(ticket("1001-1", "1001"));
    EXPECT_THROW(book.begin(ticket("1001-1", "1001")), std::invalid_argument);
    EXPECT_NO_THROW(book.begin(ticket("1001-1", "1001", 20261122)));
}

TEST_F(TicketBookTest, ATicketEndsOnce) {
    TicketBook book(path_);
    book.begin(ticket("1001-1", "1001"));
    book.end("1001-1", 20261121, {"SUCCEEDED", "", "1"});
    EXPECT_THROW(book.end("1001-1", 20261121, {"CANCELLED", "", ""}), std::invalid_argument);
    EXPECT_THROW(book.end("1002-1", 20261121, {"CANCELLED", "", ""}), std::invalid_argument);
    EXPECT_EQ(book.find("1001-1", 20261121)->outcome.state, "SUCCEEDED");
}

TEST_F(TicketBookTest, NewNamesAreNew) {
    TicketBook book(path_);
    EXPECT_EQ(book.next_order(), "1001");
    EXPECT_EQ(book.next_reference("1001"), "1001-1");
    book.begin(ticket("1001-1", "1001"));
    EXPECT_EQ(book.next_reference("1001"), "1001-2");
    EXPECT_EQ(book.next_order(), "1002");
    book.begin(ticket("x", "2000"));
    EXPECT_EQ(book.next_order(), "2001");
}

TEST_F(TicketBookTest, SaysThatTheDiskRefuses) {
    try {
        TicketBook book(folder_.path() / "no" / "such" / "book");
        FAIL() << "opened";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("no/such/book"));
    }
}

/// The largest file that this process may write, for one scope.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

  private:
    rlimit before_{};
};

TEST_F(TicketBookTest, ATicketThatDoesNotFitOnTheDiskIsNotBegunAndLeavesNoHalfLine) {
    TicketBook book(path_);
    book.begin(ticket("1001-1", "1001"));
    {
        FileSizeLimit limit(std::filesystem::file_size(path_) + 20);
        EXPECT_THROW(book.begin(ticket("1002-1", "1002")), std::runtime_error);
    }
    EXPECT_EQ(book.tickets().size(), 1u);
    book.begin(ticket("1003-1", "1003"));
    std::ifstream file(path_);
    std::string line;
    std::vector<std::string> lines;
    while (std::getline(file, line))
        lines.push_back(line);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_THAT(lines[1], HasSubstr("\"1003-1\""));
}

TEST_F(TicketBookTest, RemembersRefundsWithTheirOriginalAndCorrections) {
    Ticket refund = ticket("1001-R1", "1001");
    refund.kind = PAYDRV_KIND_REFUND;
    refund.original = {"1001-1", 20261120, "", 0};
    Ticket stranger = ticket("R20261121-1", "");
    stranger.kind = PAYDRV_KIND_REFUND;
    stranger.original = {"", 0, "2026xyz", 9'007'199'254'740'993};
    {
        TicketBook book(path_);
        book.begin(ticket("1001-1", "1001", 20261120));
        book.begin(refund);
        book.begin(stranger);
        book.note({PAYDRV_KIND_UNDO, "1001-1", 20261120, 500, "EUR", "SUCCEEDED"});
    }
    TicketBook book(path_);
    ASSERT_EQ(book.tickets().size(), 3u);
    EXPECT_FALSE(book.tickets()[0].refund());
    EXPECT_TRUE(book.tickets()[1].refund());
    EXPECT_EQ(book.tickets()[1].original.reference, "1001-1");
    EXPECT_EQ(book.tickets()[1].original.business_day, 20261120u);
    EXPECT_EQ(book.tickets()[2].original.payment_id, "2026xyz");
    EXPECT_EQ(book.tickets()[2].original.amount_minor, 9'007'199'254'740'993);
    ASSERT_EQ(book.corrections().size(), 1u);
    EXPECT_EQ(book.corrections()[0].state, "SUCCEEDED");
    EXPECT_EQ(book.next_refund_reference("1001", 20261122), "1001-R2");
    EXPECT_EQ(book.next_refund_reference("", 20261121), "R20261121-2");
    EXPECT_EQ(book.next_refund_reference("", 20261122), "R20261122-1");
    EXPECT_EQ(book.next_reference("1001"), "1001-2");
}

TEST_F(TicketBookTest, ABookFromBeforeRefundsIsRead) {
    append(R"({"event":"begun","reference":"1001-1","order":"1001","business_day":20261121,"amount_minor":1250,)"
           R"("currency":"EUR"})"
           "\n");
    EXPECT_FALSE(TicketBook(path_).tickets()[0].refund());
}

}  // namespace
}  // namespace hostsim::till
