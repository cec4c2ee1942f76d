// What paydrv_open refuses, by which name, and that the sentence tells what to do.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "session_fixture.h"

namespace contract {
namespace {

struct Refusal {
    std::int32_t result;
    std::int32_t session;
    std::string field;
    std::string text;
};

Refusal open_with(const char* config, const paydrv_open_options* given) {
    auto why = sized<paydrv_problem>();
    std::int32_t session = 77;
    const std::int32_t result = driver().open(config, given, &session, &why);
    EXPECT_EQ(result, why.result);
    if (result == PAYDRV_OK) driver().close(session, 1);
    return {result, session, why.field, why.text};
}

#define EXPECT_REFUSED(expected, name, refusal)           \
    do {                                                  \
        const Refusal got = (refusal);                    \
        EXPECT_RESULT(expected, got.result) << got.text;  \
        EXPECT_EQ(got.field, name) << got.text;           \
        EXPECT_GT(got.text.size(), 20U) << "no sentence"; \
        EXPECT_EQ(got.session, 0);                        \
    } while (false)

class Open : public ::testing::Test {
  protected:
    Till till;
    paydrv_open_options given = options();
};

TEST_F(Open, RefusesMissingPointers) {
    EXPECT_REFUSED(PAYDRV_E_ARGUMENT, "config", open_with(nullptr, &given));
    EXPECT_REFUSED(PAYDRV_E_ARGUMENT, "config", open_with("", &given));
    EXPECT_REFUSED(PAYDRV_E_ARGUMENT, "options", open_with(till.config().c_str(), nullptr));
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().open(till.config().c_str(), &given, nullptr, nullptr));
}

TEST_F(Open, RefusesAConfigurationWithoutEnd) {
    EXPECT_REFUSED(PAYDRV_E_ARGUMENT, "config", open_with(std::string(1'048'577, ' ').c_str(), &given));
}

TEST_F(Open, RefusesSizesThatWereNeverSet) {
    for (const std::uint32_t size : {0U, 4U, 31U, 65'537U, 0xFFFFFFFFU}) {
        given.size = size;
        EXPECT_REFUSED(PAYDRV_E_ARGUMENT, "size", open_with(till.config().c_str(), &given));
    }
}

TEST_F(Open, TakesALargerStructWhoseTailIsZeroAndRefusesOneWhoseTailIsNot) {
    struct {
        paydrv_open_options known;
        unsigned char later[16];
    } larger{options(), {}};
    larger.known.size = sizeof larger;
    EXPECT_RESULT(PAYDRV_OK, open_with(till.config().c_str(), &larger.known).result);
    larger.later[5] = 1;
    const Refusal refusal = open_with(till.config().c_str(), &larger.known);
    EXPECT_REFUSED(PAYDRV_E_UNSUPPORTED, "options", refusal);
    EXPECT_NE(refusal.text.find("offset 37"), std::string::npos) << refusal.text;
}

TEST_F(Open, RefusesOtherVersionsFlagsAndReservedFields) {
    given.abi_version = 0;
    EXPECT_REFUSED(PAYDRV_E_ARGUMENT, "abi_version", open_with(till.config().c_str(), &given));
    for (const std::uint32_t version : {(1U << 16) | 0U, (7U << 16) | 9U, 8U}) {
        given.abi_version = version;
        EXPECT_REFUSED(PAYDRV_E_UNSUPPORTED, "abi_version", open_with(till.config().c_str(), &given));
    }
    given = options();
    given.flags = 1;
    EXPECT_REFUSED(PAYDRV_E_UNSUPPORTED, "flags", open_with(till.config().c_str(), &given));
    given = options();
    given.reserved = 1;
    EXPECT_REFUSED(PAYDRV_E_UNSUPPORTED, "reserved", open_with(till.config().c_str(), &given));
}

TEST_F(Open, TakesANewerMinorVersionAndATrimmedLanguage) {
    given.abi_version = PAYDRV_ABI_VERSION + 1;
    std::memset(given.language, ' ', sizeof given.language);
    given.language[0] = 'e';
    given.language[1] = 'n';
    EXPECT_RESULT(PAYDRV_OK, open_with(till.config().c_str(), &given).result);
}

TEST_F(Open, RefusesLanguagesThatItHasNot) {
    set(given.language, "tlh");
    EXPECT_REFUSED(PAYDRV_E_CONFIGURATION, "language", open_with(till.config().c_str(), &given));
    set(given.language, "e\xFFn");
    EXPECT_REFUSED(PAYDRV_E_ARGUMENT, "language", open_with(till.config().c_str(), &given));
}

TEST_F(Open, RefusesAProblemStructThatItCannotFillAndTakesNone) {
    auto why = sized<paydrv_problem>();
    why.size = 12;
    std::int32_t session = 0;
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().open("", &given, &session, &why));
    EXPECT_EQ(why.result, 0);
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().open("", &given, &session, nullptr));
}

