#include "journal/integrity.h"

#include <Poco/Data/Statement.h>

#include <algorithm>
#include <vector>

#include "journal/record_text.h"

namespace paydrv::journal {
namespace {

using namespace Poco::Data::Keywords;

constexpr std::int64_t newest_events = 256;
constexpr std::size_t page_of_events = 1000;
constexpr std::int64_t quick_check_bytes = 4 * 1024 * 1024;

// The first operation of the set whose event is missing, or is another's, or says something else.
std::string differing(std::string_view set) {
    return "SELECT coalesce(min(o.event_seq), 0) FROM (" + std::string(set) +
           ") o LEFT JOIN events e ON e.seq = o.event_seq"
           " WHERE e.seq IS NULL OR e.row <> o.row OR e.record <> o.record";
}

ChainFault row_differs(std::int64_t seq) {
    return {seq, ChainFault::What::row_differs,
            "The operation that event " + std::to_string(seq) + " speaks of does not stand as the event says."};
}

std::string columns_of(const money::OperationRecord& record) {
    return std::to_string(static_cast<std::uint32_t>(record.kind)) + (money::is_final(record.state) ? " 1" : " 0") +
           (record.acknowledged ? " 1 " : " 0 ") + std::to_string(record.business_day) + ' ' + record.store + ' ' +
           record.terminal + ' ' + record.reference + ' ' + record.payment_id + ' ' + record.request_id + ' ' +
           record.order_reference;
}

std::optional<ChainFault> check_rows(Database& database, std::string_view set) {
    const auto seq = database.number(differing(set));
    if (seq == 0) {
        return std::nullopt;
    }
    return row_differs(seq);
}

/// The newest event of the journal must be the newest word on its operation: else rows are behind the events.
std::optional<ChainFault> check_last_event(Database& database, std::int64_t seq) {
    if (seq == 0 || database.number("SELECT count(*) FROM events e JOIN operations o ON o.row = e.row"
                                    " WHERE e.seq = " +
                                    std::to_string(seq) + " AND o.event_seq = e.seq") == 1) {
        return std::nullopt;
    }
    return ChainFault{seq, ChainFault::What::row_differs,
                      "Event " + std::to_string(seq) + " is the newest, and its operation does not know it."};
}

/// The columns, which the queries go by, must say what the record says.
std::optional<ChainFault> check_columns(Database& database) {
    std::int64_t after = 0;
    std::vector<std::int64_t> rows;
    std::vector<std::int64_t> seqs;
    std::vector<std::string> columns;
    std::vector<std::string> records;
    Poco::Data::Statement page(database.session());
    page << "SELECT row, event_seq, kind||' '||final||' '||acknowledged||' '||business_day||' '||store||' '||terminal||"
            "' '||reference||' '||payment_id||' '||request_id||' '||order_reference, record FROM operations WHERE "
            "row>? ORDER BY row LIMIT 1000",
        use(after), into(rows), into(seqs), into(columns), into(records);
    do {
        rows.clear();
        seqs.clear();
        columns.clear();
        records.clear();
        page.execute();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto record = from_text(records[i]);
            if (!record || record->row != rows[i] || columns[i] != columns_of(*record)) {
                return row_differs(seqs[i]);
            }
            after = rows[i];
        }
    } while (!rows.empty());
    return std::nullopt;
}

/// Walks from the event after `walk` to the end.
std::optional<ChainFault> check_chain(Tables& tables, ChainWalk& walk) {
    for (;;) {
        const auto events = tables.events(walk.seq(), page_of_events);
        for (const auto& event : events) {
            if (auto fault = walk.check(event)) {
                return fault;
            }
        }
        if (events.size() < page_of_events) {
            return std::nullopt;
        }
    }
}

}  // namespace

std::optional<ChainFault> check_newest(Database& database, Tables& tables, const std::string& journal_id, Head& head) {
    const auto bytes = database.number("PRAGMA page_count") * database.number("PRAGMA page_size");
    if (bytes <= quick_check_bytes) {
        const auto verdict = database.text("PRAGMA quick_check(1)");
        if (verdict != "ok") {
            return ChainFault{0, ChainFault::What::edited, "SQLite finds: " + verdict + "."};
        }
    }
    // Begins one event early: the anchor is taken from the file, so the whole chain is only proven by check_all.
    const auto before = std::max<std::int64_t>(tables.last_seq() - newest_events, 0);
    ChainWalk walk(0, genesis_hash(journal_id));
    if (before > 0) {
        const auto anchor = tables.events(before - 1, 1);
        walk = ChainWalk(before, anchor.empty() ? std::string() : anchor.front().hash);
    }
    if (auto fault = check_chain(tables, walk)) {
        return fault;
    }
    if (auto fault = check_last_event(database, walk.seq())) {
        return fault;
    }
    if (auto fault = check_rows(
            database, "SELECT * FROM operations INDEXED BY operations_unfinished WHERE final = 0 LIMIT 1000")) {
        return fault;
    }
    if (auto fault = check_rows(database, "SELECT * FROM operations ORDER BY row DESC LIMIT 1")) {
        return fault;
    }
    head = {walk.seq(), walk.hash()};
    return std::nullopt;
}

std::optional<ChainFault> check_all(Database& database, Tables& tables, const std::string& journal_id) {
    ChainWalk walk(0, genesis_hash(journal_id));
    if (auto fault = check_chain(tables, walk)) {
        return fault;
    }
    if (auto fault = check_last_event(database, walk.seq())) {
        return fault;
    }
    // Events are for ever: each operation has as many as it had changes, and the newest of them is its own.
    const auto unnoticed = database.number(
        "SELECT coalesce(min(seq), 0) FROM (SELECT max(e.seq) AS seq, e.row AS row FROM events e GROUP BY e.row) n"
        " LEFT JOIN operations o ON o.row = n.row WHERE o.event_seq IS NULL OR o.event_seq <> n.seq");
    if (unnoticed != 0) {
        return ChainFault{unnoticed, ChainFault::What::row_differs,
                          "Event " + std::to_string(unnoticed) +
                              " is the newest of its operation, which is missing or does not know it."};
    }
    if (auto fault = check_rows(database, "SELECT * FROM operations")) {
        return fault;
    }
    return check_columns(database);
}

bool contains(Tables& tables, const std::string& journal_id, const Head& head) {
    if (head.seq == 0) {
        return head.hash == genesis_hash(journal_id);
    }
    const auto found = tables.events(head.seq - 1, 1);
    return !found.empty() && found.front().seq == head.seq && found.front().hash == head.hash;
}

}  // namespace paydrv::journal
