// Through an HTTP proxy: the tunnel, what the proxy may see, and proxies that lie.
#include <gmock/gmock.h>

#include <cstdlib>
#include <functional>

#include "client_fixture.h"
#include "name_server.h"

namespace paydrv::net::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* established = "HTTP/1.1 200 Connection established\r\n\r\n";
constexpr const char* user = "till";
constexpr const char* password = "c2VjcmV0LW1hcms";
constexpr const char* basic = "dGlsbDpjMlZqY21WMExXMWhjbXM=";  // base64 of user:password (RFC 7617)

Script tunnel_to(std::uint16_t port) {
    return [port](Peer& peer) {
        if (peer.read_unencrypted_head() && peer.write_unencrypted(established)) peer.relay_to(port);
    };
}

Script answer_in_clear(std::string text) {
    return [text = std::move(text)](Peer& peer) {
        if (peer.read_unencrypted_head() && peer.write_unencrypted(text)) peer.await_client_end();
    };
}

HttpsSettings settings_through(const FaultServer& proxy, std::uint16_t port, const std::string& host = "127.0.0.1") {
    auto settings = settings_for(port, host);
    settings.proxy.host = "127.0.0.1";
    settings.proxy.port = proxy.port();
    return settings;
}

HttpsSettings with_credentials(HttpsSettings settings) {
    settings.proxy.user = user;
    settings.proxy.password = password;
    return settings;
}

TEST(Proxy, CarriesTheConnectionAndSeesOnlyWhereItGoes) {
    FaultServer gateway(good_server(), serve_well);
    FaultServer proxy(good_server(), tunnel_to(gateway.port()));
    HttpsClient client(settings_through(proxy, gateway.port(), "gateway.example"));
    for (int i = 0; i < 3; ++i) {
        const auto response = client.post(a_request());
        ASSERT_EQ(response.outcome, Outcome::answered) << response.problem;
        EXPECT_EQ(response.body, R"({"ok":true})");
        EXPECT_EQ(response.reused, i > 0) << "the tunnel is kept like any connection";
    }
    const std::string where = "gateway.example:" + std::to_string(gateway.port());
    EXPECT_EQ(proxy.seen().last_tunnel, "CONNECT " + where + " HTTP/1.1\r\nHost: " + where + "\r\n\r\n");
    EXPECT_EQ(proxy.seen().connections, 1);
    EXPECT_EQ(gateway.seen().requests, 3);
    EXPECT_EQ(gateway.seen().sni, "gateway.example");
    EXPECT_THAT(gateway.seen().last_request, AllOf(HasSubstr("\r\nHost: " + where), Not(HasSubstr("Proxy"))));
    EXPECT_EQ(client.counters().connections_opened, 1);
}

TEST(Proxy, GetsTheCredentialsAndNobodyElseDoes) {
    FaultServer gateway(good_server(), serve_well);
    FaultServer proxy(good_server(), tunnel_to(gateway.port()));
    HttpsClient client(with_credentials(settings_through(proxy, gateway.port())));
    const auto response = client.post(a_request());
    ASSERT_EQ(response.outcome, Outcome::answered) << response.problem;
    EXPECT_THAT(proxy.seen().last_tunnel,
                HasSubstr("\r\nProxy-Authorization: Basic " + std::string(basic) + "\r\n\r\n"));
    EXPECT_THAT(gateway.seen().last_request, Not(HasSubstr("Proxy-Authorization")));
}

// A long one too: base64 for mail breaks its lines, and a header would end there.
TEST(Proxy, GetsLongCredentialsInOneLine) {
    FaultServer gateway(good_server(), serve_well);
    FaultServer proxy(good_server(), tunnel_to(gateway.port()));
    auto settings = settings_through(proxy, gateway.port());
    settings.proxy.user = std::string(128, 'u');
    settings.proxy.password = std::string(256, 'p');
    EXPECT_EQ(HttpsClient(settings).post(a_request()).outcome, Outcome::answered);
    const std::string head = proxy.seen().last_tunnel;
    const auto line = head.substr(head.find("Proxy-Authorization: "));
    EXPECT_EQ(line.find("\r\n"), std::string("Proxy-Authorization: Basic ").size() + 4 * ((128 + 1 + 256 + 2) / 3));
    EXPECT_TRUE(line.ends_with("\r\n\r\n"));
}

