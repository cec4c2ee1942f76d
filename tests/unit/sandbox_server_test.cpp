// Does the running sandbox serve over real TLS, survive bad clients, keep its state and end at once? The client here
// uses nothing of the sandbox: Poco::Crypto signs and verifies, Poco::NetSSL talks.
#include <Poco/Base64Encoder.h>
#include <Poco/Crypto/RSADigestEngine.h>
#include <Poco/Crypto/RSAKey.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "sandbox/listener.h"
#include "sandbox/sandbox.h"
#include "sandbox_scene.h"

namespace hostsim::sandbox {
namespace {

using Poco::JSON::Object;
using Clockwork = std::chrono::steady_clock;

std::int64_t ms_since(Clockwork::time_point start) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clockwork::now() - start).count();
}

/// A client with nothing but the files of the state folder.
class Client {
  public:
    Client(const std::string& folder, std::uint16_t port, const std::string& host = "127.0.0.1",
           const std::string& alipay_key = "alipay_public_key.pem")
        : private_key_(Poco::Crypto::RSAKey("", folder + "/merchant_private_key.pem")),
          alipay_key_(Poco::Crypto::RSAKey(folder + "/" + alipay_key, "")),
          session_(host, port,
                   new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, "", "", folder + "/ca.pem",
                                          Poco::Net::Context::VERIFY_STRICT)) {
        session_.setKeepAlive(true);
        session_.setTimeout(Poco::Timespan(10, 0));
    }

    void send(const std::string& api, const std::string& body) {
        path_ = "/ams/api/v1/payments/" + api;
        std::string time = std::to_string(Poco::Timestamp().epochMicroseconds() / 1000);
        Poco::Crypto::RSADigestEngine digest(private_key_, "SHA256");
        digest.update("POST " + path_ + "\n" + client_id_ + "." + time + "." + body);
        std::ostringstream base64;
        Poco::Base64Encoder encoder(base64);
        encoder.rdbuf()->setLineLength(0);
        for (unsigned char byte : digest.signature())
            encoder << char(byte);
        encoder.close();
        std::string value;
        Poco::URI::encode(base64.str(), "+/=", value);
        Poco::Net::HTTPRequest request("POST", path_, "HTTP/1.1");
        request.set("Client-Id", client_id_);
        request.set("Request-Time", time);
        request.set("Signature", "algorithm=RSA256, keyVersion=1, signature=" + value);
        request.setContentType("application/json; charset=UTF-8");
        request.setContentLength(std::streamsize(body.size()));
        session_.sendRequest(request) << body << std::flush;
    }

    /// The answer's body, after its signature has verified.
    Object::Ptr receive() {
        Poco::Net::HTTPResponse response;
        std::string body;
        Poco::StreamCopier::copyToString(session_.receiveResponse(response), body);
        EXPECT_EQ(int(response.getStatus()), 200);
        EXPECT_TRUE(response.getKeepAlive());
        std::string header = response.get("signature"), text;
        EXPECT_EQ(header.rfind("algorithm=RSA256,keyVersion=", 0), 0u);
        Poco::URI::decode(header.substr(header.rfind('=') + 1), text);
        std::string bytes(text.size(), '\0');
        int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), int(text.size()));
        Poco::DigestEngine::Digest signature(bytes.begin(), bytes.begin() + std::min(size, 256));
        Poco::Crypto::RSADigestEngine digest(alipay_key_, "SHA256");
        digest.update("POST " + path_ + "\n" + response.get("client-id") + "." + response.get("response-time") + "." +
                      body);
        EXPECT_TRUE(digest.verify(signature));
        return parsed(body);
    }

    Object::Ptr ask(const std::string& api, const std::string& body) {
        send(api, body);
        return receive();
    }

    Poco::Net::HTTPSClientSession& session() { return session_; }

  private:
    std::string client_id_ = "SANDBOX_5YDRV0000000000000", path_;
    Poco::Crypto::RSAKey private_key_, alipay_key_;
    Poco::Net::HTTPSClientSession session_;
};

std::string current_pay(const std::string& id, const std::string& value, const std::string& code) {
    Object::Ptr body = good_pay(id, value, code);
    body->remove("paymentExpiryTime");
    return text_of(*body);
}

