// Operations for the tests of the journal.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "engine/journal.h"

namespace paydrv::journal_test {

/// The till's clock in these tests: 2026-03-01 12:00 UTC.
inline std::int64_t noon() {
    return 1'772'366'400'000;
}

/// A payment as its intent is committed.
inline money::OperationRecord payment(std::int64_t row, std::uint32_t business_day = 20260301) {
    money::OperationRecord record;
    record.row = row;
    record.store = "S1";
    record.terminal = "T1";
    record.business_day = business_day;
    record.reference = "ref-" + std::to_string(row);
    record.order_reference = "order-" + std::to_string(row);
    record.operator_id = "anna";
    record.description = "Bread, milk and a newspaper";
    record.amount_minor = 1234;
    record.currency = "EUR";
    record.code_hash = 0x9e3779b97f4a7c15U + static_cast<std::uint64_t>(row);
    record.request_id = "p1" + std::string(54, 'a') + std::to_string(10'000'000 + row);
    record.created_wall_ms = noon();
    record.first_sent_ms = noon() + 5;
    record.expiry_ms = noon() + 120'000;
    record.phase = money::Phase::committing;
    return record;
}

/// The same payment once it has succeeded.
inline money::OperationRecord paid(money::OperationRecord record) {
    record.phase = money::Phase::concluded;
    record.state = money::State::succeeded;
    record.next_action = money::NextAction::nothing;
    record.seen = true;
    record.payment_id = "2026030119401080010018000000" + std::to_string(record.row);
    record.provider_code = "SUCCESS";
    record.wallet = "ALIPAY_CN";
    record.display_customer = "186****2222";
    return record;
}

/// A record with no field of release 0.9 at its default, and every kind of byte in its texts.
inline money::OperationRecord every_field() {
    money::OperationRecord record;
    record.row = 9'007'199'254'740'993;
    record.kind = money::Kind::undo;
    record.mode = money::Mode::entry_code;
    record.store = "Łódź";
    record.terminal = "T=1";
    record.business_day = 20261231;
    record.reference = "a\\n";
    record.order_reference = "line one\nline two";
    record.operator_id = "'; DROP TABLE operations; --";
    record.description = std::string("nul\0 and \xff", 10);
    record.amount_minor = -9'223'372'036'854'775'807 - 1;
    record.currency = "JPY";
    record.flags = 0xffffffffU;
    record.timeout_s = 600;
    record.code_hash = 0xffffffffffffffffU;
    record.request_id = "u1ff";
    record.created_wall_ms = 1;
    record.first_sent_ms = 2;
    record.expiry_ms = 3;
    record.phase = money::Phase::awaiting_expiry;
    record.state = money::State::cancelling;
    record.reason = money::Reason::cashier;
    record.next_action = money::NextAction::settle_later;
    record.cancel_by = money::CancelBy::schedule;
    record.seen = true;
    record.own_payment_id = "own";
    record.reference_used = true;
    record.payment_id = "pay";
    record.provider_code = "ORDER_NOT_EXIST";
    record.wallet = "支付宝";
    record.display_customer = "a***";
    record.refunded_minor = 7;
    record.linked_row = 8;
    record.acknowledged = true;
    return record;
}

/// The same with the fields that came with schema 2.
inline money::OperationRecord every_field_of_schema_2() {
    auto record = every_field();
    record.row += 1;
    record.reference = "b";
    record.order_reference = "a third";
    record.request_id = "r1ff";
    record.phase = money::Phase::refunding;
    record.original_terminal = "T\\n";
    record.original_business_day = 20261230;
    record.original_reference = "line one\nline two";
    record.original_amount_minor = 9'223'372'036'854'775'807;
    record.refund_id = "refund";
    record.undo_minor = 9;
    record.looked_late = true;
    record.paid_time_ms = 10;
    record.settled_by = "Łucja";
    record.settled_why = "seen on\nthe statement";
    return record;
}

inline std::vector<std::int64_t> rows(const std::vector<money::OperationRecord>& records) {
    std::vector<std::int64_t> found;
    std::transform(records.begin(), records.end(), std::back_inserter(found),
                   [](const auto& record) { return record.row; });
    return found;
}

inline engine::Change intent(const money::OperationRecord& record) {
    return {record, "intent"};
}
inline engine::Change result(const money::OperationRecord& record) {
    return {record, "result"};
}

}  // namespace paydrv::journal_test
