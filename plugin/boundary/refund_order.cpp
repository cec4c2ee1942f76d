#include "boundary/refund_order.h"

#include "boundary/arguments.h"
#include "boundary/order_fields.h"

namespace paydrv::boundary {
namespace {

constexpr std::size_t text_bytes = PAYDRV_TEXT_SIZE - 1;

// Alipay: referenceRefundId and paymentId have at most 64 characters, refundReason 256 (Antom docs, refund).
constexpr TextRule reference_rule{"reference", text_bytes, 64, true};
constexpr TextRule terminal_rule{"terminal", text_bytes, 64, false};
constexpr TextRule original_rule{"original_reference", text_bytes, text_bytes, true};
constexpr TextRule original_terminal_rule{"original_terminal", text_bytes, 64, false};
constexpr TextRule payment_id_rule{"payment_id", text_bytes, 64, true};
constexpr TextRule operator_rule{"operator_id", text_bytes, 64, false};
constexpr TextRule reason_rule{"refund_reason", PAYDRV_DESCRIPTION_SIZE - 1, 256, false};

bool check_unused(const paydrv_refund_request& r, Problem& problem) noexcept {
    if (r.flags != 0) {
        return problem.refuse(PAYDRV_E_UNSUPPORTED, "flags", "flags is 0x%08X; a refund has none yet, set it to 0.",
                              r.flags);
    }
    if (r.reserved == 0) return true;
    return problem.refuse(PAYDRV_E_UNSUPPORTED, "reserved", "reserved is %u. Zero the struct before it is filled.",
                          r.reserved);
}

// Exactly one of the three ways names the payment.
bool check_ways(const paydrv_refund_request& r, Problem& problem) noexcept {
    const int ways =
        (r.op != 0 ? 1 : 0) + (text_in(r.original_reference).empty() ? 0 : 1) + (text_in(r.payment_id).empty() ? 0 : 1);
    if (ways == 1) return true;
    return problem.refuse(PAYDRV_E_ARGUMENT, "op",
                          "The payment to refund is named in %d ways. Give one: op; or original_reference with "
                          "original_business_day; or payment_id with original_amount_minor and currency.",
                          ways);
}

bool by_operation(const paydrv_refund_request& r, const session::Session& session, engine::StartOrder& order,
                  Problem& problem) noexcept {
    engine::View view;
    if (!session.snapshot().read(r.op, view)) {
        return problem.refuse(PAYDRV_E_NOT_FOUND, "op", "Operation %d was never given, or not in this session.", r.op);
    }
    const bool holds = view.kind == money::Kind::payment || view.kind == money::Kind::found;
    if (!holds || view.state != money::State::succeeded) {
        return problem.refuse(PAYDRV_E_STATE, "op",
                              "Operation %d is not a payment that has SUCCEEDED, so there is nothing to refund. What "
                              "is under way can be cancelled.",
                              r.op);
    }
    if (view.kind == money::Kind::found) {  // its name may be that of another payment
        order.payment_id = view.payment_id;
        order.original_amount_minor = view.amount_minor;
        order.currency = view.currency;
        return true;
    }
    if (engine::text_of(view.reference).empty()) {
        return problem.refuse(PAYDRV_E_BUSY, "op",
                              "Operation %d is of an earlier session and is being read. Ask again.", r.op);
    }
    order.original_reference = view.reference;
    order.original_terminal = view.terminal;
    order.original_business_day = view.business_day;
    return true;
}

bool by_reference(const paydrv_refund_request& r, engine::StartOrder& order, Problem& problem) noexcept {
    if (!check_text(text_in(r.original_reference), original_rule, problem) ||
        !check_text(text_in(r.original_terminal), original_terminal_rule, problem) ||
        !check_day(r.original_business_day, "original_business_day", problem)) {
        return false;
    }
    keep(order.original_reference, text_in(r.original_reference));
    keep(order.original_terminal, text_in(r.original_terminal));
    order.original_business_day = r.original_business_day;
    return true;
}

bool by_payment_id(const paydrv_refund_request& r, const session::Session& session, engine::StartOrder& order,
                   Problem& problem) noexcept {
    if (!check_text(text_in(r.payment_id), payment_id_rule, problem) ||
        !check_range(r.original_amount_minor, "original_amount_minor", problem) ||
        !check_money(r.amount_minor, text_in(r.currency), session, problem)) {
        return false;
    }
    keep(order.payment_id, text_in(r.payment_id));
    return true;
}

bool read_original(const paydrv_refund_request& r, const session::Session& session, engine::StartOrder& order,
                   Problem& problem) noexcept {
    if (r.op != 0) return by_operation(r, session, order, problem);
    if (!text_in(r.original_reference).empty()) return by_reference(r, order, problem);
    return by_payment_id(r, session, order, problem);
}

}  // namespace

bool read_refund(const paydrv_refund_request* refund, const session::Session& session, engine::StartOrder& order,
                 Problem& problem) noexcept {
    paydrv_refund_request own;
    if (!read_struct(refund, "refund", problem, own)) return false;
    problem.about(own.business_day, text_in(own.reference));
    const std::string_view currency = text_in(own.currency);
    const bool good = check_unused(own, problem) && check_range(own.amount_minor, "amount_minor", problem) &&
                      (currency.empty() || check_money(own.amount_minor, currency, session, problem)) &&
                      check_text(text_in(own.reference), reference_rule, problem) &&
                      check_text(text_in(own.terminal), terminal_rule, problem) &&
                      check_text(text_in(own.operator_id), operator_rule, problem) &&
                      check_text(text_in(own.refund_reason), reason_rule, problem) &&
                      check_near_day(own.business_day, session, problem) && check_ways(own, problem);
    if (!good) return false;
    order.kind = money::Kind::refund;
    order.business_day = own.business_day;
    order.amount_minor = own.amount_minor;
    order.original_amount_minor = own.original_amount_minor;
    keep(order.currency, currency);
    keep(order.reference, text_in(own.reference));
    keep(order.terminal, text_in(own.terminal));
    keep(order.operator_id, text_in(own.operator_id));
    keep(order.description, text_in(own.refund_reason));
    return read_original(own, session, order, problem);
}

}  // namespace paydrv::boundary
