#include "alipay/signature.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <array>
#include <thread>

#include "alipay/base64.h"
#include "test_gateway.h"

namespace paydrv::alipay {
namespace {

using test::file;

class AlipaySignature : public testing::Test {
  protected:
    KeyHandle merchant = load_private_key(file("merchant_private.pem"), "merchant");
    std::vector<KeyHandle> alipay = {load_public_key(file("alipay_public.pem"), "alipay")};
    std::string content = file("answer.content");
    std::string base64 = file("answer.sha256.signature");  // has '+' and '/'

    std::string percent(const char* plus, const char* slash, const char* equals) const {
        std::string text;
        for (const char c : base64) {
            text += c == '+' ? plus : c == '/' ? slash : c == '=' ? equals : std::string(1, c);
        }
        return text;
    }

    bool accepted(const std::vector<std::string>& headers) const {
        const ReadSignature read = read_signature(headers);
        EXPECT_NE(read.problem.empty(), read.bytes.empty());
        return read.problem.empty() && verify(alipay, content, read.bytes);
    }

    static std::string problem(const std::vector<std::string>& headers) { return read_signature(headers).problem; }
};

// request.signature was made by the openssl command line; RSASSA-PKCS1-v1_5 gives the same bytes every time.
TEST_F(AlipaySignature, SignsAsTheOpensslCommandDoes) {
    EXPECT_EQ(encode_base64(sign(merchant, file("request.content"))), file("request.signature"));
}

TEST_F(AlipaySignature, ContentIsTheVectorsOwn) {
    EXPECT_EQ(content_to_sign("/ams/api/v1/payments/pay", "T_TESTCLIENT0001", "1685599933871",
                              "{\"description\":\"\xE6\x8B\xBF\xE9\x93\x81 \xC3\xA9\",\"value\":\"1000\"}"),
              file("request.content"));
}

TEST_F(AlipaySignature, HeaderIsPercentEncodedAndReadsBack) {
    const std::string bytes = sign(merchant, "x");
    const std::string header = signature_header(bytes);
    EXPECT_TRUE(header.starts_with("algorithm=RSA256,keyVersion=1,signature="));
    EXPECT_EQ(header.find_first_of("+/", header.find("signature=")), std::string::npos);
    EXPECT_EQ(header.find('=', header.find("signature=") + 10), std::string::npos);
    EXPECT_EQ(read_signature(std::array{header}).bytes, bytes);
}

TEST_F(AlipaySignature, TakesEverySpellingSeenOnTheWire) {
    ASSERT_NE(base64.find('+'), std::string::npos);
    ASSERT_NE(base64.find('/'), std::string::npos);
    const std::string upper = percent("%2B", "%2F", "%3D");
    const std::string lower = percent("%2b", "%2f", "%3d");
    const std::string url = percent("-", "_", "");
    for (const std::string& header : {
             "algorithm=RSA256,keyVersion=1,signature=" + upper,
             "algorithm=RSA256, keyVersion=1, signature=" + upper,
             "algorithm=RSA256,keyVersion=1,signature=" + lower,
             "algorithm=RSA256,keyVersion=1,signature=" + base64,
             "signature=" + base64 + ",algorithm=RSA256,keyVersion=1",
             "keyVersion=2,signature=" + upper + " , algorithm=rsa256",
             "signature=" + upper,
             "algorithm=RSA256,signature=" + url,
             "Signature=" + percent("+", "/", ""),
             " algorithm = RSA256 ,\tsignature = " + upper + " ",
             "algorithm=RSA256,keyVersion=1,future=x=y,,signature=" + upper,
         }) {
        EXPECT_TRUE(accepted({header})) << header;
    }
    EXPECT_TRUE(accepted({"signature=" + upper, "signature=" + lower}));  // the same one, twice
}

TEST_F(AlipaySignature, RefusesWhatIsNoSingleSignature) {
    const std::string other = encode_base64(sign(merchant, "x"));
    EXPECT_NE(problem({}).find("missing"), std::string::npos);
    EXPECT_NE(problem({""}).find("no signature"), std::string::npos);
    EXPECT_NE(problem({base64}).find("no signature"), std::string::npos);
    EXPECT_NE(problem({"algorithm=RSA256,keyVersion=1"}).find("no signature"), std::string::npos);
    EXPECT_NE(problem({"algorithm=RSA256,signature="}).find("empty"), std::string::npos);
    EXPECT_NE(problem({"signature=" + base64, "signature=" + other}).find("two different"), std::string::npos);
    EXPECT_NE(problem({"signature=" + base64 + ",signature=" + other}).find("two different"), std::string::npos);
    EXPECT_FALSE(problem({"signature=" + base64, "signature="}).empty());
    EXPECT_FALSE(problem({"signature=" + base64, ""}).empty());
    for (const char* algorithm : {"RSA512", "RSA1", "none", "", "SHA256withRSA"}) {
        EXPECT_NE(problem({"algorithm=" + std::string(algorithm) + ",signature=" + base64}).find("only RSA256"),
                  std::string::npos);
    }
    for (const std::string& value : {std::string("%2"), std::string("%zz"), std::string("a b"),
                                     base64 + "====", percent("%252B", "%252F", "%253D"), percent(" ", "/", "=")}) {
        EXPECT_NE(problem({"signature=" + value}).find("not base64"), std::string::npos) << value;
    }
}

TEST_F(AlipaySignature, RefusesOtherHashesContentsAndKeys) {
    const auto bytes = [](const std::string& name) { return decode_base64(file(name)).value(); };
    const std::string good = bytes("answer.sha256.signature");
    ASSERT_TRUE(verify(alipay, content, good));
    EXPECT_FALSE(verify(alipay, content, bytes("answer.sha1.signature")));
    EXPECT_FALSE(verify(alipay, content, bytes("answer.sha512.signature")));
    for (std::size_t at = 0; at < content.size(); ++at) {
        std::string changed = content;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        ASSERT_FALSE(verify(alipay, changed, good)) << at;
    }
    EXPECT_FALSE(verify(alipay, content + "\n", good));
    EXPECT_FALSE(verify(alipay, content, ""));
    EXPECT_FALSE(verify(alipay, content, good.substr(1)));
    EXPECT_FALSE(verify(alipay, content, good + "x"));
    EXPECT_FALSE(verify({}, content, good));
    const std::array stranger{load_public_key(file("stranger_public.pem"), "stranger")};
    EXPECT_FALSE(verify(stranger, content, good));
    EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST_F(AlipaySignature, EitherKeyOfARotationWillDo) {
    const KeyHandle stranger = load_public_key(file("stranger_public.pem"), "stranger");
    const std::string good = decode_base64(base64).value();
    EXPECT_TRUE(verify(std::array{stranger, alipay[0]}, content, good));
    EXPECT_TRUE(verify(std::array{alipay[0], stranger}, content, good));
    EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST_F(AlipaySignature, ThreadsShareTheKeys) {
    const std::string expected = sign(merchant, "x");
    const std::string good = decode_base64(base64).value();
    std::array<int, 4> wrong{};
    std::vector<std::thread> threads;
    for (int& count : wrong) {
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i) {
                if (sign(merchant, "x") != expected || !verify(alipay, content, good)) ++count;
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(wrong, (std::array<int, 4>{}));
}

}  // namespace
}  // namespace paydrv::alipay
