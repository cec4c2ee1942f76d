#include "session/settings_keys.h"

#include <utility>

namespace paydrv::session {
namespace {

using alipay::GatewaySettings;
using money::Schedule;

constexpr std::string_view name_pattern = R"(^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$)";
constexpr std::string_view name_allowed = "a text without blanks at either end and without control characters";
constexpr std::string_view file_pattern = R"(^[^\x00-\x1f\x7f]+$)";
constexpr std::string_view file_allowed = "a file name";
constexpr std::string_view id_pattern = R"(^[!-~]+$)";
constexpr std::string_view id_allowed = "printable ASCII without blanks";
constexpr std::string_view variable_pattern = "^[A-Za-z_][A-Za-z0-9_]*$";
constexpr std::string_view variable_allowed = "the name of an environment variable (letters, digits, _)";

template <std::string Draft::*member>
void draft_text(Draft& draft, std::string value) {
    draft.*member = std::move(value);
}

template <std::vector<std::string> Draft::*member>
void draft_texts(Draft& draft, std::vector<std::string> value) {
    draft.*member = std::move(value);
}

template <std::string GatewaySettings::*member>
void gateway_text(Draft& draft, std::string value) {
    draft.settings.gateway.*member = std::move(value);
}

template <std::string net::ProxySettings::*member>
void proxy_text(Draft& draft, std::string value) {
    draft.settings.https.proxy.*member = std::move(value);
}

template <std::string Settings::*member>
void settings_text(Draft& draft, std::string value) {
    draft.settings.*member = std::move(value);
}

template <std::int64_t Schedule::*member, std::int64_t ms_per_unit = 1>
void duration(Draft& draft, std::int64_t value) {
    draft.settings.schedule.*member = value * ms_per_unit;
}

template <std::int32_t Schedule::*member>
void count(Draft& draft, std::int64_t value) {
    draft.settings.schedule.*member = static_cast<std::int32_t>(value);
}

template <std::vector<std::int64_t> Schedule::*member>
void durations(Draft& draft, std::vector<std::int64_t> value) {
    draft.settings.schedule.*member = std::move(value);
}

void request_time(Draft& draft, std::string value) {
    draft.settings.gateway.request_time =
        value == "iso8601" ? alipay::RequestTimeForm::iso8601 : alipay::RequestTimeForm::epoch_ms;
}

void workers(Draft& draft, std::int64_t value) {
    draft.settings.workers = static_cast<int>(value);
}

void log_level(Draft& draft, std::string value) {
    using engine::LogLevel;
    draft.settings.log.level = value == "error"     ? LogLevel::error
                               : value == "warning" ? LogLevel::warning
                               : value == "info"    ? LogLevel::info
                                                    : LogLevel::debug;
}

void log_max_bytes(Draft& draft, std::int64_t value) {
    draft.settings.log.max_bytes = value;
}

void currencies(Draft& draft, std::map<std::string, int> value) {
    draft.currencies = std::move(value);
}

std::vector<Key> identity_keys() {
    return {
        {.path = "clientId",
         .set = gateway_text<&GatewaySettings::client_id>,
         .max = 128,
         .pattern = id_pattern,
         .allowed = id_allowed,
         .required = true},
        {.path = "region",
         .set = draft_text<&Draft::region>,
         .choices = {"northAmerica", "northAmericaUs", "asia", "europe"}},
        {.path = "gatewayUrl",
         .set = draft_text<&Draft::gateway_url>,
         .max = 300,
         .pattern = R"(^https://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?/?$)",
         .allowed = "https://HOST or https://HOST:PORT without a path"},
        {.path = "pathPrefix",
         .set = gateway_text<&GatewaySettings::path_prefix>,
         .max = 128,
         .pattern = "^(/[A-Za-z0-9_.~-]+)+$",
         .allowed = "a path that begins with / and does not end with /"},
        {.path = "requestTime", .set = request_time, .choices = {"epochMs", "iso8601"}},
        {.path = "agentToken",
         .set = gateway_text<&GatewaySettings::agent_token>,
         .max = 128,
         .pattern = id_pattern,
         .allowed = id_allowed,
         .secret = true},
        {.path = "agentTokenEnv",
         .set = draft_text<&Draft::agent_token_env>,
         .max = 128,
         .pattern = variable_pattern,
         .allowed = variable_allowed,
         .secret = true},
        {.path = "privateKeyFile",
         .set = draft_text<&Draft::private_key_file>,
         .max = 1024,
         .pattern = file_pattern,
         .allowed = file_allowed,
         .secret = true},
        {.path = "privateKeyEnv",
         .set = draft_text<&Draft::private_key_env>,
         .max = 128,
         .pattern = variable_pattern,
         .allowed = variable_allowed,
         .secret = true},
        {.path = "alipayPublicKeyFiles",
         .set = draft_texts<&Draft::alipay_public_key_files>,
         .max = 1024,
         .max_items = 2,
         .pattern = file_pattern,
         .allowed = file_allowed,
         .secret = true},
        {.path = "alipayPublicKeys",
         .set = draft_texts<&Draft::alipay_public_keys>,
         .min = 64,
         .max = 8192,
         .max_items = 2,
         .pattern = R"(^[A-Za-z0-9+/= \r\n-]+$)",
         .allowed = "a public key in base64, bare or as PEM",
         .secret = true},
        {.path = "caFile",
         .set = draft_text<&Draft::ca_file>,
         .max = 1024,
         .pattern = file_pattern,
         .allowed = file_allowed},
    };
}

std::vector<Key> proxy_keys() {
    return {
        {.path = "proxyUrl",
         .set = draft_text<&Draft::proxy_url>,
         .max = 300,
         .pattern = R"(^http://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}/?$)",
         .allowed = "http://HOST:PORT without a user, a password or a path",
         .secret = true},  // people write the password into it
        {.path = "proxyUser",
         .set = proxy_text<&net::ProxySettings::user>,
         .max = 128,
         .pattern = R"(^[^\s:\x00-\x1f\x7f]([^:\x00-\x1f\x7f]*[^\s:\x00-\x1f\x7f])?$)",
         .allowed = "a user's name without a colon, blanks at either end and control characters",
         .secret = true},
        {.path = "proxyPassword",
         .set = proxy_text<&net::ProxySettings::password>,
         .max = 256,
         .pattern = name_pattern,
         .allowed = name_allowed,
         .secret = true},
        {.path = "proxyPasswordEnv",
         .set = draft_text<&Draft::proxy_password_env>,
         .max = 128,
         .pattern = variable_pattern,
         .allowed = variable_allowed,
         .secret = true},
        {.path = "proxyPasswordFile",
         .set = draft_text<&Draft::proxy_password_file>,
         .max = 1024,
         .pattern = file_pattern,
         .allowed = file_allowed,
         .secret = true},
    };
}

std::vector<Key> till_keys() {
    return {
        {.path = "journalFile",
         .set = draft_text<&Draft::journal_file>,
         .max = 1024,
         .pattern = file_pattern,
         .allowed = file_allowed,
         .required = true},
        {.path = "language",
         .set = settings_text<&Settings::language>,
         .min = 2,
         .max = 15,
         .pattern = "^[a-z]{2,3}(-[A-Za-z0-9]+)*$",
         .allowed = "a language such as \"en\""},
        {.path = "workers", .set = workers, .min = 1, .max = 64},
        {.path = "merchant.referenceMerchantId",
         .set = gateway_text<&GatewaySettings::reference_merchant_id>,
         .max = 64,
         .pattern = name_pattern,
         .allowed = name_allowed,
         .required = true},
        {.path = "merchant.merchantName",
         .set = gateway_text<&GatewaySettings::merchant_name>,
         .max = 256,
         .pattern = name_pattern,
         .allowed = name_allowed,
         .required = true},
        {.path = "merchant.merchantMCC",
         .set = gateway_text<&GatewaySettings::merchant_mcc>,
         .max = 32,
         .pattern = id_pattern,
         .allowed = id_allowed,
         .required = true},
        {.path = "store.referenceStoreId",
         .set = gateway_text<&GatewaySettings::reference_store_id>,
         .max = 32,  // 64 in pay, but the registration status APIs take no more (Antom docs, inquiryRegistrationStatus)
         .pattern = name_pattern,
         .allowed = name_allowed,
         .required = true},
        {.path = "store.storeName",
         .set = gateway_text<&GatewaySettings::store_name>,
         .max = 256,
         .pattern = name_pattern,
         .allowed = name_allowed,
         .required = true},
        {.path = "store.storeMCC",
         .set = gateway_text<&GatewaySettings::store_mcc>,
         .max = 32,
         .pattern = id_pattern,
         .allowed = id_allowed,
         .required = true},
        {.path = "storeTerminalId",
         .set = settings_text<&Settings::store_terminal_id>,
         .max = 64,
         .pattern = name_pattern,
         .allowed = name_allowed,
         .required = true},
        {.path = "settlementCurrency",
         .set = gateway_text<&GatewaySettings::settlement_currency>,
         .max = 3,
         .pattern = currency_pattern,
         .allowed = "an ISO 4217 code such as \"EUR\""},
        {.path = "merchantRegion",
         .set = gateway_text<&GatewaySettings::merchant_region>,
         .max = 2,
         .pattern = "^[A-Z]{2}$",
         .allowed = "an ISO 3166 country code such as \"DE\""},
        {.path = "paymentNotifyUrl",
         .set = gateway_text<&GatewaySettings::payment_notify_url>,
         .max = 2048,
         .pattern = R"(^https?://[!-"$-.0-;=@-~]+([/?][!-"$-~]*)?$)",
         .allowed = "an http or https URL in ASCII"},
        {.path = "currencies", .set = currencies, .min = 0, .max = 4},
    };
}

std::vector<Key> log_keys() {
    return {
        {.path = "logFile",
         .set = draft_text<&Draft::log_file>,
         .max = 1024,
         .pattern = file_pattern,
         .allowed = file_allowed},
        {.path = "logLevel", .set = log_level, .choices = {"error", "warning", "info", "debug"}},
        {.path = "logMaxBytes", .set = log_max_bytes, .min = 65'536, .max = 1'073'741'824},
    };
}

std::vector<Key> schedule_keys() {
    return {
        {.path = "schedule.deadlineMs", .set = duration<&Schedule::exchange_deadline_ms>, .min = 500, .max = 60'000},
        {.path = "schedule.inquiryDeadlineMs",
         .set = duration<&Schedule::inquiry_deadline_ms>,
         .min = 500,
         .max = 60'000},
        {.path = "schedule.gateWaitMs", .set = duration<&Schedule::gate_wait_ms>, .min = 500, .max = 60'000},
        {.path = "schedule.firstByteMs", .set = duration<&Schedule::first_byte_ms>, .min = 1'000, .max = 120'000},
        {.path = "schedule.sendAgainMs", .set = duration<&Schedule::send_again_ms>, .min = 100, .max = 10'000},
        {.path = "schedule.inquireAfterSentMs",
         .set = duration<&Schedule::inquire_after_sent_ms>,
         .min = 100,
         .max = 30'000},
        {.path = "schedule.inquireAfterUnknownMs",
         .set = duration<&Schedule::inquire_after_unknown_ms>,
         .min = 100,
         .max = 30'000},
        {.path = "schedule.inquiryIntervalMs",
         .set = duration<&Schedule::inquiry_interval_ms>,
         .min = 500,
         .max = 60'000},
        {.path = "schedule.inquiryCount", .set = count<&Schedule::inquiry_count>, .min = 1, .max = 200},
        {.path = "schedule.cancelAgainMs",
         .set = durations<&Schedule::cancel_again_ms>,
         .min = 500,
         .max = 60'000,
         .max_items = 20},
        {.path = "schedule.cancelIntervalMs",
         .set = duration<&Schedule::cancel_interval_ms>,
         .min = 500,
         .max = 600'000},
        {.path = "schedule.cancelSlowAfterS",
         .set = duration<&Schedule::cancel_slow_after_ms, 1'000>,
         .min = 10,
         .max = 86'400},
        {.path = "schedule.cancelSlowIntervalS",
         .set = duration<&Schedule::cancel_slow_interval_ms, 1'000>,
         .min = 1,
         .max = 3'600},
        {.path = "schedule.awaitingIntervalMs",
         .set = duration<&Schedule::awaiting_interval_ms>,
         .min = 500,
         .max = 300'000},
        {.path = "schedule.expiryMarginS", .set = duration<&Schedule::expiry_margin_ms, 1'000>, .min = 1, .max = 3'600},
        {.path = "schedule.trafficAgainMs",
         .set = durations<&Schedule::traffic_again_ms>,
         .min = 500,
         .max = 60'000,
         .max_items = 20},
        {.path = "schedule.paymentExpiryS",
         .set = duration<&Schedule::payment_expiry_ms, 1'000>,
         .min = 5,
         .max = 1'740},
        {.path = "schedule.unknownAfterS", .set = duration<&Schedule::unknown_after_ms, 1'000>, .min = 1, .max = 600},
        {.path = "schedule.settleLaterAfterMs",
         .set = duration<&Schedule::settle_later_after_ms>,
         .min = 500,
         .max = 120'000},
        {.path = "schedule.refusedRounds", .set = count<&Schedule::refused_rounds>, .min = 2, .max = 10},
    };
}

}  // namespace

std::span<const Key> keys() {
    static const std::vector<Key> table = [] {
        std::vector<Key> all = identity_keys();
        for (auto part : {proxy_keys(), till_keys(), log_keys(), schedule_keys()})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }();
    return table;
}

}  // namespace paydrv::session
