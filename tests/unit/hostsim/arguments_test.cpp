#include "arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hostsim {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<Option> kKnown{{"--config", "FILE"}, {"--seconds", "N"}, {"--json", ""}};

std::string refusal(const std::vector<std::string>& given, std::size_t word_limit = 0) {
    try {
        parse_arguments(given, kKnown, word_limit);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "taken";
}

TEST(Arguments, TakesValuesInBothForms) {
    Arguments arguments = parse_arguments({"--config", "a b.json", "--seconds=5", "--json"}, kKnown);
    EXPECT_EQ(arguments.value("--config"), "a b.json");
    EXPECT_EQ(arguments.number("--seconds", 10, 1, 60), 5);
    EXPECT_TRUE(arguments.has("--json"));
    EXPECT_EQ(arguments.value("--missing", "other"), "other");
}

TEST(Arguments, WordsAndTheEndOfOptions) {
    EXPECT_THAT(parse_arguments({"calls", "--", "--json"}, kKnown, 2).words, ElementsAre("calls", "--json"));
    EXPECT_THAT(refusal({"calls"}), HasSubstr("\"calls\""));
}

TEST(Arguments, HelpIsAlwaysKnown) {
    EXPECT_TRUE(parse_arguments({"-h"}, {}).has("--help"));
    EXPECT_TRUE(parse_arguments({"--help"}, kKnown).has("--help"));
}

TEST(Arguments, SaysWhatIsWrong) {
    EXPECT_THAT(refusal({"--confg", "x"}), AllOf(HasSubstr("--confg"), HasSubstr("--config"), HasSubstr("--json")));
    EXPECT_THAT(refusal({"--config"}), HasSubstr("--config FILE"));
    EXPECT_THAT(refusal({"--json=yes"}), HasSubstr("takes no value"));
    EXPECT_THAT(refusal({"--json", "--json"}), HasSubstr("twice"));
}

TEST(Arguments, NumbersAreWholeAndInRange) {
    for (const char* text : {"0", "61", "5s", "", "-1", "99999999999999999999"}) {
        Arguments arguments = parse_arguments({"--seconds", text}, kKnown);
        EXPECT_THROW(arguments.number("--seconds", 10, 1, 60), UsageError) << text;
    }
    EXPECT_EQ(parse_arguments({}, kKnown).number("--seconds", 10, 1, 60), 10);
}

}  // namespace
}  // namespace hostsim
