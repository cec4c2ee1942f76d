#include "session/settings.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "session/settings_keys.h"
#include "texts/texts.h"

namespace paydrv::session {
namespace {

namespace fs = std::filesystem;

struct Pair {
    std::string_view name;
    std::string_view value;
};

/// Accelerated hosts, the ones that Alipay recommends (Antom docs, fundamentals, domains).
constexpr std::array<Pair, 4> hosts_of_regions = {{
    {"northAmerica", "open-na-global.alipay.com"},
    {"northAmericaUs", "open.antglobal-us.com"},
    {"asia", "open-sea-global.alipay.com"},
    {"europe", "open-de-global.alipay.com"},
}};

/// Names that circulate in other people's code and lead nowhere (Antom docs, release notes, November 2023).
constexpr std::array<Pair, 2> dead_hosts = {{
    {"open-eu-global.alipay.com", "this host does not exist; \"region\": \"europe\" names the right one"},
    {"open-global.alipay.com", "this host was withdrawn; give \"region\" instead"},
}};

/// Antom docs, currency codes.
const std::map<std::string, int>& known_currencies() {
    static const std::map<std::string, int> table = {
        {"CLP", 0}, {"JPY", 0}, {"KRW", 0}, {"AUD", 2}, {"BDT", 2}, {"BRL", 2}, {"CAD", 2}, {"CNY", 2},
        {"EUR", 2}, {"GBP", 2}, {"HKD", 2}, {"IDR", 2}, {"MXN", 2}, {"MYR", 2}, {"NZD", 2}, {"PEN", 2},
        {"PHP", 2}, {"PKR", 2}, {"SGD", 2}, {"THB", 2}, {"TWD", 2}, {"USD", 2},
    };
    return table;
}

/// With a shorter margin a payment could still turn up after it was called cancelled (R4), so only a gateway on this
/// very machine, which is a sandbox, may have one.
constexpr std::int64_t min_expiry_margin_ms = 60'000;

constexpr std::size_t max_proxy_password = 256;  // characters

/// Weighs a draft's keys against each other, reads the files, and fills the settings.
class Assembly {
  public:
    Assembly(Configuration configuration, const Environment& environment)
        : environment_(environment),
          folder_(std::move(configuration.folder)),
          name_(configuration.name),
          draft_(read_keys(configuration)) {}

    Settings finish() {
        Settings& settings = draft_.settings;
        settings.config_name = name_;
        settings.test_client = is_test_client(settings.gateway.client_id);
        if (!given("pathPrefix") && settings.gateway.client_id.starts_with("SANDBOX_")) {
            settings.gateway.path_prefix = "/ams/sandbox/api";
        }
        settings.journal_file = resolved(draft_.journal_file);
        settings.https.max_idle_connections = settings.workers;
        set_log_file();
        check_terminal();
        check_language();
        set_address();
        check_schedule();
        set_currencies();
        set_agent_token();
        set_private_key();
        set_public_keys();
        set_ca_file();
        set_proxy();
        return std::move(settings);
    }

  private:
    bool given(std::string_view key) const { return draft_.given.contains(key); }

    [[noreturn]] void refuse(const std::string& key, const std::string& sentence) const {
        refuse_key(name_, key, sentence);
    }

    fs::path resolved(const std::string& file) const { return (folder_ / path_of(file)).lexically_normal(); }

    /// Alipay's own samples and sandboxes use these (Antom docs, fundamentals; official SDK samples).
    static bool is_test_client(const std::string& id) { return id.starts_with("SANDBOX_") || id.starts_with("T_"); }

    void exactly_one(std::string_view one, std::string_view other, bool required) const {
        const std::string first(one);
        const std::string second(other);
        if (given(one) && given(other)) {
            refuse(second, "found beside " + first + ", allowed is one of the two. Delete one of them.");
        }
        if (required && !given(one) && !given(other)) {
            refuse(first, "the key is missing, needed is " + first + " or " + second + ".");
        }
    }

