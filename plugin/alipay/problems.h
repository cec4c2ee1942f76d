// Sentences for the integrator about answers of the gateway: what was found, what is likely wrong, what to do. They
// name settings and codes, never values of a request, and never the gateway's own message, which may repeat them (R10).
#pragma once

#include <string>
#include <string_view>

#include "alipay/gateway_settings.h"
#include "alipay/messages.h"

namespace paydrv::alipay {

/// Whether this code, even in an unsigned failure, points at keys, ids or addresses of the configuration (R2, R14).
bool points_at_configuration(std::string_view code);

/// About a failure or an unknown result with this code.
std::string refusal_problem(engine::Call call, const GatewayMessage& message, const GatewaySettings& settings);

/// About an answer whose signature fits none of the configured public keys.
std::string signature_problem(const GatewaySettings& settings);

/// About a verified answer with a client id that is not ours.
std::string client_id_problem(const GatewaySettings& settings);

/// "pay", "inquiryPayment", "cancel", "refund", "inquiryRefund".
std::string_view name_of(engine::Call call);

}  // namespace paydrv::alipay
