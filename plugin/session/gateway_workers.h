#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "alipay/gateway_client.h"
#include "engine/clock.h"
#include "engine/executor.h"
#include "engine/gateway.h"
#include "engine/log.h"
#include "session/exchange_line.h"

namespace paydrv::session {

/// Alipay's gateway as the engine wants it: each exchange blocks a worker, not the engine, and is told to the log.
/// Engine thread; refers to client, executor, log, clock and sink, which outlive it. After the executor has stopped,
/// what was not begun is never answered.
class GatewayWorkers final : public engine::Gateway {
  public:
    GatewayWorkers(alipay::GatewayClient& client, engine::Executor& executor, engine::Log& log,
                   const engine::Clock& clock)
        : client_(client), executor_(executor), log_(log), clock_(clock) {}
    void set_sink(engine::AnswerSink& sink) noexcept { sink_ = &sink; }

    void send(engine::Request request) override {
        executor_.run([this, request = std::move(request)] {
            const std::uint64_t token = request.token;
            const std::int64_t began_ms = clock_.monotonic_ms();
            money::Answer answer = client_.exchange(request, [this, token] { sink_->first_byte(token); });
            tell_exchange(log_, request, answer, clock_.monotonic_ms() - began_ms);
            sink_->answered(token, std::move(answer));
        });
    }
    std::string request_id(const money::OperationRecord& record) const override { return client_.request_id(record); }
    std::string refund_id(std::string_view payment_id, std::string_view refund_reference) const override {
        return client_.refund_id(payment_id, refund_reference);
    }
    std::string undo_id(std::string_view payment_id) const override { return client_.undo_id(payment_id); }
    std::optional<std::string> details_problem(std::string_view details_json) const override {
        return client_.details_problem(details_json);
    }

  private:
    alipay::GatewayClient& client_;
    engine::Executor& executor_;
    engine::Log& log_;
    const engine::Clock& clock_;
    engine::AnswerSink* sink_ = nullptr;
};

}  // namespace paydrv::session
