#pragma once

#include <Poco/JSON/Object.h>

#include <string_view>
#include <vector>

#include "sandbox/ledger.h"

namespace hostsim::sandbox {

/// The fields that a pay's answer carries beside `result`, in the order of Antom's samples: ids, amounts, times, and
/// once paid pspCustomerInfo.
Poco::JSON::Object::Ptr pay_fields(const Payment& payment);

/// The same for inquiryPayment: status, code, ids, amounts, times, transactions. `refunds`: the payment's; hidden ones
/// are left out.
Poco::JSON::Object::Ptr inquiry_fields(const Payment& payment, const std::vector<const Refund*>& refunds);

/// The same for a cancel that is done: ids and cancelTime.
Poco::JSON::Object::Ptr cancel_fields(const Payment& payment, std::int64_t cancel_ms);

/// The same for a refund that is done or under way: ids, refundAmount, and once done refundTime.
Poco::JSON::Object::Ptr refund_fields(const Refund& refund);

/// The same for inquiryRefund: ids, refundAmount, refundStatus, and of SUCCESS refundTime.
Poco::JSON::Object::Ptr refund_inquiry_fields(const Refund& refund);

/// The wallet that a payment code belongs to; the same code always to the same one.
struct Wallet {
    const char* psp_name;
    const char* customer_id;
    const char* display_id;  ///< masked, as a receipt may show it
};
const Wallet& wallet_of_code(std::string_view code);
const Wallet& wallet_of_customer(std::string_view customer_id);
const Wallet* wallet_named(std::string_view psp_name);  ///< nullptr: there is none

}  // namespace hostsim::sandbox
