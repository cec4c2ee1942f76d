#include "money/references.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace paydrv::money {
namespace {

constexpr AttemptIndex none = std::numeric_limits<AttemptIndex>::max();
constexpr std::int64_t code_lifetime_ms = 600'000;
constexpr std::size_t code_ways = 4;
constexpr std::size_t code_sets = 16'384;

class SipState {
  public:
    explicit SipState(const HashKey& key)
        : v0_(0x736f6d6570736575ULL ^ key.k0),
          v1_(0x646f72616e646f6dULL ^ key.k1),
          v2_(0x6c7967656e657261ULL ^ key.k0),
          v3_(0x7465646279746573ULL ^ key.k1) {}

    void take(std::uint64_t word) {
        v3_ ^= word;
        rounds(2);
        v0_ ^= word;
    }
    std::uint64_t finish() {
        v2_ ^= 0xff;
        rounds(4);
        return v0_ ^ v1_ ^ v2_ ^ v3_;
    }

  private:
    void rounds(int count) {
        for (int i = 0; i < count; i++) {
            v0_ += v1_;
            v2_ += v3_;
            v1_ = std::rotl(v1_, 13) ^ v0_;
            v3_ = std::rotl(v3_, 16) ^ v2_;
            v0_ = std::rotl(v0_, 32);
            v2_ += v1_;
            v0_ += v3_;
            v1_ = std::rotl(v1_, 17) ^ v2_;
            v3_ = std::rotl(v3_, 21) ^ v0_;
            v2_ = std::rotl(v2_, 32);
        }
    }
    std::uint64_t v0_, v1_, v2_, v3_;
};

std::uint64_t little_endian(std::string_view bytes) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < bytes.size(); i++) {
        word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    }
    return word;
}

// Linear probing: the place of a key, or the free place where it would stand.
template <class Matches>
std::size_t place_of(const std::vector<AttemptIndex>& table, std::uint64_t hash, Matches matches) {
    std::size_t place = hash % table.size();
    while (table[place] != none && !matches(table[place])) {
        place = (place + 1) % table.size();
    }
    return place;
}

}  // namespace

std::uint64_t keyed_hash(const HashKey& key, std::string_view text) noexcept {
    SipState state(key);
    const std::uint64_t length = text.size();
    for (; text.size() >= 8; text.remove_prefix(8)) {
        state.take(little_endian(text.substr(0, 8)));
    }
    state.take(little_endian(text) | (length << 56));
    return state.finish();
}

Standing standing_of(const OperationRecord& record) noexcept {
    if (!is_final(record.state)) return Standing::open;
    const bool money_held = record.state == State::succeeded && record.refunded_minor < record.amount_minor;
    return money_held ? Standing::paid : Standing::ended;
}

References::References(std::size_t room) : codes_(code_sets * code_ways) {
    reserve_room(room);
}

void References::reserve_room(std::size_t room) {
    room_ = std::max(room, attempts_.size());
    attempts_.reserve(room_);
    by_name_.assign(2 * room_ + 1, none);
    by_order_.assign(2 * room_ + 1, none);
    same_order_.assign(room_, none);
    for (AttemptIndex index = 0; index < attempts_.size(); index++) {
        link(index);
    }
}

void References::link(AttemptIndex index) noexcept {
    const Attempt& attempt = attempts_[index];
    by_name_[place_of(by_name_, attempt.name.low, [&](AttemptIndex i) { return attempts_[i].name == attempt.name; })] =
        index;
    const std::size_t place =
        place_of(by_order_, attempt.order.low, [&](AttemptIndex i) { return attempts_[i].order == attempt.order; });
    same_order_[index] = by_order_[place];
    by_order_[place] = index;
}

AttemptIndex References::first_of_order(const NameHash& order) const noexcept {
    return by_order_[place_of(by_order_, order.low, [&](AttemptIndex i) { return attempts_[i].order == order; })];
}

const Attempt* References::find(const NameHash& name, AttemptIndex& index) const noexcept {
    index = by_name_[place_of(by_name_, name.low, [&](AttemptIndex i) { return attempts_[i].name == name; })];
    return index == none ? nullptr : &attempts_[index];
}

ClaimResult References::check(const Claim& claim, std::int64_t now_ms, AttemptIndex& other) const noexcept {
    if (const Attempt* same = find(claim.name, other)) {
        const bool equal =
            same->amount_minor == claim.amount_minor && same->currency == claim.currency && same->order == claim.order;
        if (!equal) return ClaimResult::content_differs;
        return is_final(same->state) ? ClaimResult::spent : ClaimResult::joined;
    }
    if (const Code* code = claim.code_hash == 0 ? nullptr : used_code(claim.code_hash, now_ms)) {
        other = code->attempt;
        return ClaimResult::code_used;
    }
    if (!claim.order_may_repeat) {  // R9
        for (AttemptIndex i = first_of_order(claim.order); i != none; i = same_order_[i]) {
            other = i;
            if (attempts_[i].standing != Standing::ended) return ClaimResult::order_busy;
        }
    }
    return free_room() == 0 ? ClaimResult::no_room : ClaimResult::fresh;
}

AttemptIndex References::enter(const Claim& claim, std::int32_t op, std::int64_t now_ms) noexcept {
    Attempt attempt;
    attempt.kind = claim.kind;
    attempt.name = claim.name;
    attempt.order = claim.order;
    attempt.amount_minor = claim.amount_minor;
    attempt.currency = claim.currency;
    attempt.business_day = claim.business_day;
    attempt.op = op;
    const auto index = static_cast<AttemptIndex>(attempts_.size());
    attempts_.push_back(attempt);  // within the reserved room
    link(index);
    if (claim.code_hash != 0) note_code(claim.code_hash, index, now_ms);
    return index;
}

AttemptIndex References::load(const Attempt& attempt, std::uint64_t code_hash, std::int64_t code_given_ms) {
    AttemptIndex known = none;
    if (find(attempt.name, known) != nullptr) {
        attempts_[known] = attempt;
        return known;
    }
    if (free_room() == 0) reserve_room(2 * room_ + 1);
    const auto index = static_cast<AttemptIndex>(attempts_.size());
    attempts_.push_back(attempt);
    link(index);
    if (code_hash != 0) note_code(code_hash, index, code_given_ms);
    return index;
}

void References::settle(AttemptIndex index, const OperationRecord& record) noexcept {
    Attempt& attempt = attempts_[index];
    attempt.row = record.row;
    attempt.state = record.state;
    attempt.reason = record.reason;
    attempt.next_action = record.next_action;
    attempt.standing = standing_of(record);
}

const References::Code* References::used_code(std::uint64_t hash, std::int64_t now_ms) const noexcept {
    const std::size_t first = hash % code_sets * code_ways;
    for (std::size_t i = first; i < first + code_ways; i++) {
        if (codes_[i].hash == hash && now_ms - codes_[i].given_ms < code_lifetime_ms) return &codes_[i];
    }
    return nullptr;
}

void References::note_code(std::uint64_t hash, AttemptIndex attempt, std::int64_t given_ms) noexcept {
    const auto first = codes_.begin() + static_cast<std::ptrdiff_t>(hash % code_sets * code_ways);
    *std::min_element(first, first + code_ways, [](const Code& a, const Code& b) {
        return (a.hash == 0 ? std::numeric_limits<std::int64_t>::min() : a.given_ms) <
               (b.hash == 0 ? std::numeric_limits<std::int64_t>::min() : b.given_ms);
    }) = {hash, given_ms, attempt};
}

}  // namespace paydrv::money
