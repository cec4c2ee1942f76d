// What paydrv_refund refuses, and what becomes of a refund while there is no network.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "session_fixture.h"

namespace contract {
namespace {

paydrv_refund_request by_reference() {
    auto refund = sized<paydrv_refund_request>();
    refund.business_day = day();
    refund.amount_minor = 100;
    refund.original_business_day = day();
    set(refund.reference, "refund-1");
    set(refund.original_reference, "reference-1");
    return refund;
}

paydrv_refund_request by_payment_id() {
    paydrv_refund_request refund = by_reference();
    set(refund.original_reference, "");
    refund.original_business_day = 0;
    refund.original_amount_minor = 1250;
    set(refund.currency, "EUR");
    set(refund.payment_id, "202611211940108001001885G0207000000");
    return refund;
}

class Refund : public OpenSession {
  protected:
    void expect_refused(std::int32_t result, const std::string& field,
                        const std::function<void(paydrv_refund_request&)>& spoil,
                        paydrv_refund_request refund = by_reference()) {
        spoil(refund);
        auto why = sized<paydrv_problem>();
        std::int32_t op = 77;
        EXPECT_RESULT(result, driver().refund(session, &refund, &op, &why)) << field << ": " << why.text;
        EXPECT_EQ(std::string(why.field), field) << why.text;
        EXPECT_GT(std::string(why.text).size(), 20U);
        EXPECT_EQ(op, 0);
        std::uint64_t cursor = 0;
        EXPECT_RESULT(PAYDRV_UNCHANGED, driver().next(session, PAYDRV_FILTER_CHANGED, &cursor, 0, &op));
    }
    std::int32_t begun(const paydrv_refund_request& refund) {
        auto why = sized<paydrv_problem>();
        std::int32_t op = 0;
        EXPECT_RESULT(PAYDRV_OK, driver().refund(session, &refund, &op, &why)) << why.field << ": " << why.text;
        return op;
    }
};

TEST_F(Refund, RefusesMissingPointersSizesAndFlags) {
    const paydrv_refund_request refund = by_reference();
    auto why = sized<paydrv_problem>();
    std::int32_t op = 77;
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().refund(session, nullptr, &op, &why));
    EXPECT_EQ(op, 0);
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().refund(session, &refund, nullptr, &why));
    expect_refused(PAYDRV_E_ARGUMENT, "size", [](auto& r) { r.size = 0; });
    expect_refused(PAYDRV_E_UNSUPPORTED, "flags", [](auto& r) { r.flags = 1; });
    expect_refused(PAYDRV_E_UNSUPPORTED, "reserved", [](auto& r) { r.reserved = 1; });
}

TEST_F(Refund, RefusesAmountsTextsAndDays) {
    for (const std::int64_t amount : {INT64_MIN, std::int64_t{-1}, std::int64_t{0}, INT64_MAX}) {
        expect_refused(PAYDRV_E_ARGUMENT, "amount_minor", [=](auto& r) { r.amount_minor = amount; });
        expect_refused(
            PAYDRV_E_ARGUMENT, "original_amount_minor", [=](auto& r) { r.original_amount_minor = amount; },
            by_payment_id());
    }
    expect_refused(PAYDRV_E_ARGUMENT, "reference", [](auto& r) { set(r.reference, ""); });
    expect_refused(PAYDRV_E_ARGUMENT, "reference", [](auto& r) { set(r.reference, std::string(65, 'r')); });
    expect_refused(PAYDRV_E_ARGUMENT, "original_reference", [](auto& r) { set(r.original_reference, "\xFF"); });
    expect_refused(PAYDRV_E_ARGUMENT, "refund_reason", [](auto& r) { set(r.refund_reason, std::string(257, 'r')); });
    expect_refused(PAYDRV_E_ARGUMENT, "currency", [](auto& r) { set(r.currency, "eur"); });
    expect_refused(
        PAYDRV_E_ARGUMENT, "currency", [](auto& r) { set(r.currency, ""); }, by_payment_id());
    expect_refused(PAYDRV_E_ARGUMENT, "business_day", [](auto& r) { r.business_day = day(-9); });
    expect_refused(PAYDRV_E_ARGUMENT, "original_business_day", [](auto& r) { r.original_business_day = 20260230; });
}

