// The tables of a payment and of a refund, made by asking the code, compared with those that programmers of tills read
// in CONTRACT.md. To renew them deliberately: PAYDRV_PRINT_TABLE=1 unit_money --gtest_filter='Table.OfAPayment*' (or
// 'Table.OfARefund*') prints the section between its marks.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "money_scene.h"
#include "money_words.h"

namespace paydrv::money {
namespace {

using scene::RefundScene;
using scene::Scene;

struct SubState {
    std::string title;
    std::function<Scene()> reached;
};
struct Stimulus {
    std::string title;
    std::function<void(Scene&)> apply;
};

std::vector<SubState> payment_sub_states() {
    return {
        {"waiting for gate or worker", [] { return Scene(); }},
        {"intent being committed", [] { return Scene().committing(); }},
        {"handed out, no byte", [] { return Scene().handed_out(); }},
        {"sent", [] { return Scene().sent(); }},
        {"inquiring", [] { return Scene().inquiring(); }},
        {"inquiring, reference used", [] { return Scene().sent().pay(Verdict::reference_used); }},
        {"inquiring, a found payment",
         [] {
             Scene s;
             s.sent().pay(Verdict::reference_used).inquiry(Verdict::open);
             s.payment.record = found_of(s.payment.record, scene::answer(Verdict::open));
             return s.restart().timer();
         }},
        {"back-off", [] { return Scene().back_off(); }},
        {"cancel wanted (here: by the host)", [] { return Scene().cancel_wanted(); }},
        {"cancel sent, payment never seen", [] { return Scene().cancel_sent(); }},
        {"cancel sent, payment seen", [] { return Scene().cancel_sent_seen(); }},
        {"awaiting expiry", [] { return Scene().awaiting_expiry(); }},
        {"refund instead", [] { return Scene().refund_instead(); }},
        {"refund instead, the driver's own refund sent",
         [] { return Scene().refund_instead().inquiry(Verdict::paid); }},
        {"mismatch", [] { return Scene().mismatch(); }},
        {"concluded (here: paid)", [] { return Scene().concluded(); }},
        {"concluded (here: cancelled by the host), to be looked at once more",
         [] { return Scene().cancel_sent_seen().cancel(Verdict::cancelled); }},
    };
}

std::vector<SubState> refund_sub_states() {
    return {
        {"waiting for gate or worker", [] { return RefundScene(); }},
        {"asking for the payment", [] { return RefundScene().asking(); }},
        {"intent being committed", [] { return RefundScene().committing(); }},
        {"handed out, no byte", [] { return RefundScene().handed_out(); }},
        {"sent", [] { return RefundScene().sent(); }},
        {"refund in doubt, no answer", [] { return RefundScene().in_doubt(); }},
        {"refund in doubt, refused twice without proof",
         [] {
             RefundScene s;
             s.sent().refund(Verdict::refused).inquiry(Verdict::no_such_refund);
             return s.refund(Verdict::refused).inquiry(Verdict::no_such_refund);
         }},
        {"refund in doubt, sent again", [] { return RefundScene().in_doubt().inquiry(Verdict::no_such_refund); }},
        {"refund in doubt, reference used", [] { return RefundScene().sent().refund(Verdict::reference_used); }},
        {"mismatch", [] { return RefundScene().mismatch(); }},
        {"concluded (here: given back)", [] { return RefundScene().concluded(); }},
    };
}

void add_answers(std::vector<Stimulus>& all, const std::string& call, EventKind kind, std::vector<Verdict> verdicts) {
    for (const Verdict verdict : verdicts) {
        all.push_back({call + ": " + std::string(name(verdict)),
                       [kind, verdict](Scene& s) { s.on(kind, scene::answer(verdict)); }});
    }
}

void wake(Scene& s) {
    if (s.wake_ms() != scene::never_ms) s.at(s.wake_ms());
    s.timer();
}

std::vector<Stimulus> stimuli_without_answer() {
    std::vector<Stimulus> all;
    for (const EventKind kind :
         {EventKind::worker_ready, EventKind::details_at_fault, EventKind::committed, EventKind::commit_failed,
          EventKind::first_byte, EventKind::order_recalled, EventKind::cancel_asked}) {
        all.push_back({std::string(name(kind)), [kind](Scene& s) { s.on(kind); }});
    }
    return all;
}

void add_settlements(std::vector<Stimulus>& all) {
    all.push_back({"settled as SUCCEEDED", [](Scene& s) { s.settled(Verdict::paid); }});
    all.push_back({"settled as CANCELLED", [](Scene& s) { s.settled(Verdict::cancelled); }});
}

std::vector<Stimulus> payment_stimuli() {
    using V = Verdict;
    std::vector<Stimulus> all = stimuli_without_answer();
    add_answers(
        all, "pay", EventKind::order_answered,
        {V::not_sent, V::unknown, V::paid, V::nothing_taken, V::open, V::slow_down, V::reference_used, V::mismatch});
    add_answers(
        all, "inquiry", EventKind::inquiry_answered,
        {V::not_sent, V::unknown, V::paid, V::nothing_taken, V::open, V::no_such_payment, V::cancelled, V::mismatch});
    all.push_back({"inquiry: paid, but created before our sending", [](Scene& s) {
                       Answer foreign = scene::answer(V::paid);
                       foreign.create_time_ms = scene::gateway_start_ms - 3'600'000;
                       s.on(EventKind::inquiry_answered, foreign);
                   }});
    all.push_back({"inquiry: no such payment, later than expiry + 60 s",
                   [](Scene& s) { s.at(181'000).inquiry(V::no_such_payment); }});
    all.push_back({"inquiry: paid, later than expiry + 60 s", [](Scene& s) { s.at(181'000).inquiry(V::paid); }});
    all.push_back({"inquiry: paid, and refunded",
                   [](Scene& s) { s.on(EventKind::inquiry_answered, scene::paid_but_refunded(1250)); }});
    add_answers(all, "cancel", EventKind::cancel_answered,
                {V::not_sent, V::unknown, V::cancelled, V::no_such_payment, V::out_of_window, V::refused, V::mismatch});
    add_answers(all, "undo", EventKind::undo_answered,
                {V::not_sent, V::unknown, V::refunded, V::open, V::nothing_taken, V::slow_down, V::reference_used,
                 V::refused, V::mismatch});
    add_settlements(all);
    all.push_back({"timer: the first that is due", wake});
    all.push_back({"timer: the schedule is over", [](Scene& s) { s.at(90'000).timer(); }});
    return all;
}

std::vector<Stimulus> refund_stimuli() {
    using V = Verdict;
    std::vector<Stimulus> all = stimuli_without_answer();
    all[1].title = "no payment to refund";
    add_answers(
        all, "inquiry of the payment", EventKind::inquiry_answered,
        {V::not_sent, V::unknown, V::paid, V::nothing_taken, V::open, V::no_such_payment, V::cancelled, V::mismatch});
    all.push_back({"inquiry of the payment: paid, less is left", [](Scene& s) {
                       s.spoken_for_minor = 751;
                       s.inquiry(V::paid);
                   }});
    add_answers(all, "refund", EventKind::order_answered,
                {V::not_sent, V::unknown, V::refunded, V::open, V::nothing_taken, V::slow_down, V::reference_used,
                 V::refused, V::mismatch});
    add_answers(all, "inquiry of the refund", EventKind::inquiry_answered,
                {V::unknown, V::refunded, V::open, V::nothing_taken, V::no_such_refund, V::mismatch});
    add_settlements(all);
    all.push_back({"timer: the first that is due", wake});
    all.push_back({"timer: 10 s are over", [](Scene& s) { s.at(10'000).timer(); }});
    all.push_back({"timer: a minute without a verified answer", [](Scene& s) { s.at(60'000).timer(); }});
    return all;
}

std::string seconds(std::int64_t ms) {
    std::ostringstream text;
    text << static_cast<double>(ms) / 1000.0 << " s";
    return text.str();
}

std::string sends(const Scene& before, const Scene& after) {
    const bool refund = after.payment.record.kind == Kind::refund;
    const std::string order = refund ? "refund" : "pay";
    const std::string inquiry =
        refund && after.phase() == Phase::asking_original ? "inquiry of the payment" : "inquiry";
    std::string text;
    const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
    const auto plan = [&](const std::string& what, std::int64_t was, std::int64_t is) {
        const std::int64_t in_ms = is - after.now().monotonic_ms;
        if (is != was && is != 0 && in_ms > 0) add(what + " in " + seconds(in_ms));
    };
    if (after.actions.recall_order) add("takes the " + order + " back");
    if (after.actions.send_order) add(order);
    if (after.actions.send_cancel) add("cancel");
    if (after.actions.send_undo) add("undo");
    if (after.actions.send_inquiry) add(inquiry);
    if (after.actions.link == Kind::undo) add("begins an undo");
    if (after.actions.link == Kind::found) add("begins a found payment");
    if (after.actions.given_back) add("its payment counts it");
    const Transaction& was = before.payment;
    const Transaction& is = after.payment;
    if (after.phase() == Phase::mismatch) return text;
    if (after.phase() != Phase::concluded) {
        plan(order, was.send_order_at_ms, is.send_order_at_ms);
        plan("cancel", was.next_cancel_ms, is.next_cancel_ms);
    }
    if (!after.actions.send_inquiry) plan(inquiry, was.next_inquiry_ms, is.next_inquiry_ms);
    return text;
}

std::string words_of(const Shown& shown) {
    std::string text(word(shown.state));
    if (shown.reason != Reason::none) text += ", " + std::string(word(shown.reason));
    if (shown.next_action != NextAction::wait) text += ", " + std::string(word(shown.next_action));
    return text;
}

// Nothing was paid for a found payment. A refund that was not sent inquires its payment, one that was sent itself.
bool can_come(const Scene& scene, const Stimulus& stimulus) {
    if (scene.payment.record.kind == Kind::found && stimulus.title.starts_with("pay:")) return false;
    const bool asks_payment = scene.phase() == Phase::asking_original;
    if (stimulus.title.starts_with("inquiry of the payment")) return asks_payment;
    return !stimulus.title.starts_with("inquiry of the refund") || !asks_payment;
}

// One cell: empty if the stimulus changes nothing.
std::string cell(const SubState& sub_state, const Stimulus& stimulus) {
    const Scene before = sub_state.reached();
    Scene after = before;
    stimulus.apply(after);
    const std::string sent = sends(before, after);
    const Shown shown_before = shown(before.payment, true, before.schedule, after.now().monotonic_ms);
    const bool moved = after.phase() != before.phase();
    const bool same = !moved && after.show() == shown_before && after.actions.journal.empty() && sent.empty() &&
                      after.payment.record == before.payment.record &&
                      after.payment.told_to_stop == before.payment.told_to_stop;
    if (same) return "";
    return (moved ? std::string(name(after.phase())) : "stay") + " | " + words_of(after.show()) + " | " +
           std::string(after.actions.journal) + " | " + sent;
}

std::string table(const std::vector<SubState>& sub_states, const std::vector<Stimulus>& stimuli) {
    std::ostringstream out;
    out << "Made by asking the code. One table for each sub-state; what is not listed there changes nothing "
           "(\"stay\"). "
           "The next\naction is WAIT where none is named. A DECLINED or CANCELLED is shown when its change is on "
           "disk.\n"
           "The stimuli:";
    std::string separator = " ";
    for (const Stimulus& stimulus : stimuli) {
        out << separator << stimulus.title;
        separator = " · ";
    }
    out << ".\n";
    for (const SubState& sub_state : sub_states) {
        const Scene scene = sub_state.reached();
        out << "\n**" << sub_state.title << "** (" << words_of(scene.show()) << ")\n\n";
        std::string rows;
        for (const Stimulus& stimulus : stimuli) {
            if (!can_come(scene, stimulus)) continue;
            const std::string change = cell(sub_state, stimulus);
            if (!change.empty()) rows += "| " + stimulus.title + " | " + change + " |\n";
        }
        if (rows.empty()) {
            out << "Every stimulus: stay.\n";
        } else {
            out << "| stimulus | becomes | shown | journaled | sends |\n|---|---|---|---|---|\n" << rows;
        }
    }
    return out.str();
}

void expect_in_contract(const std::string& of, const std::string& made) {
    if (std::getenv("PAYDRV_PRINT_TABLE") != nullptr) std::cout << made;
    std::ifstream file(PAYDRV_CONTRACT);
    ASSERT_TRUE(file) << PAYDRV_CONTRACT;
    std::stringstream all;
    all << file.rdbuf();
    const std::string text = all.str();
    const std::string begin_mark = "<!-- table of a " + of + ": begin -->\n";
    const std::size_t begins = text.find(begin_mark);
    const std::size_t ends = text.find("<!-- table of a " + of + ": end -->");
    ASSERT_NE(begins, std::string::npos);
    ASSERT_NE(ends, std::string::npos);
    const std::size_t from = begins + begin_mark.size();
    EXPECT_EQ(text.substr(from, ends - from), made)
        << "The table of a " << of
        << " has changed. If that is meant, print it with PAYDRV_PRINT_TABLE=1 and put it there.";
}

TEST(Table, OfAPaymentInTheContractIsTheTableOfTheCode) {
    expect_in_contract("payment", table(payment_sub_states(), payment_stimuli()));
}

TEST(Table, OfARefundInTheContractIsTheTableOfTheCode) {
    expect_in_contract("refund", table(refund_sub_states(), refund_stimuli()));
}

std::set<Phase> reached_by(const std::vector<SubState>& sub_states) {
    std::set<Phase> reached;
    for (const SubState& sub_state : sub_states)
        reached.insert(sub_state.reached().phase());
    return reached;
}

TEST(Table, ReachesEverySubState) {
    using P = Phase;
    EXPECT_EQ(reached_by(refund_sub_states()),
              (std::set<Phase>{P::queued, P::committing, P::handed_out, P::sent, P::mismatch, P::concluded,
                               P::asking_original, P::refunding}));
    std::set<Phase> of_payments;
    for (std::size_t phase = 1; phase <= phases; phase++)
        of_payments.insert(static_cast<Phase>(phase));
    of_payments.erase(P::asking_original);
    of_payments.erase(P::refunding);
    EXPECT_EQ(reached_by(payment_sub_states()), of_payments);
}

}  // namespace
}  // namespace paydrv::money
