// The names under which Alipay knows our requests (R11). The formulas never change: a lost journal must find the same
// payment again. Their vectors stand in tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace paydrv::alipay {

/// What names one payment attempt in the world. All texts UTF-8; blanks around them do not count.
struct AttemptName {
    std::string_view client_id;
    std::string_view reference_merchant_id;
    std::string_view reference_store_id;
    std::string_view store_terminal_id;
    std::uint32_t business_day = 0;  // yyyymmdd
    std::string_view reference;
};

/// paymentRequestId: "p1" and 62 lower-case hex digits. Any thread, never blocks.
std::string payment_request_id(const AttemptName& name);

/// refundRequestId of the host's refund reference: "r1" and 62 lower-case hex digits.
std::string refund_request_id(std::string_view client_id, std::string_view payment_id,
                              std::string_view refund_reference);

/// refundRequestId of the driver's own refund of what is left (R5): "u1" and 62 lower-case hex digits.
std::string undo_request_id(std::string_view client_id, std::string_view payment_id);

}  // namespace paydrv::alipay
