#include "journal/sqlite_journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "journal/database.h"
#include "journal/file_lock.h"
#include "journal/integrity.h"
#include "journal/record_text.h"
#include "journal/schema.h"
#include "journal/space_reserve.h"
#include "journal/tables.h"

namespace paydrv::journal {
namespace {

std::filesystem::path folder_of(const std::filesystem::path& file) {
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

void make_file(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        const int error = errno;
        if ((error == EACCES || error == EPERM) && ::access(file.c_str(), R_OK) == 0) {
            throw OpenError(OpenError::Why::read_only,
                            "The journal " + file.string() + " is read-only for this user; make it writable.");
        }
        throw open_error(error, file);
    }
    ::close(descriptor);
    // The name must outlive a power cut as well as the content.
    const auto folder = folder_of(file);
    const int entry = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (entry < 0) {
        throw open_error(errno, folder);
    }
    const bool synced = ::fsync(entry) == 0;
    const int error = errno;
    ::close(entry);
    if (!synced) {
        throw open_error(error, folder);
    }
}

std::string from_hex(std::string_view hex) {
    const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes += static_cast<char>((digit(hex[i]) << 4U) | digit(hex[i + 1]));
    }
    return bytes;
}

bool unacknowledged_final(const money::OperationRecord& record) {
    return money::is_final(record.state) && !record.acknowledged;
}

bool holds_intent(std::span<const engine::Change> changes) {
    return std::any_of(changes.begin(), changes.end(), [](const auto& change) { return change.event == "intent"; });
}

}  // namespace

/// What outlives a connection: the lock, and what is known to be durable.
struct SqliteJournal::Hold {
    explicit Hold(const std::filesystem::path& file) : lock(file), reserve(file) {}

    FileLock lock;
    SpaceReserve reserve;
    std::string journal_id;
    std::string code_key;
    Known known;
};

/// One opening of the file.
struct SqliteJournal::Connection {
    explicit Connection(const std::filesystem::path& file) : database(file) {}

    Database database;
    Tables tables{database};
};

SqliteJournal::SqliteJournal(std::filesystem::path file, std::function<std::int64_t()> wall_ms)
    : file_(std::move(file)), wall_ms_(std::move(wall_ms)), hold_(std::make_unique<Hold>(file_)) {
    hold_->reserve.make();  // without it no intent is taken, but what is unfinished goes on
    try {
        make_file(file_);
        connect(Opening::first);
    } catch (const OpenError& error) {
        if (error.why() != OpenError::Why::no_space || !hold_->reserve.stands()) {
            throw;
        }
        hold_->reserve.give_up();
        make_file(file_);
        connect(Opening::first);
    }
}

SqliteJournal::~SqliteJournal() = default;

void SqliteJournal::connect(Opening opening) {
    try {
        if (opening == Opening::again) {
            leave();
        }
        auto made = std::make_unique<Connection>(file_);
        auto& [database, tables] = *made;
        if (opening == Opening::first) {
            prepare_schema(database, file_);
            hold_->journal_id = database.meta("journal_id").value_or("");
            hold_->code_key = from_hex(database.meta("code_key").value_or(""));
        } else if (database.meta("journal_id") != hold_->journal_id) {
            throw damaged("another journal was put in its place.");
        }
        Known found;
        if (auto fault = check_newest(database, tables, hold_->journal_id, found.head)) {
            throw damaged(fault->text);
        }
        if (opening == Opening::again && !contains(tables, hold_->journal_id, hold_->known.head)) {
            throw damaged("an older copy was put in its place, which lacks what was already durable.");
        }
        found.unacknowledged = static_cast<std::int64_t>(tables.unacknowledged());
        database.remember_files();
        hold_->known = found;
        connection_ = std::move(made);
    } catch (const OpenError&) {
        throw;
    } catch (const std::exception& error) {
        const auto failure = failure_of(error, file_);
        throw OpenError(why_of(failure), sentence(failure, file_, error));
    }
}

/// Closes what a failed commit left, and makes sure that opening again cannot make an empty journal.
void SqliteJournal::leave() {
    if (connection_ && !connection_->database.still_in_place()) {
        try {
            // Else SQLite would replay our log over whatever lies there now.
            connection_->database.checkpoint();
        } catch (const std::exception&) {  // then the checks of connect are what is left
        }
    }
    connection_.reset();
    if (identity(file_).inode == 0) {
        throw OpenError(OpenError::Why::unreadable, "The journal " + file_.string() +
                                                        " is gone; put the file back. Closing and opening the session "
                                                        "begins a new one, which knows no payment.");
    }
}

OpenError SqliteJournal::damaged(const std::string& what) const {
    return {OpenError::Why::damaged,
            "The journal " + file_.string() + " is damaged: " + what + " Keep the file and call support."};
}

/// After a failed commit: closes, opens again and verifies that nothing durable is missing. If not done, problem_ says
/// why, and the next call tries again.
SqliteJournal::Attempt SqliteJournal::stand_ready() {
    if (!suspect_) {
        return Attempt::done;
    }
    try {
        connect(Opening::again);
    } catch (const OpenError& error) {
        problem_ = error.what();
        return error.why() == OpenError::Why::no_space ? Attempt::no_space : Attempt::failed;
    }
    suspect_ = false;
    return Attempt::done;
}

bool SqliteJournal::keep_reserve() {
    const int error = hold_->reserve.make();
    if (error == 0) {
        return true;
    }
    problem_ = std::string(open_error(error, file_).what()) +
               " Results are still written; nothing new is begun until there is space in reserve for them.";
    return false;
}

