#include "alipay/result_codes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace paydrv::alipay {
namespace {

using engine::Call;
using money::Verdict;

// R18: what can never prove that a pay or refund was not executed.
const std::set<std::string_view> forbidden = {
    "PROCESS_FAIL",
    "SYSTEM_ERROR",
    "UNKNOWN_EXCEPTION",
    "FRAUD_REJECT",
    "ORDER_NOT_EXIST",
    "ORDER_IS_CLOSED",
    "ORDER_IS_CANCELED",
    "ORDER_STATUS_INVALID",
    "ACCESS_DENIED",
    "KEY_NOT_FOUND",
    "CLIENT_INVALID",
    "INVALID_CLIENT",
    "SIGNATURE_INVALID",
    "INVALID_SIGNATURE",
    "INVALID_ACCESS_TOKEN",
    "INVALID_API",
    "NO_INTERFACE_DEF",
    "METHOD_NOT_SUPPORTED",
    "MEDIA_TYPE_NOT_ACCEPTABLE",
    "REPEAT_REQ_INCONSISTENT",
    "PAYMENT_IN_PROCESS",
    "SUCCESS",
    "REQUEST_TRAFFIC_EXCEED_LIMIT",
};

TEST(AlipayResultCodes, EveryRowKeepsTheRules) {
    for (const ResultCode& row : result_codes()) {
        const std::string name = std::to_string(static_cast<int>(row.call)) + " " + std::string(row.code);
        SCOPED_TRACE(name);
        EXPECT_EQ(row.proves_not_executed, row.verdict == Verdict::nothing_taken);
        if (row.proves_not_executed) {
            EXPECT_TRUE(row.call == Call::pay || row.call == Call::refund);
            EXPECT_EQ(row.status, ResultStatus::failure);
            EXPECT_FALSE(forbidden.contains(row.code));
            EXPECT_EQ(row.reason, money::Reason::decline);
            EXPECT_TRUE(row.next_action == money::NextAction::rescan ||
                        row.next_action == money::NextAction::other_method ||
                        row.next_action == money::NextAction::call_support);
        }
        if (row.status == ResultStatus::unknown) {
            EXPECT_TRUE(row.verdict == Verdict::unknown || row.verdict == Verdict::open ||
                        row.verdict == Verdict::slow_down);
        }
        EXPECT_EQ(row.status == ResultStatus::success, row.code == "SUCCESS");
        EXPECT_LE(row.code.size(), 64U);
        EXPECT_FALSE(row.text_key.empty());
        EXPECT_FALSE(row.source.empty());
        EXPECT_EQ(find_result_code(row.call, row.code), &row) << "twice in the table";
    }
}

TEST(AlipayResultCodes, OnlyTheVerdictsThatACallCanGive) {
    const std::set<Verdict> pay = {Verdict::unknown, Verdict::paid,      Verdict::nothing_taken,
                                   Verdict::open,    Verdict::slow_down, Verdict::reference_used};
    const std::set<Verdict> inquiry = {Verdict::unknown, Verdict::no_such_payment};
    const std::set<Verdict> cancel = {Verdict::unknown, Verdict::cancelled, Verdict::no_such_payment,
                                      Verdict::out_of_window, Verdict::refused};
    const std::set<Verdict> refund = {Verdict::unknown,       Verdict::refunded,  Verdict::open,
                                      Verdict::nothing_taken, Verdict::slow_down, Verdict::reference_used,
                                      Verdict::refused};
    const std::set<Verdict> refund_inquiry = {Verdict::unknown, Verdict::no_such_refund};
    const std::map<Call, std::set<Verdict>> allowed = {{Call::pay, pay},
                                                       {Call::inquire, inquiry},
                                                       {Call::cancel, cancel},
                                                       {Call::refund, refund},
                                                       {Call::inquire_refund, refund_inquiry}};
    for (const ResultCode& row : result_codes())
        EXPECT_TRUE(allowed.at(row.call).contains(row.verdict)) << row.code;
}

TEST(AlipayResultCodes, EveryDocumentedCodeHasARow) {
    for (const char* code : {"SUCCESS",
                             "PAYMENT_IN_PROCESS",
                             "UNKNOWN_EXCEPTION",
                             "REQUEST_TRAFFIC_EXCEED_LIMIT",
                             "EXPIRED_CODE",
                             "INVALID_PAYMENT_CODE",
                             "INVALID_CODE",
                             "USER_BALANCE_NOT_ENOUGH",
                             "USER_AMOUNT_EXCEED_LIMIT",
                             "PAYMENT_AMOUNT_EXCEED_LIMIT",
                             "PAYMENT_COUNT_EXCEED_LIMIT",
                             "USER_NOT_EXIST",
                             "USER_STATUS_ABNORMAL",
                             "USER_KYC_NOT_QUALIFIED",
                             "USER_PAYMENT_VERIFICATION_FAILED",
                             "PAYMENT_NOT_QUALIFIED",
                             "NO_PAY_OPTIONS",
                             "UNAVAILABLE_PAYMENT_METHOD",
                             "REGULATION_RESTRICTION",
                             "RISK_REJECT",
                             "FRAUD_REJECT",
                             "ORDER_IS_CLOSED",
                             "ORDER_IS_CANCELED",
                             "ORDER_STATUS_INVALID",
                             "ORDER_NOT_EXIST",
                             "REPEAT_REQ_INCONSISTENT",
                             "PROCESS_FAIL",
                             "SYSTEM_ERROR",
                             "CURRENCY_NOT_SUPPORT",
                             "SETTLE_CONTRACT_NOT_MATCH",
                             "INVALID_CONTRACT",
                             "MERCHANT_NOT_REGISTERED",
                             "MERCHANT_KYB_NOT_QUALIFIED",
                             "INVALID_MERCHANT_STATUS",
                             "ACCESS_DENIED",
                             "PARAM_ILLEGAL",
                             "INVALID_API",
                             "NO_INTERFACE_DEF",
                             "METHOD_NOT_SUPPORTED",
                             "MEDIA_TYPE_NOT_ACCEPTABLE",
                             "CLIENT_INVALID",
                             "INVALID_CLIENT",
                             "KEY_NOT_FOUND",
                             "SIGNATURE_INVALID",
                             "INVALID_ACCESS_TOKEN"}) {
        EXPECT_NE(find_result_code(Call::pay, code), nullptr) << code;
    }
    for (const char* code : {"SUCCESS", "CANCEL_WINDOW_EXCEED", "ORDER_NOT_EXIST", "ORDER_STATUS_INVALID",
                             "CLIENT_INVALID", "ACCESS_DENIED", "PARAM_ILLEGAL", "KEY_NOT_FOUND", "PROCESS_FAIL",
                             "REQUEST_TRAFFIC_EXCEED_LIMIT", "UNKNOWN_EXCEPTION"}) {
        EXPECT_NE(find_result_code(Call::cancel, code), nullptr) << code;
    }
    EXPECT_EQ(find_result_code(Call::pay, "CANCEL_WINDOW_EXCEED"), nullptr);
    EXPECT_EQ(find_result_code(Call::pay, ""), nullptr);
    EXPECT_EQ(find_result_code(Call::pay, "success"), nullptr);
}

// Every code of the refund page, and what each may do to a refund.
TEST(AlipayResultCodes, EveryDocumentedRefundCodeHasARow) {
    const std::pair<Verdict, std::set<std::string_view>> by_verdict[] = {
        {Verdict::refunded, {"SUCCESS"}},
        {Verdict::open, {"REFUND_IN_PROCESS"}},
        {Verdict::slow_down, {"REQUEST_TRAFFIC_EXCEED_LIMIT"}},
        {Verdict::reference_used, {"REPEAT_REQ_INCONSISTENT"}},
        {Verdict::nothing_taken,
         {"CURRENCY_NOT_SUPPORT", "REFUND_AMOUNT_EXCEED", "REFUND_WINDOW_EXCEED", "MULTIPLE_REFUNDS_NOT_SUPPORTED",
          "PARTIAL_REFUND_NOT_SUPPORTED", "REFUND_NOT_SUPPORTED", "MERCHANT_BALANCE_NOT_ENOUGH", "INVALID_CONTRACT",
          "INVALID_MERCHANT_STATUS", "PARAM_ILLEGAL"}},
        {Verdict::refused,
         {"ORDER_NOT_EXIST", "ORDER_STATUS_INVALID", "ORDER_IS_CLOSED", "ORDER_IS_CANCELED", "RISK_REJECT",
          "PROCESS_FAIL", "SYSTEM_ERROR"}},
        {Verdict::unknown,
         {"UNKNOWN_EXCEPTION", "ACCESS_DENIED", "KEY_NOT_FOUND", "CLIENT_INVALID", "INVALID_CLIENT",
          "SIGNATURE_INVALID", "INVALID_SIGNATURE", "INVALID_ACCESS_TOKEN", "INVALID_API", "NO_INTERFACE_DEF",
          "METHOD_NOT_SUPPORTED", "MEDIA_TYPE_NOT_ACCEPTABLE"}},
    };
    std::size_t documented = 0;
    for (const auto& [verdict, codes] : by_verdict) {
        documented += codes.size();
        for (const std::string_view code : codes) {
            const ResultCode* row = find_result_code(Call::refund, code);
            ASSERT_NE(row, nullptr) << code;
            EXPECT_EQ(row->verdict, verdict) << code;
        }
    }
    const auto rows = result_codes();
    const auto in_table = std::count_if(rows.begin(), rows.end(), [](const auto& r) { return r.call == Call::refund; });
    EXPECT_EQ(static_cast<std::size_t>(in_table), documented);
    for (const char* code : {"SUCCESS", "ORDER_NOT_EXIST", "REFUND_NOT_EXIST", "PROCESS_FAIL", "UNKNOWN_EXCEPTION",
                             "REQUEST_TRAFFIC_EXCEED_LIMIT", "SYSTEM_ERROR", "PARAM_ILLEGAL", "ACCESS_DENIED",
                             "KEY_NOT_FOUND", "CLIENT_INVALID", "INVALID_CLIENT", "SIGNATURE_INVALID"}) {
        EXPECT_NE(find_result_code(Call::inquire_refund, code), nullptr) << code;
    }
}

TEST(AlipayResultCodes, TellTheCashierWhatHelps) {
    const auto next = [](const char* code) { return find_result_code(Call::pay, code)->next_action; };
    EXPECT_EQ(next("EXPIRED_CODE"), money::NextAction::rescan);
    EXPECT_EQ(next("INVALID_PAYMENT_CODE"), money::NextAction::rescan);
    EXPECT_EQ(next("USER_BALANCE_NOT_ENOUGH"), money::NextAction::other_method);
    EXPECT_EQ(next("CURRENCY_NOT_SUPPORT"), money::NextAction::call_support);
    EXPECT_EQ(next("PARAM_ILLEGAL"), money::NextAction::call_support);
    const auto after_refund = [](const char* code) { return find_result_code(Call::refund, code)->next_action; };
    EXPECT_EQ(after_refund("REFUND_WINDOW_EXCEED"), money::NextAction::other_method);
    EXPECT_EQ(after_refund("REFUND_NOT_SUPPORTED"), money::NextAction::other_method);
    EXPECT_EQ(after_refund("REFUND_AMOUNT_EXCEED"), money::NextAction::call_support);  // it may be back already
}

}  // namespace
}  // namespace paydrv::alipay
