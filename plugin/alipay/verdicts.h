#pragma once

#include "alipay/gateway_settings.h"
#include "alipay/messages.h"
#include "engine/gateway.h"
#include "money/answer.h"

namespace paydrv::alipay {

/// What a message means for the payment or refund that we asked about, given that its transport, signature and client
/// id have been verified. Fills everything of the Answer but response_time_ms and trace. Pure. Rules R1, R2, R8, R11,
/// R18; source: Antom docs, pay, inquiryPayment, cancel, refund, inquiryRefund, result codes.
///
/// What the answer carries must be ours: paymentRequestId, paymentId where we know one, paymentAmount and currency;
/// else mismatch. One exception: of a request id that was in use before us (R11) a FAIL or CANCELLED is told whatever
/// its amount, since no money is held either way. Contradictions (FAIL with result code SUCCESS) conclude nothing.
/// Where ours.amount_minor is 0 (a payment known by its id alone), amount and currency are compared with nothing. A
/// paid payment whose refunds cannot all be read is unknown: a sum of them that is too small would give money back
/// twice.
///
/// Of a refund, refundRequestId, refundId where we know one, paymentId, refundAmount and currency must be ours. A done
/// one must carry refundRequestId or refundId, and refundAmount.
money::Answer judge(engine::Call call, const money::OperationRecord& ours, const GatewayMessage& message,
                    const GatewaySettings& settings);

}  // namespace paydrv::alipay