TEST(Proxy, LooksTheGatewaysNameUpItself) {
    FaultServer gateway(good_server(), serve_well);
    FaultServer proxy(good_server(), tunnel_to(gateway.port()));
    NameServer names(Zone{{"proxy.example", {"127.0.0.1"}}});  // knows no gateway.example
    auto settings = settings_through(proxy, gateway.port(), "gateway.example");
    settings.name_servers = names.address();
    EXPECT_EQ(HttpsClient(settings).post(a_request()).outcome, Outcome::answered);
    EXPECT_EQ(names.questions(), 0);
    settings.proxy.host = "proxy.example";
    EXPECT_EQ(HttpsClient(settings).post(a_request()).outcome, Outcome::answered);
    EXPECT_GT(names.questions(), 0);
    settings.proxy.host = "no-such-proxy.example";
    const auto response = HttpsClient(settings).post(a_request());
    EXPECT_EQ(response.fault, Fault::resolve);
    EXPECT_THAT(response.problem,
                AllOf(HasSubstr("no-such-proxy.example"), HasSubstr("check the spelling of proxyUrl")));
}

TEST(Proxy, AnAddressOfIPv6IsBracketed) {
    auto options = good_server();
    options.address = "::1";
    FaultServer gateway(good_server(), serve_well);
    FaultServer proxy(options, tunnel_to(gateway.port()));
    auto settings = settings_through(proxy, gateway.port(), "::1");
    settings.proxy.host = "[::1]";
    const auto response = HttpsClient(settings).post(a_request());
    EXPECT_EQ(response.outcome, Outcome::answered) << response.problem;
    EXPECT_THAT(proxy.seen().last_tunnel, HasSubstr("CONNECT [::1]:" + std::to_string(gateway.port()) + " HTTP/1.1"));
}

