#include "office/day_totals.h"

#include <cstdint>
#include <map>
#include <tuple>

#include "money/words.h"
#include "office/detail.h"
#include "office/document.h"

namespace paydrv::office {
namespace {

using engine::Desk;
using money::Kind;
using money::OperationRecord;
using money::Reason;
using money::State;

constexpr std::size_t page_rows = 500;

[[noreturn]] void refuse_overflow(const std::string& currency) {
    throw Refusal("", "the sums in " + currency + " do not fit 64 bits: ask by operator_id or terminal", Reason::none,
                  money::NextAction::call_support);
}

struct Sum {
    std::uint64_t count = 0;
    std::int64_t minor = 0;

    void add(std::int64_t amount_minor, const std::string& currency) {
        ++count;
        if (__builtin_add_overflow(minor, amount_minor, &minor)) refuse_overflow(currency);
    }
};

/// What one group of operations came to.
struct Totals {
    Sum payments;          // SUCCEEDED
    Sum refunds;           // SUCCEEDED
    Sum cancelled;         // payments
    Sum declined;          // payments
    Sum refunds_declined;  // not refunded, for whatever reason
    Sum undone;            // late money that the driver has given back (R6)
    Sum kept;              // late money that could not be given back
    Sum found;             // payments that this journal did not begin, SUCCEEDED

    void add(const OperationRecord& record);
};

Sum* place_of(Totals& totals, const OperationRecord& record) {
    switch (record.kind) {
        case Kind::payment:
            if (record.state == State::succeeded) return &totals.payments;
            return record.state == State::cancelled ? &totals.cancelled : &totals.declined;
        case Kind::refund: return record.state == State::succeeded ? &totals.refunds : &totals.refunds_declined;
        case Kind::undo:
            if (record.state == State::cancelled) return &totals.undone;
            // Its SUCCEEDED is the payment's: the money stays. DECLINED: there was nothing to give back.
            return record.state == State::succeeded || record.reason == Reason::not_undone ? &totals.kept : nullptr;
        case Kind::found: return record.state == State::succeeded ? &totals.found : nullptr;
        case Kind::request: return nullptr;
    }
    return nullptr;
}

void Totals::add(const OperationRecord& record) {
    Sum* const sum = place_of(*this, record);
    if (sum != nullptr) sum->add(record.amount_minor, record.currency);
}

void put_sum(Document& document, const char* key, const Sum& sum) {
    Document value;
    value.number("count", sum.count).number("sum_minor", sum.minor);
    document.object(key, value);
}

void put_totals(Document& document, const Totals& totals, const std::string& currency) {
    std::int64_t net_minor = 0;
    if (__builtin_sub_overflow(totals.payments.minor, totals.refunds.minor, &net_minor)) refuse_overflow(currency);
    put_sum(document, "payments", totals.payments);
    put_sum(document, "refunds", totals.refunds);
    document.number("net_minor", net_minor);
    put_sum(document, "cancelled", totals.cancelled);
    put_sum(document, "declined", totals.declined);
    put_sum(document, "refunds_declined", totals.refunds_declined);
    put_sum(document, "undone", totals.undone);
    put_sum(document, "kept", totals.kept);
    put_sum(document, "found", totals.found);
}

/// Everything of one day that the request asks for.
class Day {
  public:
    explicit Day(Desk& desk) : desk_(desk) {}

    void add(const OperationRecord& record);
    void put(Document& document) const;

  private:
    using Group = std::tuple<std::string, std::string, std::string>;  // operator, currency, wallet

    std::string wallet_of(const OperationRecord& record);
    void list_in_doubt(const OperationRecord& record);

    Desk& desk_;
    std::map<Group, Totals> groups_;
    std::map<std::string, Totals> currencies_;
    Poco::JSON::Array::Ptr in_doubt_ = new Poco::JSON::Array;
    std::uint64_t in_doubt_count_ = 0;
    std::uint64_t unacknowledged_ = 0;
};

/// A refund's or undo's own answers may not name the wallet: then it is the payment's.
std::string Day::wallet_of(const OperationRecord& record) {
    if (!record.wallet.empty() || record.linked_row == 0) return record.wallet;
    const auto linked = desk_.journal().by_row(record.linked_row);
    return linked ? linked->wallet : "";
}

void Day::add(const OperationRecord& record) {
    if (record.kind == Kind::request) return;
    if (!money::is_final(record.state)) return list_in_doubt(record);
    if (!record.acknowledged) ++unacknowledged_;
    groups_[{record.operator_id, record.currency, wallet_of(record)}].add(record);
    currencies_[record.currency].add(record);
}

void Day::list_in_doubt(const OperationRecord& record) {
    ++in_doubt_count_;
    if (in_doubt_->size() >= max_listed_in_doubt) return;
    Document listed;
    listed.text("kind", word(record.kind))
        .text("reference", record.reference)
        .text("order_reference", record.order_reference)
        .text("terminal", record.terminal)
        .text("operator_id", record.operator_id)
        .number("amount_minor", record.amount_minor)
        .text("currency", record.currency)
        .text("payment_id", record.payment_id);
    put_standing(listed, record);
    in_doubt_->add(listed.value());
}

void Day::put(Document& document) const {
    Poco::JSON::Array::Ptr groups = new Poco::JSON::Array;
    for (const auto& [group, totals] : groups_) {
        const auto& [operator_id, currency, wallet] = group;
        Document value;
        value.text("operator_id", operator_id).text("currency", currency).text("wallet", wallet);
        put_totals(value, totals, currency);
        groups->add(value.value());
    }
    Poco::JSON::Array::Ptr currencies = new Poco::JSON::Array;
    for (const auto& [currency, totals] : currencies_) {
        Document value;
        value.text("currency", currency);
        put_totals(value, totals, currency);
        currencies->add(value.value());
    }
    Document in_doubt;
    in_doubt.number("count", in_doubt_count_).list("listed", in_doubt_);
    document.list("groups", groups)
        .list("totals", currencies)
        .object("in_doubt", in_doubt)
        .number("unacknowledged", unacknowledged_);
}

}  // namespace

std::string day_totals(const Arguments& arguments, Desk& desk) {
    const std::uint32_t business_day = arguments.day("business_day");
    const std::string operator_id = arguments.text_or("operator_id", "");
    const std::string terminal = arguments.text_or("terminal", "");
    Day day(desk);
    std::int64_t after = 0;
    for (;;) {
        const auto page = desk.journal().list(engine::List::day, business_day, after, page_rows);
        for (const OperationRecord& record : page) {
            if (!operator_id.empty() && record.operator_id != operator_id) continue;
            if (!terminal.empty() && record.terminal != terminal) continue;
            day.add(desk.present(record));
        }
        if (page.size() < page_rows) break;
        after = page.back().row;
    }
    Document document;
    document.number("business_day", business_day)
        .text("day_boundary", "business_day")
        .text_or_null("operator_id", operator_id)
        .text_or_null("terminal", terminal);
    day.put(document);
    document.text("chain_head", desk.journal().head());
    return document.json();
}

}  // namespace paydrv::office
