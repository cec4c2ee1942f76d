// Names and addresses: dead ones beside live ones, name servers that fail.
#include <gmock/gmock.h>

#include <memory>

#include "client_fixture.h"
#include "name_server.h"

namespace paydrv::net::tests {
namespace {

using testing::HasSubstr;

HttpsSettings settings_by_name(std::uint16_t port, const NameServer& names,
                               const std::string& host = "gateway.example") {
    auto settings = settings_for(port, host);
    settings.name_servers = names.address();
    return settings;
}

TEST(Addresses, ANameIsResolvedAndItsAddressesKept) {
    FaultServer server(good_server(), serve_text(answer("{}", "Connection: close\r\n")));
    NameServer names(Zone{{"gateway.example", {"127.0.0.1"}}});
    HttpsClient client(settings_by_name(server.port(), names));
    EXPECT_EQ(client.post(a_request()).outcome, Outcome::answered);
    const int questions = names.questions();
    EXPECT_GT(questions, 0);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(client.post(a_request()).outcome, Outcome::answered);
    EXPECT_EQ(names.questions(), questions) << "fresh addresses are used without asking";
    EXPECT_EQ(server.seen().connections, 4);
}

TEST(Addresses, AServerOnOneFamilyOnlyIsFoundByANameOfBoth) {
    for (const std::string address : {"::1", "127.0.0.1"}) {
        auto options = good_server();
        options.address = address;
        FaultServer server(options, serve_well);
        NameServer names(Zone{{"gateway.example", {"127.0.0.1", "::1"}}});
        const auto response = HttpsClient(settings_by_name(server.port(), names)).post(a_request());
        EXPECT_EQ(response.outcome, Outcome::answered) << address << ": " << response.problem;
        EXPECT_EQ(server.seen().requests, 1);
    }
}

TEST(Addresses, TheHostsFileIsRead) {
    FaultServer server(good_server(), serve_well);
    const auto response = HttpsClient(settings_for(server.port(), "localhost")).post(a_request());
    EXPECT_EQ(response.outcome, Outcome::answered) << response.problem;
}

TEST(Addresses, ARefusedAddressYieldsToTheNext) {
    FaultServer server(good_server(), serve_well);
    NameServer names(Zone{{"gateway.example", {"127.0.0.3", "127.0.0.2", "::1", "127.0.0.1"}}});
    const auto response = HttpsClient(settings_by_name(server.port(), names)).post(a_request());
    EXPECT_EQ(response.outcome, Outcome::answered) << response.problem;
    EXPECT_EQ(server.seen().requests, 1);
}

TEST(Addresses, ASilentAddressYieldsToTheNext) {
    FaultServer server(good_server(), serve_well);
    BlackHole second("127.0.0.2", server.port());
    BlackHole third("127.0.0.3", server.port());
    NameServer names(Zone{{"gateway.example", {"127.0.0.2", "127.0.0.3", "127.0.0.1"}}});
    const auto response = HttpsClient(settings_by_name(server.port(), names)).post(a_request());
    EXPECT_EQ(response.outcome, Outcome::answered) << response.problem;
    EXPECT_LT(response.total_ms, 5'000);
    EXPECT_EQ(server.seen().requests, 1);
}

TEST(Addresses, WhenNoneConnectsEachIsNamed) {
    const std::uint16_t port = closed_port();
    NameServer names(Zone{{"gateway.example", {"127.0.0.2", "127.0.0.1"}}});
    const auto response = HttpsClient(settings_by_name(port, names)).post(a_request());
    EXPECT_EQ(response.fault, Fault::connect);
    EXPECT_THAT(response.problem, HasSubstr("127.0.0.1:" + std::to_string(port) + ": Connection refused"));
    EXPECT_THAT(response.problem, HasSubstr("127.0.0.2:" + std::to_string(port)));
}

TEST(Addresses, AnUnknownNameIsTold) {
    NameServer names(Zone{});
    const auto response = HttpsClient(settings_by_name(443, names, "no-such-gateway.example")).post(a_request());
    EXPECT_EQ(response.outcome, Outcome::not_sent);
    EXPECT_EQ(response.fault, Fault::resolve) << response.problem;
    EXPECT_THAT(response.problem, HasSubstr("no-such-gateway.example"));
}

TEST(Addresses, ANameWithoutAddressesIsTold) {
    NameServer names(Zone{{"gateway.example", {}}});
    const auto response = HttpsClient(settings_by_name(443, names)).post(a_request());
    EXPECT_EQ(response.fault, Fault::resolve) << response.problem;
}

TEST(Addresses, ASilentNameServerEndsWithinTheDeadline) {
    NameServer names(Zone{});
    names.set_silent(true);
    const auto response = HttpsClient(settings_by_name(443, names)).post(a_request(short_ms));
    EXPECT_EQ(response.outcome, Outcome::not_sent);
    EXPECT_EQ(response.fault, Fault::deadline) << response.problem;
    EXPECT_GE(response.total_ms, short_ms);
    EXPECT_LT(response.total_ms, bound_ms);
    EXPECT_GT(names.questions(), 0);
}

// After addresses that no longer connect the name server is asked again; its silence costs a share of the deadline, no
// more, and the last good addresses are tried in the time that is left.
TEST(Addresses, TheLastGoodOnesAreUsedWhenTheNameServerFails) {
    NameServer names(Zone{{"gateway.example", {"127.0.0.1"}}});
    auto first = std::make_unique<FaultServer>(good_server(), serve_text(answer("{}", "Connection: close\r\n")));
    auto again = good_server();
    again.port = first->port();
    HttpsClient client(settings_by_name(again.port, names));
    ASSERT_EQ(client.post(a_request()).outcome, Outcome::answered);
    first.reset();
    ASSERT_EQ(client.post(a_request()).fault, Fault::connect);
    names.set_silent(true);
    const int questions = names.questions();
    FaultServer second(again, serve_well);
    const auto response = client.post(a_request(4'000));
    EXPECT_EQ(response.outcome, Outcome::answered) << response.problem;
    EXPECT_GT(names.questions(), questions);
}

}  // namespace
}  // namespace paydrv::net::tests