    /// Lines of the log in a journal, or rows of a journal in the log, would spoil both. The journal's own neighbours
    /// begin with its name.
    void set_log_file() {
        if (!given("logFile")) return;
        const fs::path file = resolved(draft_.log_file);
        const std::string journal = draft_.settings.journal_file.string();
        if (file.string().starts_with(journal) || file.string() + ".1" == journal) {
            refuse("logFile", "found a name that journalFile needs, allowed is the name of a file of its own.");
        }
        draft_.settings.log.file = file;
    }

    void check_terminal() const {
        constexpr std::size_t max_bytes = 71;  // PAYDRV_TEXT_SIZE without its NUL
        const std::size_t bytes = draft_.settings.store_terminal_id.size();
        if (bytes > max_bytes) {
            refuse("storeTerminalId", "found " + std::to_string(bytes) + " bytes of UTF-8, allowed are at most " +
                                          std::to_string(max_bytes) + ".");
        }
    }

    void check_language() const {
        if (texts::Texts::speaks(draft_.settings.language)) return;
        std::string list;
        for (const std::string& language : texts::Texts::languages())
            list += (list.empty() ? "" : ", ") + language;
        refuse("language",
               "found \"" + draft_.settings.language + "\", allowed are the languages of this driver: " + list + ".");
    }

    void set_address() {
        exactly_one("region", "gatewayUrl", true);
        net::HttpsSettings& https = draft_.settings.https;
        if (given("region")) {
            const auto found = std::find_if(hosts_of_regions.begin(), hosts_of_regions.end(),
                                            [&](const Pair& p) { return p.name == draft_.region; });
            if (found == hosts_of_regions.end()) refuse("region", "has no host in this driver.");
            https.host = found->value;
            return;
        }
        try {
            const Poco::URI uri(draft_.gateway_url);
            if (uri.getPort() == 0) refuse("gatewayUrl", "found port 0, allowed is 1 to 65535.");
            https.host = uri.getHost();
            https.port = uri.getPort();
        } catch (const Poco::Exception&) {
            refuse("gatewayUrl", "found \"" + shortened(draft_.gateway_url, 60) +
                                     "\", allowed is https://HOST or https://HOST:PORT with a port from 1 to 65535.");
        }
        for (const auto& [host, advice] : dead_hosts) {
            if (https.host == host) refuse("gatewayUrl", "found " + https.host + ": " + std::string(advice) + ".");
        }
    }

    bool gateway_is_this_machine() const {
        if (given("proxyUrl")) return false;  // the proxy looks the name up, on its own machine
        std::string host = draft_.settings.https.host;
        std::erase_if(host, [](char c) { return c == '[' || c == ']'; });
        return host == "localhost" || host == "127.0.0.1" || host == "::1";
    }

