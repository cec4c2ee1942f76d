// A POST goes out at most once: the server's count of complete requests is the proof.
#include <openssl/err.h>
#include <pthread.h>
#include <signal.h>

#include <atomic>

#include "client_fixture.h"

namespace paydrv::net::tests {
namespace {

struct Ending {
    const char* name;
    void (Peer::*close)();
};

void PrintTo(const Ending& ending, std::ostream* out) {
    *out << ending.name;
}

const auto endings = testing::Values(Ending{"in_order", &Peer::close_in_order}, Ending{"bare", &Peer::close_bare},
                                     Ending{"by_reset", &Peer::close_by_reset},
                                     Ending{"by_end_and_reset", &Peer::close_by_end_and_reset});
const auto name_of_ending = [](const auto& test) { return test.param.name; };

class IdleClose : public testing::TestWithParam<Ending> {};

TEST_P(IdleClose, IsNoticedBeforeTheNextPost) {
    FaultServer server(good_server(), [](Peer& peer) {
        if (!peer.handshake() || !peer.read_request() || !peer.write(answer("{}"))) return;
        peer.wait_for_permission();
        (peer.*GetParam().close)();
    });
    HttpsClient client(settings_for(server.port()));
    for (int i = 0; i < 4; ++i) {
        const auto response = client.post(a_request());
        ASSERT_EQ(response.outcome, Outcome::answered) << response.problem;
        EXPECT_FALSE(response.reused);
        server.permit();
        ASSERT_TRUE(server.wait_until([i](const Seen& seen) { return seen.closed == i + 1; }));
    }
    EXPECT_EQ(server.seen().requests, 4);
    EXPECT_EQ(server.seen().connections, 4);
    EXPECT_EQ(client.counters().stale_dropped, 3);
}

INSTANTIATE_TEST_SUITE_P(Of, IdleClose, endings, name_of_ending);

class CloseAfterReading : public testing::TestWithParam<Ending> {};

// On a kept connection, where other clients send again.
TEST_P(CloseAfterReading, IsUnknownAndNotSentAgain) {
    FaultServer server(good_server(), [](Peer& peer) {
        if (!peer.handshake() || !peer.read_request() || !peer.write(answer("{}")) || !peer.read_request()) return;
        (peer.*GetParam().close)();
    });
    HttpsClient client(settings_for(server.port()));
    ASSERT_EQ(client.post(a_request()).outcome, Outcome::answered);
    const auto response = client.post(a_request());
    EXPECT_TRUE(response.reused);
    EXPECT_EQ(response.outcome, Outcome::unknown);
    EXPECT_EQ(response.fault, Fault::closed) << response.problem;
    EXPECT_EQ(ERR_peek_error(), 0UL) << "the thread's OpenSSL error queue is left clean";
    EXPECT_EQ(server.seen().requests, 2);
    EXPECT_EQ(server.seen().connections, 1);
    ASSERT_EQ(client.post(a_request()).outcome, Outcome::answered);
    EXPECT_EQ(server.seen().requests, 3);
}

INSTANTIATE_TEST_SUITE_P(Of, CloseAfterReading, endings, name_of_ending);

class CloseInTheAnswer : public testing::TestWithParam<Ending> {};

TEST_P(CloseInTheAnswer, IsABrokenAnswer) {
    FaultServer server(good_server(), [](Peer& peer) {
        if (!peer.handshake() || !peer.read_request()) return;
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n1234567");
        (peer.*GetParam().close)();
    });
    HttpsClient client(settings_for(server.port()));
    const auto response = client.post(a_request());
    EXPECT_EQ(response.outcome, Outcome::unknown);
    const bool reset = GetParam().close == &Peer::close_by_reset || GetParam().close == &Peer::close_by_end_and_reset;
    // A reset may overtake the bytes that were sent before it.
    EXPECT_TRUE(response.fault == Fault::broken_answer || (reset && response.fault == Fault::closed))
        << response.problem;
    EXPECT_EQ(server.seen().requests, 1);
    EXPECT_EQ(server.seen().connections, 1);
}

INSTANTIATE_TEST_SUITE_P(Of, CloseInTheAnswer, endings, name_of_ending);

// Some of the request has left when the connection dies: no other connection may be opened for it.
class CloseWhileSending : public testing::TestWithParam<Ending> {};

TEST_P(CloseWhileSending, IsUnknownAndNotSentAgain) {
    FaultServer server(good_server(), [](Peer& peer) {
        if (!peer.handshake() || !peer.read_request() || !peer.write(answer("{}")) || !peer.read_some()) return;
        (peer.*GetParam().close)();
    });
    HttpsClient client(settings_for(server.port()));
    ASSERT_EQ(client.post(a_request()).outcome, Outcome::answered);
    auto request = a_request();
    request.body.assign(16 * 1024 * 1024, 'x');  // more than the buffers of both sockets hold
    const auto response = client.post(request);
    EXPECT_TRUE(response.reused);
    EXPECT_EQ(response.outcome, Outcome::unknown);
    EXPECT_EQ(response.fault, Fault::closed) << response.problem;
    EXPECT_EQ(server.seen().connections, 1);
    EXPECT_EQ(client.counters().requests_written, 2);
}

INSTANTIATE_TEST_SUITE_P(Of, CloseWhileSending, endings, name_of_ending);

// The connection dies between the check and the first byte: the one window in which another connection is safe.
class DeathBeforeTheFirstByte : public testing::TestWithParam<Ending> {};

TEST_P(DeathBeforeTheFirstByte, OpensAnotherConnection) {
    FaultServer server(good_server(), [](Peer& peer) {
        if (!peer.handshake() || !peer.read_request() || !peer.write(answer("{}"))) return;
        peer.wait_for_permission();
        (peer.*GetParam().close)();
    });
    HttpsClient client(settings_for(server.port()));
    ASSERT_EQ(client.post(a_request()).outcome, Outcome::answered);
    int asked = 0;
    auto request = a_request();
    request.before_first_byte = [&] {
        ++asked;
        server.permit();
        return server.wait_until([](const Seen& seen) { return seen.closed == 1; });
    };
    const auto response = client.post(request);
    EXPECT_EQ(response.outcome, Outcome::answered) << response.problem;
    EXPECT_FALSE(response.reused);
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(server.seen().requests, 2);
    EXPECT_EQ(server.seen().connections, 2);
    EXPECT_EQ(client.counters().requests_written, 2);
    EXPECT_EQ(client.counters().stale_dropped, 1);
}

INSTANTIATE_TEST_SUITE_P(Of, DeathBeforeTheFirstByte,
                         testing::Values(Ending{"by_reset", &Peer::close_by_reset},
                                         Ending{"by_end_and_reset", &Peer::close_by_end_and_reset}),
                         name_of_ending);

// A write on a connection that is gone raises SIGPIPE, which ends a host that did not ask for a payment driver's
// signals.
TEST(Sigpipe, IsNotRaisedInAThreadThatWouldDieOfIt) {
    sigset_t pipe_only;
    sigset_t before;
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    ASSERT_EQ(pthread_sigmask(SIG_UNBLOCK, &pipe_only, &before), 0);
    ASSERT_NE(signal(SIGPIPE, SIG_DFL), SIG_ERR);
    FaultServer server(good_server(), [](Peer& peer) {
        if (!peer.handshake() || !peer.read_request() || !peer.write(answer("{}"))) return;
        peer.wait_for_permission();
        peer.close_by_end_and_reset();
    });
    HttpsClient client(settings_for(server.port()));
    ASSERT_EQ(client.post(a_request()).outcome, Outcome::answered);
    auto request = a_request();
    request.before_first_byte = [&] {
        server.permit();
        return server.wait_until([](const Seen& seen) { return seen.closed == 1; });
    };
    EXPECT_EQ(client.post(request).outcome, Outcome::answered);
    sigset_t after;
    pthread_sigmask(SIG_SETMASK, &before, &after);
    EXPECT_EQ(sigismember(&after, SIGPIPE), 0) << "the thread's mask is the host's own";
}

TEST(Recall, WritesNothing) {
    FaultServer server(good_server(), serve_well);
    HttpsClient client(settings_for(server.port()));
    int asked = 0;
    auto request = a_request();
    request.before_first_byte = [&] {
        ++asked;
        return false;
    };
    const auto response = client.post(request);
    EXPECT_EQ(response.outcome, Outcome::not_sent);
    EXPECT_EQ(response.fault, Fault::recalled);
    EXPECT_EQ(response.first_byte_ms, -1);
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(server.seen().connections, 1);
    EXPECT_EQ(server.seen().request_bytes, 0);
    EXPECT_EQ(client.counters().requests_written, 0);
}

TEST(Recall, IsNotAskedBeforeTheConnectionStands) {
    HttpsClient client(settings_for(closed_port()));
    std::atomic<int> asked{0};
    auto request = a_request();
    request.before_first_byte = [&] {
        ++asked;
        return true;
    };
    EXPECT_EQ(client.post(request).outcome, Outcome::not_sent);
    EXPECT_EQ(asked, 0);
}

TEST(Recall, LeavesAKeptConnectionInThePool) {
    FaultServer server(good_server(), serve_well);
    HttpsClient client(settings_for(server.port()));
    ASSERT_EQ(client.post(a_request()).outcome, Outcome::answered);
    auto request = a_request();
    request.before_first_byte = [] { return false; };
    EXPECT_EQ(client.post(request).fault, Fault::recalled);
    EXPECT_TRUE(client.post(a_request()).reused);
    EXPECT_EQ(server.seen().connections, 1);
    EXPECT_EQ(server.seen().requests, 2);
}

}  // namespace
}  // namespace paydrv::net::tests
