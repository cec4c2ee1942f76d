// The moves that a payment or refund can make, and what they look at. When it makes which of them, the tables in
// payment.cpp and refund.cpp say.
// Of money/ alone.
#pragma once

#include "money/transaction.h"

namespace paydrv::money {

struct Context {
    const Schedule& schedule;
    const Now& now;
};

// The two tables: one step of a payment (undo, found), of a refund.
void step_payment(Transaction& p, const Event& e, const Context& c, Actions& a);
void step_refund(Transaction& p, const Event& e, const Context& c, Actions& a);

void note_facts(OperationRecord& record, const Answer& answer);
void conclude(Transaction& p, State state, Reason reason, NextAction action, Actions& a);
void conclude_paid(Transaction& p, const Answer& answer, Actions& a);
void conclude_declined(Transaction& p, const Answer& answer, Actions& a);
void conclude_cancelled(Transaction& p, Actions& a);
void stop_before_sending(Transaction& p, Actions& a);
void find_mismatch(Transaction& p, const Answer& answer, Actions& a);
void note_seen(Transaction& p, const Answer& answer, Actions& a);
void note_own_payment(Transaction& p, const Answer& answer, Actions& a);
bool is_ours(const OperationRecord& record, const Answer& answer, const Schedule& schedule);
bool is_late(const OperationRecord& record, const Answer& answer, const Schedule& schedule);
void begin_inquiring(Transaction& p, std::int64_t first_ms, const Context& c);
void want_cancel(Transaction& p, CancelBy by, const Context& c, Actions& a);
void conclude_not_sent(Transaction& p, const Context& c, Actions& a);
std::int64_t cancel_pause(const Transaction& p, const Context& c);
void send_cancel(Transaction& p, Actions& a);
void await_expiry(Transaction& p, const Context& c, Actions& a);
void refund_instead(Transaction& p, const Context& c, Actions& a);
void give_back_what_is_left(Transaction& p, const Answer& answer, Actions& a);
void undo_refused(Transaction& p, const Answer& answer, const Context& c, Actions& a);
void conclude_reference_used(Transaction& p, const Answer& answer, Actions& a);
void note_reference_used(Transaction& p, const Answer& answer, const Context& c, Actions& a);
void begin_back_off(Transaction& p, const Context& c);
std::int64_t asks_cancel_at(const Transaction& p);
bool time_is_over(const Transaction& p, const Context& c);
bool inquires(const Transaction& p);

}  // namespace paydrv::money
