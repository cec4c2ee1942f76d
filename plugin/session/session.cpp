#include "session/session.h"

#include <openssl/ssl.h>

#include <chrono>
#include <exception>
#include <system_error>
#include <utility>

#include "alipay/gateway_client.h"
#include "engine/engine.h"
#include "journal/open_error.h"
#include "journal/sqlite_journal.h"
#include "net/https_client.h"
#include "office/back_office.h"
#include "session/configuration.h"
#include "session/gateway_workers.h"
#include "session/paperwork.h"
#include "session/provider_codes.h"
#include "session/settings.h"
#include "session/settings_keys.h"

namespace paydrv::session {
namespace {

constexpr std::int64_t open_bound_ms = 9'500;
constexpr std::int64_t in_doubt_bound_ms = 700;
constexpr std::int64_t close_bound_ms = 1'900;
constexpr std::int64_t workers_bound_ms = 600;  // of close_bound_ms; their network calls end within 100 ms

OpenResult result_of(journal::OpenError::Why why) {
    return why == journal::OpenError::Why::in_use ? OpenResult::in_use : OpenResult::journal;
}

engine::Side side_of(OpenResult result) {
    switch (result) {
        case OpenResult::configuration: return engine::Side::host;
        case OpenResult::journal:
        case OpenResult::in_use:
        case OpenResult::slow:
        case OpenResult::no_thread: return engine::Side::machine;
        case OpenResult::opened:
        case OpenResult::internal: break;
    }
    return engine::Side::driver;
}

std::string description(const Settings& settings) {
    return "configuration " + settings.config_name + ", " + (settings.test_client ? "a test client" : "a live client") +
           ", store " + settings.gateway.reference_store_id + ", terminal " + settings.store_terminal_id;
}

office::OfficeFacts facts_of(const Settings& settings) {
    office::OfficeFacts facts;
    facts.configuration = settings.config_name;
    facts.store = settings.gateway.reference_store_id;
    facts.terminal = settings.store_terminal_id;
    facts.test_client = settings.test_client;
    facts.payment_notify_url = !settings.gateway.payment_notify_url.empty();
    facts.settlement_currency = settings.gateway.settlement_currency;
    facts.journal_file = settings.journal_file.filename().string();
    return facts;
}

// The keys and connections of a session. Refused here: keys that cannot be used, a CA file without certificates.
struct Gateway {
    net::HttpsClient https;
    alipay::GatewayClient client;

