// The moves that a payment can make, and what they look at. When it makes which of them, the table in payment.cpp says.
// Of money/ alone.
#pragma once

#include "money/payment.h"

namespace paydrv::money {

struct Context {
    const Schedule& schedule;
    const Now& now;
};

void note_facts(OperationRecord& record, const Answer& answer);
void conclude(Payment& p, State state, Reason reason, NextAction action, Actions& a);
void conclude_paid(Payment& p, const Answer& answer, Actions& a);
void conclude_declined(Payment& p, const Answer& answer, Actions& a);
void conclude_cancelled(Payment& p, Actions& a);
void stop_before_sending(Payment& p, Actions& a);
void find_mismatch(Payment& p, const Answer& answer, Actions& a);
void note_seen(Payment& p, const Answer& answer, Actions& a);
void note_own_payment(Payment& p, const Answer& answer, Actions& a);
bool is_ours(const Payment& p, const Answer& answer, const Context& c);
void begin_inquiring(Payment& p, std::int64_t first_ms, const Context& c);
void want_cancel(Payment& p, CancelBy by, const Context& c, Actions& a);
void conclude_not_sent(Payment& p, const Context& c, Actions& a);
std::int64_t cancel_pause(const Payment& p, const Context& c);
void send_cancel(Payment& p, Actions& a);
void await_expiry(Payment& p, const Context& c, Actions& a);
void refund_instead(Payment& p, const Context& c, Actions& a);
void conclude_reference_used(Payment& p, const Answer& answer, Actions& a);
void note_reference_used(Payment& p, const Answer& answer, const Context& c, Actions& a);
void begin_back_off(Payment& p, const Context& c);
std::int64_t asks_cancel_at(const Payment& p);
bool time_is_over(const Payment& p, const Context& c);
bool inquires(const Payment& p);

}  // namespace paydrv::money
