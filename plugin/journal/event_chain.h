// The chain of events: each one carries the hash of the one before, so that damage and later edits show.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace paydrv::journal {

/// One row of the table events.
struct Event {
    std::int64_t seq = 0;  // 1, 2, 3… without gaps
    std::int64_t row = 0;  // of the operation
    std::int64_t wall_ms = 0;
    std::string name;      // what brought it about: "intent", "result"…
    std::string record;    // the operation as it stood from then on (record_text.h)
    std::string previous;  // hash of the event before, or genesis_hash
    std::string hash;      // event_hash of all the above
};

/// Where a chain does not hold.
struct ChainFault {
    enum class What : std::uint8_t {
        edited,       // the content of this event is not what was written
        removed,      // this event is not there any more
        reordered,    // this event does not follow the one before it: moved, or one of the two replaced
        row_differs,  // the operation's row does not say what its newest event says
    };
    std::int64_t seq = 0;  // of the first bad event
    What what = What::edited;
    std::string text;  // a sentence for a person
};

/// SHA-256, 64 lower-case hex digits, over previous, seq, row, wall_ms, name and record: numbers in decimal, each field
/// after its byte length as 8 bytes big-endian. The formula never changes.
std::string event_hash(const Event& event);

/// What the first event names as previous: SHA-256 over "paydrv journal " and the journal's id.
std::string genesis_hash(std::string_view journal_id);

/// The newest event, or seq 0 and genesis_hash while there is none.
struct Head {
    std::int64_t seq = 0;
    std::string hash;
};

/// Checks events in the order of their seq. Plain value; one thread.
class ChainWalk {
  public:
    /// The event before the first that will be checked: its seq and hash (0 and genesis_hash for a whole chain).
    ChainWalk(std::int64_t seq, std::string hash) : seq_(seq), hash_(std::move(hash)) {}
    /// Nothing if the event follows. After a fault the walk goes no further.
    std::optional<ChainFault> check(const Event& event);
    std::int64_t seq() const noexcept { return seq_; }
    const std::string& hash() const noexcept { return hash_; }

  private:
    std::int64_t seq_;
    std::string hash_;
};

}  // namespace paydrv::journal
