#include "journal/database.h"

#include <Poco/Data/DataException.h>
#include <Poco/Data/SQLite/SQLiteException.h>
#include <Poco/Data/SQLite/SessionImpl.h>
#include <Poco/Data/Statement.h>

#include <vector>

namespace paydrv::journal {
namespace {

using namespace Poco::Data::Keywords;
namespace sqlite = Poco::Data::SQLite;

constexpr std::size_t login_timeout_s = 2;
constexpr std::int64_t scarce_bytes = 64 * 1024;  // below this, an unexplained write fault is a full disk

Poco::Data::Session open_session(const std::filesystem::path& file) {
    return Poco::Data::Session(
        Poco::AutoPtr<Poco::Data::SessionImpl>(new sqlite::SessionImpl(file.string(), login_timeout_s)));
}

template <typename Error>
bool is(const std::exception& error) {
    return dynamic_cast<const Error*>(&error) != nullptr;
}

}  // namespace

Failure failure_of(const std::exception& error, const std::filesystem::path& file) {
    if (is<sqlite::DBLockedException>(error) || is<sqlite::TableLockedException>(error)) {
        return Failure::busy;
    }
    if (is<sqlite::DatabaseFullException>(error)) {
        return Failure::no_space;
    }
    if (is<sqlite::ReadOnlyException>(error)) {
        return Failure::read_only;
    }
    if (is<sqlite::CorruptImageException>(error)) {
        return Failure::damaged;
    }
    if (is<sqlite::ConstraintViolationException>(error)) {
        return Failure::refused;
    }
    const auto left = free_bytes(file);
    if (left >= 0 && left < scarce_bytes) {
        return Failure::no_space;
    }
    if (is<sqlite::CantOpenDBFileException>(error) || is<Poco::Data::ConnectionFailedException>(error)) {
        return Failure::unreadable;
    }
    // SQLITE_NOTADB has no exception of its own in Poco.
    const auto poco = dynamic_cast<const Poco::Exception*>(&error);
    if (poco != nullptr && poco->displayText().find("not a database") != std::string::npos) {
        return Failure::damaged;
    }
    return Failure::disk;
}

OpenError::Why why_of(Failure failure) {
    switch (failure) {
        case Failure::busy: return OpenError::Why::in_use;
        case Failure::no_space: return OpenError::Why::no_space;
        case Failure::read_only: return OpenError::Why::read_only;
        case Failure::damaged:
        case Failure::refused: return OpenError::Why::damaged;
        case Failure::unreadable:
        case Failure::disk: return OpenError::Why::unreadable;
    }
    return OpenError::Why::unreadable;
}

std::string sentence(Failure failure, const std::filesystem::path& file, const std::exception& error) {
    const auto name = file.string();
    const auto poco = dynamic_cast<const Poco::Exception*>(&error);
    const auto said = " (" + (poco != nullptr ? poco->displayText() : std::string(error.what())) + ")";
    switch (failure) {
        case Failure::busy: return "Another program holds the journal " + name + " locked; close it" + said + ".";
        case Failure::no_space:
            return "The disk that holds the journal " + name + " is full; free some space" + said + ".";
        case Failure::read_only:
            return "The journal " + name + " cannot be written: the file or its disk is read-only; make it writable" +
                   said + ".";
        case Failure::damaged:
            return "The journal " + name + " is damaged; keep the file and call support" + said + ".";
        case Failure::unreadable:
            return "The journal " + name +
                   " cannot be opened; check that its folder exists and that this user may read and write it" + said +
                   ".";
        case Failure::refused:
            return "The journal " + name + " refuses this change: it contradicts what stands there; call support" +
                   said + ".";
        case Failure::disk: break;
    }
    return "The journal " + name + " cannot be read or written; check the disk" + said + ".";
}

Database::Database(const std::filesystem::path& file) : file_(file), log_(file), session_(open_session(file)) {
    log_ += "-wal";
    execute("PRAGMA busy_timeout=" + std::to_string(busy_timeout_ms));
    if (text("PRAGMA journal_mode=WAL") != "wal") {
        throw sqlite::ReadOnlyException("no write-ahead log can be kept beside the file");
    }
    execute("PRAGMA synchronous=FULL");
    execute("PRAGMA wal_autocheckpoint=" + std::to_string(checkpoint_pages));
    execute("PRAGMA foreign_keys=OFF");
    execute("PRAGMA trusted_schema=OFF");
}

void Database::execute(std::string_view sql) {
    session_ << std::string(sql), now;
}

std::int64_t Database::number(std::string_view sql) {
    std::vector<std::int64_t> found;
    session_ << std::string(sql), into(found), now;
    return found.empty() ? 0 : found.front();
}

std::string Database::text(std::string_view sql) {
    std::vector<std::string> found;
    session_ << std::string(sql), into(found), now;
    return found.empty() ? std::string() : found.front();
}

std::optional<std::string> Database::meta(const std::string& name) {
    std::vector<std::string> found;
    std::string key = name;
    session_ << "SELECT value FROM meta WHERE name=?", use(key), into(found), now;
    if (found.empty()) {
        return std::nullopt;
    }
    return found.front();
}

void Database::set_meta(const std::string& name, const std::string& value) {
    std::string key = name;
    std::string text_value = value;
    session_ << "INSERT INTO meta(name, value) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value=excluded.value",
        use(key), use(text_value), now;
}

void Database::checkpoint() {
    if (number("PRAGMA wal_checkpoint(TRUNCATE)") != 0) {
        throw sqlite::DBLockedException("another program is reading the journal, and its log cannot be brought in");
    }
}

void Database::remember_files() {
    file_identity_ = identity(file_);
    log_identity_ = identity(log_);
}

bool Database::still_in_place() const noexcept {
    return identity(file_) == file_identity_ && identity(log_) == log_identity_;
}

}  // namespace paydrv::journal
