// Why a journal cannot be opened or read, in words for the person at the till.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace paydrv::journal {

/// Thrown by the constructor of SqliteJournal. what() is a sentence that names the file and what to do.
class OpenError : public std::runtime_error {
  public:
    enum class Why : std::uint8_t {
        in_use,         // another process, or another session of this one, has it
        unreadable,     // folder or file missing, or no permission
        newer_version,  // written by a later driver
        damaged,        // not a journal, or not what was written
        no_space,
        read_only,
    };
    OpenError(Why why, const std::string& text) : std::runtime_error(text), why_(why) {}
    Why why() const noexcept { return why_; }

  private:
    Why why_;
};

/// Thrown by the reading functions of SqliteJournal when the file cannot be read now: that a row was not found must
/// never be said of a journal that was not read. what() is a sentence that names the file and what to do.
class ReadError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace paydrv::journal