std::string http_ask(const char* method, std::uint16_t port, const std::string& path) {
    Poco::Net::HTTPClientSession session("127.0.0.1", port);
    Poco::Net::HTTPRequest request(method, path, "HTTP/1.1");
    request.setContentLength(0);
    session.sendRequest(request);
    Poco::Net::HTTPResponse response;
    std::string body;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
    return body;
}

std::string http_get(std::uint16_t port, const std::string& path) {
    return http_ask("GET", port, path);
}

TEST(SandboxServer, PaysInquiresAndCancelsOverTlsAndKeepsItsStateOverARestart) {
    ScratchFolder folder;
    std::string public_key;
    {
        Sandbox sandbox({.state_dir = folder.path()});
        Client client(folder.path(), sandbox.port());
        EXPECT_EQ(result_text(client.ask("pay", current_pay("pay_1", "1000", "288888888888888888"))), "S SUCCESS");
        EXPECT_EQ(client.ask("inquiryPayment", Scene::named("pay_1"))->getValue<std::string>("paymentStatus"),
                  "SUCCESS");
        EXPECT_EQ(result_text(client.ask("cancel", Scene::named("pay_1"))), "S SUCCESS");
        EXPECT_EQ(result_text(client.ask("pay", current_pay("pay_2", "500", "288888888888888889"))), "S SUCCESS");
        Object::Ptr ready = parsed(sandbox.ready_line());
        EXPECT_EQ(ready->getValue<std::string>("gateway"), "https://127.0.0.1:" + std::to_string(sandbox.port()));
        EXPECT_EQ(ready->getValue<std::string>("config"), folder.path() + "/paydrv.json");
    }
    Sandbox again({.state_dir = folder.path()});
    Client client(folder.path(), again.port(), "localhost");
    EXPECT_EQ(client.ask("inquiryPayment", Scene::named("pay_1"))->getValue<std::string>("paymentStatus"), "CANCELLED");
    EXPECT_EQ(client.ask("inquiryPayment", Scene::named("pay_2"))->getValue<std::string>("paymentStatus"), "SUCCESS");
    Object::Ptr ledger = parsed(http_get(again.admin_port(), "/ledger"));
    EXPECT_EQ(ledger->getArray("payments")->size(), 2u);
    EXPECT_EQ(ledger->getArray("entries")->size(), 3u);
}

