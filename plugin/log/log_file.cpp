#include "log/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>

namespace paydrv::log {
namespace {

constexpr std::size_t max_problem_bytes = 200;

[[noreturn]] void refuse(int system_error) {
    switch (system_error) {
        case EACCES:
        case EPERM:
            throw OpenError(
                "may not be written by this user: correct the owner or the permissions of the file and its "
                "folder");
        case ENOENT:
        case ENOTDIR: throw OpenError("is in a folder that does not exist: create it, writable for the till's user");
        case EROFS: throw OpenError("is on a disk that is mounted read-only: mount it writable, or name another place");
        case ENOSPC:
        case EDQUOT:
        case EFBIG: throw OpenError("finds no space: free some on its disk");
        case ELOOP: throw OpenError("is a symbolic link: name the file itself");
        case EISDIR:
        case ENXIO: throw OpenError("is no regular file: name a file");
        default: throw OpenError("cannot be written: " + std::generic_category().message(system_error));
    }
}

// Every line begins with a time; of a file that was cut by a full disk perhaps only a part of it stands there.
bool begins_like_a_log(int descriptor) {
    constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd.ddd";
    std::array<char, form.size()> text{};
    const ssize_t length = ::pread(descriptor, text.data(), text.size(), 0);
    if (length < 0) refuse(errno);
    return std::equal(text.begin(), text.begin() + length, form.begin(),
                      [](char c, char f) { return f == 'd' ? c >= '0' && c <= '9' : c == f; });
}

// EINTR cannot come: the log's thread takes no signals.
std::size_t write_what_fits(int descriptor, std::string_view bytes) noexcept {
    std::size_t written = 0;
    while (written < bytes.size()) {
        const ssize_t count = ::write(descriptor, bytes.data() + written, bytes.size() - written);
        if (count <= 0) break;
        written += static_cast<std::size_t>(count);
    }
    return written;
}

std::filesystem::path with_suffix(std::filesystem::path file, const char* suffix) {
    file += suffix;
    return file;
}

}  // namespace

LogFile::LogFile(std::filesystem::path file, std::int64_t max_bytes)
    : file_(std::move(file)), previous_(with_suffix(file_, ".1")), max_bytes_(max_bytes) {
    problem_.reserve(max_problem_bytes);
    try {
        open();
    } catch (...) {
        close();
        throw;
    }
}

LogFile::~LogFile() {
    close();
}

void LogFile::close() noexcept {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

void LogFile::open() {
    close();
    torn_ = false;
    // Without waiting, or a pipe of that name would hold the till up.
    descriptor_ = ::open(file_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (descriptor_ < 0) refuse(errno);
    struct stat entry {};
    if (::fstat(descriptor_, &entry) != 0) refuse(errno);
    if (!S_ISREG(entry.st_mode)) refuse(EISDIR);
    if (!begins_like_a_log(descriptor_)) {
        throw OpenError("exists and is not a log of this driver, so it is left alone: name another file");
    }
    char last = '\n';
    if (entry.st_size > 0 && ::pread(descriptor_, &last, 1, entry.st_size - 1) != 1) refuse(errno);
    torn_ = last != '\n';
}

bool LogFile::is_ours() const noexcept {
    struct stat own {};
    struct stat named {};
    return descriptor_ >= 0 && ::fstat(descriptor_, &own) == 0 && ::lstat(file_.c_str(), &named) == 0 &&
           own.st_dev == named.st_dev && own.st_ino == named.st_ino;
}

void LogFile::rotate() {
    if (::rename(file_.c_str(), previous_.c_str()) != 0) {
        throw OpenError("cannot be renamed to " + previous_.filename().string() + ": " +
                        std::generic_category().message(errno));
    }
    open();
}

void LogFile::append_or_throw(std::string_view lines) {
    if (!is_ours()) open();
    struct stat entry {};
    if (::fstat(descriptor_, &entry) != 0) refuse(errno);
    if (entry.st_size > 0 && entry.st_size + static_cast<std::int64_t>(lines.size()) + 1 > max_bytes_) {
        rotate();
        entry.st_size = 0;
    }
    if (torn_ && write_what_fits(descriptor_, "\n") != 1) refuse(errno);
    torn_ = false;
    errno = 0;
    const std::size_t written = write_what_fits(descriptor_, lines);
    if (written == lines.size()) return;
    const int error = errno == 0 ? ENOSPC : errno;
    // Half a batch would come twice when it is tried again.
    if (written > 0 && ::ftruncate(descriptor_, entry.st_size) != 0) torn_ = true;
    refuse(error);
}

bool LogFile::append(std::string_view lines) noexcept {
    try {
        append_or_throw(lines);
        problem_.clear();
        return true;
    } catch (const OpenError& error) {
        const std::string_view why = error.what();
        problem_.assign(why.substr(0, max_problem_bytes));
    } catch (const std::exception&) {
        problem_.assign("met a shortage of memory");
    }
    return false;
}

}  // namespace paydrv::log
