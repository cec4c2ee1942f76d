#include "alipay/request_ids.h"

#include <gtest/gtest.h>

#include <set>

namespace paydrv::alipay {
namespace {

const std::string payment_id = "20260101194010800100188820200000001";

// R11. These vectors were computed by another program. They must never change: a till whose journal is lost finds its
// payments by them.
TEST(AlipayRequestIds, KeepTheirVectorsForEver) {
    EXPECT_EQ(payment_request_id({"T_TESTCLIENT0001", "M001", "S001", "TILL-07", 20261121, "2026-000123"}),
              "p189cdfc64d05473bc2a179f610438154050e15c9dcf285230f5ed91c9b6eb96");
    EXPECT_EQ(
        payment_request_id({"T_TESTCLIENT0001", "M001", "S001", "", 20261121, "\xE6\x8B\xBF\xE9\x93\x81 \xC3\xA9"}),
        "p19ac4838eefb17529a2df6774d1e3b6b53232b2aad70c0710ba8486242501ab");
    EXPECT_EQ(refund_request_id("T_TESTCLIENT0001", payment_id, "R-1"),
              "r1eac896fb9d560fd49406db339f7657f3ec5f7c76aa8121fd8e022b3b940317");
    EXPECT_EQ(undo_request_id("T_TESTCLIENT0001", payment_id),
              "u1cc23dd6e88807ccef6a425e0580162773a98d3637d4776a0d8c525ff6f829a");
}

TEST(AlipayRequestIds, BlanksAroundDoNotCount) {
    EXPECT_EQ(payment_request_id({" T_TESTCLIENT0001\n", "M001 ", "\tS001", "TILL-07", 20261121, "2026-000123   "}),
              payment_request_id({"T_TESTCLIENT0001", "M001", "S001", "TILL-07", 20261121, "2026-000123"}));
}

TEST(AlipayRequestIds, NoTwoAttemptsShareOne) {
    const std::set<std::string> ids = {
        payment_request_id({"C", "M", "S", "T", 20261121, "1"}),
        payment_request_id({"C", "M", "S", "T1", 20261121, ""}),
        payment_request_id({"C", "M", "ST", "", 20261121, "1"}),
        payment_request_id({"C", "MS", "", "T", 20261121, "1"}),
        payment_request_id({"CM", "", "S", "T", 20261121, "1"}),
        payment_request_id({"C", "M", "S", "T", 20261122, "1"}),
        payment_request_id({"C", "M", "S", "T", 20261121, "2"}),
        refund_request_id("C", "P", "1"),
        refund_request_id("C", "P1", ""),
        undo_request_id("C", "P1"),
    };
    EXPECT_EQ(ids.size(), 10U);
    for (const std::string& id : ids) {
        EXPECT_EQ(id.size(), 64U);
        EXPECT_EQ(id.find_first_not_of("0123456789abcdef", 2), std::string::npos);
    }
}

}  // namespace
}  // namespace paydrv::alipay
