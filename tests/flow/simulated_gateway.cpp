#include "simulated_gateway.h"

#include <algorithm>
#include <utility>

namespace paydrv::simulated {

using engine::Call;
using engine::Request;
using money::Answer;
using money::Verdict;
using Status = LedgerEntry::Status;

namespace {

Answer not_sent(bool recalled) {
    Answer answer;
    answer.verdict = Verdict::not_sent;
    answer.recalled = recalled;
    return answer;
}

}  // namespace

void Gateway::lose_sink() {
    generation_++;
    sink_ = nullptr;
    under_way = {};
}

void Gateway::send(Request request) {
    const bool probe = request.record.reference.empty();
    const Fate fate = probe ? plan_probe() : plan(request);
    if (probe) {
        probes++;
    } else {
        sent.push_back({request.call, request.record.request_id, clock_.now_ms});
    }
    const auto call = static_cast<std::size_t>(request.call);
    most_under_way[call] = std::max(most_under_way[call], ++under_way[call]);
    const std::int64_t now_ms = clock_.now_ms;
    const auto born = generation_;
    const auto answer_if_alive = [this, born](const Request& about, const Answer& answer) {
        if (born == generation_) give(about, answer);
    };
    if (!fate.sent) {
        at(now_ms + fate.answer_ms, [=] { answer_if_alive(request, not_sent(false)); });
        return;
    }
    at(now_ms + fate.first_byte_ms, [=, this] {
        if (!request.permit->begin()) {
            return answer_if_alive(request, not_sent(true));
        }
        if (born == generation_) sink_->first_byte(request.token);
        if (!fate.reaches) {
            return at(now_ms + request.deadline_ms, [=] { answer_if_alive(request, Answer{}); });
        }
        at(now_ms + fate.executed_ms, [=, this] {
            const Answer answer = execute(request, fate);
            const bool heard = fate.answered && fate.answer_ms < request.deadline_ms;
            at(now_ms + (heard ? fate.answer_ms : request.deadline_ms),
               [=] { answer_if_alive(request, heard ? answer : Answer{}); });
        });
    });
}

void Gateway::give(const Request& request, const Answer& answer) {
    under_way[static_cast<std::size_t>(request.call)]--;
    sink_->answered(request.token, answer);
}

std::string Gateway::request_id(const money::OperationRecord& record) const {
    return record.terminal + "/" + std::to_string(record.business_day) + "/" + record.reference;
}

std::string Gateway::refund_id(std::string_view payment_id, std::string_view refund_reference) const {
    return "R/" + std::string(payment_id) + "/" + std::string(refund_reference);
}

std::string Gateway::undo_id(std::string_view payment_id) const {
    return "U/" + std::string(payment_id);
}

std::optional<std::string> Gateway::details_problem(std::string_view details_json) const {
    if (details_json.find("amount") == std::string_view::npos) return std::nullopt;
    return "amount is not a detail";
}

void Gateway::run_due() {
    while (next_ms() <= clock_.now_ms) {
        const std::function<void()> what = events_.top().what;
        events_.pop();
        what();
    }
}

const LedgerEntry* Gateway::entry(const std::string& request_id) {
    const auto found = ledger.find(request_id);
    if (found == ledger.end()) return nullptr;
    settle(found->second);
    return &found->second;
}

int Gateway::count(Call call) const {
    return static_cast<int>(std::count_if(sent.begin(), sent.end(), [&](const Sent& s) { return s.call == call; }));
}

int Gateway::count(Call call, const std::string& request_id) const {
    return static_cast<int>(std::count_if(sent.begin(), sent.end(),
                                          [&](const Sent& s) { return s.call == call && s.request_id == request_id; }));
}

std::vector<std::int64_t> Gateway::times(Call call, std::int64_t since_ms) const {
    std::vector<std::int64_t> all;
    for (const Sent& s : sent) {
        if (s.call == call) all.push_back(s.at_ms - since_ms);
    }
    return all;
}

Answer Gateway::verified(Verdict verdict) const {
    Answer answer;
    answer.verdict = verdict;
    answer.verified = true;
    answer.response_time_ms = gateway_ms();
    return answer;
}

Answer Gateway::about(const Request& request, const LedgerEntry& entry) const {
    constexpr std::array verdicts = {Verdict::open, Verdict::paid, Verdict::nothing_taken, Verdict::cancelled};
    Answer answer = verified(verdicts[static_cast<std::size_t>(entry.status)]);
    answer.payment_id = "PAY-" + request.record.request_id;
    answer.create_time_ms = entry.create_time_ms;
    if (entry.status == Status::failed) answer.code = "USER_BALANCE_NOT_ENOUGH";
    return answer;
}

// The customer confirms in time, or the payment closes at its expiry.
void Gateway::settle(LedgerEntry& entry) {
    if (entry.status != Status::open) return;
    if (entry.confirms_at_ms <= gateway_ms() && entry.confirms_at_ms <= entry.expiry_ms) {
        entry.status = Status::paid;
        entry.charges++;
    } else if (gateway_ms() > entry.expiry_ms) {
        entry.status = Status::failed;
    }
}

Answer Gateway::execute(const Request& request, const Fate& fate) {
    if (!fate.verifiable) {
        Answer answer;
        answer.configuration_fault = fate.keys_at_fault;
        if (fate.keys_at_fault) answer.problem = "Alipay's signature does not fit alipayPublicKey.";
        return answer;
    }
    if (fate.slow_down) return verified(request.call == Call::pay ? Verdict::slow_down : Verdict::unknown);
    if (fate.mismatch) return verified(Verdict::mismatch);
    switch (request.call) {
        case Call::pay: return pay(request, fate);
        case Call::inquire: return inquire(request, fate);
        case Call::cancel: return cancel(request, fate);
        case Call::refund:
        case Call::inquire_refund: break;
    }
    return {};
}

Answer Gateway::pay(const Request& request, const Fate& fate) {
    if (fate.reference_used) return verified(Verdict::reference_used);
    if (gateway_ms() > request.record.expiry_ms) return verified(Verdict::unknown);
    const auto [found, fresh] = ledger.try_emplace(request.record.request_id);
    LedgerEntry& entry = found->second;
    if (fresh) {
        entry.amount_minor = request.record.amount_minor;
        entry.create_time_ms = gateway_ms();
        entry.expiry_ms = request.record.expiry_ms;
        entry.confirms_at_ms = gateway_ms() + fate.customer_ms;
        if (fate.declined) entry.status = Status::failed;
    }
    settle(entry);
    return entry.status == Status::cancelled ? verified(Verdict::unknown) : about(request, entry);
}

Answer Gateway::inquire(const Request& request, const Fate& fate) {
    const LedgerEntry* known = entry(request.record.request_id);
    if (known == nullptr || fate.hidden) return verified(Verdict::no_such_payment);
    return about(request, *known);
}

Answer Gateway::cancel(const Request& request, const Fate& fate) {
    const auto found = ledger.find(request.record.request_id);
    if (found == ledger.end()) return verified(fate.absent_is_s ? Verdict::cancelled : Verdict::no_such_payment);
    settle(found->second);
    if (fate.refused) {
        Answer answer = verified(Verdict::refused);
        answer.code = "PROCESS_FAIL";
        return answer;
    }
    found->second.status = Status::cancelled;
    return verified(Verdict::cancelled);
}

}  // namespace paydrv::simulated
