// The back office at a desk that a test has laid out: a journal in memory and answers as told.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flow/simulated_journal.h"
#include "json_schema.h"
#include "office/back_office.h"

namespace paydrv::office {

using money::Answer;
using money::Kind;
using money::NextAction;
using money::OperationRecord;
using money::Phase;
using money::Reason;
using money::State;
using money::Verdict;
using Json = Poco::JSON::Object::Ptr;

inline constexpr std::uint32_t today = 2026'11'21;
inline constexpr std::int64_t now_ms = 1'795'250'000'000;  // 2026-11-21T08:33:20Z
inline constexpr std::int32_t request_op = 700;

/// Records what the office does and answers as told; an answer comes when the test says so.
class FakeDesk final : public engine::Desk {
  public:
    simulated::Journal& journal() override { return journal_; }
    engine::Health health() const override { return health_; }
    std::int64_t wall_ms() const override { return wall_; }
    std::int64_t gateway_ms() const override { return gateway_; }
    void inquire(std::int32_t op, const OperationRecord& about) override {
        asked.emplace_back(op, about);
        if (at_once) at_once(op);
    }
    std::int32_t follow_up(const OperationRecord& about, const Answer& answer) override {
        followed.emplace_back(about.row, answer.verdict);
        return follow ? follow(about) : 0;
    }
    OperationRecord present(const OperationRecord& record) override {
        const auto newer = newer_.find(record.row);
        return newer == newer_.end() ? record : newer->second;
    }
    std::int32_t op_of(const OperationRecord& record) override { return static_cast<std::int32_t>(record.row + 1'000); }
    std::string settle(std::int32_t op, const OperationRecord& record, const engine::Settlement& settlement) override {
        settled.emplace_back(op, record.row, settlement);
        return settle_refusal;
    }
    void finish(std::int32_t op, engine::OfficeResult result) override { finished.emplace_back(op, std::move(result)); }

    struct Settled {
        std::int32_t op;
        std::int64_t row;
        engine::Settlement settlement;
        Settled(std::int32_t o, std::int64_t r, engine::Settlement s) : op(o), row(r), settlement(std::move(s)) {}
    };

    simulated::Journal journal_;
    engine::Health health_;
    std::int64_t wall_ = now_ms;
    std::int64_t gateway_ = 0;
    std::map<std::int64_t, OperationRecord> newer_;  // what present() shows in place of the journal's row
    std::function<void(std::int32_t)> at_once;       // within inquire()
    std::function<std::int32_t(const OperationRecord&)> follow;
    std::string settle_refusal;

    std::vector<std::pair<std::int32_t, OperationRecord>> asked;
    std::vector<std::pair<std::int64_t, Verdict>> followed;
    std::vector<Settled> settled;
    std::vector<std::pair<std::int32_t, engine::OfficeResult>> finished;
};

inline OfficeFacts facts() {
    return {"till.json", "S1", "T1", true, true, "EUR", 2048, {2048}, "till.journal"};
}

inline const testing_schema::JsonSchema& request_schema() {
    static const testing_schema::JsonSchema schema = [] {
        std::ifstream file(PAYDRV_REQUEST_SCHEMA, std::ios::binary);
        EXPECT_TRUE(file) << PAYDRV_REQUEST_SCHEMA;
        return testing_schema::JsonSchema({std::istreambuf_iterator<char>(file), {}});
    }();
    return schema;
}

inline Json parsed(const std::string& text) {
    return testing_schema::parsed(text).extract<Json>();
}

inline void expect_valid(const std::string& json, const std::string& definition) {
    for (const std::string& fault : request_schema().faults(testing_schema::parsed(json), definition)) {
        ADD_FAILURE() << fault << "\n" << json;
    }
}

inline Answer verified(Verdict verdict) {
    Answer answer;
    answer.verdict = verdict;
    answer.verified = true;
    answer.response_time_ms = now_ms;
    return answer;
}

inline Answer paid(std::int64_t amount_minor = 1250) {
    Answer answer = verified(Verdict::paid);
    answer.amount_minor = amount_minor;
    answer.currency = "EUR";
    answer.payment_id = "2026112100001";
    answer.code = "SUCCESS";
    answer.wallet = "AlipayCN";
    answer.paid_time_ms = now_ms - 60'000;
    return answer;
}

inline Answer silence() {
    Answer answer;
    answer.problem = "no answer within 5 s";
    return answer;
}

class OfficeScene : public ::testing::Test {
  protected:
    /// A row in the journal: a payment of 12.50 EUR that is paid and acknowledged, changed as told.
    OperationRecord& row(const std::string& reference, const std::function<void(OperationRecord&)>& change = {}) {
        OperationRecord record;
        record.row = desk.journal_.last_row() + 1;
        record.store = "S1";
        record.terminal = "T1";
        record.business_day = today;
        record.reference = reference;
        record.order_reference = "order";
        record.operator_id = "anna";
        record.amount_minor = 1250;
        record.currency = "EUR";
        record.request_id = "p1-" + reference;
        record.payment_id = "id-" + reference;
        record.wallet = "AlipayCN";
        record.phase = Phase::concluded;
        record.state = State::succeeded;
        record.next_action = NextAction::nothing;
        record.acknowledged = true;
        if (change) change(record);
        return desk.journal_.rows[record.row] = record;
    }

    void begin(const std::string& name, const std::string& json) { office.begin(request_op, name, json, desk); }
    void answer(const Answer& answer) { office.answered(request_op, answer, desk); }

    /// The one result there is, checked against the schema.
    const engine::OfficeResult& result(const std::string& name) {
        EXPECT_EQ(desk.finished.size(), 1U);
        if (desk.finished.empty()) throw std::logic_error("the request has not ended");
        const auto& [op, result] = desk.finished.front();
        EXPECT_EQ(op, request_op);
        const bool done = result.state == State::succeeded;
        expect_valid(result.json, done ? name + "_answer" : "refused_answer");
        return result;
    }
    Json succeeded(const std::string& name) {
        const engine::OfficeResult& ended = result(name);
        EXPECT_EQ(ended.state, State::succeeded) << ended.json;
        EXPECT_EQ(ended.reason, Reason::none);
        EXPECT_EQ(ended.next_action, NextAction::nothing);
        return parsed(ended.json);
    }
    /// "key: text" of a request that is refused at once; else "was begun" or "was done".
    std::string told(const std::string& name, const std::string& json) {
        desk.finished.clear();
        begin(name, json);
        if (desk.finished.empty()) return "was begun";
        const engine::OfficeResult& ended = result(name);
        if (ended.state == State::succeeded) return "was done";
        const Json problem = parsed(ended.json)->getObject("problem");
        return problem->getValue<std::string>("key") + ": " + problem->getValue<std::string>("text");
    }
    /// As told, of a request that has to be DECLINED with this reason.
    std::string refused(const std::string& name, const std::string& json, Reason reason = Reason::details) {
        const std::string text = told(name, json);
        if (desk.finished.empty()) return text;
        EXPECT_EQ(desk.finished.front().second.state, State::declined) << json;
        EXPECT_EQ(desk.finished.front().second.reason, reason) << json;
        return text;
    }

    FakeDesk desk;
    BackOffice office{facts(), [](const OperationRecord& r) { return "derived-" + r.terminal + "-" + r.reference; }};
};

}  // namespace paydrv::office