    void check_schedule() const {
        const money::Schedule& schedule = draft_.settings.schedule;
        if (schedule.gate_wait_ms > schedule.first_byte_ms) {
            refuse("schedule.gateWaitMs", "found " + std::to_string(schedule.gate_wait_ms) +
                                              ", allowed is at most schedule.firstByteMs, which is " +
                                              std::to_string(schedule.first_byte_ms) + ".");
        }
        if (schedule.expiry_margin_ms < min_expiry_margin_ms && !gateway_is_this_machine()) {
            refuse("schedule.expiryMarginS",
                   "found " + std::to_string(schedule.expiry_margin_ms / 1'000) +
                       ", allowed is 60 or more. Less would call payments cancelled that can still be taken; only a "
                       "sandbox on this machine (localhost, 127.0.0.1, ::1), without proxyUrl, may have less.");
        }
    }

    void set_currencies() {
        std::map<std::string, int>& digits = draft_.settings.currency_digits;
        digits = known_currencies();
        for (const auto& [code, count] : draft_.currencies) {
            const auto [place, added] = digits.emplace(code, count);
            if (added || place->second == count) continue;
            refuse("currencies." + code,
                   "found " + std::to_string(count) + ", allowed is " + std::to_string(place->second) +
                       ": the digits of this currency are known to the driver. Delete the entry.");
        }
        const std::string& settlement = draft_.settings.gateway.settlement_currency;
        if (!settlement.empty() && !digits.contains(settlement)) {
            refuse("settlementCurrency",
                   "found \"" + settlement +
                       "\", which this driver does not know. Add its digits: \"currencies\": {\"" + settlement +
                       "\": 2}.");
        }
    }

    /// The value of the variable that `key` names, without line breaks and blanks at the ends.
    std::string from_environment(const std::string& key, const std::string& variable) const {
        const std::string value = trimmed(environment_(variable).value_or(""));
        if (value.empty()) {
            refuse(key, "the environment variable " + variable +
                            " is not set or empty. Set it for the process of the till, or give a file instead.");
        }
        if (value.size() > max_key_file_bytes) {
            refuse(key, "the environment variable " + variable + " holds more than the allowed " +
                            std::to_string(max_key_file_bytes) + " bytes.");
        }
        return value;
    }

    static std::string trimmed(const std::string& text) {
        constexpr std::string_view blanks = " \t\r\n";
        const std::size_t begin = text.find_first_not_of(blanks);
        if (begin == std::string::npos) return "";
        return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
    }

    void set_agent_token() {
        exactly_one("agentToken", "agentTokenEnv", false);
        if (!given("agentTokenEnv")) return;
        std::string token = from_environment("agentTokenEnv", draft_.agent_token_env);
        const bool visible = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < '\x7F'; });
        if (token.size() > 128 || !visible) {
            refuse("agentTokenEnv", "the environment variable " + draft_.agent_token_env +
                                        " holds no token, allowed is printable ASCII without blanks, 1 to 128 "
                                        "characters.");
        }
        draft_.settings.gateway.agent_token = std::move(token);
    }

    /// People paste the key where its file belongs; the error for a missing file would then show the key.
    void refuse_pasted_key(const std::string& key, const std::string& value) const {
        const bool dotless = value.find('.') == std::string::npos;
        if (value.find("-----") == std::string::npos && !(dotless && value.size() >= 200)) return;
        refuse(key,
               "found what looks like a key itself, allowed is the name of a file. Put the key into a file of its "
               "own and name that file here.");
    }

    std::string read_key(const std::string& key, const fs::path& file) const {
        std::string text = trimmed(read_file(file, max_key_file_bytes, key, name_));
        if (text.empty()) refuse(key, shown(file) + " is empty, needed is a key as PEM or base64.");
        return text;
    }

    void check_private(const std::string& key, const fs::path& file) const {
#ifdef _WIN32
        (void)key;
        (void)file;  // permissions are access control lists there; these bits say nothing
#else
        std::error_code error;
        const unsigned mode = static_cast<unsigned>(fs::status(file, error).permissions());
        if (error || (mode & 0077U) == 0) return;
        std::array<char, 8> octal{};
        std::snprintf(octal.data(), octal.size(), "%04o", mode & 07777U);
        refuse(key, shown(file) + " has the permissions " + octal.data() +
                        ", allowed is access for its owner alone: chmod 600 and, if the till runs as another "
                        "user, chown.");
#endif
    }

    void set_private_key() {
        exactly_one("privateKeyFile", "privateKeyEnv", true);
        alipay::GatewaySettings& gateway = draft_.settings.gateway;
        if (given("privateKeyEnv")) {
            gateway.private_key = from_environment("privateKeyEnv", draft_.private_key_env);
            gateway.private_key_name = "privateKeyEnv (environment variable " + draft_.private_key_env + ")";
            return;
        }
        refuse_pasted_key("privateKeyFile", draft_.private_key_file);
        const fs::path file = resolved(draft_.private_key_file);
        check_private("privateKeyFile", file);
        gateway.private_key = read_key("privateKeyFile", file);
        gateway.private_key_name = "privateKeyFile (" + shown(file) + ")";
    }

