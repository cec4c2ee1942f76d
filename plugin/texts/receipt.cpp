#include "texts/receipt.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <vector>

#include "texts/columns.h"

namespace paydrv::texts {
namespace {

using money::Kind;
using money::OperationRecord;
using money::State;

constexpr std::string_view brand = "Alipay+";

Slip slip_of(const OperationRecord& record) noexcept {
    if (record.kind == Kind::request) return Slip::none;
    if (record.state == State::succeeded) {
        // An undo that succeeded says that the money could not be given back: the payment's own receipt stays true.
        if (record.kind == Kind::undo) return Slip::none;
        return record.kind == Kind::refund ? Slip::refund : Slip::payment;
    }
    if (record.state != State::cancelled || record.kind == Kind::refund) return Slip::none;
    const bool had_money = record.kind == Kind::undo || record.paid_time_ms != 0 || record.undo_minor != 0;
    return had_money ? Slip::cancelled : Slip::none;
}

void complete_from(const OperationRecord& payment, ReceiptFacts& facts) {
    const auto fill = [](std::string& fact, const std::string& known) {
        if (fact.empty()) fact = known;
    };
    fill(facts.original_reference, payment.reference);
    fill(facts.original_terminal, payment.terminal);
    fill(facts.order_reference, payment.order_reference);
    fill(facts.payment_id, payment.payment_id);
    fill(facts.wallet, payment.wallet);
    fill(facts.customer, payment.display_customer);
    if (facts.original_business_day == 0) facts.original_business_day = payment.business_day;
    if (facts.original_amount_minor == 0) facts.original_amount_minor = payment.amount_minor;
}

std::string day_text(std::uint32_t day) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04u-%02u-%02u", day / 10'000, day / 100 % 100, day % 100);
    return text.data();
}

std::string time_text(std::int64_t time_ms, int utc_offset_minutes) {
    using namespace std::chrono;
    const auto local = floor<seconds>(sys_time<milliseconds>(milliseconds(time_ms)) + minutes(utc_offset_minutes));
    const auto midnight = floor<days>(local);
    const year_month_day date(midnight);
    const hh_mm_ss clock(local - midnight);
    std::array<char, 80> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

/// Only what paper can show: no control character reaches the printer from a value.
std::string printable(std::string_view value) {
    std::string text(value);
    std::replace_if(
        text.begin(), text.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F; }, ' ');
    return text;
}

/// The lines as they come about. Lives for one receipt.
class Paper {
  public:
    Paper(const Texts& texts, const ReceiptFacts& facts) : texts_(texts), facts_(facts) {}

    void centred(std::string_view text) {
        for (const std::string& line : wrapped(printable(text), receipt_columns))
            lines_.push_back(std::string((receipt_columns - columns_of(line)) / 2, ' ') + line);
    }

    void rule() { lines_.emplace_back(receipt_columns, '-'); }

    /// A mark that nobody overlooks: between stars.
    void mark(std::string_view text) { centred("*** " + std::string(text) + " ***"); }

    /// "label          value"; a value that has no room beside the label goes on below it, indented.
    void value(Word label, std::string_view raw) {
        if (raw.empty()) return;
        const std::string text = printable(raw);
        const std::string word(texts_.word(label));
        const std::size_t taken = columns_of(word) + columns_of(text);
        if (taken + 1 <= receipt_columns) {
            lines_.push_back(word + std::string(receipt_columns - taken, ' ') + text);
            return;
        }
        lines_.push_back(word);
        for (const std::string& line : wrapped(text, receipt_columns - indent))
            lines_.push_back(std::string(indent, ' ') + line);
    }

    void amount(Word label, std::int64_t amount_minor) {
        if (amount_minor == 0) return;
        std::string text =
            printable(facts_.currency) + " " + amount_text(amount_minor, facts_.currency_digits.value_or(0));
        if (!facts_.currency_digits) text += " " + std::string(texts_.word(Word::minor_units));
        value(label, text);
    }

    void day(Word label, std::uint32_t business_day) {
        if (business_day != 0) value(label, day_text(business_day));
    }

    std::string text() const {
        std::string all;
        for (const std::string& line : lines_)
            all += (all.empty() ? "" : "\n") + line;
        return all;
    }

  private:
    static constexpr std::size_t indent = 2;

