#include "journal/schema.h"

#include <Poco/Data/SQLite/SQLiteException.h>
#include <Poco/Data/Statement.h>
#include <openssl/rand.h>

#include <array>
#include <optional>
#include <vector>

#include "journal/record_text.h"

namespace paydrv::journal {
namespace {

using namespace Poco::Data::Keywords;

constexpr std::int64_t application_id = 0x50415944;  // "PAYD": tells a journal from other SQLite files

// Version 1; what came later is in migration_steps, and a new file takes the same steps. FORMAT.md describes the whole.
// operations: the present. The columns are what is looked up; `record` holds every field (record_text.h), and event_seq
// names the event that says the same. An undo or found payment has its payment's reference, one of each kind at most.
// events: the past, append-only, chained (event_chain.h).
constexpr std::array tables{
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE operations(row INTEGER PRIMARY KEY, kind INTEGER NOT NULL, store TEXT NOT NULL, terminal TEXT NOT "
    "NULL,"
    " business_day INTEGER NOT NULL, reference TEXT NOT NULL, final INTEGER NOT NULL, acknowledged INTEGER NOT NULL,"
    " event_seq INTEGER NOT NULL, record TEXT NOT NULL)",
    "CREATE UNIQUE INDEX operations_name ON operations(kind, store, terminal, business_day, reference)"
    " WHERE reference <> ''",
    "CREATE INDEX operations_day ON operations(business_day)",
    "CREATE INDEX operations_unfinished ON operations(final) WHERE final = 0",
    "CREATE INDEX operations_unacknowledged ON operations(acknowledged) WHERE final = 1 AND acknowledged = 0",
    "CREATE TABLE events(seq INTEGER PRIMARY KEY, row INTEGER NOT NULL, wall_ms INTEGER NOT NULL, event TEXT NOT NULL,"
    " record TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL)",
    "CREATE TRIGGER events_append BEFORE INSERT ON events WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM "
    "events)"
    " BEGIN SELECT raise(ABORT, 'events are only appended'); END",
    "CREATE TRIGGER events_no_update BEFORE UPDATE ON events"
    " BEGIN SELECT raise(ABORT, 'events are only appended'); END",
    "CREATE TRIGGER events_no_delete BEFORE DELETE ON events"
    " BEGIN SELECT raise(ABORT, 'events are only appended'); END",
};

std::string random_hex() {
    std::array<unsigned char, 16> bytes;
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        throw std::runtime_error("OpenSSL gives no random bytes for the journal's keys.");
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const auto byte : bytes) {
        hex += digits[byte >> 4U];
        hex += digits[byte & 15U];
    }
    return hex;
}

struct Page {
    std::vector<std::int64_t> rows;
    std::vector<std::string> records;
};

// Version 2: the new columns say what the records say. The indexes come last, each built in one pass.
void fill_lookups(Database& database) {
    std::int64_t row = 0;
    std::string payment_id;
    std::string request_id;
    std::string order_reference;
    Page page;
    Poco::Data::Statement next(database.session());
    next << "SELECT row, record FROM operations WHERE row>? ORDER BY row LIMIT 1000", use(row), into(page.rows),
        into(page.records);
    Poco::Data::Statement fill(database.session());
    fill << "UPDATE operations SET payment_id=?, request_id=?, order_reference=? WHERE row=?", use(payment_id),
        use(request_id), use(order_reference), use(row);
    do {
        page = {};
        next.execute();
        for (std::size_t i = 0; i < page.rows.size(); ++i) {
            const auto record = from_text(page.records[i]);
            if (!record) {
                throw Poco::Data::SQLite::CorruptImageException("operation " + std::to_string(page.rows[i]) +
                                                                " cannot be understood");
            }
            row = page.rows[i];
            payment_id = record->payment_id;
            request_id = record->request_id;
            order_reference = record->order_reference;
            fill.execute();
        }
    } while (!page.rows.empty());
    for (const auto* index : {
             "CREATE INDEX operations_payment_id ON operations(payment_id) WHERE payment_id <> ''",
             "CREATE INDEX operations_request_id ON operations(request_id) WHERE request_id <> ''",
             "CREATE INDEX operations_order ON operations(order_reference, business_day) WHERE order_reference <> ''",
         }) {
        database.execute(index);
    }
}

void create(Database& database) {
    database.execute("PRAGMA application_id=" + std::to_string(application_id));
    for (const auto statement : tables) {
        database.execute(statement);
    }
    database.set_meta("journal_id", random_hex());
    database.set_meta("code_key", random_hex());
}

OpenError not_a_journal(const std::filesystem::path& file) {
    return {OpenError::Why::damaged, "The file " + file.string() +
                                         " is an SQLite database, but not a journal of this driver; name another file "
                                         "for the journal, or move this one away."};
}

std::int64_t version_of(Database& database, const std::filesystem::path& file) {
    const auto has_meta = database.number("SELECT count(*) FROM sqlite_master WHERE type='table' AND name='meta'") == 1;
    if (!has_meta || database.number("PRAGMA application_id") != application_id) {
        throw not_a_journal(file);
    }
    const auto version = database.number("SELECT CAST(value AS INTEGER) FROM meta WHERE name='schema_version'");
    if (version < 1) {
        throw not_a_journal(file);
    }
    return version;
}

void migrate(Database& database, std::int64_t from, std::span<const MigrationStep> steps, std::int64_t to) {
    for (const auto& step : steps) {
        if (step.to_version <= from) {
            continue;
        }
        for (const auto& statement : step.statements) {
            database.execute(statement);
        }
        if (step.fill) {
            step.fill(database);
        }
    }
    database.set_meta("schema_version", std::to_string(to));
}

void in_transaction(Database& database, const auto& work) {
    database.execute("BEGIN IMMEDIATE");
    try {
        work();
        database.execute("COMMIT");
    } catch (...) {
        try {
            database.execute("ROLLBACK");
        } catch (const std::exception&) {  // SQLite has rolled back by itself; the first fault is the one to tell
        }
        throw;
    }
}

}  // namespace

std::span<const MigrationStep> migration_steps() {
    static const std::vector<MigrationStep> steps{
        {2,
         {
             "ALTER TABLE operations ADD COLUMN payment_id TEXT NOT NULL DEFAULT ''",
             "ALTER TABLE operations ADD COLUMN request_id TEXT NOT NULL DEFAULT ''",
             "ALTER TABLE operations ADD COLUMN order_reference TEXT NOT NULL DEFAULT ''",
         },
         fill_lookups},
    };
    return steps;
}

void prepare_schema(Database& database, const std::filesystem::path& file, std::span<const MigrationStep> steps,
                    std::int64_t newest) {
    if (database.number("SELECT count(*) FROM sqlite_master") == 0) {
        in_transaction(database, [&] {
            create(database);
            migrate(database, 1, steps, newest);
        });
    }
    const auto found = version_of(database, file);
    if (found > newest) {
        throw OpenError(OpenError::Why::newer_version,
                        "The journal " + file.string() + " was written by a later driver (version " +
                            std::to_string(found) + ", this one knows " + std::to_string(newest) +
                            "); install that driver or a newer one.");
    }
    if (found == newest) {
        return;
    }
    try {
        in_transaction(database, [&] { migrate(database, found, steps, newest); });
    } catch (const std::exception& error) {
        const auto failure = failure_of(error, file);
        throw OpenError(why_of(failure), "The journal of version " + std::to_string(found) +
                                             " cannot be brought to version " + std::to_string(newest) +
                                             " and stays as it was; the driver that wrote it can still use it. " +
                                             sentence(failure, file, error));
    }
    // The log has grown to the size of the journal: brought in, it is short again, as the reserve counts on.
    database.checkpoint();
}

}  // namespace paydrv::journal
