// What no sequence of events may do: every sequence up to a depth, from the beginning, equal states met once.
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <iostream>
#include <string>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

#include "money_scene.h"
#include "money_words.h"

namespace paydrv::money {
namespace {

using scene::Scene;
using V = Verdict;

constexpr int depth = 9;

/// A payment and what an onlooker knows about its past.
struct World {
    Scene scene{0};
    bool left = false;                  // a byte of a pay has left
    bool doubt = false;                 // since the last pay left there was no answer that says it was not executed
    bool shown_absent_or_ours = false;  // R12, since the last doubt
    bool cancel_on_the_wire = false;
    bool seen_when_cancel_left = false;
    bool seen = false;  // a verified answer has shown that the payment exists
    bool cancel_wanted = false;
};

struct Stimulus {
    EventKind kind = EventKind::timer;
    Verdict verdict = V::unknown;
    std::int64_t later_ms = 0;
    bool restart = false;
};

// Only what an engine can deliver in this state: answers to what is out, commits of what is being committed.
std::vector<Stimulus> possible(const World& world) {
    const Transaction& p = world.scene.payment;
    std::vector<Stimulus> all;
    const auto answers = [&all](EventKind kind, std::vector<Verdict> verdicts, std::int64_t later_ms = 0) {
        for (const Verdict verdict : verdicts)
            all.push_back({kind, verdict, later_ms, false});
    };
    all.push_back({EventKind::timer, V::unknown, 0, false});
    all.push_back({EventKind::timer, V::unknown, 70'000, false});
    all.push_back({EventKind::cancel_asked, V::unknown, 0, false});
    if (p.record.phase == Phase::queued) all.push_back({EventKind::worker_ready, V::unknown, 0, false});
    if (p.record.phase != Phase::queued) all.push_back({EventKind::timer, V::unknown, 0, true});
    if (p.record.phase == Phase::committing) {
        all.push_back({EventKind::committed, V::unknown, 0, false});
        all.push_back({EventKind::commit_failed, V::unknown, 0, false});
    }
    if (p.record.phase == Phase::handed_out && p.order_out) {
        all.push_back({EventKind::first_byte, V::unknown, 0, false});
        all.push_back({EventKind::order_answered, V::not_sent, 0, false});
        if (p.told_to_stop) all.push_back({EventKind::order_recalled, V::unknown, 0, false});
    } else if (p.order_out) {
        answers(EventKind::order_answered,
                {V::unknown, V::paid, V::nothing_taken, V::open, V::slow_down, V::reference_used, V::mismatch});
    }
    if (p.inquiry_out) {
        answers(EventKind::inquiry_answered, {V::not_sent, V::unknown, V::paid, V::nothing_taken, V::open,
                                              V::no_such_payment, V::cancelled, V::mismatch});
        answers(EventKind::inquiry_answered, {V::no_such_payment}, 200'000);
    }
    if (p.cancel_out) {
        answers(EventKind::cancel_answered,
                {V::not_sent, V::unknown, V::cancelled, V::no_such_payment, V::out_of_window, V::refused, V::mismatch});
    }
    return all;
}

std::string text_of(const Stimulus& s) {
    if (s.restart) return "restart";
    return std::string(name(s.kind)) + "/" + std::string(name(s.verdict)) + (s.later_ms != 0 ? " later" : "");
}

// The onlooker's rules. Returns what is broken; empty: nothing.
std::string broken(const World& before, const Stimulus& stimulus, const World& after) {
    const Transaction& was = before.scene.payment;
    const Transaction& is = after.scene.payment;
    const Actions& acts = after.scene.actions;
    const bool answered = !stimulus.restart &&
                          (stimulus.kind == EventKind::order_answered || stimulus.kind == EventKind::inquiry_answered ||
                           stimulus.kind == EventKind::cancel_answered);
    const State state = is.record.state;
    const bool ends = is_final(state) && !is_final(was.record.state);
    if (is_final(was.record.state) && (!(was.record == is.record) || acts.send_order || acts.send_cancel)) {
        return "leaves a final state";
    }
    if (ends && state == State::succeeded) {
        if (!answered || stimulus.verdict != V::paid) return "SUCCEEDED without a verified paid";
        if (before.cancel_wanted) return "SUCCEEDED after a cancel was wanted";
    }
    if (ends && state == State::declined && before.doubt) {
        const bool used = is.record.reference_used && answered && stimulus.kind == EventKind::inquiry_answered;
        if (!used && !(answered && stimulus.verdict == V::nothing_taken)) return "DECLINED while a pay may be executed";
    }
    if (ends && state == State::cancelled && before.doubt) {
        const bool told = answered && stimulus.kind == EventKind::inquiry_answered && stimulus.verdict == V::cancelled;
        const bool undone = answered && stimulus.kind == EventKind::cancel_answered &&
                            stimulus.verdict == V::cancelled && before.seen_when_cancel_left;
        const bool expired = answered && stimulus.kind == EventKind::inquiry_answered &&
                             stimulus.verdict == V::no_such_payment &&
                             after.scene.now().gateway_ms > is.record.expiry_ms + 60'000;
        if (!told && !undone && !expired) return "CANCELLED while a pay may be executed";
    }
    if (acts.send_order && (was.order_out && !(answered && stimulus.kind == EventKind::order_answered))) {
        return "two pays at once";
    }
    if (acts.send_order && before.doubt) return "asks a pay again after a doubt";
    if (acts.send_cancel && !after.shown_absent_or_ours) return "cancels before the payment was shown absent or ours";
    if (acts.send_cancel && !after.cancel_wanted) return "cancels without anybody having asked";
    if (acts.send_cancel && before.cancel_on_the_wire && stimulus.kind != EventKind::cancel_answered) {
        return "two cancels at once";
    }
    if (!is_final(state) && is.record.phase != Phase::mismatch && after.scene.wake_ms() == scene::never_ms &&
        !is.order_out && !is.inquiry_out && !is.cancel_out && is.record.phase != Phase::committing) {
        return "waits for nothing for ever";
    }
    return "";
}

World after(World world, const Stimulus& stimulus) {
    const World before = world;
    Scene& s = world.scene;
    if (stimulus.restart) {
        s.restart();
        world.doubt = world.left = true;
        world.shown_absent_or_ours = false;
        world.cancel_on_the_wire = false;
        return world;
    }
    if (stimulus.kind == EventKind::timer && s.wake_ms() != scene::never_ms) s.at(std::max(s.at_ms, s.wake_ms()));
    s.later(stimulus.later_ms);
    s.on(stimulus.kind, scene::answer(stimulus.verdict));

    const bool pay_answer = stimulus.kind == EventKind::order_answered;
    const bool inquiry_answer = stimulus.kind == EventKind::inquiry_answered;
    // The doubt of an unanswered pay begins with its first byte: whatever is shown of it later is judged by R12 alike.
    if (stimulus.kind == EventKind::first_byte) {
        world.left = world.doubt = true;
        world.shown_absent_or_ours = false;
    }
    if (pay_answer && stimulus.verdict == V::slow_down) world.doubt = false;
    const bool exists = stimulus.verdict == V::paid || stimulus.verdict == V::open;
    if ((pay_answer || inquiry_answer) && exists) {
        world.seen = true;
        world.doubt = true;
    }
    const bool told = (inquiry_answer && (exists || stimulus.verdict == V::no_such_payment)) || (pay_answer && exists);
    if (told) world.shown_absent_or_ours = true;
    if (s.payment.record.cancel_by != CancelBy::nobody) world.cancel_wanted = true;
    if (stimulus.kind == EventKind::cancel_answered) world.cancel_on_the_wire = false;
    if (s.actions.send_cancel) {
        world.cancel_on_the_wire = true;
        world.seen_when_cancel_left = world.seen;
    }
    return world;
}

// Everything that decides the future; times count from now, so that histories which differ only in when they were meet.
std::string state_of(const World& w) {
    const Transaction& p = w.scene.payment;
    const OperationRecord& r = p.record;
    std::string key;
    const auto add = [&key](std::int64_t value) { key += std::to_string(value) + ","; };
    const std::int64_t now_ms = w.scene.now().monotonic_ms;
    for (const std::int64_t at : {p.started_ms, p.first_byte_by_ms, p.send_order_at_ms, p.next_inquiry_ms,
                                  p.schedule_end_ms, p.cancel_wanted_ms, p.next_cancel_ms, p.last_verified_ms}) {
        add(at == 0 ? -1 : std::max<std::int64_t>(at - now_ms, -200'000));
    }
    for (const bool flag :
         {p.order_out, p.inquiry_out, p.cancel_out, p.waiting_customer, p.told_to_stop, p.cancel_of_seen, r.seen,
          r.reference_used, r.own_payment_id.empty(), w.left, w.doubt, w.shown_absent_or_ours, w.cancel_on_the_wire,
          w.seen_when_cancel_left, w.seen, w.cancel_wanted}) {
        key += flag ? '1' : '0';
    }
    add(static_cast<std::int64_t>(r.phase));
    add(static_cast<std::int64_t>(r.state));
    add(static_cast<std::int64_t>(r.cancel_by));
    add(p.rounds);
    add(p.refusals);
    add(p.traffic_refusals);
    add(r.expiry_ms == 0 ? -1 : r.expiry_ms - w.scene.now().gateway_ms);
    return key;
}

TEST(Search, NoSequenceOfEventsBreaksAPromise) {
    struct Met {
        World world;
        std::string story;
    };
    std::vector<Met> edge(1);
    std::unordered_set<std::string> known{state_of(edge.front().world)};
    std::uint64_t transitions = 0;
    for (int level = 0; level < depth; level++) {
        std::vector<Met> next;
        for (const Met& met : edge) {
            for (const Stimulus& stimulus : possible(met.world)) {
                World world = after(met.world, stimulus);
                transitions++;
                const std::string fault = broken(met.world, stimulus, world);
                ASSERT_EQ(fault, "") << met.story << " > " << text_of(stimulus);
                if (!known.insert(state_of(world)).second) continue;
                next.push_back({std::move(world), met.story + " > " + text_of(stimulus)});
            }
        }
        edge = std::move(next);
    }
    std::cout << "depth " << depth << ": " << known.size() << " states, " << transitions << " transitions\n";
    EXPECT_GT(known.size(), 10'000U);
}

}  // namespace
}  // namespace paydrv::money
