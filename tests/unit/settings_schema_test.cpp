// Do the table of keys, the schema and the example files say the same?
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "session/schema.h"
#include "session/settings_keys.h"
#include "settings_scene.h"

namespace paydrv::session {
namespace {

namespace fs = std::filesystem;
using Poco::JSON::Array;
using Poco::JSON::Object;
using ::testing::HasSubstr;

Object::Ptr parsed(std::string_view text) {
    return Poco::JSON::Parser().parse(std::string(text)).extract<Object::Ptr>();
}

std::string file_text(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    EXPECT_TRUE(stream) << file;
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::string config_text(const char* name) {
    return file_text(fs::path(PAYDRV_CONFIG_DIR) / name);
}

/// Every key of the schema with its definition; keys of groups with their path.
std::map<std::string, Object::Ptr> schema_keys(const Object::Ptr& object, const std::string& prefix = "") {
    std::map<std::string, Object::Ptr> result;
    const Object::Ptr properties = object->getObject("properties");
    for (const std::string& name : properties->getNames()) {
        const Object::Ptr property = properties->getObject(name);
        if (property->has("properties")) {
            result.merge(schema_keys(property, prefix + name + "."));
        } else {
            result[prefix + name] = property;
        }
    }
    return result;
}

std::set<std::string> required_keys(const Object::Ptr& object) {
    std::set<std::string> result;
    if (!object->has("required")) return result;
    for (const auto& name : *object->getArray("required"))
        result.insert(name.convert<std::string>());
    return result;
}

void expect_text(const Key& key, const Object::Ptr& schema) {
    EXPECT_EQ(schema->getValue<std::string>("type"), "string");
    if (!key.choices.empty()) {
        std::vector<std::string> choices;
        for (const auto& choice : *schema->getArray("enum"))
            choices.push_back(choice.convert<std::string>());
        EXPECT_THAT(choices, ::testing::ElementsAreArray(key.choices));
        return;
    }
    EXPECT_EQ(schema->getValue<std::int64_t>("minLength"), key.min);
    EXPECT_EQ(schema->getValue<std::int64_t>("maxLength"), key.max);
    EXPECT_EQ(schema->getValue<std::string>("pattern"), key.pattern);
    EXPECT_FALSE(key.allowed.empty());
}

void expect_integer(const Key& key, const Object::Ptr& schema) {
    EXPECT_EQ(schema->getValue<std::string>("type"), "integer");
    EXPECT_EQ(schema->getValue<std::int64_t>("minimum"), key.min);
    EXPECT_EQ(schema->getValue<std::int64_t>("maximum"), key.max);
}

Object::Ptr expect_list(const Key& key, const Object::Ptr& schema) {
    EXPECT_EQ(schema->getValue<std::string>("type"), "array");
    EXPECT_EQ(schema->getValue<std::size_t>("minItems"), 1U);
    EXPECT_EQ(schema->getValue<std::size_t>("maxItems"), key.max_items);
    return schema->getObject("items");
}

struct ExpectSame {
    const Key& key;
    const Object::Ptr& schema;

    void operator()(SetText) const { expect_text(key, schema); }
    void operator()(SetInteger) const {
        expect_integer(key, schema);
        EXPECT_TRUE(schema->has("default"));
    }
    void operator()(SetTexts) const { expect_text(key, expect_list(key, schema)); }
    void operator()(SetIntegers) const {
        expect_integer(key, expect_list(key, schema));
        EXPECT_TRUE(schema->has("default"));
    }
    void operator()(SetDigits) const {
        EXPECT_EQ(schema->getValue<std::string>("type"), "object");
        EXPECT_FALSE(schema->getValue<bool>("additionalProperties"));
        expect_integer(key, schema->getObject("patternProperties")->getObject(std::string(currency_pattern)));
    }
};

/// All of the settings but the texts of keys and names of files, for a comparison.
std::string described(const Settings& s) {
    std::ostringstream out;
    const auto list = [&](const auto& values) {
        for (const auto& value : values)
            out << value << ' ';
        out << '\n';
    };
    const auto& g = s.gateway;
    list(std::vector<std::string>{g.client_id, g.path_prefix, g.agent_token, g.reference_merchant_id, g.merchant_name,
                                  g.merchant_mcc, g.reference_store_id, g.store_name, g.store_mcc,
                                  g.settlement_currency, g.merchant_region, g.payment_notify_url, s.https.host,
                                  s.https.ca_file, s.store_terminal_id, s.language});
    out << static_cast<int>(g.request_time) << ' ' << s.https.port << ' ' << s.https.max_idle_connections << ' '
        << s.workers << ' ' << s.test_client << ' ' << static_cast<int>(s.log.level) << ' ' << s.log.max_bytes << '\n';
    const auto& [deadline, inquiry, gate, first_byte, send_again, after_sent, after_unknown, interval, count,
                 cancel_again, cancel_interval, slow_after, slow_interval, awaiting, margin, traffic, expiry, unknown,
                 settle, rounds] = s.schedule;
    list(std::vector<std::int64_t>{deadline, inquiry, gate, first_byte, send_again, after_sent, after_unknown, interval,
                                   count, cancel_interval, slow_after, slow_interval, awaiting, margin, expiry, unknown,
                                   settle, rounds});
    list(cancel_again);
    list(traffic);
    for (const auto& [code, digits] : s.currency_digits)
        out << code << digits << ' ';
    return out.str();
}

std::string json_of(const Poco::Dynamic::Var& value) {
    std::ostringstream out;
    Poco::JSON::Stringifier::stringify(value, out);
    return out.str();
}

class SchemaTest : public SettingsScene {
  protected:
    /// What stands at a path: "schedule.deadlineMs" becomes {"schedule": {"deadlineMs": value}}.
    static Members at(const std::string& path, const std::string& value) {
        const std::size_t dot = path.find('.');
        if (dot == std::string::npos) return {{path, value}};
        return {{path.substr(0, dot), "{\"" + path.substr(dot + 1) + "\": " + value + "}"}};
    }

    const Object::Ptr schema = parsed(configuration_schema());
};

TEST_F(SchemaTest, TheEmbeddedTextIsTheFile) {
    EXPECT_EQ(configuration_schema(), config_text("paydrv.schema.json"));
}

TEST_F(SchemaTest, TableAndSchemaHaveTheSameKeysWithTheSameLimits) {
    auto described_keys = schema_keys(schema);
    for (const Key& key : keys()) {
        const std::string path(key.path);
        SCOPED_TRACE(path);
        const auto place = described_keys.find(path);
        ASSERT_NE(place, described_keys.end()) << "not in the schema";
        std::visit(ExpectSame{key, place->second}, key.set);
        EXPECT_FALSE(place->second->getValue<std::string>("description").empty());
        described_keys.erase(place);
    }
    for (const auto& [path, property] : described_keys)
        ADD_FAILURE() << path << " is in the schema but not in the table";
}

TEST_F(SchemaTest, RequiredKeysAreTheSame) {
    std::set<std::string> in_schema;
    for (const std::string& name : required_keys(schema)) {
        const Object::Ptr property = schema->getObject("properties")->getObject(name);
        if (!property->has("properties")) in_schema.insert(name);
        for (const std::string& inner : required_keys(property))
            in_schema.insert(name + "." + inner);
    }
    std::set<std::string> in_table;
    for (const Key& key : keys()) {
        if (key.required) in_table.insert(std::string(key.path));
    }
    EXPECT_EQ(in_schema, in_table);
}

TEST_F(SchemaTest, EveryObjectIsClosedAndTakesComments) {
    std::vector<Object::Ptr> objects = {schema};
    const Object::Ptr properties = schema->getObject("properties");
    for (const std::string& name : properties->getNames()) {
        const Object::Ptr property = properties->getObject(name);
        if (property->getValue<std::string>("type") == "object") objects.push_back(property);
    }
    EXPECT_EQ(objects.size(), 5U);
    for (const Object::Ptr& object : objects) {
        EXPECT_FALSE(object->getValue<bool>("additionalProperties"));
        EXPECT_TRUE(object->getObject("patternProperties")->has("^_"));
    }
}

TEST_F(SchemaTest, DefaultsOfTheSchemaAreThoseOfTheDriver) {
    const std::string plain = described(load());
    int defaults = 0;
    for (const auto& [path, property] : schema_keys(schema)) {
        if (!property->has("default")) continue;
        ++defaults;
        EXPECT_EQ(described(load(at(path, json_of(property->get("default"))))), plain) << path;
    }
    EXPECT_EQ(defaults, 26);
}

TEST_F(SchemaTest, LimitsOfTheSchemaAreThoseOfTheDriver) {
    for (const auto& [path, property] : schema_keys(schema)) {
        if (!property->has("minimum")) continue;
        for (const char* bound : {"minimum", "maximum"}) {
            const auto value = property->getValue<std::int64_t>(bound);
            Members at_bound = at(path, std::to_string(value));
            at_bound["region"] = "";
            at_bound["gatewayUrl"] = R"("https://127.0.0.1")";
            if (path == "schedule.gateWaitMs") {
                at_bound["schedule"] = "{\"firstByteMs\": 120000, \"gateWaitMs\": " + std::to_string(value) + "}";
            }
            if (path == "schedule.firstByteMs") {
                at_bound["schedule"] = "{\"gateWaitMs\": 500, \"firstByteMs\": " + std::to_string(value) + "}";
            }
            EXPECT_NO_THROW(load(at_bound)) << path << ' ' << bound;
            const std::int64_t beyond = std::string(bound) == "minimum" ? value - 1 : value + 1;
            EXPECT_EQ(refusal(at(path, std::to_string(beyond))).key, path);
        }
    }
}

TEST_F(SchemaTest, TheSandboxExampleLoads) {
    write("merchant_private_key.pem", "private");
    fs::permissions(folder / "merchant_private_key.pem", fs::perms(0600));
    write("alipay_public_key.pem", "public");
    const Settings settings = load_settings(write("paydrv.json", config_text("sandbox.json")));
    EXPECT_TRUE(settings.test_client);
    EXPECT_EQ(settings.gateway.path_prefix, "/ams/sandbox/api");
    EXPECT_EQ(settings.https.host, "127.0.0.1");
    EXPECT_EQ(settings.journal_file, folder / "journal.sqlite");
}

/// Takes the first placeholder's place.
bool fill_in(Object::Ptr object, const std::map<std::string, std::string>& values) {
    bool filled = false;
    for (const std::string& name : object->getNames()) {
        const auto value = object->get(name);
        if (name.starts_with('_')) continue;
        if (object->isObject(name)) {
            filled = fill_in(object->getObject(name), values) || filled;
        } else if (object->isArray(name)) {
            Array::Ptr list = new Array;
            list->add(values.at(name));
            object->set(name, list);
        } else if (value.isString() && value.convert<std::string>().starts_with('<')) {
            object->set(name, values.at(name));
            filled = true;
        }
    }
    return filled;
}

TEST_F(SchemaTest, TheProductionExampleIsRefusedUntilItIsFilledIn) {
    const std::string text = config_text("production.example.json");
    const SettingsError e = refusal_of(write("production.json", text));
    EXPECT_EQ(e.key, "clientId");
    EXPECT_THAT(e.text, HasSubstr("found a placeholder of the example, needed is your own value instead of <...>"));

    const Object::Ptr object = parsed(text);
    ASSERT_TRUE(fill_in(object, {{"clientId", "5J5B8WLIVE"},
                                 {"region", "asia"},
                                 {"privateKeyFile", "private.pem"},
                                 {"alipayPublicKeyFiles", "alipay.pem"},
                                 {"journalFile", "till.journal"},
                                 {"referenceMerchantId", "M1"},
                                 {"merchantName", "Name"},
                                 {"merchantMCC", "5411"},
                                 {"referenceStoreId", "S1"},
                                 {"storeName", "Store"},
                                 {"storeMCC", "5411"},
                                 {"storeTerminalId", "T1"}}));
    EXPECT_EQ(load_settings(write("production.json", json_of(object))).https.host, "open-sea-global.alipay.com");
}

TEST_F(SchemaTest, TheOptionalPartOfTheProductionExampleIsValidAndShowsEveryKey) {
    const Object::Ptr example = parsed(config_text("production.example.json"));
    environment["PAYDRV_AGENT_TOKEN"] = "token";
    environment["PAYDRV_PROXY_PASSWORD"] = "password";
    write("proxy-ca.pem", "-----BEGIN CERTIFICATE-----");
    Members optional;
    std::set<std::string> shown;
    for (const std::string& name : example->getNames()) {
        const std::string key = name.starts_with('_') ? name.substr(1) : name;
        const bool known = std::any_of(keys().begin(), keys().end(),
                                       [&](const Key& k) { return k.path == key || k.path.starts_with(key + "."); });
        if (!known) continue;
        shown.insert(key);
        if (name.starts_with('_') && !example->has(key)) optional[key] = json_of(example->get(name));
    }
    EXPECT_EQ(load(optional).schedule.refused_rounds, money::Schedule{}.refused_rounds);
    EXPECT_EQ(optional.size(), 17U);
    // The other halves of the pairs that exclude each other are told in the comments.
    const std::set<std::string> told = {"gatewayUrl",       "privateKeyEnv", "agentToken",
                                        "alipayPublicKeys", "proxyPassword", "proxyPasswordFile"};
    for (const Key& key : keys()) {
        const std::string top(key.path.substr(0, key.path.find('.')));
        EXPECT_TRUE(shown.contains(top) || told.contains(top)) << top;
    }
    EXPECT_EQ(example->getObject("_schedule")->size(), 20U);
}

}  // namespace
}  // namespace paydrv::session
