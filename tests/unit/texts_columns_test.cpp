// How wide is a text, and where does it break?
#include "texts/columns.h"

#include <gmock/gmock.h>

namespace paydrv::texts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ColumnsTest, WideCharactersCountTwice) {
    EXPECT_EQ(columns_of(""), 0U);
    EXPECT_EQ(columns_of("Paid"), 4U);
    EXPECT_EQ(columns_of("Müller"), 6U);
    EXPECT_EQ(columns_of("已付款"), 6U);
    EXPECT_EQ(columns_of("コード。"), 8U);
    EXPECT_EQ(columns_of("결제"), 4U);
    EXPECT_EQ(columns_of("（A）"), 5U);
    EXPECT_EQ(columns_of("e\xCC\x81"), 1U) << "a joined accent takes no room";
    EXPECT_EQ(columns_of("\xF0\x9F\x8D\x9C"), 2U);
    EXPECT_EQ(columns_of("a\xFF\xE4"), 3U) << "bytes that are no UTF-8";
}

TEST(ColumnsTest, LinesBreakAtBlanks) {
    EXPECT_THAT(wrapped("", 10), IsEmpty());
    EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
    EXPECT_THAT(wrapped("one two", 7), ElementsAre("one two"));
    EXPECT_THAT(wrapped("one  two", 4), ElementsAre("one", "two"));
}

TEST(ColumnsTest, LongWordsAreBrokenAndNothingIsLost) {
    EXPECT_THAT(wrapped("abcdefgh", 3), ElementsAre("abc", "def", "gh"));
    EXPECT_THAT(wrapped("no abcdefgh", 4), ElementsAre("no", "abcd", "efgh"));
}

TEST(ColumnsTest, WideTextBreaksAnywhereButNotBeforeItsPunctuation) {
    EXPECT_THAT(wrapped("正在收款请稍候", 6), ElementsAre("正在收", "款请稍", "候"));
    EXPECT_THAT(wrapped("正在收款。请", 8), ElementsAre("正在收", "款。请"));
    EXPECT_THAT(wrapped("付A款", 3), ElementsAre("付A", "款"));
}

}  // namespace
}  // namespace paydrv::texts
