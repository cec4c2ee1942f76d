// The functions of abi/paydrv.h. Each one checks its pointers, enters the session and hands on; all behind the fence.
#include "boundary/arguments.h"
#include "boundary/contract.h"
#include "boundary/driver_text.h"
#include "boundary/fence.h"
#include "boundary/opening.h"
#include "boundary/operations.h"
#include "boundary/sessions.h"

namespace paydrv::boundary {
namespace {

bool given(const void* pointer, const char* name, Problem& problem) noexcept {
    if (pointer != nullptr) return true;
    return problem.refuse(PAYDRV_E_ARGUMENT, name, "%s is NULL.", name);
}

// Enters a session; what it cannot enter it explains.
bool enter(std::int32_t session, Sessions::Pin& pin, Problem& problem) noexcept {
    const std::int32_t result = sessions().pin(session, pin);
    switch (result) {
        case PAYDRV_OK: return true;
        case PAYDRV_E_CLOSED:
            return problem.refuse(result, "session", "Session %d is closed, or being closed.", session);
        case PAYDRV_E_NOT_FOUND:
            return problem.refuse(result, "session", "Session %d was never opened in this process.", session);
        default:
            return problem.refuse(result, "session",
                                  "The driver's thread has ended by a fault of the driver. Close with "
                                  "force and open again; every payment then goes on.");
    }
}

template <class Body>
std::int32_t in_session(Call call, paydrv_problem* why, Body&& body) noexcept {
    return fenced(call, why, [&](Problem& problem) {
        Sessions::Pin pin;
        if (!enter(call.session, pin, problem)) return problem.result();
        const std::int32_t result = body(pin, problem);
        call.quiet = call.quiet || result == PAYDRV_E_CLOSED;  // a close has ended it, as it should
        return result;
    });
}

}  // namespace
}  // namespace paydrv::boundary

using namespace paydrv::boundary;

uint32_t PAYDRV_CALL paydrv_abi_version(void) {
    return PAYDRV_ABI_VERSION;
}

int32_t PAYDRV_CALL paydrv_driver_text(int32_t id, char* buf, uint32_t cap, uint32_t* needed) {
    Call call{"paydrv_driver_text", 0};
    return fenced(call, nullptr, [&](Problem&) {
        put(needed, std::uint32_t{0});
        if (buf == nullptr && cap > 0) return PAYDRV_E_ARGUMENT;
        const std::string_view text = driver_text(id);
        return text.empty() ? PAYDRV_E_UNSUPPORTED : give_text(text, buf, cap, needed);
    });
}

int32_t PAYDRV_CALL paydrv_open(const char* config, const paydrv_open_options* options, int32_t* session,
                                paydrv_problem* why) {
    Call call{"paydrv_open", 0};
    return fenced(call, why, [&](Problem& problem) { return open_session(config, options, session, problem); });
}

int32_t PAYDRV_CALL paydrv_close(int32_t session, uint32_t force) {
    Call call{"paydrv_close", session};
    return fenced(call, nullptr, [&](Problem&) { return sessions().close(session, force != 0); });
}

int32_t PAYDRV_CALL paydrv_start(int32_t session, const paydrv_payment* payment, const char* details_json, int32_t* op,
                                 paydrv_problem* why) {
    put(op, std::int32_t{0});
    return in_session({"paydrv_start", session}, why, [&](const Sessions::Pin& pin, Problem& problem) {
        if (!given(op, "op", problem)) return problem.result();
        return start(pin, payment, details_json, op, problem);
    });
}

int32_t PAYDRV_CALL paydrv_refund(int32_t session, const paydrv_refund_request* refund, int32_t* op,
                                  paydrv_problem* why) {
    put(op, std::int32_t{0});
    return in_session({"paydrv_refund", session}, why, [&](const Sessions::Pin& pin, Problem& problem) {
        if (!given(op, "op", problem)) return problem.result();
        return paydrv::boundary::refund(pin, refund, op, problem);
    });
}

int32_t PAYDRV_CALL paydrv_cancel(int32_t session, int32_t op) {
    return in_session({"paydrv_cancel", session, op}, nullptr,
                      [&](const Sessions::Pin& pin, Problem&) { return cancel(pin, op); });
}

int32_t PAYDRV_CALL paydrv_poll(int32_t session, int32_t op, uint32_t seen, uint32_t wait_ms, paydrv_status* status) {
    return in_session(
        {"paydrv_poll", session, op, wait_ms == 0}, nullptr,
        [&](const Sessions::Pin& pin, Problem& problem) { return poll(pin, op, seen, wait_ms, status, problem); });
}

int32_t PAYDRV_CALL paydrv_text(int32_t session, int32_t op, uint32_t revision, int32_t id, char* buf, uint32_t cap,
                                uint32_t* needed) {
    put(needed, std::uint32_t{0});
    return in_session({"paydrv_text", session, op}, nullptr, [&](const Sessions::Pin& pin, Problem&) {
        return text(pin, op, revision, id, buf, cap, needed);
    });
}

int32_t PAYDRV_CALL paydrv_data(int32_t session, int32_t op, int32_t /*id*/, void* buf, uint32_t cap,
                                uint32_t* needed) {
    put(needed, std::uint32_t{0});
    return in_session({"paydrv_data", session, op}, nullptr, [&](const Sessions::Pin& pin, Problem&) {
        if (buf == nullptr && cap > 0) return PAYDRV_E_ARGUMENT;
        paydrv::engine::View view;
        return pin.session().snapshot().read(op, view) ? PAYDRV_E_UNSUPPORTED : PAYDRV_E_NOT_FOUND;
    });
}

int32_t PAYDRV_CALL paydrv_find(int32_t session, const paydrv_key* key, int32_t* op) {
    put(op, std::int32_t{0});
    return in_session({"paydrv_find", session}, nullptr, [&](const Sessions::Pin& pin, Problem& problem) {
        return op == nullptr ? PAYDRV_E_ARGUMENT : find(pin, key, op, problem);
    });
}

int32_t PAYDRV_CALL paydrv_next(int32_t session, uint32_t filter, uint64_t* cursor, uint32_t wait_ms, int32_t* op) {
    put(op, std::int32_t{0});
    return in_session({"paydrv_next", session}, nullptr, [&](const Sessions::Pin& pin, Problem&) {
        return cursor == nullptr || op == nullptr ? PAYDRV_E_ARGUMENT : next(pin, filter, cursor, wait_ms, op);
    });
}

int32_t PAYDRV_CALL paydrv_acknowledge(int32_t session, int32_t op, const char* order_reference) {
    return in_session({"paydrv_acknowledge", session, op}, nullptr,
                      [&](const Sessions::Pin& pin, Problem&) { return acknowledge(pin, op, order_reference); });
}

int32_t PAYDRV_CALL paydrv_request(int32_t session, const char* name, const char* json, int32_t* op,
                                   paydrv_problem* why) {
    put(op, std::int32_t{0});
    return in_session({"paydrv_request", session}, why, [&](const Sessions::Pin& pin, Problem& problem) {
        if (!given(name, "name", problem) || !given(op, "op", problem)) return problem.result();
        return request(pin, name, json, op, problem);
    });
}
