#include "sandbox/gateway.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "sandbox/datetime.h"

namespace hostsim::sandbox {
namespace {

using Poco::JSON::Object;

constexpr std::array<std::string_view, 2> kPrefixes{"/ams/sandbox/api/", "/ams/api/"};
constexpr std::string_view kJsonType = "application/json; charset=UTF-8";

/// `POST https://host:port/path?query` and `POST /path?query` name the same: the path with its query is what is signed.
std::string path_of(const std::string& target) {
    if (target.starts_with("/")) return target;
    std::size_t scheme = target.find("://");
    if (scheme == std::string::npos) return target;
    std::size_t slash = target.find('/', scheme + 3);
    return slash == std::string::npos ? "/" : target.substr(slash);
}

/// The one value of a header. Twice the same counts as once; two different ones, or none, give an empty optional.
std::optional<std::string> single(const Headers& headers, std::string_view name) {
    std::vector<std::string> values = header_values(headers, name);
    if (values.empty() || values[0].empty()) return std::nullopt;
    for (const std::string& value : values) {
        if (value != values[0]) return std::nullopt;
    }
    return values[0];
}

bool json_type(const Headers& headers) {
    std::vector<std::string> types = header_values(headers, "Content-Type");
    if (types.empty()) return true;
    return std::any_of(types.begin(), types.end(), [](std::string type) {
        std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return char(std::tolower(c)); });
        return type.find("application/json") != std::string::npos;
    });
}

Object::Ptr parse_object(const std::string& body) {
    try {
        Poco::JSON::Parser parser;
        Poco::Dynamic::Var parsed = parser.parse(body);
        if (parsed.type() == typeid(Object::Ptr)) return parsed.extract<Object::Ptr>();
    } catch (const Poco::Exception&) {
        return nullptr;  // the caller answers PARAM_ILLEGAL
    }
    return nullptr;
}

std::string body_text(const Answer& answer) {
    Object::Ptr result = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    result->set("resultStatus", std::string(1, answer.result.status));
    result->set("resultCode", answer.result.code);
    result->set("resultMessage", answer.result.message);
    Object::Ptr body = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    body->set("result", result);
    if (answer.fields) {
        for (const std::string& name : answer.fields->getNames())
            body->set(name, answer.fields->get(name));
    }
    std::ostringstream text;
    body->stringify(text);
    return text.str();
}

std::optional<Result> check_pay(const Object& body, std::int64_t now_ms) {
    std::string scenario = text_at(body, "paymentFactor.inStorePaymentScenario");
    if (scenario == "OrderCode" || scenario == "EntryCode") {
        return param_illegal("paymentFactor.inStorePaymentScenario",
                             scenario + " is not supported by this sandbox yet; PaymentCode is");
    }
    if (auto fault = check_fields(body, pay_rules(), now_ms)) return fault;
    if (text_at(body, "order.orderAmount.currency") != text_at(body, "paymentAmount.currency") ||
        text_at(body, "order.orderAmount.value") != text_at(body, "paymentAmount.value")) {
        return param_illegal("order.orderAmount", "differs from paymentAmount");
    }
    return std::nullopt;
}

std::optional<Result> check_named(const Object& body, std::int64_t now_ms) {
    if (auto fault = check_fields(body, inquiry_rules(), now_ms)) return fault;
    if (text_at(body, "paymentId").empty() && text_at(body, "paymentRequestId").empty()) {
        return param_illegal("paymentId, paymentRequestId", "one of them is needed");
    }
    return std::nullopt;
}

std::optional<Result> check_refund(const Object& body, std::int64_t now_ms) {
    return check_fields(body, refund_rules(), now_ms);
}

std::optional<Result> check_named_refund(const Object& body, std::int64_t now_ms) {
    if (auto fault = check_fields(body, refund_inquiry_rules(), now_ms)) return fault;
    if (text_at(body, "refundId").empty() && text_at(body, "refundRequestId").empty()) {
        return param_illegal("refundId, refundRequestId", "one of them is needed");
    }
    return std::nullopt;
}

/// Another id of the same shape.
std::string somebody_elses(std::string id) {
    id.back() = id.back() == '7' ? '8' : '7';
    return id;
}

