// One total deadline, whatever the server does with the time.
#include <functional>

#include "client_fixture.h"

namespace paydrv::net::tests {
namespace {

constexpr std::int64_t drip_ms = 50;

struct Slow {
    const char* name;
    Outcome outcome;
    int requests;
    Script script;
};

void PrintTo(const Slow& slow, std::ostream* out) {
    *out << slow.name;
}

class SlowServer : public testing::TestWithParam<Slow> {};

TEST_P(SlowServer, CannotStretchTheDeadline) {
    FaultServer server(good_server(), GetParam().script);
    HttpsClient client(settings_for(server.port()));
    const Stopwatch watch;
    const auto response = client.post(a_request(short_ms));
    EXPECT_GE(watch.ms(), short_ms);
    EXPECT_LT(watch.ms(), bound_ms);
    EXPECT_EQ(response.fault, Fault::deadline) << name_of(response.fault) << ": " << response.problem;
    EXPECT_EQ(response.outcome, GetParam().outcome);
    EXPECT_FALSE(response.problem.empty());
    EXPECT_EQ(response.status, 0);
    EXPECT_EQ(response.body, "");
    EXPECT_TRUE(server.wait_until([](const Seen& seen) { return seen.ended == 1; })) << "the connection is dropped";
    EXPECT_EQ(server.seen().requests, GetParam().requests);
    EXPECT_EQ(server.seen().connections, 1);
}

Script after_request(const std::function<void(Peer&)>& then) {
    return [then](Peer& peer) {
        if (peer.handshake() && peer.read_request()) then(peer);
    };
}

INSTANTIATE_TEST_SUITE_P(
    That, SlowServer,
    testing::Values(Slow{"accepts_and_is_silent", Outcome::not_sent, 0, [](Peer& peer) { peer.await_client_end(); }},
                    Slow{"drips_the_handshake", Outcome::not_sent, 0,
                         [](Peer& peer) {
                             peer.drip_raw(drip_ms);
                             peer.handshake();
                         }},
                    Slow{"does_not_answer", Outcome::unknown, 1,
                         after_request([](Peer& peer) { peer.await_client_end(); })},
                    Slow{"drips_the_head", Outcome::unknown, 1,
                         after_request([](Peer& peer) { peer.write_dripping(answer("{}"), drip_ms); })},
                    Slow{"drips_the_body", Outcome::unknown, 1, after_request([](Peer& peer) {
                             if (peer.write("HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n"))
                                 peer.write_dripping(std::string(60, 'x'), drip_ms);
                         })},
                    Slow{"drips_inside_a_record", Outcome::unknown, 1, after_request([](Peer& peer) {
                             peer.drip_raw(drip_ms);
                             peer.write(answer("{}"));
                         })},
                    Slow{"floods_with_interim_chunks", Outcome::unknown, 1, after_request([](Peer& peer) {
                             if (!peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")) return;
                             while (peer.write("A: x\r\n") && peer.pause(10)) {
                             }
                         })}),
    [](const auto& test) { return test.param.name; });

TEST(Deadline, ABlackHoleEndsInTime) {
    BlackHole hole("127.0.0.1");
    HttpsClient client(settings_for(hole.port()));
    const auto response = client.post(a_request(short_ms));
    EXPECT_EQ(response.outcome, Outcome::not_sent);
    EXPECT_EQ(response.fault, Fault::deadline) << response.problem;
    EXPECT_GE(response.total_ms, short_ms);
    EXPECT_LT(response.total_ms, bound_ms);
}

TEST(Deadline, AClosedPortIsToldAtOnce) {
    HttpsClient client(settings_for(closed_port()));
    const auto response = client.post(a_request());
    EXPECT_EQ(response.outcome, Outcome::not_sent);
    EXPECT_EQ(response.fault, Fault::connect);
    EXPECT_LT(response.total_ms, bound_ms);
    EXPECT_NE(response.problem.find("refused"), std::string::npos) << response.problem;
}

TEST(Deadline, AServerThatDoesNotReadEndsTheSendingInTime) {
    FaultServer server(good_server(), [](Peer& peer) {
        if (peer.handshake()) peer.wait_for_permission();
    });
    HttpsClient client(settings_for(server.port()));
    auto request = a_request(1'000);
    request.body.assign(16 * 1024 * 1024, 'x');  // more than the buffers of both sockets hold
    const auto response = client.post(request);
    EXPECT_EQ(response.outcome, Outcome::unknown);
    EXPECT_EQ(response.fault, Fault::deadline) << response.problem;
    EXPECT_LT(response.total_ms, 5'000);
    EXPECT_EQ(client.counters().requests_written, 1);
}

TEST(Deadline, NoTimeAtAllSendsNothing) {
    FaultServer server(good_server(), serve_well);
    HttpsClient client(settings_for(server.port()));
    ASSERT_EQ(client.post(a_request()).outcome, Outcome::answered);
    for (const std::int64_t ms : {std::int64_t{0}, std::int64_t{-5}}) {
        const auto response = client.post(a_request(ms));
        EXPECT_EQ(response.outcome, Outcome::not_sent);
        EXPECT_EQ(response.fault, Fault::deadline);
    }
    EXPECT_EQ(server.seen().requests, 1);
}

}  // namespace
}  // namespace paydrv::net::tests
