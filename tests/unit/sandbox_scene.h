#pragma once

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/TemporaryFile.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>

#include "sandbox/admin.h"
#include "sandbox/certificate.h"
#include "sandbox/datetime.h"
#include "sandbox/gateway.h"

namespace hostsim::sandbox {

/// A folder of its own that is gone with the test.
class ScratchFolder {
  public:
    ScratchFolder() : path_(Poco::TemporaryFile::tempName()) { std::filesystem::create_directories(path_); }
    ~ScratchFolder() { std::filesystem::remove_all(path_); }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

inline Poco::JSON::Object::Ptr parsed(const std::string& text) {
    return Poco::JSON::Parser().parse(text).extract<Poco::JSON::Object::Ptr>();
}

inline std::string text_of(const Poco::JSON::Object& json) {
    std::ostringstream text;
    json.stringify(text);
    return text.str();
}

/// A pay that breaks no rule.
inline Poco::JSON::Object::Ptr good_pay(const std::string& id = "pay_1", const std::string& value = "1000",
                                        const std::string& code = "288888888888888888") {
    Poco::JSON::Object::Ptr pay = parsed(R"({
      "productCode": "IN_STORE_PAYMENT",
      "paymentFactor": {"inStorePaymentScenario": "PaymentCode"},
      "paymentAmount": {"currency": "JPY"},
      "paymentMethod": {"paymentMethodType": "CONNECT_WALLET"},
      "paymentExpiryTime": "2026-05-01T12:02:00+08:00",
      "settlementStrategy": {"settlementCurrency": "USD"},
      "order": {
        "referenceOrderId": "TICKET-1", "orderDescription": "Tea", "orderAmount": {"currency": "JPY"},
        "merchant": {"referenceMerchantId": "M1", "merchantMCC": "7011", "merchantName": "Inn",
          "store": {"referenceStoreId": "S1", "storeName": "Desk", "storeMCC": "7011"}},
        "env": {"storeTerminalId": "TILL-1", "storeTerminalRequestTime": "2026-05-01T12:00:00+08:00"}}})");
    pay->set("paymentRequestId", id);
    pay->getObject("paymentAmount")->set("value", value);
    pay->getObject("order")->getObject("orderAmount")->set("value", value);
    pay->getObject("paymentMethod")->set("paymentMethodId", code);
    return pay;
}

/// A gateway without a network: a ledger in a scratch folder, keys, and a clock that only the test moves.
class Scene {
  public:
    static constexpr const char* kClient = "SANDBOX_TEST";

    explicit Scene(bool strict_time = false) : strict_time_(strict_time) { open(); }

    /// 12:00:00 on 1 May 2026 in UTC+8 at first.
    std::atomic<std::int64_t> now_ms{*parse_iso_time("2026-05-01T12:00:00+08:00")};

    Gateway& gateway() { return *gateway_; }
    Ledger& ledger() { return *ledger_; }

    /// Closes the books and opens them again, as a restart does.
    void restart() {
        gateway_.reset();
        ledger_.reset();
        open();
    }

    Request signed_request(const std::string& api, const std::string& body, const std::string& time = "1777608000000",
                           const std::string& prefix = "/ams/api/v1/payments/") {
        Request request{"POST", prefix + api, {}, body};
        std::string base64 = sign(key(), signed_content(request.target, kClient, time, body));
        request.headers = {{"Client-Id", kClient},
                           {"Request-Time", time},
                           {"Content-Type", "application/json; charset=UTF-8"},
                           {"Signature", signature_header(base64)}};
        return request;
    }

    Reply reply(const std::string& api, const std::string& body) { return gateway_->handle(signed_request(api, body)); }