    void set_public_keys() {
        exactly_one("alipayPublicKeyFiles", "alipayPublicKeys", true);
        alipay::GatewaySettings& gateway = draft_.settings.gateway;
        if (given("alipayPublicKeys")) {
            gateway.alipay_public_keys = draft_.alipay_public_keys;
            gateway.alipay_public_keys_name = "alipayPublicKeys";
            return;
        }
        std::string names;
        for (std::size_t i = 0; i < draft_.alipay_public_key_files.size(); ++i) {
            const std::string key = "alipayPublicKeyFiles[" + std::to_string(i) + "]";
            refuse_pasted_key(key, draft_.alipay_public_key_files[i]);
            const fs::path file = resolved(draft_.alipay_public_key_files[i]);
            gateway.alipay_public_keys.push_back(read_key(key, file));
            names += (i == 0 ? "" : ", ") + shown(file);
        }
        gateway.alipay_public_keys_name = "alipayPublicKeyFiles (" + names + ")";
    }

    void set_ca_file() {
        if (!given("caFile")) return;
        const fs::path file = resolved(draft_.ca_file);
        const std::string text = read_file(file, max_ca_file_bytes, "caFile", name_);
        if (text.find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
            refuse("caFile",
                   shown(file) + " holds no certificate, allowed is a PEM file with -----BEGIN CERTIFICATE-----.");
        }
        draft_.settings.https.ca_file = file.string();
    }

    void set_proxy() {
        for (const char* key : {"proxyUser", "proxyPassword", "proxyPasswordEnv", "proxyPasswordFile"}) {
            if (given(key) && !given("proxyUrl")) refuse(key, "found without proxyUrl. Give the proxy's address too.");
        }
        if (!given("proxyUrl")) return;
        net::ProxySettings& proxy = draft_.settings.https.proxy;
        try {
            const Poco::URI uri(draft_.proxy_url);
            proxy.host = uri.getHost();
            proxy.port = uri.getPort();
        } catch (const Poco::Exception&) {
            proxy.port = 0;  // more than a port can be
        }
        if (proxy.port == 0) refuse("proxyUrl", "found a port out of range, allowed is 1 to 65535.");
        set_proxy_password(proxy);
    }

    void set_proxy_password(net::ProxySettings& proxy) const {
        exactly_one("proxyPassword", "proxyPasswordEnv", false);
        exactly_one("proxyPassword", "proxyPasswordFile", false);
        exactly_one("proxyPasswordEnv", "proxyPasswordFile", false);
        std::string key;
        for (const char* each : {"proxyPassword", "proxyPasswordEnv", "proxyPasswordFile"}) {
            if (given(each)) key = each;
        }
        if (key.empty() && !given("proxyUser")) return;
        if (key.empty()) {
            refuse("proxyUser",
                   "found without a password, needed is one of proxyPassword, proxyPasswordEnv and proxyPasswordFile.");
        }
        if (!given("proxyUser")) refuse(key, "found without proxyUser. Give the user's name too.");
        if (key == "proxyPasswordEnv") proxy.password = from_environment(key, draft_.proxy_password_env);
        if (key == "proxyPasswordFile") proxy.password = password_in(key, resolved(draft_.proxy_password_file));
        const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; };
        if (std::any_of(proxy.password.begin(), proxy.password.end(), is_control) ||
            count_characters(proxy.password).value_or(max_proxy_password + 1) > max_proxy_password) {
            refuse(key,
                   "what it names holds no password, allowed is one line of UTF-8 without control characters, 1 to " +
                       std::to_string(max_proxy_password) + " characters.");
        }
    }

    std::string password_in(const std::string& key, const fs::path& file) const {
        check_private(key, file);
        std::string text = trimmed(read_file(file, max_key_file_bytes, key, name_));
        if (text.empty()) refuse(key, shown(file) + " is empty, needed is the password.");
        return text;
    }

    const Environment& environment_;
    fs::path folder_;
    std::string name_;
    Draft draft_;
};

}  // namespace

std::optional<std::string> process_environment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
}

Settings load_settings(std::string_view config, const Environment& environment) {
    return Assembly(read_configuration(config), environment).finish();
}

}  // namespace paydrv::session
