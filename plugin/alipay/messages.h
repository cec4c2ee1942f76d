// Alipay's messages: what we say, strictly, and what we read, liberally. Source: Antom docs, pay, inquiryPayment,
// cancel, refund, inquiryRefund.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alipay/gateway_settings.h"
#include "alipay/result_codes.h"
#include "engine/gateway.h"

namespace paydrv::alipay {

constexpr std::size_t max_answer_bytes = 1024 * 1024;

/// The endpoint of a call below the path prefix: "/v1/payments/pay".
std::string_view endpoint(engine::Call call);

/// The body of a request, UTF-8 JSON with all values as strings; optional fields that are not set are left out. The
/// same request always gives the same bytes, provided that record.first_sent_ms is set; else `now_ms` stands for it.
/// Throws std::runtime_error with a sentence that names the field if something cannot be sent: longer than Alipay
/// takes, missing, or not UTF-8. The sentence never holds a value.
///
/// inquire and cancel name the payment by its paymentRequestId where there is one, else by its paymentId. A refund's
/// own record names its payment by paymentId alone: its request_id is a refundRequestId.
std::string request_body(const engine::Request& request, const GatewaySettings& settings, std::int64_t now_ms);

constexpr std::size_t max_transactions = 1000;  // of one inquiry; more are not read, and nothing is concluded

constexpr std::string_view unreadable_id = "?";  // equals no id of ours

/// An answer's body as it was read: nothing in it has been judged. An empty optional means absent, null or empty; a
/// field that is there but cannot be read as what it must be is a value that equals none of ours (unreadable_id, -1).
/// pspCustomerId is not kept (R10).
struct GatewayMessage {
    ResultStatus status = ResultStatus::unknown;
    std::string code;     // letters, digits and underscores only; else empty
    std::string message;  // as the gateway wrote it: may repeat secrets, never shown
    std::optional<std::string> payment_request_id;
    std::optional<std::string> payment_id;
    std::optional<std::int64_t> amount_minor;  // paymentAmount
    std::optional<std::string> currency;       // upper case
    std::string payment_status;                // upper case; empty: absent
    std::string payment_result_code;
    std::int64_t create_time_ms = 0;  // paymentCreateTime; 0: absent
    std::int64_t paid_time_ms = 0;    // paymentTime; 0: absent
    std::optional<std::string> refund_request_id;
    std::optional<std::string> refund_id;
    std::optional<std::int64_t> refund_minor;    // refundAmount
    std::optional<std::string> refund_currency;  // upper case
    std::string refund_status;                   // upper case; empty: absent
    std::int64_t refund_time_ms = 0;             // refundTime; 0: absent
    /// The refunds among transactions[] that are done or under way, each once; one whose transactionStatus is absent or
    /// not known counts as under way. Empty if they could not all be read: then no sum of them is to be trusted.
    std::vector<money::ListedRefund> refunds;
    bool refunds_readable = true;
    std::string wallet;            // pspCustomerInfo.pspName
    std::string display_customer;  // pspCustomerInfo.displayCustomerId
};

/// Reads an answer's body; nothing if it is no JSON object with a result. Any garbage is safe. Throws nothing but
/// std::bad_alloc.
std::optional<GatewayMessage> read_message(std::string_view body);

}  // namespace paydrv::alipay
