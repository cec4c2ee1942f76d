// The driver's log: lines of any thread, brought to the disk by one thread of its own.
#pragma once

#include <cstdint>
#include <memory>

#include "engine/clock.h"
#include "engine/log.h"
#include "engine/machine.h"
#include "log/log_file.h"
#include "log/log_settings.h"

namespace paydrv::log {

/// The log of one session. Whoever writes copies the line into a ring of LineRing::places lines and goes on: no lock,
/// no allocation, no wait. The log's thread looks every 200 ms. What finds no room is counted, and the count becomes a
/// line as soon as there is room. While the disk refuses, what the ring and one batch hold waits and is written when
/// the disk works again, with a line that tells of the gap. Any thread; `clock` outlives the object.
class FileLog final : public engine::Log {
  public:
    /// Opens the file of `settings` and starts the thread. Throws OpenError for the file, std::system_error if the
    /// system gives no descriptor or thread. Takes as long as the disk does.
    FileLog(const LogSettings& settings, const engine::Clock& clock);
    /// The same on another sink; for tests.
    FileLog(std::unique_ptr<Sink> sink, engine::LogLevel level, const engine::Clock& clock);
    /// Ends it as end_by() does, within leave_after_ms.
    ~FileLog() override;
    FileLog(const FileLog&) = delete;
    FileLog& operator=(const FileLog&) = delete;

    static constexpr std::int64_t leave_after_ms = 300;

    /// For the driver's own threads: wakes the log's thread, with one system call, when the ring gets half full.
    void write(const engine::LogLine& line) noexcept override;
    bool keeps(engine::LogLevel level) const noexcept override;

    /// The same log for threads of the host, whose calls have no system call to spend: it never wakes anybody.
    engine::Log& for_hosts() noexcept { return host_side_; }

    /// What was written before is brought to the disk, unless that refuses; then the thread ends. Waits until that
    /// monotonic time. false: the thread hangs in the operating system and is left behind with the file. What is
    /// written later is lost. One thread; a second call does nothing.
    bool end_by(std::int64_t monotonic_ms) noexcept;

  private:
    class Writer;
    class HostSide final : public engine::Log {
      public:
        explicit HostSide(FileLog& log) noexcept : log_(log) {}
        void write(const engine::LogLine& line) noexcept override { log_.put(line); }
        bool keeps(engine::LogLevel level) const noexcept override { return log_.keeps(level); }

      private:
        FileLog& log_;
    };

    bool put(const engine::LogLine& line) noexcept;

    const engine::LogLevel level_;
    const engine::Clock& clock_;
    const std::shared_ptr<Writer> writer_;  // the thread's too, which may outlive this object
    HostSide host_side_{*this};
    engine::DriverThread thread_;
};

}  // namespace paydrv::log
