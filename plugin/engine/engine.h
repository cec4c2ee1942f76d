// The loop of the driver: inbox -> decide -> persist -> act -> publish, one batch a turn.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/clock.h"
#include "engine/dispatch.h"
#include "engine/executor.h"
#include "engine/gateway.h"
#include "engine/intake.h"
#include "engine/journal.h"
#include "engine/log.h"
#include "engine/office.h"
#include "engine/papers.h"
#include "engine/random.h"
#include "engine/scribe.h"
#include "engine/snapshot.h"
#include "money/schedule.h"
#include "money/transaction.h"

namespace paydrv::engine {

struct EngineSettings {
    money::Schedule schedule;
    int workers = 16;
    std::string store;                  // referenceStoreId
    std::string terminal;               // storeTerminalId of the session
    std::int64_t commit_window_ms = 5;  // how long a commit waits for company while other operations are under way
};

/// The seams and neighbours of an engine; all outlive it.
struct EngineParts {
    const Clock& clock;
    Executor& executor;
    Journal& journal;
    Gateway& gateway;
    Random& random;
    Intake& intake;
    Snapshot& snapshot;
    Papers& papers;
    Office& office;
    const Scribe& scribe;
    Log& log;
};

/// Owns every operation under way. reopen and turn: one thread, the engine's. first_byte and answered: any thread.
class Engine final : public AnswerSink, private Desk {
  public:
    Engine(EngineSettings settings, EngineParts parts);

    /// Takes up what the journal holds (R16). Once, before the first turn. Blocks on the disk.
    void reopen();
    /// Does everything that is due. Blocks on the disk only. Returns the monotonic time of the next turn.
    std::int64_t turn();

    void first_byte(std::uint64_t token) override;
    void answered(std::uint64_t token, money::Answer answer) override;

  private:
    struct Operation {
        std::int32_t op = 0;
        money::AttemptIndex attempt = 0;
        money::Transaction transaction;
        std::string payment_code;  // secret; wiped when no pay can need it any more
        std::string details_json;
        std::shared_ptr<SendPermit> permit;  // of the pay or refund under way
        std::uint64_t order_token = 0;
        std::int64_t timer_ms = 0;  // of the newest timer that has not gone off yet; 0: none
        std::string event;          // the change that is not on disk yet; empty: all is
        bool commit_tried = false;
        bool result_committed = false;
        bool unacknowledged_on_disk = false;
        bool holds_worker = false;  // reserved in the dispatch
        bool order_held = false;    // to be sent when the change is on disk
        bool cancel_held = false;
        bool undo_held = false;
        std::int32_t settling = 0;  // the request that ends once this change is on disk
    };
    struct Exchange {
        std::int32_t op = 0;  // 0: the gate's probe; else an operation's or a request's
        Call call = Call::inquire;
    };
    /// A piece of back office work under way.
    struct Errand {
        std::deque<money::OperationRecord> inquiries;  // to be sent
        bool waits_for_disk = false;                   // a settlement
        std::optional<OfficeResult> result;            // held until then
    };
    struct News {
        std::uint64_t token = 0;
        bool first_byte_only = false;
        money::Answer answer;
    };
    struct Timer {
        std::int64_t at_ms = 0;
        std::int32_t op = 0;
        bool operator>(const Timer& other) const { return at_ms > other.at_ms; }
    };

    // engine.cpp: the turn
    money::Now now() const;
    void take_orders();
    bool closing_asked() const;
    void take_news();
    void run_timers();
    void begin_queued();
    void act();
    void publish_touched();
    void publish_health();
    std::int64_t next_turn_ms() const;
    void deliver(const News& news, const Exchange& exchange, Operation& operation);
    void apply(Operation& operation, money::EventKind kind, const money::Answer& answer = {});
    void log_step(const Operation& operation, money::Phase was, money::EventKind kind, const money::Answer& answer);
    void mark(Operation& operation, std::string_view change);
    void recall_order(Operation& operation);
    void touch(Operation& operation);
    void send(const Dispatch::Turn& turn);
    void send(Request request, const Dispatch::Turn& turn);
    void take_back(Call call, Operation& operation);
    void publish(Operation& operation);
    std::int64_t steady_expiry(std::int32_t op, std::int64_t expires_ms) const;
    bool drop_if_over(std::int32_t op);

