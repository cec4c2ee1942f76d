// What does support read of one exchange, and who is named as its cause?
#include "session/exchange_line.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace paydrv::session {
namespace {

using engine::Call;
using engine::LogLevel;
using engine::Request;
using engine::Side;
using money::Answer;
using money::Verdict;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Request request(Call call, const std::string& reference = "R-1") {
    Request made;
    made.call = call;
    made.record.reference = reference;
    made.record.business_day = reference.empty() ? 0 : 20261121;
    made.payment_code = "281000000000000001";
    return made;
}

Answer verified(Verdict verdict, const std::string& code = "SUCCESS") {
    Answer made;
    made.verdict = verdict;
    made.verified = true;
    made.code = code;
    return made;
}

Answer problem(Verdict verdict, const std::string& sentence) {
    Answer made;
    made.verdict = verdict;
    made.problem = sentence;
    return made;
}

/// Keeps lines as texts: "20261121/R-1: what".
class Memory final : public engine::Log {
  public:
    explicit Memory(LogLevel level) : level_(level) {}
    void write(const engine::LogLine& line) noexcept override {
        lines.push_back(std::to_string(line.business_day) + "/" + std::string(line.reference) + ": " +
                        std::string(line.what));
    }
    bool keeps(LogLevel level) const noexcept override { return level <= level_; }
    std::vector<std::string> lines;

  private:
    LogLevel level_;
};

TEST(ExchangeLine, HasAllThatTheAnswerSays) {
    Answer answer = verified(Verdict::paid);
    answer.payment_id = "20261121194010800100188";
    answer.trace = "0ab5";
    EXPECT_EQ(exchange_sentence(request(Call::pay), answer, 412),
              "pay: paid, code SUCCESS, payment 20261121194010800100188, 412 ms, trace 0ab5");
    EXPECT_EQ(exchange_sentence(request(Call::cancel), problem(Verdict::unknown, "HTTP status 502"), 9),
              "cancel: unknown, 9 ms; HTTP status 502");
}

TEST(ExchangeLine, OfARefundNamesItsPayment) {
    Request refund = request(Call::refund, "R-2");
    refund.record.original_reference = "R-1";
    refund.record.original_business_day = 20261120;
    EXPECT_THAT(exchange_sentence(refund, verified(Verdict::refunded), 5), ::testing::HasSubstr(" of 20261120/R-1: "));
    Memory log(LogLevel::info);
    tell_exchange(log, refund, verified(Verdict::refunded), 5);
    refund.record.reference.clear();  // the driver's own: it stands in the payment's story
    tell_exchange(log, refund, verified(Verdict::refunded), 5);
    ASSERT_EQ(log.lines.size(), 2U);
    EXPECT_THAT(log.lines[0], ::testing::StartsWith("20261121/R-2: refund of 20261120/R-1: refunded"));
    EXPECT_THAT(log.lines[1], ::testing::StartsWith("20261120/R-1: refund: refunded"));
}

TEST(ExchangeLine, NamesWhoHasToDoSomething) {
    EXPECT_EQ(side_of(verified(Verdict::paid)), Side::none);
    EXPECT_EQ(side_of(verified(Verdict::unknown, "SYSTEM_ERROR")), Side::none);
    EXPECT_EQ(side_of(verified(Verdict::mismatch)), Side::gateway);
    EXPECT_EQ(side_of(problem(Verdict::unknown, "HTTP status 502")), Side::gateway);
    EXPECT_EQ(side_of(problem(Verdict::not_sent, "no route")), Side::machine);
    Answer keys = problem(Verdict::unknown, "the signature fits no key");
    keys.configuration_fault = true;
    EXPECT_EQ(side_of(keys), Side::host);
    Answer recalled = problem(Verdict::not_sent, "");
    recalled.recalled = true;
    EXPECT_EQ(side_of(recalled), Side::driver);
    EXPECT_EQ(level_of(request(Call::pay), recalled), LogLevel::info);
}

TEST(ExchangeLine, InquiriesThatFindNothingNewAreDebug) {
    for (const Call call : {Call::inquire, Call::inquire_refund}) {
        for (const Verdict verdict : {Verdict::open, Verdict::no_such_payment, Verdict::no_such_refund})
            EXPECT_EQ(level_of(request(call), verified(verdict)), LogLevel::debug);
        for (const Verdict verdict : {Verdict::paid, Verdict::cancelled, Verdict::nothing_taken, Verdict::refunded})
            EXPECT_EQ(level_of(request(call), verified(verdict)), LogLevel::info);
        EXPECT_EQ(level_of(request(call), problem(Verdict::unknown, "")), LogLevel::warning);
        EXPECT_EQ(level_of(request(call), verified(Verdict::mismatch)), LogLevel::warning);
    }
    EXPECT_EQ(level_of(request(Call::pay), verified(Verdict::open)), LogLevel::info);
    Memory log(LogLevel::info);
    tell_exchange(log, request(Call::inquire), verified(Verdict::open), 1);
    EXPECT_THAT(log.lines, IsEmpty());
    tell_exchange(log, request(Call::inquire), verified(Verdict::paid), 1);
    EXPECT_THAT(log.lines, ElementsAre("20261121/R-1: inquiryPayment: paid, code SUCCESS, 1 ms"));
}

// R10
TEST(ExchangeLine, HoldsNoPaymentCode) {
    for (const Call call : {Call::pay, Call::inquire, Call::cancel, Call::refund, Call::inquire_refund}) {
        const std::string told = exchange_sentence(request(call), verified(Verdict::unknown), 1);
        EXPECT_EQ(told.find(request(call).payment_code), std::string::npos) << told;
    }
}

}  // namespace
}  // namespace paydrv::session
