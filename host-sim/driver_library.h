#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "paydrv.h"

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>

namespace hostsim {

/// The driver as a host sees it: a shared library and its exported functions, nothing else.
/// Every pointer is set. The functions may be called from any thread while this object lives; it must outlive every
/// open session. Movable, not copyable.
struct DriverLibrary {
    std::filesystem::path path;
    boost::dll::shared_library library;

    decltype(&paydrv_abi_version) abi_version = nullptr;
    decltype(&paydrv_driver_text) driver_text = nullptr;
    decltype(&paydrv_open) open = nullptr;
    decltype(&paydrv_close) close = nullptr;
    decltype(&paydrv_start) start = nullptr;
    decltype(&paydrv_refund) refund = nullptr;
    decltype(&paydrv_cancel) cancel = nullptr;
    decltype(&paydrv_poll) poll = nullptr;
    decltype(&paydrv_text) text = nullptr;
    decltype(&paydrv_data) data = nullptr;
    decltype(&paydrv_find) find = nullptr;
    decltype(&paydrv_next) next = nullptr;
    decltype(&paydrv_acknowledge) acknowledge = nullptr;
    decltype(&paydrv_request) request = nullptr;
};

/// Loads the driver. Throws std::runtime_error with a sentence for the integrator when the file cannot be loaded, when
/// one of the contract's functions is missing (all that are missing are named), or when its major version is not ours.
DriverLibrary load_driver(const std::filesystem::path& path);

/// Where the driver is looked for when --driver is not given: next to this program, then in ../plugin/ (the build's
/// layout). Throws std::runtime_error, naming both places, when it is in neither.
std::filesystem::path default_driver_path();

/// One of the driver's own texts (PAYDRV_DRIVER_...); empty when it has none of this id.
std::string driver_text(const DriverLibrary& driver, std::int32_t id);

/// The driver's name of a result ("PAYDRV_E_BUSY"), with its number; just the number when the driver has no name for
/// it.
std::string result_name(const DriverLibrary& driver, std::int32_t result);

/// "name: field: sentence" of a refused call, as far as the driver said it.
std::string describe(const DriverLibrary& driver, std::int32_t result, const paydrv_problem& why);

/// A text of an operation and the result of asking for it.
struct TextAnswer {
    std::int32_t result = 0;
    std::string text;  ///< empty unless the result is PAYDRV_OK
};

/// Asks once for a text of an operation (PAYDRV_TEXT_...), with a buffer that is large enough. Instant.
TextAnswer operation_text(const DriverLibrary& driver, std::int32_t session, std::int32_t op, std::uint32_t revision,
                          std::int32_t id);

/// As operation_text for the newest revision, but asks again while the driver is making it, for up to wait_ms.
TextAnswer made_text(const DriverLibrary& driver, std::int32_t session, std::int32_t op, std::int32_t id,
                     std::uint32_t wait_ms);

/// Sets the size and zeroes the rest, as the contract wants every struct.
template <typename Struct>
Struct sized() {
    Struct value{};
    value.size = sizeof(Struct);
    return value;
}

/// The text of a fixed field: up to the first NUL or the field's end.
template <std::size_t N>
std::string field_text(const char (&field)[N]) {
    std::size_t length = 0;
    while (length < N && field[length] != '\0')
        ++length;
    return std::string(field, length);
}

/// Fills a fixed field. Throws std::length_error naming the field's room when the text does not fit: a careful host
/// never sends a cut text.
template <std::size_t N>
void set_field(char (&field)[N], const std::string& text) {
    if (text.size() >= N) {
        throw std::length_error("\"" + text + "\" is longer than the " + std::to_string(N - 1) + " bytes of its field");
    }
    text.copy(field, text.size());
    field[text.size()] = '\0';
}

}  // namespace hostsim
