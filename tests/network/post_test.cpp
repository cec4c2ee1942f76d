// The good case, and answers that are odd but whole, or not whole.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "client_fixture.h"

namespace paydrv::net::tests {
namespace {

using testing::HasSubstr;

TEST(Post, SendsTheRequestAsGivenAndReportsTheAnswer) {
    FaultServer server(good_server(), serve_well);
    HttpsClient client(settings_for(server.port()));
    const auto response = client.post(a_request());
    ASSERT_EQ(response.outcome, Outcome::answered) << response.problem;
    EXPECT_EQ(response.fault, Fault::none);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, R"({"ok":true})");
    EXPECT_EQ(header_of(response, "Content-Type"), "application/json; charset=UTF-8");
    EXPECT_EQ(response.tls_version, "TLSv1.3");
    EXPECT_GE(response.first_byte_ms, 0);
    EXPECT_EQ(server.seen().last_request,
              "POST /ams/api/v1/payments/pay?x=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                  "\r\nContent-Type: application/json; charset=UTF-8\r\nClient-Id: T_111222333\r\n"
                  "Content-Length: 25\r\nConnection: keep-alive\r\n\r\n{\"paymentRequestId\":\"p1\"}");
    EXPECT_EQ(server.seen().sni, "") << "no server name for an IP literal";
    EXPECT_EQ(server.seen().group, "X25519");
}

TEST(Post, KeepsTheConnection) {
    FaultServer server(good_server(), serve_well);
    HttpsClient client(settings_for(server.port()));
    for (int i = 0; i < 20; ++i) {
        const auto response = client.post(a_request());
        ASSERT_EQ(response.outcome, Outcome::answered) << response.problem;
        EXPECT_EQ(response.reused, i > 0);
    }
    EXPECT_EQ(server.seen().connections, 1);
    EXPECT_EQ(server.seen().requests, 20);
    const auto counters = client.counters();
    EXPECT_EQ(counters.connections_opened, 1);
    EXPECT_EQ(counters.handshakes_full, 1);
    EXPECT_EQ(counters.requests_written, 20);
    EXPECT_EQ(counters.stale_dropped, 0);
}

class ResumedBy : public testing::TestWithParam<int> {};

TEST_P(ResumedBy, ANewConnectionAfterAnAnswer) {
    auto options = good_server();
    options.max_tls_version = GetParam();
    FaultServer server(options, serve_text(answer("{}", "Connection: close\r\n")));
    HttpsClient client(settings_for(server.port()));
    for (int i = 0; i < 5; ++i) {
        const auto response = client.post(a_request());
        ASSERT_EQ(response.outcome, Outcome::answered) << response.problem;
        EXPECT_EQ(response.tls_resumed, i > 0);
        EXPECT_EQ(response.tls_version, GetParam() == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
    }
    EXPECT_EQ(server.seen().connections, 5);
    EXPECT_EQ(server.seen().resumed, 4);
    EXPECT_EQ(client.counters().handshakes_full, 1);
    EXPECT_EQ(client.counters().handshakes_resumed, 4);
}

// A connection that broke does not spoil the session with which it began.
TEST_P(ResumedBy, TheNextConnectionAfterOneThatTimedOut) {
    auto options = good_server();
    options.max_tls_version = GetParam();
    FaultServer server(options, [](Peer& peer) {
        if (!peer.handshake() || !peer.read_request()) return;
        if (peer.server_seen().requests == 2) return peer.await_client_end();
        peer.write(answer("{}", "Connection: close\r\n"));
    });
    HttpsClient client(settings_for(server.port()));
    EXPECT_EQ(client.post(a_request()).outcome, Outcome::answered);
    EXPECT_EQ(client.post(a_request(short_ms)).fault, Fault::deadline);
    const auto response = client.post(a_request());
    EXPECT_EQ(response.outcome, Outcome::answered);
    EXPECT_TRUE(response.tls_resumed);
    EXPECT_EQ(client.counters().handshakes_full, 1);
}

INSTANTIATE_TEST_SUITE_P(Tls, ResumedBy, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST(Post, EightThreadsShareThePool) {
    FaultServer server(good_server(), serve_well);
    HttpsClient client(settings_for(server.port()));
    std::atomic<int> answered{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 8; ++thread)
        threads.emplace_back([&] {
            for (int i = 0; i < 200; ++i)
                if (client.post(a_request()).outcome == Outcome::answered) ++answered;
        });
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(answered, 1600);
    EXPECT_EQ(server.seen().requests, 1600);
    EXPECT_LE(server.seen().connections, 8);
    EXPECT_EQ(client.counters().requests_written, 1600);
}

TEST(Post, KeepsNoMoreIdleConnectionsThanAllowed) {
    FaultServer server(good_server(), [](Peer& peer) {
        if (!peer.handshake() || !peer.read_request()) return;
        peer.wait_for_permission();
        peer.write(answer("{}"));
        peer.await_client_end();
    });
    auto settings = settings_for(server.port());
    settings.max_idle_connections = 1;
    HttpsClient client(settings);
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&] { EXPECT_EQ(client.post(a_request()).outcome, Outcome::answered); });
    ASSERT_TRUE(server.wait_until([](const Seen& seen) { return seen.requests == 3; }));
    for (int i = 0; i < 3; ++i)
        server.permit();
    for (auto& thread : threads)
        thread.join();
    EXPECT_TRUE(server.wait_until([](const Seen& seen) { return seen.ended == 2; }));
    EXPECT_EQ(server.seen().ended, 2) << "one of three is kept";
}

TEST(Post, DropsAnIdleConnectionThatIsTooOld) {
    FaultServer server(good_server(), serve_well);
    auto settings = settings_for(server.port());
    settings.idle_keep_ms = 0;
    HttpsClient client(settings);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(client.post(a_request()).outcome, Outcome::answered);
    EXPECT_EQ(server.seen().connections, 3);
    EXPECT_EQ(client.counters().stale_dropped, 2);
}

struct Odd {
    const char* name;
    std::string text;
    Outcome outcome;
    Fault fault;
    int status;
    std::string body;
    bool kept;
};

void PrintTo(const Odd& odd, std::ostream* out) {
    *out << odd.name;
}

class Answers : public testing::TestWithParam<Odd> {};

// The server writes the text and says no more; then the same again, to see whether the connection was kept.
TEST_P(Answers, AreTakenOrRefused) {
    const Odd& odd = GetParam();
    FaultServer server(good_server(), [&](Peer& peer) {
        if (!peer.handshake()) return;
        while (peer.read_request()) {
            if (!peer.write(odd.text)) return;
            if (odd.fault == Fault::broken_answer) return peer.close_in_order();
        }
    });
    HttpsClient client(settings_for(server.port()));
    for (int i = 0; i < 2; ++i) {
        const auto response = client.post(a_request());
        EXPECT_EQ(response.outcome, odd.outcome) << response.problem;
        EXPECT_EQ(response.fault, odd.fault) << name_of(response.fault);
        EXPECT_EQ(response.status, odd.status);
        EXPECT_EQ(response.body, odd.body);
        EXPECT_EQ(response.problem.empty(), odd.outcome == Outcome::answered);
    }
    EXPECT_EQ(server.seen().requests, 2);
    EXPECT_EQ(server.seen().connections, odd.kept ? 1 : 2);
}

const std::string ok = "HTTP/1.1 200 OK\r\n";
const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";

std::string with_fields(int count) {
    std::string text = ok;
    for (int i = 0; i < count; ++i)
        text += "A: x\r\n";
    return text + "\r\n";
}

INSTANTIATE_TEST_SUITE_P(
    Of, Answers,
    testing::Values(Odd{"chunked", chunked + "2\r\n{}\r\n0\r\n\r\n", Outcome::answered, Fault::none, 200, "{}", true},
                    Odd{"chunked_cut", chunked + "2\r\n{}\r\n", Outcome::unknown, Fault::broken_answer, 0, "", false},
                    Odd{"length_cut", ok + "Content-Length: 100\r\n\r\n1234567", Outcome::unknown, Fault::broken_answer,
                        0, "", false},
                    Odd{"head_cut", ok + "Content-Le", Outcome::unknown, Fault::broken_answer, 0, "", false},
                    Odd{"surplus", answer("{}") + "x", Outcome::answered, Fault::none, 200, "{}", false},
                    Odd{"two_answers", answer("{}") + answer("{}"), Outcome::answered, Fault::none, 200, "{}", false},
                    Odd{"close", answer("{}", "Connection: close\r\n"), Outcome::answered, Fault::none, 200, "{}",
                        false},
                    Odd{"continue", "HTTP/1.1 100 Continue\r\n\r\n" + answer("{}"), Outcome::answered, Fault::none, 200,
                        "{}", true},
                    Odd{"redirect", "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n",
                        Outcome::answered, Fault::none, 302, "", true},
                    Odd{"server_error", "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy", Outcome::answered,
                        Fault::none, 503, "busy", true},
                    Odd{"big_body", answer(std::string(max_body_bytes, 'x')), Outcome::answered, Fault::none, 200,
                        std::string(max_body_bytes, 'x'), true},
                    Odd{"too_big_body", answer(std::string(max_body_bytes + 1, 'x')), Outcome::unknown, Fault::too_big,
                        0, "", false},
                    Odd{"too_big_head", ok + "A: " + std::string(5'000'000, 'x') + "\r\n\r\n", Outcome::unknown,
                        Fault::too_big, 0, "", false},
                    Odd{"too_many_fields", with_fields(20'000), Outcome::unknown, Fault::too_big, 0, "", false},
                    Odd{"not_http", "SSH-2.0-OpenSSH_9.2p1\r\n", Outcome::unknown, Fault::broken_answer, 0, "", false}),
    [](const auto& test) { return test.param.name; });

TEST(Post, CountsNothingAsSentThatCannotBePutOnTheWire) {
    FaultServer server(good_server(), serve_well);
    HttpsClient client(settings_for(server.port()));
    auto no_slash = a_request();
    no_slash.target = "pay";
    auto split = a_request();
    split.headers.emplace_back("X", "a\r\nInjected: b");
    auto framing = a_request();
    framing.headers.emplace_back("content-Length", "1");
    auto zipped = a_request();
    zipped.headers.emplace_back("Accept-Encoding", "gzip");
    for (const auto& request : {no_slash, split, framing, zipped}) {
        const auto response = client.post(request);
        EXPECT_EQ(response.outcome, Outcome::not_sent);
        EXPECT_EQ(response.fault, Fault::bad_request) << name_of(response.fault);
    }
    EXPECT_EQ(server.seen().connections, 0);
}

TEST(Post, NamesTheBadSetting) {
    const auto complaint = [](const HttpsSettings& settings) -> std::string {
        try {
            HttpsClient client(settings);
        } catch (const std::runtime_error& e) {
            return e.what();
        }
        return "";
    };
    auto settings = settings_for(443);
    settings.ca_file = "/nowhere/ca.pem";
    EXPECT_THAT(complaint(settings), HasSubstr("/nowhere/ca.pem"));
    settings.ca_file = write_text("not a certificate");
    EXPECT_THAT(complaint(settings), HasSubstr(settings.ca_file));
    settings.ca_file = write_text("");
    EXPECT_THAT(complaint(settings), HasSubstr("empty"));
    EXPECT_THAT(complaint(settings_for(443, "")), HasSubstr("host"));
    EXPECT_THAT(complaint(settings_for(443, "https://gateway.example/")), HasSubstr("without https://"));
    settings = settings_for(443);
    settings.name_servers = "not an address";
    EXPECT_THAT(complaint(settings), HasSubstr("not an address"));
    EXPECT_EQ(complaint(settings_for(443)), "");
}

}  // namespace
}  // namespace paydrv::net::tests
