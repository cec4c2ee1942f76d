#include "driver_library.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hostsim {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string refusal(const std::string& path) {
    try {
        load_driver(path);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "loaded";
}

TEST(DriverLibrary, NamesTheFileThatIsNotThere) {
    EXPECT_THAT(refusal("/no/such/driver.so"), AllOf(HasSubstr("/no/such/driver.so"), HasSubstr("--driver")));
}

TEST(DriverLibrary, SaysThatAFileIsNoLibrary) {
    EXPECT_THAT(refusal("/etc/passwd"), AllOf(HasSubstr("/etc/passwd cannot be loaded"), HasSubstr("ELF")));
}

TEST(DriverLibrary, NamesEveryMissingFunctionAndNoOther) {
    std::string text = refusal(incomplete_driver_path);
    for (const char* name : {"driver_text", "open", "start", "refund", "cancel", "poll", "text", "data", "find", "next",
                             "acknowledge", "request"}) {
        EXPECT_THAT(text, HasSubstr("paydrv_" + std::string(name)));
    }
    EXPECT_THAT(text, Not(HasSubstr("paydrv_close")));
    EXPECT_THAT(text, Not(HasSubstr("paydrv_abi_version")));
}

TEST(DriverLibrary, RefusesAnotherMajorVersion) {
    EXPECT_THAT(refusal(other_major_driver_path), AllOf(HasSubstr("version 1.0"), HasSubstr("0.9")));
}

TEST(Fields, ATextThatFillsTheFieldIsRefusedNotCut) {
    char field[8];
    set_field(field, "1234567");
    EXPECT_EQ(field_text(field), "1234567");
    EXPECT_THROW(set_field(field, "12345678"), std::length_error);
    EXPECT_EQ(field_text(field), "1234567");
}

TEST(Fields, TextEndsAtTheFieldsEnd) {
    char field[4] = {'a', 'b', 'c', 'd'};
    EXPECT_EQ(field_text(field), "abcd");
}

TEST(Structs, SizedIsZeroButForItsSize) {
    auto status = sized<paydrv_status>();
    EXPECT_EQ(status.size, sizeof(paydrv_status));
    EXPECT_EQ(status.state, 0u);
    EXPECT_EQ(status.wallet[PAYDRV_TEXT_SIZE - 1], '\0');
}

}  // namespace
}  // namespace hostsim