TEST(SandboxServer, WritesTheDriversConfigurationAndKeepsKeysToItself) {
    ScratchFolder folder;
    Sandbox sandbox({.state_dir = folder.path(), .host_names = {"till.example", "10.9.8.7"}});
    std::ifstream file(folder.path() + "/paydrv.json");
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    Object::Ptr config = parsed(text);
    EXPECT_EQ(config->getValue<std::string>("gatewayUrl"), "https://127.0.0.1:" + std::to_string(sandbox.port()));
    EXPECT_EQ(config->size(), 9u);
    for (const char* name : {"privateKeyFile", "caFile"}) {
        EXPECT_TRUE(std::filesystem::exists(folder.path() + "/" + config->getValue<std::string>(name))) << name;
    }
    for (const char* name :
         {"merchant_private_key.pem", "alipay_private_key.pem", "ca_private_key.pem", "server_private_key.pem"}) {
        EXPECT_EQ(std::filesystem::status(folder.path() + "/" + name).permissions(),
                  std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
            << name;
    }
    EXPECT_TRUE(certificate_serves(folder.path() + "/server.pem", folder.path() + "/server_private_key.pem",
                                   folder.path() + "/ca.pem",
                                   {"localhost", "127.0.0.1", "::1", "till.example", "10.9.8.7"}, system_clock()()));
}

TEST(SandboxServer, ASecondOneOnTheSameFolderIsRefused) {
    ScratchFolder folder;
    Sandbox sandbox({.state_dir = folder.path()});
    EXPECT_THROW(Sandbox({.state_dir = folder.path()}), std::runtime_error);
    ScratchFolder other;
    EXPECT_THROW(Sandbox({.state_dir = other.path(), .port = sandbox.port()}), std::runtime_error);
}

TEST(SandboxServer, HeldAndIdleConnectionsDoNotDelayTheEnd) {
    ScratchFolder folder;
    Sandbox sandbox({.state_dir = folder.path()});
    Client held(folder.path(), sandbox.port()), idle(folder.path(), sandbox.port());
    EXPECT_EQ(result_text(idle.ask("inquiryPayment", Scene::named("nobody"))), "F ORDER_NOT_EXIST");
    held.send("pay", current_pay("pay_1", "9907", "288888888888888888"));
    Object::Ptr seen;
    auto start = Clockwork::now();
    do {  // until the gateway has the held request
        seen = parsed(http_get(sandbox.admin_port(), "/requests"));
    } while (seen->getArray("requests")->size() < 2 && ms_since(start) < 5000);
    ASSERT_EQ(seen->getArray("requests")->size(), 2u);
    start = Clockwork::now();
    sandbox.stop();
    EXPECT_LT(ms_since(start), 1000);
    EXPECT_ANY_THROW(held.receive());
}

TEST(SandboxServer, ALostAnswerEndsTheConnection) {
    ScratchFolder folder;
    Sandbox sandbox({.state_dir = folder.path()});
    Client client(folder.path(), sandbox.port());
    client.send("pay", current_pay("pay_1", "9906", "288888888888888888"));
    auto start = Clockwork::now();
    EXPECT_ANY_THROW(client.receive());
    EXPECT_LT(ms_since(start), 5000);
    Client again(folder.path(), sandbox.port());
    EXPECT_EQ(again.ask("inquiryPayment", Scene::named("pay_1"))->getValue<std::string>("paymentStatus"), "SUCCESS");
}

TEST(SandboxServer, BrokenConnectionsAreBookedAndRefundedOverTls) {
    ScratchFolder folder;
    Sandbox sandbox({.state_dir = folder.path()});
    {
        Client reset(folder.path(), sandbox.port()), truncated(folder.path(), sandbox.port());
        reset.send("pay", current_pay("pay_9922", "9922", "288888888888888888"));
        EXPECT_ANY_THROW(reset.receive());
        truncated.send("pay", current_pay("pay_9924", "9924", "288888888888888889"));
        Poco::Net::HTTPResponse response;
        std::istream& body = truncated.session().receiveResponse(response);
        std::streamsize read = 0;
        while (body.get() != std::char_traits<char>::eof())
            ++read;
        EXPECT_EQ(read, (response.getContentLength() + 1) / 2);
    }
    Client client(folder.path(), sandbox.port());
    for (const char* value : {"9922", "9924"}) {
        Object::Ptr inquiry = client.ask("inquiryPayment", Scene::named(std::string("pay_") + value));
        EXPECT_EQ(inquiry->getValue<std::string>("paymentStatus"), "SUCCESS") << value;
        Object::Ptr refund = parsed(R"({"refundAmount":{"currency":"JPY"}})");
        refund->set("refundRequestId", std::string("refund_") + value);
        refund->set("paymentId", inquiry->getValue<std::string>("paymentId"));
        refund->getObject("refundAmount")->set("value", value);
        EXPECT_EQ(result_text(client.ask("refund", text_of(*refund))), "S SUCCESS") << value;
    }
}

TEST(SandboxServer, BothPublicKeysAreInTheFolder) {
    ScratchFolder folder;
    Sandbox sandbox({.state_dir = folder.path()});
    Object::Ptr rotated = parsed(http_ask("POST", sandbox.admin_port(), "/keys/rotate"));
    Client client(folder.path(), sandbox.port(), "127.0.0.1", rotated->getValue<std::string>("alipayPublicKeyFile"));
    EXPECT_EQ(result_text(client.ask("inquiryPayment", Scene::named("nobody"))), "F ORDER_NOT_EXIST");
}

TEST(SandboxServer, TheSameIdAtOnceOverManyConnectionsChargesOnce) {
    ScratchFolder folder;
    Sandbox sandbox({.state_dir = folder.path()});
    std::vector<std::string> results(8);
    {
        std::vector<std::jthread> threads;
        for (std::string& result : results) {
            threads.emplace_back([&] {
                Client client(folder.path(), sandbox.port());
                result = result_text(client.ask("pay", current_pay("pay_1", "1000", "288888888888888888")));
            });
        }
    }
    for (const std::string& result : results)
        EXPECT_EQ(result, "S SUCCESS");
    EXPECT_EQ(parsed(http_get(sandbox.admin_port(), "/ledger"))->getArray("entries")->size(), 1u);
}

/// A plain listener whose answer, "0123456789", goes the way that the test has set.
class BadAnswers : public testing::Test {
  protected:
    BadAnswers() {
        reply_.body = "0123456789";
        Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0));
        listener_ = std::make_unique<Listener>(
            socket, [this](const Request&) { return reply_; }, ListenerLimits{});
    }

    Poco::Net::StreamSocket ask() {
        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", listener_->port()));
        socket.setReceiveTimeout(Poco::Timespan(10, 0));
        const std::string request = "POST / HTTP/1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab";
        socket.sendBytes(request.data(), int(request.size()));
        return socket;
    }

    std::string answer(Reply::Way way) {
        reply_.way = way;
        Poco::Net::StreamSocket socket = ask();
        std::string text;
        char part[4096];
        try {
            for (int n = socket.receiveBytes(part, sizeof part); n > 0; n = socket.receiveBytes(part, sizeof part))
                text.append(part, std::size_t(n));
        } catch (const Poco::Net::ConnectionResetException&) {
            text += "(reset)";
        }
        return text;
    }

    Reply reply_;  // set before the request is sent
    std::unique_ptr<Listener> listener_;
};

