// Does the journal keep what it was given, and find it again?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "journal/folder.h"
#include "journal/record_text.h"

namespace paydrv::journal_test {
namespace {

using engine::Change;
using engine::List;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Journal = JournalTest;

TEST(RecordText, KeepsEveryFieldAndEveryByte) {
    const auto text = journal::to_text(every_field());
    EXPECT_EQ(journal::from_text(text), every_field());
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 34) << text;
    const auto newer = journal::to_text(every_field_of_schema_2());
    EXPECT_EQ(journal::from_text(newer), every_field_of_schema_2());
    EXPECT_EQ(std::count(newer.begin(), newer.end(), '\n'), 44) << newer;
    EXPECT_EQ(journal::from_text(journal::to_text(payment(1))), payment(1));
}

TEST(RecordText, ZeroIsNotWrittenAndReadAsZero) {
    money::OperationRecord record;
    record.row = 5;
    EXPECT_EQ(journal::to_text(record), "row=5\nkind=1\nmode=1\nphase=1\nstate=1\nnext_action=1\n");
    EXPECT_EQ(journal::from_text("row=5\n")->next_action, money::NextAction::nothing);
}

// What release 0.9 wrote, byte for byte: it knew none of the fields that came with schema 2.
TEST(RecordText, ReadsARecordThatLacksNewerFields) {
    const std::string old =
        "row=7\nkind=1\nmode=1\nstore=S1\nterminal=T1\nbusiness_day=20260301\nreference=ref-7\namount_minor=1234\n"
        "currency=EUR\nrequest_id=p1ab\nexpiry_ms=3\nphase=12\nstate=101\nseen=1\npayment_id=pay\n"
        "provider_code=SUCCESS\nlinked_row=8\nacknowledged=1\n";
    const auto read = journal::from_text(old);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->payment_id, "pay");
    EXPECT_TRUE(read->acknowledged);
    EXPECT_EQ(read->original_terminal + read->original_reference + read->refund_id, "");
    EXPECT_EQ(read->original_business_day, 0U);
    EXPECT_EQ(read->original_amount_minor, 0);
    EXPECT_EQ(read->undo_minor, 0);
    EXPECT_FALSE(read->looked_late);
    EXPECT_EQ(read->paid_time_ms, 0);
    EXPECT_EQ(read->settled_by + read->settled_why, "");
    EXPECT_EQ(journal::to_text(*read), old) << "what it lacks is not added by reading and writing it";

    auto settled = *read;
    settled.settled_by = "anna";
    settled.undo_minor = 1234;
    EXPECT_EQ(journal::to_text(settled), old + "undo_minor=1234\nsettled_by=anna\n");
    EXPECT_EQ(journal::from_text(journal::to_text(settled)), settled);
}

TEST(RecordText, RefusesWhatItDidNotWrite) {
    for (const auto* text : {"row=5", "row=x\n", "row=5\nrow=6\n", "unknown=1\n", "kind=1\nrow=5\n", "store=a\\x\n",
                             "store=a\\\n", "seen=2\n", "row=99999999999999999999\n", "\n"}) {
        EXPECT_EQ(journal::from_text(text), std::nullopt) << text;
    }
}

TEST_F(Journal, FindsAnOperationByRowAndByNameAfterReopening) {
    {
        auto journal = open();
        ASSERT_TRUE(journal->commit({{intent(payment(1)), intent(every_field())}})) << journal->problem();
    }
    auto journal = open();
    EXPECT_EQ(journal->by_row(1), payment(1));
    EXPECT_EQ(journal->by_row(every_field().row), every_field());
    EXPECT_EQ(journal->by_row(2), std::nullopt);
    EXPECT_EQ(journal->by_name(money::Kind::payment, "S1", "T1", 20260301, "ref-1"), payment(1));
    EXPECT_EQ(journal->by_name(money::Kind::refund, "S1", "T1", 20260301, "ref-1"), std::nullopt);
    EXPECT_EQ(journal->by_name(money::Kind::payment, "S2", "T1", 20260301, "ref-1"), std::nullopt);
    EXPECT_EQ(journal->by_name(money::Kind::payment, "S1", "T2", 20260301, "ref-1"), std::nullopt);
    EXPECT_EQ(journal->by_name(money::Kind::payment, "S1", "T1", 20260302, "ref-1"), std::nullopt);
    EXPECT_EQ(journal->by_name(money::Kind::undo, "Łódź", "T=1", 20261231, "a\\n"), every_field());
    EXPECT_EQ(journal->last_row(), every_field().row);
}

