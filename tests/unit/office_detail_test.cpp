// Does the detail of an operation show its whole record, and no secret?
#include <limits>

#include "office/detail.h"
#include "office_scene.h"

namespace paydrv::office {
namespace {

using ::testing::HasSubstr;

/// Every field with a value of its own.
OperationRecord filled() {
    OperationRecord r;
    r.row = 7;
    r.kind = Kind::refund;
    r.mode = money::Mode::order_code;
    r.store = "S1";
    r.terminal = "T1";
    r.business_day = today;
    r.reference = "R-1";
    r.order_reference = "O-1";
    r.operator_id = "anna";
    r.description = "Tee \"grün\"";
    r.amount_minor = 9'999'999'999'999'999;
    r.currency = "EUR";
    r.flags = 3;
    r.timeout_s = 60;
    r.code_hash = 0xC0DEC0DEC0DEC0DE;
    r.request_id = "r1abc";
    r.created_wall_ms = now_ms;
    r.first_sent_ms = now_ms + 1;
    r.expiry_ms = 0;
    r.phase = Phase::refunding;
    r.state = State::unknown;
    r.reason = Reason::refund_left;
    r.next_action = NextAction::settle_later;
    r.cancel_by = money::CancelBy::schedule;
    r.seen = true;
    r.own_payment_id = "own";
    r.reference_used = true;
    r.payment_id = "id";
    r.provider_code = "CODE";
    r.wallet = "GCash";
    r.display_customer = "139***";
    r.refunded_minor = 11;
    r.linked_row = 6;
    r.acknowledged = true;
    r.original_terminal = "T0";
    r.original_business_day = 2026'11'20;
    r.original_reference = "P-1";
    r.original_amount_minor = 12;
    r.refund_id = "refund";
    r.undo_minor = 13;
    r.looked_late = true;
    r.paid_time_ms = now_ms + 2;
    r.settled_by = "Bo";
    r.settled_why = "why";
    return r;
}

TEST(OfficeDetail, IsTheWholeRecord) {
    OperationRecord linked;
    linked.row = 6;
    linked.reference = "P-1";
    linked.state = State::succeeded;
    linked.next_action = NextAction::nothing;
    const std::string json = detail(filled(), &linked);
    expect_valid(json, "detail");
    EXPECT_EQ(json,
              R"({"row":7,"kind":"REFUND","mode":"ORDER_CODE","store":"S1","terminal":"T1","business_day":20261121,)"
              R"("reference":"R-1","order_reference":"O-1","operator_id":"anna","description":"Tee \"grün\"",)"
              R"("amount_minor":9999999999999999,"currency":"EUR","flags":3,"timeout_s":60,"request_id":"r1abc",)"
              R"("created_wall_ms":1795250000000,"created_wall":"2026-11-21T08:33:20.000Z",)"
              R"("first_sent_ms":1795250000001,"first_sent":"2026-11-21T08:33:20.001Z","expiry_ms":0,"expiry":null,)"
              R"("phase":"REFUNDING","state":"UNKNOWN","reason":"REFUND_LEFT","next_action":"SETTLE_LATER",)"
              R"("is_final":false,"cancel_by":"SCHEDULE","seen":true,"own_payment_id":"own","reference_used":true,)"
              R"("payment_id":"id","provider_code":"CODE","wallet":"GCash","display_customer":"139***",)"
              R"("refunded_minor":11,"linked_row":6,"acknowledged":true,"original_terminal":"T0",)"
              R"("original_business_day":20261120,"original_reference":"P-1","original_amount_minor":12,)"
              R"("refund_id":"refund","undo_minor":13,"looked_late":true,"paid_time_ms":1795250000002,)"
              R"("paid_time":"2026-11-21T08:33:20.002Z","settled_by":"Bo","settled_why":"why",)"
              R"("linked":{"row":6,"kind":"PAYMENT","terminal":"","business_day":0,"reference":"P-1",)"
              R"("amount_minor":0,"currency":"","payment_id":"","state":"SUCCEEDED","reason":"",)"
              R"("next_action":"NOTHING","is_final":true}})");
}

TEST(OfficeDetail, EveryFieldOfTheRecordIsThere) {
    const OperationRecord record;
    // Does not compile once the record has another number of fields: then detail needs it too.
    const auto& [f01, f02, f03, f04, f05, f06, f07, f08, f09, f10, f11, f12, f13, f14, f15, f16, f17, f18, f19, f20,
                 f21, f22, f23, f24, f25, f26, f27, f28, f29, f30, f31, f32, f33, f34, f35, f36, f37, f38, f39, f40,
                 f41, f42, f43, f44] = record;
    EXPECT_EQ(&f01, &record.row);
    EXPECT_EQ(&f44, &record.settled_why);
    constexpr std::size_t fields = 44;
    constexpr std::size_t hidden = 1;  // code_hash
    constexpr std::size_t added = 6;   // four times once more as ISO 8601, is_final, linked
    EXPECT_EQ(parsed(detail(record, nullptr))->size(), fields - hidden + added);
}

TEST(OfficeDetail, NoTraceOfThePaymentCode) {  // R10
    const std::string json = detail(filled(), nullptr);
    EXPECT_EQ(json.find("code_hash"), std::string::npos);
    EXPECT_EQ(json.find(std::to_string(filled().code_hash)), std::string::npos);
    EXPECT_THAT(json, HasSubstr(R"("linked":null)"));
}

TEST(OfficeDetail, AnEmptyRecordAndOddValuesAreStillJson) {
    expect_valid(detail({}, nullptr), "detail");
    OperationRecord odd;
    odd.description = std::string("a\0b\x1F", 4) + "\xFF";
    odd.created_wall_ms = std::numeric_limits<std::int64_t>::max();
    odd.amount_minor = std::numeric_limits<std::int64_t>::min();
    const std::string json = detail(odd, nullptr);
    expect_valid(json, "detail");
    EXPECT_THAT(json, HasSubstr(R"("created_wall":"9999-12-31T23:59:59.999Z")"));
    EXPECT_EQ(parsed(json)->getValue<std::int64_t>("amount_minor"), odd.amount_minor);
    EXPECT_EQ(parsed(json)->getValue<std::string>("description"), std::string("a\0b\x1F?", 5));
}

}  // namespace
}  // namespace paydrv::office
