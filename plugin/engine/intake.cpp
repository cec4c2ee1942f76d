#include "engine/intake.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

namespace paydrv::engine {
namespace {

constexpr std::size_t first_room = 65'536;
constexpr std::size_t low_room = 16'384;

std::uint64_t word_of(std::string_view bytes, std::size_t at) {
    std::uint64_t word = 0;
    if (bytes.size() >= at + sizeof word) std::memcpy(&word, bytes.data() + at, sizeof word);
    return word;
}

// Texts one after the other, each behind its length, so that no two names give the same bytes.
class NameBytes {
  public:
    void add(std::string_view text) noexcept {
        add_number(text.size());
        const std::size_t length = std::min(text.size(), bytes_.size() - used_);
        std::copy_n(text.data(), length, bytes_.data() + used_);
        used_ += length;
    }
    void add_number(std::uint64_t number) noexcept {
        if (bytes_.size() - used_ < sizeof number) return;
        std::memcpy(bytes_.data() + used_, &number, sizeof number);
        used_ += sizeof number;
    }
    money::NameHash hash(const money::HashKey& key) const noexcept {
        const std::string_view all(bytes_.data(), used_);
        return {money::keyed_hash(key, all), money::keyed_hash({~key.k0, key.k1}, all)};
    }

  private:
    std::array<char, 512> bytes_;
    std::size_t used_ = 0;
};

}  // namespace

void OperationIds::begin_at(std::int32_t first) noexcept {
    std::int32_t unset = 0;
    next_.compare_exchange_strong(unset, first);
}

Intake::Intake(Snapshot& snapshot, OperationIds& ids, const Clock& clock, Executor& executor, std::string store,
               std::string terminal, std::string_view code_key, money::HashKey name_key)
    : snapshot_(snapshot),
      ids_(ids),
      clock_(clock),
      executor_(executor),
      store_(std::move(store)),
      terminal_(std::move(terminal)),
      code_key_{word_of(code_key, 0), word_of(code_key, 8)},
      name_key_(name_key),
      references_(first_room),
      places_(std::make_unique<Place[]>(max_waiting_starts)) {
    free_places_.reserve(max_waiting_starts);
    for (std::uint32_t place = max_waiting_starts; place > 0; place--) {
        free_places_.push_back(place - 1);
    }
    orders_.reserve(max_orders);
}

Intake::~Intake() = default;

bool Intake::push_locked(const Order& order) noexcept {
    if (orders_.size() == max_orders) return false;
    orders_.push_back(order);
    return true;
}

bool Intake::push(const Order& order) {
    {
        const std::lock_guard lock(lock_);
        if (closed_ || !push_locked(order)) return false;
    }
    executor_.wake();
    return true;
}

money::NameHash Intake::name_hash(money::Kind kind, std::string_view terminal, std::uint32_t day,
                                  std::string_view reference) const noexcept {
    NameBytes bytes;
    bytes.add_number(static_cast<std::uint64_t>(kind));
    bytes.add(store_);
    bytes.add(terminal.empty() ? std::string_view(terminal_) : terminal);
    bytes.add_number(day);
    bytes.add(reference);
    return bytes.hash(name_key_);
}

money::NameHash Intake::order_hash(std::uint32_t day, std::string_view order_reference) const noexcept {
    NameBytes bytes;
    bytes.add(store_);
    bytes.add_number(day);
    bytes.add(order_reference);
    return bytes.hash(name_key_);
}

// What a refund is of: two refunds of one name must be of the same payment, named in the same way.
money::NameHash Intake::original_hash(std::string_view terminal, std::uint32_t day, std::string_view reference,
                                      std::string_view payment_id) const noexcept {
    if (!reference.empty()) return name_hash(money::Kind::payment, terminal, day, reference);
    NameBytes bytes;
    bytes.add(store_);
    bytes.add(payment_id);
    return bytes.hash(name_key_);
}

std::uint64_t Intake::code_hash(std::string_view payment_code) const noexcept {
    return payment_code.empty() ? 0 : money::keyed_hash(code_key_, payment_code);
}

money::Claim Intake::claim_of(const StartOrder& order) const noexcept {
    money::Claim claim;
    const bool refund = order.kind == money::Kind::refund;
    claim.name = name_hash(order.kind, text_of(order.terminal), order.business_day, text_of(order.reference));
    claim.order = refund ? original_hash(text_of(order.original_terminal), order.original_business_day,
                                         text_of(order.original_reference), text_of(order.payment_id))
                         : order_hash(order.business_day, text_of(order.order_reference));
    claim.kind = order.kind;
    claim.amount_minor = order.amount_minor;
    if (!refund) claim.currency = order.currency;  // a refund's is its payment's
    claim.business_day = order.business_day;
    claim.code_hash = code_hash(text_of(order.payment_code));
    claim.order_may_repeat = refund || order.flags != 0;  // split bill, pay again
    return claim;
}

std::int32_t Intake::give_id_locked() noexcept {
    for (std::size_t tries = 0; tries < Snapshot::capacity; tries++) {
        const std::int32_t op = ids_.next();
        if (snapshot_.claim(op)) return op;
    }
    return 0;
}

std::int32_t Intake::give_id() {
    const std::lock_guard lock(lock_);
    return give_id_locked();
}

void Intake::show_new(std::int32_t op, const StartOrder& order) noexcept {
    View view;
    view.op = op;
    view.kind = order.kind;
    view.mode = order.mode;
    view.payment_id = order.payment_id;
    view.business_day = order.business_day;
    view.amount_minor = order.amount_minor;
    view.started_ms = clock_.monotonic_ms();
    view.currency = order.currency;
    view.reference = order.reference;
    view.order_reference = order.order_reference;
    view.terminal = order.terminal;
    if (text_of(view.terminal).empty()) put_text(view.terminal, terminal_);
    snapshot_.show_first(view);
}

// What the index knows of an operation of an earlier day or session; the rest follows when the engine has read its row.
void Intake::show_spent(std::int32_t op, const money::Attempt& attempt) noexcept {
    View view;
    view.op = op;
    view.kind = attempt.kind;
    view.row = attempt.row;
    view.business_day = attempt.business_day;
    view.amount_minor = attempt.amount_minor;
    view.currency = attempt.currency;
    view.state = attempt.state;
    view.reason = attempt.reason;
    view.next_action = attempt.next_action;
    view.started_ms = clock_.monotonic_ms();
    snapshot_.show_first(view);
}

std::int32_t Intake::readable_op(money::AttemptIndex index) {
    money::Attempt& attempt = references_.at(index);
    View view;
    if (attempt.op != 0 && snapshot_.read(attempt.op, view)) return attempt.op;
    const std::int32_t op = give_id_locked();
    if (op == 0) return 0;
    attempt.op = op;
    show_spent(op, attempt);
    push_locked({Order::Kind::load, op, 0, index, attempt.row, {}});
    return op;
}

StartAnswer Intake::start(const StartOrder& order, std::string_view details_json) {
    StartAnswer answer;
    {
        const std::lock_guard lock(lock_);
        if (closed_) {
            answer.result = StartResult::closed;
            return answer;
        }
        const money::Claim claim = claim_of(order);
        const std::int64_t now_ms = clock_.monotonic_ms();
        money::AttemptIndex other = 0;
        const money::ClaimResult result = references_.check(claim, now_ms, other);
        switch (result) {
            case money::ClaimResult::joined: answer.result = StartResult::joined; break;
            case money::ClaimResult::spent: answer.result = StartResult::spent; break;
            case money::ClaimResult::content_differs: answer.result = StartResult::content_differs; break;
            case money::ClaimResult::code_used: answer.result = StartResult::code_used; break;
            case money::ClaimResult::order_busy: answer.result = StartResult::order_busy; break;
            case money::ClaimResult::no_room: return answer;
            case money::ClaimResult::fresh: answer.result = StartResult::fresh; break;
        }
        if (answer.result != StartResult::fresh) {
            answer.op = readable_op(other);
        } else {
            if (refusal_ != Refusal::none) {
                answer.result = refusal_ == Refusal::journal ? StartResult::journal : StartResult::configuration;
                answer.problem = refusal_text_;
                return answer;
            }
            std::uint32_t place = 0;
            answer.op = place_locked(order, details_json, place);
            if (answer.op == 0) {
                answer.result = StartResult::no_room;
                return answer;
            }
            const money::AttemptIndex attempt = references_.enter(claim, answer.op, now_ms);
            push_locked({Order::Kind::start, answer.op, place, attempt, 0, {}});
        }
    }
    executor_.wake();
    return answer;
}

StartAnswer Intake::request(const StartOrder& order, std::string_view json) {
    StartAnswer answer;
    {
        const std::lock_guard lock(lock_);
        std::uint32_t place = 0;
        answer.op = closed_ ? 0 : place_locked(order, json, place);
        answer.result = closed_ ? StartResult::closed : answer.op == 0 ? StartResult::no_room : StartResult::fresh;
        if (answer.op == 0) return answer;
        push_locked({Order::Kind::start, answer.op, place, 0, 0, {}});
    }
    executor_.wake();
    return answer;
}

// An id, a first view, and a place for what the host said; 0: no room.
std::int32_t Intake::place_locked(const StartOrder& order, std::string_view json, std::uint32_t& place) {
    const std::int32_t op = free_places_.empty() || orders_.size() == max_orders ? 0 : give_id_locked();
    if (op == 0) return 0;
    place = free_places_.back();
    free_places_.pop_back();
    places_[place].order = order;
    places_[place].details_json.assign(json);
    show_new(op, order);
    return op;
}

bool Intake::ask(const std::shared_ptr<Query>& query, std::uint32_t wait_ms) {
    {
        const std::lock_guard lock(lock_);
        if (abandoned_ || (closed_ && query->kind != Query::Kind::in_doubt)) return false;
        queries_.push_back(query);
    }
    executor_.wake();
    std::unique_lock lock(query->mutex);
    return query->answered.wait_for(lock, std::chrono::milliseconds(wait_ms), [&] { return query->done; });
}

bool Intake::close() noexcept {
    const std::lock_guard lock(lock_);
    return !std::exchange(closed_, true);
}

void Intake::reopen() noexcept {
    const std::lock_guard lock(lock_);
    closed_ = false;
}

void Intake::abandon() noexcept {
    std::vector<std::shared_ptr<Query>> queries;
    {
        const std::lock_guard lock(lock_);
        closed_ = true;
        abandoned_ = true;
        queries.swap(queries_);
    }
    for (const std::shared_ptr<Query>& query : queries) {
        query->finish(false);
    }
}

void Intake::drain(Drained& drained) {
    drained.orders.clear();
    drained.queries.clear();
    const std::lock_guard lock(lock_);
    drained.orders.assign(orders_.begin(), orders_.end());  // keeps the reserved room of orders_
    orders_.clear();
    drained.queries.swap(queries_);
}

void Intake::take(std::uint32_t place, StartOrder& order, std::string& details_json) {
    const std::lock_guard lock(lock_);
    order = places_[place].order;
    details_json = std::move(places_[place].details_json);
    places_[place].details_json.clear();
    explicit_bzero(places_[place].order.payment_code.data(), places_[place].order.payment_code.size());
    free_places_.push_back(place);
}

void Intake::refuse(Refusal refusal, std::string_view problem) {
    const std::lock_guard lock(lock_);
    refusal_ = refusal;
    refusal_text_.fill('\0');
    std::copy_n(problem.data(), std::min(problem.size(), refusal_text_.size() - 1), refusal_text_.data());
}

void Intake::settle(money::AttemptIndex attempt, const money::OperationRecord& record) {
    const std::lock_guard lock(lock_);
    references_.settle(attempt, record);
}

money::AttemptIndex Intake::load(const money::OperationRecord& record, std::int32_t op, std::int64_t wall_ms) {
    money::Attempt attempt;
    attempt.kind = record.kind;
    attempt.name = name_hash(record.kind, record.terminal, record.business_day, record.reference);
    switch (record.kind) {
        case money::Kind::refund:
            attempt.order = original_hash(record.original_terminal, record.original_business_day,
                                          record.original_reference, record.payment_id);
            break;
        case money::Kind::undo: attempt.order = attempt.name; break;  // gives back; keeps no order busy
        default: attempt.order = order_hash(record.business_day, record.order_reference); break;
    }
    attempt.amount_minor = record.amount_minor;
    if (record.kind != money::Kind::refund) {
        std::copy_n(record.currency.data(), std::min(record.currency.size(), attempt.currency.size()),
                    attempt.currency.data());
    }
    attempt.business_day = record.business_day;
    attempt.op = op;
    attempt.row = record.row;
    attempt.state = record.state;
    attempt.reason = record.reason;
    attempt.next_action = record.next_action;
    attempt.standing = money::standing_of(record);
    const std::int64_t age_ms = std::max<std::int64_t>(0, wall_ms - record.created_wall_ms);
    const std::lock_guard lock(lock_);
    return references_.load(attempt, record.code_hash, clock_.monotonic_ms() - age_ms);
}

std::int32_t Intake::find(money::Kind kind, std::string_view terminal, std::uint32_t business_day,
                          std::string_view reference) {
    const money::NameHash hash = name_hash(kind, terminal, business_day, reference);
    std::int32_t op = 0;
    {
        const std::lock_guard lock(lock_);
        money::AttemptIndex index = 0;
        if (references_.find(hash, index) != nullptr) op = readable_op(index);
    }
    return op;
}

void Intake::keep_room() {
    const std::lock_guard lock(lock_);
    if (references_.free_room() < low_room) references_.reserve_room(references_.size() + 2 * first_room);
}

}  // namespace paydrv::engine
