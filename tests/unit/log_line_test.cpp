// What does one line look like, and can a text break out of it?
#include "log/line.h"

#include <gmock/gmock.h>
#include <stdlib.h>
#include <time.h>

#include "log_scene.h"

namespace paydrv::log_test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Line : public ::testing::Test {
  protected:
    void SetUp() override { in_zone("UTC"); }
    void TearDown() override { in_zone("UTC"); }
    static void in_zone(const char* zone) {
        setenv("TZ", zone, 1);
        tzset();
    }

    static std::string formatted(const engine::LogLine& line, std::int64_t wall_ms = FixedClock().wall_ms()) {
        log::KeptLine kept;
        log::keep(line, wall_ms, kept);
        std::string text;
        log::append_formatted(kept, text);
        EXPECT_LE(text.size(), log::max_formatted_bytes);
        EXPECT_EQ(text.find('\n'), text.size() - 1) << "one line";
        return text;
    }
};

TEST_F(Line, HasTimeLevelSideReferenceOperationAndSentence) {
    in_zone("CET-1");
    engine::LogLine told = line("sent pay", "R-1");
    told.side = engine::Side::driver;
    told.op = 17;
    EXPECT_EQ(formatted(told), "2026-11-21T10:00:00.123+01:00 INFO driver 20261121/R-1 op 17: sent pay\n");
}

TEST_F(Line, ShowsZonesWestAndWithHalfHours) {
    in_zone("NST3:30");
    EXPECT_THAT(formatted(line("x")), StartsWith("2026-11-21T05:30:00.123-03:30 INFO -"));
    EXPECT_THAT(formatted(line("x"), -1), StartsWith("1969-12-31T20:29:59.999-03:30"));
}

TEST_F(Line, WithoutReferenceIsTheSessionsOwn) {
    engine::LogLine told = line("opened");
    told.level = engine::LogLevel::warning;
    told.side = engine::Side::machine;
    EXPECT_EQ(formatted(told), "2026-11-21T09:00:00.123+00:00 WARNING machine -: opened\n");
}

TEST_F(Line, AReferenceCannotForgeALine) {
    const std::string text = formatted(line("refused", "R-1: paid\r\n2026-11-21T10:00:00.123+01:00 INFO driver"));
    EXPECT_THAT(text, HasSubstr(R"(20261121/R-1: paid\x0D\x0A2026-11-21T10:00:00.123+01:00 INFO driver: refused)"));
}

TEST_F(Line, EscapesWhatIsNotPlainText) {
    EXPECT_THAT(formatted(line("a\tb\x7f")), HasSubstr(R"(: a\x09b\x7F)"));
    EXPECT_THAT(formatted(line(R"(C:\x0A)")), HasSubstr(R"(: C:\\x0A)")) << "an escape cannot be feigned";
    EXPECT_THAT(formatted(line("\xff\xc3(\xed\xa0\x80\xc0\x8a")), HasSubstr(R"(: \xFF\xC3(\xED\xA0\x80\xC0\x8A)"));
    EXPECT_THAT(formatted(line("a\xc2\x85z\xe2\x80\xa8z\xe2\x80\xaez")), HasSubstr(R"(: a\u0085z\u2028z\u202Ez)"));
    EXPECT_THAT(formatted(line("Bäckerei 支付宝 🙂")), HasSubstr(": Bäckerei 支付宝 🙂\n"));
    EXPECT_THAT(formatted(line(std::string_view("a\0b", 3))), HasSubstr(R"(: a\x00b)"));
    EXPECT_THAT(formatted(line("cut short \xe6\x94")), HasSubstr(R"(: cut short \xE6\x94)"));
}

TEST_F(Line, CutsWhatIsTooLongAtAWholeCharacter) {
    std::string longest(log::max_sentence_bytes - 1, 'a');
    EXPECT_THAT(formatted(line(longest + "b")), HasSubstr("ab\n"));
    EXPECT_THAT(formatted(line(longest + "支")), HasSubstr("aa...\n"));
    EXPECT_THAT(formatted(line(std::string(5'000, '\x01'))), HasSubstr(R"(\x01...)"));
    const std::string reference(100, 'r');
    EXPECT_THAT(formatted(line("x", reference)), HasSubstr("/" + reference.substr(0, 72) + ": x"));
}

}  // namespace
}  // namespace paydrv::log_test
