// A disk in memory that survives its engine, and can be told to misbehave.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "engine/journal.h"

namespace paydrv::simulated {

enum class DiskFault : std::uint8_t { none, refuse, refuse_but_landed };

class Journal final : public engine::Journal {
  public:
    bool commit(std::span<const engine::Change> changes) override {
        commits++;
        if (while_committing) while_committing();
        if (fault != DiskFault::refuse) {
            for (const engine::Change& change : changes) {
                if (change.record.row <= 0) throw std::logic_error("a change without a row");
                refuse_second_of_a_name(change.record);
                rows[change.record.row] = change.record;
                events[change.record.row].push_back(change.event);
            }
        }
        return fault == DiskFault::none;
    }
    bool probe() override {
        probes++;
        return fault == DiskFault::none;
    }
    std::string problem() const override { return fault == DiskFault::none ? "" : "the disk is full"; }

    std::optional<money::OperationRecord> by_row(std::int64_t row) override {
        may_throw();
        const auto found = rows.find(row);
        if (found == rows.end()) return std::nullopt;
        return found->second;
    }
    std::optional<money::OperationRecord> by_name(money::Kind kind, std::string_view store, std::string_view terminal,
                                                  std::uint32_t business_day, std::string_view reference) override {
        may_throw();
        for (const auto& [row, record] : rows) {
            if (record.kind == kind && record.store == store && record.terminal == terminal &&
                record.business_day == business_day && record.reference == reference) {
                return record;
            }
        }
        return std::nullopt;
    }
    std::vector<money::OperationRecord> list(engine::List what, std::uint32_t business_day, std::int64_t after,
                                             std::size_t limit) override {
        may_throw();
        std::vector<money::OperationRecord> listed;
        for (auto row = rows.upper_bound(after); row != rows.end() && listed.size() < limit; ++row) {
            const money::OperationRecord& record = row->second;
            const bool final = money::is_final(record.state);
            const bool wanted = what == engine::List::day          ? record.business_day == business_day
                                : what == engine::List::unfinished ? !final
                                                                   : final && !record.acknowledged;
            if (wanted) listed.push_back(record);
        }
        return listed;
    }
    std::vector<money::OperationRecord> since(std::uint32_t business_day) override {
        may_throw();
        std::vector<money::OperationRecord> found;
        for (const auto& [row, record] : rows) {
            if (record.business_day >= business_day) found.push_back(record);
        }
        return found;
    }
    std::vector<money::OperationRecord> by_payment_id(std::string_view payment_id) override {
        return those([&](const money::OperationRecord& record) { return record.payment_id == payment_id; });
    }
    std::vector<money::OperationRecord> by_request_id(std::string_view request_id) override {
        return those([&](const money::OperationRecord& record) { return record.request_id == request_id; });
    }
    std::vector<money::OperationRecord> by_order(std::uint32_t business_day,
                                                 std::string_view order_reference) override {
        return those([&](const money::OperationRecord& record) {
            return record.order_reference == order_reference &&
                   (business_day == 0 || record.business_day == business_day);
        });
    }
    std::string head() const override { return chain_head; }
    std::int64_t free_bytes() override {
        may_throw();
        return free_space_bytes;
    }
    std::int64_t last_row() override { return rows.empty() ? 0 : rows.rbegin()->first; }
    std::uint64_t unacknowledged() override {
        return list(engine::List::unacknowledged, 0, 0, static_cast<std::size_t>(-1)).size();
    }
    std::string code_key() override { return "0123456789abcdef"; }

    DiskFault fault = DiskFault::none;
    std::function<void()> while_committing;  // what happens meanwhile, such as time
    bool throws_on_read = false;
    std::string chain_head = "0";
    std::int64_t free_space_bytes = -1;
    int commits = 0;
    int probes = 0;
    std::map<std::int64_t, money::OperationRecord> rows;
    std::map<std::int64_t, std::vector<std::string>> events;

  private:
    using Name = std::tuple<money::Kind, std::string, std::string, std::uint32_t, std::string>;

    template <class Test>
    std::vector<money::OperationRecord> those(Test test) const {
        may_throw();
        std::vector<money::OperationRecord> found;
        for (const auto& [row, record] : rows) {
            if (test(record)) found.push_back(record);
        }
        return found;
    }
    // As the schema's unique index does. Tests change `rows` themselves, so what the index names is looked at again.
    void refuse_second_of_a_name(const money::OperationRecord& record) {
        const Name name = name_of(record);
        const auto known = rows.find(row_of_name_[name]);
        const bool taken = known != rows.end() && known->first != record.row && name_of(known->second) == name;
        if (taken) throw std::logic_error("two operations of one name: " + record.reference);
        row_of_name_[name] = record.row;
    }
    static Name name_of(const money::OperationRecord& record) {
        return {record.kind, record.store, record.terminal, record.business_day, record.reference};
    }
    void may_throw() const {
        if (throws_on_read) throw std::runtime_error("the disk cannot be read");
    }

    std::map<Name, std::int64_t> row_of_name_;
};

}  // namespace paydrv::simulated
