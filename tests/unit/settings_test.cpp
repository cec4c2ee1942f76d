// Does a configuration become exactly what it says, and is every mistake named with its key?
#include "session/settings.h"

#include <gmock/gmock.h>

#include "settings_scene.h"

namespace paydrv::session {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using SettingsTest = SettingsScene;

TEST_F(SettingsTest, ReadsAFileWithNamesRelativeToIt) {
    const Settings settings =
        load({{"caFile", R"("ca.pem")"}, {"alipayPublicKeyFiles", R"(["alipay.pem", "alipay2.pem"])"}});
    EXPECT_EQ(settings.gateway.client_id, "5J5B8WLIVE");
    EXPECT_EQ(settings.gateway.path_prefix, "/ams/api");
    EXPECT_EQ(settings.gateway.private_key, secret_mark);
    EXPECT_THAT(settings.gateway.private_key_name, HasSubstr("private.pem"));
    EXPECT_THAT(settings.gateway.alipay_public_keys, ElementsAre("public-one", "public-two"));
    EXPECT_EQ(settings.gateway.reference_merchant_id, "M1");
    EXPECT_EQ(settings.gateway.merchant_name, "Bäckerei");
    EXPECT_EQ(settings.gateway.merchant_mcc, "5462");
    EXPECT_EQ(settings.gateway.reference_store_id, "S1");
    EXPECT_EQ(settings.gateway.store_name, "Am Markt");
    EXPECT_EQ(settings.gateway.store_mcc, "5462");
    EXPECT_EQ(settings.store_terminal_id, "T1");
    EXPECT_EQ(settings.https.host, "open-de-global.alipay.com");
    EXPECT_EQ(settings.https.port, 443);
    EXPECT_EQ(settings.https.ca_file, (folder / "ca.pem").string());
    EXPECT_EQ(settings.journal_file, folder / "till.journal");
    EXPECT_EQ(settings.workers, 16);
    EXPECT_EQ(settings.language, "en");
    EXPECT_FALSE(settings.test_client);
    EXPECT_EQ(settings.config_name, (folder / "till.json").string());
}

TEST_F(SettingsTest, ReadsInlineJsonWithNamesRelativeToTheCurrentFolder) {
    const std::string absolute = "\"" + (folder / "private.pem").string() + "\"";
    const std::string key = "\"" + std::string(200, 'A') + "\"";
    const Settings settings = load_settings(
        json({{"privateKeyFile", absolute}, {"alipayPublicKeyFiles", ""}, {"alipayPublicKeys", "[" + key + "]"}}));
    EXPECT_EQ(settings.journal_file, fs::current_path() / "till.journal");
    EXPECT_EQ(settings.config_name, "the inline configuration");
    EXPECT_THAT(settings.gateway.alipay_public_keys, ElementsAre(std::string(200, 'A')));
}

TEST_F(SettingsTest, EveryRegionHasItsRecommendedHost) {
    EXPECT_EQ(load({{"region", R"("northAmerica")"}}).https.host, "open-na-global.alipay.com");
    EXPECT_EQ(load({{"region", R"("northAmericaUs")"}}).https.host, "open.antglobal-us.com");
    EXPECT_EQ(load({{"region", R"("asia")"}}).https.host, "open-sea-global.alipay.com");
    EXPECT_EQ(load({{"region", R"("europe")"}}).https.host, "open-de-global.alipay.com");
}

TEST_F(SettingsTest, GatewayUrlGivesHostAndPort) {
    const auto https = [&](const char* url) { return load({{"region", ""}, {"gatewayUrl", url}}).https; };
    EXPECT_EQ(https(R"("https://127.0.0.1:8443")").host, "127.0.0.1");
    EXPECT_EQ(https(R"("https://127.0.0.1:8443")").port, 8443);
    EXPECT_EQ(https(R"("https://gateway.example/")").host, "gateway.example");
    EXPECT_EQ(https(R"("https://gateway.example/")").port, 443);
    EXPECT_EQ(https(R"("https://[::1]:9")").port, 9);
}

TEST_F(SettingsTest, RefusesAWrongGatewayUrl) {
    for (const char* url :
         {"http://a.example", "https://a.example/ams/api", "https://a.example?x", "https://u:p@a.example",
          "https://a.example:0", "https://a.example:65536", "https://a b", "https://", "a.example"}) {
        const SettingsError e = refusal({{"region", ""}, {"gatewayUrl", "\"" + std::string(url) + "\""}});
        EXPECT_EQ(e.key, "gatewayUrl") << url;
        EXPECT_THAT(e.text, HasSubstr("allowed is")) << url;
    }
    const SettingsError dead = refusal({{"region", ""}, {"gatewayUrl", R"("https://open-eu-global.alipay.com")"}});
    EXPECT_THAT(dead.text, HasSubstr("does not exist"));
}

TEST_F(SettingsTest, TestClientIdsAreKnownAndSandboxOnesCallTheSandboxPath) {
    const Settings sandbox = load({{"clientId", R"("SANDBOX_1")"}});
    EXPECT_TRUE(sandbox.test_client);
    EXPECT_EQ(sandbox.gateway.path_prefix, "/ams/sandbox/api");
    EXPECT_EQ(load({{"clientId", R"("SANDBOX_1")"}, {"pathPrefix", R"("/ams/api")"}}).gateway.path_prefix, "/ams/api");
    const Settings store = load({{"clientId", R"("T_1")"}});
    EXPECT_TRUE(store.test_client);
    EXPECT_EQ(store.gateway.path_prefix, "/ams/api");
}

TEST_F(SettingsTest, OptionalKeysArriveWhereTheyBelong) {
    const Settings settings = load({{"requestTime", R"("iso8601")"},
                                    {"agentToken", R"("token-1")"},
                                    {"workers", "64"},
                                    {"settlementCurrency", R"("MOP")"},
                                    {"merchantRegion", R"("DE")"},
                                    {"paymentNotifyUrl", R"("https://shop.example/notify?till=1")"},
                                    {"currencies", R"({"MOP": 2, "EUR": 2, "_": "note"})"}});
    EXPECT_EQ(settings.gateway.request_time, alipay::RequestTimeForm::iso8601);
    EXPECT_EQ(settings.gateway.agent_token, "token-1");
    EXPECT_EQ(settings.workers, 64);
    EXPECT_EQ(settings.https.max_idle_connections, 64);
    EXPECT_EQ(settings.gateway.settlement_currency, "MOP");
    EXPECT_EQ(settings.gateway.merchant_region, "DE");
    EXPECT_EQ(settings.gateway.payment_notify_url, "https://shop.example/notify?till=1");
    EXPECT_EQ(settings.currency_digits.at("MOP"), 2);
    EXPECT_EQ(settings.currency_digits.at("JPY"), 0);
    EXPECT_EQ(settings.currency_digits.at("USD"), 2);
    EXPECT_EQ(settings.currency_digits.size(), 23U);
}

TEST_F(SettingsTest, WithoutItsFileThereIsNoLog) {
    const Settings settings = load();
    EXPECT_TRUE(settings.log.file.empty());
    EXPECT_EQ(settings.log.level, engine::LogLevel::info);
    EXPECT_EQ(settings.log.max_bytes, 10 * 1024 * 1024);
}

TEST_F(SettingsTest, TheLogCountsFromTheConfigurationsFolder) {
    const auto log = [&](const char* level) {
        return load({{"logFile", R"("logs/paydrv.log")"}, {"logLevel", level}, {"logMaxBytes", "65536"}}).log;
    };
    EXPECT_EQ(log(R"("debug")").file, folder / "logs" / "paydrv.log");
    EXPECT_EQ(log(R"("debug")").max_bytes, 65'536);
    EXPECT_EQ(log(R"("error")").level, engine::LogLevel::error);
    EXPECT_EQ(log(R"("warning")").level, engine::LogLevel::warning);
    EXPECT_EQ(log(R"("info")").level, engine::LogLevel::info);
    EXPECT_EQ(log(R"("debug")").level, engine::LogLevel::debug);
    EXPECT_THAT(refusal({{"logLevel", R"("verbose")"}}).text, HasSubstr(R"("error", "warning", "info" or "debug")"));
}

TEST_F(SettingsTest, TheLogIsNoFileOfTheJournal) {
    for (const char* name : {"till.journal", "./till.journal", "till.journal-wal", "till.journal.lock"}) {
        const SettingsError e = refusal({{"logFile", "\"" + std::string(name) + "\""}});
        EXPECT_EQ(e.key, "logFile") << name;
        EXPECT_THAT(e.text, HasSubstr("journalFile needs")) << name;
    }
    EXPECT_EQ(refusal({{"logFile", R"("till")"}, {"journalFile", R"("till.1")"}}).key, "logFile");
}

TEST_F(SettingsTest, EveryKeyOfTheScheduleSetsItsOwnField) {
    const money::Schedule s = load({{"schedule", R"({
        "deadlineMs": 1001, "inquiryDeadlineMs": 1002, "gateWaitMs": 1003, "firstByteMs": 1004, "sendAgainMs": 1005,
        "inquireAfterSentMs": 1006, "inquireAfterUnknownMs": 1007, "inquiryIntervalMs": 1008, "inquiryCount": 9,
        "cancelAgainMs": [1010, 1011], "cancelIntervalMs": 1012, "cancelSlowAfterS": 13, "cancelSlowIntervalS": 14,
        "awaitingIntervalMs": 1015, "expiryMarginS": 116, "trafficAgainMs": [1017], "paymentExpiryS": 18,
        "unknownAfterS": 19, "settleLaterAfterMs": 1020, "refusedRounds": 4})"}})
                                  .schedule;
    // The list of names fails to compile when the schedule gets a field: then the table of keys needs it too.
    const auto& [deadline, inquiry, gate, first_byte, send_again, after_sent, after_unknown, interval, count,
                 cancel_again, cancel_interval, slow_after, slow_interval, awaiting, margin, traffic, expiry, unknown,
                 settle, rounds] = s;
    EXPECT_THAT((std::vector{deadline, inquiry, gate, first_byte, send_again, after_sent, after_unknown, interval}),
                ElementsAre(1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008));
    EXPECT_EQ(count, 9);
    EXPECT_THAT(cancel_again, ElementsAre(1010, 1011));
    EXPECT_THAT((std::vector{cancel_interval, slow_after, slow_interval, awaiting, margin}),
                ElementsAre(1012, 13'000, 14'000, 1015, 116'000));
    EXPECT_THAT(traffic, ElementsAre(1017));
    EXPECT_THAT((std::vector{expiry, unknown, settle}), ElementsAre(18'000, 19'000, 1020));
    EXPECT_EQ(rounds, 4);
}

TEST_F(SettingsTest, SecretsComeFromTheEnvironment) {
    environment = {{"TILL_KEY", " from-variable\n"}, {"TILL_TOKEN", "token"}};
    const Settings settings =
        load({{"privateKeyFile", ""}, {"privateKeyEnv", R"("TILL_KEY")"}, {"agentTokenEnv", R"("TILL_TOKEN")"}});
    EXPECT_EQ(settings.gateway.private_key, "from-variable");
    EXPECT_THAT(settings.gateway.private_key_name, HasSubstr("TILL_KEY"));
    EXPECT_EQ(settings.gateway.agent_token, "token");

    const SettingsError unset = refusal({{"privateKeyFile", ""}, {"privateKeyEnv", R"("NOT_SET")"}});
    EXPECT_EQ(unset.key, "privateKeyEnv");
    EXPECT_THAT(unset.text, HasSubstr("NOT_SET is not set or empty"));
    environment["TILL_TOKEN"] = std::string(secret_mark) + " with blanks";
    EXPECT_EQ(refusal({{"agentTokenEnv", R"("TILL_TOKEN")"}}).key, "agentTokenEnv");
}

TEST_F(SettingsTest, NoProxyUnlessTheConfigurationNamesOne) {
    environment = {{"http_proxy", "http://127.0.0.1:1"}, {"https_proxy", "http://127.0.0.1:1"}};
    EXPECT_EQ(load().https.proxy.host, "");
}

TEST_F(SettingsTest, AProxyWithoutAndWithCredentials) {
    const net::ProxySettings open = load({{"proxyUrl", R"("http://proxy.example:3128/")"}}).https.proxy;
    EXPECT_EQ(open.host, "proxy.example");
    EXPECT_EQ(open.port, 3128);
    EXPECT_EQ(open.user, "");
    EXPECT_EQ(open.password, "");
    EXPECT_EQ(load({{"proxyUrl", R"("http://[::1]:80")"}}).https.proxy.port, 80);

    environment = {{"PROXY_PASSWORD", "geheim drei\n"}};
    write("proxy.password", "geheim zwei\n");
    fs::permissions(folder / "proxy.password", fs::perms(0600));
    for (const auto& [key, value, password] : {std::array{"proxyPassword", R"("geheim eins")", "geheim eins"},
                                               std::array{"proxyPasswordFile", R"("proxy.password")", "geheim zwei"},
                                               std::array{"proxyPasswordEnv", R"("PROXY_PASSWORD")", "geheim drei"}}) {
        const auto proxy =
            load({{"proxyUrl", R"("http://proxy.example:3128")"}, {"proxyUser", R"("DOM\\till 1")"}, {key, value}})
                .https.proxy;
        EXPECT_EQ(proxy.user, "DOM\\till 1");
        EXPECT_EQ(proxy.password, password);
    }
}

TEST_F(SettingsTest, HalfAProxyIsRefused) {
    const std::string url = R"("http://proxy.example:3128")";
    const std::string text = R"("text")";
    const auto at_fault = [&](Members changes) { return refusal(changes).key; };
    EXPECT_EQ(at_fault({{"proxyUser", text}, {"proxyPassword", text}}), "proxyUser");
    EXPECT_EQ(at_fault({{"proxyPasswordEnv", text}}), "proxyPasswordEnv");
    EXPECT_EQ(at_fault({{"proxyUrl", url}, {"proxyPassword", text}}), "proxyPassword");
    EXPECT_EQ(at_fault({{"proxyUrl", url}, {"proxyPassword", text}, {"proxyPasswordEnv", text}, {"proxyUser", text}}),
              "proxyPasswordEnv");
    EXPECT_EQ(at_fault({{"proxyUrl", url}, {"proxyPasswordFile", text}, {"proxyPasswordEnv", text}}),
              "proxyPasswordFile");
    EXPECT_THAT(refusal({{"proxyUrl", url}, {"proxyUser", text}}).text,
                HasSubstr("needed is one of proxyPassword, proxyPasswordEnv and proxyPasswordFile"));
}

TEST_F(SettingsTest, AProxysPasswordIsKeptAndNeverShown) {
    const std::string secret = secret_mark;
    const auto with = [&](const char* key, const std::string& value) {
        return refusal({{"proxyUrl", R"("http://proxy.example:3128")"}, {"proxyUser", R"("till")"}, {key, value}});
    };
    EXPECT_THAT(refusal({{"proxyUrl", "\"http://till:" + secret + "@proxy.example:3128\""}}).text,
                HasSubstr("allowed is http://HOST:PORT without a user, a password or a path"));
    EXPECT_EQ(with("proxyPassword", "\"" + secret + " \"").key, "proxyPassword");
    EXPECT_EQ(with("proxyUser", "\"till:" + secret + "\"").key, "proxyUser");
    environment["TWO_LINES"] = secret + "\n" + secret;
    EXPECT_THAT(with("proxyPasswordEnv", R"("TWO_LINES")").text, HasSubstr("without control characters"));
    write("long.password", std::string(257, 'x'));
    fs::permissions(folder / "long.password", fs::perms(0600));
    EXPECT_THAT(with("proxyPasswordFile", R"("long.password")").text, HasSubstr("1 to 256 characters"));
    write("empty.password", "\n");
    fs::permissions(folder / "empty.password", fs::perms(0600));
    EXPECT_THAT(with("proxyPasswordFile", R"("empty.password")").text, HasSubstr("is empty"));
    write("open.password", secret);
    fs::permissions(folder / "open.password", fs::perms(0644));
    EXPECT_THAT(with("proxyPasswordFile", R"("open.password")").text, HasSubstr("chmod 600"));
}

// Behind a proxy "localhost" is the proxy's own machine.
TEST_F(SettingsTest, BehindAProxyNoGatewayIsThisMachine) {
    const Members sandbox = {
        {"region", ""}, {"gatewayUrl", R"("https://localhost:8443")"}, {"schedule", R"({"expiryMarginS": 1})"}};
    EXPECT_EQ(load(sandbox).schedule.expiry_margin_ms, 1'000);
    Members behind = sandbox;
    behind["proxyUrl"] = R"("http://proxy.example:3128")";
    EXPECT_EQ(refusal(behind).key, "schedule.expiryMarginS");
}

TEST_F(SettingsTest, TheProcessEnvironmentIsTheDefault) {
    ASSERT_EQ(setenv("PAYDRV_SETTINGS_TEST", "value", 1), 0);
    EXPECT_EQ(process_environment("PAYDRV_SETTINGS_TEST"), "value");
    ASSERT_EQ(unsetenv("PAYDRV_SETTINGS_TEST"), 0);
    EXPECT_EQ(process_environment("PAYDRV_SETTINGS_TEST"), std::nullopt);
}

TEST_F(SettingsTest, RefusesAPrivateKeyThatOthersMayRead) {
    for (const auto& [mode, printed] :
         std::map<unsigned, const char*>{{0640, "0640"}, {0604, "0604"}, {0660, "0660"}}) {
        fs::permissions(folder / "private.pem", fs::perms(mode));
        const SettingsError e = refusal({});
        EXPECT_EQ(e.key, "privateKeyFile");
        EXPECT_THAT(e.text, HasSubstr(printed));
        EXPECT_THAT(e.text, HasSubstr("chmod 600"));
    }
    fs::permissions(folder / "private.pem", fs::perms(0400));
    EXPECT_EQ(load().gateway.private_key, secret_mark);
}

struct Mistake {
    std::string key;       // of the configuration, changed to
    std::string value;     // raw JSON; "" takes it out
    std::string at_fault;  // SettingsError.key
    std::string text;      // part of SettingsError.text
};

TEST_F(SettingsTest, EveryMistakeIsNamed) {
    const std::vector<Mistake> mistakes = {
        {"clientId", "", "clientId", "the key is missing"},
        {"region", "", "region", "needed is region or gatewayUrl"},
        {"gatewayUrl", R"("https://a.example")", "gatewayUrl", "beside region"},
        {"region", R"("mars")", "region",
         R"(found "mars", allowed is "northAmerica", "northAmericaUs", "asia" or "europe")"},
        {"privateKeyFile", "", "privateKeyFile", "needed is privateKeyFile or privateKeyEnv"},
        {"privateKeyEnv", R"("A")", "privateKeyEnv", "beside privateKeyFile"},
        {"alipayPublicKeyFiles", "", "alipayPublicKeyFiles", "needed is alipayPublicKeyFiles or alipayPublicKeys"},
        {"alipayPublicKeyFiles", "[]", "alipayPublicKeyFiles", "found a list of 0, allowed is a list of 1 to 2"},
        {"alipayPublicKeyFiles", R"(["a","b","c"])", "alipayPublicKeyFiles", "found a list of 3"},
        {"alipayPublicKeyFiles", R"("alipay.pem")", "alipayPublicKeyFiles", "allowed is a list"},
        {"alipayPublicKeyFiles", R"(["alipay.pem", 7])", "alipayPublicKeyFiles[1]", "found a number"},
        {"alipayPublicKeyFiles", R"(["missing.pem"])", "alipayPublicKeyFiles[0]", "missing.pem does not exist"},
        {"privateKeyFile", R"(".")", "privateKeyFile", "is not a file"},
        {"caFile", R"("alipay.pem")", "caFile", "holds no certificate"},
        {"journalFile", "", "journalFile", "the key is missing"},
        {"journalFile", R"("a\u0000b")", "journalFile", "allowed is a file name"},
        {"workers", "0", "workers", "found 0, allowed is a whole number from 1 to 64"},
        {"workers", "65", "workers", "found 65, allowed is a whole number from 1 to 64"},
        {"workers", "-1", "workers", "found -1"},
        {"workers", "4.0", "workers", "a number with a fraction"},
        {"workers", "18446744073709551615", "workers", "a very large number"},
        {"workers", R"("16")", "workers", R"(found "16")"},
        {"workers", "true", "workers", "found true"},
        {"workers", "null", "workers", "found null"},
        {"language", R"("xx")", "language", "allowed are the languages of this driver: "},
        {"language", R"("English")", "language", "such as \"en\""},
        {"merchant", R"("M1")", "merchant", "allowed is an object"},
        {"merchant", R"({"referenceMerchantId":"M1","merchantName":"x"})", "merchant.merchantMCC",
         "the key is missing"},
        {"store", R"({"referenceStoreId":"123456789012345678901234567890123","storeName":"x","storeMCC":"1"})",
         "store.referenceStoreId", "found 33 characters"},
        {"store", R"({"referenceStoreId":" S","storeName":"x","storeMCC":"1"})", "store.referenceStoreId",
         "without blanks"},
        {"storeTerminalId", R"("ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ")", "storeTerminalId", "at most 71"},
        {"storeTerminalId", R"("")", "storeTerminalId", "an empty text"},
        {"settlementCurrency", R"("eur")", "settlementCurrency", "ISO 4217"},
        {"settlementCurrency", R"("XXA")", "settlementCurrency", "does not know"},
        {"currencies", R"({"EUR": 3})", "currencies.EUR", "found 3, allowed is 2"},
        {"currencies", R"({"eur": 2})", "currencies.eur", "three capital letters"},
        {"currencies", R"({"MOP": 5})", "currencies.MOP", "from 0 to 4"},
        {"currencies", "[2]", "currencies", "allowed is an object"},
        {"merchantRegion", R"("DEU")", "merchantRegion", "3 characters"},
        {"paymentNotifyUrl", R"("shop.example")", "paymentNotifyUrl", "http or https URL"},
        {"pathPrefix", R"("/ams/api/")", "pathPrefix", "does not end with /"},
        {"requestTime", R"("ms")", "requestTime", R"("epochMs" or "iso8601")"},
        {"agentTokenEnv", R"("A-B")", "agentTokenEnv", "environment variable"},
        {"proxyUrl", R"("https://proxy.example:3128")", "proxyUrl", "http://HOST:PORT"},
        {"proxyUrl", R"("http://proxy.example")", "proxyUrl", "http://HOST:PORT"},
        {"proxyUrl", R"("proxy.example:3128")", "proxyUrl", "http://HOST:PORT"},
        {"proxyUrl", R"("http://proxy.example:0")", "proxyUrl", "1 to 65535"},
        {"proxyUrl", R"("http://proxy.example:65536")", "proxyUrl", "1 to 65535"},
        {"proxyPasword", R"("x")", "proxyPasword", "Did you mean proxyPassword?"},
        {"schedule", R"({"deadlineMs": 1})", "schedule.deadlineMs",
         "found 1, allowed is a whole number from 500 to 60000"},
        {"schedule", R"({"cancelAgainMs": [2000, 1]})", "schedule.cancelAgainMs[1]", "found 1"},
        {"schedule", R"({"cancelAgainMs": 2000})", "schedule.cancelAgainMs", "a list of 1 to 20"},
        {"schedule", R"({"gateWaitMs": 20000})", "schedule.gateWaitMs", "at most schedule.firstByteMs"},
        {"schedule", R"({"expiryMarginS": 59})", "schedule.expiryMarginS", "allowed is 60 or more"},
        {"client_id", "1", "client_id", "Did you mean clientId?"},
        {"storeTerminalID", "1", "storeTerminalID", "Did you mean storeTerminalId?"},
        {"merchantMCC", "1", "merchantMCC", "Did you mean merchant.merchantMCC?"},
        {"shedule", "1", "shedule", "Did you mean schedule?"},
        {"quite_another_thing", "1", "quite_another_thing", "lists all keys"},
        {"schedule", R"({"deadline": 1})", "schedule.deadline", "Did you mean schedule.deadlineMs?"},
    };
    for (const Mistake& mistake : mistakes) {
        const SettingsError e = refusal({{mistake.key, mistake.value}});
        EXPECT_EQ(e.key, mistake.at_fault) << mistake.value << ": " << e.text;
        EXPECT_THAT(e.text, HasSubstr(mistake.text)) << mistake.value;
        EXPECT_THAT(e.text, HasSubstr(mistake.at_fault));
        EXPECT_THAT(e.text, HasSubstr("till.json"));
        EXPECT_STREQ(e.what(), e.text.c_str());
    }
}

TEST_F(SettingsTest, NoErrorShowsASecret) {
    const std::string secret = secret_mark;
    const std::string pem = "\"-----BEGIN PRIVATE KEY-----" + secret + "-----END PRIVATE KEY-----\"";
    const std::string bare = "\"" + secret + std::string(300, 'A') + "\"";
    const std::string newline = "\"" + secret + "\\n" + secret + "\"";
    for (const std::string& value : {pem, bare, newline}) {
        EXPECT_EQ(refusal({{"privateKeyFile", value}}).key, "privateKeyFile");
        EXPECT_EQ(refusal({{"alipayPublicKeyFiles", "[" + value + "]"}}).key, "alipayPublicKeyFiles[0]");
        EXPECT_EQ(refusal({{"agentTokenEnv", value}}).key, "agentTokenEnv");
        EXPECT_EQ(refusal({{"privateKey", value}}).key, "privateKey");
    }
    EXPECT_EQ(refusal({{"privateKeyFile", ""}, {"privateKeyEnv", pem}}).key, "privateKeyEnv");
    EXPECT_EQ(refusal({{"agentToken", "\"" + secret + " \""}}).key, "agentToken");
    EXPECT_EQ(refusal({{"agentToken", "\"" + secret + "\" x"}}).key, "config");
    EXPECT_EQ(refusal({{"privateKeyFile", "{\"" + secret + "\": 1}"}}).key, "privateKeyFile");
}

TEST_F(SettingsTest, CommentsAreIgnoredOnEveryLevelAndMayRepeat) {
    EXPECT_EQ(load({{"_workers", "99"}, {"schedule", R"({"_": 1, "_": {"deadlineMs": "x"}, "deadlineMs": 9000})"}})
                  .schedule.exchange_deadline_ms,
              9000);
}

TEST_F(SettingsTest, AKeyGivenTwiceIsRefused) {
    const std::string twice = "{\"clientId\": \"A\", " + json().substr(1);
    EXPECT_EQ(refusal_of(write("twice.json", twice)).key, "clientId");
    const SettingsError inner = refusal({{"schedule", R"({"deadlineMs": 9000, "deadlineMs": 9000})"}});
    EXPECT_EQ(inner.key, "schedule.deadlineMs");
    EXPECT_THAT(inner.text, HasSubstr("more than once"));
}

TEST_F(SettingsTest, AShortExpiryMarginIsForASandboxOnThisMachineOnly) {
    const auto margin = [&](const char* url) {
        return Members{{"region", ""}, {"gatewayUrl", url}, {"schedule", R"({"expiryMarginS": 2})"}};
    };
    for (const char* url : {R"("https://127.0.0.1:1")", R"("https://localhost:1")", R"("https://[::1]:1")"}) {
        EXPECT_EQ(load(margin(url)).schedule.expiry_margin_ms, 2000) << url;
    }
    for (const char* url : {R"("https://gateway.example")", R"("https://127.0.0.1.example")"}) {
        EXPECT_EQ(refusal(margin(url)).key, "schedule.expiryMarginS") << url;
    }
}

TEST_F(SettingsTest, TextThatIsNoConfigurationIsRefusedAsAWhole) {
    const auto refused = [&](const std::string& text, const char* part) {
        const SettingsError e = refusal_of(write("bad.json", text));
        EXPECT_EQ(e.key, "config") << text;
        EXPECT_THAT(e.text, HasSubstr(part)) << text;
    };
    refused("", "is not valid JSON");
    refused("[1]", "allowed is one object");
    refused("{\n\"a\": 1,\n\"b\" 2}\n\n", "line 3, expected ':'");
    refused("{} {}", "is not valid JSON");
    refused("{\"a\": 1,}", "is not valid JSON");
    refused("{\"a\": 1", "is not valid JSON");
    refused("{\n\"a\": \"\xE4\"}", "line 2 is not UTF-8");
    refused("\xFF\xFE{", "is not UTF-8");
    refused("{\"a\": \"\\ud800\"}", "is not valid JSON");
    refused("{\"a\": " + std::string(40, '[') + std::string(40, ']') + "}", "is not valid JSON");
    refused("{\"_\": \"" + std::string(max_configuration_bytes, 'x') + "\"}",
            "is larger than the allowed 262144 bytes");
    EXPECT_EQ(refusal_of("{" + std::string(max_configuration_bytes, ' ') + "}").key, "config");
}

TEST_F(SettingsTest, AByteOrderMarkIsNoMistake) {
    EXPECT_EQ(load_settings(write("bom.json", "\xEF\xBB\xBF" + json())).gateway.client_id, "5J5B8WLIVE");
}

TEST_F(SettingsTest, FilesThatCannotBeReadAreNamed) {
    EXPECT_THAT(refusal_of((folder / "none.json").string()).text, HasSubstr("none.json does not exist"));
    EXPECT_THAT(refusal_of(folder.string()).text, HasSubstr("is not a file"));
    EXPECT_EQ(refusal_of("").key, "config");
    EXPECT_EQ(refusal_of(std::string("a\0b", 3)).key, "config");
    write("big.pem", std::string(max_key_file_bytes + 1, 'A'));
    EXPECT_THAT(refusal({{"alipayPublicKeyFiles", R"(["big.pem"])"}}).text, HasSubstr("larger than the allowed 65536"));
    write("empty.pem", " \n");
    EXPECT_THAT(refusal({{"alipayPublicKeyFiles", R"(["empty.pem"])"}}).text, HasSubstr("is empty"));
    if (geteuid() != 0) {  // root may read everything
        fs::permissions(folder / "alipay.pem", fs::perms(0));
        EXPECT_THAT(refusal({}).text, HasSubstr("cannot be opened"));
    }
}

TEST_F(SettingsTest, LongNamesAndValuesStillFitTheContract) {
    const std::string deep = (folder / std::string(200, 'd')).string();
    fs::create_directory(deep);
    const std::string name = std::string(200, 'd') + "/" + std::string(150, 'f') + ".json";
    const std::string wide = "\"" + std::string(300, 'w') + "\"";
    for (const char* key :
         {"region", "workers", "language", "settlementCurrency", "gatewayUrl", "journalFile", "requestTime",
          "storeTerminalId", "clientId", "merchant", "currencies", "caFile", "paymentNotifyUrl"}) {
        refusal_of(
            write(name, json({{key, std::string(key) == "journalFile" ? "\"<" + wide.substr(1, 298) + ">\"" : wide}})));
    }
    refusal_of(write(name, json({{std::string(300, 'k'), "1"}})));
    refusal_of(write(name, json({{"caFile", "\"" + std::string(150, 'c') + "/" + std::string(150, 'c') + ".pem\""}})));
}

}  // namespace
}  // namespace paydrv::session
