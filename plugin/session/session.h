// What one open driver owns: settings, keys, connections, journal, engine and their threads, from open to close.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "engine/intake.h"
#include "engine/log.h"
#include "engine/machine.h"
#include "engine/office.h"
#include "engine/papers.h"
#include "engine/snapshot.h"
#include "log/file_log.h"
#include "log/null_log.h"
#include "texts/texts.h"

namespace paydrv::session {

class Session;
struct Settings;

enum class OpenResult : std::uint8_t { opened, configuration, journal, in_use, slow, no_thread, internal };

struct OpenAnswer {
    OpenResult result = OpenResult::internal;
    std::string field;  // the setting or file at fault
    std::string text;   // for the integrator; empty if opened
    std::shared_ptr<Session> session;
    bool thread_left = false;  // one of the driver's hangs in the operating system and ends by itself
};

enum class CloseResult : std::uint8_t { closed, in_doubt, stalled };

/// One open driver. Its own thread makes and destroys everything that touches network, disk, TLS or JSON; host threads
/// only use what the accessors give, which lives as long as the object. Any thread.
class Session : public std::enable_shared_from_this<Session> {
  public:
    /// Blocks at most 10 s. `crypto_is_up` runs on the driver's thread as soon as OpenSSL has set its own exit handler,
    /// so that an exit handler set then runs before it.
    static OpenAnswer open(std::string config, std::string language, engine::OperationIds& ids, void (*crypto_is_up)());

    /// Blocks at most 2 s. in_doubt: nothing is closed, because not forced and an operation is perhaps sent.
    CloseResult close(bool force);

    /// Ends every wait and tells all threads to end. Any thread; instant.
    void ask_to_stop() noexcept;
    /// After ask_to_stop(), by one thread: waits until the monotonic time. false: the driver's thread or the log's
    /// hangs in the operating system and is left behind; what it refers to lives as long as it does.
    bool ended_by(std::int64_t monotonic_ms) noexcept;

    engine::Intake& intake() noexcept { return *intake_; }
    engine::Snapshot& snapshot() noexcept { return snapshot_; }
    const engine::Snapshot& snapshot() const noexcept { return snapshot_; }
    engine::Papers& papers() noexcept { return papers_; }
    bool knows_request(std::string_view name) const noexcept { return office_->knows(name); }
    const engine::Clock& clock() const noexcept { return clock_; }
    const texts::Texts& texts() const noexcept { return *texts_; }
    const std::string& store() const noexcept { return store_; }
    const std::string& terminal() const noexcept { return terminal_; }
    /// What was opened, for the log: configuration, kind of client, store and terminal.
    const std::string& described() const noexcept { return described_; }
    /// The session's log for threads of the host: no system call. Keeps nothing if the configuration names no file.
    engine::Log& host_log() noexcept { return log_ ? log_->for_hosts() : no_log_; }
    /// Digits of the currency's minor unit; nothing: the configuration does not know it.
    std::optional<int> currency_digits(std::string_view currency) const noexcept;

  private:
    Session(std::string config, std::string language, engine::OperationIds& ids, void (*crypto_is_up)());
    void live() noexcept;  // the driver's thread
    void serve();
    void open_log(const Settings& settings);
    /// The log for the driver's own threads.
    engine::Log& driver_log() noexcept {
        if (log_) return *log_;
        return no_log_;
    }
    void tell(engine::LogLevel level, engine::Side side, const std::string& sentence) noexcept;
    void report(OpenResult result, std::string field, std::string text);

    const std::string config_;
    const std::string language_;
    engine::OperationIds& ids_;
    void (*const crypto_is_up_)();

    engine::MachineClock clock_;
    engine::MachineRandom random_;
    engine::ThreadExecutor executor_;
    engine::Snapshot snapshot_;
    engine::Papers papers_;
    std::unique_ptr<engine::Office> office_;
    std::unique_ptr<engine::Intake> intake_;
    std::optional<texts::Texts> texts_;
    std::string store_;
    std::string terminal_;
    std::string described_;
    std::map<std::string, int, std::less<>> currency_digits_;

    log::NullLog no_log_;
    std::optional<log::FileLog> log_;  // made by the driver's thread before it reports; ends after that thread

    std::mutex mutex_;
    std::condition_variable reported_;
    std::optional<OpenAnswer> answer_;  // guarded by mutex_; set once
    engine::DriverThread thread_;
};

}  // namespace paydrv::session
