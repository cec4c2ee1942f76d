// The journal on SQLite: what is on disk of one till.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/journal.h"
#include "journal/event_chain.h"
#include "journal/open_error.h"

namespace paydrv::journal {

/// engine::Journal on one SQLite file of a local disk (WAL, synchronous=FULL), owned for as long as this lives. Beside
/// it stand <file>-wal and <file>-shm (SQLite's), <file>.lock and <file>.reserve. One thread at a time; needs no thread
/// of its own. Every function may block on the disk, without a bound of its own, and up to 0.5 s while a stranger holds
/// the file locked. commit, probe and problem never throw. The reading functions throw ReadError when the file cannot
/// be read now: after a failed commit they first reopen and verify it, so what they say is what is on disk.
class SqliteJournal final : public engine::Journal {
  public:
    /// Opens the journal, or makes one (mode 0600). wall_ms gives the till's clock, ms since 1970, for the events; it
    /// is called on the thread of commit. Throws OpenError.
    SqliteJournal(std::filesystem::path file, std::function<std::int64_t()> wall_ms);
    ~SqliteJournal() override;
    SqliteJournal(const SqliteJournal&) = delete;
    SqliteJournal& operator=(const SqliteJournal&) = delete;

    /// One event a change, and the operation's row, in one transaction. A change whose record equals what stands adds
    /// nothing, so a batch may be given again after a commit that failed or may have landed. Refused, with nothing
    /// written: row < 1, an empty event, a name that belongs to another row. A batch with an event "intent" is refused
    /// while the space for results is not in reserve; a batch without one may use that space (R17).
    bool commit(std::span<const engine::Change> changes) override;
    /// Whether an intent could be committed now.
    bool probe() override;
    /// Why the last commit or probe failed, for a person; empty after one that worked.
    std::string problem() const override;

    std::optional<money::OperationRecord> by_row(std::int64_t row) override;
    /// Nothing for an empty reference: such operations have no name.
    std::optional<money::OperationRecord> by_name(money::Kind kind, std::string_view store, std::string_view terminal,
                                                  std::uint32_t business_day, std::string_view reference) override;
    std::vector<money::OperationRecord> list(engine::List what, std::uint32_t business_day, std::int64_t after,
                                             std::size_t limit) override;
    /// In the order of business day, then row.
    std::vector<money::OperationRecord> since(std::uint32_t business_day) override;
    /// These three: nothing for an empty text.
    std::vector<money::OperationRecord> by_payment_id(std::string_view payment_id) override;
    std::vector<money::OperationRecord> by_request_id(std::string_view request_id) override;
    std::vector<money::OperationRecord> by_order(std::uint32_t business_day, std::string_view order_reference) override;
    /// Of the journal's folder, as this user may fill it; the reserve is counted as taken. Asks the disk.
    std::int64_t free_bytes() override;
    std::int64_t last_row() override;
    /// From memory.
    std::uint64_t unacknowledged() override;
    std::string code_key() override;

    /// Hash of the newest event, 64 hex digits: what is printed with the day totals. From memory.
    std::string head() const override;
    /// Walks every event and every operation (seconds on a journal of years). Nothing: all is as it was written.
    std::optional<ChainFault> verify();

  private:
    struct Hold;
    struct Connection;
    struct Known {
        Head head;
        std::int64_t unacknowledged = 0;
    };
    enum class Opening : std::uint8_t { first, again };
    enum class Attempt : std::uint8_t { done, no_space, failed };

    void connect(Opening opening);
    void leave();
    OpenError damaged(const std::string& what) const;
    Attempt stand_ready();
    bool keep_reserve();
    template <typename Work>
    Attempt attempt(const Work& work);
    void write(const engine::Change& change, Known& known);
    template <typename From>
    auto read(const From& from);

    const std::filesystem::path file_;
    const std::function<std::int64_t()> wall_ms_;
    const std::unique_ptr<Hold> hold_;
    std::unique_ptr<Connection> connection_;  // after hold_: closed before the lock is let go
    bool suspect_ = false;                    // a commit failed: reopen and verify before anything else
    bool unsynced_ = false;                   // a commit failed: what the log holds may not be on disk
    std::string problem_;
};

}  // namespace paydrv::journal
