#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "boundary/problem.h"
#include "session/session.h"

namespace paydrv::boundary {

/// The open sessions of this process and their ids. Any thread. pin() takes no lock, allocates nothing and makes no
/// system call; a session stays while a call is in it, also if another thread closes it meanwhile.
class Sessions {
  public:
    static constexpr std::size_t max_sessions = 64;

    struct Place {
        std::atomic<std::int32_t> open_id{0};  // 0: no call may enter
        std::atomic<std::int32_t> calls{0};    // those inside, and those that are just finding out that they may not
        enum class Phase : std::uint8_t { free, opening, open, closing, left };
        std::atomic<Phase> phase{Phase::free};
        std::shared_ptr<session::Session> session;
        std::uint32_t host_version = 0;  // paydrv_open_options.abi_version
        std::int64_t opened_ms = 0;      // monotonic
    };

    /// A call's stay in a session.
    class Pin {
      public:
        Pin() = default;
        ~Pin();
        Pin(const Pin&) = delete;
        Pin& operator=(const Pin&) = delete;

        bool inside() const noexcept { return place_ != nullptr; }
        session::Session& session() const noexcept { return *place_->session; }
        std::uint32_t host_version() const noexcept { return place_->host_version; }
        std::int64_t opened_ms() const noexcept { return place_->opened_ms; }
        /// What a call answers that finds its waiting ended or its order not taken: OK while the session lives,
        /// E_CLOSED, or E_INTERNAL if the driver's thread has ended by itself.
        std::int32_t standing() const noexcept;

      private:
        friend class Sessions;
        Place* place_ = nullptr;
    };

    /// nullptr: 64 are open.
    Place* reserve() noexcept;
    void give_back(Place& place) noexcept;
    /// The id of a session from now on; 0: all ids of this process are used up. The first session's is `random`,
    /// from 1 to 2^30.
    std::int32_t enter(Place& place, std::shared_ptr<session::Session> session, std::uint32_t host_version,
                       std::int32_t random) noexcept;

    /// OK, NOT_FOUND, CLOSED, INTERNAL.
    std::int32_t pin(std::int32_t id, Pin& pin) noexcept;
    /// Enters one that is open, whichever; false: none is.
    bool pin_any(Pin& pin) noexcept;

    /// Blocks at most 2 s. OK, IN_DOUBT, NOT_FOUND, CLOSED, STALLED.
    std::int32_t close(std::int32_t id, bool force) noexcept;

    /// Stops every session without asking, at exit. Blocks at most 2 s in all.
    void stop_all() noexcept;

  private:
    std::int32_t missing(std::int32_t id) const noexcept;
    static bool retire(Place& place, std::int64_t until_ms) noexcept;
    static void drop(Place& place) noexcept;
    static void unpin(Place& place) noexcept;

    std::array<Place, max_sessions> places_;
    std::atomic<std::int32_t> first_id_{0};
    std::atomic<std::int32_t> next_id_{0};
};

/// The one of this process. It is never destroyed: a host's threads may call in while the process exits.
Sessions& sessions() noexcept;

}  // namespace paydrv::boundary
