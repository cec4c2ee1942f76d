#include "boundary/opening.h"

#include <string.h>

#include <string>
#include <string_view>

#include "boundary/arguments.h"
#include "boundary/build.h"  // made by the build: version and languages
#include "boundary/process.h"
#include "boundary/sessions.h"
#include "engine/machine.h"
#include "session/session.h"

namespace paydrv::boundary {
namespace {

constexpr std::size_t largest_config = 1'048'576;
constexpr TextRule language_rule{"language", PAYDRV_LANGUAGE_SIZE, PAYDRV_LANGUAGE_SIZE, false};

constinit engine::OperationIds operation_ids;

bool check_version(std::uint32_t version, Problem& problem) noexcept {
    constexpr std::uint32_t oldest = PAYDRV_ABI_VERSION;  // 0.9 is the first header
    const std::uint32_t major = version >> 16U;
    const std::uint32_t minor = version & 0xFFFFU;
    if (version == 0) {
        return problem.refuse(PAYDRV_E_ARGUMENT, "abi_version",
                              "options.abi_version is 0. Set it to PAYDRV_ABI_VERSION of the header in use.");
    }
    if (major == PAYDRV_ABI_MAJOR && version >= oldest) return true;
    return problem.refuse(PAYDRV_E_UNSUPPORTED, "abi_version",
                          "options.abi_version is %u.%u; this driver speaks %d.%d. Take the driver that belongs to the "
                          "host's header, or compile the host with this driver's.",
                          major, minor, PAYDRV_ABI_MAJOR, PAYDRV_ABI_MINOR);
}

bool check_options(const paydrv_open_options& options, Problem& problem) noexcept {
    if (!check_version(options.abi_version, problem)) return false;
    if (options.flags != 0) {
        return problem.refuse(PAYDRV_E_UNSUPPORTED, "flags",
                              "options.flags is 0x%08X; this driver knows no flags. Set it to 0.", options.flags);
    }
    if (options.reserved != 0) {
        return problem.refuse(PAYDRV_E_UNSUPPORTED, "reserved",
                              "options.reserved is %u. Zero the struct before it is filled.", options.reserved);
    }
    return check_text(text_in(options.language), language_rule, problem);
}

bool read_config(const char* config, std::string_view& text, Problem& problem) noexcept {
    if (config == nullptr || config[0] == '\0') {
        return problem.refuse(PAYDRV_E_ARGUMENT, "config",
                              "config is %s. Give the path of a configuration file, or the JSON itself.",
                              config == nullptr ? "NULL" : "empty");
    }
    text = {config, strnlen(config, largest_config + 1)};
    if (text.size() <= largest_config) return true;
    return problem.refuse(PAYDRV_E_ARGUMENT, "config",
                          "config is longer than %zu bytes. Is it the path of a file, or JSON, with a NUL at its end?",
                          largest_config);
}

std::int32_t result_of(session::OpenResult result) noexcept {
    switch (result) {
        case session::OpenResult::opened: return PAYDRV_OK;
        case session::OpenResult::configuration: return PAYDRV_E_CONFIGURATION;
        case session::OpenResult::journal: return PAYDRV_E_JOURNAL;
        case session::OpenResult::in_use:
        case session::OpenResult::slow: return PAYDRV_E_BUSY;
        case session::OpenResult::no_thread:
        case session::OpenResult::internal: return PAYDRV_E_INTERNAL;
    }
    return PAYDRV_E_INTERNAL;
}

std::int32_t random_id() {
    constexpr std::uint64_t largest = 1U << 30U;  // leaves as many ids again above it
    return static_cast<std::int32_t>(1 + engine::MachineRandom().next() % largest);
}

// A place among the sessions while one is being opened; given back if that fails in any way.
class Reservation {
  public:
    Reservation() : place_(sessions().reserve()) {}
    ~Reservation() {
        if (place_ != nullptr) sessions().give_back(*place_);
    }
    Reservation(const Reservation&) = delete;
    Reservation& operator=(const Reservation&) = delete;

    explicit operator bool() const noexcept { return place_ != nullptr; }
    std::int32_t enter(std::shared_ptr<session::Session> session, std::uint32_t host_version, std::int32_t random) {
        const std::int32_t id = sessions().enter(*place_, std::move(session), host_version, random);
        if (id != 0) place_ = nullptr;
        return id;
    }

  private:
    Sessions::Place* place_;
};

void tell_opened(session::Session& session, std::uint32_t host_version) {
    engine::Log& log = session.host_log();
    if (!log.keeps(engine::LogLevel::info)) return;
    const std::string sentence = "opened: driver " PAYDRV_BUILD_VERSION ", host's header " +
                                 std::to_string(host_version >> 16U) + "." + std::to_string(host_version & 0xFFFFU) +
                                 ", " + session.described();
    engine::LogLine line;
    line.what = sentence;
    log.write(line);
}

std::int32_t open_at(Reservation& place, std::string_view config, const paydrv_open_options& options,
                     std::int32_t* session, Problem& problem) {
    notice_forks();
    const std::int32_t random = random_id();
    operation_ids.begin_at(random_id());
    session::OpenAnswer answer = session::Session::open(std::string(config), std::string(text_in(options.language)),
                                                        operation_ids, stop_at_exit_before_crypto);
    if (answer.result != session::OpenResult::opened) {
        if (answer.thread_left) keep_loaded();
        problem.refuse_with(result_of(answer.result), answer.field, answer.text);
        return problem.result();
    }
    stop_at_exit_before_the_rest();
    tell_opened(*answer.session, options.abi_version);
    const std::int32_t id = place.enter(answer.session, options.abi_version, random);
    if (id == 0) {
        answer.session->close(true);
        problem.refuse(PAYDRV_E_INTERNAL, "", "This process has used up all session ids. Start it anew.");
        return problem.result();
    }
    put(session, id);
    return PAYDRV_OK;
}

}  // namespace

std::int32_t open_session(const char* config, const paydrv_open_options* options, std::int32_t* session,
                          Problem& problem) {
    if (session == nullptr) {
        problem.refuse(PAYDRV_E_ARGUMENT, "session", "session is NULL. Pass where the session's id goes.");
        return problem.result();
    }
    put(session, std::int32_t{0});
    std::string_view text;
    paydrv_open_options own;
    if (!read_config(config, text, problem) || !read_struct(options, "options", problem, own) ||
        !check_options(own, problem)) {
        return problem.result();
    }
    Reservation place;
    if (!place) {
        problem.refuse(PAYDRV_E_BUSY, "",
                       "%zu sessions are open in this process, and more are not possible. Close one.",
                       Sessions::max_sessions);
        return problem.result();
    }
    return open_at(place, text, own, session, problem);
}

}  // namespace paydrv::boundary
