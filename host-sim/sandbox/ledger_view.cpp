#include "sandbox/ledger_view.h"

#include <Poco/JSON/Array.h>

#include "sandbox/answers.h"
#include "sandbox/datetime.h"

namespace hostsim::sandbox {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

Object::Ptr object() {
    return new Object(Poco::JSON_PRESERVE_KEY_ORDER);
}

Object::Ptr counts_json(const RequestCounts& counts) {
    Object::Ptr json = object();
    json->set("pay", counts.pay);
    json->set("inquiry", counts.inquiry);
    json->set("cancel", counts.cancel);
    json->set("refund", counts.refund);
    json->set("inquiryRefund", counts.inquiry_refund);
    return json;
}

void set_time(Object& json, const char* name, std::int64_t time_ms) {
    if (time_ms != 0) json.set(name, iso_time(time_ms));
}

Object::Ptr refund_json(const Refund& refund) {
    Object::Ptr json = object();
    json->set("refundRequestId", refund.refund_request_id);
    json->set("refundId", refund.refund_id);
    json->set("currency", refund.currency);
    json->set("amount_minor", Poco::Int64(std::stoll(refund.value)));
    json->set("status", refund.status);
    json->set("resultCode", refund.result_code);
    json->set("referenceRefundId", refund.reference_refund_id);
    json->set("fault", refund.fault);
    set_time(*json, "createTime", refund.create_ms);
    set_time(*json, "refundTime", refund.end_ms);
    return json;
}

Object::Ptr payment_json(const Payment& payment, const Ledger& ledger) {
    Object::Ptr json = object();
    json->set("paymentRequestId", payment.payment_request_id);
    json->set("paymentId", payment.payment_id);
    json->set("currency", payment.currency);
    json->set("value", payment.value);
    json->set("status", payment.status);
    json->set("resultCode", payment.result_code);
    json->set("referenceOrderId", payment.reference_order_id);
    json->set("referenceMerchantId", payment.reference_merchant_id);
    json->set("referenceStoreId", payment.reference_store_id);
    json->set("storeTerminalId", payment.store_terminal_id);
    json->set("pspName", wallet_of_customer(payment.customer).psp_name);
    json->set("fault", payment.fault);
    set_time(*json, "createTime", payment.create_ms);
    set_time(*json, "expiryTime", payment.expiry_ms);
    set_time(*json, "paymentTime", payment.paid_ms);
    set_time(*json, "cancelTime", payment.cancel_ms);
    json->set("charged", payment.charged);
    json->set("returned", payment.returned);
    Array::Ptr refunds = new Array;
    std::int64_t refunded_minor = 0;
    for (const Refund* refund : ledger.refunds_of(payment.payment_id)) {
        refunds->add(refund_json(*refund));
        if (refund->status == "SUCCESS") refunded_minor += std::stoll(refund->value);
    }
    json->set("refunded_minor", Poco::Int64(refunded_minor));
    json->set("refunds", refunds);
    json->set("requests", counts_json(ledger.counts(payment.payment_request_id)));
    return json;
}

Object::Ptr entry_json(const Entry& entry) {
    Object::Ptr json = object();
    json->set("paymentId", entry.payment_id);
    json->set("kind", entry.kind);
    json->set("currency", entry.currency);
    json->set("value", entry.value);
    json->set("time", iso_time(entry.time_ms));
    return json;
}

}  // namespace

Object::Ptr ledger_json(Gateway& gateway) {
    Array::Ptr payments = new Array, entries = new Array;
    RequestCounts totals;
    gateway.with_ledger([&](Ledger& ledger) {
        for (const Payment* payment : ledger.payments()) {
            payments->add(payment_json(*payment, ledger));
        }
        for (const Entry& entry : ledger.entries())
            entries->add(entry_json(entry));
        totals = ledger.totals();
    });
    Object::Ptr requests = counts_json(totals);
    requests->set("refused", gateway.refused());
    Object::Ptr json = object();
    json->set("payments", payments);
    json->set("entries", entries);
    json->set("requests", requests);
    return json;
}

}  // namespace hostsim::sandbox
