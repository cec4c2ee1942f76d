#include "boundary/driver_text.h"

#include "boundary/build.h"  // made by the build: version and languages
#include "boundary/contract.h"
#include "boundary/results.h"
#include "session/schema.h"

namespace paydrv::boundary {
namespace {

constexpr std::string_view capabilities =
    R"({"modes":["user_presented"],)"
    R"("functions":["open","close","start","refund","cancel","poll","text","find","next","acknowledge","request"],)"
    R"("requests":["self_test","inquire","settle","day_totals"],"texts":["cashier","customer","receipt_merchant","receipt_customer","detail","cashier_display","customer_display"],)"
    R"("languages":[)" PAYDRV_BUILD_LANGUAGES "]}";

constexpr std::string_view licences =
    "This driver uses, as shared libraries of the system:\n"
    "POCO C++ Libraries, Boost Software License 1.0, https://pocoproject.org\n"
    "OpenSSL, Apache License 2.0, https://www.openssl.org\n"
    "SQLite, public domain, https://www.sqlite.org\n"
    "c-ares, MIT License, https://c-ares.org\n";

}  // namespace

std::string_view driver_text(std::int32_t id) noexcept {
    switch (id) {
        case PAYDRV_DRIVER_NAME: return "paydrv, Alipay in-store payments";
        case PAYDRV_DRIVER_VERSION: return PAYDRV_BUILD_VERSION;
        case PAYDRV_DRIVER_CAPABILITIES: return capabilities;
        case PAYDRV_DRIVER_SCHEMA: return session::configuration_schema();
        case PAYDRV_DRIVER_LICENCES: return licences;
        default: return name_of(id);
    }
}

}  // namespace paydrv::boundary
