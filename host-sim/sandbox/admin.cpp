#include "sandbox/admin.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "sandbox/answers.h"
#include "sandbox/datetime.h"

namespace hostsim::sandbox {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::int64_t kRuleTimesLimit = 1'000'000;

Object::Ptr object() {
    return new Object(Poco::JSON_PRESERVE_KEY_ORDER);
}

Reply json_reply(const Object::Ptr& json, int status = 200) {
    std::ostringstream text;
    json->stringify(text);
    return {Reply::Way::kSend, status, {{"Content-Type", "application/json; charset=UTF-8"}}, text.str() + "\n"};
}

Reply error_reply(const std::string& why, int status) {
    Object::Ptr json = object();
    json->set("error", why);
    return json_reply(json, status);
}

Object::Ptr counts_json(const RequestCounts& counts) {
    Object::Ptr json = object();
    json->set("pay", counts.pay);
    json->set("inquiry", counts.inquiry);
    json->set("cancel", counts.cancel);
    return json;
}

void set_time(Object& json, const char* name, std::int64_t time_ms) {
    if (time_ms != 0) json.set(name, iso_time(time_ms));
}

Object::Ptr payment_json(const Payment& payment, const RequestCounts& counts) {
    Object::Ptr json = object();
    json->set("paymentRequestId", payment.payment_request_id);
    json->set("paymentId", payment.payment_id);
    json->set("currency", payment.currency);
    json->set("value", payment.value);
    json->set("status", payment.status);
    json->set("resultCode", payment.result_code);
    json->set("referenceOrderId", payment.reference_order_id);
    json->set("referenceMerchantId", payment.reference_merchant_id);
    json->set("referenceStoreId", payment.reference_store_id);
    json->set("storeTerminalId", payment.store_terminal_id);
    json->set("pspName", wallet_of_customer(payment.customer).psp_name);
    json->set("fault", payment.fault);
    set_time(*json, "createTime", payment.create_ms);
    set_time(*json, "expiryTime", payment.expiry_ms);
    set_time(*json, "paymentTime", payment.paid_ms);
    set_time(*json, "cancelTime", payment.cancel_ms);
    json->set("charged", payment.charged);
    json->set("returned", payment.returned);
    json->set("requests", counts_json(counts));
    return json;
}

Object::Ptr entry_json(const Entry& entry) {
    Object::Ptr json = object();
    json->set("paymentId", entry.payment_id);
    json->set("kind", entry.kind);
    json->set("currency", entry.currency);
    json->set("value", entry.value);
    json->set("time", iso_time(entry.time_ms));
    return json;
}

Reply get_ledger(Gateway& gateway) {
    Array::Ptr payments = new Array, entries = new Array;
    RequestCounts totals;
    gateway.with_ledger([&](Ledger& ledger) {
        for (const Payment* payment : ledger.payments()) {
            payments->add(payment_json(*payment, ledger.counts(payment->payment_request_id)));
        }
        for (const Entry& entry : ledger.entries())
            entries->add(entry_json(entry));
        totals = ledger.totals();
    });
    Object::Ptr requests = counts_json(totals);
    requests->set("refused", gateway.refused());
    Object::Ptr json = object();
    json->set("payments", payments);
    json->set("entries", entries);
    json->set("requests", requests);
    return json_reply(json);
}

Reply get_requests(Gateway& gateway) {
    Array::Ptr requests = new Array;
    for (const RequestRecord& record : gateway.records()) {
        Object::Ptr line = object();
        line->set("time", iso_time(record.time_ms));
        line->set("api", record.api);
        line->set("paymentRequestId", record.payment_request_id);
        line->set("resultStatus", record.result_status);
        line->set("resultCode", record.result_code);
        line->set("fault", record.fault);
        requests->add(line);
    }
    Object::Ptr json = object();
    json->set("requests", requests);
    return json_reply(json);
}

Reply get_faults(Gateway& gateway) {
    Array::Ptr rules = new Array;
    for (const FaultRule& rule : gateway.rules().waiting()) {
        Object::Ptr line = object();
        line->set("api", rule.api);
        line->set("fault", std::string(row_of(rule.fault).name));
        line->set("times", rule.times);
        rules->add(line);
    }
    Object::Ptr json = object();
    json->set("rules", rules);
    return json_reply(json);
}

/// A JSON object whose keys are all among `allowed`. Throws std::invalid_argument.
Object::Ptr body_of(const std::string& text, const std::vector<std::string>& allowed, const char* shape) {
    Object::Ptr body;
    try {
        body = Poco::JSON::Parser().parse(text).extract<Object::Ptr>();
    } catch (const Poco::Exception&) {
        throw std::invalid_argument(std::string("the body must be a JSON object: ") + shape);
    }
    for (const std::string& name : body->getNames()) {
        if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
            throw std::invalid_argument("\"" + name + "\" is not known; the shape is " + shape);
        }
    }
    return body;
}

