#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "alipay/gateway_settings.h"
#include "alipay/keys.h"
#include "engine/clock.h"
#include "engine/gateway.h"
#include "money/answer.h"
#include "net/https_client.h"

namespace paydrv::alipay {

/// Posts one request; net::HttpsClient::post, or a test's stand-in. Must not throw.
using Transport = std::function<net::HttpsResponse(const net::HttpsRequest&)>;

/// Alipay's gateway: builds, signs, posts, verifies and judges one request. Owns settings and keys; refers to the
/// client and the clock, which must outlive it. Any thread, many at a time.
class GatewayClient {
  public:
    /// Throws std::runtime_error with a sentence for the integrator if a key cannot be used (keys.h), or if the
    /// settings could not be put on the wire (client id, path prefix or agent token with blanks or line ends).
    GatewayClient(GatewaySettings settings, net::HttpsClient& https, const engine::Clock& clock);
    GatewayClient(GatewaySettings settings, Transport transport, const engine::Clock& clock);

    /// One exchange, from building the body to the verdict. Blocks at most request.deadline_ms + 100 ms (worker
    /// threads). Never throws: what cannot be sent is not_sent with a sentence, whatever goes wrong after the first
    /// byte is unknown. Asks request.permit right before the first byte and, if it is given, calls on_first_byte then;
    /// that must not throw or block. The answer never holds the payment code, a key or pspCustomerId (R10). Knows only
    /// this exchange: that an F after a sending in doubt concludes nothing (R18) is the caller's to apply.
    money::Answer exchange(const engine::Request& request, const std::function<void()>& on_first_byte) noexcept;

    /// R11's name of an attempt. Pure.
    std::string request_id(const money::OperationRecord& record) const;

    /// R11's refundRequestIds, of a refund by the host's reference and of the driver's own. Pure.
    std::string refund_id(std::string_view payment_id, std::string_view refund_reference) const;
    std::string undo_id(std::string_view payment_id) const;

    /// What is wrong with a host's details, as a sentence (details.h). Pure.
    std::optional<std::string> details_problem(std::string_view details_json) const;

    const Keys& keys() const noexcept { return keys_; }

    /// The gateway clock (R13): response-time of the last verified answer plus monotonic time since; before the first
    /// one the till's clock. ms since 1970.
    std::int64_t gateway_now_ms() const noexcept;

  private:
    struct Signed;  // a request as it goes out
    Signed sign_request(const engine::Request& request, std::int64_t started_ms) const;
    money::Answer answer_of(const engine::Request& request, const std::string& target,
                            const net::HttpsResponse& response);
    money::Answer verified_answer_of(const engine::Request& request, const std::string& target,
                                     const net::HttpsResponse& response);
    money::Answer unsigned_answer_of(const engine::Request& request, const net::HttpsResponse& response) const;

    GatewaySettings settings_;  // without key texts: wiped once the keys are loaded
    Keys keys_;
    Transport transport_;
    const engine::Clock& clock_;
    std::atomic<std::int64_t> gateway_ahead_ms_;  // gateway clock minus monotonic clock; no_clock before the first
};

}  // namespace paydrv::alipay
