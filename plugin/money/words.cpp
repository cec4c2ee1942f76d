#include "money/words.h"

#include <array>

namespace paydrv::money {

std::string_view word(Kind kind) noexcept {
    switch (kind) {
        case Kind::payment: return "PAYMENT";
        case Kind::refund: return "REFUND";
        case Kind::request: return "REQUEST";
        case Kind::undo: return "UNDO";
        case Kind::found: return "FOUND";
    }
    return "?";
}

std::string_view word(Mode mode) noexcept {
    switch (mode) {
        case Mode::user_presented: return "USER_PRESENTED";
        case Mode::order_code: return "ORDER_CODE";
        case Mode::entry_code: return "ENTRY_CODE";
    }
    return "?";
}

std::string_view word(State state) noexcept {
    switch (state) {
        case State::in_progress: return "IN_PROGRESS";
        case State::waiting_customer: return "WAITING_CUSTOMER";
        case State::cancelling: return "CANCELLING";
        case State::unknown: return "UNKNOWN";
        case State::succeeded: return "SUCCEEDED";
        case State::declined: return "DECLINED";
        case State::cancelled: return "CANCELLED";
    }
    return "?";
}

std::string_view word(Reason reason) noexcept {
    switch (reason) {
        case Reason::none: return "";
        case Reason::expiry: return "EXPIRY";
        case Reason::cashier: return "CASHIER";
        case Reason::customer: return "CUSTOMER";
        case Reason::decline: return "DECLINE";
        case Reason::not_sent: return "NOT_SENT";
        case Reason::not_ready: return "NOT_READY";
        case Reason::journal: return "JOURNAL";
        case Reason::details: return "DETAILS";
        case Reason::reference_used: return "REFERENCE_USED";
        case Reason::outside: return "OUTSIDE";
        case Reason::driver_stalled: return "DRIVER_STALLED";
        case Reason::manual: return "MANUAL";
        case Reason::mismatch: return "MISMATCH";
        case Reason::not_undone: return "NOT_UNDONE";
        case Reason::original: return "ORIGINAL";
        case Reason::refund_left: return "REFUND_LEFT";
    }
    return "?";
}

std::string_view word(NextAction action) noexcept {
    switch (action) {
        case NextAction::nothing: return "NOTHING";
        case NextAction::wait: return "WAIT";
        case NextAction::show_code: return "SHOW_CODE";
        case NextAction::rescan: return "RESCAN";
        case NextAction::new_attempt: return "NEW_ATTEMPT";
        case NextAction::other_method: return "OTHER_METHOD";
        case NextAction::settle_later: return "SETTLE_LATER";
        case NextAction::call_support: return "CALL_SUPPORT";
    }
    return "?";
}

std::string_view word(Phase phase) noexcept {
    switch (phase) {
        case Phase::queued: return "QUEUED";
        case Phase::committing: return "COMMITTING";
        case Phase::handed_out: return "HANDED_OUT";
        case Phase::sent: return "SENT";
        case Phase::inquiring: return "INQUIRING";
        case Phase::back_off: return "BACK_OFF";
        case Phase::cancel_wanted: return "CANCEL_WANTED";
        case Phase::cancel_sent: return "CANCEL_SENT";
        case Phase::awaiting_expiry: return "AWAITING_EXPIRY";
        case Phase::refund_instead: return "REFUND_INSTEAD";
        case Phase::mismatch: return "MISMATCH";
        case Phase::concluded: return "CONCLUDED";
        case Phase::asking_original: return "ASKING_ORIGINAL";
        case Phase::refunding: return "REFUNDING";
    }
    return "?";
}

std::string_view word(CancelBy by) noexcept {
    switch (by) {
        case CancelBy::nobody: return "";
        case CancelBy::host: return "HOST";
        case CancelBy::schedule: return "SCHEDULE";
    }
    return "?";
}

std::string_view standing_word(Verdict verdict) noexcept {
    switch (verdict) {
        case Verdict::paid: return "PAID";
        case Verdict::open: return "OPEN";
        case Verdict::nothing_taken: return "NOTHING_TAKEN";
        case Verdict::cancelled: return "CANCELLED";
        case Verdict::no_such_payment: return "NO_SUCH_PAYMENT";
        default: return "UNKNOWN";
    }
}

std::optional<Kind> kind_of(std::string_view name) noexcept {
    for (const Kind kind : {Kind::payment, Kind::refund, Kind::request, Kind::undo, Kind::found}) {
        if (word(kind) == name) return kind;
    }
    return std::nullopt;
}

}  // namespace paydrv::money
