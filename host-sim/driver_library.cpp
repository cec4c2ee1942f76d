#include "driver_library.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include <boost/dll/runtime_symbol_info.hpp>

namespace hostsim {
namespace {

constexpr const char* kFileName = "libpaydrv_alipay.so";
constexpr std::uint32_t kTextRoom = 4096;
constexpr int kTextTries = 4;  // the text may grow between two askings
constexpr std::chrono::milliseconds kAskAgain{5};

template <typename Pointer>
void bind(const boost::dll::shared_library& library, const char* name, Pointer& pointer, std::string& missing) {
    if (!library.has(name)) {
        missing += (missing.empty() ? "" : ", ") + std::string(name);
        return;
    }
    pointer = &library.get<std::remove_pointer_t<Pointer>>(name);
}

boost::dll::shared_library load_file(const std::filesystem::path& path) {
    if (!std::filesystem::exists(path)) {
        throw std::runtime_error("there is no driver at " + path.string() + "; name the file with --driver PATH");
    }
    try {
        return boost::dll::shared_library(path, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
    } catch (const std::exception& error) {
        // The text is the loader's and says what it missed; the error code that comes with it says nothing.
        throw std::runtime_error(path.string() + " cannot be loaded as a driver: " + error.what());
    }
}

void check_version(const DriverLibrary& driver) {
    std::uint32_t version = driver.abi_version();
    std::uint32_t major = version >> 16;
    if (major == PAYDRV_ABI_MAJOR) return;
    throw std::runtime_error(driver.path.string() + " keeps contract version " + std::to_string(major) + "." +
                             std::to_string(version & 0xFFFF) + ", this host was built for " +
                             std::to_string(PAYDRV_ABI_MAJOR) + "." + std::to_string(PAYDRV_ABI_MINOR) +
                             "; use a driver of the same major version");
}

}  // namespace

DriverLibrary load_driver(const std::filesystem::path& path) {
    DriverLibrary driver;
    driver.path = path;
    driver.library = load_file(path);
    std::string missing;
    bind(driver.library, "paydrv_abi_version", driver.abi_version, missing);
    bind(driver.library, "paydrv_driver_text", driver.driver_text, missing);
    bind(driver.library, "paydrv_open", driver.open, missing);
    bind(driver.library, "paydrv_close", driver.close, missing);
    bind(driver.library, "paydrv_start", driver.start, missing);
    bind(driver.library, "paydrv_refund", driver.refund, missing);
    bind(driver.library, "paydrv_cancel", driver.cancel, missing);
    bind(driver.library, "paydrv_poll", driver.poll, missing);
    bind(driver.library, "paydrv_text", driver.text, missing);
    bind(driver.library, "paydrv_data", driver.data, missing);
    bind(driver.library, "paydrv_find", driver.find, missing);
    bind(driver.library, "paydrv_next", driver.next, missing);
    bind(driver.library, "paydrv_acknowledge", driver.acknowledge, missing);
    bind(driver.library, "paydrv_request", driver.request, missing);
    if (driver.abi_version != nullptr) check_version(driver);
    if (!missing.empty()) {
        throw std::runtime_error(path.string() + " is not a complete payment driver: it does not export " + missing);
    }
    return driver;
}

std::filesystem::path default_driver_path() {
    std::filesystem::path program = std::filesystem::path(boost::dll::program_location()).parent_path();
    std::filesystem::path beside = program / kFileName;
    std::filesystem::path built = program.parent_path() / "plugin" / kFileName;
    if (std::filesystem::exists(beside)) return beside;
    if (std::filesystem::exists(built)) return built;
    throw std::runtime_error("there is no driver at " + beside.string() + " nor at " + built.string() +
                             "; name the file with --driver PATH");
}

std::string driver_text(const DriverLibrary& driver, std::int32_t id) {
    std::uint32_t needed = 0;
    std::int32_t result = driver.driver_text(id, nullptr, 0, &needed);
    if ((result != PAYDRV_OK && result != PAYDRV_E_BUFFER) || needed == 0) return {};
    std::vector<char> buffer(needed);
    if (driver.driver_text(id, buffer.data(), needed, nullptr) != PAYDRV_OK) return {};
    return std::string(buffer.data());
}

std::string result_name(const DriverLibrary& driver, std::int32_t result) {
    std::string name = driver_text(driver, result);
    std::string number = "result " + std::to_string(result);
    return name.empty() ? number : name + " (" + number + ")";
}

std::string describe(const DriverLibrary& driver, std::int32_t result, const paydrv_problem& why) {
    std::string text = result_name(driver, result);
    std::string field = field_text(why.field), sentence = field_text(why.text);
    if (!field.empty()) text += ", " + field;
    if (!sentence.empty()) text += ": " + sentence;
    return text;
}

TextAnswer operation_text(const DriverLibrary& driver, std::int32_t session, std::int32_t op, std::uint32_t revision,
                          std::int32_t id) {
    std::vector<char> buffer(kTextRoom);
    TextAnswer answer;
    for (int i = 0; i < kTextTries; ++i) {
        std::uint32_t needed = 0;
        std::uint32_t room = static_cast<std::uint32_t>(buffer.size());
        answer.result = driver.text(session, op, revision, id, buffer.data(), room, &needed);
        if (answer.result != PAYDRV_E_BUFFER) break;
        buffer.resize(std::max<std::size_t>(needed, buffer.size()));
    }
    if (answer.result == PAYDRV_OK) answer.text = buffer.data();
    return answer;
}

TextAnswer made_text(const DriverLibrary& driver, std::int32_t session, std::int32_t op, std::int32_t id,
                     std::uint32_t wait_ms) {
    auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms);
    TextAnswer answer = operation_text(driver, session, op, 0, id);
    while (answer.result == PAYDRV_UNCHANGED && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(kAskAgain);
        answer = operation_text(driver, session, op, 0, id);
    }
    return answer;
}

}  // namespace hostsim
