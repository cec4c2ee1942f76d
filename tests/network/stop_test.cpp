// stop() ends a post in whatever phase it is.
#include <chrono>
#include <fstream>
#include <functional>
#include <future>
#include <locale>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

#include "client_fixture.h"
#include "name_server.h"

namespace paydrv::net::tests {
namespace {

constexpr std::int64_t stop_bound_ms = 1'000;  // promised are 100 ms, on a machine with time to spare

// Posts on another thread, waits until the phase is reached, stops.
HttpsResponse stopped_in(HttpsClient& client, const HttpsRequest& request, const std::function<bool()>& phase_reached) {
    auto response = std::async(std::launch::async, [&] { return client.post(request); });
    EXPECT_TRUE(phase_reached());
    const Stopwatch watch;
    client.stop();
    auto result = response.get();
    EXPECT_LT(watch.ms(), stop_bound_ms);
    EXPECT_EQ(result.fault, Fault::stopped) << name_of(result.fault) << ": " << result.problem;
    return result;
}

TEST(Stop, EndsALookUp) {
    NameServer names(Zone{});
    names.set_silent(true);
    auto settings = settings_for(443, "gateway.example");
    settings.name_servers = names.address();
    HttpsClient client(settings);
    const auto response = stopped_in(client, a_request(), [&] { return names.wait_for_question(); });
    EXPECT_EQ(response.outcome, Outcome::not_sent);
}

// The system's table of sockets shows one that waits for the answer to its first packet.
bool connecting_to(std::uint16_t port) {
    std::ostringstream row;
    row.imbue(std::locale::classic());
    row << ":" << std::hex << std::uppercase;
    row.width(4);
    row.fill('0');
    row << port << " 02 ";
    std::ifstream table("/proc/self/net/tcp");
    int waiting = 0;
    for (std::string line; std::getline(table, line);)
        if (line.find(row.str()) != std::string::npos) ++waiting;
    return waiting > 0;
}

TEST(Stop, EndsAConnect) {
    BlackHole hole("127.0.0.7");
    HttpsClient client(settings_for(hole.port(), "127.0.0.7"));
    const auto response = stopped_in(client, a_request(), [&] {
        const auto deadline = Deadline::in_ms(10'000);
        while (!connecting_to(hole.port()) && !deadline.passed())
            std::this_thread::yield();
        return connecting_to(hole.port());
    });
    EXPECT_EQ(response.outcome, Outcome::not_sent);
}

TEST(Stop, EndsAHandshake) {
    FaultServer server(good_server(), [](Peer& peer) { peer.await_client_end(); });
    HttpsClient client(settings_for(server.port()));
    const auto response = stopped_in(
        client, a_request(), [&] { return server.wait_until([](const Seen& seen) { return seen.connections == 1; }); });
    EXPECT_EQ(response.outcome, Outcome::not_sent);
}

TEST(Stop, EndsTheSending) {
    FaultServer server(good_server(), [](Peer& peer) {
        if (peer.handshake()) peer.wait_for_permission();
    });
    HttpsClient client(settings_for(server.port()));
    auto request = a_request();
    request.body.assign(16 * 1024 * 1024, 'x');
    std::promise<void> about_to_send;
    request.before_first_byte = [&] {
        about_to_send.set_value();
        return true;
    };
    const auto response = stopped_in(client, request, [&] {
        return about_to_send.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready;
    });
    EXPECT_NE(response.outcome, Outcome::answered);
}

TEST(Stop, EndsTheWaitForAnAnswer) {
    FaultServer server(good_server(), [](Peer& peer) {
        if (peer.handshake() && peer.read_request()) peer.await_client_end();
    });
    HttpsClient client(settings_for(server.port()));
    const auto response = stopped_in(
        client, a_request(), [&] { return server.wait_until([](const Seen& seen) { return seen.requests == 1; }); });
    EXPECT_EQ(response.outcome, Outcome::unknown);
}

TEST(Stop, RefusesLaterPosts) {
    FaultServer server(good_server(), serve_well);
    HttpsClient client(settings_for(server.port()));
    ASSERT_EQ(client.post(a_request()).outcome, Outcome::answered);
    client.stop();
    client.stop();
    const auto response = client.post(a_request());
    EXPECT_EQ(response.outcome, Outcome::not_sent);
    EXPECT_EQ(response.fault, Fault::stopped);
    EXPECT_EQ(server.seen().requests, 1);
}

TEST(Stop, TheDestructorEndsARunningPost) {
    FaultServer server(good_server(), [](Peer& peer) { peer.await_client_end(); });
    auto client = std::make_unique<HttpsClient>(settings_for(server.port()));
    auto response = std::async(std::launch::async, [raw = client.get()] { return raw->post(a_request()); });
    ASSERT_TRUE(server.wait_until([](const Seen& seen) { return seen.connections == 1; }));
    const Stopwatch watch;
    client.reset();
    EXPECT_LT(watch.ms(), stop_bound_ms);
    EXPECT_EQ(response.get().fault, Fault::stopped);
}

}  // namespace
}  // namespace paydrv::net::tests
