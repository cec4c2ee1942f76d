#include "driver.h"

#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace contract {
namespace {

using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File create(const std::filesystem::path& path) {
    File file(std::fopen(path.c_str(), "wb"), std::fclose);
    if (!file) throw std::runtime_error("cannot write " + path.string());
    return file;
}

void write_keys(const std::filesystem::path& folder) {
    const Key merchant(EVP_RSA_gen(2048), EVP_PKEY_free);
    const Key alipay(EVP_RSA_gen(2048), EVP_PKEY_free);
    if (!merchant || !alipay) throw std::runtime_error("OpenSSL makes no keys");
    const bool good = PEM_write_PrivateKey(create(folder / "merchant.pem").get(), merchant.get(), nullptr, nullptr, 0,
                                           nullptr, nullptr) == 1 &&
                      PEM_write_PUBKEY(create(folder / "alipay.pem").get(), alipay.get()) == 1;
    if (!good) throw std::runtime_error("OpenSSL writes no keys");
    std::filesystem::permissions(folder / "merchant.pem", std::filesystem::perms(0600));
}

template <class Function>
void look_up(void* library, const char* name, Function& function) {
    void* const found = dlsym(library, name);
    if (found == nullptr) throw std::runtime_error(std::string("the driver lacks ") + name);
    std::memcpy(&function, &found, sizeof function);
}

}  // namespace

Driver::Driver(const char* path) : library_(dlopen(path, RTLD_NOW | RTLD_LOCAL)) {
    if (library_ == nullptr) throw std::runtime_error(dlerror());
    look_up(library_, "paydrv_abi_version", abi_version);
    look_up(library_, "paydrv_driver_text", driver_text);
    look_up(library_, "paydrv_open", open);
    look_up(library_, "paydrv_close", close);
    look_up(library_, "paydrv_start", start);
    look_up(library_, "paydrv_refund", refund);
    look_up(library_, "paydrv_cancel", cancel);
    look_up(library_, "paydrv_poll", poll);
    look_up(library_, "paydrv_text", text);
    look_up(library_, "paydrv_data", data);
    look_up(library_, "paydrv_find", find);
    look_up(library_, "paydrv_next", next);
    look_up(library_, "paydrv_acknowledge", acknowledge);
    look_up(library_, "paydrv_request", request);
}

Driver::~Driver() = default;

void Driver::unload() {
    if (dlclose(library_) != 0) throw std::runtime_error(dlerror());
}

Till::Till() {
    std::string pattern = (std::filesystem::temp_directory_path() / "paydrv-abi-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
    write_keys(folder_);
}

Till::~Till() {
    std::error_code ignored;  // what is left in the temporary folder is no fault of the driver
    std::filesystem::remove_all(folder_, ignored);
}

std::string Till::config(const std::string& journal) const {
    const std::string at = folder_.string() + "/";
    return R"({"clientId":"5J5B8WLIVE","gatewayUrl":"https://127.0.0.1:1",)"
           R"("privateKeyFile":")" +
           at + R"(merchant.pem","alipayPublicKeyFiles":[")" + at +
           R"(alipay.pem"],)"
           R"("journalFile":")" +
           at + journal + (logs_ ? "\",\"logFile\":\"" + at + "paydrv.log" : "") +
           R"(","storeTerminalId":"TILL-1",)"
           R"("merchant":{"referenceMerchantId":"M1","merchantName":"Shop","merchantMCC":"7011"},)"
           R"("store":{"referenceStoreId":"S1","storeName":"Front","storeMCC":"7011"}})";
}

std::string Till::write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
}

paydrv_open_options options() {
    auto value = sized<paydrv_open_options>();
    value.abi_version = PAYDRV_ABI_VERSION;
    return value;
}

std::uint32_t day(int days_from_today) {
    const time_t at = time(nullptr) + static_cast<time_t>(days_from_today) * 86'400;
    tm date{};
    gmtime_r(&at, &date);
    return static_cast<std::uint32_t>((date.tm_year + 1900) * 10'000 + (date.tm_mon + 1) * 100 + date.tm_mday);
}

paydrv_payment payment(int number) {
    auto value = sized<paydrv_payment>();
    value.mode = PAYDRV_MODE_USER_PRESENTED;
    value.amount_minor = 1250;
    set(value.currency, "EUR");
    set(value.reference, "reference-" + std::to_string(number));
    value.business_day = day();
    set(value.order_reference, "order-" + std::to_string(number));
    set(value.payment_code, std::to_string(281'000'000'000'000'000 + number));
    set(value.description, "Two coffees");
    return value;
}

}  // namespace contract