TEST_F(Refund, RefusesNoPaymentAndMoreThanOne) {
    expect_refused(PAYDRV_E_ARGUMENT, "op", [](auto& r) { set(r.original_reference, ""); });
    expect_refused(PAYDRV_E_ARGUMENT, "op", [](auto& r) { set(r.payment_id, "2026"); });
    expect_refused(PAYDRV_E_ARGUMENT, "op", [](auto& r) { r.op = 1; });
    expect_refused(PAYDRV_E_NOT_FOUND, "op", [](auto& r) {
        set(r.original_reference, "");
        r.op = 1;
    });
}

TEST_F(Refund, OfAPaymentThatHasNotSucceededIsRefused) {
    paydrv_refund_request refund = by_reference();
    set(refund.original_reference, "");
    refund.op = cancelled(payment(1));
    auto why = sized<paydrv_problem>();
    std::int32_t op = 77;
    EXPECT_RESULT(PAYDRV_E_STATE, driver().refund(session, &refund, &op, &why));
    EXPECT_STREQ(why.field, "op");
}

TEST_F(Refund, OfAnUnknownPaymentIsDeclined) {
    const std::int32_t op = begun(by_reference());
    ASSERT_TRUE(comes_true([&] { return status(op).is_final == 1; }, std::chrono::seconds(5)));
    const paydrv_status shown = status(op);
    EXPECT_EQ(shown.kind, static_cast<std::uint32_t>(PAYDRV_KIND_REFUND));
    EXPECT_EQ(shown.state, static_cast<std::uint32_t>(PAYDRV_STATE_DECLINED));
    EXPECT_EQ(shown.reason, static_cast<std::uint32_t>(PAYDRV_REASON_ORIGINAL));
    EXPECT_RESULT(PAYDRV_FINAL, driver().cancel(session, op));
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().acknowledge(session, op, "order-1")) << "it has no ticket of its own";
    EXPECT_RESULT(PAYDRV_OK, driver().acknowledge(session, op, nullptr));
    EXPECT_TRUE(comes_true([&] { return status(op).acknowledged == 1; }, std::chrono::seconds(5)));
}

TEST_F(Refund, HasANameOfItsOwnAndCannotBeCancelled) {
    const paydrv_refund_request refund = by_payment_id();
    const std::int32_t op = begun(refund);
    std::int32_t again = 0;
    EXPECT_RESULT(PAYDRV_JOINED, driver().refund(session, &refund, &again, nullptr));
    EXPECT_EQ(again, op);
    EXPECT_RESULT(PAYDRV_E_STATE, driver().cancel(session, op)) << "it waits for the gateway";
    paydrv_refund_request other = refund;
    other.amount_minor = 101;
    EXPECT_RESULT(PAYDRV_E_CONTENT_DIFFERS, driver().refund(session, &other, &again, nullptr));
    EXPECT_EQ(again, op);
    auto key = sized<paydrv_key>();
    key.kind = PAYDRV_KIND_REFUND;
    key.business_day = day();
    set(key.reference, "refund-1");
    EXPECT_RESULT(PAYDRV_OK, driver().find(session, &key, &again));
    EXPECT_EQ(again, op);
    key.kind = PAYDRV_KIND_PAYMENT;
    EXPECT_RESULT(PAYDRV_E_NOT_FOUND, driver().find(session, &key, &again));
    ASSERT_TRUE(comes_true([&] { return status(op).is_final == 1; }, std::chrono::seconds(10)));
    EXPECT_EQ(status(op).reason, static_cast<std::uint32_t>(PAYDRV_REASON_NOT_READY));
}

}  // namespace
}  // namespace contract
