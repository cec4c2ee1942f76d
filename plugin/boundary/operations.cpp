#include "boundary/operations.h"

#include <string.h>

#include <optional>
#include <string_view>

#include "boundary/arguments.h"
#include "boundary/refund_order.h"
#include "boundary/start_order.h"
#include "boundary/status.h"

namespace paydrv::boundary {
namespace {

Moment moment_of(const session::Session& session) noexcept {
    return {session.clock().monotonic_ms(), session.snapshot().last_beat_ms()};
}

// What an order is answered that the intake has not taken.
std::int32_t not_taken(const Sessions::Pin& pin) noexcept {
    const std::int32_t standing = pin.standing();
    return standing == PAYDRV_OK ? PAYDRV_E_BUSY : standing;
}

struct Sentence {
    std::int32_t result;
    const char* field;
    const char* text;
};

Sentence sentence_of(engine::StartResult result) noexcept {
    switch (result) {
        case engine::StartResult::fresh: return {PAYDRV_OK, "", ""};
        case engine::StartResult::joined: return {PAYDRV_JOINED, "", ""};
        case engine::StartResult::spent:
            return {PAYDRV_E_REFERENCE_SPENT, "reference",
                    "This reference's operation of that day and terminal is final: *op is it, to read. Another payment "
                    "attempt takes a new reference and the same order_reference, another refund a new reference."};
        case engine::StartResult::content_differs:
            return {PAYDRV_E_CONTENT_DIFFERS, "reference",
                    "This reference is in use with another amount, currency or order, or for the refund of another "
                    "payment: "
                    "*op is that operation. Every payment attempt and every refund needs a reference of its own."};
        case engine::StartResult::code_used:
            return {
                PAYDRV_E_CODE_USED, "payment_code",
                "This payment code was given within the last ten minutes under another reference: *op is that attempt. "
                "Look how it ended, and let the customer show a fresh code."};
        case engine::StartResult::order_busy:
            return {PAYDRV_E_ORDER_BUSY, "order_reference",
                    "This order has an open or paid payment that day: *op is that. Go on with it; or set "
                    "PAYDRV_FLAG_SPLIT_BILL or PAYDRV_FLAG_PAY_AGAIN if one more payment is meant."};
        case engine::StartResult::no_room:
            return {
                PAYDRV_E_BUSY, "",
                "Too many operations wait in this session. Nothing was begun; try the same call again in a moment."};
        case engine::StartResult::closed:
            return {PAYDRV_E_CLOSED, "session", "The session is closed, or being closed. Nothing was begun."};
        case engine::StartResult::configuration: return {PAYDRV_E_CONFIGURATION, "configuration", nullptr};
        case engine::StartResult::journal: return {PAYDRV_E_JOURNAL, "journalFile", nullptr};
    }
    return {PAYDRV_E_INTERNAL, "", "The driver answered with a result that it does not know."};
}

std::int32_t told(const engine::StartAnswer& answer, std::int32_t* op, Problem& problem) noexcept {
    put(op, answer.op);
    problem.about(answer.op);
    const Sentence sentence = sentence_of(answer.result);
    if (sentence.result >= 0) return sentence.result;
    problem.refuse_with(sentence.result, sentence.field, sentence.text ? sentence.text : answer.problem.data());
    return sentence.result;
}

std::optional<engine::Paper> paper_of(std::int32_t id) noexcept {
    switch (id) {
        case PAYDRV_TEXT_RECEIPT_MERCHANT: return engine::Paper::receipt_merchant;
        case PAYDRV_TEXT_RECEIPT_CUSTOMER: return engine::Paper::receipt_customer;
        case PAYDRV_TEXT_DETAIL: return engine::Paper::detail;
        default: return std::nullopt;
    }
}

// A paper that is not there yet is ordered; the host asks again. Of a request the only paper is its answer.
std::int32_t give_paper(const Sessions::Pin& pin, const engine::View& view, engine::Paper paper, char* buf,
                        std::uint32_t cap, std::uint32_t* needed) {
    session::Session& session = pin.session();
    if (view.kind == money::Kind::request) {
        if (paper != engine::Paper::detail) return PAYDRV_E_STATE;
        const auto answer = session.papers().find_answer(view.op);
        if (answer != nullptr) return give_text(*answer, buf, cap, needed);
        return money::is_final(view.state) ? PAYDRV_E_NOT_FOUND : PAYDRV_UNCHANGED;
    }
    if (const auto made = session.papers().find(view.op, paper, view.revision)) {
        return made->empty() ? PAYDRV_E_STATE : give_text(*made, buf, cap, needed);
    }
    return session.intake().want_paper(view.op, paper) ? PAYDRV_UNCHANGED : not_taken(pin);
}

std::int32_t health(const Sessions::Pin& pin, std::uint32_t seen, std::uint32_t wait_ms, paydrv_status* status) {
    session::Session& session = pin.session();
    const engine::Health now = session.snapshot().wait_health(seen, wait_ms);
    if (const std::int32_t standing = pin.standing(); standing != PAYDRV_OK) return standing;
    paydrv_status own = status_of(now, moment_of(session), pin.opened_ms());
    session.terminal().copy(own.terminal, sizeof own.terminal - 1);
    write_struct(status, own);
    return now.revision == seen ? PAYDRV_UNCHANGED : PAYDRV_OK;
}

using TextLookUp = decltype(&texts::Texts::cashier);

// Of the texts that a state has at once; nullptr: another id.
TextLookUp look_up_of(std::int32_t id) noexcept {
    switch (id) {
        case PAYDRV_TEXT_CASHIER: return &texts::Texts::cashier;
        case PAYDRV_TEXT_CUSTOMER: return &texts::Texts::customer;
        case PAYDRV_TEXT_CASHIER_DISPLAY: return &texts::Texts::cashier_display;
        case PAYDRV_TEXT_CUSTOMER_DISPLAY: return &texts::Texts::customer_display;
        default: return nullptr;
    }
}

}  // namespace

std::int32_t start(const Sessions::Pin& pin, const paydrv_payment* payment, const char* details_json, std::int32_t* op,
                   Problem& problem) {
    session::Session& session = pin.session();
    engine::StartOrder order;
    std::string_view details;
    if (!read_payment(payment, session, order, problem) || !read_json(details_json, "details_json", details, problem)) {
        explicit_bzero(order.payment_code.data(), order.payment_code.size());
        return problem.result();
    }
    const engine::StartAnswer answer = session.intake().start(order, details);
    explicit_bzero(order.payment_code.data(), order.payment_code.size());
    return told(answer, op, problem);
}

std::int32_t refund(const Sessions::Pin& pin, const paydrv_refund_request* refund, std::int32_t* op, Problem& problem) {
    session::Session& session = pin.session();
    engine::StartOrder order;
    if (!read_refund(refund, session, order, problem)) return problem.result();
    return told(session.intake().start(order, {}), op, problem);
}

std::int32_t request(const Sessions::Pin& pin, const char* name, const char* json, std::int32_t* op, Problem& problem) {
    session::Session& session = pin.session();
    engine::StartOrder order;
    order.kind = money::Kind::request;
    const std::string_view wanted(name, strnlen(name, PAYDRV_TEXT_SIZE));
    if (wanted.size() == PAYDRV_TEXT_SIZE || !session.knows_request(wanted)) {
        problem.refuse(PAYDRV_E_UNSUPPORTED, "name",
                       "This driver knows no request of this name: paydrv_driver_text, PAYDRV_DRIVER_CAPABILITIES, "
                       "lists those that it knows.");
        return problem.result();
    }
    engine::put_text(order.reference, wanted);
    std::string_view content;
    if (!read_json(json, "json", content, problem)) return problem.result();
    return told(session.intake().request(order, content), op, problem);
}

std::int32_t cancel(const Sessions::Pin& pin, std::int32_t op) {
    engine::View view;
    if (!pin.session().snapshot().read(op, view)) return PAYDRV_E_NOT_FOUND;
    if (money::is_final(view.state)) return PAYDRV_FINAL;
    if (view.kind != money::Kind::payment || view.reason == money::Reason::mismatch) return PAYDRV_E_STATE;
    return pin.session().intake().cancel(op) ? PAYDRV_OK : not_taken(pin);
}

std::int32_t acknowledge(const Sessions::Pin& pin, std::int32_t op, const char* order_reference) {
    engine::View view;
    if (!pin.session().snapshot().read(op, view)) return PAYDRV_E_NOT_FOUND;
    if (!money::is_final(view.state) || view.kind == money::Kind::request) return PAYDRV_E_STATE;
    std::string_view ticket;
    if (order_reference != nullptr) ticket = {order_reference, strnlen(order_reference, PAYDRV_TEXT_SIZE)};
    while (ticket.ends_with(' '))
        ticket.remove_suffix(1);
    const std::string_view own = engine::text_of(view.order_reference);
    const bool row_read = !engine::text_of(view.reference).empty();  // else of a past session
    if (!ticket.empty() && !row_read) return PAYDRV_E_BUSY;
    if (!ticket.empty() && ticket != own) return PAYDRV_E_ARGUMENT;
    if (view.acknowledged != 0) return PAYDRV_FINAL;
    return pin.session().intake().acknowledge(op) ? PAYDRV_OK : not_taken(pin);
}

std::int32_t poll(const Sessions::Pin& pin, std::int32_t op, std::uint32_t seen, std::uint32_t wait_ms,
                  paydrv_status* status, Problem& problem) {
    if (!check_struct_size(status, "status", sizeof *status, problem)) return problem.result();
    if (op == 0) return health(pin, seen, wait_ms, status);
    const session::Session& session = pin.session();
    engine::View view;
    if (!session.snapshot().wait(op, seen, wait_ms, view)) return PAYDRV_E_NOT_FOUND;
    if (const std::int32_t standing = pin.standing(); standing != PAYDRV_OK) return standing;
    const Moment moment = moment_of(session);
    write_struct(status, status_of(shown(view, moment), moment, pin.host_version()));
    return view.revision == seen ? PAYDRV_UNCHANGED : PAYDRV_OK;
}

std::int32_t text(const Sessions::Pin& pin, std::int32_t op, std::uint32_t revision, std::int32_t id, char* buf,
                  std::uint32_t cap, std::uint32_t* needed) {
    if (buf == nullptr && cap > 0) return PAYDRV_E_ARGUMENT;
    const session::Session& session = pin.session();
    engine::View view;
    if (!session.snapshot().read(op, view)) return PAYDRV_E_NOT_FOUND;
    const auto paper = paper_of(id);
    const TextLookUp look_up = look_up_of(id);
    if (!paper && look_up == nullptr) return PAYDRV_E_UNSUPPORTED;
    if (revision != 0 && revision != view.revision) return PAYDRV_E_STALE;
    if (paper) return give_paper(pin, view, *paper, buf, cap, needed);
    view = shown(view, moment_of(session));
    return give_text((session.texts().*look_up)(view.kind, view.state, view.reason, view.next_action,
                                                engine::text_of(view.provider_code)),
                     buf, cap, needed);
}

}  // namespace paydrv::boundary
