#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "alipay/gateway_client.h"
#include "engine/executor.h"
#include "engine/gateway.h"

namespace paydrv::session {

/// Alipay's gateway as the engine wants it: each exchange blocks a worker, not the engine. Engine thread; refers to
/// client, executor and sink, which outlive it. After the executor has stopped, what was not begun is never answered.
class GatewayWorkers final : public engine::Gateway {
  public:
    GatewayWorkers(alipay::GatewayClient& client, engine::Executor& executor) : client_(client), executor_(executor) {}
    void set_sink(engine::AnswerSink& sink) noexcept { sink_ = &sink; }

    void send(engine::Request request) override {
        executor_.run([this, request = std::move(request)] {
            const std::uint64_t token = request.token;
            sink_->answered(token, client_.exchange(request, [this, token] { sink_->first_byte(token); }));
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
    engine::AnswerSink* sink_ = nullptr;
};

}  // namespace paydrv::session
