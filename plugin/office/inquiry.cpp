#include "office/inquiry.h"

#include <algorithm>
#include <array>
#include <utility>

#include "money/words.h"
#include "office/detail.h"
#include "office/document.h"
#include "office/sentence.h"

namespace paydrv::office {
namespace {

using engine::Desk;
using money::Answer;
using money::Kind;
using money::OperationRecord;
using money::Verdict;

constexpr std::array<std::string_view, 4> names = {"reference", "order_reference", "payment_request_id", "payment_id"};

/// By which of the names the request asks. Throws Refusal unless it is one, with what belongs to it and nothing else.
std::string_view asked_by(const Arguments& arguments) {
    const auto given = [&](std::string_view name) { return arguments.has(name); };
    if (std::count_if(names.begin(), names.end(), given) != 1) {
        throw Refusal("", "give exactly one of reference, order_reference, payment_request_id, payment_id");
    }
    const std::string_view name = *std::find_if(names.begin(), names.end(), given);
    if (arguments.has("terminal") && name != "reference") throw Refusal("terminal", "belongs to reference alone");
    if (arguments.has("business_day") && name != "reference" && name != "order_reference") {
        throw Refusal("business_day", "belongs to reference and order_reference alone");
    }
    return name;
}

/// Whether a verified answer says how this payment stands.
bool tells(const Answer& answer) {
    if (!answer.verified) return false;
    switch (answer.verdict) {
        case Verdict::paid:
        case Verdict::open:
        case Verdict::nothing_taken:
        case Verdict::cancelled:
        case Verdict::no_such_payment: return true;
        default: return false;
    }
}

/// Whether Alipay knows the payment.
bool shows_payment(const Answer& answer) {
    return tells(answer) && answer.verdict != Verdict::no_such_payment;
}

/// Whether the answer is one that a final payment may have to be set against (R6, R19). Never of a reference that was
/// in use before us: that money is another sale's (R11).
bool concerns(const OperationRecord& here, const Answer& answer) {
    if (here.row == 0 || here.kind != Kind::payment || here.reason == money::Reason::reference_used) return false;
    return money::is_final(here.state) && tells(answer);
}

/// The other operation about this payment's money.
struct Link {
    std::int32_t op = 0;
    Aftermath aftermath = Aftermath::none;
};

Aftermath aftermath_of(const OperationRecord& linked) {
    if (linked.kind == Kind::found) return Aftermath::found;
    if (linked.kind != Kind::undo) return Aftermath::none;
    const bool kept = linked.state == money::State::succeeded || linked.reason == money::Reason::not_undone;
    return kept ? Aftermath::kept : Aftermath::giving_back;
}

/// followed_by: what Desk::follow_up has begun.
Link link_of(const OperationRecord& here, std::int32_t followed_by, Desk& desk) {
    if (here.linked_row == 0) return {followed_by, Aftermath::none};
    OperationRecord linked;
    linked.kind = Kind::request;  // no link is one: tells whether the desk knows better
    linked.row = here.linked_row;
    if (auto record = desk.journal().by_row(here.linked_row)) linked = std::move(*record);
    linked = desk.present(linked);  // what has just begun is not in the journal yet
    if (linked.kind == Kind::request) return {followed_by, Aftermath::none};
    return {followed_by != 0 ? followed_by : desk.op_of(linked), aftermath_of(linked)};
}

Document at_alipay(const Answer& answer) {
    Poco::JSON::Array::Ptr refunds = new Poco::JSON::Array;
    for (const money::ListedRefund& refund : answer.refunds) {
        Document listed;
        listed.text("refund_request_id", refund.request_id)
            .text("refund_id", refund.refund_id)
            .number("amount_minor", refund.amount_minor)
            .flag("done", refund.done);
        refunds->add(listed.value());
    }
    Document document;
    document.flag("answered", answer.verified)
        .text("status", answer.verified ? standing_word(answer.verdict) : "UNKNOWN")
        .number("amount_minor", answer.amount_minor)
        .text("currency", answer.currency)
        .time("paid_time_ms", "paid_time", answer.paid_time_ms)
        .text("code", answer.code)
        .text("wallet", answer.wallet)
        .list("refunds", refunds)
        .text("trace", answer.trace)
        .text("problem", answer.problem);
    return document;
}

Document here_document(const OperationRecord& here) {
    Document document;
    document.text("kind", word(here.kind));
    put_standing(document, here);
    document.number("amount_minor", here.amount_minor)
        .number("refunded_minor", here.refunded_minor)
        .text("currency", here.currency)
        .flag("acknowledged", here.acknowledged)
        .text("settled_by", here.settled_by);
    return document;
}

}  // namespace

Inquiry::Inquiry(const Arguments& arguments, const OfficeFacts& facts, const RequestIdOf& request_id, Desk& desk) {
    const std::string_view name = asked_by(arguments);
    OperationRecord stranger;
    if (name == "reference") {
        take_reference(arguments, facts, desk);
    } else if (name == "order_reference") {
        take_order(arguments, desk);
    } else if (name == "payment_request_id") {
        stranger.request_id = arguments.text(name);
        take(desk.journal().by_request_id(stranger.request_id), desk);
        if (asked_.empty()) take_stranger(stranger);
    } else {
        stranger.payment_id = arguments.text(name);
        take(desk.journal().by_payment_id(stranger.payment_id), desk);
        if (asked_.empty()) take_stranger(stranger);
    }
    for (Asked& asked : asked_) {  // without an id the desk would ask about a random one
        if (asked.record.request_id.empty() && asked.record.payment_id.empty()) {
            asked.record.request_id = request_id(asked.record);
        }
    }
}

void Inquiry::take_reference(const Arguments& arguments, const OfficeFacts& facts, Desk& desk) {
    OperationRecord named;
    named.store = facts.store;
    named.terminal = arguments.text_or("terminal", facts.terminal);
    named.business_day = arguments.day("business_day");
    named.reference = arguments.text("reference");
    std::vector<OperationRecord> records;
    for (const Kind kind : {Kind::payment, Kind::found}) {  // a found payment has its payment's reference
        auto record = desk.journal().by_name(kind, named.store, named.terminal, named.business_day, named.reference);
        if (record) records.push_back(std::move(*record));
    }
    take(std::move(records), desk);
    if (asked_.empty()) take_stranger(std::move(named));
}

void Inquiry::take_order(const Arguments& arguments, Desk& desk) {
    const std::string order_reference = arguments.text("order_reference");
    const std::uint32_t business_day = arguments.day("business_day");
    take(desk.journal().by_order(business_day, order_reference), desk);
}

void Inquiry::take(std::vector<OperationRecord> records, Desk& desk) {
    std::erase_if(records, [](const OperationRecord& r) { return r.kind != Kind::payment && r.kind != Kind::found; });
    left_out_ = records.size() - std::min(records.size(), max_payments_asked);
    records.erase(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(left_out_));
    for (const OperationRecord& record : records) {
        asked_.push_back({desk.present(record), {}, 0});
    }
}

void Inquiry::take_stranger(OperationRecord record) {
    asked_.push_back({std::move(record), {}, 0});
}

const OperationRecord* Inquiry::question() const {
    return next_ < asked_.size() && silent_ < max_silent ? &asked_[next_].record : nullptr;
}

void Inquiry::answered(const Answer& answer, Desk& desk) {
    Asked& asked = asked_[next_++];
    asked.answer = answer;
    silent_ = answer.verified ? 0 : silent_ + 1;
    if (asked.record.row == 0) return;
    // While the answer was on its way it may have ended, been linked, and left the desk for the journal.
    if (auto record = desk.journal().by_row(asked.record.row)) asked.record = std::move(*record);
    asked.record = desk.present(asked.record);
    if (concerns(asked.record, answer)) asked.followed_by = desk.follow_up(asked.record, answer);
}

Document Inquiry::answer_about(const Asked& asked, Desk& desk) {
    const bool known = asked.record.row != 0;
    const OperationRecord here = known ? desk.present(asked.record) : asked.record;
    const Link link = link_of(here, asked.followed_by, desk);
    Document payment;
    payment.text("reference", here.reference)
        .text("terminal", here.terminal)
        .number("business_day", here.business_day)
        .text("order_reference", here.order_reference)
        .number("op", known ? desk.op_of(here) : 0)
        .text("payment_id", here.payment_id.empty() ? asked.answer.payment_id : here.payment_id)
        .text("payment_request_id", here.request_id);
    if (known) {
        payment.object("here", here_document(here));
    } else {
        payment.null("here");
    }
    payment.object("at_alipay", at_alipay(asked.answer))
        .text("says", sentence(known ? &here : nullptr, asked.answer, link.aftermath))
        .number("linked_op", link.op);
    return payment;
}

std::string Inquiry::json(Desk& desk) const {
    std::size_t found = 0;
    Poco::JSON::Array::Ptr payments = new Poco::JSON::Array;
    for (const Asked& asked : asked_) {
        if (asked.record.row != 0 || shows_payment(asked.answer)) ++found;
        payments->add(answer_about(asked, desk).value());
    }
    Document document;
    document.number("found", found).number("left_out", left_out_).list("payments", payments);
    return document.json();
}

}  // namespace paydrv::office
