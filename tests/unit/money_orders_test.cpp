// Every order of the six things that can happen to a payment once its first byte is out: its pay is answered, an
// inquiry is answered, a cancel is asked, a cancel is answered, a notification comes, the process dies. All
// permutations of all subsets, with every verdict that an answer can carry and a gateway can mean; then the world comes
// to rest in every way that the gateway can still choose, and the till's last word is compared with the gateway's
// books.
//
// A notification is what R15 makes of it where it concludes nothing: an inquiry at once. A mismatch is left out: people
// end it, and that nothing is sent after it is proven elsewhere.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "money_scene.h"
#include "money_search.h"
#include "money_words.h"

namespace paydrv::money {
namespace {

using scene::Scene;
using E = EventKind;
using V = Verdict;

enum class Books { none, open, paid, failed, cancelled };

/// The gateway's side: what it has booked, and whether our pay may still arrive.
struct Gateway {
    Books books = Books::none;
    bool pay_under_way = true;
    int charges = 0;
    std::int64_t refunded_minor = 0;
    bool foreign = false;  // R11: what stands in the books was there before us
};

struct World {
    Scene scene;
    Gateway gateway;
};

void book(Gateway& gateway, Books books) {
    gateway.charges += books == Books::paid && gateway.books != Books::paid ? 1 : 0;
    gateway.books = books;
    gateway.pay_under_way = false;
}

// Our pay may arrive now, or the customer of an open payment may decide now.
bool may_become(const Gateway& gateway, Books books) {
    if (gateway.books == books) return true;
    if (gateway.books == Books::none) return gateway.pay_under_way && books != Books::cancelled;
    return gateway.books == Books::open && !gateway.foreign && books != Books::none;
}

/// Applies the event, and puts on the wire what it asks for.
void happen(World& world, EventKind kind, Verdict verdict = V::unknown) {
    Answer answer = scene::answer(verdict);
    if (verdict == V::paid && world.gateway.refunded_minor != 0) {
        answer = scene::paid_but_refunded(world.gateway.refunded_minor);
    }
    world.scene.on(kind, std::move(answer));
    while (world.scene.actions.send_order) {
        world.gateway.pay_under_way |= world.gateway.books == Books::none;
        world.scene.on(E::first_byte);
    }
}

// ---- The six events ------------------------------------------------------------------------------------------------

enum class Step { pay_answered, inquiry_answered, cancel_asked, cancel_answered, notification, death };
constexpr int steps = 6;

std::vector<Verdict> verdicts_of(Step step) {
    switch (step) {
        case Step::pay_answered:
            return {V::unknown, V::paid, V::nothing_taken, V::open, V::slow_down, V::reference_used};
        case Step::inquiry_answered:
            return {V::unknown, V::paid, V::nothing_taken, V::open, V::no_such_payment, V::cancelled};
        case Step::cancel_answered: return {V::unknown, V::cancelled, V::no_such_payment, V::out_of_window, V::refused};
        default: return {V::unknown};
    }
}

// Lets time pass, with everything else silent, until what is to be answered is on the wire; false: it never is.
bool wait_until_out(World& world, const bool Transaction::*out) {
    for (int turn = 0; turn < 60 && !(world.scene.payment.*out); turn++) {
        if (is_final(world.scene.payment.record.state) || world.scene.wake_ms() == scene::never_ms) return false;
        world.scene.at(world.scene.wake_ms());
        happen(world, E::timer);
    }
    return world.scene.payment.*out;
}

using Worlds = std::vector<World>;

// What may be true at the gateway when it says `verdict`: each gives a world of its own.
std::vector<Gateway> truths_of_pay(const Gateway& gateway, Verdict verdict) {
    std::vector<Gateway> truths;
    const auto becomes = [&](Books books) {
        if (!may_become(gateway, books)) return;
        truths.push_back(gateway);
        book(truths.back(), books);
    };
    const bool untouched = gateway.books == Books::none && gateway.pay_under_way;
    switch (verdict) {
        case V::paid: becomes(Books::paid); break;
        case V::open: becomes(Books::open); break;
        case V::nothing_taken: becomes(Books::failed); break;
        case V::unknown:
            truths.push_back(gateway);  // not known, also not whether it still arrives
            if (!untouched) break;
            becomes(Books::paid);
            becomes(Books::open);
            [[fallthrough]];
        case V::slow_down:
            if (!untouched) break;
            truths.push_back(gateway);
            truths.back().pay_under_way = false;
            break;
        case V::reference_used:
            if (!untouched) break;
            for (const Books books : {Books::none, Books::open, Books::paid}) {
                truths.push_back({books, false, 0, 0, true});
            }
            break;
        default: break;
    }
    return truths;
}

std::vector<Gateway> truths_of_inquiry(const Gateway& gateway, Verdict verdict) {
    static const std::map<Verdict, Books> means = {{V::paid, Books::paid},
                                                   {V::open, Books::open},
                                                   {V::nothing_taken, Books::failed},
                                                   {V::no_such_payment, Books::none},
                                                   {V::cancelled, Books::cancelled}};
    if (verdict == V::unknown) return {gateway};
    Gateway truth = gateway;
    const Books books = means.at(verdict);
    if (books == Books::none) return gateway.books == books ? std::vector<Gateway>{truth} : std::vector<Gateway>{};
    const bool outside = books == Books::cancelled && gateway.books == Books::paid && !gateway.foreign;
    if (!outside && !may_become(gateway, books)) return {};
    if (gateway.books != books) book(truth, books);
    return {truth};
}

std::vector<Gateway> truths_of_cancel(const Gateway& gateway, Verdict verdict) {
    const bool stands = gateway.books == Books::open || gateway.books == Books::paid;
    Gateway undone = gateway;
    if (stands) book(undone, Books::cancelled);
    switch (verdict) {
        case V::unknown: return stands ? std::vector<Gateway>{gateway, undone} : std::vector<Gateway>{gateway};
        case V::cancelled: return {undone};  // also of a payment that it does not know, and that may still arrive (R4)
        case V::no_such_payment: return gateway.books == Books::none ? std::vector{gateway} : std::vector<Gateway>{};
        case V::out_of_window: return gateway.books == Books::paid ? std::vector{gateway} : std::vector<Gateway>{};
        case V::refused: return gateway.books != Books::none ? std::vector{gateway} : std::vector<Gateway>{};
        default: return {};
    }
}

Worlds answered(World world, const bool Transaction::*out, EventKind kind, Verdict verdict,
                const std::function<std::vector<Gateway>(const Gateway&, Verdict)>& truths_of) {
    Worlds worlds;
    if (!wait_until_out(world, out)) return worlds;
    for (const Gateway& truth : truths_of(world.gateway, verdict)) {
        worlds.push_back({world.scene, truth});
        happen(worlds.back(), kind, verdict);
    }
    return worlds;
}

Worlds died(World world) {
    Worlds worlds{world};
    if (world.scene.payment.cancel_out) {
        const Gateway undone = truths_of_cancel(world.gateway, V::unknown).back();
        worlds.push_back({world.scene, undone});
    }
    for (World& after : worlds)
        after.scene.restart();
    return worlds;
}

// Every world that this event with this verdict can lead to; none: it cannot come now.
Worlds next_of(const World& world, Step step, Verdict verdict) {
    World after = world;
    switch (step) {
        case Step::pay_answered:
            return answered(world, &Transaction::order_out, E::order_answered, verdict, truths_of_pay);
        case Step::inquiry_answered:
            // What others cancel in the dashboard after the till's last word is not the till's to know.
            if (verdict == V::cancelled && is_final(world.scene.payment.record.state)) return {};
            return answered(world, &Transaction::inquiry_out, E::inquiry_answered, verdict, truths_of_inquiry);
        case Step::cancel_answered:
            return answered(world, &Transaction::cancel_out, E::cancel_answered, verdict, truths_of_cancel);
        case Step::cancel_asked: happen(after, E::cancel_asked); return {after};
        case Step::notification:
            if (!is_final(after.scene.payment.record.state)) {
                after.scene.payment.next_inquiry_ms = after.scene.now().monotonic_ms;
                happen(after, E::timer);
            }
            return {after};
        case Step::death: return died(world);
    }
    return {};
}

// ---- Rest: the gateway answers everything, as it has chosen to be ---------------------------------------------------

enum class Arrival { paid, open, paid_at_the_last_moment, lost };
enum class Customer { pays_at_the_last_moment, lets_it_expire };
enum class Cancels { done, done_even_of_nothing, too_late, refused };
enum class Refunds { done, refused };

/// Chosen when it first matters.
struct Nature {
    std::optional<Arrival> arrival;
    std::optional<Customer> customer;
    std::optional<Cancels> cancels;
    std::optional<Refunds> refunds;
};

struct Rest {
    std::uint64_t runs = 0;
    std::string fault;
};

void come_to_rest(World world, Nature nature, Rest& rest);

template <class Choice>
void choose(const World& world, Nature nature, std::optional<Choice> Nature::*which,
            std::initializer_list<Choice> choices, Rest& rest) {
    for (const Choice choice : choices) {
        nature.*which = choice;
        come_to_rest(world, nature, rest);
    }
}

// What the gateway does by itself: what arrives, what expires.
void pass_time(World& world, const Nature& nature) {
    Gateway& gateway = world.gateway;
    const std::int64_t left_ms = world.scene.payment.record.expiry_ms - world.scene.now().gateway_ms;
    if (gateway.books == Books::none && gateway.pay_under_way) {
        switch (*nature.arrival) {
            case Arrival::paid: book(gateway, Books::paid); break;
            case Arrival::open: book(gateway, Books::open); break;
            case Arrival::lost: gateway.pay_under_way = false; break;
            case Arrival::paid_at_the_last_moment:
                if (left_ms <= 1'000) book(gateway, Books::paid);
                break;
        }
    }
    if (gateway.books != Books::open || left_ms > 1'000) return;
    const bool pays = nature.customer == Customer::pays_at_the_last_moment && !gateway.foreign;
    book(gateway, pays ? Books::paid : Books::failed);
}

Verdict truth(const Gateway& gateway) {
    switch (gateway.books) {
        case Books::none: return V::no_such_payment;
        case Books::open: return V::open;
        case Books::paid: return V::paid;
        case Books::failed: return V::nothing_taken;
        case Books::cancelled: return V::cancelled;
    }
    return V::unknown;
}

Verdict cancel_answer(Gateway& gateway, Cancels cancels) {
    if (gateway.books == Books::none)
        return cancels == Cancels::done_even_of_nothing ? V::cancelled : V::no_such_payment;
    if (cancels == Cancels::refused || gateway.refunded_minor != 0) return V::refused;
    if (cancels == Cancels::too_late && gateway.books == Books::paid) return V::out_of_window;
    if (gateway.books != Books::failed) book(gateway, Books::cancelled);
    return V::cancelled;
}

// The till's last word and the gateway's books.
std::string disagreement(const World& world, const Nature& nature) {
    const Gateway& gateway = world.gateway;
    const OperationRecord& record = world.scene.payment.record;
    const bool held = gateway.books == Books::paid && gateway.refunded_minor < record.amount_minor && !gateway.foreign;
    if (gateway.charges > 1) return "charged twice";
    if (gateway.foreign) {
        return record.state == State::declined && record.reason == Reason::reference_used ? "" : "not REFERENCE_USED";
    }
    if (gateway.pay_under_way) return "final while the pay may still arrive";
    if (record.state != State::succeeded) return held ? "money is held, and the till does not say so" : "";
    if (!held) return "SUCCEEDED, and no money is held";
    const bool for_good = nature.refunds == Refunds::refused;
    return record.reason == Reason::not_undone && !for_good ? "not undone, though it could have been" : "";
}

void end(const World& world, const Nature& nature, Rest& rest) {
    rest.runs++;
    rest.fault = disagreement(world, nature);
}

bool answer_one(World& world, const Nature& nature) {
    const Transaction& p = world.scene.payment;
    if (p.inquiry_out) {
        happen(world, E::inquiry_answered, truth(world.gateway));
    } else if (p.cancel_out) {
        const Verdict verdict = cancel_answer(world.gateway, *nature.cancels);
        happen(world, E::cancel_answered, verdict);
    } else if (p.undo_out) {
        const bool done = nature.refunds == Refunds::done;
        if (done) world.gateway.refunded_minor = p.record.undo_minor;
        happen(world, E::undo_answered, done ? V::refunded : V::refused);
    } else if (p.order_out) {
        const Verdict now = truth(world.gateway);
        happen(world, E::order_answered, now == V::no_such_payment || now == V::cancelled ? V::unknown : now);
    } else {
        return false;
    }
    return true;
}

void come_to_rest(World world, Nature nature, Rest& rest) {
    for (int turn = 0; turn < 1'000 && rest.fault.empty(); turn++) {
        const Transaction& p = world.scene.payment;
        const Gateway& gateway = world.gateway;
        if (gateway.books == Books::none && gateway.pay_under_way && !nature.arrival) {
            return choose(world, nature, &Nature::arrival,
                          {Arrival::paid, Arrival::open, Arrival::paid_at_the_last_moment, Arrival::lost}, rest);
        }
        if (gateway.books == Books::open && !gateway.foreign && !nature.customer) {
            return choose(world, nature, &Nature::customer,
                          {Customer::pays_at_the_last_moment, Customer::lets_it_expire}, rest);
        }
        if (p.cancel_out && !nature.cancels) {
            return choose(world, nature, &Nature::cancels,
                          {Cancels::done, Cancels::done_even_of_nothing, Cancels::too_late, Cancels::refused}, rest);
        }
        if (p.undo_out && !nature.refunds) {
            return choose(world, nature, &Nature::refunds, {Refunds::done, Refunds::refused}, rest);
        }
        pass_time(world, nature);
        if (answer_one(world, nature)) continue;
        if (world.scene.actions.link == Kind::undo) rest.fault = "undoes what is not there";
        if (is_over(p)) return end(world, nature, rest);
        if (world.scene.wake_ms() == scene::never_ms) break;
        world.scene.at(std::max(world.scene.at_ms, world.scene.wake_ms()));
        happen(world, E::timer);
    }
    if (rest.fault.empty()) rest.fault = "sticks at " + std::string(name(world.scene.phase()));
}

// ---- All orders ----------------------------------------------------------------------------------------------------

std::string state_of(const World& world) {
    const Gateway& g = world.gateway;
    return search::future_of(world.scene.payment, world.scene.now()) + std::to_string(static_cast<int>(g.books)) +
           (g.pay_under_way ? "u" : "-") + (g.foreign ? "f" : "-") + std::to_string(g.charges) + "," +
           std::to_string(g.refunded_minor);
}

/// How often each step may still come.
using Left = std::array<int, steps>;

Left without(Left left, Step step) {
    left[static_cast<std::size_t>(step)]--;
    return left;
}

/// An order leads to the worlds in which its answers can have been true. Orders that lead to the same worlds, with the
/// same events left, have the same futures: these are looked at once and counted each time.
class AllOrders {
  public:
    /// How many orders begin with what has led here, itself among them.
    std::uint64_t from(const std::map<std::string, World>& worlds, const Left& left, const std::string& story) {
        std::string key;
        for (const int times : left)
            key += std::to_string(times);
        for (const auto& [state, world] : worlds)
            key += "|" + state;
        if (const auto met = counted.find(key); met != counted.end()) return met->second;
        for (const auto& [state, world] : worlds)
            rest_of(state, world, story);
        std::uint64_t orders = 1;
        for (int index = 0; index < steps && fault.empty(); index++) {
            const auto step = static_cast<Step>(index);
            if (left[static_cast<std::size_t>(index)] == 0) continue;
            const Left then = without(left, step);
            for (const Verdict verdict : verdicts_of(step)) {
                const std::map<std::string, World> after = after_all(worlds, step, verdict);
                if (after.empty()) continue;
                orders += from(after, then, story + " > " + text_of(step, verdict));
            }
        }
        return counted[key] = orders;
    }

    std::string fault;
    std::uint64_t runs = 0;
    std::unordered_map<std::string, std::uint64_t> counted;
    std::unordered_set<std::string> rested;

  private:
    static std::string text_of(Step step, Verdict verdict) {
        constexpr std::array<const char*, steps> names = {"pay",    "inquiry",      "cancel asked",
                                                          "cancel", "notification", "death"};
        const std::string text = names[static_cast<std::size_t>(step)];
        return verdicts_of(step).size() == 1 ? text : text + ": " + std::string(name(verdict));
    }

    static std::map<std::string, World> after_all(const std::map<std::string, World>& worlds, Step step,
                                                  Verdict verdict) {
        std::map<std::string, World> all;
        for (const auto& [state, world] : worlds) {
            for (World& after : next_of(world, step, verdict))
                all.try_emplace(state_of(after), std::move(after));
        }
        return all;
    }

    void rest_of(const std::string& state, const World& world, const std::string& story) {
        if (!fault.empty() || !rested.insert(state).second) return;
        Rest rest;
        come_to_rest(world, {}, rest);
        runs += rest.runs;
        if (!rest.fault.empty()) fault = rest.fault + ":" + story;
    }
};

// All orders that could be written down, also those that name an answer to what is never on the wire.
double conceivable(const Left& left) {
    double orders = 1;
    for (int index = 0; index < steps; index++) {
        const auto step = static_cast<Step>(index);
        if (left[static_cast<std::size_t>(index)] == 0) continue;
        orders += static_cast<double>(verdicts_of(step).size()) * conceivable(without(left, step));
    }
    return orders;
}

std::uint64_t expect_all_to_end_well(const Left& left) {
    World start;
    start.scene.sent();
    AllOrders all;
    const std::uint64_t orders = all.from({{state_of(start), start}}, left, "sent");
    EXPECT_EQ(all.fault, "");
    std::cout << orders << " orders of " << conceivable(left) << " can come about: " << all.counted.size()
              << " different ones, leading to " << all.rested.size() << " different worlds, which came to rest in "
              << all.runs << " ways\n";
    return orders;
}

TEST(Orders, EachThingOnceEndsAsTheGatewaysBooksSayAndNoneSticks) {
    EXPECT_GT(expect_all_to_end_well({1, 1, 1, 1, 1, 1}), 5'000U);
}

TEST(Orders, SoDoThoseWithASecondInquiryAndASecondAnswerToTheCancel) {
    EXPECT_GT(expect_all_to_end_well({1, 2, 1, 2, 1, 1}), 50'000U);
}

}  // namespace
}  // namespace paydrv::money
