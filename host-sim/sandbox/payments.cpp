#include "sandbox/payments.h"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "sandbox/answers.h"
#include "sandbox/datetime.h"
#include "sandbox/field_rules.h"

namespace hostsim::sandbox {
namespace {

using Poco::JSON::Object;

constexpr std::int64_t kDefaultExpiryMs =
    10 * 60 * 1000;  // Antom docs: a user-presented payment closes after 10 minutes
constexpr int kRandomIdDigits = 15;

bool is_pending_fault(Fault fault) {
    switch (fault) {
        case Fault::kSlowCustomer:
        case Fault::kNeverConfirms:
        case Fault::kCancelRefused:
        case Fault::kCancelRefusedOnce:
        case Fault::kCancelWindowExceed:
        case Fault::kCancelAnswerLost:
        case Fault::kPaidAfterCancel:
        case Fault::kUndoRefused: return true;
        default: return false;
    }
}

const char* refusal_code(Fault fault) {
    switch (fault) {
        case Fault::kBalanceNotEnough: return "USER_BALANCE_NOT_ENOUGH";
        case Fault::kRiskReject: return "RISK_REJECT";
        case Fault::kCodeExpired: return "EXPIRED_CODE";
        default: return nullptr;
    }
}

bool is_cancel_fault(Fault fault) {
    switch (fault) {
        case Fault::kCancelRefused:
        case Fault::kCancelRefusedOnce:
        case Fault::kCancelWindowExceed:
        case Fault::kPaidAfterCancel:
        case Fault::kUndoRefused: return true;
        default: return false;
    }
}

/// What the payment's pay has decided about its cancels; some faults meet only a payment that waits for its customer.
ChosenFault fault_from_pay(const Payment& payment) {
    for (Fault always : {Fault::kCancelRefused, Fault::kCancelWindowExceed, Fault::kUndoRefused}) {
        if (met(payment, always)) return {always};
    }
    if (payment.status != "PROCESSING") return {};
    for (Fault waiting : {Fault::kCancelRefusedOnce, Fault::kPaidAfterCancel}) {
        if (met(payment, waiting)) return {waiting, row_of(waiting).after_ms};
    }
    return {};
}

void fail(Payment& payment, const char* code) {
    payment.status = "FAIL";
    payment.result_code = code;
}

Answer silent() {
    Answer answer;
    answer.delivery = Fault::kSilence;
    return answer;
}

}  // namespace

std::string code_hash(std::string_view code) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(code.data()), code.size(), digest);
    std::string hex;
    for (unsigned char byte : digest) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    return hex;
}

bool met(const Payment& payment, Fault fault) {
    return payment.fault == row_of(fault).name;
}

std::string random_id(std::int64_t now_ms) {
    unsigned char random[kRandomIdDigits];
    if (RAND_bytes(random, sizeof random) != 1) throw std::runtime_error("no random numbers for a new id");
    std::string id = compact_time(now_ms);
    for (unsigned char byte : random)
        id += char('0' + byte % 10);
    return id;
}

Payments::Payments(Ledger& ledger, const UndoWindows& windows, Clock clock)
    : ledger_(ledger), windows_(windows), clock_(std::move(clock)) {}

std::string Payments::new_payment_id() {
    std::string id = random_id(clock_());
    while (ledger_.by_payment_id(id))
        id = random_id(clock_());
    return id;
}

bool Payments::hidden(const Payment& payment) const {
    if (payment.hidden_inquiries > 0) return true;
    if (payment.appear_ms == 0) return false;
    return payment.appear_ms > clock_() || payment.appear_ms >= payment.expiry_ms;  // too late: it never comes to be
}

void Payments::charge(Payment& payment, std::int64_t time_ms) {
    if (ledger_.balance(payment.customer, payment.currency) < std::stoll(payment.value)) {
        fail(payment, "USER_BALANCE_NOT_ENOUGH");
        ledger_.save(payment);
        return;
    }
    payment.status = "SUCCESS";
    payment.result_code = "SUCCESS";
    payment.paid_ms = time_ms;
    ++payment.charged;
    Entry entry{payment.payment_id, "CHARGE", payment.currency, payment.value, payment.customer, time_ms};
    ledger_.save(payment, &entry);
}

