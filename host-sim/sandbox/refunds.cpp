#include "sandbox/refunds.h"

#include "sandbox/answers.h"
#include "sandbox/field_rules.h"

namespace hostsim::sandbox {
namespace {

using Poco::JSON::Object;

// Antom docs name 365 days for the large wallets; the window of a contract may be shorter.
constexpr std::int64_t kRefundWindowMs = 365LL * 24 * 60 * 60 * 1000;

Answer answer_of(const Refund& refund) {
    Result result = result_of(refund.result_code);
    return {result, result.status == 'F' ? nullptr : refund_fields(refund)};
}

/// Why a payment of this status has nothing to give back; nullptr: it has.
const char* status_refusal(const Payment& payment) {
    if (payment.status == "SUCCESS") return nullptr;
    if (payment.status == "CANCELLED") return "ORDER_IS_CANCELED";
    return payment.result_code == "ORDER_IS_CLOSED" ? "ORDER_IS_CLOSED" : "ORDER_STATUS_INVALID";
}

const char* fault_refusal(Fault fault) {
    switch (fault) {
        case Fault::kRefundWindowExceed: return "REFUND_WINDOW_EXCEED";
        case Fault::kMerchantBalance: return "MERCHANT_BALANCE_NOT_ENOUGH";
        case Fault::kRefundRefused:
        case Fault::kRefundRefusedOnce:
        case Fault::kUndoRefused: return "PROCESS_FAIL";
        default: return nullptr;
    }
}

}  // namespace

Refunds::Refunds(Ledger& ledger, Payments& payments, const UndoWindows& windows, Clock clock)
    : ledger_(ledger), payments_(payments), windows_(windows), clock_(std::move(clock)) {}

const Refund* Refunds::named(const Object& body) const {
    std::string refund_id = text_at(body, "refundId");
    return refund_id.empty() ? ledger_.refund_by_request_id(text_at(body, "refundRequestId"))
                             : ledger_.refund_by_id(refund_id);
}

/// Minor units of the payment that its refunds have given back or are about to.
std::int64_t Refunds::taken(const std::string& payment_id) const {
    std::int64_t sum = 0;
    for (const Refund* refund : ledger_.refunds_of(payment_id)) {
        if (refund->status != "FAIL") sum += std::stoll(refund->value);
    }
    return sum;
}

void Refunds::save(const Refund& refund) {
    ledger_.save(*ledger_.by_payment_id(refund.payment_id), nullptr, &refund);
}

void Refunds::conclude(Refund& refund, std::int64_t time_ms) {
    refund.end_ms = time_ms;
    if (refund.fails != 0) {
        refund.status = "FAIL";
        refund.result_code = "PROCESS_FAIL";
        return save(refund);
    }
    refund.status = refund.result_code = "SUCCESS";
    Payment payment = *ledger_.by_payment_id(refund.payment_id);
    ++payment.returned;
    Entry entry{refund.payment_id, "REFUND", refund.currency, refund.value, payment.customer, time_ms};
    ledger_.save(payment, &entry, &refund);
}

void Refunds::settle(const std::string& payment_id) {
    for (const Refund* known : ledger_.refunds_of(payment_id)) {
        if (known->status != "PROCESSING" || known->decide_ms == 0 || known->decide_ms > clock_()) continue;
        Refund refund = *known;
        conclude(refund, refund.decide_ms);
    }
}

Answer Refunds::repeat(const Refund& known, const Object& body) {
    if (text_at(body, "refundAmount.currency") != known.currency ||
        text_at(body, "refundAmount.value") != known.value || text_at(body, "paymentId") != known.payment_id) {
        return {result_of("REPEAT_REQ_INCONSISTENT"), nullptr};
    }
    Refund refund = known;
    if (refund.hidden_inquiries != 0) {
        refund.hidden_inquiries = 0;
        save(refund);
    }
    return answer_of(refund);
}

const char* Refunds::wallet_refusal(const Payment& payment, const Refund& refund, Fault fault) const {
    bool partial = std::stoll(refund.value) != std::stoll(payment.value);
    if (fault == Fault::kNoRefund) return "REFUND_NOT_SUPPORTED";
    if (fault == Fault::kNoPartialRefund && partial) return "PARTIAL_REFUND_NOT_SUPPORTED";
    if (fault == Fault::kNoMultipleRefunds && taken(payment.payment_id) != 0) return "MULTIPLE_REFUNDS_NOT_SUPPORTED";
    return nullptr;
}

const char* Refunds::refusal(const Payment& payment, const Refund& refund, Fault fault) const {
    if (const char* code = status_refusal(payment)) return code;
    if (refund.currency != payment.currency) return "CURRENCY_NOT_SUPPORT";
    for (Fault of_pay : {Fault::kNoRefund, Fault::kNoPartialRefund, Fault::kNoMultipleRefunds, Fault::kUndoRefused}) {
        if (!met(payment, of_pay)) continue;
        if (const char* code = wallet_refusal(payment, refund, of_pay)) return code;
        if (const char* code = fault_refusal(of_pay)) return code;
    }
    if (const char* code = wallet_refusal(payment, refund, fault)) return code;
    if (taken(payment.payment_id) + std::stoll(refund.value) > std::stoll(payment.value)) return "REFUND_AMOUNT_EXCEED";
    if (clock_() >= payment.paid_ms + windows_.refund_ms.value_or(kRefundWindowMs)) return "REFUND_WINDOW_EXCEED";
    return fault_refusal(fault);
}

Refund Refunds::fresh(const Object& body, ChosenFault fault) {
    Refund refund;
    refund.refund_request_id = text_at(body, "refundRequestId");
    refund.payment_id = text_at(body, "paymentId");
    refund.currency = text_at(body, "refundAmount.currency");
    refund.value = text_at(body, "refundAmount.value");
    refund.reference_refund_id = text_at(body, "referenceRefundId");
    refund.reason = text_at(body, "refundReason");
    refund.create_ms = clock_();
    do {
        refund.refund_id = random_id(refund.create_ms);
    } while (ledger_.refund_by_id(refund.refund_id));
    if (fault.kind != Fault::kNone) refund.fault = row_of(fault.kind).name;
    refund.fails = fault.kind == Fault::kRefundFailsLater ? 1 : 0;
    if (fault.kind == Fault::kRefundInProcess || fault.kind == Fault::kRefundFailsLater) {
        refund.decide_ms = refund.create_ms + fault.after_ms;
    }
    if (fault.kind == Fault::kRefundAppearsLate) refund.hidden_inquiries = kAppearsLateInquiries;
    return refund;
}

Answer Refunds::refund(const Object& body, ChosenFault fault) {
    if (const Refund* known = ledger_.refund_by_request_id(text_at(body, "refundRequestId"))) {
        return repeat(*known, body);
    }
    const Payment* payment = ledger_.by_payment_id(text_at(body, "paymentId"));
    if (!payment || payments_.hidden(*payment)) return {result_of("ORDER_NOT_EXIST"), nullptr};
    Refund refund = fresh(body, fault);
    if (const char* code = refusal(*payment, refund, fault.kind)) return {result_of(code), nullptr};
    if (refund.decide_ms != 0 || fault.kind == Fault::kRefundNeverEnds) {
        save(refund);
    } else {
        conclude(refund, refund.create_ms);
    }
    Answer answer = answer_of(refund);
    if (refund.hidden_inquiries != 0) answer.delivery = Fault::kSilence;
    return answer;
}

Answer Refunds::inquire(const Object& body, ChosenFault fault) {
    const Refund* known = named(body);
    if (known && known->hidden_inquiries == 0) return {result_of("SUCCESS"), refund_inquiry_fields(*known)};
    if (known) {
        Refund refund = *known;
        --refund.hidden_inquiries;
        save(refund);
    }
    return {result_of(fault.kind == Fault::kNoSuchRefund ? "ORDER_NOT_EXIST" : "SUCCESS"), nullptr};
}

}  // namespace hostsim::sandbox
