// Does a receipt tell what it must, exactly, on every paper and in every language, and is there none where there must
// be none?
#include "texts/receipt.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "texts/columns.h"

namespace paydrv::texts {
namespace {

using money::Kind;
using money::OperationRecord;
using money::Reason;
using money::State;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::int64_t paid_ms = 1'795'243'502'123;  // 2026-11-21 06:45:02 UTC

ShopNames shop() {
    return {"Blue Door Books", "Blue Door Books, Harbour Street", {{"EUR", 2}, {"JPY", 0}, {"KWD", 3}}, 60};
}

OperationRecord payment() {
    OperationRecord record;
    record.kind = Kind::payment;
    record.state = State::succeeded;
    record.terminal = "till-1";
    record.business_day = 20261121;
    record.reference = "A-17/1";
    record.order_reference = "A-17";
    record.operator_id = "Mia";
    record.description = "Two books";
    record.amount_minor = 1'250;
    record.currency = "EUR";
    record.payment_id = "20261121190741010007000000000001";
    record.wallet = "ALIPAYCN";
    record.display_customer = "139****0001";
    record.paid_time_ms = paid_ms;
    record.created_wall_ms = paid_ms - 2'000;
    return record;
}

OperationRecord refund() {
    OperationRecord record = payment();
    record.kind = Kind::refund;
    record.reference = "R-3";
    record.description = "Wrong book";
    record.amount_minor = 500;
    record.refund_id = "20261121190741010007000000000777";
    record.original_reference = "A-17/1";
    record.original_terminal = "till-1";
    record.original_business_day = 20261120;
    record.original_amount_minor = 1'250;
    return record;
}

const Texts& texts_of(const std::string& language, bool test) {
    static std::map<std::pair<std::string, bool>, Texts> loaded;
    const auto known = loaded.find({language, test});
    if (known != loaded.end()) return known->second;
    return loaded.emplace(std::pair(language, test), Texts::load(language, test).value()).first->second;
}

std::string print(const OperationRecord& record, Copy copy = Copy::customer, const char* language = "en",
                  bool test = false, const OperationRecord* linked = nullptr) {
    return receipt(facts_of(record, linked, shop()), copy, texts_of(language, test));
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

/// The paper's characters without breaks and blanks, so that a value that went on in a further line is found.
std::string run_together(std::string text) {
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
    return text;
}

TEST(ReceiptTest, APaymentsCustomerCopy) {
    EXPECT_EQ(print(payment()),
              "                Alipay+\n"
              "            Blue Door Books\n"
              "    Blue Door Books, Harbour Street\n"
              "             CUSTOMER COPY\n"
              "----------------------------------------\n"
              "                PAYMENT\n"
              "Amount                         EUR 12.50\n"
              "----------------------------------------\n"
              "Order                               A-17\n"
              "Reference                         A-17/1\n"
              "Business day                  2026-11-21\n"
              "Time                 2026-11-21 07:45:02\n"
              "Terminal                          till-1\n"
              "Cashier                              Mia\n"
              "Wallet                          ALIPAYCN\n"
              "Customer                     139****0001\n"
              "Payment ID\n"
              "  20261121190741010007000000000001\n"
              "Description                    Two books");
}

TEST(ReceiptTest, ARefundNamesTheOriginalPayment) {
    const std::string text = print(refund(), Copy::merchant);
    EXPECT_THAT(text, HasSubstr("MERCHANT COPY"));
    EXPECT_THAT(text, HasSubstr("                 REFUND\nAmount                          EUR 5.00\n"));
    EXPECT_THAT(text, HasSubstr("Refund ID\n  20261121190741010007000000000777\n"));
    EXPECT_THAT(text, HasSubstr("Reason                        Wrong book\n"));
    EXPECT_THAT(text, EndsWith("            ORIGINAL PAYMENT\n"
                               "Reference                         A-17/1\n"
                               "Business day                  2026-11-20\n"
                               "Terminal                          till-1\n"
                               "Amount                         EUR 12.50"));
}

TEST(ReceiptTest, TheLinkedPaymentCompletesARefundByPaymentId) {
    OperationRecord record = refund();
    record.original_reference.clear();
    record.original_terminal.clear();
    record.original_business_day = 0;
    record.wallet.clear();
    record.display_customer.clear();
    EXPECT_THAT(print(record), Not(HasSubstr("A-17/1")));
    const OperationRecord paid = payment();
    const std::string text = print(record, Copy::customer, "en", false, &paid);
    EXPECT_THAT(text, HasSubstr("A-17/1"));
    EXPECT_THAT(text, HasSubstr("ALIPAYCN"));
    EXPECT_THAT(text, HasSubstr("139****0001"));
    const OperationRecord stranger = refund();
    EXPECT_THAT(print(record, Copy::customer, "en", false, &stranger), Not(HasSubstr("A-17/1")));
}

TEST(ReceiptTest, AVoidSlipOnlyWhereMoneyHadBeenTaken) {
    OperationRecord record = payment();
    record.state = State::cancelled;
    const std::string text = print(record);
    EXPECT_THAT(text, HasSubstr("CANCELLED - NO MONEY IS HELD"));
    EXPECT_THAT(text, HasSubstr("Given back                     EUR 12.50"));
    record.undo_minor = 750;
    EXPECT_THAT(print(record), HasSubstr("Given back                      EUR 7.50"));
    record.undo_minor = 0;
    record.paid_time_ms = 0;
    EXPECT_EQ(print(record), "") << "nothing was ever taken";
    record.kind = Kind::undo;
    EXPECT_THAT(print(record), HasSubstr("Given back                     EUR 12.50"));
}

TEST(ReceiptTest, NothingThatMovedNoMoneyHasAReceipt) {
    for (const Kind kind : {Kind::payment, Kind::refund, Kind::request, Kind::undo, Kind::found}) {
        OperationRecord record = payment();
        record.kind = kind;
        for (const State state :
             {State::in_progress, State::waiting_customer, State::cancelling, State::unknown, State::declined}) {
            record.state = state;
            EXPECT_EQ(print(record), "") << static_cast<int>(kind) << ", " << static_cast<int>(state);
        }
        record.state = State::succeeded;
        const bool moved = kind == Kind::payment || kind == Kind::refund || kind == Kind::found;
        EXPECT_EQ(!print(record).empty(), moved) << static_cast<int>(kind);
    }
    OperationRecord stopped = refund();
    stopped.state = State::cancelled;
    EXPECT_EQ(print(stopped), "");
}

TEST(ReceiptTest, MarksReprintsAndTests) {
    OperationRecord record = payment();
    EXPECT_THAT(print(record), Not(HasSubstr("REPRINT")));
    EXPECT_THAT(print(record), Not(HasSubstr("TEST")));
    record.acknowledged = true;
    EXPECT_THAT(print(record), HasSubstr("*** REPRINT ***"));
    const std::string mark = "              *** TEST ***";
    const std::string text = print(record, Copy::customer, "en", true);
    EXPECT_THAT(text, StartsWith(mark + "\n"));
    EXPECT_THAT(text, EndsWith("\n" + mark));
}

TEST(ReceiptTest, OnlyTheShopReadsWhoSettledIt) {
    OperationRecord record = payment();
    record.reason = Reason::manual;
    record.settled_by = "Ada";
    EXPECT_THAT(print(record, Copy::merchant), HasSubstr("Decided by                           Ada"));
    EXPECT_THAT(print(record, Copy::customer), Not(HasSubstr("Ada")));
}

TEST(ReceiptTest, ShowsWhatWasRefundedSince) {
    OperationRecord record = payment();
    record.refunded_minor = 500;
    EXPECT_THAT(print(record), HasSubstr("Refunded since                  EUR 5.00"));
}

TEST(ReceiptTest, AmountsAreExact) {
    EXPECT_EQ(amount_text(1'250, 2), "12.50");
    EXPECT_EQ(amount_text(5, 2), "0.05");
    EXPECT_EQ(amount_text(50, 2), "0.50");
    EXPECT_EQ(amount_text(0, 2), "0.00");
    EXPECT_EQ(amount_text(1'250, 0), "1250");
    EXPECT_EQ(amount_text(1, 3), "0.001");
    EXPECT_EQ(amount_text(9'999'999'999'999'999, 2), "99999999999999.99");
    EXPECT_EQ(amount_text(-5, 2), "-0.05");
    OperationRecord record = payment();
    record.currency = "JPY";
    EXPECT_THAT(print(record), HasSubstr("JPY 1250"));
    record.currency = "KWD";
    EXPECT_THAT(print(record), HasSubstr("KWD 1.250"));
    record.currency = "XAU";
    EXPECT_THAT(print(record), HasSubstr("XAU 1250 minor units"));
}

TEST(ReceiptTest, TheStoresOffsetMakesTheTime) {
    ShopNames names = shop();
    const auto time = [&](int offset, std::int64_t at_ms) {
        names.utc_offset_minutes = offset;
        OperationRecord record = payment();
        record.paid_time_ms = at_ms;
        return receipt(facts_of(record, nullptr, names), Copy::customer, texts_of("en", false));
    };
    EXPECT_THAT(time(0, paid_ms), HasSubstr("2026-11-21 06:45:02"));
    EXPECT_THAT(time(540, paid_ms), HasSubstr("2026-11-21 15:45:02"));
    EXPECT_THAT(time(-420, paid_ms), HasSubstr("2026-11-20 23:45:02"));
    EXPECT_THAT(time(345, paid_ms), HasSubstr("2026-11-21 12:30:02"));
    EXPECT_THAT(time(0, 0), HasSubstr("2026-11-21 06:45:00")) << "when the till began it";
}

OperationRecord wordy() {
    OperationRecord record = refund();
    record.order_reference = std::string(64, 'o');
    record.reference = std::string(71, 'r');
    record.terminal = "东京站八重洲口的第三号收银台";
    record.operator_id = std::string(71, '7');
    record.description = std::string(200, 'd') + " " + "因为顾客不想要所以退回全部商品因为顾客不想要所以退回全部商品";
    record.wallet = std::string(64, 'w');
    record.settled_by = "a person with a very long name that fills more than a line of the paper";
    record.amount_minor = 9'999'999'999'999'999;
    record.currency = "XAU";
    record.acknowledged = true;
    return record;
}

TEST(ReceiptTest, LongValuesGoOnAndAreNeverCut) {
    const OperationRecord record = wordy();
    for (const std::string& language : Texts::languages()) {
        for (const Copy copy : {Copy::merchant, Copy::customer}) {
            for (const bool test : {false, true}) {
                const std::string text = print(record, copy, language.c_str(), test);
                EXPECT_THAT(text, HasSubstr("Alipay+"));
                EXPECT_THAT(text, HasSubstr("XAU 9999999999999999"));
                EXPECT_FALSE(text.ends_with('\n'));
                for (const std::string& line : lines_of(text))
                    EXPECT_LE(columns_of(line), receipt_columns) << line;
                for (const std::string& value : {record.order_reference, record.reference, record.terminal,
                                                 record.operator_id, record.description, record.wallet})
                    EXPECT_THAT(run_together(text), HasSubstr(run_together(value)));
            }
        }
    }
}

TEST(ReceiptTest, AValueCannotBreakTheLinesOrSteerThePrinter) {
    OperationRecord record = payment();
    record.description = "one\ntwo\x1B@\x7F";
    const std::string text = print(record);
    EXPECT_THAT(text, HasSubstr("one two @"));
    for (const char c : text)
        EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
}

TEST(ReceiptTest, SpeaksTheStoresLanguage) {
    EXPECT_THAT(print(payment(), Copy::customer, "ja"), HasSubstr("金額                           EUR 12.50"));
    EXPECT_THAT(print(refund(), Copy::merchant, "zh-TW"), HasSubstr("退款原因"));
    EXPECT_THAT(print(payment(), Copy::merchant, "zh-CN", true), HasSubstr("*** 【测试】 ***"));
}

}  // namespace
}  // namespace paydrv::texts
