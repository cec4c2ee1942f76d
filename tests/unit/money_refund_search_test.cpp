// What no sequence of events may do to a refund of the host's: every sequence up to a depth.
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "money_scene.h"
#include "money_search.h"
#include "money_words.h"

namespace paydrv::money {
namespace {

using scene::RefundScene;
using scene::Scene;
using E = EventKind;
using V = Verdict;

/// A refund and what an onlooker knows about its past.
struct Given {
    Scene scene = RefundScene();
    bool intent_on_disk = false;
    bool on_the_wire = false;  // handed out, and neither answered nor taken back
    bool doubt = false;        // a sending may have been executed: unanswered, in process, refused without proof
    int rounds = 0;            // equal refusals with "no such refund" after each, in a row
    bool refused = false;      // the last answer was a refusal
    bool used = false;         // R11: refused on its first sending, since another refund has its id
};

struct Stimulus {
    EventKind kind = E::timer;
    Verdict verdict = V::unknown;
    std::int64_t later_ms = 0;
    bool restart = false;
    std::int64_t spoken_for_minor = 0;
};

std::vector<Stimulus> possible(const Given& world) {
    const Transaction& r = world.scene.payment;
    const Phase phase = r.record.phase;
    std::vector<Stimulus> all{{E::timer}, {E::timer, V::unknown, 70'000}, {E::cancel_asked}};
    const auto answers = [&all](EventKind kind, std::initializer_list<Verdict> verdicts) {
        for (const Verdict verdict : verdicts)
            all.push_back({kind, verdict});
    };
    if (phase == Phase::queued) answers(E::worker_ready, {V::unknown});
    if (phase == Phase::queued) answers(E::details_at_fault, {V::unknown});
    const bool row = phase != Phase::queued && phase != Phase::asking_original;
    if (row) all.push_back({E::timer, V::unknown, 0, true});
    if (phase == Phase::committing) answers(E::committed, {V::unknown});
    if (phase == Phase::committing) answers(E::commit_failed, {V::unknown});
    if (phase == Phase::handed_out && r.order_out) {
        all.push_back({E::first_byte});
        all.push_back({E::order_recalled});
    }
    if (r.order_out) {
        answers(E::order_answered, {V::not_sent, V::unknown, V::refunded, V::open, V::nothing_taken, V::slow_down,
                                    V::reference_used, V::refused, V::mismatch});
    }
    if (r.inquiry_out && phase == Phase::asking_original) {
        answers(E::inquiry_answered, {V::not_sent, V::unknown, V::paid, V::nothing_taken, V::open, V::no_such_payment,
                                      V::cancelled, V::mismatch});
        all.push_back({E::inquiry_answered, V::paid, 0, false, 751});
    } else if (r.inquiry_out) {
        answers(E::inquiry_answered,
                {V::not_sent, V::unknown, V::refunded, V::open, V::nothing_taken, V::no_such_refund, V::mismatch});
    }
    if (world.scene.show().state == State::unknown) answers(E::settled, {V::paid, V::cancelled});
    return all;
}

std::string text_of(const Stimulus& s) {
    if (s.restart) return "restart";
    return std::string(name(s.kind)) + "/" + std::string(name(s.verdict)) + (s.later_ms != 0 ? " later" : "") +
           (s.spoken_for_minor != 0 ? " less is left" : "");
}

std::string broken_by_ending(const Given& before, const Stimulus& stimulus, const Given& after) {
    const OperationRecord& record = after.scene.payment.record;
    const bool answered =
        !stimulus.restart && (stimulus.kind == E::order_answered || stimulus.kind == E::inquiry_answered);
    const bool by_people = !stimulus.restart && stimulus.kind == E::settled;
    if (after.scene.actions.given_back != (record.state == State::succeeded)) return "its payment counts it wrongly";
    if (by_people) return record.reason == Reason::manual ? "" : "settled, and it does not say so";
    if (record.state == State::cancelled) return "CANCELLED by itself";
    if (record.state == State::succeeded) {
        return answered && stimulus.verdict == V::refunded ? "" : "SUCCEEDED without a verified refunded";
    }
    if (!before.doubt) return "";
    const bool status_fail = stimulus.kind == E::inquiry_answered && stimulus.verdict == V::nothing_taken;
    const bool used = before.used && stimulus.kind == E::inquiry_answered;
    const bool for_good = after.rounds >= 3;
    return answered && (status_fail || used || for_good) ? "" : "DECLINED while a sending may have been executed";
}

// The onlooker's rules. Returns what is broken; empty: nothing.
std::string broken(const Given& before, const Stimulus& stimulus, const Given& after) {
    const Transaction& was = before.scene.payment;
    const Transaction& is = after.scene.payment;
    const Actions& acts = after.scene.actions;
    if (acts.send_cancel || acts.send_undo || acts.link != Kind::request) return "does what only payments do";
    if (is_final(was.record.state)) {
        const bool quiet = !acts.send_order && !acts.send_inquiry && !acts.given_back && acts.journal.empty();
        return was.record == is.record && quiet ? "" : "leaves a final state";
    }
    if (was.record.phase == Phase::mismatch && (acts.send_order || acts.send_inquiry)) return "sends after a mismatch";
    if (is.record.request_id != "r1aa" || is.record.amount_minor != 500) return "another id or amount";
    if (acts.send_order && !after.intent_on_disk) return "sends before the intent is on disk";
    const bool told = !stimulus.restart && stimulus.kind == E::order_answered;
    if (acts.send_order && before.on_the_wire && !told) return "two refunds at once";
    if (acts.send_order && before.used) return "sends again under an id that another refund has";
    if (is.order_out && is.inquiry_out) return "inquires a refund that is on the wire";
    if (is_final(is.record.state)) return broken_by_ending(before, stimulus, after);
    const bool waits = is.order_out || is.inquiry_out || is.record.phase == Phase::committing ||
                       is.record.phase == Phase::mismatch || after.scene.wake_ms() != scene::never_ms;
    return waits ? "" : "waits for nothing for ever";
}

void note_order_answer(Given& world, const Stimulus& stimulus) {
    world.on_the_wire = false;
    const bool doubted = world.doubt;
    switch (stimulus.verdict) {
        case V::unknown:
        case V::open:
        case V::refused: world.doubt = true; break;
        case V::reference_used: world.used |= !doubted; break;
        default: break;
    }
    const bool refusal =
        stimulus.verdict == V::refused || stimulus.verdict == V::nothing_taken || stimulus.verdict == V::reference_used;
    world.refused = refusal;
    if (!refusal) world.rounds = 0;
}

Given after(Given world, const Stimulus& stimulus) {
    Scene& s = world.scene;
    if (stimulus.restart) {
        s.restart();
        world.on_the_wire = false;
        world.intent_on_disk = true;
        world.doubt = true;
        world.refused = false;
        world.rounds = 0;
        return world;
    }
    const std::string code = s.payment.refusal_code;
    if (stimulus.kind == E::timer && s.wake_ms() != scene::never_ms) s.at(std::max(s.at_ms, s.wake_ms()));
    s.later(stimulus.later_ms);
    s.spoken_for_minor = stimulus.spoken_for_minor;
    s.on(stimulus.kind, scene::answer(stimulus.verdict));
    if (stimulus.kind == E::committed) world.intent_on_disk = true;
    if (stimulus.kind == E::order_recalled) world.on_the_wire = false;
    if (stimulus.kind == E::order_answered) {
        note_order_answer(world, stimulus);
        if (s.payment.refusal_code != code) world.rounds = 0;
    }
    if (stimulus.kind == E::inquiry_answered) {
        if (stimulus.verdict == V::no_such_refund && world.refused) world.rounds++;
        if (stimulus.verdict == V::open) world.rounds = 0;
        world.refused = false;
    }
    if (s.actions.send_order) world.on_the_wire = true;
    return world;
}

std::string state_of(const Given& w) {
    const Transaction& r = w.scene.payment;
    const std::string state = std::to_string(static_cast<int>(r.record.state));
    if (is_final(r.record.state)) return state + (r.order_out ? " out" : "") + (r.inquiry_out ? " inquiry" : "");
    std::string key = search::future_of(r, w.scene.now());
    for (const bool flag : {w.intent_on_disk, w.on_the_wire, w.doubt, w.refused, w.used}) {
        key += flag ? '1' : '0';
    }
    return key + std::to_string(w.rounds);
}

TEST(RefundSearch, NoSequenceOfEventsBreaksAPromise) {
    EXPECT_GT(search::every_sequence("a refund from its start", Given{}, 10).states, 10'000U);
}

TEST(RefundSearch, NorDoesOneAfterItsFirstByte) {
    Given start;
    for (const Stimulus& stimulus : {Stimulus{E::worker_ready}, Stimulus{E::inquiry_answered, V::paid},
                                     Stimulus{E::committed}, Stimulus{E::first_byte}}) {
        start = after(std::move(start), stimulus);
    }
    ASSERT_EQ(start.scene.phase(), Phase::sent);
    EXPECT_GT(search::every_sequence("a refund that was sent", start, 8).states, 10'000U);
}

}  // namespace
}  // namespace paydrv::money
