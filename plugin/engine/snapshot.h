// What polls read: the newest view of every operation, without a lock, an allocation or a system call.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

#include "money/operation.h"
#include "money/transaction.h"

namespace paydrv::engine {

inline constexpr std::size_t text_size = 72;
using FixedText = std::array<char, text_size>;

/// The engine's picture of one operation. Plain bytes, a multiple of 8; texts are zero-filled UTF-8.
struct View {
    std::int32_t op = 0;
    std::uint32_t revision = 0;  // set by Snapshot
    std::uint64_t changed = 0;   // set by Snapshot: the session's count of changes
    std::int64_t row = 0;        // in the journal; 0: not there yet
    money::Kind kind = money::Kind::payment;
    money::Mode mode = money::Mode::user_presented;
    money::State state = money::State::in_progress;
    money::Reason reason = money::Reason::none;
    money::NextAction next_action = money::NextAction::wait;
    std::uint32_t business_day = 0;
    std::int64_t amount_minor = 0;
    std::int64_t refunded_minor = 0;
    std::int64_t started_ms = 0;  // monotonic
    std::int64_t expires_ms = 0;  // monotonic; 0: not known or over
    std::int32_t linked_op = 0;
    std::uint32_t acknowledged = 0;
    std::array<char, 8> currency{};
    FixedText reference{};
    FixedText order_reference{};
    FixedText terminal{};
    FixedText payment_id{};
    FixedText provider_code{};
    FixedText wallet{};
};

/// The session's own health (poll with operation 0).
struct Health {
    std::uint32_t revision = 0;
    bool gate_open = false;
    bool reachable = false;
    bool clock_good = false;
    bool journal_good = true;
    bool disk_good = true;
    std::uint32_t in_doubt = 0;
    std::uint32_t unacknowledged = 0;
};

void put_text(FixedText& field, std::string_view text) noexcept;  // cut at a whole character if too long
/// What a zero-filled field holds.
template <std::size_t size>
std::string_view text_of(const std::array<char, size>& field) noexcept {
    return {field.data(), static_cast<std::size_t>(std::find(field.begin(), field.end(), '\0') - field.begin())};
}

/// Written by the engine's thread (and, before the engine knows an operation, by the thread that gives its id);
/// read by any thread. A view stays readable until `capacity` further ids have been given.
class Snapshot {
  public:
    static constexpr std::size_t capacity = 16'384;

    Snapshot();

    /// Takes the place of an id. false: an operation that is not final stands there; take another id.
    /// One thread at a time (the intake's lock).
    bool claim(std::int32_t op) noexcept;
    /// The first view of a claimed id, by the thread that gave it; the engine's publish counts it as a change.
    void show_first(const View& view) noexcept;
    /// Engine's thread. Shows the newest view of an id that has had its first one and still has its place. Sets
    /// revision and changed if it differs from the one before, and wakes who waits.
    void publish(const View& view) noexcept;
    /// false: no such operation here (never, or no longer).
    bool read(std::int32_t op, View& view) const noexcept;
    /// As read, but first waits until the revision differs from `seen`, or is final, or the time is over, or stop().
    bool wait(std::int32_t op, std::uint32_t seen, std::uint32_t wait_ms, View& view) const;
    /// The operation with the smallest `changed` above `after`; waits up to wait_ms for one. 0: none.
    std::int32_t next_changed(std::uint64_t after, std::uint32_t wait_ms, std::uint64_t& changed) const;
    /// Waits up to wait_ms until anything has changed after `seen`, a value of changes().
    void wait_for_change(std::uint64_t seen, std::uint32_t wait_ms) const;
    std::uint64_t changes() const noexcept { return changes_.load(std::memory_order_acquire); }

    void publish_health(const Health& health) noexcept;
    Health wait_health(std::uint32_t seen, std::uint32_t wait_ms) const;

    /// The engine is alive at this time; and what it knows of the gateway's clock (gateway - monotonic; 0: nothing).
    void beat(std::int64_t monotonic_ms) noexcept { beat_ms_.store(monotonic_ms, std::memory_order_release); }
    std::int64_t last_beat_ms() const noexcept { return beat_ms_.load(std::memory_order_acquire); }
    void set_gateway_offset(std::int64_t offset_ms) noexcept { gateway_offset_ms_.store(offset_ms); }
    std::int64_t gateway_offset_ms() const noexcept { return gateway_offset_ms_.load(); }

    /// Ends every wait, now and later.
    void stop() noexcept;
    bool stopped() const noexcept { return stopped_.load(); }

  private:
    static constexpr std::size_t view_words = sizeof(View) / sizeof(std::uint64_t);
    static constexpr std::size_t bells = 64;
    struct Slot {
        std::atomic<std::uint32_t> version{0};  // odd while being written
        std::atomic<std::int32_t> op{0};
        std::atomic<bool> open{false};
        std::atomic<std::uint64_t> changed{0};
        std::array<std::atomic<std::uint64_t>, view_words> words{};
    };
    struct Bell {
        std::mutex mutex;
        std::condition_variable rung;
        std::atomic<int> waiting{0};
    };
    Slot& slot_of(std::int32_t op) const noexcept { return slots_[static_cast<std::size_t>(op) % capacity]; }
    Bell& bell_of(std::int32_t op) const noexcept { return op_bells_[static_cast<std::size_t>(op) % bells]; }
    void store(Slot& slot, const View& view) noexcept;
    void ring(Bell& bell) const noexcept;
    template <class Done>
    void wait_at(Bell& bell, std::uint32_t wait_ms, Done done) const;

    std::unique_ptr<Slot[]> slots_;
    mutable std::array<Bell, bells> op_bells_;
    mutable Bell change_bell_;
    mutable Bell health_bell_;
    std::atomic<std::uint64_t> changes_{0};
    std::atomic<std::int64_t> beat_ms_{0};
    std::atomic<std::int64_t> gateway_offset_ms_{0};
    std::atomic<bool> stopped_{false};
    mutable std::mutex health_mutex_;
    Health health_;
};

static_assert(sizeof(View) % 8 == 0);

}  // namespace paydrv::engine
