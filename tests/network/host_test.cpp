// The host's process is left as it was: its locale does not reach the wire, its descriptors do not grow.
#include <dirent.h>

#include <clocale>
#include <locale>
#include <memory>
#include <string>

#include "client_fixture.h"

namespace paydrv::net::tests {
namespace {

struct GermanNumbers : std::numpunct<char> {
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
};

TEST(HostProcess, AGermanLocaleDoesNotReachTheWire) {
    const std::locale before = std::locale::global(std::locale(std::locale::classic(), new GermanNumbers));
    FaultServer server(good_server(), serve_well);
    HttpsClient client(settings_for(server.port()));
    auto request = a_request();
    request.body.assign(12345, 'x');
    const auto response = client.post(request);
    const auto seen = server.seen();
    const auto refused = HttpsClient(settings_for(closed_port())).post(a_request());
    std::locale::global(before);
    EXPECT_EQ(response.outcome, Outcome::answered) << response.problem;
    EXPECT_NE(seen.last_request.find("Content-Length: 12345\r\n"), std::string::npos);
    EXPECT_NE(seen.last_request.find("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"), std::string::npos);
    EXPECT_EQ(refused.problem.find('.' + std::string("000")), std::string::npos) << refused.problem;
}

int open_descriptors() {
    int count = 0;
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir("/proc/self/fd"), closedir);
    while (readdir(directory.get()) != nullptr)
        ++count;
    return count;
}

TEST(HostProcess, NoDescriptorRemains) {
    const int before = open_descriptors();
    for (int i = 0; i < 5; ++i) {
        FaultServer server(good_server(), serve_well);
        HttpsClient client(settings_for(server.port(), "localhost"));
        EXPECT_EQ(client.post(a_request()).outcome, Outcome::answered);
        EXPECT_EQ(HttpsClient(settings_for(closed_port())).post(a_request()).fault, Fault::connect);
    }
    EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace paydrv::net::tests
