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

constexpr std::string_view payment_prefix = "PAY-";
constexpr std::int64_t asynchronous_refund_ms = 60'000;

// Our own name of the payment that a request is about.
std::string payment_of(const Request& request) {
    const std::string& id = request.record.payment_id;
    return id.starts_with(payment_prefix) ? id.substr(payment_prefix.size()) : request.record.request_id;
}

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
    const bool probe = request.record.request_id.starts_with("probe");
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
    answer.payment_id = std::string(payment_prefix) + payment_of(request);
    answer.create_time_ms = entry.create_time_ms;
    answer.amount_minor = entry.amount_minor;
    answer.currency = "EUR";
    for (const auto& [id, refund] : refunds) {
        if (refund.payment_request_id != payment_of(request) || refund.status == RefundEntry::Status::failed) continue;
        answer.refunds.push_back({id, "RF-" + id, refund.amount_minor, refund.status == RefundEntry::Status::done});
    }
    // R1: what is asked for must be what is told.
    const bool ours = request.record.amount_minor == 0 || request.record.amount_minor == entry.amount_minor;
    if (!ours) answer.verdict = Verdict::mismatch;
    if (entry.status == Status::failed) answer.code = "USER_BALANCE_NOT_ENOUGH";
    return answer;
}

// The customer confirms in time, or the payment closes at its expiry.
void Gateway::settle(LedgerEntry& entry) {
    if (entry.came_after_cancel && entry.status == Status::cancelled) {
        entry.status = Status::paid;
        entry.came_after_cancel = false;
        entry.charges++;
    }
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
        case Call::refund: return refund(request, fate);
        case Call::inquire_refund: return inquire_refund(request, fate);
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
    const LedgerEntry* known = entry(payment_of(request));
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
    if (fate.out_of_window) {
        Answer answer = verified(Verdict::out_of_window);
        answer.code = "CANCEL_WINDOW_EXCEED";
        return answer;
    }
    found->second.status = Status::cancelled;
    return verified(Verdict::cancelled);
}

Answer Gateway::refund(const Request& request, const Fate& fate) {
    const auto refuse = [this](Verdict verdict, const char* code) {
        Answer answer = verified(verdict);
        answer.code = code;
        return answer;
    };
    if (fate.refused) return refuse(Verdict::refused, "PROCESS_FAIL");
    if (fate.declined) return refuse(Verdict::nothing_taken, "MERCHANT_BALANCE_NOT_ENOUGH");
    const std::string payment = payment_of(request);
    if (const auto known = refunds.find(request.record.request_id); known != refunds.end()) {
        if (known->second.amount_minor != request.record.amount_minor) {
            return refuse(Verdict::reference_used, "REPEAT_REQ_INCONSISTENT");
        }
        return about_refund(request, known->second);
    }
    const LedgerEntry* const paid = entry(payment);
    if (paid == nullptr || paid->status != Status::paid) return refuse(Verdict::refused, "ORDER_STATUS_INVALID");
    if (request.record.amount_minor > paid->amount_minor - given_back(payment)) {
        return refuse(Verdict::nothing_taken, "REFUND_AMOUNT_EXCEED");
    }
    RefundEntry entry{payment, request.record.amount_minor, RefundEntry::Status::done, 0};
    if (fate.in_process || fate.fails_later) {
        entry.status = RefundEntry::Status::under_way;
        entry.done_at_ms = gateway_ms() + asynchronous_refund_ms;
    }
    if (fate.fails_later) entry.status = RefundEntry::Status::failed;
    return about_refund(request, refunds.emplace(request.record.request_id, entry).first->second);
}

Answer Gateway::about_refund(const Request& request, RefundEntry& entry) {
    using Stands = RefundEntry::Status;
    if (entry.status == Stands::under_way && gateway_ms() >= entry.done_at_ms) entry.status = Stands::done;
    if (entry.status == Stands::failed && request.call == Call::refund) return verified(Verdict::open);
    constexpr std::array verdicts = {Verdict::refunded, Verdict::open, Verdict::nothing_taken};
    Answer answer = verified(verdicts[static_cast<std::size_t>(entry.status)]);
    answer.amount_minor = entry.amount_minor;
    answer.currency = "EUR";
    answer.refund_id = "RF-" + request.record.request_id;
    return answer;
}

Answer Gateway::inquire_refund(const Request& request, const Fate& fate) {
    const auto known = refunds.find(request.record.request_id);
    if (known == refunds.end() || fate.hidden) return verified(Verdict::no_such_refund);
    Answer answer = about_refund(request, known->second);
    if (known->second.amount_minor != request.record.amount_minor) answer.verdict = Verdict::mismatch;
    return answer;
}

std::int64_t Gateway::given_back(const std::string& request_id) const {
    std::int64_t sum_minor = 0;
    for (const auto& [id, refund] : refunds) {
        const bool counts = refund.status != RefundEntry::Status::failed;
        if (counts && refund.payment_request_id == request_id) sum_minor += refund.amount_minor;
    }
    return sum_minor;
}

}  // namespace paydrv::simulated
