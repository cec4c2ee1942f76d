// What paydrv_start refuses: every slip of a host has its named result and a sentence, and changes nothing.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "session_fixture.h"

namespace contract {
namespace {

class Start : public OpenSession {
  protected:
    void expect_refused(std::int32_t result, const std::string& field, const paydrv_payment* order,
                        const char* details = nullptr) {
        auto why = sized<paydrv_problem>();
        std::int32_t op = 77;
        EXPECT_RESULT(result, driver().start(session, order, details, &op, &why)) << field << ": " << why.text;
        EXPECT_EQ(why.result, result);
        EXPECT_EQ(std::string(why.field), field) << why.text;
        EXPECT_GT(std::string(why.text).size(), 20U);
        EXPECT_EQ(op, 0);
        text_of_last = why.text;
        expect_nothing_changed();
    }

    void expect_refused(std::int32_t result, const std::string& field,
                        const std::function<void(paydrv_payment&)>& spoil) {
        paydrv_payment order = payment(1);
        spoil(order);
        expect_refused(result, field, &order);
    }

    /// Neither memory nor journal knows of an attempt.
    void expect_nothing_changed() {
        std::uint64_t cursor = 0;
        std::int32_t op = 0;
        EXPECT_RESULT(PAYDRV_UNCHANGED, driver().next(session, day(), &cursor, 0, &op));
        EXPECT_RESULT(PAYDRV_UNCHANGED, driver().next(session, PAYDRV_FILTER_CHANGED, &cursor, 0, &op));
        auto key = sized<paydrv_key>();
        key.kind = PAYDRV_KIND_PAYMENT;
        key.business_day = day();
        set(key.reference, "reference-1");
        EXPECT_RESULT(PAYDRV_E_NOT_FOUND, driver().find(session, &key, &op));
    }

