#include "story/sandbox_process.h"

#include <algorithm>
#include <csignal>
#include <sstream>
#include <stdexcept>

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

namespace hostsim::story {
namespace {

constexpr int kReadyMs = 20'000;  // the first start makes its keys
constexpr int kAdminTimeoutS = 5;

using Poco::JSON::Object;

Object::Ptr parse_object(const std::string& json) {
    Poco::JSON::Parser parser;
    return parser.parse(json).extract<Object::Ptr>();
}

std::string port_of(const std::string& address) {
    return std::to_string(Poco::URI(address).getPort());
}

LedgerPayment read_payment(const Object& object) {
    LedgerPayment payment;
    payment.payment_id = object.getValue<std::string>("paymentId");
    payment.order = object.getValue<std::string>("referenceOrderId");
    payment.currency = object.getValue<std::string>("currency");
    payment.amount_minor = std::stoll(object.getValue<std::string>("value"));
    payment.status = object.getValue<std::string>("status");
    payment.charged = object.getValue<int>("charged");
    return payment;
}

/// What the movements of money give back of each payment.
void read_returns(const Poco::JSON::Array& entries, std::vector<LedgerPayment>& payments) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
        auto entry = entries.getObject(static_cast<unsigned>(i));
        if (!entry) throw std::runtime_error("a movement in the sandbox's ledger is no object");
        const auto kind = entry->getValue<std::string>("kind"), id = entry->getValue<std::string>("paymentId");
        if (kind == "CHARGE") continue;
        auto payment =
            std::find_if(payments.begin(), payments.end(), [&](const LedgerPayment& p) { return p.payment_id == id; });
        if ((kind != "RETURN" && kind != "REFUND") || payment == payments.end()) {
            throw std::runtime_error("the sandbox's ledger has a movement " + kind + " of payment " + id);
        }
        payment->returned_minor += std::stoll(entry->getValue<std::string>("value"));
        payment->refunds += kind == "REFUND" ? 1 : 0;
    }
}

}  // namespace

std::vector<LedgerPayment> parse_ledger(const std::string& json) {
    try {
        std::vector<LedgerPayment> payments;
        auto parsed = parse_object(json);
        auto list = parsed->getArray("payments");
        auto entries = parsed->getArray("entries");
        if (!list || !entries) throw std::runtime_error("there is no list of payments or of entries in the ledger");
        for (std::size_t i = 0; i < list->size(); ++i) {
            payments.push_back(read_payment(*list->getObject(static_cast<unsigned>(i))));
        }
        read_returns(*entries, payments);
        return payments;
    } catch (const Poco::Exception& error) {
        throw std::runtime_error("the sandbox's ledger cannot be read: " + error.displayText());
    }
}

SandboxProcess::SandboxProcess(const std::filesystem::path& state) : state_(state) {
    start();
}

void SandboxProcess::start() {
    std::vector<std::string> arguments{"sandbox", "--state", state_.string()};
    if (!gateway_.empty()) {
        arguments.insert(arguments.end(), {"--port", port_of(gateway_), "--admin-port", port_of(admin_)});
    }
    process_ = std::make_unique<ChildProcess>(this_program(), arguments);
    auto line = process_->read_line(in_ms(kReadyMs));
    if (!line) throw std::runtime_error("the sandbox does not start; try host-sim sandbox --state DIR by hand");
    auto ready = parse_object(*line);
    gateway_ = ready->getValue<std::string>("gateway");
    admin_ = ready->getValue<std::string>("admin");
    config_ = ready->getValue<std::string>("config");
}

void SandboxProcess::freeze() {
    process_->send(SIGSTOP);
}
void SandboxProcess::thaw() {
    process_->send(SIGCONT);
}
void SandboxProcess::end() {
    process_->end();
}
void SandboxProcess::bring_back() {
    start();
}

std::vector<LedgerPayment> SandboxProcess::ledger() const {
    try {
        Poco::URI address(admin_);
        Poco::Net::HTTPClientSession session(address.getHost(), address.getPort());
        session.setTimeout(Poco::Timespan(kAdminTimeoutS, 0));
        Poco::Net::HTTPRequest request("GET", "/ledger", "HTTP/1.1");
        session.sendRequest(request);
        Poco::Net::HTTPResponse response;
        std::string body;
        Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
        if (response.getStatus() != Poco::Net::HTTPResponse::HTTP_OK) throw std::runtime_error(body);
        return parse_ledger(body);
    } catch (const Poco::Exception& error) {
        throw std::runtime_error("the sandbox's admin interface does not answer: " + error.displayText());
    }
}

}  // namespace hostsim::story