Payment Payments::settled(const Payment& payment) {
    Payment now = payment;
    std::int64_t time = clock_();
    bool late = now.status == "CANCELLED" && met(now, Fault::kPaidAfterCancel);
    if (late && now.confirm_ms != 0 && now.confirm_ms <= time) {
        now.cancel_ms = 0;  // as if the cancel had never been
        charge(now, std::exchange(now.confirm_ms, 0));
        return now;
    }
    if (now.status != "PROCESSING") return now;
    if (now.confirm_ms != 0 && now.confirm_ms <= time && now.confirm_ms < now.expiry_ms) {
        charge(now, now.confirm_ms);
        return now;
    }
    if (now.expiry_ms > time) return now;
    fail(now, "ORDER_IS_CLOSED");
    ledger_.save(now);
    return now;
}

Payment Payments::fresh(const Object& body, const std::string& method_hash) {
    Payment payment;
    Object::Ptr amount = body.getObject("paymentAmount");
    payment.payment_request_id = text_at(body, "paymentRequestId");
    payment.payment_id = new_payment_id();
    payment.currency = text_at(*amount, "currency");
    payment.value = text_at(*amount, "value");
    payment.method_hash = method_hash;
    payment.reference_order_id = text_at(body, "order.referenceOrderId");
    payment.reference_merchant_id = text_at(body, "order.merchant.referenceMerchantId");
    payment.reference_store_id = text_at(body, "order.merchant.store.referenceStoreId");
    payment.store_terminal_id = text_at(body, "order.env.storeTerminalId");
    payment.customer = wallet_of_code(text_at(body, "paymentMethod.paymentMethodId")).customer_id;
    payment.create_ms = clock_();
    auto expiry = parse_iso_time(text_at(body, "paymentExpiryTime"));
    payment.expiry_ms = expiry ? *expiry : payment.create_ms + kDefaultExpiryMs;
    return payment;
}

Answer Payments::repeat(const Payment& known, const Object& body, const std::string& method_hash) {
    if (text_at(body, "paymentAmount.currency") != known.currency ||
        text_at(body, "paymentAmount.value") != known.value || method_hash != known.method_hash) {
        return {result_of("REPEAT_REQ_INCONSISTENT"), nullptr};
    }
    Payment payment = settled(known);
    if (hidden(payment)) return silent();
    Result result = result_of(payment.result_code);
    return {result, result.status == 'F' ? nullptr : pay_fields(payment)};
}

Answer Payments::pay(const Object& body, ChosenFault fault) {
    std::string method_hash = code_hash(text_at(body, "paymentMethod.paymentMethodId"));
    if (const Payment* known = ledger_.by_request_id(text_at(body, "paymentRequestId"))) {
        return repeat(*known, body, method_hash);
    }
    Payment payment = fresh(body, method_hash);
    if (fault.kind != Fault::kNone) payment.fault = row_of(fault.kind).name;
    if (ledger_.by_method_hash(method_hash)) {
        fail(payment, "EXPIRED_CODE");
    } else if (const char* refusal = refusal_code(fault.kind)) {
        fail(payment, refusal);
    }
    if (fault.kind == Fault::kSlowCustomer) payment.confirm_ms = payment.create_ms + fault.after_ms;
    if (fault.kind == Fault::kArrivesLate) payment.appear_ms = payment.confirm_ms = payment.create_ms + fault.after_ms;
    if (fault.kind == Fault::kAppearsLate) payment.hidden_inquiries = kAppearsLateInquiries;
    bool waits = is_pending_fault(fault.kind) || fault.kind == Fault::kArrivesLate;
    if (payment.status == "PROCESSING" && !waits) {
        charge(payment, payment.create_ms);
    } else {
        ledger_.save(payment);
    }
    if (hidden(payment)) return silent();
    Result result = result_of(payment.result_code);
    return {result, result.status == 'F' ? nullptr : pay_fields(payment)};
}

void Payments::place(const PlacedPayment& placed) {
    if (ledger_.by_request_id(placed.payment_request_id)) {
        throw std::invalid_argument("paymentRequestId " + placed.payment_request_id + " is in use");
    }
    Payment payment;
    payment.payment_request_id = placed.payment_request_id;
    payment.payment_id = new_payment_id();
    payment.currency = placed.currency;
    payment.value = placed.value;
    payment.method_hash = code_hash("placed " + placed.payment_request_id);  // no code of a till is like it
    payment.reference_order_id = placed.reference_order_id;
    payment.customer = placed.customer;
    payment.create_ms = clock_() - placed.age_ms;
    payment.expiry_ms = payment.create_ms + placed.expiry_ms;
    if (placed.status == "FAIL") fail(payment, "ORDER_IS_CLOSED");
    if (placed.status == "CANCELLED") {
        payment.status = "CANCELLED";
        payment.result_code = "ORDER_IS_CANCELED";
        payment.cancel_ms = payment.create_ms;
    }
    if (placed.status != "SUCCESS") return ledger_.save(payment);
    if (ledger_.balance(payment.customer, payment.currency) < std::stoll(payment.value)) {
        throw std::invalid_argument("the wallet holds less than that; set its balance by POST /wallets");
    }
    charge(payment, payment.create_ms);
}