/// The text under a name, "" when it is absent. Throws std::invalid_argument when it is no text.
std::string text_in(const Object& body, const std::string& name) {
    Poco::Dynamic::Var value = body.get(name);
    if (value.isEmpty()) return "";
    if (!value.isString()) throw std::invalid_argument(name + " must be a JSON string");
    return value.extract<std::string>();
}

/// The integer under a name, written as a number or as a string of digits.
std::int64_t integer_in(const Object& body, const std::string& name, std::int64_t otherwise) {
    Poco::Dynamic::Var value = body.get(name);
    if (value.isEmpty()) return otherwise;
    try {
        return value.convert<Poco::Int64>();
    } catch (const Poco::Exception&) {
        throw std::invalid_argument(name + " must be an integer");
    }
}

void read_result(const Object& body, FaultRule& rule) {
    rule.result_code = text_in(body, "resultCode");
    std::string status = text_in(body, "resultStatus");
    if (rule.fault != Fault::kResult) {
        if (!rule.result_code.empty() || !status.empty()) {
            throw std::invalid_argument("resultCode and resultStatus belong to the fault \"result\" only");
        }
        return;
    }
    if (rule.result_code.empty()) throw std::invalid_argument("the fault \"result\" needs a resultCode");
    if (!status.empty() && status != "S" && status != "F" && status != "U") {
        throw std::invalid_argument("resultStatus must be S, F or U");
    }
    rule.result_status = status.empty() ? char(0) : status[0];
}

Reply post_faults(Gateway& gateway, const Request& request) {
    Object::Ptr body = body_of(request.body, {"api", "fault", "times", "match", "resultCode", "resultStatus"},
                               R"({"api":"pay","fault":"answer_lost","times":1,"match":{"paymentRequestId":"..."}})");
    FaultRule rule;
    rule.api = text_in(*body, "api");
    if (rule.api != "pay" && rule.api != "inquiryPayment" && rule.api != "cancel") {
        throw std::invalid_argument("api must be pay, inquiryPayment or cancel");
    }
    rule.fault = fault_named(text_in(*body, "fault"), rule.api).fault;
    std::int64_t times = integer_in(*body, "times", 1);
    if (times < 1 || times > kRuleTimesLimit) throw std::invalid_argument("times must be from 1 to 1000000");
    rule.times = int(times);
    read_result(*body, rule);
    if (body->has("match")) {
        std::ostringstream text;
        Object::Ptr match = body->getObject("match");
        if (!match) throw std::invalid_argument("match must be an object");
        match->stringify(text);
        match = body_of(text.str(), {"paymentRequestId", "paymentId", "referenceOrderId"},
                        R"("match":{"paymentRequestId":"...","paymentId":"...","referenceOrderId":"..."})");
        rule.payment_request_id = text_in(*match, "paymentRequestId");
        rule.payment_id = text_in(*match, "paymentId");
        rule.reference_order_id = text_in(*match, "referenceOrderId");
    }
    gateway.rules().add(std::move(rule));
    return get_faults(gateway);
}

Reply post_wallets(Gateway& gateway, const Request& request) {
    Object::Ptr body = body_of(request.body, {"pspName", "currency", "balance"},
                               R"({"pspName":"ALIPAYCN","currency":"JPY","balance":"1000"}, balance in minor units)");
    std::string psp_name = text_in(*body, "pspName"), currency = text_in(*body, "currency");
    std::int64_t balance = integer_in(*body, "balance", -1);
    if (currency.size() != 3 || balance < 0)
        throw std::invalid_argument("currency (three letters) and balance (0 or more) are needed");
    const Wallet* wallet = wallet_named(psp_name);
    if (!wallet) throw std::invalid_argument("pspName must be ALIPAYCN, ALIPAYHK or KAKAOPAY");
    gateway.with_ledger([&](Ledger& ledger) { ledger.set_balance(wallet->customer_id, currency, balance); });
    Object::Ptr json = object();
    json->set("pspName", psp_name);
    json->set("currency", currency);
    json->set("balance", std::to_string(balance));
    return json_reply(json);
}

Reply route(Gateway& gateway, const Request& request) {
    std::string path = request.target.substr(0, request.target.find('?'));
    const std::string& method = request.method;
    if (path == "/ledger" && method == "GET") return get_ledger(gateway);
    if (path == "/requests" && method == "GET") return get_requests(gateway);
    if (path == "/faults" && method == "GET") return get_faults(gateway);
    if (path == "/faults" && method == "POST") return post_faults(gateway, request);
    if (path == "/faults" && method == "DELETE") {
        gateway.rules().clear();
        return get_faults(gateway);
    }
    if (path == "/wallets" && method == "POST") return post_wallets(gateway, request);
    return error_reply("there are GET /ledger, GET /requests, GET, POST and DELETE /faults, POST /wallets", 404);
}

}  // namespace

Reply handle_admin(Gateway& gateway, const Request& request) {
    try {
        return route(gateway, request);
    } catch (const std::invalid_argument& fault) {
        return error_reply(fault.what(), 400);
    } catch (const std::exception& failure) {
        return error_reply(failure.what(), 500);
    }
}

}  // namespace hostsim::sandbox
