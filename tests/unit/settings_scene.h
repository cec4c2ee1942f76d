// A folder with a configuration that loads, and ways to spoil it.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "session/settings.h"

namespace paydrv::session {

inline constexpr const char* secret_mark = "c2VjcmV0LW1hcms";

class SettingsScene : public ::testing::Test {
  protected:
    using Members = std::map<std::string, std::string>;  // key -> raw JSON; "" takes the key out

    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "paydrv-settings-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder = pattern;
        write("private.pem", std::string(secret_mark) + "\n");
        std::filesystem::permissions(folder / "private.pem", std::filesystem::perms(0600));
        write("alipay.pem", "public-one\n");
        write("alipay2.pem", "public-two\n");
        write("ca.pem", "-----BEGIN CERTIFICATE-----\n");
    }

    void TearDown() override {
        std::error_code ignored;  // a folder left behind in the temporary folder is no fault of the driver
        std::filesystem::remove_all(folder, ignored);
    }

    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(folder / name, std::ios::binary) << text;
        return (folder / name).string();
    }

    static std::string json(const Members& changes = {}) {
        Members all = {
            {"clientId", R"("5J5B8WLIVE")"},
            {"region", R"("europe")"},
            {"privateKeyFile", R"("private.pem")"},
            {"alipayPublicKeyFiles", R"(["alipay.pem"])"},
            {"journalFile", R"("till.journal")"},
            {"merchant", R"({"referenceMerchantId":"M1","merchantName":"Bäckerei","merchantMCC":"5462"})"},
            {"store", R"({"referenceStoreId":"S1","storeName":"Am Markt","storeMCC":"5462"})"},
            {"storeTerminalId", R"("T1")"},
        };
        for (const auto& [key, value] : changes)
            all[key] = value;
        std::string text = "{";
        for (const auto& [key, value] : all) {
            if (!value.empty()) text += (text.size() > 1 ? ",\n" : "\n") + ("\"" + key + "\": ") + value;
        }
        return text + "\n}\n";
    }

    Settings load(const Members& changes = {}) const {
        return load_settings(write("till.json", json(changes)), variables());
    }

    /// The refusal of a configuration; the test fails if it loads.
    SettingsError refusal_of(const std::string& config) const {
        try {
            load_settings(config, variables());
        } catch (const SettingsError& e) {
            EXPECT_LT(e.key.size(), 64U) << e.key;
            EXPECT_LT(e.text.size(), 440U) << e.text;
            EXPECT_EQ(e.text.find(secret_mark), std::string::npos) << e.text;
            return e;
        }
        ADD_FAILURE() << "loaded: " << config;
        return {"", ""};
    }

    SettingsError refusal(const Members& changes) const { return refusal_of(write("till.json", json(changes))); }

    Environment variables() const {
        return [this](const std::string& name) -> std::optional<std::string> {
            const auto found = environment.find(name);
            if (found == environment.end()) return std::nullopt;
            return found->second;
        };
    }

    std::filesystem::path folder;
    std::map<std::string, std::string> environment;
};

}  // namespace paydrv::session