    Gateway(Settings& settings, const engine::Clock& clock)
        : https(settings.https), client(std::move(settings.gateway), https, clock) {}
};

}  // namespace

Session::Session(std::string config, std::string language, engine::OperationIds& ids, void (*crypto_is_up)())
    : config_(std::move(config)), language_(std::move(language)), ids_(ids), crypto_is_up_(crypto_is_up) {}

OpenAnswer Session::open(std::string config, std::string language, engine::OperationIds& ids, void (*crypto_is_up)()) {
    const std::shared_ptr<Session> session(new Session(std::move(config), std::move(language), ids, crypto_is_up));
    if (!session->thread_.start("paydrv", [session] { session->live(); })) {
        return {OpenResult::no_thread, "", "The system gives no thread; look at the limits of this process.", nullptr,
                false};
    }
    std::unique_lock lock(session->mutex_);
    const bool told = session->reported_.wait_for(lock, std::chrono::milliseconds(open_bound_ms),
                                                  [&] { return session->answer_.has_value(); });
    if (!told) {
        session->executor_.stop();
        session->thread_.leave();  // ends by itself when the disk answers
        return {OpenResult::slow, "journalFile",
                "The disk did not answer within 10 s while configuration and journal were read. Look at the disk, then "
                "open again.",
                nullptr, true};
    }
    OpenAnswer answer = *session->answer_;
    lock.unlock();
    if (answer.result != OpenResult::opened) {
        answer.thread_left = !session->ended_by(session->clock_.monotonic_ms() + workers_bound_ms);
        return answer;
    }
    answer.session = session;
    return answer;
}

void Session::report(OpenResult result, std::string field, std::string text) {
    {
        const std::lock_guard lock(mutex_);
        if (answer_) {  // the session was open: what ends it now is the driver's own fault
            tell(engine::LogLevel::error, engine::Side::driver, "the driver's thread has ended: " + text);
            return;
        }
        if (result != OpenResult::opened) tell(engine::LogLevel::error, side_of(result), "not opened: " + text);
        answer_ = OpenAnswer{result, std::move(field), std::move(text), nullptr, false};
    }
    reported_.notify_all();
}

void Session::tell(engine::LogLevel level, engine::Side side, const std::string& sentence) noexcept {
    engine::LogLine line;
    line.level = level;
    line.side = side;
    line.what = sentence;
    driver_log().write(line);
}

void Session::open_log(const Settings& settings) {
    if (settings.log.file.empty()) return;
    try {
        log_.emplace(settings.log, clock_);
    } catch (const log::OpenError& error) {
        refuse_key(settings.config_name, "logFile", shown(settings.log.file) + " " + error.what() + ".");
    }
}

void Session::live() noexcept {
    const std::shared_ptr<Session> self = shared_from_this();  // outlives close, if close had to leave this thread
    try {
        OPENSSL_init_ssl(0, nullptr);
        crypto_is_up_();
        serve();
    } catch (const SettingsError& error) {
        report(OpenResult::configuration, error.key, error.text);
    } catch (const journal::OpenError& error) {
        report(result_of(error.why()), "journalFile", error.what());
    } catch (const journal::ReadError& error) {
        report(OpenResult::journal, "journalFile", error.what());
    } catch (const std::exception& error) {
        report(OpenResult::internal, "", error.what());
    } catch (...) {
        report(OpenResult::internal, "", "The driver could not open, and does not know why.");
    }
    if (intake_) intake_->abandon();
    snapshot_.stop();
}

void Session::serve() {
    Settings settings = load_settings(config_);
    open_log(settings);
    described_ = description(settings);
    texts_ =
        texts::Texts::load(language_.empty() ? settings.language : language_, settings.test_client, provider_codes());
    if (!texts_) {
        throw SettingsError("language", "There are no texts in the language '" + language_ + "' of the open options.");
    }
    engine::EngineSettings engine_settings{settings.schedule, settings.workers, settings.gateway.reference_store_id,
                                           settings.store_terminal_id};
    store_ = engine_settings.store;
    terminal_ = engine_settings.terminal;
    currency_digits_.insert(settings.currency_digits.begin(), settings.currency_digits.end());

    const Paperwork scribe(*texts_, {settings.gateway.merchant_name, settings.gateway.store_name, currency_digits_, 0});
    office::OfficeFacts facts = facts_of(settings);
    std::optional<Gateway> gateway;  // takes the names and keys of the settings
    try {
        gateway.emplace(settings, clock_);
    } catch (const std::runtime_error& error) {
        throw SettingsError("gateway", error.what());
    }
    journal::SqliteJournal journal(settings.journal_file, [this] { return clock_.wall_ms(); });
    executor_.set_worker_limit(engine_settings.workers);
    GatewayWorkers workers(gateway->client, executor_, driver_log(), clock_);
    intake_ = std::make_unique<engine::Intake>(snapshot_, ids_, clock_, executor_, store_, terminal_,
                                               journal.code_key(), money::HashKey{random_.next(), random_.next()});
    for (const alipay::KeyHandle& key : gateway->client.keys().alipay_public)
        facts.alipay_key_bits.push_back(alipay::bits_of(key));
    facts.merchant_key_bits = alipay::bits_of(gateway->client.keys().merchant_private);
    office_ = std::make_unique<office::BackOffice>(
        std::move(facts), [&workers](const money::OperationRecord& record) { return workers.request_id(record); });
    engine::Engine engine(engine_settings, {clock_, executor_, journal, workers, random_, *intake_, snapshot_, papers_,
                                            *office_, scribe, driver_log()});
    workers.set_sink(engine);
    engine.reopen();
    report(OpenResult::opened, "", "");
    // Whatever ends the loop, the workers end before what they refer to. A fault of the engine's own (out of memory)
    // ends the session: its calls answer PAYDRV_E_INTERNAL, and the journal tells the next one how things stand.
    std::exception_ptr fault;
    try {
        executor_.loop([&engine] { return engine.turn(); }, clock_);
    } catch (...) {
        fault = std::current_exception();
    }
    executor_.stop();
    gateway->https.stop();
    // A worker that hangs in the operating system refers to what stands above, so this thread stays with it.
    while (!executor_.join_workers_until(clock_.monotonic_ms() + workers_bound_ms)) {
    }
    if (fault) std::rethrow_exception(fault);
    tell(engine::LogLevel::info, engine::Side::none, "closed");
}

CloseResult Session::close(bool force) {
    const std::int64_t began_ms = clock_.monotonic_ms();
    intake_->close();
    // Asked also if forced: the engine answers after it has taken in every order that a host was told of as accepted.
    const auto question = std::make_shared<engine::Query>();
    question->kind = engine::Query::Kind::in_doubt;
    const bool told = intake_->ask(question, static_cast<std::uint32_t>(in_doubt_bound_ms));
    if (!force && (!told || question->yes)) {
        intake_->reopen();
        return CloseResult::in_doubt;
    }
    ask_to_stop();
    return ended_by(began_ms + close_bound_ms) ? CloseResult::closed : CloseResult::stalled;
}

void Session::ask_to_stop() noexcept {
    intake_->close();
    snapshot_.stop();
    executor_.stop();
}

bool Session::ended_by(std::int64_t monotonic_ms) noexcept {
    const bool ended = thread_.join_until(monotonic_ms);
    if (!ended) thread_.leave();
    // Last, so that what the driver's thread had to say is written. A log that hangs has had the time of both.
    const bool log_ended = !log_ || log_->end_by(monotonic_ms);
    return ended && log_ended;
}

std::optional<int> Session::currency_digits(std::string_view currency) const noexcept {
    const auto found = currency_digits_.find(currency);
    if (found == currency_digits_.end()) return std::nullopt;
    return found->second;
}

}  // namespace paydrv::session
