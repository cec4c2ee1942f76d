// Persist: one commit for the whole batch, and what happens when the disk refuses (R17).
#include <utility>

#include "engine/engine.h"

namespace paydrv::engine {
namespace {

constexpr std::int64_t retry_commit_every_ms = 1'000;
constexpr int max_rounds = 4;  // a commit can make the next change ready: intent, then told to stop

}  // namespace

// While other operations are under way, a commit waits a moment for their changes to share it.
bool Engine::commit_is_due() const {
    if (dirty_.empty()) return false;
    if (disk_refuses_) return turn_ms_ >= retry_commit_ms_;
    return commit_by_ms_ == 0 || turn_ms_ >= commit_by_ms_;
}

void Engine::commit() {
    for (int round = 0; round < max_rounds && !dirty_.empty(); round++) {
        const bool company = operations_.size() > dirty_.size() && settings_.commit_window_ms > 0;
        if (company && commit_by_ms_ == 0 && !disk_refuses_) {
            commit_by_ms_ = turn_ms_ + settings_.commit_window_ms;
            return;
        }
        commit_by_ms_ = 0;
        std::vector<std::int32_t> batch(dirty_.begin(), dirty_.end());
        std::vector<Change> changes;
        changes.reserve(batch.size());
        for (const std::int32_t op : batch) {
            Operation& operation = operations_.at(op);
            operation.commit_tried = true;
            changes.push_back({operation.transaction.record, operation.event});
        }
        const bool durable = parts_.journal.commit(changes);
        turn_ms_ = parts_.clock.monotonic_ms();  // a disk that was slow must not make a pay look young (R3)
        if (!durable) {
            retry_commit_ms_ = turn_ms_ + retry_commit_every_ms;
            set_disk_refuses(true);
            return after_failed_commit(batch);
        }
        set_disk_refuses(false);
        after_good_commit(batch);
    }
}

void Engine::after_good_commit(const std::vector<std::int32_t>& batch) {
    for (const std::int32_t op : batch) {
        Operation& operation = operations_.at(op);
        dirty_.erase(op);
        const money::OperationRecord& record = operation.transaction.record;
        const bool unacknowledged = record.phase == money::Phase::concluded && !record.acknowledged;
        unacknowledged_ +=
            static_cast<std::uint64_t>(unacknowledged) - static_cast<std::uint64_t>(operation.unacknowledged_on_disk);
        operation.unacknowledged_on_disk = unacknowledged;
        operation.event.clear();
        if (operation.transaction.record.phase == money::Phase::concluded) operation.result_committed = true;
        const std::int32_t request = std::exchange(operation.settling, 0);
        apply(operation, money::EventKind::committed);
        if (const auto errand = errands_.find(request); errand != errands_.end()) {
            errand->second.waits_for_disk = false;
            if (errand->second.result) end_request(request, *errand->second.result);
        }
    }
}

void Engine::after_failed_commit(const std::vector<std::int32_t>& batch) {
    for (const std::int32_t op : batch) {
        Operation& operation = operations_.at(op);
        apply(operation, money::EventKind::commit_failed);
        operation.commit_tried = true;
    }
}

void Engine::retry_commit() {
    if (!disk_refuses_ || turn_ms_ < retry_commit_ms_) return;
    if (!dirty_.empty()) return;  // the next commit tells
    retry_commit_ms_ = turn_ms_ + retry_commit_every_ms;
    set_disk_refuses(!parts_.journal.probe());
}

void Engine::set_disk_refuses(bool refuses) {
    if (std::exchange(disk_refuses_, refuses) == refuses) return;
    tell_refusal();
    for (const auto& [op, operation] : operations_) {
        touched_.insert(op);
    }
}

}  // namespace paydrv::engine
