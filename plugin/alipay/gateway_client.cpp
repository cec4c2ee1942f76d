#include "alipay/gateway_client.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <exception>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include "alipay/datetime.h"
#include "alipay/details.h"
#include "alipay/messages.h"
#include "alipay/problems.h"
#include "alipay/request_ids.h"
#include "alipay/signature.h"
#include "alipay/verdicts.h"

namespace paydrv::alipay {
namespace {

using money::Answer;
using money::Verdict;

constexpr std::int64_t no_clock = std::numeric_limits<std::int64_t>::min();

void check_for_wire(std::string_view value, std::string_view key) {
    const bool good = std::all_of(value.begin(), value.end(), [](char c) { return c > 0x20 && c < 0x7F; });
    if (!good) {
        throw std::runtime_error(std::string(key) +
                                 " holds a blank, a line end or another character that no HTTP "
                                 "header can carry; allowed are visible ASCII characters");
    }
}

GatewaySettings checked(GatewaySettings settings) {
    if (settings.client_id.empty()) throw std::runtime_error("clientId is empty; Alipay's dashboard shows it");
    check_for_wire(settings.client_id, "clientId");
    check_for_wire(settings.agent_token, "agentToken");
    check_for_wire(settings.path_prefix, "pathPrefix");
    if (!settings.path_prefix.starts_with('/') || settings.path_prefix.ends_with('/')) {
        throw std::runtime_error("pathPrefix must begin with a slash and end without one, for example /ams/api");
    }
    return settings;
}

void wipe(std::string& text) {
    OPENSSL_cleanse(text.data(), text.size());
    text.clear();
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

std::vector<std::string> header_values(const net::HeaderFields& headers, std::string_view name) {
    std::vector<std::string> values;
    for (const auto& [key, value] : headers) {
        if (equal_ignoring_case(key, name)) values.push_back(value);
    }
    return values;
}

/// The one value of a header; nothing if it is missing, empty, or there twice and different.
std::optional<std::string> single_header(const net::HeaderFields& headers, std::string_view name) {
    const std::vector<std::string> values = header_values(headers, name);
    if (values.empty() || values.front().empty()) return std::nullopt;
    const bool same =
        std::all_of(values.begin(), values.end(), [&](const std::string& v) { return v == values.front(); });
    return same ? std::optional(values.front()) : std::nullopt;
}

/// Under either name that the gateway gives it (official SDK sources); nothing that would not fit a log line.
std::string trace_of(const net::HttpsResponse& response) {
    constexpr std::size_t longest = 64;
    for (const std::string_view name : {"tracerid", "traceid"}) {
        const std::string trace = single_header(response.headers, name).value_or("");
        const bool printable = std::all_of(trace.begin(), trace.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
        if (!trace.empty() && trace.size() <= longest && printable) return trace;
    }
    return {};
}

Answer inconclusive(std::string problem) {
    Answer answer;
    answer.verdict = Verdict::unknown;
    answer.problem = std::move(problem);
    return answer;
}

Answer never_sent(std::string problem, bool recalled) {
    Answer answer;
    answer.verdict = Verdict::not_sent;
    answer.recalled = recalled;
    answer.problem = std::move(problem);
    return answer;
}

std::string status_problem(engine::Call call, int status) {
    return "the gateway answered " + std::string(name_of(call)) + " with HTTP status " + std::to_string(status) +
           " instead of 200: " +
           (status >= 500 ? "it has trouble of its own, or something between till and Alipay answered in its place"
                          : "check gatewayUrl or region, and pathPrefix, and whether something between till and Alipay "
                            "answered in its place");
}

// The last fence of R10: whatever a lower layer or the gateway put into a sentence, the payment code does not leave.
void remove_code(const std::string& payment_code, std::string& text) {
    if (payment_code.empty()) return;
    std::size_t at = 0;
    while ((at = text.find(payment_code, at)) != std::string::npos)
        text.replace(at, payment_code.size(), "***");
}

}  // namespace

struct GatewayClient::Signed {
    std::string target;
    net::HttpsRequest http;
};

GatewayClient::GatewayClient(GatewaySettings settings, net::HttpsClient& https, const engine::Clock& clock)
    : GatewayClient(
          std::move(settings), [&https](const net::HttpsRequest& request) { return https.post(request); }, clock) {}

GatewayClient::GatewayClient(GatewaySettings settings, Transport transport, const engine::Clock& clock)
    : settings_(checked(std::move(settings))),
      keys_(load_keys(settings_)),
      transport_(std::move(transport)),
      clock_(clock),
      gateway_ahead_ms_(no_clock) {
    wipe(settings_.private_key);
    settings_.alipay_public_keys.clear();
}

Answer GatewayClient::exchange(const engine::Request& request, const std::function<void()>& on_first_byte) noexcept {
    bool begun = false;
    Answer answer;
    try {
        const std::int64_t started_ms = clock_.monotonic_ms();
        Signed outgoing;
        try {
            outgoing = sign_request(request, started_ms);
        } catch (const std::runtime_error& fault) {
            answer =
                never_sent("this " + std::string(name_of(request.call)) + " cannot be sent: " + fault.what(), false);
            remove_code(request.payment_code, answer.problem);
            return answer;
        }
        outgoing.http.before_first_byte = [&] {
            if (!request.permit->begin()) return false;
            begun = true;
            if (on_first_byte) on_first_byte();
            return true;
        };
        const net::HttpsResponse response = transport_(outgoing.http);
        answer = answer_of(request, outgoing.target, response);
        answer.trace = trace_of(response);
        remove_code(request.payment_code, answer.problem);
        remove_code(request.payment_code, answer.trace);
    } catch (...) {  // out of memory, above all
        answer = Answer{};
        answer.verdict = begun ? Verdict::unknown : Verdict::not_sent;
        answer.problem = "internal error";  // short enough to need no memory
    }
    return answer;
}

GatewayClient::Signed GatewayClient::sign_request(const engine::Request& request, std::int64_t started_ms) const {
    Signed outgoing;
    const std::int64_t now_ms = gateway_now_ms();
    outgoing.target = settings_.path_prefix + std::string(endpoint(request.call));
    outgoing.http.target = outgoing.target;
    outgoing.http.body = request_body(request, settings_, now_ms);
    const std::string time =
        settings_.request_time == RequestTimeForm::epoch_ms ? std::to_string(now_ms) : format_datetime(now_ms);
    const std::string content = content_to_sign(outgoing.target, settings_.client_id, time, outgoing.http.body);
    outgoing.http.headers = {
        {"Content-Type", "application/json; charset=UTF-8"},
        {"Client-Id", settings_.client_id},
        {"Request-Time", time},
        {"Signature", signature_header(sign(keys_.merchant_private, content))},
    };
    if (!settings_.agent_token.empty()) outgoing.http.headers.emplace_back("Agent-Token", settings_.agent_token);
    outgoing.http.deadline_ms = std::max<std::int64_t>(request.deadline_ms - (clock_.monotonic_ms() - started_ms), 1);
    return outgoing;
}

Answer GatewayClient::answer_of(const engine::Request& request, const std::string& target,
                                const net::HttpsResponse& response) {
    if (response.outcome == net::Outcome::not_sent) {
        return never_sent(response.problem, response.fault == net::Fault::recalled);
    }
    if (response.outcome == net::Outcome::unknown) return inconclusive(response.problem);
    if (response.status != 200) return inconclusive(status_problem(request.call, response.status));
    if (header_values(response.headers, "signature").empty()) return unsigned_answer_of(request, response);
    return verified_answer_of(request, target, response);
}

Answer GatewayClient::verified_answer_of(const engine::Request& request, const std::string& target,
                                         const net::HttpsResponse& response) {
    const ReadSignature signature = read_signature(header_values(response.headers, "signature"));
    if (!signature.problem.empty()) return inconclusive("the Signature header of the answer " + signature.problem);
    const std::optional<std::string> client_id = single_header(response.headers, "client-id");
    if (!client_id) return inconclusive("the answer has no single Client-Id header, so it proves nothing");
    if (*client_id != settings_.client_id) {
        Answer answer = inconclusive(client_id_problem(settings_));
        answer.configuration_fault = true;
        return answer;
    }
    const std::optional<std::string> time = single_header(response.headers, "response-time");
    const std::optional<std::int64_t> time_ms = time ? parse_datetime(*time) : std::nullopt;
    if (!time_ms) return inconclusive("the answer has no single Response-Time header in ISO 8601 with offset");
    if (!verify(keys_.alipay_public, content_to_sign(target, *client_id, *time, response.body), signature.bytes)) {
        Answer answer = inconclusive(signature_problem(settings_));
        answer.configuration_fault = true;
        return answer;
    }
    gateway_ahead_ms_.store(*time_ms - clock_.monotonic_ms(), std::memory_order_relaxed);

    const std::optional<GatewayMessage> message = read_message(response.body);
    Answer answer = message ? judge(request.call, request.record, *message, settings_)
                            : inconclusive("Alipay's answer is signed but is no JSON object with a result");
    answer.verified = true;
    answer.response_time_ms = *time_ms;
    return answer;
}

// R2: it concludes nothing about money. Alipay does not sign where it could not tell who asked.
Answer GatewayClient::unsigned_answer_of(const engine::Request& request, const net::HttpsResponse& response) const {
    const std::optional<GatewayMessage> message = read_message(response.body);
    const bool refused = message && message->status == ResultStatus::failure;
    if (!refused || !points_at_configuration(message->code)) {
        return inconclusive(
            "the answer to " + std::string(name_of(request.call)) +
            " is not signed, so it proves nothing: check gatewayUrl or region, and pathPrefix, and whether "
            "something between till and Alipay answered in its place");
    }
    Answer answer = inconclusive(refusal_problem(request.call, *message, settings_));
    answer.configuration_fault = true;
    return answer;
}

std::string GatewayClient::request_id(const money::OperationRecord& record) const {
    return payment_request_id({settings_.client_id, settings_.reference_merchant_id, record.store, record.terminal,
                               record.business_day, record.reference});
}

std::string GatewayClient::refund_id(std::string_view payment_id, std::string_view refund_reference) const {
    return refund_request_id(settings_.client_id, payment_id, refund_reference);
}

std::string GatewayClient::undo_id(std::string_view payment_id) const {
    return undo_request_id(settings_.client_id, payment_id);
}

std::optional<std::string> GatewayClient::details_problem(std::string_view details_json) const {
    return alipay::details_problem(details_json);
}

std::int64_t GatewayClient::gateway_now_ms() const noexcept {
    const std::int64_t ahead_ms = gateway_ahead_ms_.load(std::memory_order_relaxed);
    return ahead_ms == no_clock ? clock_.wall_ms() : clock_.monotonic_ms() + ahead_ms;
}

}  // namespace paydrv::alipay
