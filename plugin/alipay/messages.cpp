#include "alipay/messages.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <locale>
#include <sstream>
#include <stdexcept>

#include "alipay/datetime.h"
#include "alipay/details.h"
#include "json/json_object.h"

namespace paydrv::alipay {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Object;

// ---- what we say

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n\v\f";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Puts texts into an object and refuses what Alipay would refuse.
class Writer {
  public:
    Writer() : object_(new Object(Poco::JSON_PRESERVE_KEY_ORDER)) {}

    Writer& required(const std::string& name, std::string_view text, std::size_t limit) {
        const std::string_view value = trimmed(text);
        if (value.empty()) throw std::runtime_error(name + " is empty, and Alipay requires it");
        if (!json::is_utf8(value)) throw std::runtime_error(name + " is not UTF-8");
        if (json::characters(value) > limit) {
            throw std::runtime_error(name + " has more than the " + std::to_string(limit) +
                                     " characters that Alipay allows");
        }
        object_->set(name, std::string(value));
        return *this;
    }

    Writer& optional(const std::string& name, std::string_view text, std::size_t limit) {
        return trimmed(text).empty() ? *this : required(name, text, limit);
    }

    Writer& object(const std::string& name, const Writer& child) {
        object_->set(name, child.object_);
        return *this;
    }

    Object& get() { return *object_; }

    std::string json() const {
        std::ostringstream out;
        out.imbue(std::locale::classic());
        object_->stringify(out);
        return std::move(out).str();
    }