TEST_F(Journal, ListsWhatIsUnfinishedUnacknowledgedAndOfADayInPages) {
    auto journal = open();
    std::vector<Change> changes;
    for (std::int64_t row = 1; row <= 6; ++row) {
        changes.push_back(intent(payment(row, row <= 3 ? 20260301 : 20260302)));
    }
    ASSERT_TRUE(journal->commit(changes));
    auto booked = paid(payment(5, 20260302));
    booked.acknowledged = true;
    ASSERT_TRUE(
        journal->commit({{result(paid(payment(2))), result(paid(payment(4, 20260302))), {booked, "acknowledge"}}}));

    EXPECT_THAT(rows(journal->list(List::unfinished, 0, 0, 100)), ElementsAre(1, 3, 6));
    EXPECT_THAT(rows(journal->list(List::unfinished, 0, 1, 1)), ElementsAre(3));
    EXPECT_THAT(rows(journal->list(List::unacknowledged, 0, 0, 100)), ElementsAre(2, 4));
    EXPECT_THAT(rows(journal->list(List::unacknowledged, 0, 4, 100)), IsEmpty());
    EXPECT_THAT(rows(journal->list(List::day, 20260301, 0, 100)), ElementsAre(1, 2, 3));
    EXPECT_THAT(rows(journal->list(List::day, 20260302, 4, SIZE_MAX)), ElementsAre(5, 6));
    EXPECT_THAT(rows(journal->list(List::day, 20260302, 0, 0)), IsEmpty());
    EXPECT_THAT(rows(journal->since(20260302)), ElementsAre(4, 5, 6));
    EXPECT_THAT(rows(journal->since(20260303)), IsEmpty());
    EXPECT_EQ(journal->list(List::day, 20260302, 4, 1).front(), booked);
}

TEST_F(Journal, FindsByPaymentIdByRequestIdAndByOrder) {
    auto journal = open();
    auto refund = paid(payment(3, 20260302));
    refund.kind = money::Kind::refund;
    refund.payment_id = paid(payment(1)).payment_id;
    refund.order_reference = "order-1";
    refund.request_id = "r1";
    auto nameless = payment(4);
    nameless.order_reference = nameless.request_id = "";
    ASSERT_TRUE(journal->commit({{intent(payment(1)), intent(payment(2)), result(refund), intent(nameless)}}));
    EXPECT_THAT(rows(journal->by_payment_id(refund.payment_id)), ElementsAre(3));
    ASSERT_TRUE(journal->commit({{result(paid(payment(1)))}}));  // the paymentId comes with the answer
    for (int round = 0; round < 2; ++round) {
        EXPECT_THAT(journal->by_payment_id(refund.payment_id), ElementsAre(paid(payment(1)), refund));
        EXPECT_THAT(rows(journal->by_payment_id("none")), IsEmpty());
        EXPECT_THAT(rows(journal->by_payment_id("")), IsEmpty()) << "unpaid payments are not all one";
        EXPECT_THAT(journal->by_request_id(payment(2).request_id), ElementsAre(payment(2)));
        EXPECT_THAT(journal->by_request_id("r1"), ElementsAre(refund));
        EXPECT_THAT(rows(journal->by_request_id("r")), IsEmpty());
        EXPECT_THAT(rows(journal->by_request_id("")), IsEmpty());
        EXPECT_THAT(rows(journal->by_order(0, "order-1")), ElementsAre(1, 3));
        EXPECT_THAT(rows(journal->by_order(20260302, "order-1")), ElementsAre(3));
        EXPECT_THAT(rows(journal->by_order(20260303, "order-1")), IsEmpty());
        EXPECT_THAT(rows(journal->by_order(0, "")), IsEmpty());
        EXPECT_THAT(rows(journal->by_order(20260301, "")), IsEmpty());
        journal.reset();
        journal = open();
    }
}

// The name of an operation does not change; if it ever did, no lookup may go by the old one.
TEST_F(Journal, ARowWithAnotherNameIsFoundByItAlone) {
    auto journal = open();
    ASSERT_TRUE(journal->commit({{intent(payment(1))}}));
    auto other = paid(payment(1, 20260302));
    other.reference = "other";
    other.order_reference = "other";
    other.request_id = "other";
    ASSERT_TRUE(journal->commit({{result(other)}}));
    EXPECT_EQ(journal->by_name(money::Kind::payment, "S1", "T1", 20260302, "other"), other);
    EXPECT_EQ(journal->by_name(money::Kind::payment, "S1", "T1", 20260301, "ref-1"), std::nullopt);
    EXPECT_THAT(rows(journal->by_order(0, "other")), ElementsAre(1));
    EXPECT_THAT(rows(journal->by_order(0, "order-1")), IsEmpty());
    EXPECT_THAT(rows(journal->by_request_id("other")), ElementsAre(1));
    EXPECT_THAT(rows(journal->list(List::day, 20260301, 0, 10)), IsEmpty());
    EXPECT_EQ(journal->verify(), std::nullopt);
}

TEST_F(Journal, OfATicketNumberOfEveryDayTheNewestHundredAreFound) {
    auto journal = open();
    std::vector<Change> changes;
    for (std::int64_t row = 1; row <= 250; ++row) {
        auto record = payment(row, row <= 120 ? 20260301 : 20260201);  // days in another order than rows
        record.order_reference = "1";
        changes.push_back(intent(record));
    }
    ASSERT_TRUE(journal->commit(changes));
    const auto newest = rows(journal->by_order(0, "1"));
    ASSERT_EQ(newest.size(), 100U);
    EXPECT_EQ(newest.front(), 151);
    EXPECT_EQ(newest.back(), 250);
    EXPECT_TRUE(std::is_sorted(newest.begin(), newest.end()));
    const auto of_day = rows(journal->by_order(20260301, "1"));
    EXPECT_EQ(of_day.size(), 120U) << "of one day all are found";
    EXPECT_TRUE(std::is_sorted(of_day.begin(), of_day.end()));
}

