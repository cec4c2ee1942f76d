#include "net/http_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace paydrv::net {
namespace {

using testing::ElementsAre;
using testing::Pair;

AnswerReader read(const std::string& text) {
    AnswerReader reader;
    reader.take(text);
    return reader;
}

// Whatever the cuts, the same answer: the bytes come one by one here.
AnswerReader read_slowly(const std::string& text) {
    AnswerReader reader;
    for (const char c : text)
        reader.take({&c, 1});
    return reader;
}

TEST(HttpAnswer, KeepsNamesAndValuesAsTheyCame) {
    const std::string text =
        "HTTP/1.1 200 OK\r\nSignature:algorithm=RSA256,signature=a%2Bb\r\nsIGNATURE: "
        "=?utf-8?Q?x?=\t\r\nContent-Length: 2\r\n\r\n{}";
    for (auto reader : {read(text), read_slowly(text)}) {
        ASSERT_TRUE(reader.complete()) << reader.failure().problem;
        EXPECT_EQ(reader.status(), 200);
        EXPECT_EQ(reader.body(), "{}");
        EXPECT_THAT(reader.headers(), ElementsAre(Pair("Signature", "algorithm=RSA256,signature=a%2Bb"),
                                                  Pair("sIGNATURE", "=?utf-8?Q?x?="), Pair("Content-Length", "2")));
        EXPECT_TRUE(reader.connection_reusable());
    }
}

TEST(HttpAnswer, TakesChunksOffAndWaitsForTheirEnd) {
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n";
    const std::string chunks = "3;note=1\r\nabc\r\n0A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
    for (auto reader : {read(head + chunks), read_slowly(head + chunks)}) {
        ASSERT_TRUE(reader.complete()) << reader.failure().problem;
        EXPECT_EQ(reader.body(), "abc0123456789");
        EXPECT_TRUE(reader.connection_reusable());
    }
    for (std::size_t length = 0; length < chunks.size(); ++length) {
        auto reader = read(head + chunks.substr(0, length));
        EXPECT_FALSE(reader.complete()) << length;
        reader.take_end();
        EXPECT_EQ(reader.failure().fault, Fault::broken_answer) << length;
    }
}

TEST(HttpAnswer, SkipsInterimAnswers) {
    auto reader = read(
        "HTTP/1.1 100 Continue\r\nX: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 404\r\nContent-Length: "
        "0\r\n\r\n");
    ASSERT_TRUE(reader.complete());
    EXPECT_EQ(reader.status(), 404);
    EXPECT_EQ(reader.headers().size(), 1U);
    std::string endless;
    for (int i = 0; i < 9; ++i)
        endless += "HTTP/1.1 100 Continue\r\n\r\n";
    EXPECT_EQ(read(endless).failure().fault, Fault::broken_answer);
}

TEST(HttpAnswer, BodyUntilTheEndIsCompleteOnlyByAnOrderlyEnd) {
    auto reader = read("HTTP/1.1 200 OK\r\n\r\n{}");
    EXPECT_FALSE(reader.complete());
    reader.take_end();
    EXPECT_TRUE(reader.complete());
    EXPECT_EQ(reader.body(), "{}");
    EXPECT_FALSE(reader.connection_reusable());
}

TEST(HttpAnswer, TellsWhetherTheConnectionLives) {
    const auto reusable = [](const std::string& head, const std::string& after = "") {
        auto reader = read(head + "Content-Length: 1\r\n\r\nx" + after);
        EXPECT_TRUE(reader.complete()) << head;
        return reader.connection_reusable();
    };
    EXPECT_TRUE(reusable("HTTP/1.1 200 OK\r\nConnection: Keep-Alive\r\n"));
    EXPECT_FALSE(reusable("HTTP/1.1 200 OK\r\nConnection: foo , CLOSE\r\n"));
    EXPECT_FALSE(reusable("HTTP/1.0 200 OK\r\n"));
    EXPECT_FALSE(reusable("HTTP/1.1 200 OK\r\n", "y")) << "a surplus byte";
}

TEST(HttpAnswer, RefusesWhatIsNotHttp) {
    const std::string good = "HTTP/1.1 200 OK\r\n";
    for (const std::string& text : {std::string("SSH-2.0-OpenSSH_9.2p1\r\n"),
                                    std::string("HTTP/2 200\r\n"),
                                    std::string("HTTP/1.1 2000 OK\r\n"),
                                    std::string("HTTP/1.1 20x OK\r\n"),
                                    std::string("HTTP/1.1 999 OK\r\n"),
                                    std::string("HTTP/1.1 101 Switching\r\n\r\n"),
                                    good + "no colon\r\n",
                                    good + " folded: x\r\n",
                                    good + "A : x\r\n",
                                    good + ": x\r\n",
                                    good + std::string("A: \0\r\n", 6),
                                    good + "A: x\ry\r\n",
                                    good + "Content-Length: 1x\r\n\r\n",
                                    good + "Content-Length: -1\r\n\r\n",
                                    good + "Content-Length:\r\n\r\n",
                                    good + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
                                    good + "Content-Length: 1, 1\r\n\r\n",
                                    good + "Transfer-Encoding: gzip, chunked\r\n\r\n",
                                    good + "Transfer-Encoding:\r\n\r\n",
                                    good + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
                                    good + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
                                    good + "Transfer-Encoding: chunked\r\n\r\n-1\r\n"}) {
        const auto reader = read(text);
        EXPECT_EQ(reader.failure().fault, Fault::broken_answer) << text;
        EXPECT_FALSE(reader.complete()) << text;
    }
}

TEST(HttpAnswer, LimitsEverything) {
    const std::string good = "HTTP/1.1 200 OK\r\n";
    std::string fields;
    for (int i = 0; i <= max_head_fields; ++i)
        fields += "A: x\r\n";
    const std::string too_long(max_head_bytes, 'a');
    const std::string half_long = "A: " + std::string(max_head_bytes / 2, 'a') + "\r\n";
    std::string many_chunks = good + "Transfer-Encoding: chunked\r\n\r\n";
    for (std::size_t i = 0; i <= max_body_bytes / 0x8000; ++i)
        many_chunks += "8000\r\n" + std::string(0x8000, 'x') + "\r\n";
    for (const std::string& text :
         {good + fields, too_long + "xx", good + half_long + half_long,
          good + "Transfer-Encoding: chunked\r\n\r\n1;" + too_long, good + "Content-Length: 1048577\r\n\r\n",
          good + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n", many_chunks,
          good + "\r\n" + std::string(max_body_bytes + 1, 'x')}) {
        EXPECT_EQ(read(text).failure().fault, Fault::too_big) << text.substr(0, 60);
    }
    auto largest = read(good + "Content-Length: 1048576\r\n\r\n" + std::string(max_body_bytes, 'x'));
    EXPECT_TRUE(largest.complete());
}

// Damaged answers of every kind: however the bytes are cut, the verdict is the same, and complete and failed exclude
// each other.
TEST(HttpAnswer, TheVerdictDoesNotDependOnTheCuts) {
    std::mt19937 random(20'261'121);
    const auto below = [&](std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random); };
    const std::string alphabet = "\r\n :;,0123456789aAfFx-\t\x7f";
    const std::vector<std::string> seeds{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nA: b\r\n\r\n12345",
                                         "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: "
                                         "chunked\r\n\r\n3\r\nabc\r\na\r\n0123456789\r\n0\r\n\r\n",
                                         "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nuntil the end"};
    int complete = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text = seeds[below(seeds.size())];
        for (std::size_t changes = below(4); changes > 0; --changes) {
            const std::size_t at = below(text.size());
            if (below(2) == 0)
                text[at] = alphabet[below(alphabet.size())];
            else
                text.erase(at, 1 + below(3));
        }
        auto whole = read(text);
        auto slow = read_slowly(text);
        whole.take_end();
        slow.take_end();
        ASSERT_NE(whole.complete(), static_cast<bool>(whole.failure())) << text;
        ASSERT_EQ(whole.complete(), slow.complete()) << text;
        ASSERT_EQ(whole.failure().fault, slow.failure().fault) << text;
        ASSERT_EQ(whole.connection_reusable(), slow.connection_reusable()) << text;
        ASSERT_EQ(whole.headers(), slow.headers()) << text;
        ASSERT_EQ(whole.body(), slow.body()) << text;
        complete += whole.complete() ? 1 : 0;
    }
    EXPECT_GT(complete, 1'000);
    EXPECT_LT(complete, 19'000);
}

}  // namespace
}  // namespace paydrv::net
