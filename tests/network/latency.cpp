// What a post costs on loopback: kept connection, full handshake, resumed handshake. Medians in microseconds.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <vector>

#include "certificates.h"
#include "fault_server.h"
#include "net/https_client.h"

namespace {

using namespace paydrv::net;
using namespace paydrv::net::tests;

void measure(const char* name, int rounds, const std::function<HttpsResponse()>& post) {
    std::vector<double> microseconds;
    for (int i = 0; i < rounds; ++i) {
        const auto start = std::chrono::steady_clock::now();
        const auto response = post();
        const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
        if (response.outcome != Outcome::answered) {
            std::printf("%s: %s\n", name, response.problem.c_str());
            return;
        }
        microseconds.push_back(took.count());
    }
    std::ranges::sort(microseconds);
    const auto at = [&](std::size_t percent) { return microseconds[microseconds.size() * percent / 100]; };
    std::printf("%-20s n=%d p50=%.0f us p99=%.0f us\n", name, rounds, at(50), at(99));
}

}  // namespace

int main() {
    const Identity authority = make_authority("latency");
    const Identity identity = make_leaf({}, authority);
    ServerOptions options;
    options.identity = &identity;
    HttpsSettings settings;
    settings.host = "127.0.0.1";
    settings.ca_file = write_pem(authority.certificate.get());
    HttpsRequest request;
    request.target = "/ams/api/v1/payments/pay";
    request.body.assign(1024, 'x');
    request.deadline_ms = 10'000;

    FaultServer keeping(options, [](Peer& peer) {
        if (!peer.handshake()) return;
        while (peer.read_request() && peer.write(answer(std::string(1024, 'y')))) {
        }
    });
    settings.port = keeping.port();
    HttpsClient kept(settings);
    measure("kept connection", 5000, [&] { return kept.post(request); });

    FaultServer closing(options, [](Peer& peer) {
        if (peer.handshake() && peer.read_request())
            peer.write(answer(std::string(1024, 'y'), "Connection: close\r\n"));
    });
    settings.port = closing.port();
    HttpsClient resuming(settings);
    measure("resumed handshake", 300, [&] { return resuming.post(request); });
    std::printf("resumed %lld of %lld\n", static_cast<long long>(resuming.counters().handshakes_resumed),
                static_cast<long long>(resuming.counters().connections_opened));
    measure("client + full", 300, [&] { return HttpsClient(settings).post(request); });
    return 0;
}