TEST_F(Open, FillsALargerProblemStructWithZerosBehindWhatItKnows) {
    struct {
        paydrv_problem known;
        unsigned char later[8];
    } larger;
    std::memset(&larger, 0x5A, sizeof larger);
    larger.known.size = sizeof larger;
    std::int32_t session = 0;
    EXPECT_RESULT(PAYDRV_E_ARGUMENT, driver().open("", &given, &session, &larger.known));
    EXPECT_EQ(larger.known.size, sizeof larger);
    EXPECT_STREQ(larger.known.field, "config");
    EXPECT_EQ(std::string(reinterpret_cast<char*>(larger.later), 8), std::string(8, '\0'));
    EXPECT_EQ(larger.known.text[sizeof larger.known.text - 1], '\0');
}

TEST_F(Open, NamesTheSettingThatIsAtFault) {
    struct Case {
        std::string config;
        const char* field;
    };
    const auto replaced = [&](const std::string& from, const std::string& to) {
        std::string config = till.config();
        config.replace(config.find(from), from.size(), to);
        return config;
    };
    const std::vector<Case> cases = {
        {"{", "config"},
        {(till.folder() / "absent.json").string(), "config"},
        {replaced("https://127.0.0.1:1", "http://127.0.0.1"), "gatewayUrl"},
        {replaced("merchant.pem", "absent.pem"), "privateKeyFile"},
        {replaced("storeTerminalId", "storeTerminalID"), "storeTerminalID"},
        {replaced("\"storeTerminalId\":\"TILL-1\",", ""), "storeTerminalId"},
    };
    for (const Case& each : cases) {
        EXPECT_REFUSED(PAYDRV_E_CONFIGURATION, each.field, open_with(each.config.c_str(), &given));
    }
}

TEST_F(Open, TakesAFileAsWellAsTheTextItself) {
    const std::string file = till.write("paydrv.json", till.config());
    EXPECT_RESULT(PAYDRV_OK, open_with(file.c_str(), &given).result);
}

TEST_F(Open, SaysWhatIsWrongWithTheJournal) {
    till.write("text.sqlite", std::string(4096, 'x'));
    EXPECT_REFUSED(PAYDRV_E_JOURNAL, "journalFile", open_with(till.config("text.sqlite").c_str(), &given));
    EXPECT_REFUSED(PAYDRV_E_JOURNAL, "journalFile", open_with(till.config("no/such/folder/j").c_str(), &given));
}

TEST_F(Open, RefusesASecondSessionOnOneJournal) {
    std::int32_t session = 0;
    ASSERT_RESULT(PAYDRV_OK, driver().open(till.config().c_str(), &given, &session, nullptr));
    EXPECT_REFUSED(PAYDRV_E_BUSY, "journalFile", open_with(till.config().c_str(), &given));
    EXPECT_RESULT(PAYDRV_OK, driver().close(session, 0));
}

TEST_F(Open, GivesSixtyFourSessionsAndNoMore) {
    std::vector<std::int32_t> sessions;
    for (int i = 0; i < 64; i++) {
        std::int32_t session = 0;
        ASSERT_RESULT(PAYDRV_OK, driver().open(till.config(std::to_string(i)).c_str(), &given, &session, nullptr));
        for (const std::int32_t other : sessions)
            ASSERT_NE(session, other);
        sessions.push_back(session);
    }
    EXPECT_REFUSED(PAYDRV_E_BUSY, "", open_with(till.config("one-more").c_str(), &given));
    for (const std::int32_t session : sessions)
        EXPECT_RESULT(PAYDRV_OK, driver().close(session, 0));
    EXPECT_RESULT(PAYDRV_OK, open_with(till.config("one-more").c_str(), &given).result);
}

}  // namespace
}  // namespace contract