/// Writes what a wrong_amount or wrong_ids says into the fields of an answer.
void falsify(Object& fields, Fault fault) {
    if (fault == Fault::kWrongIds) {
        for (const char* name : {"paymentRequestId", "paymentId", "refundRequestId", "refundId"}) {
            std::string id = text_at(fields, name);
            if (!id.empty()) fields.set(name, somebody_elses(id));
        }
        return;
    }
    for (const char* name : {"paymentAmount", "refundAmount"}) {
        Object::Ptr amount = fields.getObject(name);
        if (amount) amount->set("value", std::to_string(std::stoll(text_at(*amount, "value")) + 1));
    }
}

}  // namespace

struct Gateway::Endpoint {
    std::string_view path;  ///< behind the prefix
    std::string_view api;
    std::optional<Result> (*check)(const Object& body, std::int64_t now_ms);
    Answer (Gateway::*run)(const Object& body, ChosenFault fault);
    std::int64_t RequestCounts::*counter;
};

const Gateway::Endpoint* Gateway::endpoint_of(std::string_view path) {
    static constexpr std::array endpoints{
        Endpoint{"v1/payments/pay", "pay", check_pay, &Gateway::pay, &RequestCounts::pay},
        Endpoint{"v1/payments/inquiryPayment", "inquiryPayment", check_named, &Gateway::inquire,
                 &RequestCounts::inquiry},
        Endpoint{"v1/payments/cancel", "cancel", check_named, &Gateway::cancel, &RequestCounts::cancel},
        Endpoint{"v1/payments/refund", "refund", check_refund, &Gateway::refund, &RequestCounts::refund},
        Endpoint{"v1/payments/inquiryRefund", "inquiryRefund", check_named_refund, &Gateway::inquire_refund,
                 &RequestCounts::inquiry_refund},
    };
    path = path.substr(0, path.find('?'));
    for (std::string_view prefix : kPrefixes) {
        if (!path.starts_with(prefix)) continue;
        for (const Endpoint& endpoint : endpoints) {
            if (endpoint.path == path.substr(prefix.size())) return &endpoint;
        }
    }
    return nullptr;
}

Gateway::Gateway(GatewayOptions options, Ledger& ledger)
    : options_(std::move(options)),
      ledger_(ledger),
      payments_(ledger, windows_, [this] { return now_ms(); }),
      refunds_(ledger, payments_, windows_, [this] { return now_ms(); }) {}

int Gateway::rotate_keys() {
    if (!options_.second_private_key) throw std::invalid_argument("this gateway has no second key");
    std::lock_guard lock(mutex_);
    key_version_ = 3 - key_version_;
    return key_version_;
}

void Gateway::set_windows(const UndoWindows& windows) {
    std::lock_guard lock(mutex_);
    windows_ = windows;
}

void Gateway::place(const PlacedPayment& placed) {
    std::lock_guard lock(mutex_);
    payments_.place(placed);
}

void Gateway::let_time_pass(const Payment& payment) {
    if (payment.status == "PROCESSING" || payment.status == "CANCELLED") payments_.settled(payment);
    refunds_.settle(payment.payment_id);
}

Reply Gateway::handle(const Request& request) {
    try {
        return answer(request);
    } catch (const std::exception& failure) {  // Poco::Exception is one
        std::cerr << "sandbox: " << failure.what() << std::endl;
        Answer broken{result_of("SYSTEM_ERROR"), nullptr};
        return deliver(broken, path_of(request.target));
    }
}

Reply Gateway::answer(const Request& request) {
    std::string target = path_of(request.target);
    const Endpoint* endpoint = endpoint_of(target);
    if (!endpoint) return unsigned_refusal("INVALID_API");
    if (request.method != "POST") return unsigned_refusal("METHOD_NOT_SUPPORTED");
    std::string request_time;
    Reply refusal;
    if (!authentic(request, target, request_time, refusal)) return refusal;

    RequestRecord record;
    record.api = endpoint->api;
    Answer result = execute(*endpoint, request, request_time, record);
    record.result_status = std::string(1, result.result.status);
    record.result_code = result.result.code;
    if (record.fault.empty() && result.delivery != Fault::kNone) record.fault = row_of(result.delivery).name;
    log(std::move(record));
    return deliver(result, target);
}

