// Refunds, and operations about the same money: what a refund is of, the payment that counts it, undos and found ones.
#include <algorithm>
#include <utility>

#include "engine/engine.h"

namespace paydrv::engine {
void Engine::begin_refund(const Order& order, const StartOrder& start) {
    const auto terminal_of = [this](const FixedText& field) {
        return text_of(field).empty() ? settings_.terminal : std::string(text_of(field));
    };
    money::OperationRecord record;
    record.kind = money::Kind::refund;
    record.store = settings_.store;
    record.terminal = terminal_of(start.terminal);
    record.business_day = start.business_day;
    record.reference = text_of(start.reference);
    record.operator_id = text_of(start.operator_id);
    record.description = text_of(start.description);
    record.amount_minor = start.amount_minor;
    record.currency = text_of(start.currency);
    record.original_reference = text_of(start.original_reference);
    if (!record.original_reference.empty()) record.original_terminal = terminal_of(start.original_terminal);
    record.original_business_day = start.original_business_day;
    record.original_amount_minor = start.original_amount_minor;
    record.payment_id = text_of(start.payment_id);
    record.created_wall_ms = parts_.clock.wall_ms();

    money::Answer no_original;
    no_original.verified = true;
    no_original.reason = money::Reason::original;
    no_original.next_action = money::NextAction::call_support;
    bool payable = false;
    try {
        payable = find_original(record);
        if (payable && is_named_already(record)) {
            payable = false;
            no_original.reason = money::Reason::reference_used;
            no_original.next_action = money::NextAction::new_attempt;
        }
    } catch (const std::exception&) {
        no_original.reason = money::Reason::journal;
        no_original.next_action = money::NextAction::new_attempt;
    }

    Operation& operation = operations_[order.op];
    operation.op = order.op;
    operation.attempt = order.attempt;
    operation.transaction = money::begin(std::move(record), now());
    touch(operation);
    if (!payable) return apply(operation, money::EventKind::details_at_fault, no_original);
    queued_.push_back(order.op);
}

// R8: fills in the payment that a refund is of. false: there is none that can be refunded. One that this journal does
// not know is refunded only as far as an inquiry agrees with what the host says of it.
bool Engine::find_original(money::OperationRecord& refund) {
    std::optional<money::OperationRecord> original;
    if (!refund.original_reference.empty()) {
        original = parts_.journal.by_name(money::Kind::payment, refund.store, refund.original_terminal,
                                          refund.original_business_day, refund.original_reference);
        if (!original) return false;
    } else {
        for (const money::OperationRecord& known : parts_.journal.by_payment_id(refund.payment_id)) {
            if (known.kind == money::Kind::refund) continue;
            money::OperationRecord stands = present(known);
            // Under way, the driver may be giving it back itself; in a mismatch people decide.
            if (!money::is_final(stands.state) && stands.phase != money::Phase::mismatch) return false;
            const bool holds = stands.kind == money::Kind::payment || stands.kind == money::Kind::found;
            if (holds && stands.state == money::State::succeeded) original = std::move(stands);
        }
    }
    if (original) {
        const money::OperationRecord stands = present(*original);
        const bool as_given =
            (refund.currency.empty() || refund.currency == stands.currency) &&
            (refund.original_amount_minor == 0 || refund.original_amount_minor == stands.amount_minor);
        if (stands.state != money::State::succeeded || !as_given || stands.payment_id.empty()) return false;
        refund.payment_id = stands.payment_id;
        refund.currency = stands.currency;
        refund.original_amount_minor = stands.amount_minor;
        refund.order_reference = stands.order_reference;
        refund.linked_row = stands.row;
    }
    refund.request_id = parts_.gateway.refund_id(refund.payment_id, refund.reference);
    return true;
}

// R8: a refund of another day or terminal with the same reference and payment has the same refundRequestId, so that
// Alipay would take the two for one, and answer the second with the success of the first.
bool Engine::is_named_already(const money::OperationRecord& refund) {
    const auto is_it = [&](const money::OperationRecord& other) {
        return other.kind == money::Kind::refund && other.request_id == refund.request_id &&
               other.state != money::State::declined;
    };
    const auto known = parts_.journal.by_request_id(refund.request_id);
    return std::any_of(known.begin(), known.end(), is_it) ||
           std::any_of(operations_.begin(), operations_.end(),
                       [&](const auto& under_way) { return is_it(under_way.second.transaction.record); });
}

// R8: other refunds of the same payment, in the inquiry's list or in this journal. A journal that cannot be read lets
// nothing be given back.
std::int64_t Engine::spoken_for(const money::OperationRecord& refund, const money::Answer& answer) {
    try {
        std::vector<money::OperationRecord> known;
        for (const money::OperationRecord& other : parts_.journal.by_payment_id(refund.payment_id)) {
            if (other.kind == money::Kind::refund) known.push_back(present(other));
        }
        for (const auto& [op, operation] : operations_) {
            const money::OperationRecord& other = operation.transaction.record;
            const bool uncommitted =
                other.kind == money::Kind::refund && other.payment_id == refund.payment_id &&
                money::in_doubt(operation.transaction) &&
                std::none_of(known.begin(), known.end(), [&](const auto& listed) { return listed.row == other.row; });
            if (uncommitted) known.push_back(other);
        }
        return money::spoken_for(answer.refunds, known, refund.request_id);
    } catch (const std::exception&) {
        return refund.original_amount_minor;
    }
}

// A refund is done: its payment counts it, in the same commit.
void Engine::give_back(const money::OperationRecord& refund) {
    if (refund.linked_row == 0) return;
    const auto original = read_row(refund.linked_row);
    const std::int32_t op = original ? attach(*original) : 0;
    Operation* const payment = op != 0 ? bring_back(op, refund.linked_row) : nullptr;
    if (payment == nullptr) {  // cannot be read now
        uncounted_.push_back(refund);
        return;
    }
    payment->transaction.record.refunded_minor += refund.amount_minor;
    mark(*payment, payment->event.empty() ? "refunded" : std::string_view(payment->event));
    touch(*payment);
}

void Engine::count_again() {
    if (disk_refuses_) return;
    for (const money::OperationRecord& refund : std::exchange(uncounted_, {})) {
        give_back(refund);
    }
}

// R6, R11: an operation of its own, journaled together with the one that it belongs to.
std::int32_t Engine::begin_linked(Operation& source, money::Kind kind, const money::Answer& answer) {
    money::OperationRecord& payment = source.transaction.record;
    const std::int32_t op = parts_.intake.give_id();
    if (op == 0) {  // every place is taken by an open operation: looked for again after a restart
        payment.looked_late = false;
        return 0;
    }
    money::OperationRecord record =
        kind == money::Kind::undo ? money::undo_of(payment, answer) : money::found_of(payment, answer);
    record.row = next_row_++;
    record.created_wall_ms = parts_.clock.wall_ms();
    payment.linked_row = record.row;
    const money::AttemptIndex attempt = parts_.intake.load(record, op, record.created_wall_ms);
    Operation& linked = adopt(op, attempt, std::move(record));
    mark(linked, kind == money::Kind::undo ? "late success" : "found");
    mark(source, source.event.empty() ? "linked" : std::string_view(source.event));
    touch(source);
    return op;
}

// What a request is about: of a refund not sent yet its payment, of a payment's undo the driver's own refund (R5).
money::OperationRecord Engine::subject_of(Call call, const Operation& operation) const {
    const money::OperationRecord& own = operation.transaction.record;
    if (own.kind == money::Kind::refund) {
        if (call != Call::inquire) return own;
        money::OperationRecord payment;
        payment.payment_id = own.payment_id;
        payment.amount_minor = own.original_amount_minor;
        payment.currency = own.currency;
        payment.original_reference = own.reference;  // whose story the log tells
        payment.original_business_day = own.business_day;
        return payment;
    }
    if (call != Call::refund) return own;
    money::OperationRecord refund = own;
    refund.kind = money::Kind::refund;
    refund.request_id = parts_.gateway.undo_id(own.payment_id);
    refund.amount_minor = own.undo_minor;
    refund.original_reference = std::exchange(refund.reference, {});
    refund.original_business_day = own.business_day;
    refund.description.clear();
    return refund;
}

}  // namespace paydrv::engine
