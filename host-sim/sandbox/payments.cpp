#include "sandbox/payments.h"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <stdexcept>

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
        case Fault::kCancelWindowExceed:
        case Fault::kCancelAnswerLost: return true;
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

Payments::Payments(Ledger& ledger, Clock clock) : ledger_(ledger), clock_(std::move(clock)) {}

std::string Payments::new_payment_id() {
    unsigned char random[kRandomIdDigits];
    std::string id;
    do {
        if (RAND_bytes(random, sizeof random) != 1) throw std::runtime_error("no random numbers for a paymentId");
        id = compact_time(clock_());
        for (unsigned char byte : random)
            id += char('0' + byte % 10);
    } while (ledger_.by_payment_id(id));
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
    if (now.status != "PROCESSING") return now;
    std::int64_t time = clock_();
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
        return {result_of("REPEAT_REQ_INCONSISTENT"), nullptr, Fault::kNone};
    }
    Payment payment = settled(known);
    if (hidden(payment)) return silent();
    Result result = result_of(payment.result_code);
    return {result, result.status == 'F' ? nullptr : pay_fields(payment), Fault::kNone};
}

Answer Payments::pay(const Object& body, Fault fault) {
    std::string method_hash = code_hash(text_at(body, "paymentMethod.paymentMethodId"));
    if (const Payment* known = ledger_.by_request_id(text_at(body, "paymentRequestId"))) {
        return repeat(*known, body, method_hash);
    }
    Payment payment = fresh(body, method_hash);
    if (fault != Fault::kNone) payment.fault = row_of(fault).name;
    if (ledger_.by_method_hash(method_hash)) {
        fail(payment, "EXPIRED_CODE");
    } else if (const char* refusal = refusal_code(fault)) {
        fail(payment, refusal);
    }
    if (fault == Fault::kSlowCustomer) payment.confirm_ms = payment.create_ms + kSlowCustomerMs;
    if (fault == Fault::kArrivesLate) payment.appear_ms = payment.confirm_ms = payment.create_ms + kArrivesLateMs;
    if (fault == Fault::kAppearsLate) payment.hidden_inquiries = kAppearsLateInquiries;
    bool waits = is_pending_fault(fault) || fault == Fault::kArrivesLate;
    if (payment.status == "PROCESSING" && !waits) {
        charge(payment, payment.create_ms);
    } else {
        ledger_.save(payment);
    }
    if (hidden(payment)) return silent();
    Result result = result_of(payment.result_code);
    return {result, result.status == 'F' ? nullptr : pay_fields(payment), Fault::kNone};
}

const Payment* Payments::named(const Object& body) const {
    std::string payment_id = text_at(body, "paymentId");
    return payment_id.empty() ? ledger_.by_request_id(text_at(body, "paymentRequestId"))
                              : ledger_.by_payment_id(payment_id);
}

Answer Payments::inquire(const Object& body) {
    const Payment* known = named(body);
    if (!known) return {result_of("ORDER_NOT_EXIST"), nullptr, Fault::kNone};
    Payment payment = settled(*known);
    if (!hidden(payment)) return {result_of("SUCCESS"), inquiry_fields(payment), Fault::kNone};
    if (payment.hidden_inquiries > 0) {
        --payment.hidden_inquiries;
        ledger_.save(payment);
    }
    return {result_of("ORDER_NOT_EXIST"), nullptr, Fault::kNone};
}

Answer Payments::refuse_cancel(Payment payment, const char* code) {
    // The customer confirms at the very moment of the cancel, so that there is money to argue about.
    if (payment.status == "PROCESSING") charge(payment, clock_());
    return {result_of(code), nullptr, Fault::kNone};
}

Answer Payments::cancel(const Object& body, Fault fault) {
    const Payment* known = named(body);
    if (!known) return {result_of("ORDER_NOT_EXIST"), nullptr, Fault::kNone};
    Payment payment = settled(*known);
    if (hidden(payment)) return {result_of("ORDER_NOT_EXIST"), nullptr, Fault::kNone};
    std::int64_t now = clock_();
    if (payment.status == "FAIL") return {result_of("SUCCESS"), cancel_fields(payment, now), Fault::kNone};
    if (payment.status == "CANCELLED")
        return {result_of("SUCCESS"), cancel_fields(payment, payment.cancel_ms), Fault::kNone};
    if (fault == Fault::kNone && payment.fault == row_of(Fault::kCancelRefused).name) fault = Fault::kCancelRefused;
    if (fault == Fault::kNone && payment.fault == row_of(Fault::kCancelWindowExceed).name)
        fault = Fault::kCancelWindowExceed;
    if (fault == Fault::kCancelRefused) return refuse_cancel(payment, "PROCESS_FAIL");
    if (fault == Fault::kCancelWindowExceed) return refuse_cancel(payment, "CANCEL_WINDOW_EXCEED");
    bool paid = payment.status == "SUCCESS";
    if (paid && now >= cancel_window_end(payment.paid_ms))
        return {result_of("CANCEL_WINDOW_EXCEED"), nullptr, Fault::kNone};

    payment.status = "CANCELLED";
    payment.result_code = "ORDER_IS_CANCELED";
    payment.cancel_ms = now;
    payment.returned += paid ? 1 : 0;
    Entry entry{payment.payment_id, "RETURN", payment.currency, payment.value, payment.customer, now};
    ledger_.save(payment, paid ? &entry : nullptr);
    bool lost = payment.fault == row_of(Fault::kCancelAnswerLost).name;
    return {result_of("SUCCESS"), cancel_fields(payment, now), lost ? Fault::kAnswerLost : Fault::kNone};
}

}  // namespace hostsim::sandbox