bool SqliteJournal::commit(std::span<const engine::Change> changes) {
    for (const auto& change : changes) {
        if (change.record.row < 1 || change.event.empty()) {
            problem_ =
                "A change without a row or an event was given to the journal " + file_.string() + "; call support.";
            return false;
        }
    }
    const bool begins = holds_intent(changes);
    if (begins && !keep_reserve()) {
        return false;
    }
    const auto work = [&](Known& known) {
        for (const auto& change : changes) {
            write(change, known);
        }
    };
    auto outcome = attempt(work);
    if (outcome == Attempt::no_space && !begins) {
        // Opening again brings the log in and frees it; with the reserve that is room for this and the results to come.
        hold_->reserve.give_up();
        outcome = attempt(work);
    }
    return outcome == Attempt::done;
}

bool SqliteJournal::probe() {
    return keep_reserve() && attempt([&](Known&) {
                                 connection_->database.set_meta("probe", std::to_string(wall_ms_()));
                             }) == Attempt::done;
}

/// One transaction around `work`, which tells what will be known once it is durable.
template <typename Work>
SqliteJournal::Attempt SqliteJournal::attempt(const Work& work) {
    if (const auto ready = stand_ready(); ready != Attempt::done) {
        return ready;
    }
    auto& [database, tables] = *connection_;
    try {
        if (unsynced_) {
            // What a failed sync left may be in memory only: every page of the log is written and synced anew.
            database.checkpoint();
            unsynced_ = false;
        }
        auto known = hold_->known;
        tables.begin();
        work(known);
        tables.commit();
        if (database.still_in_place()) {
            hold_->known = std::move(known);
            problem_.clear();
            return Attempt::done;
        }
        problem_ = "The journal " + file_.string() +
                   " or its log was removed or replaced while the driver uses it; put it back.";
        suspect_ = unsynced_ = true;
        return Attempt::failed;
    } catch (const std::exception& error) {
        tables.rollback();
        suspect_ = unsynced_ = true;
        const auto failure = failure_of(error, file_);
        problem_ = sentence(failure, file_, error);
        return failure == Failure::no_space ? Attempt::no_space : Attempt::failed;
    }
}

void SqliteJournal::write(const engine::Change& change, Known& known) {
    const auto& record = change.record;
    auto& tables = connection_->tables;
    Event event;
    event.record = to_text(record);
    const auto before = tables.find(record.row);
    if (before && before->record == event.record) {
        return;
    }
    event.seq = known.head.seq + 1;
    event.row = record.row;
    event.wall_ms = wall_ms_();
    event.name = change.event;
    event.previous = known.head.hash;
    event.hash = event_hash(event);
    tables.append(event);
    const auto was = before ? from_text(before->record) : std::nullopt;
    tables.put(record, event.record, event.seq, was);

    known.unacknowledged += int{unacknowledged_final(record)} - int{was && unacknowledged_final(*was)};
    known.head = {event.seq, event.hash};
}

std::string SqliteJournal::problem() const {
    return problem_;
}

/// Runs `from` on a connection that can be trusted; every fault becomes a ReadError.
template <typename From>
auto SqliteJournal::read(const From& from) {
    if (stand_ready() != Attempt::done) {
        throw ReadError(problem_);
    }
    try {
        return from(*connection_);
    } catch (const std::exception& error) {
        throw ReadError(sentence(failure_of(error, file_), file_, error));
    }
}

std::optional<money::OperationRecord> SqliteJournal::by_row(std::int64_t row) {
    return read([&](Connection& connection) -> std::optional<money::OperationRecord> {
        const auto found = connection.tables.find(row);
        if (!found) {
            return std::nullopt;
        }
        return understood(found->record);
    });
}

std::optional<money::OperationRecord> SqliteJournal::by_name(money::Kind kind, std::string_view store,
                                                             std::string_view terminal, std::uint32_t business_day,
                                                             std::string_view reference) {
    return read([&](Connection& connection) {
        return connection.tables.find_name(kind, store, terminal, business_day, reference);
    });
}

std::vector<money::OperationRecord> SqliteJournal::list(engine::List what, std::uint32_t business_day,
                                                        std::int64_t after, std::size_t limit) {
    return read([&](Connection& connection) { return connection.tables.list(what, business_day, after, limit); });
}

std::vector<money::OperationRecord> SqliteJournal::since(std::uint32_t business_day) {
    return read([&](Connection& connection) { return connection.tables.since(business_day); });
}

std::vector<money::OperationRecord> SqliteJournal::by_payment_id(std::string_view payment_id) {
    return read([&](Connection& connection) { return connection.tables.find_payment_id(payment_id); });
}

std::vector<money::OperationRecord> SqliteJournal::by_request_id(std::string_view request_id) {
    return read([&](Connection& connection) { return connection.tables.find_request_id(request_id); });
}

std::vector<money::OperationRecord> SqliteJournal::by_order(std::uint32_t business_day,
                                                            std::string_view order_reference) {
    return read([&](Connection& connection) { return connection.tables.find_order(business_day, order_reference); });
}

std::int64_t SqliteJournal::free_bytes() {
    return journal::free_bytes(folder_of(file_));
}

std::int64_t SqliteJournal::last_row() {
    return read([](Connection& connection) { return connection.tables.last_row(); });
}

std::uint64_t SqliteJournal::unacknowledged() {
    return static_cast<std::uint64_t>(hold_->known.unacknowledged);
}

std::string SqliteJournal::code_key() {
    return hold_->code_key;
}

std::string SqliteJournal::head() const {
    return hold_->known.head.hash;
}

std::optional<ChainFault> SqliteJournal::verify() {
    return read(
        [&](Connection& connection) { return check_all(connection.database, connection.tables, hold_->journal_id); });
}

}  // namespace paydrv::journal
