// Sixteen host threads at once on the intake while one thread turns the engine, with the machine's own clock.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "engine/machine.h"
#include "simulation.h"

namespace paydrv {
namespace {

using engine::StartResult;
using money::State;

/// Answers every request at once, on the engine's thread.
class PromptGateway final : public engine::Gateway {
  public:
    void set_sink(engine::AnswerSink& sink) { sink_ = &sink; }
    void send(engine::Request request) override {
        request.permit->begin();
        money::Answer answer;
        answer.verified = true;
        answer.response_time_ms = 1'785'585'600'000;
        answer.verdict = request.call == engine::Call::pay       ? money::Verdict::paid
                         : request.call == engine::Call::inquire ? money::Verdict::no_such_payment
                                                                 : money::Verdict::cancelled;
        sink_->first_byte(request.token);
        sink_->answered(request.token, answer);
    }
    std::string request_id(const money::OperationRecord& record) const override { return record.reference; }
    std::string refund_id(std::string_view, std::string_view reference) const override {
        return "r/" + std::string(reference);
    }
    std::string undo_id(std::string_view payment_id) const override { return "u/" + std::string(payment_id); }
    std::optional<std::string> details_problem(std::string_view) const override { return std::nullopt; }

  private:
    engine::AnswerSink* sink_ = nullptr;
};

TEST(Threads, LoseNoOperation) {
    constexpr int hosts = 16;
    constexpr int each = 150;
    engine::MachineClock clock;
    engine::MachineRandom random;
    engine::ThreadExecutor executor;
    engine::Snapshot snapshot;
    engine::OperationIds ids;
    ids.begin_at(1);
    simulated::Journal journal;
    PromptGateway gateway;
    engine::Intake intake(snapshot, ids, clock, executor, "SHOP", "TILL", journal.code_key(), {1, 2});
    engine::Papers papers;
    simulated::Office office;
    simulated::Scribe scribe;
    simulated::Log log;
    engine::Engine engine(simulated::shop_settings(),
                          {clock, executor, journal, gateway, random, intake, snapshot, papers, office, scribe, log});
    gateway.set_sink(engine);
    engine.reopen();
    std::thread loop([&] { executor.loop([&] { return engine.turn(); }, clock); });

    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int host = 0; host < hosts; host++) {
        threads.emplace_back([&, host] {
            for (int i = 0; i < each; i++) {
                const std::string reference = std::to_string(host) + "-" + std::to_string(i);
                const auto answer = intake.start(simulated::order_of(reference, {}), {});
                if (answer.result != StartResult::fresh) wrong++;
                if (i % 3 == 0) intake.cancel(answer.op);
                engine::View view;
                const std::int64_t until_ms = clock.monotonic_ms() + 20'000;
                std::uint32_t seen = 0;
                do {
                    if (!snapshot.wait(answer.op, seen, 1'000, view)) wrong++;
                    seen = view.revision;
                } while (!money::is_final(view.state) && clock.monotonic_ms() < until_ms);
                const bool right = view.state == State::succeeded || (i % 3 == 0 && view.state == State::cancelled);
                if (!right || engine::text_of(view.reference) != reference) wrong++;
                intake.acknowledge(answer.op);
                while (view.acknowledged == 0 && clock.monotonic_ms() < until_ms) {
                    std::this_thread::yield();
                    if (!snapshot.read(answer.op, view)) wrong++;
                }
                if (view.acknowledged == 0) wrong++;
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    executor.stop();
    loop.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(journal.unacknowledged(), 0U);
    EXPECT_EQ(snapshot.wait_health(0, 0).unacknowledged, 0U);
    EXPECT_EQ(snapshot.wait_health(0, 0).in_doubt, 0U);
}

// A loop that is told to stop while it looks at its bell must not sleep over it until its next turn.
TEST(Threads, ALoopStopsWheneverItIsTold) {
    constexpr int rounds = 2'000;
    engine::MachineClock clock;
    for (int round = 0; round < rounds; round++) {
        engine::ThreadExecutor executor;
        std::atomic<int> turns{0};
        const auto turn = [&] {
            turns++;
            return clock.monotonic_ms() + 60'000;
        };
        std::thread loop([&] { executor.loop(turn, clock); });
        while (turns < 1)
            std::this_thread::yield();
        executor.wake();
        const std::int64_t stopped_ms = clock.monotonic_ms();
        executor.stop();
        loop.join();
        ASSERT_LT(clock.monotonic_ms() - stopped_ms, 900) << "round " << round;
    }
}

}  // namespace
}  // namespace paydrv
