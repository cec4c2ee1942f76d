// A till's world on one thread: journal and gateway that outlive the process, and a process that can be killed.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/engine.h"
#include "simulated_gateway.h"
#include "simulated_journal.h"
#include "simulated_machine.h"
#include "simulated_office.h"

namespace paydrv::simulated {

inline constexpr std::uint32_t today = 20260801;

struct StartOptions {
    std::string order{};  // empty: "T-" + reference
    std::int64_t amount_minor = 1250;
    std::uint32_t timeout_s = 0;
    std::uint32_t flags = 0;
    std::string code{};  // empty: derived from the reference
    std::string details_json{};
};

inline engine::StartOrder order_of(const std::string& reference, const StartOptions& options) {
    engine::StartOrder order;
    order.business_day = today;
    order.flags = options.flags;
    order.timeout_s = options.timeout_s;
    order.amount_minor = options.amount_minor;
    order.currency = {'E', 'U', 'R'};
    engine::put_text(order.reference, reference);
    engine::put_text(order.order_reference, options.order.empty() ? "T-" + reference : options.order);
    const std::string code = options.code.empty() ? "28" + reference : options.code;
    std::copy_n(code.data(), std::min(code.size(), order.payment_code.size()), order.payment_code.data());
    return order;
}

inline engine::EngineSettings shop_settings() {
    engine::EngineSettings settings;
    settings.store = "SHOP";
    settings.terminal = "TILL";
    return settings;
}

class Simulation {
  public:
    explicit Simulation(std::uint64_t seed = 1) : random(seed) { boot(); }

    void boot() {
        process_ = std::make_unique<Process>(*this);
        gateway.set_sink(process_->engine);
        process_->engine.reopen();
        next_turn_ms_ = clock.now_ms;
        executor.woken = true;
    }
    /// Power cut: whatever the process knew is gone.
    void kill() {
        gateway.lose_sink();
        process_.reset();
        executor.woken = false;
    }
    void restart() {
        kill();
        boot();
    }

    engine::StartAnswer start(const std::string& reference, const StartOptions& options = {}) {
        return process_->intake.start(order_of(reference, options), options.details_json);
    }
    engine::StartAnswer refund(const std::string& reference, const engine::StartOrder& order) {
        engine::StartOrder given = order;
        given.kind = money::Kind::refund;
        given.business_day = today;
        engine::put_text(given.reference, reference);
        return process_->intake.start(given, {});
    }
    engine::StartAnswer begin(const engine::StartOrder& order) { return process_->intake.start(order, {}); }
    /// Of the payment with this reference of today.
    engine::StartAnswer refund(const std::string& reference, const std::string& original, std::int64_t amount_minor) {
        engine::StartOrder order;
        order.amount_minor = amount_minor;
        order.original_business_day = today;
        engine::put_text(order.original_reference, original);
        return refund(reference, order);
    }
    engine::StartAnswer request(const std::string& name, const std::string& json) {
        engine::StartOrder order;
        order.kind = money::Kind::request;
        engine::put_text(order.reference, name);
        return process_->intake.request(order, json);
    }
    void want_paper(std::int32_t op, engine::Paper paper) { EXPECT_TRUE(process_->intake.want_paper(op, paper)); }
    engine::Papers& papers() { return process_->papers; }
    void cancel(std::int32_t op) { EXPECT_TRUE(process_->intake.cancel(op)); }
    void acknowledge(std::int32_t op) { EXPECT_TRUE(process_->intake.acknowledge(op)); }
    /// Asks the engine as paydrv_find and paydrv_next do; answered in the next turn.
    std::shared_ptr<engine::Query> ask(const std::shared_ptr<engine::Query>& query) {
        process_->intake.ask(query, 0);
        turn();
        EXPECT_TRUE(query->done);
        return query;
    }
    engine::View view(std::int32_t op) const {
        engine::View view;
        EXPECT_TRUE(process_->snapshot.read(op, view)) << "operation " << op;
        return view;
    }
    engine::Health health() const { return process_->snapshot.wait_health(0, 0); }
    engine::Snapshot& snapshot() { return process_->snapshot; }

    void run_for(std::int64_t ms) {
        run_until([] { return false; }, ms);
    }
    /// Time goes on until the condition holds, at most for limit_ms. The condition is looked at after every step.
    bool run_until(const std::function<bool()>& condition, std::int64_t limit_ms) {
        const std::int64_t end_ms = clock.now_ms + limit_ms;
        while (!condition()) {
            if (!step(end_ms)) return condition();
        }
        return true;
    }
    bool run_until_final(std::int32_t op, std::int64_t limit_ms = 3'600'000) {
        return run_until([&] { return money::is_final(view(op).state); }, limit_ms);
    }
    bool run_until_sent(engine::Call call, int count = 1) {
        return run_until([&] { return gateway.count(call) >= count; }, 600'000);
    }
    /// One step, not beyond end_ms: to whatever is due next. false: end_ms has come, and nothing is due.
    bool step(std::int64_t end_ms) {
        gateway.run_due();
        if (executor.woken || next_turn_ms_ <= clock.now_ms) {
            turn();
            return true;
        }
        const std::int64_t due_ms = std::min(next_turn_ms_, gateway.next_ms());
        if (due_ms > end_ms) {
            clock.now_ms = std::max(clock.now_ms, end_ms);
            return false;
        }
        clock.now_ms = std::max(clock.now_ms, due_ms);
        return true;
    }
    void turn() {
        turns++;
        turns_now_ = clock.now_ms == last_turn_ms_ ? turns_now_ + 1 : 0;
        last_turn_ms_ = clock.now_ms;
        ASSERT_LT(turns_now_, 10'000) << "a hot loop";
        executor.woken = false;
        next_turn_ms_ = process_->engine.turn();
    }

    static std::string id_of(const std::string& reference) { return "TILL/" + std::to_string(today) + "/" + reference; }
    const LedgerEntry* entry(const std::string& reference) { return gateway.entry(id_of(reference)); }
    bool money_held(const std::string& reference) {
        const LedgerEntry* known = entry(reference);
        return known != nullptr && known->status == LedgerEntry::Status::paid;
    }

    Clock clock;
    Executor executor;
    Random random;
    Journal journal;
    Gateway gateway{clock};
    Office office;
    Scribe scribe;
    Log log;
    engine::EngineSettings settings = shop_settings();
    engine::OperationIds ids;
    int turns = 0;

  private:
    struct Process {
        explicit Process(Simulation& s)
            : intake(snapshot, s.ids_from(1'000), s.clock, s.executor, "SHOP", "TILL", s.journal.code_key(), {1, 2}),
              engine(s.settings, {s.clock, s.executor, s.journal, s.gateway, s.random, intake, snapshot, papers,
                                  s.office, s.scribe, s.log}) {}
        engine::Snapshot snapshot;
        engine::Intake intake;
        engine::Papers papers;
        engine::Engine engine;
    };
    engine::OperationIds& ids_from(std::int32_t first) {
        ids.begin_at(first);
        return ids;
    }

    std::unique_ptr<Process> process_;
    std::int64_t next_turn_ms_ = 0;
    std::int64_t last_turn_ms_ = 0;
    int turns_now_ = 0;
};

}  // namespace paydrv::simulated