TEST_F(BadAnswers, ComeTwice) {
    std::string once = answer(Reply::Way::kSend), twice = answer(Reply::Way::kTwice);
    EXPECT_NE(twice.find("0123456789HTTP/1.1 200 OK"), std::string::npos) << twice;
    EXPECT_EQ(twice.substr(twice.size() - 10), "0123456789");
    EXPECT_EQ(once.find("HTTP/1.1", 1), std::string::npos);
}

TEST_F(BadAnswers, ComeByHalves) {
    std::string half = answer(Reply::Way::kTruncate);
    EXPECT_NE(half.find("Content-Length: 10"), std::string::npos) << half;
    EXPECT_EQ(half.substr(half.size() - 7), "\r\n01234");
}

TEST_F(BadAnswers, EndInAReset) {
    EXPECT_EQ(answer(Reply::Way::kReset), "(reset)");
    EXPECT_EQ(answer(Reply::Way::kDrop), "");
}

TEST_F(BadAnswers, ComeLate) {
    reply_.delay_ms = 300;
    auto start = Clockwork::now();
    EXPECT_NE(answer(Reply::Way::kSend).find("0123456789"), std::string::npos);
    EXPECT_GE(ms_since(start), 300);
}

TEST_F(BadAnswers, DripByteByByteAndDoNotDelayTheEnd) {
    reply_.way = Reply::Way::kDrip;
    Poco::Net::StreamSocket dripping = ask();
    char part[4096];
    for (const char* byte : {"H", "T", "T"}) {
        ASSERT_EQ(dripping.receiveBytes(part, sizeof part), 1);
        EXPECT_EQ(part[0], byte[0]);
    }
    auto start = Clockwork::now();
    listener_->stop();
    EXPECT_LT(ms_since(start), 2000);
}

TEST_F(BadAnswers, ThatAreLateDoNotDelayTheEnd) {
    std::atomic<bool> asked{false};
    Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0));
    listener_ = std::make_unique<Listener>(
        socket,
        [&asked](const Request&) {
            asked = true;
            Reply late;
            late.delay_ms = 600'000;
            return late;
        },
        ListenerLimits{});
    Poco::Net::StreamSocket waiting = ask();
    auto start = Clockwork::now();
    while (!asked && ms_since(start) < 10'000)
        std::this_thread::yield();
    ASSERT_TRUE(asked);
    start = Clockwork::now();
    listener_->stop();
    EXPECT_LT(ms_since(start), 2000);
}

