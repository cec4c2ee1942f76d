#include "shop.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "child_process.h"

namespace restart {
namespace {

constexpr std::int64_t wait_limit_ms = 20'000;

Poco::JSON::Object::Ptr parse(const std::string& json) {
    Poco::JSON::Parser parser;
    return parser.parse(json).extract<Poco::JSON::Object::Ptr>();
}

std::filesystem::path with_keys(const std::filesystem::path& state, const std::filesystem::path& keys) {
    std::filesystem::create_directory(state);
    for (const auto& entry : std::filesystem::directory_iterator(keys)) {
        if (entry.path().extension() == ".pem") {
            std::filesystem::copy_file(entry.path(), state / entry.path().filename());
        }
    }
    return state;
}

}  // namespace

Shop::Shop() : folder_("paydrv-restart", false), sandbox_(folder_.path() / "state") {}

Shop::Shop(const std::filesystem::path& keys)
    : folder_("paydrv-restart", false), sandbox_(with_keys(folder_.path() / "state", keys)) {}

std::string Shop::config(const std::string& schedule) const {
    return write_config("restart.json", schedule, "");
}

std::string Shop::config_of_clone(const std::string& schedule, const std::filesystem::path& journal) const {
    return write_config("clone.json", schedule, journal.string());
}

std::string Shop::write_config(const std::string& name, const std::string& schedule, const std::string& journal) const {
    std::ifstream original(sandbox_.config());
    auto json = Poco::JSON::Parser().parse(original).extract<Poco::JSON::Object::Ptr>();
    json->set("schedule", parse("{" + schedule + "}"));
    if (!journal.empty()) json->set("journalFile", journal);
    const std::string path = (folder_.path() / "state" / name).string();
    std::ofstream file(path);
    json->stringify(file);
    return path;
}

std::string Shop::admin(const std::string& method, const std::string& path, const std::string& body) const {
    const Poco::URI address(sandbox_.admin());
    Poco::Net::HTTPClientSession session(address.getHost(), address.getPort());
    Poco::Net::HTTPRequest request(method, path, "HTTP/1.1");
    request.setContentType("application/json");
    request.setContentLength(static_cast<std::streamsize>(body.size()));
    session.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    std::string answer;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), answer);
    if (response.getStatus() != Poco::Net::HTTPResponse::HTTP_OK) throw std::runtime_error(answer);
    return answer;
}

Booked Shop::booked() const {
    const auto ledger = parse(admin("GET", "/ledger", ""));
    Booked booked;
    const auto payments = ledger->getArray("payments");
    for (unsigned i = 0; i < payments->size(); i++) {
        booked.charged += payments->getObject(i)->getValue<int>("charged");
        booked.returned += payments->getObject(i)->getValue<int>("returned");
        booked.refund_ids += static_cast<int>(payments->getObject(i)->getArray("refunds")->size());
    }
    const auto movements = ledger->getArray("entries");
    for (unsigned i = 0; i < movements->size(); i++) {
        const auto value_minor = std::stoll(movements->getObject(i)->getValue<std::string>("value"));
        booked.held_minor +=
            movements->getObject(i)->getValue<std::string>("kind") == "CHARGE" ? value_minor : -value_minor;
    }
    const auto requests = ledger->getObject("requests");
    booked.pays = requests->getValue<int>("pay");
    booked.inquiries = requests->getValue<int>("inquiry");
    booked.cancels = requests->getValue<int>("cancel");
    booked.refunds = requests->getValue<int>("refund");
    booked.refund_inquiries = requests->getValue<int>("inquiryRefund");
    return booked;
}

std::vector<Sale> Shop::sales() const {
    const auto payments = parse(admin("GET", "/ledger", ""))->getArray("payments");
    const auto time_ms = [](const Poco::JSON::Object& payment, const char* name) {
        int zone_s = 0;
        const auto time = Poco::DateTimeParser::parse(Poco::DateTimeFormat::ISO8601_FRAC_FORMAT,
                                                      payment.getValue<std::string>(name), zone_s);
        return time.timestamp().epochMicroseconds() / 1'000 - zone_s * 1'000LL;
    };
    std::vector<Sale> sales;
    for (unsigned i = 0; i < payments->size(); i++) {
        const auto payment = payments->getObject(i);
        sales.push_back({time_ms(*payment, "createTime"), time_ms(*payment, "expiryTime"),
                         payment->getValue<std::string>("status"), payment->getValue<int>("charged"),
                         payment->getValue<int>("returned")});
    }
    return sales;
}

Booked Shop::wait_until(const std::function<bool(const Booked&)>& condition) const {
    for (const auto deadline = hostsim::in_ms(wait_limit_ms);;) {
        const Booked now = booked();
        if (condition(now)) return now;
        if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("the gateway never shows it");
        // Between two looks, so that those who wait leave the machine to those who work.
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

void Shop::add_fault(const std::string& api, const std::string& fault, int times) const {
    admin("POST", "/faults",
          R"({"api":")" + api + R"(","fault":")" + fault + R"(","times":)" + std::to_string(times) + "}");
}

void Shop::clear_faults() const {
    admin("DELETE", "/faults", "");
}

}  // namespace restart
