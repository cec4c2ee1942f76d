#include "engine/snapshot.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <thread>

namespace paydrv::engine {

static_assert(std::is_trivially_copyable_v<View>);

void put_text(FixedText& field, std::string_view text) noexcept {
    field.fill('\0');
    std::size_t length = std::min(text.size(), field.size() - 1);
    while (length < text.size() && length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
        length--;  // never half a character
    }
    std::copy_n(text.data(), length, field.data());
}

Snapshot::Snapshot() : slots_(std::make_unique<Slot[]>(capacity)) {}

bool Snapshot::claim(std::int32_t op) noexcept {
    Slot& slot = slot_of(op);
    if (slot.open.load(std::memory_order_acquire)) return false;
    slot.op.store(0, std::memory_order_release);
    slot.open.store(true, std::memory_order_release);
    return true;
}

// A sequence lock: readers copy the words and look whether the version has stayed. There is one writer at a time.
void Snapshot::store(Slot& slot, const View& view) noexcept {
    std::array<std::uint64_t, view_words> words;
    std::memcpy(words.data(), &view, sizeof view);
    const std::uint32_t version = slot.version.load(std::memory_order_relaxed);
    slot.version.store(version + 1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    for (std::size_t i = 0; i < view_words; i++) {
        slot.words[i].store(words[i], std::memory_order_relaxed);
    }
    slot.version.store(version + 2, std::memory_order_release);
}

void Snapshot::show_first(const View& view) noexcept {
    View next = view;
    next.revision = 1;
    next.changed = 0;
    Slot& slot = slot_of(view.op);
    store(slot, next);
    slot.changed.store(0, std::memory_order_release);
    slot.op.store(next.op, std::memory_order_release);
    slot.open.store(!money::is_final(next.state), std::memory_order_release);
}

void Snapshot::publish(const View& view) noexcept {
    Slot& slot = slot_of(view.op);
    View next = view;
    View before;
    if (!read(view.op, before)) return;  // evicted: its place belongs to another id
    next.revision = before.revision;
    next.changed = before.changed;
    if (before.changed != 0 && std::memcmp(&next, &before, sizeof next) == 0) return;

    next.revision = next.revision == std::numeric_limits<std::uint32_t>::max() ? 1 : next.revision + 1;
    next.changed = changes_.load(std::memory_order_relaxed) + 1;
    store(slot, next);
    slot.op.store(next.op, std::memory_order_release);
    slot.changed.store(next.changed, std::memory_order_release);
    slot.open.store(!money::is_final(next.state), std::memory_order_release);
    changes_.store(next.changed, std::memory_order_seq_cst);
    ring(bell_of(next.op));
    ring(change_bell_);
}

bool Snapshot::read(std::int32_t op, View& view) const noexcept {
    const Slot& slot = slot_of(op);
    if (op <= 0 || slot.op.load(std::memory_order_acquire) != op) return false;
    std::array<std::uint64_t, view_words> words;
    for (;;) {
        const std::uint32_t version = slot.version.load(std::memory_order_acquire);
        if ((version & 1U) == 0) {
            for (std::size_t i = 0; i < view_words; i++) {
                words[i] = slot.words[i].load(std::memory_order_relaxed);
            }
            std::atomic_thread_fence(std::memory_order_acquire);
            if (slot.version.load(std::memory_order_relaxed) == version) break;
        }
    }
    std::memcpy(static_cast<void*>(&view), words.data(), sizeof view);
    return view.op == op;
}

void Snapshot::ring(Bell& bell) const noexcept {
    if (bell.waiting.load(std::memory_order_seq_cst) == 0) return;
    { const std::lock_guard lock(bell.mutex); }
    bell.rung.notify_all();
}

template <class Done>
void Snapshot::wait_at(Bell& bell, std::uint32_t wait_ms, Done done) const {
    std::unique_lock lock(bell.mutex);
    bell.waiting.fetch_add(1, std::memory_order_seq_cst);
    bell.rung.wait_for(lock, std::chrono::milliseconds(wait_ms), [&] { return stopped_.load() || done(); });
    bell.waiting.fetch_sub(1, std::memory_order_seq_cst);
}

bool Snapshot::wait(std::int32_t op, std::uint32_t seen, std::uint32_t wait_ms, View& view) const {
    if (!read(op, view)) return false;
    if (wait_ms == 0 || view.revision != seen || money::is_final(view.state)) return true;
    bool known = true;
    wait_at(bell_of(op), wait_ms, [&] {
        known = read(op, view);
        return !known || view.revision != seen || money::is_final(view.state);
    });
    return known;
}

std::int32_t Snapshot::next_changed(std::uint64_t after, std::uint32_t wait_ms, std::uint64_t& changed) const {
    std::int32_t found = 0;
    const auto look = [&] {
        std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
        found = 0;
        const std::uint64_t newest = changes_.load(std::memory_order_seq_cst);
        if (newest <= after) return false;
        for (std::size_t i = 0; i < capacity; i++) {
            const std::uint64_t at = slots_[i].changed.load(std::memory_order_acquire);
            if (at <= after || at >= least || at > newest) continue;
            const std::int32_t op = slots_[i].op.load(std::memory_order_acquire);
            if (op == 0) continue;
            least = at;
            found = op;
        }
        if (found != 0) changed = least;
        return found != 0;
    };
    if (!look() && wait_ms != 0) wait_at(change_bell_, wait_ms, look);
    return found;
}

void Snapshot::wait_for_change(std::uint64_t seen, std::uint32_t wait_ms) const {
    wait_at(change_bell_, wait_ms, [&] { return changes() != seen; });
}

void Snapshot::publish_health(const Health& health) noexcept {
    {
        const std::lock_guard lock(health_mutex_);
        Health next = health;
        next.revision = health_.revision;
        const auto same = [](const Health& a, const Health& b) {
            return a.gate_open == b.gate_open && a.reachable == b.reachable && a.clock_good == b.clock_good &&
                   a.journal_good == b.journal_good && a.disk_good == b.disk_good && a.in_doubt == b.in_doubt &&
                   a.unacknowledged == b.unacknowledged;
        };
        if (next.revision != 0 && same(next, health_)) return;
        next.revision++;
        health_ = next;
    }
    ring(health_bell_);
}

Health Snapshot::wait_health(std::uint32_t seen, std::uint32_t wait_ms) const {
    Health health;
    const auto look = [&] {
        const std::lock_guard lock(health_mutex_);
        health = health_;
        return health.revision != seen;
    };
    if (!look() && wait_ms != 0) wait_at(health_bell_, wait_ms, look);
    return health;
}

void Snapshot::stop() noexcept {
    stopped_.store(true);
    for (Bell& bell : op_bells_) {
        ring(bell);
    }
    ring(change_bell_);
    ring(health_bell_);
}

}  // namespace paydrv::engine
