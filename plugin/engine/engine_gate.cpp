// The gate (R14): no pay before one answer has verified under this client id and these keys. And the gateway's clock
// (R13).
#include "engine/engine.h"

namespace paydrv::engine {
namespace {

constexpr std::int64_t probe_waited_for_ms = 1'000;
constexpr std::int64_t probe_idle_ms = 10'000;

}  // namespace

void Engine::probe_gate() {
    if (gate_open_ || probe_out_) return;
    if (!queued_.empty()) next_probe_ms_ = std::min(next_probe_ms_, turn_ms_ + probe_waited_for_ms);
    if (turn_ms_ < next_probe_ms_) return;
    probe_out_ = true;
    dispatch_.want_probe();
}

void Engine::probe_answered(const money::Answer& answer) {
    probe_out_ = false;
    if (answer.verified) return;  // note_exchange has opened the gate
    next_probe_ms_ = turn_ms_ + (queued_.empty() ? probe_idle_ms : probe_waited_for_ms);
    if (!answer.configuration_fault) return;
    gate_problem_ = answer.problem;
    tell_refusal();
}

// Any verified answer opens the gate: a reopened payment's inquiry is as good as the probe.
void Engine::open_gate() {
    gate_open_ = true;
    gate_problem_.reset();
    tell_refusal();
}

// What a start is answered while it would come to nothing. The disk weighs more: without it nothing is found either.
void Engine::tell_refusal() {
    if (disk_refuses_) return parts_.intake.refuse(Refusal::journal, parts_.journal.problem());
    if (gate_problem_) return parts_.intake.refuse(Refusal::configuration, *gate_problem_);
    parts_.intake.refuse(Refusal::none, {});
}

void Engine::note_exchange(const money::Answer& answer) {
    if (answer.recalled) return;
    reachable_ = answer.verified;
    if (answer.verified && !gate_open_) open_gate();
    if (!answer.verified || answer.response_time_ms == 0) return;
    gateway_offset_ms_ = answer.response_time_ms - turn_ms_;
    gateway_clock_known_ = true;
    parts_.snapshot.set_gateway_offset(gateway_offset_ms_);
}

}  // namespace paydrv::engine
