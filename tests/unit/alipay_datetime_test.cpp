#include "alipay/datetime.h"

#include <gtest/gtest.h>

#include "alipay/base64.h"

namespace paydrv::alipay {
namespace {

TEST(AlipayDatetime, ReadsEveryOffset) {
    constexpr std::int64_t ms = 1'554'367'136'000;  // date -u -d 2019-04-04T08:38:56Z +%s
    for (const char* text :
         {"2019-04-04T08:38:56Z", "2019-04-04t08:38:56z", "2019-04-04T14:08:56+05:30", "2019-04-04T14:08:56+0530",
          "2019-04-03T20:38:56-12:00", "2019-04-04T16:38:56+08", "2019-04-04T08:38:56-00:00"}) {
        EXPECT_EQ(parse_datetime(text), ms) << text;
    }
}

TEST(AlipayDatetime, CutsFractionsAfterTheMillisecond) {
    EXPECT_EQ(parse_datetime("2019-07-12T12:08:56.253+05:30"), parse_datetime("2019-07-12T06:38:56Z").value() + 253);
    EXPECT_EQ(parse_datetime("2019-07-12T06:38:56.9999999Z"), parse_datetime("2019-07-12T06:38:56Z").value() + 999);
    EXPECT_EQ(parse_datetime("2019-07-12T06:38:56,5Z"), parse_datetime("2019-07-12T06:38:56Z").value() + 500);
}

TEST(AlipayDatetime, KnowsTheCalendar) {
    EXPECT_EQ(parse_datetime("2024-02-29T23:59:59Z"), 1'709'251'199'000);
    EXPECT_EQ(parse_datetime("2000-02-29T00:00:00Z"), 951'782'400'000);
    EXPECT_EQ(parse_datetime("2100-03-01T00:00:00Z"), 4'107'542'400'000);
    EXPECT_EQ(parse_datetime("1970-01-01T00:00:00Z"), 0);
    EXPECT_EQ(parse_datetime("9999-12-31T23:59:59Z"), 253'402'300'799'000);
    EXPECT_EQ(parse_datetime("2016-12-31T23:59:60Z"), parse_datetime("2017-01-01T00:00:00Z"));
    for (const char* text : {"2023-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2024-13-01T00:00:00Z",
                             "2024-00-01T00:00:00Z", "2024-04-31T00:00:00Z", "2024-01-00T00:00:00Z"}) {
        EXPECT_FALSE(parse_datetime(text)) << text;
    }
}

TEST(AlipayDatetime, RefusesWhatItCannotPlace) {
    for (const char* text :
         {"", "2019-04-04", "2019-04-04T08:38:56", "2019-04-04 08:38:56Z", "2019-04-04T24:00:00Z",
          "2019-04-04T08:60:00Z", "2019-04-04T08:00:61Z", "2019-04-04T08:38:56.Z", "2019-04-04T08:38:56+5:30",
          "2019-04-04T08:38:56+24:00", "2019-04-04T08:38:56+05:60", "2019-04-04T08:38:56Z ", " 2019-04-04T08:38:56Z",
          "2019-04-04T08:38:56+05:3", "+019-04-04T08:38:56Z", "1685599933871", "1970-01-01T00:00:00+01:00"}) {
        EXPECT_FALSE(parse_datetime(text)) << text;
    }
}

TEST(AlipayDatetime, WritesWhatItReads) {
    EXPECT_EQ(format_datetime(1'709'251'199'999), "2024-02-29T23:59:59+00:00");
    EXPECT_EQ(format_datetime(0), "1970-01-01T00:00:00+00:00");
    EXPECT_EQ(format_datetime(-5), "1970-01-01T00:00:00+00:00");
    EXPECT_EQ(format_datetime(INT64_MAX), "9999-12-31T23:59:59+00:00");
    for (std::int64_t day = 0; day < 60'000; day += 7) {
        const std::int64_t ms = (day * 86'400 + 12'345) * 1000;
        ASSERT_EQ(parse_datetime(format_datetime(ms)), ms);
    }
}

TEST(AlipayBase64, TakesBothAlphabetsAndMissingPadding) {
    EXPECT_EQ(decode_base64("+/8="), "\xFB\xFF");
    EXPECT_EQ(decode_base64("-_8"), "\xFB\xFF");
    EXPECT_EQ(decode_base64("QQ"), "A");
    EXPECT_EQ(decode_base64("QUI="), "AB");
    EXPECT_EQ(decode_base64("QUJD"), "ABC");
    EXPECT_EQ(encode_base64("\xFB\xFF"), "+/8=");
    EXPECT_EQ(encode_base64(""), "");
}

TEST(AlipayBase64, RefusesEverythingElse) {
    for (const char* text :
         {"", "=", "Q", "QUJDQ", "QQ===", "QUJD=", "QQ=", "Q Q=", "QQ==QQ==", "Q\n==", "Q!==", "%2B"}) {
        EXPECT_FALSE(decode_base64(text)) << text;
    }
}

}  // namespace
}  // namespace paydrv::alipay