    // engine_orders.cpp: what hosts ask for
    void begin(const Order& order);
    void begin_payment(const Order& order, const StartOrder& start, std::string details_json);
    void acknowledge(std::int32_t op);
    void load(const Order& order);
    void answer_queries();
    bool find(Query& query);
    bool list(Query& query);
    std::optional<money::OperationRecord> read_row(std::int64_t row);
    std::int32_t attach(const money::OperationRecord& record);
    Operation& adopt(std::int32_t op, money::AttemptIndex attempt, money::OperationRecord record);
    Operation* bring_back(std::int32_t op, std::int64_t row);
    std::optional<money::OperationRecord> linked_of(const money::OperationRecord& record);
    void write_paper(std::int32_t op, Paper paper);
    View view_of(std::int32_t op, const money::OperationRecord& record) const;

    // engine_refunds.cpp: refunds, and operations about the same money
    void begin_refund(const Order& order, const StartOrder& start);
    bool find_original(money::OperationRecord& refund);
    bool is_named_already(const money::OperationRecord& refund);
    std::int64_t spoken_for(const money::OperationRecord& refund, const money::Answer& answer);
    void give_back(const money::OperationRecord& refund);
    void count_again();
    std::int32_t begin_linked(Operation& source, money::Kind kind, const money::Answer& answer);
    money::OperationRecord as_shown(const Operation& operation) const;
    money::OperationRecord subject_of(Call call, const Operation& operation) const;

    // engine_office.cpp: the back office's desk
    void begin_request(const Order& order, const StartOrder& start, const std::string& json);
    void end_request(std::int32_t op, OfficeResult result);
    Journal& journal() override { return parts_.journal; }
    Health health() const override;
    std::int64_t wall_ms() const override { return parts_.clock.wall_ms(); }
    std::int64_t gateway_ms() const override { return now().gateway_ms; }
    void inquire(std::int32_t request_op, const money::OperationRecord& about) override;
    std::int32_t follow_up(const money::OperationRecord& about, const money::Answer& answer) override;
    money::OperationRecord present(const money::OperationRecord& record) override;
    std::int32_t op_of(const money::OperationRecord& record) override { return attach(record); }
    std::string settle(std::int32_t request_op, const money::OperationRecord& record,
                       const Settlement& settlement) override;
    void finish(std::int32_t request_op, OfficeResult result) override;

    // engine_commit.cpp: persist (R17)
    bool commit_is_due() const;
    void commit();
    void retry_commit();
    void after_good_commit(const std::vector<std::int32_t>& batch);
    void after_failed_commit(const std::vector<std::int32_t>& batch);
    void set_disk_refuses(bool refuses);

    // engine_gate.cpp: the gate and the gateway's clock (R13, R14)
    void probe_gate();
    void probe_answered(const money::Answer& answer);
    void note_exchange(const money::Answer& answer);
    void open_gate();
    void tell_refusal();

    const EngineSettings settings_;
    EngineParts parts_;
    std::unordered_map<std::int32_t, Operation> operations_;
    std::unordered_map<std::int32_t, Errand> errands_;
    std::vector<money::OperationRecord> uncounted_;  // refunds done, whose payment could not be read
    std::unordered_map<std::int64_t, std::int32_t> op_of_row_;
    std::unordered_map<std::uint64_t, Exchange> exchanges_;
    std::deque<std::int32_t> queued_;
    std::unordered_set<std::int32_t> touched_;
    std::unordered_set<std::int32_t> dirty_;
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
    Dispatch dispatch_;
    Intake::Drained drained_;

    std::mutex news_mutex_;
    std::vector<News> news_;  // guarded by news_mutex_
    std::vector<News> taken_news_;

    std::uint64_t next_token_ = 1;
    std::int64_t next_row_ = 1;
    std::int64_t turn_ms_ = 0;
    std::int64_t commit_by_ms_ = 0;  // end of the open commit window; 0: none is open
    bool disk_refuses_ = false;
    std::int64_t retry_commit_ms_ = 0;

    bool gate_open_ = false;
    std::optional<std::string> gate_problem_;  // the gateway refuses this configuration
    bool probe_out_ = false;
    std::int64_t next_probe_ms_ = 0;
    bool gateway_clock_known_ = false;
    std::int64_t gateway_offset_ms_ = 0;  // gateway clock - monotonic clock
    bool reachable_ = false;
    std::uint64_t unacknowledged_ = 0;
    bool disk_good_ = true;
    std::int64_t next_disk_look_ms_ = 0;
    int in_doubt_ = 0;  // operations that are not final and perhaps sent
};

}  // namespace paydrv::engine
