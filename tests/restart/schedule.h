// What the restart tests share: short times, and amounts that choose what goes wrong.
#pragma once

#include <cstdint>
#include <string>

namespace restart {

// Short times, so that a run over expiry takes seconds; the shape of the schedule stays.
inline const std::string short_times =
    R"("inquireAfterSentMs":500,"inquireAfterUnknownMs":300,"inquiryIntervalMs":500,"awaitingIntervalMs":500,)"
    R"("paymentExpiryS":5,"expiryMarginS":1,"cancelAgainMs":[500,500],"deadlineMs":3000,"inquiryDeadlineMs":2000)";
inline constexpr std::int64_t end_limit_ms = 40'000;

// Amounts whose last four digits choose what goes wrong in the sandbox (host-sim sandbox --faults).
inline constexpr std::int64_t pays_well = 1'250;
inline constexpr std::int64_t slow_customer = 19'904;
inline constexpr std::int64_t never_confirms = 19'905;
inline constexpr std::int64_t answer_lost = 19'906;
inline constexpr std::int64_t silence = 19'907;
inline constexpr std::int64_t cancel_window_exceed = 19'913;
inline constexpr std::int64_t paid_after_cancel = 19'928;
inline constexpr std::int64_t traffic_limit = 19'914;
inline constexpr std::int64_t cancel_answer_lost = 19'917;
inline constexpr std::int64_t arrives_late = 19'918;

// The same of refunds.
inline constexpr std::int64_t refunds_well = 250;
inline constexpr std::int64_t refund_in_process = 19'955;
inline constexpr std::int64_t refund_fails_later = 19'956;
inline constexpr std::int64_t refund_answer_lost = 19'971;
inline constexpr std::int64_t refund_silence = 19'972;

}  // namespace restart
