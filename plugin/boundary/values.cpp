// The numbers of money/operation.h are those of abi/paydrv.h. Nothing here runs.
#include "boundary/contract.h"
#include "engine/intake.h"
#include "engine/snapshot.h"
#include "money/operation.h"

namespace paydrv::boundary {
namespace {

template <class Enum>
constexpr bool same(Enum value, unsigned number) {
    return static_cast<unsigned>(value) == number;
}

using money::Kind;
using money::Mode;
using money::NextAction;
using money::Reason;
using money::State;

static_assert(same(Kind::payment, PAYDRV_KIND_PAYMENT) && same(Kind::refund, PAYDRV_KIND_REFUND));
static_assert(same(Kind::request, PAYDRV_KIND_REQUEST) && same(Kind::undo, PAYDRV_KIND_UNDO));
static_assert(same(Kind::found, PAYDRV_KIND_FOUND));

static_assert(same(Mode::user_presented, PAYDRV_MODE_USER_PRESENTED) && same(Mode::order_code, PAYDRV_MODE_ORDER_CODE));
static_assert(same(Mode::entry_code, PAYDRV_MODE_ENTRY_CODE));

static_assert(same(State::in_progress, PAYDRV_STATE_IN_PROGRESS));
static_assert(same(State::waiting_customer, PAYDRV_STATE_WAITING_CUSTOMER));
static_assert(same(State::cancelling, PAYDRV_STATE_CANCELLING) && same(State::unknown, PAYDRV_STATE_UNKNOWN));
static_assert(same(State::succeeded, PAYDRV_STATE_SUCCEEDED) && same(State::declined, PAYDRV_STATE_DECLINED));
static_assert(same(State::cancelled, PAYDRV_STATE_CANCELLED));

static_assert(same(Reason::expiry, PAYDRV_REASON_EXPIRY) && same(Reason::cashier, PAYDRV_REASON_CASHIER));
static_assert(same(Reason::customer, PAYDRV_REASON_CUSTOMER) && same(Reason::decline, PAYDRV_REASON_DECLINE));
static_assert(same(Reason::not_sent, PAYDRV_REASON_NOT_SENT) && same(Reason::not_ready, PAYDRV_REASON_NOT_READY));
static_assert(same(Reason::journal, PAYDRV_REASON_JOURNAL) && same(Reason::details, PAYDRV_REASON_DETAILS));
static_assert(same(Reason::reference_used, PAYDRV_REASON_REFERENCE_USED));
static_assert(same(Reason::outside, PAYDRV_REASON_OUTSIDE) && same(Reason::manual, PAYDRV_REASON_MANUAL));
static_assert(same(Reason::driver_stalled, PAYDRV_REASON_DRIVER_STALLED));
static_assert(same(Reason::mismatch, PAYDRV_REASON_MISMATCH) && same(Reason::not_undone, PAYDRV_REASON_NOT_UNDONE));
static_assert(same(Reason::original, PAYDRV_REASON_ORIGINAL) && same(Reason::refund_left, PAYDRV_REASON_REFUND_LEFT));

static_assert(same(NextAction::nothing, PAYDRV_ACTION_NOTHING) && same(NextAction::wait, PAYDRV_ACTION_WAIT));
static_assert(same(NextAction::show_code, PAYDRV_ACTION_SHOW_CODE) && same(NextAction::rescan, PAYDRV_ACTION_RESCAN));
static_assert(same(NextAction::new_attempt, PAYDRV_ACTION_NEW_ATTEMPT));
static_assert(same(NextAction::other_method, PAYDRV_ACTION_OTHER_METHOD));
static_assert(same(NextAction::settle_later, PAYDRV_ACTION_SETTLE_LATER));
static_assert(same(NextAction::call_support, PAYDRV_ACTION_CALL_SUPPORT));

static_assert(engine::text_size == PAYDRV_TEXT_SIZE);
static_assert(sizeof(engine::View::currency) == PAYDRV_CURRENCY_SIZE);
static_assert(sizeof(engine::StartAnswer::problem) == sizeof(paydrv_problem::text));

// The structs of 0.9 as released; they only grow (tests/abi looks at every field).
static_assert(sizeof(paydrv_problem) == 512 && sizeof(paydrv_open_options) == 32 && sizeof(paydrv_payment) == 1400);
static_assert(sizeof(paydrv_refund_request) == 1512 && sizeof(paydrv_key) == 160 && sizeof(paydrv_status) == 536);

}  // namespace
}  // namespace paydrv::boundary
