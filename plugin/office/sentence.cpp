#include "office/sentence.h"

#include <limits>

namespace paydrv::office {
namespace {

using money::Answer;
using money::NextAction;
using money::OperationRecord;
using money::Phase;
using money::Reason;
using money::State;
using money::Verdict;

bool all_back(const Answer& answer) {
    return answer.amount_minor > 0 && given_back(answer) >= answer.amount_minor;
}

std::string_view of_stranger(const Answer& answer) {
    switch (answer.verdict) {
        case Verdict::paid:
            if (all_back(answer)) return "Paid and given back in full; this journal does not know the payment.";
            return "Paid at Alipay, but this journal does not know it: do not charge again, call support.";
        case Verdict::open: return "Not paid yet, but the customer can still confirm it; ask again in a moment.";
        case Verdict::nothing_taken: return "Not paid, and it cannot be paid any more.";
        case Verdict::cancelled: return "Cancelled or given back: no money is held.";
        default: return "Alipay knows no such payment: nothing has been taken under this name so far.";
    }
}

std::string_view of_succeeded(const OperationRecord& here, const Answer& answer) {
    if (answer.verdict == Verdict::paid) {
        if (all_back(answer)) return "Paid, and given back in full.";
        return given_back(answer) > 0 ? "Paid, and given back in part." : "Paid.";
    }
    if (answer.verdict == Verdict::cancelled) {
        if (here.refunded_minor >= here.amount_minor) return "Paid, and given back in full.";
        return "Booked here as paid, but Alipay shows it cancelled or given back: call support.";
    }
    return "Booked here as paid, but Alipay does not confirm that: call support.";
}

std::string_view of_late_money(Aftermath aftermath) {
    switch (aftermath) {
        case Aftermath::giving_back: return "Paid late: the driver is giving the money back, see the linked operation.";
        case Aftermath::kept:
            return "Paid late, and giving it back was refused: the money is with the shop, call support.";
        case Aftermath::found:
            return "Alipay shows it as paid, but not by this attempt: see the linked operation, call support.";
        case Aftermath::none: break;
    }
    return "Alipay shows it as paid, but it ended here without payment: call support.";
}

std::string_view of_ended(const Answer& answer, Aftermath aftermath) {  // DECLINED or CANCELLED
    switch (answer.verdict) {
        case Verdict::paid:
            if (all_back(answer)) return "Paid late, and given back in full: no money is held.";
            return of_late_money(aftermath);
        case Verdict::open:
            return "Ended here without payment, but Alipay has not closed it yet; ask again in a moment.";
        default: return "Not paid: no money is held.";
    }
}

std::string_view of_unfinished(const OperationRecord& here, const Answer& answer) {
    const bool people = here.phase == Phase::mismatch || here.next_action == NextAction::call_support;
    const bool undoing = here.cancel_by != money::CancelBy::nobody || here.state == State::cancelling;
    switch (answer.verdict) {
        case Verdict::paid:
            if (people) return "Alipay shows it as paid, this till keeps it in doubt: call support.";
            if (undoing) return "Paid, but a cancel was asked for: the driver is giving the money back.";
            return "Paid at Alipay; wait until this till shows it as paid.";
        case Verdict::open:
            if (undoing) return "Not paid yet, and the driver is cancelling it.";
            return "Not paid yet, but the customer can still confirm it; ask again in a moment.";
        case Verdict::no_such_payment:
            return "Alipay does not know it so far; this till goes on asking until it is sure.";
        default: return "Not paid: no money is held; this till is about to show it.";
    }
}

}  // namespace

std::int64_t given_back(const Answer& answer) noexcept {
    std::int64_t sum = 0;
    for (const money::ListedRefund& refund : answer.refunds) {
        if (!refund.done) continue;
        if (__builtin_add_overflow(sum, refund.amount_minor, &sum)) return std::numeric_limits<std::int64_t>::max();
    }
    return sum;
}

std::string_view sentence(const OperationRecord* here, const Answer& answer, Aftermath aftermath) noexcept {
    if (!answer.verified) return "Not known: Alipay has given no answer that can be trusted; ask again in a moment.";
    if (answer.verdict == Verdict::mismatch) {
        return "Alipay's answer speaks of another amount, currency or payment: call support before anything is booked.";
    }
    switch (answer.verdict) {
        case Verdict::paid:
        case Verdict::open:
        case Verdict::nothing_taken:
        case Verdict::cancelled:
        case Verdict::no_such_payment: break;
        default: return "Not known: Alipay answered without saying whether it was paid; ask again in a moment.";
    }
    if (here == nullptr) return of_stranger(answer);
    if (here->kind == money::Kind::payment && here->reason == Reason::reference_used) {
        return "This attempt took nothing: Alipay knows its reference from an earlier payment, which is what it tells "
               "of.";
    }
    if (here->state == State::succeeded) return of_succeeded(*here, answer);
    if (money::is_final(here->state)) return of_ended(answer, aftermath);
    return of_unfinished(*here, answer);
}

}  // namespace paydrv::office