TEST_F(Journal, CountsUnacknowledgedFinals) {
    auto journal = open();
    EXPECT_EQ(journal->unacknowledged(), 0U);
    ASSERT_TRUE(journal->commit({{intent(payment(1)), intent(payment(2))}}));
    EXPECT_EQ(journal->unacknowledged(), 0U);
    ASSERT_TRUE(journal->commit({{result(paid(payment(1))), result(paid(payment(2)))}}));
    EXPECT_EQ(journal->unacknowledged(), 2U);
    auto booked = paid(payment(1));
    booked.acknowledged = true;
    ASSERT_TRUE(journal->commit({{{booked, "acknowledge"}}}));
    EXPECT_EQ(journal->unacknowledged(), 1U);
    journal.reset();
    EXPECT_EQ(open()->unacknowledged(), 1U);
}

TEST_F(Journal, AChangeThatChangesNothingAddsNoEvent) {
    auto journal = open();
    ASSERT_TRUE(journal->commit({{intent(payment(1))}}));
    const auto head = journal->head();
    EXPECT_TRUE(journal->commit({{intent(payment(1))}}));
    EXPECT_TRUE(journal->commit({{result(payment(1))}}));
    EXPECT_TRUE(journal->commit({}));
    EXPECT_EQ(journal->head(), head);
    ASSERT_TRUE(journal->commit({{result(paid(payment(1)))}}));
    EXPECT_NE(journal->head(), head);
    EXPECT_EQ(journal->verify(), std::nullopt);
}

TEST_F(Journal, ABatchThatCannotStandLeavesNothing) {
    auto journal = open();
    ASSERT_TRUE(journal->commit({{intent(payment(1))}}));
    const auto head = journal->head();
    auto same_name = payment(3);
    same_name.reference = payment(1).reference;
    EXPECT_FALSE(journal->commit({{intent(payment(2)), intent(same_name)}}));
    EXPECT_THAT(journal->problem(), HasSubstr("contradicts"));
    EXPECT_FALSE(journal->commit({{intent(payment(2)), intent(payment(0))}}));
    EXPECT_FALSE(journal->commit({{{payment(2), ""}}}));
    EXPECT_THAT(journal->problem(), HasSubstr("call support"));
    EXPECT_EQ(journal->by_row(2), std::nullopt);
    EXPECT_EQ(journal->head(), head);
    ASSERT_TRUE(journal->commit({{intent(payment(2))}})) << journal->problem();
    EXPECT_EQ(journal->problem(), "");
    EXPECT_EQ(journal->verify(), std::nullopt);
}

TEST_F(Journal, OperationsWithoutAReferenceHaveNoName) {
    auto journal = open();
    auto first = payment(1);
    auto second = payment(2);
    first.kind = second.kind = money::Kind::found;
    first.reference = second.reference = "";
    ASSERT_TRUE(journal->commit({{result(first), result(second)}})) << journal->problem();
    EXPECT_EQ(journal->by_name(money::Kind::found, "S1", "T1", 20260301, ""), std::nullopt);
}

TEST_F(Journal, TheCodeKeyIsMadeOnceForEachJournal) {
    const auto key = open()->code_key();
    EXPECT_EQ(key.size(), 16U);
    EXPECT_EQ(open()->code_key(), key);
    EXPECT_NE(open(folder_.path() / "other.journal")->code_key(), key);
}

TEST_F(Journal, ProbeWritesAndLeavesTheChainAlone) {
    auto journal = open();
    const auto head = journal->head();
    const auto before = bytes_of(folder_.beside("-wal")).size();
    EXPECT_TRUE(journal->probe()) << journal->problem();
    EXPECT_GT(bytes_of(folder_.beside("-wal")).size(), before);
    EXPECT_EQ(journal->head(), head);
}

// R10. The code is near the record on its way: everything but its hash must stay out of every file of the journal.
TEST_F(Journal, NoFileHoldsThePaymentCode) {
    const std::string code = "281012020262467128";
    auto journal = open();
    auto record = payment(1);
    record.code_hash = std::hash<std::string>{}(code);
    ASSERT_TRUE(journal->commit({{intent(record)}}));
    const auto log = bytes_of(folder_.beside("-wal"));
    EXPECT_NE(log.find(record.reference), std::string::npos) << "the log is where the record stands";
    EXPECT_EQ(log.find(code), std::string::npos);
    journal.reset();
    EXPECT_NE(bytes_of(folder_.file()).find("code_hash=" + std::to_string(record.code_hash)), std::string::npos);
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
        EXPECT_EQ(bytes_of(entry.path()).find(code), std::string::npos) << entry.path();
    }
}

}  // namespace
}  // namespace paydrv::journal_test
