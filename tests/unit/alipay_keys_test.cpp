#include "alipay/keys.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <array>

#include "alipay/signature.h"
#include "test_gateway.h"

namespace paydrv::alipay {
namespace {

using test::file;

const char* const key_name = "private_key of paydrv.json";

std::string problem_of_private(const std::string& text) {
    try {
        load_private_key(text, key_name);
    } catch (const std::runtime_error& fault) {
        return fault.what();
    }
    return "";
}

std::string problem_of_public(const std::string& text) {
    try {
        load_public_key(text, key_name);
    } catch (const std::runtime_error& fault) {
        return fault.what();
    }
    return "";
}

std::string problem_of(const GatewaySettings& settings) {
    try {
        load_keys(settings);
    } catch (const std::runtime_error& fault) {
        return fault.what();
    }
    return "";
}

/// The base64 of a PEM file without its armour.
std::string bare(const std::string& pem) {
    const std::size_t begin = pem.find('\n') + 1;
    std::string text = pem.substr(begin, pem.find("-----END") - begin);
    std::erase(text, '\n');
    return text;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
        text.replace(at, what.size(), with);
    }
    return text;
}

bool signs_as_the_merchant(const std::string& private_text) {
    const KeyHandle key = load_private_key(private_text, key_name);
    return verify(std::array{load_public_key(file("merchant_public.pem"), key_name)}, "x", sign(key, "x"));
}

bool checks_as_alipay(const std::string& public_text) {
    static const std::string signature = sign(load_private_key(file("alipay_private.pem"), key_name), "x");
    return verify(std::array{load_public_key(public_text, key_name)}, "x", signature);
}

TEST(AlipayKeys, PrivateKeysInEveryForm) {
    for (const std::string name : {"merchant_private.pem", "merchant_private_pkcs1.pem"}) {
        const std::string pem = file(name);
        const std::string one_line = bare(pem);
        for (const std::string& text :
             {pem, one_line, "\xEF\xBB\xBF" + pem, "\xEF\xBB\xBF" + one_line + "\r\n", replaced(pem, "\n", "\r\n"),
              replaced(pem, "\n", "\r"), replaced(pem, "\n", "\\n"), replaced(pem, "\n", " "),
              " \t" + one_line.substr(0, 100) + " \n\t" + one_line.substr(100),
              "-----BEGIN RSA PRIVATE KEY-----\n" + one_line + "\n-----END RSA PRIVATE KEY-----\n",
              file("alipay_certificate.pem") + pem}) {
            EXPECT_TRUE(signs_as_the_merchant(text)) << name << ": " << text.substr(0, 40);
        }
    }
}

TEST(AlipayKeys, PublicKeysInEveryForm) {
    for (const std::string name : {"alipay_public.pem", "alipay_public_pkcs1.pem", "alipay_certificate.pem"}) {
        const std::string pem = file(name);
        for (const std::string& text :
             {pem, bare(pem), "\xEF\xBB\xBF" + pem, replaced(pem, "\n", "\r\n"), replaced(pem, "\n", "\\n")}) {
            EXPECT_TRUE(checks_as_alipay(text)) << name;
        }
    }
}

TEST(AlipayKeys, AFaultNamesSettingFindingAndWhatIsAllowed) {
    const std::string cut = file("merchant_private.pem").substr(0, 700);
    std::string damaged = bare(file("merchant_private.pem"));
    damaged[200] = damaged[200] == 'A' ? 'B' : 'A';  // in the modulus
    const std::pair<std::string, const char*> cases[] = {
        {file("merchant_public.pem"), "a public key"},
        {file("alipay_certificate.pem"), "a certificate"},
        {file("short_private.pem"), "a 1024-bit key"},
        {file("ec_private.pem"), "another kind than RSA"},
        {file("encrypted_private.pem"), "an encrypted key"},
        {bare(file("encrypted_private.pem")), "an encrypted key"},
        {file("encrypted_private_pkcs1.pem"), "an encrypted key"},
        {"keys/private.pem", "not base64"},
        {"QUJDREVGRw==", "base64 of something that is no key"},
        {"", "nothing"},
        {"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", "nothing"},
        {cut, "cut off"},
        {damaged, "damaged"},
        {std::string(70'000, 'A'), "more than 64 KiB"},
    };
    for (const auto& [text, found] : cases) {
        const std::string problem = problem_of_private(text);
        EXPECT_NE(problem.find(key_name), std::string::npos) << found;
        EXPECT_NE(problem.find(found), std::string::npos) << problem;
        EXPECT_NE(problem.find("allowed is an RSA private key of at least 2048 bits"), std::string::npos) << problem;
        EXPECT_EQ(ERR_peek_error(), 0U) << found;
    }
    for (const auto& [text, found] : {std::pair<std::string, const char*>{file("alipay_private.pem"), "a private key"},
                                      {file("short_public.pem"), "a 1024-bit key"},
                                      {file("ec_public.pem"), "another kind than RSA"}}) {
        const std::string problem = problem_of_public(text);
        EXPECT_NE(problem.find(found), std::string::npos) << problem;
        EXPECT_NE(problem.find("allowed is Alipay's RSA public key"), std::string::npos) << problem;
    }
}

TEST(AlipayKeys, NoFaultQuotesTheKey) {
    const std::string base64 = bare(file("short_private.pem"));
    const std::string problem = problem_of_private(base64);
    ASSERT_FALSE(problem.empty());
    for (std::size_t at = 0; at + 8 <= base64.size(); ++at) {
        ASSERT_EQ(problem.find(base64.substr(at, 8)), std::string::npos);
    }
}

TEST(AlipayKeys, TheMerchantsOwnPublicKeyIsNotAlipays) {
    GatewaySettings settings = test::settings();
    settings.alipay_public_keys = {file("merchant_public.pem")};
    const std::string problem = problem_of(settings);
    EXPECT_NE(problem.find("alipay_public_key_file of paydrv.json holds the merchant's own public key"),
              std::string::npos)
        << problem;
    EXPECT_NE(problem.find("private_key_file of paydrv.json"), std::string::npos);
    EXPECT_NE(problem.find("wanted is Alipay's public key, which the Alipay dashboard shows"), std::string::npos);
}

TEST(AlipayKeys, OneOrTwoPublicKeysAndTheFaultyOneIsCounted) {
    GatewaySettings settings = test::settings();
    EXPECT_EQ(load_keys(settings).alipay_public.size(), 1U);
    settings.alipay_public_keys = {file("stranger_public.pem"), file("alipay_public.pem")};
    EXPECT_EQ(load_keys(settings).alipay_public.size(), 2U);
    settings.alipay_public_keys = {file("alipay_public.pem"), "?"};
    EXPECT_NE(problem_of(settings).find("(number 2) holds text that is not base64"), std::string::npos);
    settings.alipay_public_keys = {};
    EXPECT_NE(problem_of(settings).find("holds nothing"), std::string::npos);
}

}  // namespace
}  // namespace paydrv::alipay