  private:
    Object::Ptr object_;
};

Writer amount_of(const money::OperationRecord& record, const char* name = "paymentAmount") {
    if (record.amount_minor <= 0) throw std::runtime_error(std::string(name) + " must be more than nothing");
    return Writer().required("currency", record.currency, 3).required("value", std::to_string(record.amount_minor), 16);
}

Writer order_of(const engine::Request& request, const GatewaySettings& settings, std::int64_t now_ms) {
    const money::OperationRecord& record = request.record;
    const std::string& store_id = record.store.empty() ? settings.reference_store_id : record.store;
    const std::string& order_id = record.order_reference.empty() ? record.reference : record.order_reference;
    Writer store;
    store.required("referenceStoreId", store_id, 32)
        .required("storeName", settings.store_name, 256)
        .required("storeMCC", settings.store_mcc, 32)
        .optional("storeOperatorId", record.operator_id, 64);
    Writer merchant;
    merchant.required("referenceMerchantId", settings.reference_merchant_id, 64)
        .required("merchantMCC", settings.merchant_mcc, 32)
        .required("merchantName", settings.merchant_name, 256)
        .object("store", store);
    const std::int64_t first_sent_ms = record.first_sent_ms > 0 ? record.first_sent_ms : now_ms;
    Writer env;
    env.required("storeTerminalId", record.terminal, 64)
        .required("storeTerminalRequestTime", format_datetime(first_sent_ms), 32);
    Writer order;
    order.required("referenceOrderId", order_id, 64)
        .required("orderDescription", trimmed(record.description).empty() ? order_id : record.description, 256)
        .object("orderAmount", amount_of(record))
        .object("merchant", merchant)
        .object("env", env);
    add_details(request.details_json, order.get());
    return order;
}

std::string pay_body(const engine::Request& request, const GatewaySettings& settings, std::int64_t now_ms) {
    const money::OperationRecord& record = request.record;
    if (record.mode != money::Mode::user_presented) {
        throw std::runtime_error("only payments by the customer's payment code can be sent");
    }
    if (record.expiry_ms <= 0) throw std::runtime_error("paymentExpiryTime is not set");  // R4
    Writer body;
    body.required("productCode", "IN_STORE_PAYMENT", 64)
        .required("paymentRequestId", record.request_id, 64)
        .object("paymentFactor", Writer().required("inStorePaymentScenario", "PaymentCode", 64))
        .object("paymentAmount", amount_of(record))
        .object("paymentMethod", Writer()
                                     .required("paymentMethodType", "CONNECT_WALLET", 64)
                                     .required("paymentMethodId", request.payment_code, 128))
        .required("paymentExpiryTime", format_datetime(record.expiry_ms), 32)
        .optional("paymentNotifyUrl", settings.payment_notify_url, 2048)
        .object("order", order_of(request, settings, now_ms));
    if (!settings.settlement_currency.empty()) {
        body.object("settlementStrategy", Writer().required("settlementCurrency", settings.settlement_currency, 3));
    }
    body.optional("merchantRegion", settings.merchant_region, 2);
    return body.json();
}

std::string refund_body(const money::OperationRecord& record) {
    Writer body;
    body.required("refundRequestId", record.request_id, 64)
        .required("paymentId", record.payment_id, 64)
        .object("refundAmount", amount_of(record, "refundAmount"))
        .optional("referenceRefundId", record.reference, 64)
        .optional("refundReason", record.description, 256);
    return body.json();
}

// Ours, not Alipay's: it was on disk before the payment was known there. What only Alipay named goes by its id, and so
// does a refund's payment: the request id of such a record is a refundRequestId.
std::string named_body(const money::OperationRecord& record) {
    Writer body;
    if (record.request_id.empty() || record.kind == money::Kind::refund) {
        body.required("paymentId", record.payment_id, 64);
    } else {
        body.required("paymentRequestId", record.request_id, 64);
    }
    return body.json();
}

// ---- what we read

constexpr std::size_t max_shown_characters = 64;  // Antom docs: length of ids, codes and names

std::string upper(std::string text) {
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

/// The text of a field, also of a whole number; nothing if absent, null or empty; unreadable_id if it is no text at
/// all.
std::optional<std::string> text_of(const Object& object, const std::string& name) {
    const Var value = object.get(name);
    if (value.isEmpty()) return std::nullopt;
    if (value.isString()) {
        const std::string text(trimmed(value.extract<std::string>()));
        return text.empty() ? std::nullopt : std::optional(text);
    }
    if (value.isInteger() && !value.isBoolean()) return value.convert<std::string>();
    return std::string(unreadable_id);
}

std::string code_of(const Object& object, const std::string& name) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    const std::string code = upper(text_of(object, name).value_or(""));
    return code.size() <= max_shown_characters && code.find_first_not_of(letters) == std::string::npos ? code : "";
}

/// A name that may be shown to people: short, without control characters.
std::string shown_of(const Object& object, const std::string& name) {
    std::string text = text_of(object, name).value_or("");
    const bool plain = std::none_of(text.begin(), text.end(),
                                    [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    return plain && text != unreadable_id && json::characters(text) <= max_shown_characters ? text : "";
}

/// An id: printable ASCII of at most 64; anything else equals none of ours.
std::optional<std::string> id_of(const Object& object, const std::string& name) {
    std::optional<std::string> id = text_of(object, name);
    if (!id) return id;
    const bool good =
        id->size() <= 64 && std::all_of(id->begin(), id->end(), [](char c) { return c > 0x20 && c < 0x7F; });
    return good ? id : std::string(unreadable_id);
}

/// Milliseconds since 1970; 0 if absent or not to be read.
std::int64_t time_of(const Object& object, const std::string& name) {
    const std::optional<std::string> text = text_of(object, name);
    return text ? parse_datetime(*text).value_or(0) : 0;
}

/// Three letters, upper case; anything else equals none of ours.
std::optional<std::string> currency_of(const Object& amount) {
    const std::optional<std::string> text = text_of(amount, "currency");
    if (!text) return text;
    std::string code = upper(*text);
    const bool good =
        code.size() == 3 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    return good ? code : std::string(unreadable_id);
}

/// Minor units, from a string of digits or a JSON number without fraction; -1 if it is neither.
std::optional<std::int64_t> minor_units(const Object& amount) {
    const Var value = amount.get("value");
    if (value.isEmpty()) return std::nullopt;
    if (value.isNumeric() && !value.isInteger() && !value.isString()) {
        const double number = value.convert<double>();
        constexpr double exact = 9007199254740992.0;  // 2^53: above it a double skips whole numbers
        return number >= 0 && number < exact && std::floor(number) == number ? static_cast<std::int64_t>(number) : -1;
    }
    const std::optional<std::string> digits = text_of(amount, "value");
    if (!digits) return std::nullopt;
    std::int64_t minor = -1;
    const char* end = digits->data() + digits->size();
    const auto [stop, fault] = std::from_chars(digits->data(), end, minor);
    return fault == std::errc() && stop == end && minor >= 0 ? minor : -1;
}

/// A field of type Amount; each part on its own absent or unreadable.
struct ReadAmount {
    std::optional<std::int64_t> minor;
    std::optional<std::string> currency;
};

ReadAmount read_amount(const Object& object, const std::string& name) {
    const Var value = object.get(name);
    if (value.isEmpty()) return {};
    if (value.type() != typeid(Object::Ptr)) return {-1, std::nullopt};
    const auto amount = value.extract<Object::Ptr>();
    return {minor_units(*amount), currency_of(*amount)};
}

std::string known_id(const Object& object, const std::string& name) {
    const std::string id = id_of(object, name).value_or("");
    return id == unreadable_id ? "" : id;
}

/// Adds a refund that was not told before; false if it was told with another amount.
bool add_refund(money::ListedRefund refund, std::vector<money::ListedRefund>& refunds) {
    const auto same = [&](const money::ListedRefund& other) {
        return (!refund.refund_id.empty() && refund.refund_id == other.refund_id) ||
               (!refund.request_id.empty() && refund.request_id == other.request_id);
    };
    const auto twin = std::find_if(refunds.begin(), refunds.end(), same);
    if (twin == refunds.end()) {
        refunds.push_back(std::move(refund));
        return true;
    }
    twin->done = twin->done && refund.done;
    return twin->amount_minor == refund.amount_minor;
}

/// One entry of transactions[]; false if it may be a refund but cannot be read as one in the payment's currency.
bool read_transaction(const Var& entry, GatewayMessage& message) {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / max_transactions;  // no sum overflows
    if (entry.type() != typeid(Object::Ptr)) return false;
    const Object& transaction = *entry.extract<Object::Ptr>();
    const std::string type = upper(text_of(transaction, "transactionType").value_or(std::string(unreadable_id)));
    if (type != "REFUND") return type != unreadable_id;
    const std::string status = upper(text_of(transaction, "transactionStatus").value_or(""));
    if (status == "FAIL" || status == "CANCELLED") return true;
    const ReadAmount amount = read_amount(transaction, "transactionAmount");
    if (amount.minor.value_or(0) <= 0 || *amount.minor > most) return false;
    if (amount.currency && amount.currency != message.currency) return false;
    return add_refund({known_id(transaction, "transactionRequestId"), known_id(transaction, "transactionId"),
                       *amount.minor, status == "SUCCESS"},
                      message.refunds);
}

bool read_transactions(const Object& body, GatewayMessage& message) {
    if (!text_of(body, "transactions")) return true;
    const Var value = body.get("transactions");
    if (value.type() != typeid(Poco::JSON::Array::Ptr)) return false;
    const auto entries = value.extract<Poco::JSON::Array::Ptr>();
    return entries->size() <= max_transactions && std::all_of(entries->begin(), entries->end(), [&](const Var& entry) {
               return read_transaction(entry, message);
           });
}

ResultStatus status_of(const Object& result) {
    const std::string letter = upper(text_of(result, "resultStatus").value_or(""));
    if (letter == "S") return ResultStatus::success;
    return letter == "F" ? ResultStatus::failure : ResultStatus::unknown;
}

void read_refund(const Object& body, GatewayMessage& message) {
    message.refund_request_id = id_of(body, "refundRequestId");
    message.refund_id = id_of(body, "refundId");
    const ReadAmount refund = read_amount(body, "refundAmount");
    message.refund_minor = refund.minor;
    message.refund_currency = refund.currency;
    message.refund_status = upper(text_of(body, "refundStatus").value_or(""));
    message.refund_time_ms = time_of(body, "refundTime");
    message.refunds_readable = read_transactions(body, message);
    if (!message.refunds_readable) message.refunds.clear();
}

GatewayMessage read_fields(const Object& body, const Object& result) {
    GatewayMessage message;
    message.status = status_of(result);
    message.code = code_of(result, "resultCode");
    message.message = text_of(result, "resultMessage").value_or("");
    message.payment_request_id = id_of(body, "paymentRequestId");
    message.payment_id = id_of(body, "paymentId");
    const ReadAmount payment = read_amount(body, "paymentAmount");
    message.amount_minor = payment.minor;
    message.currency = payment.currency;
    message.payment_status = upper(text_of(body, "paymentStatus").value_or(""));
    message.payment_result_code = code_of(body, "paymentResultCode");
    message.create_time_ms = time_of(body, "paymentCreateTime");
    message.paid_time_ms = time_of(body, "paymentTime");
    if (body.isObject("pspCustomerInfo")) {
        const Object::Ptr customer = body.getObject("pspCustomerInfo");
        message.wallet = shown_of(*customer, "pspName");
        message.display_customer = shown_of(*customer, "displayCustomerId");
    }
    read_refund(body, message);
    return message;
}

}  // namespace

std::string_view endpoint(engine::Call call) {
    switch (call) {
        case engine::Call::pay: return "/v1/payments/pay";
        case engine::Call::inquire: return "/v1/payments/inquiryPayment";
        case engine::Call::cancel: return "/v1/payments/cancel";
        case engine::Call::refund: return "/v1/payments/refund";
        case engine::Call::inquire_refund: return "/v1/payments/inquiryRefund";
    }
    throw std::logic_error("endpoint of an unknown call");
}

std::string request_body(const engine::Request& request, const GatewaySettings& settings, std::int64_t now_ms) {
    switch (request.call) {
        case engine::Call::pay: return pay_body(request, settings, now_ms);
        case engine::Call::inquire:
        case engine::Call::cancel: return named_body(request.record);
        case engine::Call::refund: return refund_body(request.record);
        case engine::Call::inquire_refund:
            return Writer().required("refundRequestId", request.record.request_id, 64).json();
    }
    throw std::logic_error("body of an unknown call");
}

std::optional<GatewayMessage> read_message(std::string_view body) {
    try {
        const Object::Ptr object = json::parse_object(body, max_answer_bytes);
        if (!object || !object->isObject("result")) return std::nullopt;
        return read_fields(*object, *object->getObject("result"));
    } catch (const Poco::Exception&) {  // a value that Poco could not convert: as unreadable as broken JSON
        return std::nullopt;
    }
}

}  // namespace paydrv::alipay
