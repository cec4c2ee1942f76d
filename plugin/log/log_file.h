// The file of the log and the one before it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace paydrv::log {

/// Why a log cannot be kept, as the rest of a sentence that begins with the file's name.
struct OpenError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Where formatted lines end up. One thread at a time; may take as long as the disk does.
class Sink {
  public:
    virtual ~Sink() = default;
    /// Whole lines. false: none of them is kept, and problem() says why; the same lines may be tried again.
    virtual bool append(std::string_view lines) noexcept = 0;
    virtual std::string_view problem() const noexcept = 0;
};

/// A file that grows up to a size and is then renamed to FILE.1, in the place of the one before. Only its owner may
/// read it (0600). It is opened anew when it was removed or replaced. One thread at a time.
class LogFile final : public Sink {
  public:
    /// Opens the file or makes it. Refuses with OpenError what cannot be written, a symbolic link, what is no regular
    /// file, and a file whose beginning is no line of a log: a slip in the configuration must not damage another file.
    LogFile(std::filesystem::path file, std::int64_t max_bytes);
    ~LogFile() override;
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;

    bool append(std::string_view lines) noexcept override;
    std::string_view problem() const noexcept override { return problem_; }

  private:
    void open();
    bool is_ours() const noexcept;
    void close() noexcept;
    void append_or_throw(std::string_view lines);
    void rotate();

    const std::filesystem::path file_;
    const std::filesystem::path previous_;  // FILE.1
    const std::int64_t max_bytes_;
    int descriptor_ = -1;
    bool torn_ = false;  // the end of the file is half a line
    std::string problem_;
};

}  // namespace paydrv::log
