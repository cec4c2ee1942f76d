// The certificate, the host name, the versions: who may be talked to at all.
#include <gmock/gmock.h>
#include <openssl/err.h>

#include "client_fixture.h"

namespace paydrv::net::tests {
namespace {

using testing::HasSubstr;

struct Refused {
    const char* name;
    Fault fault;
    Identity (*make)();
    const char* told;
};

void PrintTo(const Refused& refused, std::ostream* out) {
    *out << refused.name;
}

class Certificates : public testing::TestWithParam<Refused> {};

TEST_P(Certificates, AreRefusedBeforeAnyByteOfTheRequest) {
    const Identity identity = GetParam().make();
    auto options = good_server();
    options.identity = &identity;
    FaultServer server(options, serve_well);
    HttpsClient client(settings_for(server.port()));
    const auto response = client.post(a_request());
    EXPECT_EQ(response.outcome, Outcome::not_sent);
    EXPECT_EQ(response.fault, GetParam().fault) << name_of(response.fault) << ": " << response.problem;
    EXPECT_THAT(response.problem, HasSubstr(GetParam().told));
    EXPECT_TRUE(server.wait_until([](const Seen& seen) { return seen.ended == 1; }));
    EXPECT_EQ(server.seen().request_bytes, 0);
    EXPECT_EQ(ERR_peek_error(), 0UL) << "the thread's OpenSSL error queue is left clean";
}

Identity wrong_host() {
    return make_leaf({.names = "DNS:evil.example"}, authority());
}
Identity expired() {
    return make_leaf({.valid_from_s = -3600, .valid_to_s = -60}, authority());
}
Identity not_yet_valid() {
    return make_leaf({.valid_from_s = 3600, .valid_to_s = 7200}, authority());
}
Identity self_signed() {
    return make_self_signed({});
}
Identity of_another_authority() {
    return make_leaf({}, make_authority("another CA"));
}

INSTANTIATE_TEST_SUITE_P(Of, Certificates,
                         testing::Values(Refused{"wrong_host", Fault::tls_host_name, wrong_host, "evil.example"},
                                         Refused{"expired", Fault::tls_time, expired, "clock"},
                                         Refused{"not_yet_valid", Fault::tls_time, not_yet_valid, "clock"},
                                         Refused{"self_signed", Fault::tls_untrusted, self_signed, "CA file"},
                                         Refused{"other_authority", Fault::tls_untrusted, of_another_authority,
                                                 "another CA"}),
                         [](const auto& test) { return test.param.name; });

// A handshake that takes longer than a connect may, and ends within the deadline, is checked like any other.
TEST(Tls, ADelayedHandshakeDoesNotGetPastTheHostCheck) {
    const Identity identity = wrong_host();
    auto options = good_server();
    options.identity = &identity;
    FaultServer server(options, [](Peer& peer) {
        if (peer.pause(700)) serve_well(peer);
    });
    HttpsClient client(settings_for(server.port()));
    const auto response = client.post(a_request());
    EXPECT_EQ(response.outcome, Outcome::not_sent);
    EXPECT_EQ(response.fault, Fault::tls_host_name) << response.problem;
    EXPECT_GE(response.total_ms, 700);
    EXPECT_TRUE(server.wait_until([](const Seen& seen) { return seen.ended == 1; }));
    EXPECT_EQ(server.seen().request_bytes, 0);
}

TEST(Tls, AWrongNameIsRefusedOnLoopbackToo) {
    const Identity identity = make_leaf({.names = "DNS:gateway.example"}, authority());
    auto options = good_server();
    options.identity = &identity;
    FaultServer server(options, serve_well);
    EXPECT_EQ(HttpsClient(settings_for(server.port(), "localhost")).post(a_request()).fault, Fault::tls_host_name);
    EXPECT_EQ(HttpsClient(settings_for(server.port(), "127.0.0.1")).post(a_request()).fault, Fault::tls_host_name);
}

TEST(Tls, ANameIsSentAsServerName) {
    FaultServer server(good_server(), serve_well);
    HttpsClient client(settings_for(server.port(), "localhost."));
    const auto response = client.post(a_request());
    EXPECT_EQ(response.outcome, Outcome::answered) << response.problem;
    EXPECT_EQ(server.seen().sni, "localhost");
}

TEST(Tls, AnIpv6LiteralIsCheckedAndHasNoServerName) {
    auto options = good_server();
    options.address = "::1";
    FaultServer server(options, serve_well);
    HttpsClient client(settings_for(server.port(), "[::1]"));
    const auto response = client.post(a_request());
    EXPECT_EQ(response.outcome, Outcome::answered) << response.problem;
    EXPECT_EQ(server.seen().sni, "");
    EXPECT_THAT(server.seen().last_request, HasSubstr("Host: [::1]:" + std::to_string(server.port()) + "\r\n"));
}

TEST(Tls, OlderThan12IsRefused) {
    auto options = good_server();
    options.max_tls_version = TLS1_1_VERSION;
    FaultServer server(options, serve_well);
    HttpsClient client(settings_for(server.port()));
    const auto response = client.post(a_request());
    EXPECT_EQ(response.outcome, Outcome::not_sent);
    EXPECT_EQ(response.fault, Fault::tls_other) << name_of(response.fault);
    EXPECT_THAT(response.problem, HasSubstr("TLS 1.2"));
}

TEST(Tls, TheSystemDoesNotTrustTheTestAuthority) {
    FaultServer server(good_server(), serve_well);
    auto settings = settings_for(server.port());
    settings.ca_file.clear();
    EXPECT_EQ(HttpsClient(settings).post(a_request()).fault, Fault::tls_untrusted);
}

TEST(Tls, GarbageInsteadOfAHandshakeIsNamed) {
    FaultServer server(good_server(), [](Peer& peer) { peer.write_unencrypted("HTTP/1.1 400 Bad Request\r\n\r\n"); });
    const auto response = HttpsClient(settings_for(server.port())).post(a_request());
    EXPECT_EQ(response.outcome, Outcome::not_sent);
    EXPECT_EQ(response.fault, Fault::tls_other) << name_of(response.fault);
    EXPECT_EQ(ERR_peek_error(), 0UL);
}

// An orderly end is what OpenSSL reports as a failure, and then an older entry in the queue would be taken for its
// reason.
TEST(Tls, AnErrorLeftByTheHostIsNotTakenForOurs) {
    FaultServer server(good_server(), [](Peer& peer) {
        if (!peer.handshake() || !peer.read_request() || !peer.write("HTTP/1.1 200 OK\r\n\r\n{}")) return;
        peer.close_in_order();
    });
    HttpsClient client(settings_for(server.port()));
    auto request = a_request();
    request.before_first_byte = [] {
        ERR_raise(ERR_LIB_USER, 1);
        return true;
    };
    const auto response = client.post(request);
    EXPECT_EQ(response.outcome, Outcome::answered) << response.problem;
    EXPECT_EQ(response.body, "{}");
}

}  // namespace
}  // namespace paydrv::net::tests