    /// The parsed body of an answer that was sent, with the signature checked.
    Poco::JSON::Object::Ptr answer(const std::string& api, const std::string& body) {
        Reply given = reply(api, body);
        if (given.way != Reply::Way::kSend) throw std::runtime_error("no answer was sent");
        if (!good_signature(given, "/ams/api/v1/payments/" + api)) throw std::runtime_error("the answer is not signed");
        return parsed(given.body);
    }
    Poco::JSON::Object::Ptr pay(const Poco::JSON::Object::Ptr& body) { return answer("pay", text_of(*body)); }
    Poco::JSON::Object::Ptr inquire(const std::string& id) { return answer("inquiryPayment", named(id)); }
    Poco::JSON::Object::Ptr cancel(const std::string& id) { return answer("cancel", named(id)); }
    Poco::JSON::Object::Ptr refund(const Poco::JSON::Object::Ptr& body) { return answer("refund", text_of(*body)); }
    Poco::JSON::Object::Ptr inquire_refund(const std::string& id) { return answer("inquiryRefund", named_refund(id)); }
    static std::string named_refund(const std::string& id) { return R"({"refundRequestId":")" + id + "\"}"; }
    /// The paymentId behind a paymentRequestId, "unknown" when there is none.
    std::string payment_id(const std::string& id = "pay_1") {
        const Payment* payment = ledger_->by_request_id(id);
        return payment ? payment->payment_id : "unknown";
    }
    /// A refund that breaks no rule.
    Poco::JSON::Object::Ptr good_refund(const std::string& id = "refund_1", const std::string& value = "300",
                                        const std::string& of = "pay_1") {
        Poco::JSON::Object::Ptr refund = parsed(R"({"refundAmount":{"currency":"JPY"},"refundReason":"cold tea"})");
        refund->set("refundRequestId", id);
        refund->set("paymentId", payment_id(of));
        refund->getObject("refundAmount")->set("value", value);
        return refund;
    }
    static std::string named(const std::string& id) { return R"({"paymentRequestId":")" + id + "\"}"; }

    Reply admin(const std::string& method, const std::string& path, const std::string& body = "") {
        return handle_admin(*gateway_, Request{method, path, {}, body});
    }

    static bool good_signature(const Reply& reply, const std::string& target, EVP_PKEY* by = key()) {
        auto header = header_values(reply.headers, "signature"), time = header_values(reply.headers, "response-time");
        auto client = header_values(reply.headers, "client-id");
        if (header.size() != 1 || time.size() != 1 || client.size() != 1) return false;
        auto signature = parse_signature_header(header[0]);
        return signature && verify(by, signed_content(target, client[0], time[0], reply.body), signature->signature);
    }

    /// One key for both sides: making keys is slow, and each side's use of it is tested over TLS.
    static EVP_PKEY* key() {
        static const Key made = make_rsa_key();
        return made.get();
    }

    /// The key after a rotation.
    static EVP_PKEY* second_key() {
        static const Key made = make_rsa_key();
        return made.get();
    }

  private:
    void open() {
        ledger_ = std::make_unique<Ledger>(folder_.path() + "/ledger.sqlite");
        write_private_key(key(), folder_.path() + "/key.pem");
        write_public_key(key(), folder_.path() + "/public.pem");
        write_private_key(second_key(), folder_.path() + "/key_2.pem");
        GatewayOptions options{kClient,
                               read_private_key(folder_.path() + "/key.pem"),
                               read_public_key(folder_.path() + "/public.pem"),
                               strict_time_,
                               [this] { return now_ms.load(); },
                               read_private_key(folder_.path() + "/key_2.pem")};
        gateway_ = std::make_unique<Gateway>(std::move(options), *ledger_);
    }

    bool strict_time_;
    ScratchFolder folder_;
    std::unique_ptr<Ledger> ledger_;
    std::unique_ptr<Gateway> gateway_;
};

/// "S SUCCESS", "F PARAM_ILLEGAL", …
inline std::string result_text(const Poco::JSON::Object::Ptr& answer) {
    Poco::JSON::Object::Ptr result = answer->getObject("result");
    return result->getValue<std::string>("resultStatus") + " " + result->getValue<std::string>("resultCode");
}

inline std::string message_of(const Poco::JSON::Object::Ptr& answer) {
    return answer->getObject("result")->getValue<std::string>("resultMessage");
}

}  // namespace hostsim::sandbox