bool Gateway::authentic(const Request& request, const std::string& target, std::string& request_time, Reply& refusal) {
    auto client_id = single(request.headers, "Client-Id");
    if (!client_id || *client_id != options_.client_id) {
        refusal = unsigned_refusal("CLIENT_INVALID");
        return false;
    }
    auto time = single(request.headers, "Request-Time");
    auto header = single(request.headers, "Signature");
    auto parsed = header ? parse_signature_header(*header) : std::nullopt;
    if (!time || !parsed || (!parsed->algorithm.empty() && parsed->algorithm != "RSA256")) {
        refusal = unsigned_refusal("SIGNATURE_INVALID");
        return false;
    }
    if (!parsed->key_version.empty() && parsed->key_version != "1") {
        refusal = unsigned_refusal("KEY_NOT_FOUND");
        return false;
    }
    std::string content = signed_content(target, *client_id, *time, request.body);
    if (!verify(options_.merchant_public_key.get(), content, parsed->signature)) {
        refusal = unsigned_refusal("SIGNATURE_INVALID");
        return false;
    }
    request_time = *time;
    return true;
}

Answer Gateway::execute(const Endpoint& endpoint, const Request& request, const std::string& request_time,
                        RequestRecord& record) {
    auto refuse = [this](Result result) {
        std::lock_guard lock(log_mutex_);
        ++refused_;
        return Answer{std::move(result), nullptr};
    };
    std::int64_t now = now_ms();
    auto time = parse_request_time(request_time);
    if (!time)
        return refuse(param_illegal("Request-Time", "is neither epoch milliseconds nor ISO 8601 with an offset"));
    if (options_.strict_time && std::abs(*time - now) > kRequestTimeLimitMs) {
        return refuse(param_illegal("Request-Time", "is more than 10 minutes off"));
    }
    if (!json_type(request.headers)) return refuse(result_of("MEDIA_TYPE_NOT_ACCEPTABLE"));
    Object::Ptr body = parse_object(request.body);
    if (!body) return refuse(param_illegal("body", "is not a JSON object"));
    if (auto fault = endpoint.check(*body, now)) return refuse(*fault);
    return under_lock(endpoint, *body, record);
}

/// What goes wrong with this request: a rule before an amount.
ChosenFault Gateway::choose(const FaultSubject& subject, const Object& body, const std::optional<FaultRule>& rule,
                            int before) const {
    if (rule) return {rule->fault, rule->after_ms};
    Fault fault = Fault::kNone;
    if (subject.api == "pay") fault = fault_by_amount(text_at(body, "paymentAmount.value"), before);
    if (subject.api == "refund") fault = fault_by_refund_amount(text_at(body, "refundAmount.value"), before);
    return {fault, fault == Fault::kNone ? 0 : row_of(fault).after_ms};
}

Answer Gateway::under_lock(const Endpoint& endpoint, const Object& body, RequestRecord& record) {
    std::lock_guard lock(mutex_);
    const Payment* known = payments_.named(body);
    const Refund* refund = refunds_.named(body);
    if (!known && refund && endpoint.api == "inquiryRefund") known = ledger_.by_payment_id(refund->payment_id);
    if (known) let_time_pass(*known);
    FaultSubject subject{endpoint.api, known ? known->payment_request_id : text_at(body, "paymentRequestId"),
                         known ? known->payment_id : text_at(body, "paymentId"),
                         known ? known->reference_order_id : text_at(body, "order.referenceOrderId"),
                         refund ? refund->refund_request_id : text_at(body, "refundRequestId")};
    record.payment_request_id = subject.payment_request_id;
    record.refund_request_id = subject.refund_request_id;
    const std::string& id = endpoint.api == "refund" ? subject.refund_request_id : subject.payment_request_id;
    int before = int(ledger_.counts(id).*endpoint.counter);
    ledger_.count(subject.payment_request_id, endpoint.counter, subject.refund_request_id);

    auto rule = rules_.take(subject);
    ChosenFault fault = choose(subject, body, rule, before);
    if (fault.kind != Fault::kNone) record.fault = row_of(fault.kind).name;
    switch (fault.kind) {
        case Fault::kSilence:
        case Fault::kResetBeforeBooking: return {result_of("UNKNOWN_EXCEPTION"), nullptr, fault.kind};
        case Fault::kTrafficLimit: return {result_of("REQUEST_TRAFFIC_EXCEED_LIMIT"), nullptr};
        case Fault::kResult: {
            Result result = result_of(rule->result_code);
            if (rule->result_status != 0) result.status = rule->result_status;
            return {result, nullptr};
        }
        default: break;
    }
    Answer answer = (this->*endpoint.run)(body, fault);
    if (answer.delivery == Fault::kNone && is_answer_fault(fault.kind)) answer.delivery = fault.kind;
    if (answer.delivery == Fault::kLateAnswer) answer.delay_ms = fault.after_ms;
    return answer;
}

