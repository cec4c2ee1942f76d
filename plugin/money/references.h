// The index of attempts, orders and payment codes: which start is new, which joins, which is refused (R9, R11).
// It answers from memory and allocates only in reserve_room and load.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "money/operation.h"

namespace paydrv::money {

/// Keyed 64-bit hash (SipHash-2-4, Aumasson and Bernstein 2012). Says only whether two texts are equal.
struct HashKey {
    std::uint64_t k0 = 0;
    std::uint64_t k1 = 0;
};
std::uint64_t keyed_hash(const HashKey& key, std::string_view text) noexcept;

struct NameHash {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend bool operator==(const NameHash&, const NameHash&) = default;
};

/// How an attempt stands towards a new one of the same order.
enum class Standing : std::uint8_t { open, paid, ended };

/// One attempt as the index knows it. A result can be shown from it before the journal has been read.
struct Attempt {
    Kind kind = Kind::payment;
    NameHash name;   // kind, store, terminal, business day, reference
    NameHash order;  // store, business day, order reference; of a refund: the payment that it is of
    std::int64_t amount_minor = 0;
    std::array<char, 8> currency{};
    std::uint32_t business_day = 0;
    std::int32_t op = 0;   // the operation's id in this process; 0: none given yet
    std::int64_t row = 0;  // in the journal; 0: not there yet
    State state = State::in_progress;
    Reason reason = Reason::none;
    NextAction next_action = NextAction::wait;
    Standing standing = Standing::open;
};

using AttemptIndex = std::uint32_t;

/// What a host wants to begin.
struct Claim {
    Kind kind = Kind::payment;
    NameHash name;
    NameHash order;
    std::int64_t amount_minor = 0;
    std::array<char, 8> currency{};
    std::uint32_t business_day = 0;
    std::uint64_t code_hash = 0;  // 0: no payment code
    bool order_may_repeat = false;
};

enum class ClaimResult : std::uint8_t { fresh, joined, spent, content_differs, code_used, order_busy, no_room };

/// Not thread-safe: the engine's intake guards it with its one short lock.
class References {
  public:
    explicit References(std::size_t room);

    /// The rule of paydrv_start. Changes nothing; `other` is the attempt that stands in the way or is joined.
    ClaimResult check(const Claim& claim, std::int64_t now_ms, AttemptIndex& other) const noexcept;
    /// Enters a claim that was checked as fresh. Never allocates.
    AttemptIndex enter(const Claim& claim, std::int32_t op, std::int64_t now_ms) noexcept;
    /// Enters an attempt of the journal, or renews the one of that name. code_given_ms: when its payment code was
    /// given, on the clock of now_ms.
    AttemptIndex load(const Attempt& attempt, std::uint64_t code_hash, std::int64_t code_given_ms);
    const Attempt* find(const NameHash& name, AttemptIndex& index) const noexcept;

    Attempt& at(AttemptIndex index) noexcept { return attempts_[index]; }
    const Attempt& at(AttemptIndex index) const noexcept { return attempts_[index]; }
    void settle(AttemptIndex index, const OperationRecord& record) noexcept;

    std::size_t size() const noexcept { return attempts_.size(); }
    std::size_t free_room() const noexcept { return room_ - attempts_.size(); }
    /// Makes room for `room` attempts in all. Allocates; takes a time in proportion to what it holds.
    void reserve_room(std::size_t room);

  private:
    struct Code {
        std::uint64_t hash = 0;
        std::int64_t given_ms = 0;
        AttemptIndex attempt = 0;
    };
    void link(AttemptIndex index) noexcept;
    AttemptIndex first_of_order(const NameHash& order) const noexcept;
    const Code* used_code(std::uint64_t hash, std::int64_t now_ms) const noexcept;
    void note_code(std::uint64_t hash, AttemptIndex attempt, std::int64_t given_ms) noexcept;

    std::size_t room_ = 0;
    std::vector<Attempt> attempts_;
    std::vector<AttemptIndex> by_name_;     // open addressing, twice the room
    std::vector<AttemptIndex> by_order_;    // open addressing: the newest attempt of an order
    std::vector<AttemptIndex> same_order_;  // the one before it
    std::vector<Code> codes_;               // sets of four, the oldest gives way
};

Standing standing_of(const OperationRecord& record) noexcept;

}  // namespace paydrv::money
