// The table of a payment, made by asking the code, compared with the one that programmers of tills read in CONTRACT.md.
// To renew it deliberately: PAYDRV_PRINT_TABLE=1 unit_money --gtest_filter='Table.*' prints the section between its
// marks.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "money_scene.h"
#include "money_words.h"

namespace paydrv::money {
namespace {

using scene::Scene;

struct SubState {
    std::string title;
    std::function<void(Scene&)> reach;
};
struct Stimulus {
    std::string title;
    std::function<void(Scene&)> apply;
};

std::vector<SubState> sub_states() {
    return {
        {"waiting for gate or worker", [](Scene&) {}},
        {"intent being committed", [](Scene& s) { s.committing(); }},
        {"handed out, no byte", [](Scene& s) { s.handed_out(); }},
        {"sent", [](Scene& s) { s.sent(); }},
        {"inquiring", [](Scene& s) { s.inquiring(); }},
        {"inquiring, reference used", [](Scene& s) { s.sent().pay(Verdict::reference_used); }},
        {"back-off", [](Scene& s) { s.back_off(); }},
        {"cancel wanted (here: by the host)", [](Scene& s) { s.cancel_wanted(); }},
        {"cancel sent, payment never seen", [](Scene& s) { s.cancel_sent(); }},
        {"cancel sent, payment seen", [](Scene& s) { s.cancel_sent_seen(); }},
        {"awaiting expiry", [](Scene& s) { s.awaiting_expiry(); }},
        {"refund instead", [](Scene& s) { s.refund_instead(); }},
        {"mismatch", [](Scene& s) { s.mismatch(); }},
        {"concluded (here: paid)", [](Scene& s) { s.concluded(); }},
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

std::vector<Stimulus> stimuli() {
    using V = Verdict;
    std::vector<Stimulus> all;
    for (const EventKind kind :
         {EventKind::worker_ready, EventKind::details_at_fault, EventKind::committed, EventKind::commit_failed,
          EventKind::first_byte, EventKind::order_recalled, EventKind::cancel_asked}) {
        all.push_back({std::string(name(kind)), [kind](Scene& s) { s.on(kind); }});
    }
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
    add_answers(all, "cancel", EventKind::cancel_answered,
                {V::not_sent, V::unknown, V::cancelled, V::no_such_payment, V::out_of_window, V::refused, V::mismatch});
    all.push_back({"timer: the first that is due", wake});
    all.push_back({"timer: the schedule is over", [](Scene& s) { s.at(90'000).timer(); }});
    return all;
}

std::string seconds(std::int64_t ms) {
    std::ostringstream text;
    text << static_cast<double>(ms) / 1000.0 << " s";
    return text.str();
}

std::string sends(const Scene& before, const Scene& after) {
    std::string text;
    const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
    const auto plan = [&](const std::string& what, std::int64_t was, std::int64_t is) {
        const std::int64_t in_ms = is - after.now().monotonic_ms;
        if (is != was && is != 0 && in_ms > 0) add(what + " in " + seconds(in_ms));
    };
    if (after.actions.recall_order) add("takes the pay back");
    if (after.actions.send_order) add("pay");
    if (after.actions.send_cancel) add("cancel");
    if (after.actions.send_inquiry) add("inquiry");
    const Transaction& was = before.payment;
    const Transaction& is = after.payment;
    if (after.phase() == Phase::concluded || after.phase() == Phase::mismatch) return text;
    plan("pay", was.send_order_at_ms, is.send_order_at_ms);
    plan("cancel", was.next_cancel_ms, is.next_cancel_ms);
    if (!after.actions.send_inquiry) plan("inquiry", was.next_inquiry_ms, is.next_inquiry_ms);
    return text;
}

std::string words_of(const Shown& shown) {
    std::string text(word(shown.state));
    if (shown.reason != Reason::none) text += ", " + std::string(word(shown.reason));
    if (shown.next_action != NextAction::wait) text += ", " + std::string(word(shown.next_action));
    return text;
}

// One cell: empty if the stimulus changes nothing.
std::string cell(const SubState& sub_state, const Stimulus& stimulus) {
    Scene before;
    sub_state.reach(before);
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

std::string table() {
    std::ostringstream out;
    out << "Made by asking the code. One table for each sub-state; what is not listed there changes nothing "
           "(\"stay\"). "
           "The next\naction is WAIT where none is named. A DECLINED or CANCELLED is shown when its change is on "
           "disk.\n"
           "The stimuli:";
    std::string separator = " ";
    for (const Stimulus& stimulus : stimuli()) {
        out << separator << stimulus.title;
        separator = " · ";
    }
    out << ".\n";
    for (const SubState& sub_state : sub_states()) {
        Scene scene;
        sub_state.reach(scene);
        out << "\n**" << sub_state.title << "** (" << words_of(scene.show()) << ")\n\n";
        std::string rows;
        for (const Stimulus& stimulus : stimuli()) {
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

TEST(Table, OfTheContractIsTheTableOfTheCode) {
    const std::string made = table();
    if (std::getenv("PAYDRV_PRINT_TABLE") != nullptr) std::cout << made;
    std::ifstream file(PAYDRV_CONTRACT);
    ASSERT_TRUE(file) << PAYDRV_CONTRACT;
    std::stringstream all;
    all << file.rdbuf();
    const std::string text = all.str();
    const std::string begin_mark = "<!-- table of a payment: begin -->\n";
    const std::size_t begins = text.find(begin_mark);
    const std::size_t ends = text.find("<!-- table of a payment: end -->");
    ASSERT_NE(begins, std::string::npos);
    ASSERT_NE(ends, std::string::npos);
    const std::size_t from = begins + begin_mark.size();
    EXPECT_EQ(text.substr(from, ends - from), made)
        << "The table of a payment has changed. If that is meant, print it with PAYDRV_PRINT_TABLE=1 and put it there.";
}

TEST(Table, ReachesEverySubState) {
    std::vector<bool> reached(phases + 1, false);
    for (const SubState& sub_state : sub_states()) {
        Scene scene;
        sub_state.reach(scene);
        reached[static_cast<std::size_t>(scene.phase())] = true;
    }
    for (std::size_t phase = 1; phase <= phases; phase++) {
        EXPECT_TRUE(reached[phase]) << name(static_cast<Phase>(phase));
    }
}

}  // namespace
}  // namespace paydrv::money
