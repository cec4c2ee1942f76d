#include "bench/bench_command.h"

#include <algorithm>
#include <iostream>
#include <iterator>

#include "arguments.h"
#include "bench/allocations.h"
#include "bench/black_hole.h"
#include "bench/call_load.h"
#include "bench/figures.h"
#include "bench/percentile.h"
#include "bench/session.h"
#include "bench/silent_resolver.h"
#include "bench/system_calls.h"
#include "interrupt.h"
#include "scratch_folder.h"
#include "story/sandbox_process.h"

namespace hostsim {
namespace {

using bench::Figure;

constexpr const char* kHelp =
    "host-sim bench calls [--json] [--seconds N] [--noise N] [--driver PATH]\n"
    "\n"
    "Measures what the driver's calls cost the thread that makes them, against the bounds that the contract promises:\n"
    "1,000 calls a second from 128 threads (one start, eight polls, one cancel in ten), with a healthy gateway and "
    "with\n"
    "one that accepts connections and never answers; open and close also while name lookups hang, and close with\n"
    "payments on the wire of a gateway that has frozen.\n"
    "\n"
    "  CPU            CLOCK_THREAD_CPUTIME_ID around each call; wall time is told beside it, without a bound\n"
    "  system calls   counted exactly with ptrace in a run of its own, only those of the calling thread\n"
    "  allocations    counted by this program's own malloc, which the driver's library uses too\n"
    "\n"
    "  --json         the figures as JSON\n"
    "  --seconds N    length of each load, 1 to 60; default 10\n"
    "  --noise N      times may be N times their bound before the exit code is 1; counts stay exact; default 1\n"
    "  --driver PATH  the driver; default: next to this program, or ../plugin/libpaydrv_alipay.so\n"
    "\n"
    "Exit code: 0 every bound is kept; 1 one is broken or could not be measured (name lookups excepted, which need "
    "root\n"
    "or user namespaces); 2 wrong usage.\n";

constexpr const char* kHealthyGateway = "healthy gateway";
constexpr const char* kSilentGateway = "gateway that never answers";
constexpr const char* kHangingLookups = "name lookups hang";
constexpr const char* kFrozenGateway = "gateway frozen";

constexpr double kCallCpuUs = 100, kPollUs = 2, kCloseMs = 2'000, kOpenMs = 10'000;
constexpr int kTracedCalls = 200;
constexpr int kPolledOperations = 1'000;
constexpr int kPollRounds = 10;
constexpr int kOnTheWire = 16;
// Payments are numbered so that no two parts of the run meet at the gateway.
constexpr std::int64_t kTracedHealthy = 1'000'000, kTracedHole = 2'000'000, kHealthy = 3'000'000, kHole = 4'000'000,
                       kFrozen = 5'000'000;

double us(const std::vector<std::int64_t>& samples_ns, double percent) {
    return static_cast<double>(bench::percentile(samples_ns, percent)) / 1e3;
}

double largest(const std::vector<std::int64_t>& samples) {
    return static_cast<double>(*std::max_element(samples.begin(), samples.end()));
}

class CallsBench {
  public:
    CallsBench(std::filesystem::path driver_path, const std::filesystem::path& folder, int seconds)
        : driver_path_(std::move(driver_path)), folder_(folder), seconds_(seconds), sandbox_(folder / "sandbox") {}

    std::vector<Figure> run() {
        std::string hole = bench::with_gateway(sandbox_.config(), hole_.url(), "black-hole");
        // What forks comes first, while this process has one thread.
        traced(kHealthyGateway, "traced-healthy", sandbox_.gateway(), true, kTracedHealthy);
        traced(kSilentGateway, "traced-black-hole", hole_.url(), false, kTracedHole);
        name_lookups_hang();
        driver_ = load_driver(driver_path_);
        loaded(kHealthyGateway, sandbox_.config(), true, kHealthy);
        loaded(kSilentGateway, hole, false, kHole);
        frozen();
        return in_order();
    }

  private:
    /// Figures of the same circumstances side by side, whatever was measured first.
    std::vector<Figure> in_order() const {
        std::vector<Figure> ordered;
        for (const char* circumstances : {kHealthyGateway, kSilentGateway, kHangingLookups, kFrozenGateway}) {
            std::copy_if(figures_.begin(), figures_.end(), std::back_inserter(ordered),
                         [&](const Figure& figure) { return figure.circumstances == circumstances; });
        }
        return ordered;
    }

    void add(const std::string& circumstances, const std::string& name, std::optional<double> value,
             const std::string& unit, std::optional<double> bound, const std::string& note = {}) {
        figures_.push_back({name, circumstances, value, unit, bound, note});
    }

    void traced(const std::string& circumstances, const std::string& name, const std::string& gateway, bool gate_opens,
                std::int64_t first_number) {
        throw_if_interrupted();
        std::string config = bench::with_gateway(sandbox_.config(), gateway, name);
        bench::SystemCalls calls =
            bench::count_system_calls(driver_path_.string(), config, gate_opens, kTracedCalls, first_number);
        auto row = [&](const char* call, const std::vector<std::int64_t>& counts, double bound) {
            std::optional<double> value;
            if (!counts.empty()) value = largest(counts);
            add(circumstances, std::string(call) + ", system calls, most", value, "", bound, calls.failure);
        };
        row("start", calls.start, 1);
        row("cancel", calls.cancel, 1);
        row("poll without wait", calls.poll, 0);
    }

