// find and next: what the journal knows, asked of the driver's thread.
#include <limits>
#include <memory>
#include <mutex>
#include <string>

#include "boundary/arguments.h"
#include "boundary/operations.h"
#include "boundary/order_fields.h"
#include "engine/intake.h"
#include "money/business_day.h"

namespace paydrv::boundary {
namespace {

constexpr std::uint32_t ask_bound_ms = 900;  // of the 1 s that the contract allows
constexpr TextRule reference_rule{"reference", PAYDRV_TEXT_SIZE - 1, PAYDRV_TEXT_SIZE - 1, true};
constexpr TextRule terminal_rule{"terminal", PAYDRV_TEXT_SIZE - 1, PAYDRV_TEXT_SIZE - 1, false};

// OK: answered, and the answer may be read.
std::int32_t ask(const Sessions::Pin& pin, const std::shared_ptr<engine::Query>& query) {
    const bool answered = pin.session().intake().ask(query, ask_bound_ms);
    if (const std::int32_t standing = pin.standing(); standing != PAYDRV_OK) return standing;
    if (!answered) return PAYDRV_E_BUSY;
    return query->failed ? PAYDRV_E_JOURNAL : PAYDRV_OK;
}

std::int32_t check_key(const paydrv_key& key, Problem& problem) noexcept {
    if (key.kind == 0) return PAYDRV_E_ARGUMENT;
    const bool named = key.kind == PAYDRV_KIND_PAYMENT || key.kind == PAYDRV_KIND_REFUND ||
                       key.kind == PAYDRV_KIND_UNDO || key.kind == PAYDRV_KIND_FOUND;
    if (!named || key.reserved != 0) return PAYDRV_E_UNSUPPORTED;
    const bool good = check_day(key.business_day, "business_day", problem) &&
                      check_text(text_in(key.reference), reference_rule, problem) &&
                      check_text(text_in(key.terminal), terminal_rule, problem);
    return good ? PAYDRV_OK : problem.result();
}

bool read_filter(std::uint32_t filter, engine::Query& query) noexcept {
    if (filter == PAYDRV_FILTER_UNACKNOWLEDGED) {
        query.list = engine::List::unacknowledged;
    } else if (filter == PAYDRV_FILTER_UNFINISHED) {
        query.list = engine::List::unfinished;
    } else {
        query.list = engine::List::day;
        query.business_day = filter;
        return money::day_number(filter) != std::numeric_limits<std::int32_t>::min();
    }
    return true;
}

std::int32_t next_changed(const Sessions::Pin& pin, std::uint64_t* cursor, std::uint64_t after, std::uint32_t wait_ms,
                          std::int32_t* op) {
    std::uint64_t changed = after;
    const std::int32_t found = pin.session().snapshot().next_changed(after, wait_ms, changed);
    if (const std::int32_t standing = pin.standing(); standing != PAYDRV_OK) return standing;
    if (found == 0) return PAYDRV_UNCHANGED;
    put(cursor, changed);
    put(op, found);
    return PAYDRV_OK;
}

}  // namespace

std::int32_t find(const Sessions::Pin& pin, const paydrv_key* key, std::int32_t* op, Problem& problem) {
    paydrv_key own;
    if (!read_struct(key, "key", problem, own)) return problem.result();
    problem.about(own.business_day, text_in(own.reference));
    if (const std::int32_t result = check_key(own, problem); result != PAYDRV_OK) return result;
    const auto query = std::make_shared<engine::Query>();
    query->kind = engine::Query::Kind::find;
    query->operation = static_cast<money::Kind>(own.kind);
    query->terminal = text_in(own.terminal);
    query->business_day = own.business_day;
    query->reference = text_in(own.reference);
    if (const std::int32_t result = ask(pin, query); result != PAYDRV_OK) return result;
    if (query->op == 0) return PAYDRV_E_NOT_FOUND;
    put(op, query->op);
    return PAYDRV_OK;
}

std::int32_t next(const Sessions::Pin& pin, std::uint32_t filter, std::uint64_t* cursor, std::uint32_t wait_ms,
                  std::int32_t* op) {
    std::uint64_t after = 0;
    std::memcpy(&after, static_cast<const void*>(cursor), sizeof after);
    if (filter == PAYDRV_FILTER_CHANGED) return next_changed(pin, cursor, after, wait_ms, op);
    const session::Session& session = pin.session();
    const std::int64_t until_ms = session.clock().monotonic_ms() + wait_ms;
    for (;;) {
        const std::uint64_t changes = session.snapshot().changes();  // before the question, so that none is missed
        const auto query = std::make_shared<engine::Query>();
        query->kind = engine::Query::Kind::list;
        if (!read_filter(filter, *query)) return PAYDRV_E_ARGUMENT;
        query->cursor = after;
        if (const std::int32_t result = ask(pin, query); result != PAYDRV_OK) return result;
        if (query->op != 0) {
            put(cursor, query->cursor);
            put(op, query->op);
            return PAYDRV_OK;
        }
        const std::int64_t rest_ms = until_ms - session.clock().monotonic_ms();
        if (rest_ms <= 0) return PAYDRV_UNCHANGED;
        session.snapshot().wait_for_change(changes, static_cast<std::uint32_t>(rest_ms));
    }
}

}  // namespace paydrv::boundary
