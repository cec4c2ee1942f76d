// The contract's words for what a payment shows, as abi/paydrv.h spells them.
#pragma once

#include <ostream>
#include <string_view>

#include "money/transaction.h"

namespace paydrv::money {

inline std::string_view word(State state) {
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

inline std::string_view word(Reason reason) {
    switch (reason) {
        case Reason::none: return "none";
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

inline std::string_view word(NextAction action) {
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

inline void PrintTo(const Shown& shown, std::ostream* out) {
    *out << word(shown.state) << ", " << word(shown.reason) << ", " << word(shown.next_action);
}
inline void PrintTo(Phase phase, std::ostream* out) {
    *out << name(phase);
}

}  // namespace paydrv::money
