// Does the gateway take every valid signature that real clients send, and no other?
#include <gtest/gtest.h>

#include "sandbox_scene.h"

namespace hostsim::sandbox {
namespace {

// Made with the openssl command line: `openssl dgst -sha256 -sign`, base64 with + and / in it.
constexpr const char* kVectorKey =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA5zYUeXxZPLbY37l5TdIL\n"
    "g7VmFeoBjt1/USLwcwpOt6OTJ02vUZw13XxGJpmEW5QT+uXT/Y59jF42HEIU9WgS\n"
    "lNXaMFhP2V31fYRl4n9gEMYOOX3NtPqmv3tNKngplFfzUFakfbhjffXOmMBmvE4b\n"
    "14UaYY18W3iPuANXrSnnAi+bITkveyAwrIevR72l9jIcpQ2jdSJ3HjRRli1GvF7o\n"
    "VBJmly6uU3XUeG+1FZ8ZNupZlEgFUkdwkd69q9RWUsNEEUEyLTUcd27i8xObexd1\n"
    "D76aqH8hgcMV4CtL9DNcccdUBfNF/uHmhsI6Rgtnk49vyBcDd9O34lafOuAjM/PM\n"
    "FQIDAQAB\n"
    "-----END PUBLIC KEY-----\n";
constexpr const char* kVectorSignature =
    "XPfzRvW/1SeH1BaWr//35sutIAs7m51Ki70jXAEb2WKAUWwsANlPv54mFwWkLsJmNtffjOXYNoeA/kz/h6AtpcAJbrLDocjIogvJgLcysdyr"
    "CacgZyqMZNaDnaWQZc62bfqefM+EdsYcu+6ZBUez4n0W4ltCKdfLDgWJHQfUqIOM8w6FMIBUisZltvmwmk9jRcnTku80n+u6BSFzyy3PeX78"
    "HUxnZbLDywVlJftFnd+JEXljoSCXR2j/O+uWDApjpf9Q3KAAaTW6pyx2QYcbBUwgpoacQxqWlsQCMbWCFUokn4/xKJ1iV1+z252TSKz5exvh"
    "J6KUqdPvaMO0mInYjQ==";

std::string percent(std::string text, bool upper) {
    std::string encoded;
    for (char c : text) {
        if (c == '+') {
            encoded += upper ? "%2B" : "%2b";
        } else if (c == '/') {
            encoded += upper ? "%2F" : "%2f";
        } else if (c == '=') {
            encoded += upper ? "%3D" : "%3d";
        } else {
            encoded += c;
        }
    }
    return encoded;
}

TEST(SandboxSignature, TakesAVectorOfTheOpensslCommandLineInEveryEncoding) {
    ScratchFolder folder;
    write_file(folder.path() + "/key.pem", kVectorKey, 0600);
    Key key = read_public_key(folder.path() + "/key.pem");
    std::string content =
        signed_content("/ams/api/v1/payments/pay", "SANDBOX_TEST", "2026-05-01T12:00:00Z", "{\"a\":\"\xc3\xa9\"}");
    EXPECT_EQ(content, "POST /ams/api/v1/payments/pay\nSANDBOX_TEST.2026-05-01T12:00:00Z.{\"a\":\"\xc3\xa9\"}");
    const std::string v = kVectorSignature;
    const std::vector<std::string> headers{
        "algorithm=RSA256,keyVersion=1,signature=" + percent(v, true),
        "algorithm=RSA256, keyVersion=1, signature=" + percent(v, false),
        "algorithm=RSA256,signature=" + percent(v, true),
        "signature=" + percent(v, true) + ", algorithm=RSA256",
        "signature=" + v,
        "algorithm=RSA256,keyVersion=1,signature=" + v.substr(0, v.size() - 2),
    };
    for (const std::string& header : headers) {
        auto parsed = parse_signature_header(header);
        ASSERT_TRUE(parsed) << header;
        EXPECT_TRUE(verify(key.get(), content, parsed->signature)) << header;
        EXPECT_FALSE(verify(key.get(), content + " ", parsed->signature)) << header;
    }
}

TEST(SandboxSignature, RefusesBrokenHeaders) {
    for (const char* header : {"", "algorithm=RSA256,keyVersion=1", "signature=", "signature=%2", "signature=%zz",
                               "signature=A", "signature=!!!!", "RSA256"}) {
        EXPECT_FALSE(parse_signature_header(header)) << header;
    }
}

TEST(SandboxSignature, AnswersAreWrittenAsEveryClientReadsThem) {
    EXPECT_EQ(signature_header("a+b/c=="), "algorithm=RSA256,keyVersion=1,signature=a%2Bb%2Fc%3D%3D");
    Scene scene;
    Reply reply = scene.reply("inquiryPayment", Scene::named("nobody"));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(header_values(reply.headers, "Content-Type"),
              std::vector<std::string>{"application/json; charset=UTF-8"});
    EXPECT_EQ(header_values(reply.headers, "client-id"), std::vector<std::string>{Scene::kClient});
    EXPECT_EQ(header_values(reply.headers, "response-time"), std::vector<std::string>{"2026-05-01T12:00:00+08:00"});
    EXPECT_TRUE(Scene::good_signature(reply, "/ams/api/v1/payments/inquiryPayment"));
}

struct Tolerated {
    const char* what;
    void (*change)(Request&);
};

void replace_header(Request& request, const std::string& name, const std::string& value) {
    for (auto& [key, old] : request.headers) {
        if (key == name) old = value;
    }
}

TEST(SandboxTolerance, TakesWhatRealClientsSend) {
    const Tolerated table[] = {
        {"header names in lower case",
         [](Request& r) {
             for (auto& [name, value] : r.headers) {
                 for (char& c : name)
                     c = char(std::tolower(c));
             }
         }},
        {"Content-Type twice", [](Request& r) { r.headers.emplace_back("content-type", "application/json"); }},
        {"no Content-Type", [](Request& r) { r.headers.erase(r.headers.begin() + 2); }},
        {"empty Agent-Token", [](Request& r) { r.headers.emplace_back("Agent-Token", ""); }},
        {"unknown headers", [](Request& r) { r.headers.emplace_back("X-sdkVersion", "1.0"); }},
        {"absolute-form target", [](Request& r) { r.target = "https://127.0.0.1:8443" + r.target; }},
        {"the same signature twice", [](Request& r) { r.headers.push_back(r.headers.back()); }},
    };
    Scene scene;
    for (const Tolerated& row : table) {
        Request request = scene.signed_request("inquiryPayment", Scene::named("nobody"));
        row.change(request);
        EXPECT_EQ(result_text(parsed(scene.gateway().handle(request).body)), "F ORDER_NOT_EXIST") << row.what;
    }
}

TEST(SandboxTolerance, TakesEveryFormOfRequestTime) {
    Scene scene;
    for (const char* time :
         {"1777608000000", "2026-05-01T04:00:00Z", "2026-05-01T04:00:00+00:00", "2026-05-01T04:00:00+0000",
          "2026-05-01T04:00:00.1234567+00:00", "2026-05-01T12:00:00+08:00", "1999-01-01T00:00:00Z"}) {
        Request request = scene.signed_request("inquiryPayment", Scene::named("nobody"), time);
        EXPECT_EQ(result_text(parsed(scene.gateway().handle(request).body)), "F ORDER_NOT_EXIST") << time;
    }
    Request request = scene.signed_request("inquiryPayment", Scene::named("nobody"), "yesterday");
    EXPECT_EQ(message_of(parsed(scene.gateway().handle(request).body)).rfind("Request-Time", 0), 0u);
}

TEST(SandboxTolerance, StrictTimeRefusesAClockThatIsOff) {
    Scene scene(true);
    auto result = [&](const char* time) {
        return result_text(
            parsed(scene.gateway().handle(scene.signed_request("inquiryPayment", Scene::named("nobody"), time)).body));
    };
    EXPECT_EQ(result("2026-05-01T12:09:59+08:00"), "F ORDER_NOT_EXIST");
    EXPECT_EQ(result("2026-05-01T12:10:01+08:00"), "F PARAM_ILLEGAL");
    EXPECT_EQ(result("2026-05-01T11:49:59+08:00"), "F PARAM_ILLEGAL");
}

TEST(SandboxTolerance, TakesJsonInEveryShape) {
    Scene scene;
    for (const char* body :
         {"{\n  \"paymentRequestId\" : \"nobody\"\n}", R"({"paymentRequestId":"\u006eobody"})",
          R"({"paymentRequestId":"nobody","paymentId":null})", R"({"paymentRequestId":"nobody","x":"a\/b"})",
          R"({"x":{"y":["z"]},"paymentRequestId":"nobody"})"}) {
        EXPECT_EQ(result_text(scene.answer("inquiryPayment", body)), "F ORDER_NOT_EXIST") << body;
    }
}

TEST(SandboxTolerance, ServesBothPathPrefixesAndAQuery) {
    Scene scene;
    Request sandbox = scene.signed_request("inquiryPayment", Scene::named("nobody"), "1777608000000",
                                           "/ams/sandbox/api/v1/payments/");
    Reply reply = scene.gateway().handle(sandbox);
    EXPECT_EQ(result_text(parsed(reply.body)), "F ORDER_NOT_EXIST");
    EXPECT_TRUE(Scene::good_signature(reply, "/ams/sandbox/api/v1/payments/inquiryPayment"));
    Request query = scene.signed_request("inquiryPayment?a=b", Scene::named("nobody"));
    EXPECT_EQ(result_text(parsed(scene.gateway().handle(query).body)), "F ORDER_NOT_EXIST");
    query.target = "/ams/api/v1/payments/inquiryPayment";
    EXPECT_EQ(result_text(parsed(scene.gateway().handle(query).body)), "F SIGNATURE_INVALID");
}

struct Refused {
    const char* what;
    void (*change)(Request&);
    const char* result;
};

TEST(SandboxAuthentication, RefusesWithoutASignature) {
    const Refused table[] = {
        {"another body", [](Request& r) { r.body += " "; }, "F SIGNATURE_INVALID"},
        {"another time", [](Request& r) { replace_header(r, "Request-Time", "1777608000001"); }, "F SIGNATURE_INVALID"},
        {"another path", [](Request& r) { r.target = "/ams/api/v1/payments/cancel"; }, "F SIGNATURE_INVALID"},
        {"no signature", [](Request& r) { r.headers.pop_back(); }, "F SIGNATURE_INVALID"},
        {"no time", [](Request& r) { r.headers.erase(r.headers.begin() + 1); }, "F SIGNATURE_INVALID"},
        {"another algorithm",
         [](Request& r) {
             std::string& value = r.headers.back().second;
             value.replace(value.find("RSA256"), 6, "RSA512");
         },
         "F SIGNATURE_INVALID"},
        {"two different signatures", [](Request& r) { r.headers.emplace_back("signature", "signature=AAAA"); },
         "F SIGNATURE_INVALID"},
        {"a key version that there is not",
         [](Request& r) {
             std::string& value = r.headers.back().second;
             value.replace(value.find("keyVersion=1"), 12, "keyVersion=7");
         },
         "F KEY_NOT_FOUND"},
        {"unknown client", [](Request& r) { replace_header(r, "Client-Id", "SANDBOX_OTHER"); }, "F CLIENT_INVALID"},
        {"no client", [](Request& r) { r.headers.erase(r.headers.begin()); }, "F CLIENT_INVALID"},
        {"unknown path", [](Request& r) { r.target = "/ams/api/v1/payments/payy"; }, "F INVALID_API"},
        {"path of another interface", [](Request& r) { r.target = "/"; }, "F INVALID_API"},
        {"not POST", [](Request& r) { r.method = "GET"; }, "F METHOD_NOT_SUPPORTED"},
    };
    Scene scene;
    for (const Refused& row : table) {
        Request request = scene.signed_request("inquiryPayment", Scene::named("nobody"));
        row.change(request);
        Reply reply = scene.gateway().handle(request);
        EXPECT_EQ(reply.status, 200) << row.what;
        EXPECT_EQ(result_text(parsed(reply.body)), row.result) << row.what;
        EXPECT_TRUE(header_values(reply.headers, "signature").empty()) << row.what;
    }
    EXPECT_EQ(scene.gateway().refused(), std::int64_t(std::size(table)));
}

TEST(SandboxDatetime, ReadsAndWritesTimes) {
    EXPECT_EQ(iso_time(1777608000123), "2026-05-01T12:00:00+08:00");
    EXPECT_EQ(compact_time(1777608000123), "20260501120000123");
    EXPECT_EQ(parse_iso_time("2026-05-01T12:00:00.5+08:00"), 1777608000500);
    EXPECT_EQ(parse_iso_time("2026-05-01T04:00:00-0030"), 1777609800000);
    EXPECT_EQ(parse_iso_time("2024-02-29T00:00:00Z"), 1709164800000);
    for (const char* wrong : {"", "2026-05-01", "2026-05-01T12:00:00", "2026-02-30T12:00:00Z", "2026-05-01T24:00:00Z",
                              "2026-05-01T12:00:00.Z", "2026-05-01T12:00:00+8", "2026-05-01T12:00:00+08:0",
                              "2026-05-01T12:00:00Zx", "2026-05-01 12:00:00Z", "2026-05-01T12:00:00+08:"}) {
        EXPECT_FALSE(parse_iso_time(wrong)) << wrong;
    }
    EXPECT_EQ(iso_time(cancel_window_end(1777608000000)), "2026-05-02T00:15:00+08:00");
    EXPECT_EQ(iso_time(cancel_window_end(*parse_iso_time("2026-05-01T00:05:00+08:00"))), "2026-05-02T00:15:00+08:00");
}

}  // namespace
}  // namespace hostsim::sandbox
