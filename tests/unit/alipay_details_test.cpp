#include "alipay/details.h"

#include <gtest/gtest.h>

#include <sstream>

namespace paydrv::alipay {
namespace {

std::string problem(const std::string& json) {
    return details_problem(json).value_or("");
}

TEST(AlipayDetails, TakesEveryFieldOfTheList) {
    EXPECT_EQ(problem(""), "");
    EXPECT_EQ(problem("{}"), "");
    EXPECT_EQ(problem(R"({
        "goods":[{"referenceGoodsId":"g1","goodsName":"Coffee","goodsCategory":"drinks","goodsBrand":"B",
                  "goodsQuantity":"2","goodsSkuName":"L","deliveryMethodType":"PHYSICAL"}],
        "buyer":{"referenceBuyerId":"b1","buyerName":{"firstName":"A","middleName":"B","lastName":"C","fullName":"A B C"},
                 "buyerPhoneNo":"1","buyerEmail":"a@b.c"},
        "shipping":{"shippingName":{"fullName":"A"},"shippingAddress":{"region":"HK","state":"s","city":"c",
                    "address1":"1","address2":"2","zipCode":"z","label":"l"},"shippingCarrier":"x","shippingPhoneNo":"1"},
        "env":{"terminalType":"APP","osType":"ANDROID","userAgent":"x","clientIp":"192.0.2.1"},
        "merchant":{"merchantDisplayName":"m","merchantAddress":{"region":"HK"},
                    "store":{"storeDisplayName":"s","storeAddress":{"region":"HK"},"storePhoneNo":"1"}}})"),
              "");
}

TEST(AlipayDetails, NeverWhatDecidesAboutTheMoney) {
    for (const char* key : {"paymentAmount", "orderAmount", "referenceOrderId", "paymentMethod", "paymentMethodId",
                            "paymentNotifyUrl", "paymentExpiryTime", "extendInfo", "orderDescription"}) {
        const std::string text = problem("{\"" + std::string(key) + "\":\"1\"}");
        EXPECT_EQ(
            text,
            "details: " + std::string(key) +
                " is not among the details that can be sent; allowed here: goods, buyer, shipping, env, merchant");
    }
    EXPECT_NE(problem(R"({"env":{"storeTerminalId":"T"}})").find("env.storeTerminalId is not among"),
              std::string::npos);
    EXPECT_NE(problem(R"({"env":{"storeTerminalRequestTime":"T"}})").find("not among"), std::string::npos);
    EXPECT_NE(problem(R"({"merchant":{"referenceMerchantId":"T"}})").find("merchant.referenceMerchantId"),
              std::string::npos);
    EXPECT_NE(problem(R"({"merchant":{"merchantMCC":"T"}})").find("not among"), std::string::npos);
    EXPECT_NE(problem(R"({"merchant":{"store":{"referenceStoreId":"T"}}})").find("merchant.store.referenceStoreId"),
              std::string::npos);
    EXPECT_NE(problem(R"({"goods":[{"referenceGoodsId":"1","goodsName":"x","goodsUnitAmount":{"value":"1"}}]})")
                  .find("goods[0].goodsUnitAmount is not among"),
              std::string::npos);
    EXPECT_NE(problem(R"({"goods":[{"referenceGoodsId":"1","goodsName":"x","goodsUrl":"u"}]})").find("goodsUrl"),
              std::string::npos);
}

TEST(AlipayDetails, NamesTheKeyOfEveryFault) {
    const std::string goods = R"({"referenceGoodsId":"1","goodsName":"x")";
    std::string many = "{\"goods\":[" + goods + "}";
    for (int i = 0; i < 100; ++i)
        many += "," + goods + "}";
    const std::pair<std::string, const char*> cases[] = {
        {"[]", "must be a JSON object"},
        {"{", "must be a JSON object"},
        {"{\"env\":{\"userAgent\":\"\xFF\"}}", "must be a JSON object in UTF-8"},
        {std::string(200'000, ' '), "more than 128 KiB"},
        {R"({"goods":{}})", "goods must be a list"},
        {R"({"goods":[]})", "goods is empty"},
        {R"({"goods":["x"]})", "goods[0] must be an object"},
        {R"({"goods":[)" + goods + R"(},{"goodsName":"x"}]})", "goods[1] lacks referenceGoodsId"},
        {R"({"goods":[{"referenceGoodsId":"1"}]})", "goods[0] lacks goodsName"},
        {R"({"goods":[)" + goods + R"(,"goodsQuantity":2}]})",
         "goods[0].goodsQuantity must be a text in quotation marks"},
        {R"({"goods":[)" + goods + R"(,"goodsQuantity":"2.5"}]})", "goods[0].goodsQuantity must be a whole number"},
        {R"({"goods":[)" + goods + R"(,"goodsCategory":""}]})", "goods[0].goodsCategory is empty"},
        {R"({"goods":[)" + goods + R"(,"goodsCategory":null}]})", "goods[0].goodsCategory must be a text"},
        {many + "]}", "goods has more than 100 entries"},
        {R"({"buyer":"x"})", "buyer must be an object"},
        {R"({"buyer":{"buyerName":["x"]}})", "buyer.buyerName must be an object"},
        {R"({"buyer":{"isAccountVerified":true}})", "buyer.isAccountVerified is not among"},
        {R"({"shipping":{"shippingAddress":{"city":"c"}}})", "shipping.shippingAddress lacks region"},
        {R"({"shipping":{"shippingAddress":{"region":"HKG"}}})", "shipping.shippingAddress.region has more than 2"},
        {R"({"env":{"osType":"WINDOWS"}})", "env.osType must be one of IOS ANDROID"},
        {R"({"env":{"terminalType":" "}})", "env.terminalType must be one of WEB WAP APP MINI_APP"},
        {"{\"goods\":[{\"referenceGoodsId\":\"1\",\"goodsName\":\"" + std::string(257, 'x') + "\"}]}",
         "goods[0].goodsName has more than 256 characters"},
    };
    for (const auto& [json, expected] : cases) {
        EXPECT_NE(problem(json).find(expected), std::string::npos) << expected << " / " << problem(json);
    }
}

TEST(AlipayDetails, CountsCharactersNotBytes) {
    std::string name;
    for (int i = 0; i < 256; ++i)
        name += "\xE6\x8B\xBF";
    EXPECT_EQ(problem("{\"goods\":[{\"referenceGoodsId\":\"1\",\"goodsName\":\"" + name + "\"}]}"), "");
}

TEST(AlipayDetails, JoinTheOrderWithoutReplacingIt) {
    Poco::JSON::Object::Ptr env = new Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER);
    env->set("storeTerminalId", "T");
    Poco::JSON::Object order(Poco::JSON_PRESERVE_KEY_ORDER);
    order.set("env", env);
    add_details(R"({"env":{"osType":"IOS"},"buyer":{"buyerEmail":"a@b.c"}})", order);
    std::ostringstream out;
    order.stringify(out);
    EXPECT_EQ(out.str(), R"({"env":{"storeTerminalId":"T","osType":"IOS"},"buyer":{"buyerEmail":"a@b.c"}})");
    EXPECT_THROW(add_details("{\"x\":1}", order), std::runtime_error);
}

}  // namespace
}  // namespace paydrv::alipay
