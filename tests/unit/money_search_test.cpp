// What no sequence of events may do to a payment: every sequence up to a depth, from the beginning, from where the
// driver gives money back itself, and from where it has ended with a cancel.
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "money_scene.h"
#include "money_search.h"
#include "money_words.h"

namespace paydrv::money {
namespace {

using scene::Scene;
using E = EventKind;
using V = Verdict;

/// A payment and what an onlooker knows about its past.
struct World {
    Scene scene{0};
    bool left = false;                  // a byte of a pay has left
    bool doubt = false;                 // since the last pay left there was no answer that says it was not executed
    bool shown_absent_or_ours = false;  // R12, since the last doubt
    bool cancel_on_the_wire = false;
    bool undo_on_the_wire = false;
    bool seen_when_cancel_left = false;
    bool seen = false;  // a verified answer has shown that the payment exists
    bool cancel_wanted = false;
    int undo_refusals = 0;        // in a row, of the driver's own refund
    std::int64_t undo_minor = 0;  // what it gave back the first time
};

struct Stimulus {
    EventKind kind = E::timer;
    Verdict verdict = V::unknown;
    std::int64_t later_ms = 0;
    bool restart = false;
    std::int64_t refunded_minor = 0;  // of an inquiry's paid: by a refund in its list
    bool refund_done = true;
};

// Only what can be told of a payment that is being given back, or that has ended with a cancel.
void add_inquiry_answers(const Transaction& p, std::vector<Stimulus>& all) {
    for (const Verdict verdict :
         {V::not_sent, V::unknown, V::paid, V::nothing_taken, V::open, V::no_such_payment, V::cancelled, V::mismatch}) {
        all.push_back({E::inquiry_answered, verdict});
    }
    all.push_back({E::inquiry_answered, V::no_such_payment, 200'000});
    if (p.record.phase == Phase::concluded) all.push_back({E::inquiry_answered, V::paid, 200'000});
    if (p.record.phase != Phase::refund_instead && p.record.phase != Phase::concluded) return;
    all.push_back({E::inquiry_answered, V::paid, 0, false, 400, true});
    all.push_back({E::inquiry_answered, V::paid, 0, false, 1250, true});
    all.push_back({E::inquiry_answered, V::paid, 0, false, 1250, false});
}

// Only what an engine can deliver in this state: answers to what is out, commits of what is being committed.
std::vector<Stimulus> possible(const World& world) {
    const Transaction& p = world.scene.payment;
    std::vector<Stimulus> all{{E::timer}, {E::timer, V::unknown, 70'000}, {E::cancel_asked}};
    const auto answers = [&all](EventKind kind, std::initializer_list<Verdict> verdicts) {
        for (const Verdict verdict : verdicts)
            all.push_back({kind, verdict});
    };
    if (p.record.phase == Phase::queued) all.push_back({E::worker_ready});
    if (p.record.phase != Phase::queued) all.push_back({E::timer, V::unknown, 0, true});
    if (p.record.phase == Phase::committing) {
        all.push_back({E::committed});
        all.push_back({E::commit_failed});
    }
    if (p.record.phase == Phase::handed_out && p.order_out) {
        all.push_back({E::first_byte});
        all.push_back({E::order_answered, V::not_sent});
        if (p.told_to_stop) all.push_back({E::order_recalled});
    } else if (p.order_out) {
        answers(E::order_answered,
                {V::unknown, V::paid, V::nothing_taken, V::open, V::slow_down, V::reference_used, V::mismatch});
    }
    if (p.inquiry_out) add_inquiry_answers(p, all);
    if (p.cancel_out) {
        answers(E::cancel_answered,
                {V::not_sent, V::unknown, V::cancelled, V::no_such_payment, V::out_of_window, V::refused, V::mismatch});
    }
    if (p.undo_out) {
        answers(E::undo_answered, {V::not_sent, V::unknown, V::refunded, V::open, V::nothing_taken, V::slow_down,
                                   V::reference_used, V::refused, V::mismatch});
    }
    if (world.scene.show().state == State::unknown) answers(E::settled, {V::paid, V::cancelled});
    return all;
}

std::string text_of(const Stimulus& s) {
    if (s.restart) return "restart";
    const std::string refunded = s.refunded_minor == 0 ? "" : " refunded " + std::to_string(s.refunded_minor);
    return std::string(name(s.kind)) + "/" + std::string(name(s.verdict)) + refunded +
           (s.refund_done ? "" : " under way") + (s.later_ms != 0 ? " later" : "");
}

bool sends_money(const Actions& acts) {
    return acts.send_order || acts.send_cancel || acts.send_undo;
}

bool told(const Stimulus& stimulus, EventKind kind, Verdict verdict) {
    return !stimulus.restart && stimulus.kind == kind && stimulus.verdict == verdict;
}

bool is_late(const World& world) {
    return world.scene.now().gateway_ms > world.scene.payment.record.expiry_ms + 60'000;
}

// R6, R7: a final payment is looked at once more, late, and nothing else.
std::string broken_at_the_end(const World& before, const Stimulus& stimulus, const World& after) {
    const OperationRecord& was = before.scene.payment.record;
    const Actions& acts = after.scene.actions;
    OperationRecord allowed = was;
    if (!stimulus.restart && stimulus.kind == E::inquiry_answered && is_late(after)) {
        allowed.looked_late = after.scene.payment.record.looked_late;
    }
    if (!(after.scene.payment.record == allowed) || sends_money(acts)) return "leaves a final state";
    if (acts.send_inquiry && (!wants_late_look(was) || !is_late(after))) return "looks without need, or too early";
    if (acts.link == Kind::undo && !told(stimulus, E::inquiry_answered, V::paid)) return "undoes what is not paid";
    if (acts.link != Kind::request && was.looked_late) return "reports twice";
    const bool waits = after.scene.payment.inquiry_out || after.scene.wake_ms() != scene::never_ms;
    return wants_late_look(after.scene.payment.record) && !waits ? "never looks" : "";
}

bool proven_returned(const World& before, const Stimulus& stimulus, const World& after) {
    const bool inquiry = !stimulus.restart && stimulus.kind == E::inquiry_answered;
    return (inquiry && stimulus.verdict == V::cancelled) ||
           (told(stimulus, E::cancel_answered, V::cancelled) && before.seen_when_cancel_left) ||
           (inquiry && stimulus.verdict == V::no_such_payment && is_late(after)) ||
           told(stimulus, E::undo_answered, V::refunded) ||
           (inquiry && stimulus.verdict == V::paid && stimulus.refund_done && stimulus.refunded_minor >= 1250);
}

std::string broken_by_ending(const World& before, const Stimulus& stimulus, const World& after) {
    const OperationRecord& record = after.scene.payment.record;
    const bool by_people = !stimulus.restart && stimulus.kind == E::settled;
    if (by_people) return record.reason == Reason::manual ? "" : "settled, and it does not say so";
    if (record.state == State::succeeded) {
        const bool for_good = record.reason == Reason::not_undone && after.undo_refusals >= 3;
        if (before.cancel_wanted) return for_good ? "" : "SUCCEEDED after a cancel was wanted";
        const bool answered = stimulus.kind == E::order_answered || stimulus.kind == E::inquiry_answered;
        return answered && !stimulus.restart && stimulus.verdict == V::paid ? "" : "SUCCEEDED without a verified paid";
    }
    if (!before.doubt) return "";
    if (record.state == State::cancelled) {
        return proven_returned(before, stimulus, after) ? "" : "CANCELLED while a pay may be executed";
    }
    const bool used = record.reference_used && stimulus.kind == E::inquiry_answered;
    return used || stimulus.verdict == V::nothing_taken ? "" : "DECLINED while a pay may be executed";
}

std::string broken_by_sending(const World& before, const Stimulus& stimulus, const World& after) {
    const Transaction& was = before.scene.payment;
    const Actions& acts = after.scene.actions;
    const auto busy = [&](bool out, EventKind answer) { return out && (stimulus.restart || stimulus.kind != answer); };
    const bool for_people = was.record.phase == Phase::mismatch && !is_final(after.scene.payment.record.state);
    if (for_people && (sends_money(acts) || acts.send_inquiry)) return "sends after a mismatch";
    if (acts.send_order && busy(was.order_out, E::order_answered)) return "two pays at once";
    if (acts.send_order && before.doubt) return "asks a pay again after a doubt";
    if (acts.send_cancel && !after.shown_absent_or_ours) return "cancels before the payment was shown absent or ours";
    if (acts.send_cancel && !after.cancel_wanted) return "cancels without anybody having asked";
    if (acts.send_cancel && busy(before.cancel_on_the_wire, E::cancel_answered)) return "two cancels at once";
    if (!acts.send_undo) return "";
    if (!after.cancel_wanted) return "gives back without anybody having asked";
    if (busy(before.undo_on_the_wire, E::undo_answered)) return "two refunds at once";
    if (!told(stimulus, E::inquiry_answered, V::paid)) return "gives back what was not just shown paid and ours";
    if (!stimulus.refund_done) return "gives back while a refund is under way";
    const std::int64_t minor = after.scene.payment.record.undo_minor;
    if (before.undo_minor != 0 && minor != before.undo_minor) return "gives back another amount";
    if (minor <= 0 || minor > 1250) return "gives back more than was paid, or nothing";
    if (before.undo_minor == 0 && minor != 1250 - stimulus.refunded_minor) return "gives back what is not left";
    return before.undo_minor == 0 && acts.journal.empty() ? "gives back before the amount is on disk" : "";
}

// The onlooker's rules. Returns what is broken; empty: nothing.
std::string broken(const World& before, const Stimulus& stimulus, const World& after) {
    const Transaction& is = after.scene.payment;
    if (is_final(before.scene.payment.record.state)) return broken_at_the_end(before, stimulus, after);
    if (is_final(is.record.state)) {
        const std::string fault = broken_by_ending(before, stimulus, after);
        if (!fault.empty()) return fault;
    }
    const std::string fault = broken_by_sending(before, stimulus, after);
    if (!fault.empty()) return fault;
    const bool out = is.order_out || is.inquiry_out || is.cancel_out || is.undo_out;
    const bool waits = out || is.record.phase == Phase::committing || after.scene.wake_ms() != scene::never_ms;
    const bool ends = is_final(is.record.state) || is.record.phase == Phase::mismatch;
    return !ends && !waits ? "waits for nothing for ever" : "";
}

void note_undo(World& world, const Stimulus& stimulus) {
    if (stimulus.kind == E::undo_answered) {
        world.undo_on_the_wire = false;
        const bool refused = stimulus.verdict == V::refused || stimulus.verdict == V::nothing_taken ||
                             stimulus.verdict == V::reference_used;
        world.undo_refusals = refused ? world.undo_refusals + 1 : 0;
    }
    if (!world.scene.actions.send_undo) return;
    world.undo_on_the_wire = true;
    if (world.undo_minor == 0) world.undo_minor = world.scene.payment.record.undo_minor;
}

// What the onlooker learns from an answer or the first byte.
void note_shown(World& world, const Stimulus& stimulus) {
    const bool pay_answer = stimulus.kind == E::order_answered;
    const bool inquiry_answer = stimulus.kind == E::inquiry_answered;
    // The doubt of an unanswered pay begins with its first byte: whatever is shown of it later is judged by R12 alike.
    if (stimulus.kind == E::first_byte) {
        world.left = world.doubt = true;
        world.shown_absent_or_ours = false;
    }
    if (pay_answer && stimulus.verdict == V::slow_down) world.doubt = false;
    const bool exists = stimulus.verdict == V::paid || stimulus.verdict == V::open;
    if ((pay_answer || inquiry_answer) && exists) world.seen = world.doubt = true;
    const bool shown = (inquiry_answer && (exists || stimulus.verdict == V::no_such_payment)) || (pay_answer && exists);
    if (shown) world.shown_absent_or_ours = true;
}

World after(World world, const Stimulus& stimulus) {
    Scene& s = world.scene;
    if (stimulus.restart) {
        s.restart();
        world.doubt = world.left = true;
        world.shown_absent_or_ours = false;
        world.cancel_on_the_wire = world.undo_on_the_wire = false;
        world.undo_refusals = 0;
        return world;
    }
    if (stimulus.kind == E::timer && s.wake_ms() != scene::never_ms) s.at(std::max(s.at_ms, s.wake_ms()));
    s.later(stimulus.later_ms);
    Answer answer = scene::answer(stimulus.verdict);
    if (stimulus.refunded_minor != 0) answer = scene::paid_but_refunded(stimulus.refunded_minor, stimulus.refund_done);
    s.on(stimulus.kind, std::move(answer));
    note_shown(world, stimulus);
    note_undo(world, stimulus);
    if (s.payment.record.cancel_by != CancelBy::nobody) world.cancel_wanted = true;
    if (stimulus.kind == E::cancel_answered) world.cancel_on_the_wire = false;
    if (s.actions.send_cancel) {
        world.cancel_on_the_wire = true;
        world.seen_when_cancel_left = world.seen;
    }
    return world;
}

// Of a final payment: only what its late look goes by.
std::string final_state_of(const World& w) {
    const Transaction& p = w.scene.payment;
    std::string key = "final ";
    for (const std::int64_t value :
         {static_cast<std::int64_t>(p.record.state), static_cast<std::int64_t>(p.record.reason),
          static_cast<std::int64_t>(p.record.cancel_by), std::int64_t{p.inquiry_out},
          std::int64_t{p.record.looked_late}, std::int64_t{p.record.refund_id.empty()},
          std::int64_t{p.record.reference_used}, std::int64_t{p.order_out || p.cancel_out || p.undo_out},
          p.next_inquiry_ms == 0 ? -1 : std::max<std::int64_t>(p.next_inquiry_ms - w.scene.now().monotonic_ms, 0),
          std::max<std::int64_t>(p.record.expiry_ms - w.scene.now().gateway_ms, -60'001)}) {
        key += std::to_string(value) + ",";
    }
    return key;
}

std::string state_of(const World& w) {
    if (is_final(w.scene.payment.record.state)) return final_state_of(w);
    std::string key = search::future_of(w.scene.payment, w.scene.now());
    for (const bool flag : {w.left, w.doubt, w.shown_absent_or_ours, w.cancel_on_the_wire, w.undo_on_the_wire,
                            w.seen_when_cancel_left, w.seen, w.cancel_wanted}) {
        key += flag ? '1' : '0';
    }
    return key + std::to_string(w.undo_minor) + "," + std::to_string(w.undo_refusals);
}

World after_all(std::initializer_list<Stimulus> stimuli) {
    World world;
    for (const Stimulus& stimulus : stimuli)
        world = after(std::move(world), stimulus);
    return world;
}

TEST(Search, NoSequenceOfEventsBreaksAPromise) {
    EXPECT_GT(search::every_sequence("a payment from its start", World{}, 9).states, 10'000U);
}

TEST(Search, NorDoesOneWhereTheDriverGivesMoneyBackItself) {
    const World start = after_all({{E::worker_ready},
                                   {E::committed},
                                   {E::first_byte},
                                   {E::cancel_asked},
                                   {E::inquiry_answered, V::paid},
                                   {E::order_answered, V::unknown},
                                   {E::cancel_answered, V::out_of_window}});
    ASSERT_EQ(start.scene.phase(), Phase::refund_instead);
    EXPECT_GT(search::every_sequence("a payment that is given back", start, 7).states, 10'000U);
}

TEST(Search, NorDoesOneThatEndedWithACancel) {
    const World start = after_all({{E::worker_ready},
                                   {E::committed},
                                   {E::first_byte},
                                   {E::cancel_asked},
                                   {E::inquiry_answered, V::paid},
                                   {E::cancel_answered, V::cancelled}});
    ASSERT_TRUE(wants_late_look(start.scene.payment.record));
    EXPECT_GT(search::every_sequence("a payment that ended with a cancel", start, 12).states, 10U)
        << "every state there is";
}

}  // namespace
}  // namespace paydrv::money
