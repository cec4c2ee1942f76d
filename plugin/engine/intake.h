// What host threads leave for the engine: one short lock, preallocated places, no system call but one wake-up.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/clock.h"
#include "engine/executor.h"
#include "engine/journal.h"
#include "engine/scribe.h"
#include "engine/snapshot.h"
#include "money/references.h"

namespace paydrv::engine {

/// Operation ids: above 0, from a random start, unique over all sessions of the process. Any thread.
class OperationIds {
  public:
    void begin_at(std::int32_t first) noexcept;  // once; later calls change nothing
    std::int32_t next() noexcept { return next_.fetch_add(1, std::memory_order_relaxed); }

  private:
    std::atomic<std::int32_t> next_{0};
};

/// What a host wants to begin, as the boundary has checked it: a payment, refund or request. Trimmed UTF-8,
/// zero-filled, within Alipay's lengths. Holds the payment code, so it is wiped after use.
struct StartOrder {
    money::Kind kind = money::Kind::payment;
    money::Mode mode = money::Mode::user_presented;
    std::uint32_t business_day = 0;
    std::uint32_t flags = 0;
    std::uint32_t timeout_s = 0;
    std::int64_t amount_minor = 0;
    std::array<char, 8> currency{};
    FixedText reference{};  // of a request: its name
    FixedText order_reference{};
    FixedText terminal{};  // empty: the session's
    FixedText operator_id{};
    std::array<char, 40> payment_code{};
    std::array<char, 1032> description{};  // of a refund: refundReason
    // Of a refund: the payment by its name, or, with an empty reference, by payment_id, amount and currency.
    std::int64_t original_amount_minor = 0;
    std::uint32_t original_business_day = 0;
    FixedText original_reference{};
    FixedText original_terminal{};  // empty: the session's
    FixedText payment_id{};
};

enum class Refusal : std::uint8_t { none, configuration, journal };

enum class StartResult : std::uint8_t {
    fresh,
    joined,
    spent,
    content_differs,
    code_used,
    order_busy,
    no_room,
    closed,
    configuration,
    journal,
};

struct StartAnswer {
    StartResult result = StartResult::no_room;
    std::int32_t op = 0;              // the new operation, or the one that stands in the way; 0: none
    std::array<char, 440> problem{};  // of configuration and journal
};

/// A question that needs the engine's thread and perhaps the disk. The host thread waits for it with a deadline.
struct Query {
    enum class Kind : std::uint8_t { find, list, in_doubt };
    Kind kind = Kind::find;
    money::Kind operation = money::Kind::payment;
    std::string terminal;
    std::uint32_t business_day = 0;
    std::string reference;
    List list = List::unfinished;
    std::uint64_t cursor = 0;

    // Filled by the engine.
    std::int32_t op = 0;
    bool failed = false;  // the journal could not be read, or the session closes
    bool yes = false;

    /// Wakes the host thread that waits. Once.
    void finish(bool read_well) {
        {
            const std::lock_guard lock(mutex);
            failed = !read_well;
            done = true;
        }
        answered.notify_all();
    }
    std::mutex mutex;
    std::condition_variable answered;
    bool done = false;
};

/// One order of a host, in the order in which they came.
struct Order {
    enum class Kind : std::uint8_t { start, cancel, acknowledge, load, paper };
    Kind kind = Kind::start;
    std::int32_t op = 0;
    std::uint32_t place = 0;  // start: where the StartOrder is
    money::AttemptIndex attempt = 0;
    std::int64_t row = 0;  // load
    Paper paper = Paper::detail;
};

class Intake {
  public:
    static constexpr std::size_t max_waiting_starts = 8'192;
    static constexpr std::size_t max_orders = 32'768;

    /// code_key: the journal's 16 bytes. Everything is preallocated here.
    Intake(Snapshot& snapshot, OperationIds& ids, const Clock& clock, Executor& executor, std::string store,
           std::string terminal, std::string_view code_key, money::HashKey name_key);
    ~Intake();