    std::string text_of_last;
};

TEST_F(Start, RefusesMissingPointers) {
    const paydrv_payment order = payment(1);
    expect_refused(PAYDRV_E_ARGUMENT, "payment", static_cast<const paydrv_payment*>(nullptr));
    auto why = sized<paydrv_problem>();
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().start(session, &order, nullptr, nullptr, &why));
    EXPECT_STREQ(why.field, "op");
    expect_nothing_changed();
}

TEST_F(Start, RefusesSizesTailsFlagsAndReservedFields) {
    expect_refused(PAYDRV_E_ARGUMENT, "size", [](paydrv_payment& p) { p.size = 0; });
    expect_refused(PAYDRV_E_ARGUMENT, "size", [](paydrv_payment& p) { p.size = sizeof p - 8; });
    expect_refused(PAYDRV_E_ARGUMENT, "size", [](paydrv_payment& p) { p.size = 0xCCCCCCCC; });
    expect_refused(PAYDRV_E_UNSUPPORTED, "flags", [](paydrv_payment& p) { p.flags = 4; });
    expect_refused(PAYDRV_E_UNSUPPORTED, "flags", [](paydrv_payment& p) { p.flags = 0x80000001; });
    expect_refused(PAYDRV_E_UNSUPPORTED, "reserved", [](paydrv_payment& p) { p.reserved = 1; });
    struct {
        paydrv_payment known;
        unsigned char later[8];
    } larger{payment(1), {0, 0, 9}};
    larger.known.size = sizeof larger;
    expect_refused(PAYDRV_E_UNSUPPORTED, "payment", &larger.known);
    EXPECT_NE(text_of_last.find("offset 1402"), std::string::npos) << text_of_last;
}

TEST_F(Start, RefusesModesThatItCannotDo) {
    expect_refused(PAYDRV_E_ARGUMENT, "mode", [](paydrv_payment& p) { p.mode = 0; });
    for (const std::uint32_t mode : {2U, 3U, 4U, 4294967295U}) {
        expect_refused(PAYDRV_E_UNSUPPORTED, "mode", [=](paydrv_payment& p) { p.mode = mode; });
    }
}

TEST_F(Start, RefusesAmountsOutOfRange) {
    for (const std::int64_t amount : {INT64_C(0), INT64_C(-1), INT64_C(10'000'000'000'000'000), INT64_MIN, INT64_MAX}) {
        expect_refused(PAYDRV_E_ARGUMENT, "amount_minor", [=](paydrv_payment& p) { p.amount_minor = amount; });
    }
    expect_refused(PAYDRV_E_ARGUMENT, "amount_minor", [](paydrv_payment& p) {
        set(p.currency, "IDR");
        p.amount_minor = 1'000'050;
    });
}

TEST_F(Start, RefusesCurrencies) {
    for (const char* currency : {"", "eur", "EU", "EURO", "E R", "XQX", "E\xC3\xA9", "978"}) {
        expect_refused(PAYDRV_E_ARGUMENT, "currency", [=](paydrv_payment& p) { set(p.currency, currency); });
    }
}

TEST_F(Start, RefusesTextsThatAreMissingTooLongOrNoText) {
    const std::string long_bytes(72, 'x');
    struct Field {
        const char* name;
        std::function<void(paydrv_payment&, const std::string&)> put;
        bool required;
        std::vector<std::string> too_long;
    };
    const std::vector<Field> fields = {
        {"reference", [](auto& p, auto& t) { set(p.reference, t); }, true, {long_bytes}},
        {"order_reference",
         [](auto& p, auto& t) { set(p.order_reference, t); },
         true,
         {long_bytes, std::string(65, 'x')}},
        {"terminal", [](auto& p, auto& t) { set(p.terminal, t); }, false, {long_bytes, std::string(65, 'x')}},
        {"operator_id", [](auto& p, auto& t) { set(p.operator_id, t); }, false, {long_bytes, std::string(65, 'x')}},
        {"description",
         [](auto& p, auto& t) { set(p.description, t); },
         true,
         {std::string(1032, 'x'), std::string(257, 'x')}},
    };
    const std::vector<std::string> no_texts = {"caf\xE9",          "\xC0\xAF",     "\xED\xA0\x80",
                                               "\xF4\x90\x80\x80", "cut \xE2\x82", "line\nbreak",
                                               "bell\x07",         "\x7F",         "next line \xC2\x85"};
    for (const Field& field : fields) {
        std::vector<std::string> bad = no_texts;
        bad.insert(bad.end(), field.too_long.begin(), field.too_long.end());
        if (field.required) bad.insert(bad.end(), {"", "    "});
        for (const std::string& text : bad) {
            expect_refused(PAYDRV_E_ARGUMENT, field.name, [&](paydrv_payment& p) { field.put(p, text); });
        }
    }
}

// R10: whatever a cashier scans, the sentence never repeats it.
TEST_F(Start, RefusesPaymentCodesWithoutRepeatingThem) {
    const std::vector<std::string> codes = {"",
                                            "   ",
                                            "281000000000000",
                                            std::string(33, '2') + "5",
                                            "2410000000000000000",
                                            "3110000000000000000",
                                            "28100000000000000x",
                                            "2810-0000-0000-0000-00",
                                            "\xEF\xBC\x92\xEF\xBC\x98\xEF\xBC\x91",
                                            "https://qr.alipay.com/28100",
                                            "28100000000000000\x01"};
    for (const std::string& code : codes) {
        expect_refused(PAYDRV_E_ARGUMENT, "payment_code", [&](paydrv_payment& p) { set(p.payment_code, code); });
        if (code.size() > 6) {
            EXPECT_EQ(text_of_last.find(code.substr(0, 6)), std::string::npos) << text_of_last;
        }
    }
}

TEST_F(Start, RefusesDaysAndTimeouts) {
    for (const std::uint32_t no_day : {0U, 1U, 20260230U, 20261301U, 19691231U, 261121U, 4294967295U}) {
        expect_refused(PAYDRV_E_ARGUMENT, "business_day", [=](paydrv_payment& p) { p.business_day = no_day; });
    }
    for (const int days : {-400, -9, 9, 400}) {
        expect_refused(PAYDRV_E_ARGUMENT, "business_day", [=](paydrv_payment& p) { p.business_day = day(days); });
    }
    for (const std::uint32_t timeout : {1U, 9U, 601U, 4294967295U}) {
        expect_refused(PAYDRV_E_ARGUMENT, "timeout_s", [=](paydrv_payment& p) { p.timeout_s = timeout; });
    }
}

TEST_F(Start, RefusesDetailsThatAreTooLongOrNoText) {
    const paydrv_payment order = payment(1);
    expect_refused(PAYDRV_E_ARGUMENT, "details_json", &order, std::string(16'384, ' ').c_str());
    expect_refused(PAYDRV_E_ARGUMENT, "details_json", &order, "{\"buyer\":\"\xFF\"}");
}

TEST_F(Start, TakesEveryFormOfAGoodPayment) {
    int number = 10;
    const auto expect_taken = [&](const char* what, const std::function<void(paydrv_payment&)>& change,
                                  const char* details = nullptr) {
        paydrv_payment order = payment(++number);
        change(order);
        auto why = sized<paydrv_problem>();
        std::memset(why.text, 'x', sizeof why.text);
        std::int32_t op = 0;
        EXPECT_RESULT(PAYDRV_OK, driver().start(session, &order, details, &op, &why)) << what << ": " << why.text;
        EXPECT_GT(op, 0);
        EXPECT_EQ(why.text[0], '\0') << what;
    };
    expect_taken("groups and CR LF", [](auto& p) { set(p.payment_code, " 2811 0000 0000 0000 01\t\r\n"); });
    expect_taken("16 digits", [](auto& p) { set(p.payment_code, "2512345678901234"); });
    expect_taken("32 digits", [](auto& p) { set(p.payment_code, "30123456789012345678901234567890"); });
    expect_taken("largest amount", [](auto& p) { p.amount_minor = 9'999'999'999'999'999; });
    expect_taken("currency padded", [](auto& p) { std::memcpy(p.currency, "EUR     ", 8); });
    expect_taken("whole rupiah", [](auto& p) { set(p.currency, "IDR"), p.amount_minor = 1'000'000; });
    expect_taken("yesterday", [](auto& p) { p.business_day = day(-1); });
    expect_taken("timeouts", [](auto& p) { p.timeout_s = 10; });
    expect_taken("256 characters of four bytes", [](auto& p) {
        std::string text;
        for (int i = 0; i < 256; i++)
            text += "\xF0\x9F\x8D\xB5";
        set(p.description, text);
    });
    expect_taken("71 bytes of reference", [](auto& p) { set(p.reference, std::string(71, 'r')); });
    expect_taken("blanks to the field's end", [](auto& p) {
        std::memset(p.reference, ' ', sizeof p.reference);
        p.reference[0] = 'b';
    });
    expect_taken(
        "no details", [](auto&) {}, "");
    struct {
        paydrv_payment known;
        unsigned char later[8];
    } larger{payment(++number), {}};
    larger.known.size = sizeof larger;
    std::int32_t op = 0;
    EXPECT_RESULT(PAYDRV_OK, driver().start(session, &larger.known, nullptr, &op, nullptr));
    EXPECT_RESULT(PAYDRV_OK, driver().close(session, 1));
    session = 0;
}

// Packed structs of other languages put ours at any address.
TEST_F(Start, TakesAStructAtAnyAddress) {
    alignas(16) unsigned char room[sizeof(paydrv_payment) + 8];
    const paydrv_payment order = payment(1);
    std::memcpy(room + 1, &order, sizeof order);
    alignas(16) unsigned char id[8];
    EXPECT_RESULT(PAYDRV_OK, driver().start(session, reinterpret_cast<paydrv_payment*>(room + 1), nullptr,
                                            reinterpret_cast<std::int32_t*>(id + 1), nullptr));
}

TEST_F(Start, NamesTheOtherOperation) {
    std::int32_t first = 0;
    paydrv_payment order = payment(1);
    ASSERT_RESULT(PAYDRV_OK, driver().start(session, &order, nullptr, &first, nullptr));
    const auto expect = [&](std::int32_t result, const paydrv_payment& other) {
        auto why = sized<paydrv_problem>();
        std::int32_t op = 0;
        EXPECT_RESULT(result, driver().start(session, &other, nullptr, &op, &why));
        EXPECT_EQ(op, first);
        EXPECT_EQ(result < 0, why.text[0] != '\0');
    };
    expect(PAYDRV_JOINED, order);
    paydrv_payment other = payment(1);
    other.amount_minor++;
    expect(PAYDRV_E_CONTENT_DIFFERS, other);
    other = payment(2);
    set(other.payment_code, order.payment_code);
    expect(PAYDRV_E_CODE_USED, other);
    other = payment(2);
    set(other.order_reference, order.order_reference);
    expect(PAYDRV_E_ORDER_BUSY, other);
    ASSERT_RESULT(PAYDRV_OK, driver().cancel(session, first));
    ASSERT_TRUE(comes_true([&] { return status(first).is_final == 1; }, std::chrono::seconds(5)));
    expect(PAYDRV_E_REFERENCE_SPENT, order);
}

}  // namespace
}  // namespace contract
