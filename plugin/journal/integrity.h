// Whether a journal still says what was written to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "journal/database.h"
#include "journal/event_chain.h"
#include "journal/tables.h"

namespace paydrv::journal {

/// The check at open, bounded whatever the size of the journal: SQLite's own quick check for files up to 4 MiB, the
/// chain of the newest 256 events, and that the newest operation and up to 1,000 unfinished ones say what their events
/// say. Sets `head` when all is well.
std::optional<ChainFault> check_newest(Database& database, Tables& tables, const std::string& journal_id, Head& head);

/// The whole chain, every event and every operation. Takes seconds on a journal of years.
std::optional<ChainFault> check_all(Database& database, Tables& tables, const std::string& journal_id);

/// Whether the event with this seq and hash is in the journal.
bool contains(Tables& tables, const std::string& journal_id, const Head& head);

}  // namespace paydrv::journal
