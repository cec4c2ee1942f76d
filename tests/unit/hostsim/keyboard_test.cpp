#include "till/keyboard.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "till/cashier.h"

namespace hostsim::till {
namespace {

class KeyboardTest : public testing::Test {
  protected:
    void SetUp() override { ASSERT_EQ(::pipe(ends_), 0); }
    void TearDown() override {
        ::close(ends_[0]);
        if (ends_[1] >= 0) ::close(ends_[1]);
    }
    void type(const std::string& text) {
        ASSERT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    int ends_[2] = {-1, -1};
};

TEST_F(KeyboardTest, GivesWholeLinesOnly) {
    Keyboard keyboard(ends_[0]);
    keyboard.listen(0);
    EXPECT_FALSE(keyboard.has_line());
    type("12.5");
    keyboard.listen(0);
    EXPECT_FALSE(keyboard.has_line());
    type("0\ncancel\nqui");
    keyboard.listen(0);
    EXPECT_EQ(keyboard.take(), "12.50");
    EXPECT_EQ(keyboard.take(), "cancel");
    EXPECT_FALSE(keyboard.has_line());
    EXPECT_FALSE(keyboard.ended());
}

TEST_F(KeyboardTest, TheLastLineNeedsNoEnd) {
    Keyboard keyboard(ends_[0]);
    type("quit");
    ::close(ends_[1]);
    ends_[1] = -1;
    keyboard.listen(0);
    keyboard.listen(0);
    EXPECT_TRUE(keyboard.ended());
    EXPECT_EQ(keyboard.take(), "quit");
}

TEST_F(KeyboardTest, ALineThatIsTooLongIsSaidToBeAndTheNextIsWhole) {
    Keyboard keyboard(ends_[0]);
    const std::string part(4000, 'x');
    std::size_t sent = 0;
    for (; sent <= Keyboard::kLineLimit; sent += part.size()) {
        type(part);
        keyboard.listen(0);
    }
    type("\n" + std::string(100, 'y') + "\n");
    keyboard.listen(0);
    ASSERT_TRUE(keyboard.has_line());
    EXPECT_TRUE(keyboard.front_too_long());
    EXPECT_EQ(keyboard.take(), "");
    EXPECT_FALSE(keyboard.front_too_long());
    EXPECT_EQ(keyboard.take(), std::string(100, 'y'));
}

TEST(Cashier, OnlyCancelAndQuitGoAheadOfThePayment) {
    EXPECT_TRUE(Cashier::urgent("cancel"));
    EXPECT_TRUE(Cashier::urgent("  quit "));
    EXPECT_FALSE(Cashier::urgent("12.50"));
    EXPECT_FALSE(Cashier::urgent(""));
}

}  // namespace
}  // namespace hostsim::till
