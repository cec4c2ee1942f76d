// The driver as any host gets it: by dlopen, through abi/paydrv.h alone; and a configuration that it accepts.
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>

#include "paydrv.h"

namespace contract {

struct Driver {
    explicit Driver(const char* path = PAYDRV_DRIVER_PATH);  // throws std::runtime_error
    ~Driver();                                               // does not unload; unload() does
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;
    void unload();

    decltype(&paydrv_abi_version) abi_version;
    decltype(&paydrv_driver_text) driver_text;
    decltype(&paydrv_open) open;
    decltype(&paydrv_close) close;
    decltype(&paydrv_start) start;
    decltype(&paydrv_refund) refund;
    decltype(&paydrv_cancel) cancel;
    decltype(&paydrv_poll) poll;
    decltype(&paydrv_text) text;
    decltype(&paydrv_data) data;
    decltype(&paydrv_find) find;
    decltype(&paydrv_next) next;
    decltype(&paydrv_acknowledge) acknowledge;
    decltype(&paydrv_request) request;

  private:
    void* library_;
};

/// A folder of its own with keys and a configuration whose gateway refuses every connection. Removed at the end.
class Till {
  public:
    Till();
    ~Till();
    Till(const Till&) = delete;
    Till& operator=(const Till&) = delete;

    /// The configuration as JSON; `journal` names the journal in the folder.
    std::string config(const std::string& journal = "journal.sqlite") const;
    /// From now on config() names a log, FOLDER/paydrv.log.
    void keep_log() { logs_ = true; }
    std::string write(const std::string& name, const std::string& text) const;
    const std::filesystem::path& folder() const { return folder_; }

  private:
    std::filesystem::path folder_;
    bool logs_ = false;
};

template <class Struct>
Struct sized() {
    Struct value;
    std::memset(&value, 0, sizeof value);
    value.size = sizeof value;
    return value;
}

template <std::size_t size>
void set(char (&field)[size], const std::string& text) {
    std::memset(field, 0, size);
    std::memcpy(field, text.data(), text.size() < size ? text.size() : size);
}

paydrv_open_options options();
/// Today's business day of this machine, moved by some days.
std::uint32_t day(int days_from_today = 0);
/// A payment that the driver accepts; number tells references, orders and payment codes apart.
paydrv_payment payment(int number);

}  // namespace contract