TEST(Proxy, OfTheEnvironmentIsNotUsed) {
    FaultServer proxy(good_server(), serve_well);
    FaultServer gateway(good_server(), serve_well);
    const std::string url = "http://127.0.0.1:" + std::to_string(proxy.port());
    const char* const names[] = {"http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    for (const char* name : names)
        ASSERT_EQ(setenv(name, url.c_str(), 1), 0);
    EXPECT_EQ(HttpsClient(settings_for(gateway.port())).post(a_request()).outcome, Outcome::answered);
    for (const char* name : names)
        ASSERT_EQ(unsetenv(name), 0);
    EXPECT_EQ(proxy.seen().connections, 0);
}

TEST(Proxy, ThatAnswersInItsOwnNameIsFoundOut) {
    const Identity stranger = make_self_signed({});
    const Identity other = make_leaf({.names = "DNS:proxy.example"}, authority());
    for (const auto& [identity, fault] :
         {std::pair{&stranger, Fault::tls_untrusted}, std::pair{&other, Fault::tls_host_name}}) {
        ServerOptions options;
        options.identity = identity;
        FaultServer proxy(options, [](Peer& peer) {
            if (peer.read_unencrypted_head() && peer.write_unencrypted(established)) serve_well(peer);
        });
        HttpsClient client(settings_through(proxy, 443, "gateway.example"));
        const auto response = client.post(a_request());
        EXPECT_EQ(response.outcome, Outcome::not_sent);
        EXPECT_EQ(response.fault, fault) << response.problem;
        EXPECT_THAT(response.problem, AllOf(HasSubstr("gateway.example:443"), HasSubstr("(proxyUrl)")));
        EXPECT_TRUE(proxy.wait_until([](const Seen& seen) { return seen.ended == 1; }));
        EXPECT_EQ(proxy.seen().request_bytes, 0);
        EXPECT_EQ(client.counters().requests_written, 0);
    }
}

struct Refusal {
    const char* name;
    std::string answer;
    std::vector<std::string> told;
};

void PrintTo(const Refusal& refusal, std::ostream* out) {
    *out << refusal.name;
}

class ProxyRefusal : public testing::TestWithParam<Refusal> {};

// Nothing is sent, the sentence names the keys, and nothing that the proxy wrote is repeated.
TEST_P(ProxyRefusal, IsNotSentAndTold) {
    for (const bool credentials : {false, true}) {
        FaultServer proxy(good_server(), answer_in_clear(GetParam().answer));
        const auto open = settings_through(proxy, 443, "gateway.example");
        HttpsClient client(credentials ? with_credentials(open) : open);
        auto request = a_request();
        bool begun = false;
        request.before_first_byte = [&] { return begun = true; };
        const auto response = client.post(request);
        EXPECT_EQ(response.outcome, Outcome::not_sent);
        EXPECT_EQ(response.fault, Fault::proxy) << response.problem;
        EXPECT_EQ(response.first_byte_ms, -1);
        EXPECT_FALSE(begun) << "the request may still be recalled";
        EXPECT_EQ(response.status, 0) << "a proxy's status is not the gateway's";
        EXPECT_EQ(client.counters().requests_written, 0);
        for (const std::string& told : GetParam().told)
            EXPECT_THAT(response.problem, HasSubstr(told));
        EXPECT_THAT(response.problem, AllOf(HasSubstr("proxyUrl"), Not(HasSubstr("ECHO")), Not(HasSubstr(password)),
                                            Not(HasSubstr(basic))));
        EXPECT_LT(response.problem.size(), 440U) << "fits paydrv_problem.text";
        EXPECT_TRUE(proxy.wait_until([](const Seen& seen) { return seen.ended == 1; })) << "the connection is dropped";
        EXPECT_EQ(proxy.seen().connections, 1);
        EXPECT_EQ(proxy.seen().tunnels, 1);
    }
}

std::string refusal(const std::string& status) {
    return "HTTP/1.1 " + status + " ECHO " + basic + "\r\nContent-Length: 100000\r\n\r\nECHO " + password;
}

INSTANTIATE_TEST_SUITE_P(
    With, ProxyRefusal,
    testing::Values(Refusal{"credentials_wanted", refusal("407"), {"HTTP status 407", "proxyUser", "proxyPassword"}},
                    Refusal{"forbidden", refusal("403"), {"HTTP status 403", "allow CONNECT"}},
                    Refusal{"no_such_method", refusal("405"), {"allow CONNECT"}},
                    Refusal{"gateway_not_reached", refusal("502"), {"could not reach the gateway"}},
                    Refusal{"gateway_timed_out", refusal("504"), {"could not reach the gateway"}},
                    Refusal{"redirect", refusal("302"), {"HTTP status 302", "an HTTP proxy"}},
                    Refusal{"not_found", refusal("404"), {"HTTP status 404"}},
                    Refusal{"garbage", "ECHO what is this\r\n\r\n", {"cannot be read", "HTTP/1.1"}},
                    Refusal{"a_mail_server", "220 ECHO ESMTP\r\n", {"cannot be read"}},
                    Refusal{"broken_header", "HTTP/1.1 200 OK\r\nECHO\r\n\r\n", {"cannot be read"}},
                    Refusal{"switching", "HTTP/1.1 101 ECHO\r\n\r\n", {"cannot be read", "101"}},
                    Refusal{"bytes_behind_the_answer", std::string(established) + "ECHO", {"more than its answer"}},
                    Refusal{"an_answer_in_the_gateways_place",
                            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nECHO",
                            {"more than its answer"}},
                    Refusal{"a_long_line", "HTTP/1.1 200 " + std::string(max_head_bytes, 'x'), {"larger than"}},
                    Refusal{"many_headers",
                            [] {
                                std::string text = "HTTP/1.1 200 OK\r\n";
                                for (int i = 0; i <= max_head_fields; ++i)
                                    text += "A: ECHO\r\n";
                                return text;
                            }(),
                            {"more than 100 header fields"}}),
    [](const auto& test) { return test.param.name; });

TEST(Proxy, TellsWhetherCredentialsAreMissingOrWrong) {
    FaultServer proxy(good_server(), answer_in_clear(refusal("407")));
    const auto open = settings_through(proxy, 443);
    EXPECT_THAT(HttpsClient(open).post(a_request()).problem, HasSubstr("It wants credentials: give proxyUser"));
    EXPECT_THAT(HttpsClient(with_credentials(open)).post(a_request()).problem,
                HasSubstr("does not accept these credentials: check proxyUser"));
}

TEST(Proxy, ThatBreaksOffIsTold) {
    for (const bool reset : {false, true}) {
        FaultServer proxy(good_server(), [reset](Peer& peer) {
            if (!peer.read_unencrypted_head() || !peer.write_unencrypted("HTTP/1.1 200 OK\r\n")) return;
            reset ? peer.close_by_reset() : peer.close_bare();
        });
        const auto response = HttpsClient(settings_through(proxy, 443)).post(a_request());
        EXPECT_EQ(response.outcome, Outcome::not_sent);
        EXPECT_EQ(response.fault, Fault::proxy);
        EXPECT_THAT(response.problem, AllOf(HasSubstr("the proxy "), HasSubstr("check that proxyUrl")));
        EXPECT_EQ(proxy.seen().connections, 1);
    }
}

TEST(Proxy, ThatIsNotThereIsTold) {
    auto settings = settings_for(443);
    settings.proxy.host = "127.0.0.1";
    settings.proxy.port = closed_port();
    const auto response = HttpsClient(settings).post(a_request());
    EXPECT_EQ(response.fault, Fault::connect);
    EXPECT_THAT(response.problem, AllOf(HasSubstr("the proxy 127.0.0.1:"), HasSubstr("its firewall and proxyUrl")));
}

TEST(Proxy, ThatSpeaksNoTlsAfterItsAnswerIsTold) {
    FaultServer proxy(good_server(), [](Peer& peer) {
        if (!peer.read_unencrypted_head() || !peer.write_unencrypted(established)) return;
        if (peer.read_unencrypted_byte()) peer.write_unencrypted("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        peer.await_client_end();
    });
    HttpsClient client(settings_through(proxy, 443, "gateway.example"));
    const auto response = client.post(a_request());
    EXPECT_EQ(response.outcome, Outcome::not_sent);
    EXPECT_EQ(response.fault, Fault::tls_other) << response.problem;
    EXPECT_THAT(response.problem, AllOf(HasSubstr("gateway.example:443 through the proxy "), HasSubstr("(proxyUrl)")));
    EXPECT_EQ(client.counters().requests_written, 0);
}

TEST(Proxy, WithInterimAnswersAndFieldsOfABodyStillOpensTheTunnel) {
    FaultServer proxy(good_server(), [](Peer& peer) {
        if (!peer.read_unencrypted_head()) return;
        peer.drip_raw(1);
        peer.write_unencrypted(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 204 x\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n");
        peer.drip_raw(0);
        serve_well(peer);
    });
    const auto response = HttpsClient(settings_through(proxy, 443)).post(a_request());
    EXPECT_EQ(response.outcome, Outcome::answered) << response.problem;
}

struct SlowProxyCase {
    const char* name;
    Script script;
};

void PrintTo(const SlowProxyCase& slow, std::ostream* out) {
    *out << slow.name;
}

class SlowProxy : public testing::TestWithParam<SlowProxyCase> {};

TEST_P(SlowProxy, CannotStretchTheDeadline) {
    FaultServer proxy(good_server(), GetParam().script);
    HttpsClient client(settings_through(proxy, 443));
    const auto response = client.post(a_request(short_ms));
    EXPECT_EQ(response.outcome, Outcome::not_sent);
    EXPECT_EQ(response.fault, Fault::deadline) << response.problem;
    EXPECT_GE(response.total_ms, short_ms);
    EXPECT_LT(response.total_ms, bound_ms);
    EXPECT_THAT(response.problem, HasSubstr("proxyUrl"));
    EXPECT_TRUE(proxy.wait_until([](const Seen& seen) { return seen.ended == 1; }));
    EXPECT_EQ(client.counters().requests_written, 0);
}

Script after_head(const std::function<void(Peer&)>& then) {
    return [then](Peer& peer) {
        if (peer.read_unencrypted_head()) then(peer);
    };
}

INSTANTIATE_TEST_SUITE_P(
    That, SlowProxy,
    testing::Values(SlowProxyCase{"accepts_and_is_silent", [](Peer& peer) { peer.await_client_end(); }},
                    SlowProxyCase{"drips_its_answer", after_head([](Peer& peer) {
                                      peer.drip_raw(50);
                                      peer.write_unencrypted(established);
                                  })},
                    SlowProxyCase{"sends_fields_without_end", after_head([](Peer& peer) {
                                      if (!peer.write_unencrypted("HTTP/1.1 200 OK\r\n")) return;
                                      while (peer.write_unencrypted("A: x\r\n") && peer.pause(10)) {
                                      }
                                  })},
                    SlowProxyCase{"is_silent_in_the_tunnel", after_head([](Peer& peer) {
                                      if (peer.write_unencrypted(established)) peer.await_client_end();
                                  })},
                    SlowProxyCase{"drips_in_the_tunnel", after_head([](Peer& peer) {
                                      if (!peer.write_unencrypted(established)) return;
                                      peer.drip_raw(50);
                                      peer.handshake();
                                  })}),
    [](const auto& test) { return test.param.name; });

TEST(Proxy, AStopEndsTheWaitForItsAnswer) {
    FaultServer proxy(good_server(), answer_in_clear("HTTP/1.1 200 OK\r\n"));
    HttpsClient client(settings_through(proxy, 443));
    HttpsResponse response;
    std::thread post([&] { response = client.post(a_request()); });
    EXPECT_TRUE(proxy.wait_until([](const Seen& seen) { return seen.tunnels == 1; }));
    client.stop();
    post.join();
    EXPECT_EQ(response.fault, Fault::stopped);
    EXPECT_EQ(response.outcome, Outcome::not_sent);
    EXPECT_LT(response.total_ms, ample_ms);
}

// The proxy closes the kept tunnel: the next request opens another one and goes out once.
TEST(Proxy, AClosedTunnelIsReplaced) {
    FaultServer gateway(good_server(), [](Peer& peer) {
        if (peer.handshake() && peer.read_request() && peer.write(answer("{}"))) peer.close_in_order();
    });
    FaultServer proxy(good_server(), tunnel_to(gateway.port()));
    HttpsClient client(settings_through(proxy, gateway.port()));
    for (int i = 1; i <= 3; ++i) {
        EXPECT_EQ(client.post(a_request()).outcome, Outcome::answered);
        EXPECT_TRUE(proxy.wait_until([i](const Seen& seen) { return seen.ended == i; }));
    }
    EXPECT_EQ(gateway.seen().requests, 3);
    EXPECT_EQ(proxy.seen().tunnels, 3);
}

}  // namespace
}  // namespace paydrv::net::tests