    const Texts& texts_;
    const ReceiptFacts& facts_;
    std::vector<std::string> lines_;
};

Word title_of(Slip slip) noexcept {
    return slip == Slip::payment ? Word::payment : slip == Slip::refund ? Word::refund : Word::cancelled;
}

void put_head(Paper& paper, const ReceiptFacts& facts, Copy copy, const Texts& texts) {
    if (!texts.test_mark().empty()) paper.mark(texts.test_mark());
    paper.centred(brand);
    paper.centred(facts.merchant);
    if (facts.store != facts.merchant) paper.centred(facts.store);
    paper.centred(texts.word(copy == Copy::merchant ? Word::merchant_copy : Word::customer_copy));
    if (facts.reprint) paper.mark(texts.word(Word::reprint));
    paper.rule();
}

void put_money(Paper& paper, const ReceiptFacts& facts, const Texts& texts) {
    paper.centred(texts.word(title_of(facts.slip)));
    paper.amount(Word::amount, facts.amount_minor);
    paper.amount(Word::refunded, facts.refunded_minor);
    paper.amount(Word::given_back, facts.given_back_minor);
    paper.rule();
}

void put_names(Paper& paper, const ReceiptFacts& facts, Copy copy) {
    paper.value(Word::order, facts.order_reference);
    paper.value(Word::reference, facts.reference);
    paper.day(Word::business_day, facts.business_day);
    if (facts.time_ms != 0) paper.value(Word::time, time_text(facts.time_ms, facts.utc_offset_minutes));
    paper.value(Word::terminal, facts.terminal);
    paper.value(Word::cashier, facts.operator_id);
    paper.value(Word::wallet, facts.wallet);
    paper.value(Word::customer, facts.customer);
    paper.value(Word::payment_id, facts.payment_id);
    paper.value(Word::refund_id, facts.refund_id);
    paper.value(facts.slip == Slip::refund ? Word::refund_reason : Word::description, facts.description);
    if (copy == Copy::merchant) paper.value(Word::settled_by, facts.settled_by);
}

void put_original(Paper& paper, const ReceiptFacts& facts, const Texts& texts) {
    if (facts.slip != Slip::refund) return;
    paper.rule();
    paper.centred(texts.word(Word::original));
    paper.value(Word::reference, facts.original_reference);
    paper.day(Word::business_day, facts.original_business_day);
    paper.value(Word::terminal, facts.original_terminal);
    paper.amount(Word::amount, facts.original_amount_minor);
}

}  // namespace

ReceiptFacts facts_of(const OperationRecord& record, const OperationRecord* linked, const ShopNames& shop) {
    ReceiptFacts facts;
    facts.slip = slip_of(record);
    facts.reprint = record.acknowledged;
    facts.merchant = shop.merchant;
    facts.store = shop.store;
    facts.terminal = record.terminal;
    facts.operator_id = record.operator_id;
    facts.order_reference = record.order_reference;
    facts.reference = record.reference;
    facts.business_day = record.business_day;
    facts.time_ms = record.paid_time_ms != 0 ? record.paid_time_ms : record.created_wall_ms;
    facts.utc_offset_minutes = shop.utc_offset_minutes;
    facts.amount_minor = record.amount_minor;
    facts.currency = record.currency;
    if (const auto digits = shop.currency_digits.find(record.currency); digits != shop.currency_digits.end())
        facts.currency_digits = digits->second;
    if (facts.slip == Slip::payment) facts.refunded_minor = record.refunded_minor;
    if (facts.slip == Slip::cancelled)
        facts.given_back_minor = record.undo_minor != 0 ? record.undo_minor : record.amount_minor;
    facts.wallet = record.wallet;
    facts.customer = record.display_customer;
    facts.payment_id = record.payment_id;
    facts.refund_id = record.refund_id;
    facts.description = record.description;
    facts.settled_by = record.settled_by;
    if (facts.slip != Slip::refund) return facts;
    facts.original_reference = record.original_reference;
    facts.original_terminal = record.original_terminal;
    facts.original_business_day = record.original_business_day;
    facts.original_amount_minor = record.original_amount_minor;
    const bool paid = linked != nullptr && (linked->kind == Kind::payment || linked->kind == Kind::found);
    if (paid) complete_from(*linked, facts);
    return facts;
}

std::string receipt(const ReceiptFacts& facts, Copy copy, const Texts& texts) {
    if (facts.slip == Slip::none) return {};
    Paper paper(texts, facts);
    put_head(paper, facts, copy, texts);
    put_money(paper, facts, texts);
    put_names(paper, facts, copy);
    put_original(paper, facts, texts);
    if (!texts.test_mark().empty()) {
        paper.rule();
        paper.mark(texts.test_mark());
    }
    return paper.text();
}

std::string amount_text(std::int64_t amount_minor, int digits) {
    std::string text = std::to_string(amount_minor);
    const std::size_t sign = text.starts_with('-') ? 1 : 0;
    const std::size_t fraction = static_cast<std::size_t>(std::clamp(digits, 0, 18));
    if (fraction == 0) return text;
    if (text.size() - sign <= fraction) text.insert(sign, fraction + 1 - (text.size() - sign), '0');
    text.insert(text.size() - fraction, 1, '.');
    return text;
}

}  // namespace paydrv::texts
