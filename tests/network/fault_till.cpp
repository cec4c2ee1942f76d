#include "fault_till.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <chrono>
#include <fstream>
#include <stdexcept>

#include "child_process.h"
#include "paydrv.h"
#include "till/business_day.h"

namespace faults {
namespace {

constexpr std::int64_t gate_limit_ms = 30'000;
constexpr std::int64_t request_limit_ms = 30'000;
constexpr std::uint32_t text_wait_ms = 5'000;
constexpr const char* reference = "P-1";

std::string today() {
    return std::to_string(hostsim::till::today());
}

paydrv_payment order_of(const std::string& name, const std::string& order, const std::string& payment_code) {
    auto payment = hostsim::sized<paydrv_payment>();
    payment.mode = PAYDRV_MODE_USER_PRESENTED;
    payment.amount_minor = payment_minor;
    payment.business_day = hostsim::till::today();
    hostsim::set_field(payment.currency, "EUR");
    hostsim::set_field(payment.reference, name);
    hostsim::set_field(payment.order_reference, order);
    hostsim::set_field(payment.payment_code, payment_code);
    hostsim::set_field(payment.description, "matrix of faults");
    return payment;
}

}  // namespace

Till::Till(const hostsim::DriverLibrary& driver, const restart::Shop& shop, const std::filesystem::path& files,
           const std::string& terminal, const std::string& schedule)
    : driver_(driver), terminal_(terminal) {
    auto options = hostsim::sized<paydrv_open_options>();
    options.abi_version = PAYDRV_ABI_VERSION;
    auto why = hostsim::sized<paydrv_problem>();
    const std::string config = write_config(shop, files, schedule);
    const std::int32_t result = driver_.open(config.c_str(), &options, &session_, &why);
    if (result != PAYDRV_OK) throw std::runtime_error(hostsim::describe(driver_, result, why));
}

Till::~Till() {
    driver_.close(session_, 1);
}

std::string Till::write_config(const restart::Shop& shop, const std::filesystem::path& files,
                               const std::string& schedule) const {
    std::ifstream original(shop.config(schedule));
    auto json = Poco::JSON::Parser().parse(original).extract<Poco::JSON::Object::Ptr>();
    json->set("storeTerminalId", terminal_);
    json->set("journalFile", files.string() + ".sqlite");
    json->set("logFile", files.string() + ".log");
    json->set("logLevel", "debug");
    const std::string path = (shop.folder() / "state" / ("till-" + terminal_ + ".json")).string();
    std::ofstream file(path);
    json->stringify(file);
    return path;
}

void Till::wait_for_gate() {
    wait(0, gate_limit_ms, [](const paydrv_status& s) { return (s.health & PAYDRV_HEALTH_GATE_OPEN) != 0; });
}

std::int32_t Till::start(const std::string& payment_code) {
    code_ = payment_code;
    const paydrv_payment payment = order_of(reference, "O-" + terminal_, payment_code);
    auto why = hostsim::sized<paydrv_problem>();
    std::int32_t op = 0;
    const std::int32_t result = driver_.start(session_, &payment, nullptr, &op, &why);
    if (result != PAYDRV_OK) throw std::runtime_error("start: " + hostsim::describe(driver_, result, why));
    return op;
}

std::string Till::why_refused(const std::string& payment_code) {
    const paydrv_payment payment = order_of("P-2", "O2-" + terminal_, payment_code);
    auto why = hostsim::sized<paydrv_problem>();
    std::int32_t op = 0;
    const std::int32_t result = driver_.start(session_, &payment, nullptr, &op, &why);
    if (result >= PAYDRV_OK) throw std::runtime_error("a code that was used, or is none, is taken");
    return hostsim::describe(driver_, result, why);
}

std::int32_t Till::refund(const std::string& name, std::int64_t amount_minor) {
    auto refund = hostsim::sized<paydrv_refund_request>();
    refund.amount_minor = amount_minor;
    refund.business_day = refund.original_business_day = hostsim::till::today();
    hostsim::set_field(refund.reference, name);
    hostsim::set_field(refund.original_reference, reference);
    auto why = hostsim::sized<paydrv_problem>();
    std::int32_t op = 0;
    const std::int32_t result = driver_.refund(session_, &refund, &op, &why);
    if (result != PAYDRV_OK) throw std::runtime_error("refund: " + hostsim::describe(driver_, result, why));
    return op;
}

void Till::cancel(std::int32_t op) {
    const std::int32_t result = driver_.cancel(session_, op);
    if (result != PAYDRV_OK) throw std::runtime_error("cancel: " + hostsim::result_name(driver_, result));
}

paydrv_status Till::poll(std::int32_t op) {
    auto status = hostsim::sized<paydrv_status>();
    driver_.poll(session_, op, 0, 0, &status);
    return status;
}

paydrv_status Till::wait_at_most(std::int32_t op, std::int64_t limit_ms, const Condition& condition) {
    paydrv_status status = poll(op);
    for (const auto deadline = hostsim::in_ms(limit_ms);
         !condition(status) && status.is_final == 0 && std::chrono::steady_clock::now() < deadline;) {
        driver_.poll(session_, op, status.revision, 200, &status);
    }
    return status;
}

paydrv_status Till::wait(std::int32_t op, std::int64_t limit_ms, const Condition& condition) {
    const paydrv_status status = wait_at_most(op, limit_ms, condition);
    if (condition(status)) return status;
    throw std::runtime_error("operation does not get where it should: state " + std::to_string(status.state) +
                             ", reason " + std::to_string(status.reason) + ", next action " +
                             std::to_string(status.next_action));
}

paydrv_status Till::wait_for_link(std::int32_t op, std::int64_t limit_ms) {
    paydrv_status status = poll(op);
    std::uint64_t cursor = 0;
    for (const auto deadline = hostsim::in_ms(limit_ms);
         status.linked_op == 0 && std::chrono::steady_clock::now() < deadline; status = poll(op)) {
        std::int32_t changed = 0;
        driver_.next(session_, PAYDRV_FILTER_CHANGED, &cursor, 200, &changed);
    }
    if (status.linked_op == 0) throw std::runtime_error("no operation begins about the money that turned up late");
    return wait(status.linked_op, limit_ms, [](const paydrv_status& s) { return s.is_final != 0; });
}

std::string Till::request(const std::string& name, const std::string& json) {
    auto why = hostsim::sized<paydrv_problem>();
    std::int32_t op = 0;
    const std::int32_t result = driver_.request(session_, name.c_str(), json.c_str(), &op, &why);
    if (result != PAYDRV_OK) throw std::runtime_error(name + ": " + hostsim::describe(driver_, result, why));
    wait(op, request_limit_ms, [](const paydrv_status& s) { return s.is_final != 0; });
    return hostsim::made_text(driver_, session_, op, PAYDRV_TEXT_DETAIL, text_wait_ms).text;
}

std::string Till::day_totals() {
    return request("day_totals", R"({"business_day":)" + today() + "}");
}

std::string Till::everything_said() {
    std::string said = request("self_test", "{}");
    said += request("inquire", R"({"reference":")" + std::string(reference) + R"(","business_day":)" + today() + "}");
    said += why_refused(code_) + why_refused("99" + code_);
    std::uint64_t cursor = 0;
    std::int32_t op = 0;
    while (driver_.next(session_, hostsim::till::today(), &cursor, 0, &op) == PAYDRV_OK) {
        const paydrv_status status = poll(op);
        said.append(reinterpret_cast<const char*>(&status), sizeof status);
        for (std::int32_t id = PAYDRV_TEXT_CODE; id <= PAYDRV_TEXT_CUSTOMER_DISPLAY; id++) {
            said += hostsim::made_text(driver_, session_, op, id, text_wait_ms).text;
        }
    }
    return said;
}

}  // namespace faults
