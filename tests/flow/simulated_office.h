// A back office, a scribe and a log of the smallest kind.
#pragma once

#include <string>
#include <vector>

#include "engine/log.h"
#include "engine/office.h"
#include "engine/scribe.h"

namespace paydrv::simulated {

/// "inquire" asks about the payment named by the JSON, its request id; "settle" settles row 1 as cancelled.
class Office final : public engine::Office {
  public:
    void begin(std::int32_t op, std::string_view name, std::string_view json, engine::Desk& desk) override {
        if (name == "inquire") {
            for (money::OperationRecord& known : desk.journal().by_request_id(json)) {
                if (known.kind == money::Kind::payment) about = known;
            }
            return desk.inquire(op, about);
        }
        if (name == "settle") {
            const auto record = desk.journal().by_row(1);
            const std::string problem =
                desk.settle(op, *record, {money::State::cancelled, "anna", "saw the dashboard"});
            return desk.finish(op, {problem.empty() ? money::State::succeeded : money::State::declined,
                                    money::Reason::none, money::NextAction::nothing, problem});
        }
        desk.finish(op, {money::State::declined, money::Reason::details, money::NextAction::call_support, "{}"});
    }
    void answered(std::int32_t op, const money::Answer& answer, engine::Desk& desk) override {
        const std::int32_t linked = desk.follow_up(about, answer);
        desk.finish(op, {money::State::succeeded, money::Reason::none, money::NextAction::nothing,
                         std::string(money::name(answer.verdict)) + "/" + std::to_string(linked)});
    }
    bool knows(std::string_view) const noexcept override { return true; }

    money::OperationRecord about;
};

class Scribe final : public engine::Scribe {
  public:
    std::string write(engine::Paper, const money::OperationRecord& record,
                      const money::OperationRecord* linked) const override {
        written++;
        return record.reference + (record.acknowledged ? " again" : "") + (linked != nullptr ? " linked" : "");
    }

    mutable int written = 0;
};

class Log final : public engine::Log {
  public:
    void write(const engine::LogLine& line) noexcept override { lines.emplace_back(line.what); }
    bool keeps(engine::LogLevel) const noexcept override { return true; }

    std::vector<std::string> lines;
};

}  // namespace paydrv::simulated