const Payment* Payments::named(const Object& body) const {
    std::string payment_id = text_at(body, "paymentId");
    return payment_id.empty() ? ledger_.by_request_id(text_at(body, "paymentRequestId"))
                              : ledger_.by_payment_id(payment_id);
}

Answer Payments::inquire(const Object& body) {
    const Payment* known = named(body);
    if (!known) return {result_of("ORDER_NOT_EXIST"), nullptr};
    Payment payment = settled(*known);
    if (!hidden(payment))
        return {result_of("SUCCESS"), inquiry_fields(payment, ledger_.refunds_of(payment.payment_id))};
    if (payment.hidden_inquiries > 0) {
        --payment.hidden_inquiries;
        ledger_.save(payment);
    }
    return {result_of("ORDER_NOT_EXIST"), nullptr};
}

Answer Payments::refuse_cancel(Payment payment, const char* code) {
    // The customer confirms at the very moment of the cancel, so that there is money to argue about.
    if (payment.status == "PROCESSING") charge(payment, clock_());
    return {result_of(code), nullptr};
}

/// S and CANCELLED, but the customer's confirmation is on its way and charges the payment after all. Never past the
/// expiry: from then on a payment cannot succeed. A paid payment only stays as it is.
Answer Payments::cancel_in_vain(Payment payment, std::int64_t after_ms) {
    std::int64_t now = clock_();
    if (payment.status == "PROCESSING") {
        payment.status = "CANCELLED";
        payment.result_code = "ORDER_IS_CANCELED";
        payment.cancel_ms = now;
        payment.confirm_ms = std::min(now + after_ms, payment.expiry_ms - 1);
        payment.fault = row_of(Fault::kPaidAfterCancel).name;
        ledger_.save(payment);
    }
    return {result_of("SUCCESS"), cancel_fields(payment, now)};
}

Answer Payments::cancel_for_good(Payment payment) {
    std::int64_t now = clock_();
    bool paid = payment.status == "SUCCESS";
    std::int64_t window_end =
        windows_.cancel_ms ? payment.paid_ms + *windows_.cancel_ms : cancel_window_end(payment.paid_ms);
    if (paid && now >= window_end) return {result_of("CANCEL_WINDOW_EXCEED"), nullptr};

    payment.status = "CANCELLED";
    payment.result_code = "ORDER_IS_CANCELED";
    payment.cancel_ms = now;
    payment.confirm_ms = 0;
    payment.returned += paid ? 1 : 0;
    Entry entry{payment.payment_id, "RETURN", payment.currency, payment.value, payment.customer, now};
    ledger_.save(payment, paid ? &entry : nullptr);
    bool lost = met(payment, Fault::kCancelAnswerLost);
    return {result_of("SUCCESS"), cancel_fields(payment, now), lost ? Fault::kAnswerLost : Fault::kNone};
}

bool Payments::refunded(const Payment& payment) const {
    auto refunds = ledger_.refunds_of(payment.payment_id);
    return std::any_of(refunds.begin(), refunds.end(), [](const Refund* refund) { return refund->status != "FAIL"; });
}

Answer Payments::cancel(const Object& body, ChosenFault fault) {
    const Payment* known = named(body);
    if (!known) return {result_of("ORDER_NOT_EXIST"), nullptr};
    Payment payment = settled(*known);
    if (hidden(payment)) return {result_of("ORDER_NOT_EXIST"), nullptr};
    if (payment.status == "FAIL") return {result_of("SUCCESS"), cancel_fields(payment, clock_())};
    if (payment.status == "CANCELLED") return {result_of("SUCCESS"), cancel_fields(payment, payment.cancel_ms)};
    if (refunded(payment)) return {result_of("ORDER_STATUS_INVALID"), nullptr};
    if (!is_cancel_fault(fault.kind)) fault = fault_from_pay(payment);
    switch (fault.kind) {
        case Fault::kCancelRefused:
        case Fault::kCancelRefusedOnce:
        case Fault::kUndoRefused: return refuse_cancel(payment, "PROCESS_FAIL");
        case Fault::kCancelWindowExceed: return refuse_cancel(payment, "CANCEL_WINDOW_EXCEED");
        case Fault::kPaidAfterCancel: return cancel_in_vain(payment, fault.after_ms);
        default: return cancel_for_good(payment);
    }
}

}  // namespace hostsim::sandbox