Reply Gateway::unsigned_refusal(std::string_view code) {
    Answer answer{result_of(code), nullptr};
    RequestRecord record;
    record.result_status = std::string(1, answer.result.status);
    record.result_code = answer.result.code;
    log(std::move(record));
    {
        std::lock_guard lock(log_mutex_);
        ++refused_;
    }
    Reply reply;
    reply.headers = {{"Content-Type", std::string(kJsonType)},
                     {"client-id", options_.client_id},
                     {"response-time", iso_time(now_ms())}};
    reply.body = body_text(answer);
    return reply;
}

Reply Gateway::deliver(const Answer& answer, const std::string& target) {
    Reply reply;
    switch (answer.delivery) {
        case Fault::kSilence: reply.way = Reply::Way::kHold; return reply;
        case Fault::kAnswerLost: reply.way = Reply::Way::kDrop; return reply;
        case Fault::kResetBeforeBooking:
        case Fault::kResetAfterBooking: reply.way = Reply::Way::kReset; return reply;
        case Fault::kHttp500:
            return {Reply::Way::kSend, 500, {{"Content-Type", "text/plain"}}, "Internal Server Error", 0};
        case Fault::kGarbageBody:
            return {Reply::Way::kSend,
                    200,
                    {{"Content-Type", "text/html"}},
                    "<html><body>Bad gateway {\"result\":</body>",
                    0};
        default: break;
    }
    reply = signed_reply(answer, target);
    if (answer.delivery == Fault::kDuplicateAnswer) reply.way = Reply::Way::kTwice;
    if (answer.delivery == Fault::kDrip) reply.way = Reply::Way::kDrip;
    if (answer.delivery == Fault::kTruncated) reply.way = Reply::Way::kTruncate;
    reply.delay_ms = answer.delay_ms;
    return reply;
}

Reply Gateway::signed_reply(const Answer& answer, const std::string& target) {
    Answer shown = answer;
    if (answer.delivery == Fault::kUnknownException) shown = {result_of("UNKNOWN_EXCEPTION"), nullptr};
    if (shown.fields && (answer.delivery == Fault::kWrongIds || answer.delivery == Fault::kWrongAmount)) {
        falsify(*shown.fields, answer.delivery);
    }
    Reply reply;
    reply.body = body_text(shown);
    std::string time = iso_time(now_ms());
    std::string client_id =
        answer.delivery == Fault::kWrongClientId ? somebody_elses(options_.client_id) : options_.client_id;
    reply.headers = {{"Content-Type", std::string(kJsonType)}, {"client-id", client_id}, {"response-time", time}};
    if (answer.delivery == Fault::kNoSignature) return reply;
    std::string signed_body = answer.delivery == Fault::kWrongSignature ? reply.body + " " : reply.body;
    int version = key_version_;
    const Key& key = version == 1 ? options_.private_key : options_.second_private_key;
    std::string content = signed_content(target, client_id, time, signed_body);
    reply.headers.emplace_back("signature", signature_header(sign(key.get(), content), version));
    return reply;
}

void Gateway::log(RequestRecord record) {
    record.time_ms = now_ms();
    std::lock_guard lock(log_mutex_);
    records_.push_back(std::move(record));
    if (records_.size() > kRequestLogLimit) records_.pop_front();
}

std::vector<RequestRecord> Gateway::records() const {
    std::lock_guard lock(log_mutex_);
    return {records_.begin(), records_.end()};
}

std::int64_t Gateway::refused() const {
    std::lock_guard lock(log_mutex_);
    return refused_;
}

}  // namespace hostsim::sandbox