    void name_lookups_hang() {
        throw_if_interrupted();
        std::string config = bench::with_gateway(sandbox_.config(), "https://gateway.example", "silent-resolver");
        bench::OpenClose times = bench::open_and_close_without_dns(driver_path_.string(), config, folder_);
        bool measured = times.failure.empty();
        std::optional<double> bound_open, bound_close;
        if (measured) bound_open = kOpenMs, bound_close = kCloseMs;
        add(kHangingLookups, "open", measured ? std::optional(times.open_ms) : std::nullopt, "ms", bound_open,
            times.failure);
        add(kHangingLookups, "close", measured ? std::optional(times.close_ms) : std::nullopt, "ms", bound_close,
            times.failure);
    }

    void calls(const std::string& circumstances, const char* call, const bench::CallCosts& costs) {
        std::string count = std::to_string(costs.cpu_ns.size()) + " calls";
        if (costs.refused > 0) count += ", " + std::to_string(costs.refused) + " refused";
        add(circumstances, std::string(call) + ", CPU, p99", us(costs.cpu_ns, 99), "us", kCallCpuUs, count);
        add(circumstances, std::string(call) + ", wall, p99", us(costs.wall_ns, 99), "us", std::nullopt);
        std::optional<double> allocations;
        if (bench::allocations_are_counted()) allocations = largest(costs.allocations);
        add(circumstances, std::string(call) + ", allocations, most", allocations, "", std::nullopt);
    }

    void loaded(const std::string& circumstances, const std::string& config, bool gate_opens,
                std::int64_t first_number) {
        throw_if_interrupted();
        double open_ms = 0;
        std::int32_t session = bench::open_session(driver_, config, open_ms);
        if (gate_opens) bench::wait_for_gate(driver_, session);
        bench::Load load;
        load.seconds = seconds_;
        load.first_number = first_number;
        bench::LoadCosts costs = bench::run_load(driver_, session, load);
        throw_if_interrupted();
        add(circumstances, "load as it came out", costs.calls_per_second, "/s", std::nullopt,
            std::to_string(load.threads) + " threads");
        calls(circumstances, "start", costs.start);
        calls(circumstances, "cancel", costs.cancel);

        auto operations = costs.operations;
        if (operations.size() > kPolledOperations) operations.resize(kPolledOperations);
        bench::CallCosts polls = bench::poll_each(driver_, session, operations, kPollRounds);
        add(circumstances, "poll without wait, wall, p99", us(polls.wall_ns, 99), "us", kPollUs,
            "over " + std::to_string(operations.size()) + " operations");
        std::optional<double> allocations;
        if (bench::allocations_are_counted()) allocations = largest(polls.allocations);
        add(circumstances, "poll without wait, allocations, most", allocations, "", 0.0,
            allocations ? "" : "a sanitizer has its own malloc");
        add(circumstances, "open", open_ms, "ms", kOpenMs);
        add(circumstances, "close", bench::close_session(driver_, session), "ms", kCloseMs);
    }

    /// Payments are on the wire when the gateway freezes, and the host closes.
    void frozen() {
        throw_if_interrupted();
        std::string config = bench::with_gateway(sandbox_.config(), sandbox_.gateway(), "frozen");
        double open_ms = 0;
        std::int32_t session = bench::open_session(driver_, config, open_ms);
        bench::wait_for_gate(driver_, session);
        sandbox_.freeze();
        for (int i = 0; i < kOnTheWire; ++i) {
            paydrv_payment payment = bench::payment_number(kFrozen + i);
            auto why = sized<paydrv_problem>();
            std::int32_t op = 0;
            std::int32_t result = driver_.start(session, &payment, nullptr, &op, &why);
            if (result < 0) throw std::runtime_error("the driver refuses a payment: " + describe(driver_, result, why));
        }
        auto status = sized<paydrv_status>();
        driver_.poll(session, 0, 0, 1'000, &status);
        add(kFrozenGateway, "close, payments on the wire", bench::close_session(driver_, session), "ms", kCloseMs,
            std::to_string(kOnTheWire) + " payments");
        sandbox_.thaw();
    }

    std::filesystem::path driver_path_;
    std::filesystem::path folder_;
    int seconds_;
    story::SandboxProcess sandbox_;
    bench::BlackHole hole_;
    DriverLibrary driver_;
    std::vector<Figure> figures_;
};

}  // namespace

int bench_command(const std::vector<std::string>& given) {
    Arguments arguments =
        parse_arguments(given, {{"--json", ""}, {"--seconds", "N"}, {"--noise", "N"}, {"--driver", "PATH"}}, 1);
    if (arguments.has("--help")) {
        std::cout << kHelp;
        return kExitOk;
    }
    if (arguments.words != std::vector<std::string>{"calls"})
        throw UsageError("bench measures calls: host-sim bench calls");
    int seconds = static_cast<int>(arguments.number("--seconds", 10, 1, 60));
    const double noise = static_cast<double>(arguments.number("--noise", 1, 1, 100));
    catch_interrupts();
    ScratchFolder folder("host-sim-bench", false);
    std::filesystem::path driver =
        arguments.has("--driver") ? std::filesystem::path(arguments.value("--driver")) : default_driver_path();
    CallsBench calls(driver, folder.path(), seconds);
    std::vector<Figure> figures = calls.run();
    if (arguments.has("--json")) {
        bench::print_json(figures, std::cout);
    } else {
        bench::print_table(figures, std::cout);
    }
    return bench::all_kept(figures, noise) ? kExitOk : kExitFailed;
}

}  // namespace hostsim
