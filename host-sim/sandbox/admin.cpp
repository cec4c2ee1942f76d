#include "sandbox/admin.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <array>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "sandbox/answers.h"
#include "sandbox/datetime.h"
#include "sandbox/ledger_view.h"

namespace hostsim::sandbox {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::int64_t kRuleTimesLimit = 1'000'000;
constexpr std::int64_t kPlacedExpiryS = 600;
constexpr std::int64_t kPlacedAmountLimit = 9'999'999'999'999'999;  // Antom docs: a value has at most 16 digits
constexpr std::int64_t kPlacedSecondsLimit = 400LL * 24 * 3600;
constexpr std::int64_t kClockOffsetLimitS = 400LL * 24 * 3600;
constexpr std::int64_t kWindowLimitS = 4000LL * 24 * 3600;

Object::Ptr object() {
    return new Object(Poco::JSON_PRESERVE_KEY_ORDER);
}

Reply json_reply(const Object::Ptr& json, int status = 200) {
    std::ostringstream text;
    json->stringify(text);
    return {Reply::Way::kSend, status, {{"Content-Type", "application/json; charset=UTF-8"}}, text.str() + "\n", 0};
}

Reply error_reply(const std::string& why, int status) {
    Object::Ptr json = object();
    json->set("error", why);
    return json_reply(json, status);
}

Reply get_ledger(Gateway& gateway, const Request&) {
    return json_reply(ledger_json(gateway));
}

Reply get_requests(Gateway& gateway, const Request&) {
    Array::Ptr requests = new Array;
    for (const RequestRecord& record : gateway.records()) {
        Object::Ptr line = object();
        line->set("time", iso_time(record.time_ms));
        line->set("api", record.api);
        line->set("paymentRequestId", record.payment_request_id);
        if (!record.refund_request_id.empty()) line->set("refundRequestId", record.refund_request_id);
        line->set("resultStatus", record.result_status);
        line->set("resultCode", record.result_code);
        line->set("fault", record.fault);
        requests->add(line);
    }
    Object::Ptr json = object();
    json->set("requests", requests);
    return json_reply(json);
}

Reply get_faults(Gateway& gateway, const Request&) {
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

double seconds_in(const Object& body, const std::string& name) {
    try {
        return body.get(name).convert<double>();
    } catch (const Poco::Exception&) {
        throw std::invalid_argument(name + " must be a number of seconds");
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

void read_delay(const Object& body, const FaultRow& row, FaultRule& rule) {
    rule.after_ms = row.after_ms;
    if (!body.has("after_s")) return;
    if (row.after_ms == 0 || (rule.fault == Fault::kPaidAfterCancel && rule.api == "pay")) {
        throw std::invalid_argument("after_s belongs to slow_customer, arrives_late, late_answer, refund_in_process, " +
                                    std::string("refund_fails_later, and paid_after_cancel of the api cancel"));
    }
    double seconds = seconds_in(body, "after_s");
    if (seconds < 0 || seconds * 1000 > double(kFaultDelayLimitMs)) {
        throw std::invalid_argument("after_s must be from 0 to " + std::to_string(kFaultDelayLimitMs / 1000));
    }
    rule.after_ms = std::int64_t(seconds * 1000);
}

void read_match(const Object& body, FaultRule& rule) {
    if (!body.has("match")) return;
    std::ostringstream text;
    Object::Ptr match = body.getObject("match");
    if (!match) throw std::invalid_argument("match must be an object");
    match->stringify(text);
    match = body_of(text.str(), {"paymentRequestId", "paymentId", "referenceOrderId", "refundRequestId"},
                    R"("match":{"paymentRequestId":"...","paymentId":"...","referenceOrderId":"...",)"
                    R"("refundRequestId":"..."})");
    rule.payment_request_id = text_in(*match, "paymentRequestId");
    rule.payment_id = text_in(*match, "paymentId");
    rule.reference_order_id = text_in(*match, "referenceOrderId");
    rule.refund_request_id = text_in(*match, "refundRequestId");
}

Reply post_faults(Gateway& gateway, const Request& request) {
    Object::Ptr body =
        body_of(request.body, {"api", "fault", "times", "after_s", "match", "resultCode", "resultStatus"},
                R"({"api":"pay","fault":"answer_lost","times":1,"match":{"paymentRequestId":"..."}})");
    FaultRule rule;
    rule.api = text_in(*body, "api");
    if (!has_word(kEveryApi, rule.api)) {
        throw std::invalid_argument("api must be pay, inquiryPayment, cancel, refund or inquiryRefund");
    }
    const FaultRow& row = fault_named(text_in(*body, "fault"), rule.api);
    rule.fault = row.fault;
    std::int64_t times = integer_in(*body, "times", 1);
    if (times < 1 || times > kRuleTimesLimit) throw std::invalid_argument("times must be from 1 to 1000000");
    rule.times = int(times);
    read_delay(*body, row, rule);
    read_result(*body, rule);
    read_match(*body, rule);
    gateway.rules().add(std::move(rule));
    return get_faults(gateway, request);
}

Reply delete_faults(Gateway& gateway, const Request& request) {
    gateway.rules().clear();
    return get_faults(gateway, request);
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

Reply post_payments(Gateway& gateway, const Request& request) {
    constexpr const char* shape =
        R"({"paymentRequestId":"...","amount":"1250","currency":"JPY","status":"SUCCESS"}, amount in minor units)";
    Object::Ptr body = body_of(
        request.body,
        {"paymentRequestId", "amount", "currency", "status", "pspName", "referenceOrderId", "age_s", "expiry_s"},
        shape);
    PlacedPayment placed;
    placed.payment_request_id = text_in(*body, "paymentRequestId");
    placed.currency = text_in(*body, "currency");
    placed.status = text_in(*body, "status");
    placed.reference_order_id = text_in(*body, "referenceOrderId");
    std::int64_t amount = integer_in(*body, "amount", 0);
    std::int64_t age_s = integer_in(*body, "age_s", 0), expiry_s = integer_in(*body, "expiry_s", kPlacedExpiryS);
    if (placed.payment_request_id.empty() || placed.currency.size() != 3 || amount <= 0 ||
        amount > kPlacedAmountLimit) {
        throw std::invalid_argument(std::string("needed is ") + shape);
    }
    if (!has_word("SUCCESS PROCESSING FAIL CANCELLED", placed.status)) {
        throw std::invalid_argument("status must be SUCCESS, PROCESSING, FAIL or CANCELLED");
    }
    if (age_s < 0 || age_s > kPlacedSecondsLimit || expiry_s < 1 || expiry_s > kPlacedSecondsLimit) {
        throw std::invalid_argument("age_s must be from 0 and expiry_s from 1 to " +
                                    std::to_string(kPlacedSecondsLimit));
    }
    std::string psp_name = text_in(*body, "pspName");
    const Wallet* wallet = wallet_named(psp_name.empty() ? "ALIPAYCN" : psp_name);
    if (!wallet) throw std::invalid_argument("pspName must be ALIPAYCN, ALIPAYHK or KAKAOPAY");
    placed.customer = wallet->customer_id;
    placed.value = std::to_string(amount);
    placed.age_ms = age_s * 1000;
    placed.expiry_ms = expiry_s * 1000;
    gateway.place(placed);
    return get_ledger(gateway, request);
}

Reply post_clock(Gateway& gateway, const Request& request) {
    Object::Ptr body = body_of(request.body, {"offset_s"}, R"({"offset_s":-3600}, 0: the machine's own time)");
    if (!body->has("offset_s")) throw std::invalid_argument("offset_s is needed: seconds ahead of the machine's time");
    std::int64_t offset_s = integer_in(*body, "offset_s", 0);
    if (offset_s < -kClockOffsetLimitS || offset_s > kClockOffsetLimitS) {
        throw std::invalid_argument("offset_s must be within " + std::to_string(kClockOffsetLimitS) + " seconds");
    }
    gateway.set_clock_offset(offset_s * 1000);
    Object::Ptr json = object();
    json->set("offset_s", Poco::Int64(offset_s));
    json->set("time", iso_time(gateway.now_ms()));
    return json_reply(json);
}

Reply post_rotate(Gateway& gateway, const Request&) {
    int version = gateway.rotate_keys();
    Object::Ptr json = object();
    json->set("keyVersion", version);
    json->set("alipayPublicKeyFile", version == 1 ? "alipay_public_key.pem" : "alipay_public_key_2.pem");
    return json_reply(json);
}

Reply post_windows(Gateway& gateway, const Request& request) {
    Object::Ptr body = body_of(request.body, {"cancel_s", "refund_s"},
                               R"({"cancel_s":60,"refund_s":3600}, seconds after the payment; left out: as usual)");
    Object::Ptr json = object();
    auto read = [&](const char* name) -> std::optional<std::int64_t> {
        if (!body->has(name)) return std::nullopt;
        std::int64_t seconds = integer_in(*body, name, 0);
        if (seconds < 0 || seconds > kWindowLimitS) {
            throw std::invalid_argument(name + (" must be from 0 to " + std::to_string(kWindowLimitS)));
        }
        json->set(name, Poco::Int64(seconds));
        return seconds * 1000;
    };
    UndoWindows windows{read("cancel_s"), read("refund_s")};
    gateway.set_windows(windows);
    return json_reply(json);
}

Reply get_help(Gateway&, const Request&) {
    return {Reply::Way::kSend, 200, {{"Content-Type", "text/plain; charset=UTF-8"}}, admin_help(), 0};
}

struct Route {
    std::string_view method, path, text;
    Reply (*answer)(Gateway& gateway, const Request& request);
};

constexpr std::array kRoutes{
    Route{"GET", "/", "this text", get_help},
    Route{"GET", "/ledger", "payments with their refunds, movements of money, counts of requests", get_ledger},
    Route{"GET", "/requests", "the last requests: what was asked, answered, and which fault it met", get_requests},
    Route{"GET", "/faults", "the rules that wait", get_faults},
    Route{"POST", "/faults", R"(a rule: {"api":"refund","fault":"answer_lost","times":1}; also "after_s" and "match")",
          post_faults},
    Route{"DELETE", "/faults", "forget every rule", delete_faults},
    Route{"POST", "/wallets", R"(set a balance: {"pspName":"ALIPAYCN","currency":"JPY","balance":"1000"})",
          post_wallets},
    Route{"POST", "/payments",
          R"(a payment that another system made: {"paymentRequestId":"x1","amount":"1250","currency":"JPY",)"
          R"("status":"SUCCESS"}; also "age_s", "expiry_s", "pspName", "referenceOrderId")",
          post_payments},
    Route{"POST", "/clock", R"(a wrong clock: {"offset_s":-3600} against the machine's; until the sandbox ends)",
          post_clock},
    Route{"POST", "/keys/rotate", "sign answers with the other of the two key pairs; until the sandbox ends",
          post_rotate},
    Route{"POST", "/windows",
          R"(how long after the payment it may be undone: {"cancel_s":60,"refund_s":3600}; {}: as usual)",
          post_windows},
};

Reply route(Gateway& gateway, const Request& request) {
    std::string path = request.target.substr(0, request.target.find('?'));
    for (const Route& route : kRoutes) {
        if (path == route.path && request.method == route.method) return route.answer(gateway, request);
    }
    std::string all;
    for (const Route& route : kRoutes)
        all += (all.empty() ? "" : ", ") + std::string(route.method) + " " + std::string(route.path);
    return error_reply("there are " + all, 404);
}

}  // namespace

std::string admin_help() {
    std::string text;
    for (const Route& route : kRoutes) {
        std::string name = std::string(route.method) + " " + std::string(route.path);
        name.resize(std::max<std::size_t>(name.size(), 18), ' ');
        text += "  " + name + "  " + std::string(route.text) + "\n";
    }
    return text;
}

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
