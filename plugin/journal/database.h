// One open SQLite file, through Poco::Data, set up as the journal needs it.
#pragma once

#include <Poco/Data/Session.h>

#include <cstdint>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "journal/file_fault.h"
#include "journal/open_error.h"

namespace paydrv::journal {

/// What a failed statement means for the journal.
enum class Failure : std::uint8_t { busy, no_space, read_only, damaged, unreadable, refused, disk };

/// `file` tells a full disk from a broken one where SQLite does not.
Failure failure_of(const std::exception& error, const std::filesystem::path& file);

/// The same, as an open tells it.
OpenError::Why why_of(Failure failure);

/// A sentence for a person: what is wrong with this file, and what to do.
std::string sentence(Failure failure, const std::filesystem::path& file, const std::exception& error);

/// A connection in WAL mode, every commit synced. Owns the session. The session is made without Poco's registry of
/// connectors, which belongs to the host as much as to us. One thread at a time. Whatever fails throws Poco::Exception.
class Database {
  public:
    static constexpr int busy_timeout_ms = 500;   // how long a stranger (the sqlite3 shell) may hold a commit up
    static constexpr int checkpoint_pages = 100;  // a full checkpoint needs at most this much new space (SpaceReserve)

    /// Opens a file that exists (it may be empty). Blocks on the disk.
    explicit Database(const std::filesystem::path& file);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    Poco::Data::Session& session() noexcept { return session_; }
    void execute(std::string_view sql);
    std::int64_t number(std::string_view sql);
    std::string text(std::string_view sql);

    /// The value in the table meta.
    std::optional<std::string> meta(const std::string& name);
    void set_meta(const std::string& name, const std::string& value);

    /// Brings every committed page into the main file and syncs it. Throws also when a reader is in the way.
    void checkpoint();

    /// Remembers which files the names stand for; still_in_place() is false once one was removed or replaced.
    void remember_files();
    bool still_in_place() const noexcept;

  private:
    std::filesystem::path file_;
    std::filesystem::path log_;
    Poco::Data::Session session_;
    FileIdentity file_identity_;
    FileIdentity log_identity_;
};

}  // namespace paydrv::journal
