#include "bench/session.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "child_process.h"
#include "interrupt.h"
#include "till/business_day.h"

namespace hostsim::bench {
namespace {

constexpr std::int64_t kGateMs = 10'000;
constexpr std::uint32_t kTurnMs = 100;

std::int64_t now_ns(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

std::int64_t wall_ns() {
    return now_ns(CLOCK_MONOTONIC);
}
std::int64_t thread_cpu_ns() {
    return now_ns(CLOCK_THREAD_CPUTIME_ID);
}

std::int32_t open_session(const DriverLibrary& driver, const std::string& config, double& open_ms) {
    auto options = sized<paydrv_open_options>();
    options.abi_version = PAYDRV_ABI_VERSION;
    auto why = sized<paydrv_problem>();
    std::int32_t session = 0;
    std::int64_t begun = wall_ns();
    std::int32_t result = driver.open(config.c_str(), &options, &session, &why);
    open_ms = static_cast<double>(wall_ns() - begun) / 1e6;
    if (result != PAYDRV_OK) throw std::runtime_error("the driver does not open: " + describe(driver, result, why));
    return session;
}

double close_session(const DriverLibrary& driver, std::int32_t session) {
    std::int64_t begun = wall_ns();
    std::int32_t result = driver.close(session, 1);
    double close_ms = static_cast<double>(wall_ns() - begun) / 1e6;
    if (result != PAYDRV_OK) throw std::runtime_error("the driver does not close: " + result_name(driver, result));
    return close_ms;
}

void wait_for_gate(const DriverLibrary& driver, std::int32_t session) {
    auto deadline = in_ms(kGateMs);
    auto health = sized<paydrv_status>();
    while ((health.health & PAYDRV_HEALTH_GATE_OPEN) == 0) {
        throw_if_interrupted();
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("the driver does not get ready to pay");
        std::int32_t result = driver.poll(session, 0, health.revision, kTurnMs, &health);
        if (result < 0) throw std::runtime_error("the driver does not tell its health: " + result_name(driver, result));
    }
}

paydrv_payment payment_number(std::int64_t number) {
    auto payment = sized<paydrv_payment>();
    std::string digits = std::to_string(number);
    payment.mode = PAYDRV_MODE_USER_PRESENTED;
    payment.amount_minor = 100;
    payment.business_day = till::today();
    set_field(payment.currency, "EUR");
    set_field(payment.reference, "B" + digits);
    set_field(payment.order_reference, "B" + digits);
    set_field(payment.payment_code, "28" + std::string(16 - digits.size(), '0') + digits);
    set_field(payment.description, "bench");
    return payment;
}

std::string with_gateway(const std::string& config, const std::string& gateway_url, const std::string& name) {
    std::ifstream in(config);
    std::stringstream text;
    text << in.rdbuf();
    Poco::JSON::Parser parser;
    auto object = parser.parse(text.str()).extract<Poco::JSON::Object::Ptr>();
    object->set("gatewayUrl", gateway_url);
    object->set("journalFile", name + ".sqlite");
    std::filesystem::path path = std::filesystem::path(config).parent_path() / (name + ".json");
    std::ofstream out(path);
    object->stringify(out, 2);
    if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
    return path.string();
}

}  // namespace hostsim::bench
