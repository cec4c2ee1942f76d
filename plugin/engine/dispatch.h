// Who goes to the wire next: a named limit of workers, and pay before undoing before asking, so that a black hole
// that holds inquiries cannot keep a pay from the wire.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <numeric>
#include <optional>

#include "engine/gateway.h"

namespace paydrv::engine {

/// Bookkeeping only; the engine's thread.
class Dispatch {
  public:
    struct Turn {
        Call call = Call::inquire;
        std::int32_t op = 0;  // 0: the gate's probe
    };

    explicit Dispatch(int workers) : workers_(std::max(workers, 1)) {}

    /// Keeps a worker for a pay whose intent is about to be committed. false: none is free.
    bool reserve_for_pay() noexcept {
        if (busy() >= workers_) return false;
        reserved_++;
        return true;
    }
    void give_back_reserved() noexcept { reserved_--; }
    /// A pay that holds a reservation goes at once, in front of what waits.
    void want_reserved_pay(std::int32_t op) { reserved_pays_.push_back(op); }
    void want(Call call, std::int32_t op) { waiting_[index(call)].push_back(op); }
    /// In front of all other inquiries: thousands of reopened payments must not keep the gate closed.
    void want_probe() { waiting_[index(Call::inquire)].push_front(0); }

    /// The next exchange to begin; it counts as under way until done().
    std::optional<Turn> next() {
        if (!reserved_pays_.empty()) {
            reserved_--;
            return begin(Call::pay, reserved_pays_);
        }
        for (const Call call : {Call::pay, Call::cancel, Call::refund, Call::inquire_refund, Call::inquire}) {
            auto& waiting = waiting_[index(call)];
            if (!waiting.empty() && busy() < workers_ && under_way_like(call) < limit(call)) {
                return begin(call, waiting);
            }
        }
        return std::nullopt;
    }
    void done(Call call) noexcept { under_way_[index(call)]--; }

  private:
    static std::size_t index(Call call) noexcept { return static_cast<std::size_t>(call); }
    int busy() const noexcept { return std::accumulate(under_way_.begin(), under_way_.end(), reserved_); }
    // All inquiries share one limit, and so do cancels and refunds: else the three together could hold every worker.
    int under_way_like(Call call) const noexcept {
        const auto both = [this](Call a, Call b) { return under_way_[index(a)] + under_way_[index(b)]; };
        switch (call) {
            case Call::pay: return under_way_[index(call)];
            case Call::inquire:
            case Call::inquire_refund: return both(Call::inquire, Call::inquire_refund);
            case Call::cancel:
            case Call::refund: return both(Call::cancel, Call::refund);
        }
        return 0;
    }
    int limit(Call call) const noexcept {
        switch (call) {
            case Call::pay: return workers_;
            case Call::inquire:
            case Call::inquire_refund: return std::max(workers_ / 2, 1);
            case Call::cancel:
            case Call::refund: return std::max(workers_ / 4, 1);
        }
        return 1;
    }
    Turn begin(Call call, std::deque<std::int32_t>& waiting) {
        const Turn turn{call, waiting.front()};
        waiting.pop_front();
        under_way_[index(call)]++;
        return turn;
    }

    const int workers_;
    int reserved_ = 0;
    std::array<int, calls> under_way_{};
    std::array<std::deque<std::int32_t>, calls> waiting_;
    std::deque<std::int32_t> reserved_pays_;
};

}  // namespace paydrv::engine
