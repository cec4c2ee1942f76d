// Does damage to the history show, and where?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/database.h"
#include "journal/folder.h"

namespace paydrv::journal_test {
namespace {

using journal::ChainFault;
using journal::OpenError;
using ::testing::HasSubstr;

class Integrity : public JournalTest {
  protected:
    /// Five payments, each begun and paid: events 1 to 5 are intents, 6 to 10 results.
    void fill(std::int64_t payments = 5) {
        auto journal = open();
        for (std::int64_t row = 1; row <= payments; ++row) {
            ASSERT_TRUE(journal->commit({{intent(payment(row))}}));
        }
        for (std::int64_t row = 1; row <= payments; ++row) {
            ASSERT_TRUE(journal->commit({{result(paid(payment(row)))}}));
        }
        ASSERT_EQ(journal->verify(), std::nullopt);
    }
    /// As someone with the sqlite3 shell would.
    void tamper(std::initializer_list<const char*> statements) {
        journal::Database database(folder_.file());
        for (const auto* trigger : {"events_append", "events_no_update", "events_no_delete"}) {
            database.execute(std::string("DROP TRIGGER IF EXISTS ") + trigger);
        }
        for (const auto* statement : statements) {
            database.execute(statement);
        }
    }
};

TEST_F(Integrity, EventsAreOnlyAppended) {
    fill();
    journal::Database database(folder_.file());
    for (const auto* statement : {"UPDATE events SET event='x' WHERE seq=3", "DELETE FROM events WHERE seq=10",
                                  "DELETE FROM events", "INSERT INTO events VALUES(12, 1, 0, 'x', '', '', '')",
                                  "REPLACE INTO events VALUES(3, 1, 0, 'x', '', '', '')"}) {
        EXPECT_ANY_THROW(database.execute(statement)) << statement;
    }
    EXPECT_EQ(database.number("SELECT count(*) FROM events"), 10);
}

TEST_F(Integrity, AnEditedEvent) {
    fill();
    tamper({"UPDATE events SET record=replace(record, 'amount_minor=1234', 'amount_minor=1') WHERE seq=4"});
    const auto error = refusal(folder_.file());
    EXPECT_EQ(error.why(), OpenError::Why::damaged);
    EXPECT_THAT(error.what(), HasSubstr("Event 4 was edited"));
}

TEST_F(Integrity, ARemovedEvent) {
    fill();
    tamper({"DELETE FROM events WHERE seq=7"});
    EXPECT_THAT(refusal(folder_.file()).what(), HasSubstr("Event 7 was removed"));
}

TEST_F(Integrity, TheFirstEventRemovedAndTheRestMovedUp) {
    fill();
    tamper({"DELETE FROM events WHERE seq=1", "UPDATE events SET seq=-seq", "UPDATE events SET seq=-seq-1"});
    EXPECT_THAT(refusal(folder_.file()).what(), HasSubstr("Event 1 does not follow"));
}

TEST_F(Integrity, ReorderedEvents) {
    fill();
    tamper({"UPDATE events SET seq=-5 WHERE seq=5", "UPDATE events SET seq=5 WHERE seq=6",
            "UPDATE events SET seq=6 WHERE seq=-5"});
    EXPECT_THAT(refusal(folder_.file()).what(), HasSubstr("Event 5 does not follow"));
}

TEST_F(Integrity, TheNewestEventsRemoved) {
    fill();
    tamper({"DELETE FROM events WHERE seq>8"});
    EXPECT_EQ(refusal(folder_.file()).why(), OpenError::Why::damaged);
}

TEST_F(Integrity, AnOperationEdited) {
    fill(2);
    {
        auto journal = open();
        ASSERT_TRUE(journal->commit({{intent(payment(3))}}));
        ASSERT_TRUE(journal->commit({{intent(payment(4))}}));
    }
    tamper({"UPDATE operations SET record=replace(record, 'amount_minor=1234', 'amount_minor=1') WHERE row=3"});
    EXPECT_THAT(refusal(folder_.file()).what(), HasSubstr("event 5 "));
}

TEST_F(Integrity, AnOperationRemoved) {
    fill();
    tamper({"DELETE FROM operations WHERE row=5"});
    EXPECT_EQ(refusal(folder_.file()).why(), OpenError::Why::damaged);
}

// Old history is beyond the bounded check at open; verify() finds it and names the event.
TEST_F(Integrity, VerifyFindsWhatTheCheckAtOpenLeavesOut) {
    fill(200);
    struct Case {
        const char* statement;
        std::int64_t seq;
        ChainFault::What what;
    };
    const auto original = folder_.path() / "original";
    std::filesystem::copy_file(folder_.file(), original);
    for (const auto& [statement, seq, what] : {
             Case{"UPDATE events SET wall_ms=wall_ms+1 WHERE seq=17", 17, ChainFault::What::edited},
             Case{"DELETE FROM events WHERE seq=23", 23, ChainFault::What::removed},
             Case{"UPDATE events SET previous=hash WHERE seq=31", 31, ChainFault::What::reordered},
             Case{"UPDATE operations SET record=replace(record, 'succeeded', 'x')||'x' WHERE row=9", 209,
                  ChainFault::What::row_differs},
             Case{"DELETE FROM operations WHERE row=11", 211, ChainFault::What::row_differs},
             Case{"UPDATE operations SET event_seq=12, record=(SELECT record FROM events WHERE seq=12) WHERE row=12",
                  212, ChainFault::What::row_differs},
             Case{"UPDATE operations SET acknowledged=1 WHERE row=13", 213, ChainFault::What::row_differs},
         }) {
        std::filesystem::copy_file(original, folder_.file(), std::filesystem::copy_options::overwrite_existing);
        tamper({statement});
        auto journal = open();
        const auto fault = journal->verify();
        ASSERT_TRUE(fault) << statement;
        EXPECT_EQ(fault->seq, seq) << statement;
        EXPECT_EQ(fault->what, what) << statement;
        EXPECT_THAT(fault->text, HasSubstr(std::to_string(seq)));
    }
}

TEST_F(Integrity, TheHeadTellsTwoHistoriesApart) {
    auto journal = open();
    auto other = open(folder_.path() / "other.journal");
    EXPECT_NE(journal->head(), other->head());  // by their ids
    ASSERT_TRUE(journal->commit({{intent(payment(1))}}));
    const auto head = journal->head();
    EXPECT_EQ(head.size(), 64U);
    journal.reset();
    EXPECT_EQ(open()->head(), head);
}

// The formula is for ever: computed apart, by sha256sum over the bytes that event_chain.h describes.
TEST(EventHash, IsTheDocumentedFormula) {
    journal::Event event;
    event.seq = 1;
    event.row = 2;
    event.wall_ms = 3;
    event.name = "intent";
    event.record = "row=2\n";
    event.previous = "00";
    EXPECT_EQ(journal::event_hash(event), "df259e06fe47596b50bfb2206ee9059d5a3637d72759c39366fb6052dbb5923f");
    EXPECT_EQ(journal::genesis_hash("ab"), "7d2b42de7da91097b6ce7e27858cb9144befc8724d51d547f582efca1e439103");
}

}  // namespace
}  // namespace paydrv::journal_test