/// A plain listener with short limits and a handler that says how long the body was.
class BadClients : public testing::Test {
  protected:
    BadClients() {
        ListenerLimits limits;
        limits.threads = 4;
        limits.request_ms = 400;
        limits.body_bytes = 1000;
        Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0));
        listener_ = std::make_unique<Listener>(
            socket,
            [](const Request& r) {
                return Reply{Reply::Way::kSend, 200, {}, std::to_string(r.body.size()), 0};
            },
            limits);
    }

    Poco::Net::StreamSocket connect() {
        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", listener_->port()));
        socket.setReceiveTimeout(Poco::Timespan(5, 0));
        return socket;
    }

    /// All that comes until the server ends the connection.
    static std::string rest(Poco::Net::StreamSocket& socket) {
        std::string text;
        char part[4096];
        try {
            for (int n = socket.receiveBytes(part, sizeof part); n > 0; n = socket.receiveBytes(part, sizeof part)) {
                text.append(part, std::size_t(n));
            }
        } catch (const Poco::Net::ConnectionResetException&) {
            text += "(reset)";
        }
        return text;
    }

    std::string ask(const std::string& request) {
        Poco::Net::StreamSocket socket = connect();
        socket.sendBytes(request.data(), int(request.size()));
        return rest(socket);
    }

    static constexpr const char* kGood = "POST / HTTP/1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab";

    std::unique_ptr<Listener> listener_;
};

TEST_F(BadClients, AGoodOneIsServed) {
    EXPECT_EQ(ask(kGood).substr(0, 15), "HTTP/1.1 200 OK");
    std::string chunked =
        ask("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    EXPECT_EQ(chunked.substr(chunked.size() - 1), "3");
}

TEST_F(BadClients, TooLargeABodyIsRefused) {
    EXPECT_NE(ask("POST / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n").find(" 413 "), std::string::npos);
    std::string chunk =
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5dc\r\n" + std::string(1500, 'x') + "\r\n";
    EXPECT_NE(ask(chunk + "0\r\n\r\n").find(" 413 "), std::string::npos);
}

TEST_F(BadClients, HalfABodyIsNeverTakenForAWholeOne) {
    EXPECT_EQ(ask("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nab").find(" 200 "), std::string::npos);
    EXPECT_EQ(ask("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab").find(" 200 "), std::string::npos);
}

TEST_F(BadClients, GarbageEndsTheConnectionAndNothingElse) {
    for (const std::string& garbage : {std::string(5000, '\0'), std::string("\x16\x03\x01\x02\x00\x01", 6),
                                       "GET " + std::string(100000, 'a') + " HTTP/1.1\r\n\r\n",
                                       "POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n" + std::string(20, 'x'),
                                       std::string("POST / HTTP/1.1\r\nContent-Length: nine\r\n\r\nxx")}) {
        EXPECT_EQ(ask(garbage).find(" 200 "), std::string::npos) << garbage.substr(0, 60);
    }
    EXPECT_EQ(ask(kGood).substr(0, 15), "HTTP/1.1 200 OK");
}

TEST_F(BadClients, ADrippingClientIsCutOffThoughItNeverStops) {
    Poco::Net::StreamSocket socket = connect();
    auto start = Clockwork::now();
    std::string head = "POST / HTTP/1.1\r\nX-Slow: ";
    socket.sendBytes(head.data(), int(head.size()));
    bool open = true;
    while (open && ms_since(start) < 5000) {
        try {
            socket.sendBytes("a", 1);
            open = !socket.poll(Poco::Timespan(0, 20'000), Poco::Net::Socket::SELECT_READ);
        } catch (const Poco::Exception&) {
            open = false;
        }
    }
    EXPECT_FALSE(open);
    EXPECT_LT(ms_since(start), 2500);
}

TEST_F(BadClients, SilentOnesMakeRoomForOthers) {
    std::vector<Poco::Net::StreamSocket> silent;
    for (int i = 0; i < 4; ++i)
        silent.push_back(connect());  // as many as there are threads
    auto start = Clockwork::now();
    EXPECT_EQ(ask(kGood).substr(0, 15), "HTTP/1.1 200 OK");
    EXPECT_LT(ms_since(start), 3000);
}

}  // namespace
}  // namespace hostsim::sandbox
