#include "office/detail.h"

#include "money/words.h"

namespace paydrv::office {
namespace {

using money::OperationRecord;

void put_order(Document& document, const OperationRecord& record) {
    document.number("row", record.row)
        .text("kind", word(record.kind))
        .text("mode", word(record.mode))
        .text("store", record.store)
        .text("terminal", record.terminal)
        .number("business_day", record.business_day)
        .text("reference", record.reference)
        .text("order_reference", record.order_reference)
        .text("operator_id", record.operator_id)
        .text("description", record.description)
        .number("amount_minor", record.amount_minor)
        .text("currency", record.currency)
        .number("flags", record.flags)
        .number("timeout_s", record.timeout_s)
        .text("request_id", record.request_id)
        .time("created_wall_ms", "created_wall", record.created_wall_ms)
        .time("first_sent_ms", "first_sent", record.first_sent_ms)
        .time("expiry_ms", "expiry", record.expiry_ms);
}

void put_present(Document& document, const OperationRecord& record) {
    document.text("phase", word(record.phase));
    put_standing(document, record);
    document.text("cancel_by", word(record.cancel_by))
        .flag("seen", record.seen)
        .text("own_payment_id", record.own_payment_id)
        .flag("reference_used", record.reference_used)
        .text("payment_id", record.payment_id)
        .text("provider_code", record.provider_code)
        .text("wallet", record.wallet)
        .text("display_customer", record.display_customer)
        .number("refunded_minor", record.refunded_minor)
        .number("linked_row", record.linked_row)
        .flag("acknowledged", record.acknowledged);
}

void put_after(Document& document, const OperationRecord& record) {
    document.text("original_terminal", record.original_terminal)
        .number("original_business_day", record.original_business_day)
        .text("original_reference", record.original_reference)
        .number("original_amount_minor", record.original_amount_minor)
        .text("refund_id", record.refund_id)
        .number("undo_minor", record.undo_minor)
        .flag("looked_late", record.looked_late)
        .time("paid_time_ms", "paid_time", record.paid_time_ms)
        .text("settled_by", record.settled_by)
        .text("settled_why", record.settled_why);
}

Document summary(const OperationRecord& record) {
    Document document;
    document.number("row", record.row)
        .text("kind", word(record.kind))
        .text("terminal", record.terminal)
        .number("business_day", record.business_day)
        .text("reference", record.reference)
        .number("amount_minor", record.amount_minor)
        .text("currency", record.currency)
        .text("payment_id", record.payment_id);
    put_standing(document, record);
    return document;
}

}  // namespace

void put_standing(Document& document, const OperationRecord& record) {
    document.text("state", word(record.state))
        .text("reason", word(record.reason))
        .text("next_action", word(record.next_action))
        .flag("is_final", money::is_final(record.state));
}

std::string detail(const OperationRecord& record, const OperationRecord* linked) {
    Document document;
    put_order(document, record);
    put_present(document, record);
    put_after(document, record);
    if (linked == nullptr) {
        document.null("linked");
    } else {
        document.object("linked", summary(*linked));
    }
    return document.json();
}

}  // namespace paydrv::office