    // ---- Host threads ----
    /// A payment or refund. Instant. details_json: may be empty; at most 16383 bytes.
    StartAnswer start(const StartOrder& order, std::string_view details_json);
    /// A request, whose name stands in the order's reference and whose JSON is at most 16383 bytes. Instant.
    StartAnswer request(const StartOrder& order, std::string_view json);
    /// Instant. false: no room, or the session closes.
    bool cancel(std::int32_t op) { return push({Order::Kind::cancel, op}); }
    bool acknowledge(std::int32_t op) { return push({Order::Kind::acknowledge, op}); }
    bool want_paper(std::int32_t op, Paper paper) { return push({Order::Kind::paper, op, 0, 0, 0, paper}); }
    /// false: not answered within wait_ms, or the session closes.
    bool ask(const std::shared_ptr<Query>& query, std::uint32_t wait_ms);
    /// From now on starts are refused as closed, other orders are not taken; false: so it was already.
    bool close() noexcept;
    void reopen() noexcept;
    /// The engine is gone: starts are refused as closed, questions are answered as failed.
    void abandon() noexcept;

    // ---- Engine's thread ----
    struct Drained {
        std::vector<Order> orders;
        std::vector<std::shared_ptr<Query>> queries;
    };
    void drain(Drained& drained);
    /// Copies a start out and wipes its place.
    void take(std::uint32_t place, StartOrder& order, std::string& details_json);
    /// Refuses every start from now on, with this sentence; Refusal::none accepts them again.
    void refuse(Refusal refusal, std::string_view problem);
    void settle(money::AttemptIndex attempt, const money::OperationRecord& record);
    money::AttemptIndex load(const money::OperationRecord& record, std::int32_t op, std::int64_t wall_ms);
    /// An id with its place in the snapshot.
    std::int32_t give_id();
    std::uint64_t code_hash(std::string_view payment_code) const noexcept;
    /// The operation of a name that the index holds, with an id that can be read; 0: not in the index.
    std::int32_t find(money::Kind kind, std::string_view terminal, std::uint32_t business_day,
                      std::string_view reference);
    void keep_room();

  private:
    // Spins before it sleeps, so that a call makes no system call here: what it guards takes about a microsecond, and
    // only a thread that was put aside while it held the lock makes others sleep.
    class ShortLock {
      public:
        void lock() {
            for (int tries = 0; tries < spins; tries++) {
                if (mutex_.try_lock()) return;
                relax();
            }
            mutex_.lock();
        }
        void unlock() { mutex_.unlock(); }

      private:
        static constexpr int spins = 1'000;
        static void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
            __builtin_ia32_pause();
#endif
        }
        std::mutex mutex_;
    };
    struct Place {
        StartOrder order;
        std::string details_json;
    };
    bool push(const Order& order);
    money::NameHash name_hash(money::Kind kind, std::string_view terminal, std::uint32_t day,
                              std::string_view reference) const noexcept;
    money::NameHash order_hash(std::uint32_t day, std::string_view order_reference) const noexcept;
    money::NameHash original_hash(std::string_view terminal, std::uint32_t day, std::string_view reference,
                                  std::string_view payment_id) const noexcept;
    std::int32_t place_locked(const StartOrder& order, std::string_view json, std::uint32_t& place);
    money::Claim claim_of(const StartOrder& order) const noexcept;
    std::int32_t give_id_locked() noexcept;
    std::int32_t readable_op(money::AttemptIndex index);
    void show_new(std::int32_t op, const StartOrder& order) noexcept;
    void show_spent(std::int32_t op, const money::Attempt& attempt) noexcept;
    bool push_locked(const Order& order) noexcept;

    Snapshot& snapshot_;
    OperationIds& ids_;
    const Clock& clock_;
    Executor& executor_;
    const std::string store_;
    const std::string terminal_;
    const money::HashKey code_key_;
    const money::HashKey name_key_;

    mutable ShortLock lock_;
    money::References references_;
    std::unique_ptr<Place[]> places_;
    std::vector<std::uint32_t> free_places_;
    std::vector<Order> orders_;
    std::vector<std::shared_ptr<Query>> queries_;
    Refusal refusal_ = Refusal::none;
    std::array<char, 440> refusal_text_{};
    bool closed_ = false;
    bool abandoned_ = false;
};

}  // namespace paydrv::engine
