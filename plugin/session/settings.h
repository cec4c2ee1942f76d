// The configuration of one session, as typed values. Every refusal names its key, what was found and what is allowed.
#pragma once

#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "alipay/gateway_settings.h"
#include "log/log_settings.h"
#include "money/schedule.h"
#include "net/https_client.h"

namespace paydrv::session {

inline constexpr std::size_t max_configuration_bytes = 256 * 1024;
inline constexpr std::size_t max_key_file_bytes = 64 * 1024;
inline constexpr std::size_t max_ca_file_bytes = 8 * 1024 * 1024;

/// Everything that a configuration decides. Plain data without a tie to the configuration; gateway holds secrets.
struct Settings {
    alipay::GatewaySettings gateway;
    net::HttpsSettings https;
    money::Schedule schedule;
    int workers = 16;                    // 1 to 64
    std::string store_terminal_id;       // at most 71 bytes, so that it fits the contract's structs
    std::filesystem::path journal_file;  // absolute
    log::LogSettings log;
    std::string language = "en";  // one that Texts::load() knows
    std::map<std::string, int>
        currency_digits;       // ISO 4217 code -> digits of the minor unit; the list of what is accepted
    bool test_client = false;  // a test Client-Id: texts and receipts say TEST
    std::string config_name;   // for error texts: the file, or "the inline configuration"
};

/// Why a configuration is refused. Never holds a secret's value.
struct SettingsError : std::exception {
    SettingsError(std::string key_at_fault, std::string sentence)
        : key(std::move(key_at_fault)), text(std::move(sentence)) {}
    const char* what() const noexcept override { return text.c_str(); }

    std::string key;   // "store.storeName", "schedule.cancelAgainMs[2]"; "config" for the text or file as a whole
    std::string text;  // key, file, what was found, what is allowed; fits paydrv_problem.text
};

/// The value of an environment variable, or nothing if it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// Environment of this process. The C library gives no guard against a setenv of the host at the same moment, so it is
/// asked only where the configuration names a variable.
std::optional<std::string> process_environment(const std::string& name);

/// Reads `config` (the path of a JSON file, or the JSON itself if its first character is '{') and the key files that
/// it names. Relative file names count from the folder of the configuration file, or from the current folder for
/// inline JSON. Runs on a driver thread; reads files, so it takes as long as the disk does. Throws SettingsError.
/// Source of the values: config/paydrv.schema.json; hosts of the regions and currency digits: Antom docs, fundamentals
/// and currency codes.
Settings load_settings(std::string_view config, const Environment& environment = process_environment);

}  // namespace paydrv::session
