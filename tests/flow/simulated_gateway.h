// A small model of Alipay behind a network that loses and delays, both as told. It outlives the engine.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <tuple>
#include <vector>

#include "engine/gateway.h"
#include "simulated_machine.h"

namespace paydrv::simulated {

/// What becomes of one request. Times in milliseconds from its hand-out.
struct Fate {
    bool sent = true;  // false: no byte is written, which is known after answer_ms
    std::int64_t first_byte_ms = 5;
    std::int64_t executed_ms = 20;
    std::int64_t answer_ms = 40;
    bool reaches = true;     // false: lost on the way there
    bool answered = true;    // false: the answer is lost; silence until the deadline
    bool verifiable = true;  // false: signed by nobody
    bool keys_at_fault = false;
    bool slow_down = false;  // too much traffic: not executed
    bool mismatch = false;   // answers with another amount
    bool reference_used = false;
    bool declined = false;         // pay: not enough money
    std::int64_t customer_ms = 0;  // pay: the customer confirms so long after; 0: at once
    bool hidden = false;           // inquiry: not shown yet
    bool refused = false;          // cancel, refund
    bool out_of_window = false;    // cancel
    bool in_process = false;       // refund: done at the gateway a minute later
    bool fails_later = false;      // refund, inquiry of a refund: FAIL
    bool absent_is_s = false;      // cancel: S for a payment that is not there
};

/// What the gateway holds under one request id.
struct LedgerEntry {
    enum class Status : std::uint8_t { open, paid, failed, cancelled };
    Status status = Status::open;
    std::int64_t amount_minor = 0;
    std::int64_t create_time_ms = 0;
    std::int64_t confirms_at_ms = 0;
    std::int64_t expiry_ms = 0;
    int charges = 0;
    bool came_after_cancel = false;  // to be paid although it was cancelled: a late success
};

/// One refund at the gateway.
struct RefundEntry {
    enum class Status : std::uint8_t { done, under_way, failed };
    std::string payment_request_id;
    std::int64_t amount_minor = 0;
    Status status = Status::done;
    std::int64_t done_at_ms = 0;
};

/// One thread. Nothing happens until run_due().
class Gateway final : public engine::Gateway {
  public:
    struct Sent {
        engine::Call call;
        std::string request_id;
        std::int64_t at_ms;
    };

    explicit Gateway(const Clock& clock) : clock_(clock) {}

    void set_sink(engine::AnswerSink& sink) { sink_ = &sink; }
    /// The process is dead: what is on the way still arrives at the gateway, its answers reach nobody.
    void lose_sink();

    void send(engine::Request request) override;
    std::string request_id(const money::OperationRecord& record) const override;
    std::string refund_id(std::string_view payment_id, std::string_view refund_reference) const override;
    std::string undo_id(std::string_view payment_id) const override;
    std::optional<std::string> details_problem(std::string_view details_json) const override;

    std::int64_t gateway_ms() const { return clock_.now_ms + offset_ms; }
    std::int64_t next_ms() const { return events_.empty() ? INT64_MAX : events_.top().at_ms; }
    void run_due();
    const LedgerEntry* entry(const std::string& request_id);
    int count(engine::Call call) const;
    int count(engine::Call call, const std::string& request_id) const;
    std::vector<std::int64_t> times(engine::Call call, std::int64_t since_ms) const;

    std::function<Fate(const engine::Request&)> plan = [](const engine::Request&) { return Fate{}; };
    std::function<Fate()> plan_probe = [] { return Fate{}; };
    std::map<std::string, LedgerEntry> ledger;
    std::map<std::string, RefundEntry> refunds;  // by refundRequestId
    std::int64_t given_back(const std::string& request_id) const;
    std::vector<Sent> sent;  // without the gate's probes
    int probes = 0;
    std::array<int, engine::calls> under_way{};
    std::array<int, engine::calls> most_under_way{};
    std::int64_t offset_ms = 1'785'585'600'000 + 1'234;  // the gateway's clock against the monotonic one

  private:
    struct Due {
        std::int64_t at_ms = 0;
        std::uint64_t order = 0;
        std::function<void()> what;
        bool operator>(const Due& other) const { return std::tie(at_ms, order) > std::tie(other.at_ms, other.order); }
    };
    void at(std::int64_t when_ms, std::function<void()> what) { events_.push({when_ms, order_++, std::move(what)}); }
    void begin(const engine::Request& request, const Fate& fate, std::int64_t handed_out_ms);
    void give(const engine::Request& request, const money::Answer& answer);
    money::Answer execute(const engine::Request& request, const Fate& fate);
    money::Answer pay(const engine::Request& request, const Fate& fate);
    money::Answer inquire(const engine::Request& request, const Fate& fate);
    money::Answer cancel(const engine::Request& request, const Fate& fate);
    money::Answer refund(const engine::Request& request, const Fate& fate);
    money::Answer inquire_refund(const engine::Request& request, const Fate& fate);
    money::Answer about_refund(const engine::Request& request, RefundEntry& entry);
    void settle(LedgerEntry& entry);
    money::Answer verified(money::Verdict verdict) const;
    money::Answer about(const engine::Request& request, const LedgerEntry& entry) const;

    const Clock& clock_;
    engine::AnswerSink* sink_ = nullptr;
    std::uint64_t generation_ = 0;
    std::map<std::uint64_t, std::uint64_t> generation_of_;
    std::uint64_t order_ = 0;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> events_;
};

}  // namespace paydrv::simulated
