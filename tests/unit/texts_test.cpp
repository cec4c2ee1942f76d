// Does every situation have a text, is it short enough, does it say what to do, and does it promise only what is known?
#include "texts/texts.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <stdexcept>

namespace {
thread_local std::size_t allocations = 0;
}

// Not inlined: the compiler would see malloc and free and take the pairs for mismatched.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace paydrv::texts {
namespace {

using money::Kind;
using money::NextAction;
using money::Reason;
using money::State;
using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr Kind all_kinds[] = {Kind::payment, Kind::refund, Kind::request, Kind::undo, Kind::found};
constexpr State all_states[] = {State::in_progress, State::waiting_customer, State::cancelling, State::unknown,
                                State::succeeded,   State::declined,         State::cancelled};
constexpr std::uint32_t last_reason = static_cast<std::uint32_t>(Reason::not_undone);
constexpr std::uint32_t last_action = static_cast<std::uint32_t>(NextAction::call_support);

struct Combination {
    Kind kind;
    State state;
    Reason reason;
    NextAction action;
};

std::string name_of(const Combination& c) {
    return "kind " + std::to_string(static_cast<int>(c.kind)) + ", state " + std::to_string(static_cast<int>(c.state)) +
           ", reason " + std::to_string(static_cast<int>(c.reason)) + ", action " +
           std::to_string(static_cast<int>(c.action));
}

std::vector<Combination> product(std::initializer_list<Kind> kinds, std::initializer_list<State> states,
                                 std::initializer_list<Reason> reasons, std::initializer_list<NextAction> actions) {
    std::vector<Combination> result;
    for (const Kind kind : kinds) {
        for (const State state : states) {
            for (const Reason reason : reasons) {
                for (const NextAction action : actions)
                    result.push_back({kind, state, reason, action});
            }
        }
    }
    return result;
}

/// What the states, next actions and rules about money of the contract can bring about.
std::vector<Combination> possible() {
    using K = Kind;
    using S = State;
    using R = Reason;
    using A = NextAction;
    std::vector<Combination> all;
    const auto add = [&](const std::vector<Combination>& more) { all.insert(all.end(), more.begin(), more.end()); };
    const auto moving = {K::payment, K::refund, K::undo, K::found};
    // Under way: WAIT; user-presented and codes while the customer acts; a stalled engine or journal in any open state.
    add(product({K::payment, K::refund, K::request, K::undo, K::found}, {S::in_progress},
                {R::none, R::journal, R::driver_stalled}, {A::wait}));
    add(product({K::payment}, {S::waiting_customer}, {R::none, R::customer, R::journal, R::driver_stalled},
                {A::wait, A::show_code}));
    // R4, R5, R12, R17: cancels of the cashier and of the schedule.
    add(product(moving, {S::cancelling}, {R::none, R::cashier, R::expiry, R::journal, R::driver_stalled},
                {A::wait, A::settle_later}));
    add(product(moving, {S::unknown}, {R::none, R::cashier, R::expiry, R::journal, R::driver_stalled},
                {A::wait, A::settle_later, A::call_support}));
    add(product({K::payment, K::found}, {S::unknown}, {R::mismatch}, {A::call_support}));  // R1, R12
    // Final.
    add(product({K::payment, K::refund, K::request, K::undo, K::found}, {S::succeeded}, {R::none}, {A::nothing}));
    add(product({K::payment, K::refund}, {S::succeeded, S::cancelled}, {R::manual}, {A::nothing}));  // R19
    add(product({K::payment, K::undo}, {S::succeeded}, {R::not_undone}, {A::call_support}));         // R5
    add(product({K::undo}, {S::declined}, {R::not_undone}, {A::call_support}));
    add(product({K::found}, {S::succeeded, S::in_progress}, {R::none, R::reference_used}, {A::call_support}));  // R11
    add(product({K::payment}, {S::declined}, {R::none, R::decline, R::customer, R::expiry},
                {A::nothing, A::rescan, A::new_attempt, A::other_method, A::call_support}));
    add(product({K::refund}, {S::declined}, {R::none, R::decline},
                {A::nothing, A::new_attempt, A::other_method, A::call_support}));
    add(product({K::payment, K::refund, K::request}, {S::declined}, {R::not_sent, R::not_ready, R::journal, R::details},
                {A::new_attempt, A::other_method, A::call_support}));  // R3, R14, R17, details
    add(product({K::payment, K::refund}, {S::declined}, {R::reference_used}, {A::new_attempt, A::call_support}));
    add(product({K::payment}, {S::cancelled}, {R::none, R::cashier, R::expiry, R::outside},
                {A::nothing, A::new_attempt, A::other_method}));
    add(product({K::undo}, {S::cancelled, S::declined}, {R::none, R::decline, R::outside}, {A::nothing}));
    return all;
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

bool one_line(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

TEST(TextsTest, EveryCombinationOfEveryLanguageHasAShortText) {
    ASSERT_THAT(Texts::languages(), ::testing::Contains("en"));
    for (const std::string& language : Texts::languages()) {
        for (const bool test : {false, true}) {
            const auto texts = Texts::load(language, test);
            ASSERT_TRUE(texts) << language;
            std::vector<Combination> all = possible();
            for (const Kind kind : all_kinds) {
                for (const State state : all_states) {
                    for (std::uint32_t reason = 0; reason <= last_reason; ++reason) {
                        for (std::uint32_t action = 0; action <= last_action; ++action) {
                            all.push_back({kind, state, static_cast<Reason>(reason), static_cast<NextAction>(action)});
                        }
                    }
                }
            }
            for (const auto& c : all) {
                const auto cashier = texts->cashier(c.kind, c.state, c.reason, c.action);
                const auto customer = texts->customer(c.kind, c.state, c.reason, c.action);
                ASSERT_TRUE(!cashier.empty() && cashier.size() <= max_cashier_bytes && one_line(cashier)) << name_of(c);
                ASSERT_TRUE(!customer.empty() && customer.size() <= max_customer_bytes && one_line(customer))
                    << name_of(c);
            }
        }
    }
}

/// A phrase that tells the cashier to do what next_action says.
const char* order_of(const Combination& c) {
    switch (c.action) {
        case NextAction::wait: return "please wait";
        case NextAction::show_code: return "show the code";
        case NextAction::rescan: return "scan a fresh payment code";
        case NextAction::new_attempt: return "try again";
        case NextAction::other_method:
            return c.kind == Kind::request ? "support" : c.kind == Kind::refund ? "other means" : "another means";
        case NextAction::settle_later: return c.kind == Kind::payment ? "finish by other means" : "the driver";
        case NextAction::call_support: return "call support";
        case NextAction::nothing: break;
    }
    if (c.kind != Kind::payment) return ".";
    if (c.state == State::succeeded) return "hand over goods";
    return c.state == State::cancelled ? "pay anew" : "try again or take another";
}

TEST(TextsTest, EveryPossibleTextSaysWhatToDo) {
    const auto texts = Texts::load("en");
    ASSERT_TRUE(texts);
    for (const auto& c : possible()) {
        EXPECT_THAT(lower(texts->cashier(c.kind, c.state, c.reason, c.action)), HasSubstr(order_of(c))) << name_of(c);
        EXPECT_THAT(std::string(texts->cashier(c.kind, c.state, c.reason, c.action)), EndsWith(".")) << name_of(c);
        EXPECT_THAT(std::string(texts->customer(c.kind, c.state, c.reason, c.action)), EndsWith(".")) << name_of(c);
    }
}

/// Words that would claim an outcome. Whole texts are searched, so that no phrase may hold them in passing either.
constexpr const char* claims[] = {"failed",  "not paid",   "unpaid",    "declined", "cancelled",
                                  "refused", "no payment", "no refund", "no money", "nothing was",
                                  "paid.",   "refunded.",  "hand over", "thank you"};

TEST(TextsTest, WhatIsOpenIsNeverCalledDecided) {
    const auto texts = Texts::load("en");
    ASSERT_TRUE(texts);
    const auto check = [&](const Combination& c) {
        const std::string cashier = lower(texts->cashier(c.kind, c.state, c.reason, c.action));
        const std::string customer = lower(texts->customer(c.kind, c.state, c.reason, c.action));
        for (const char* claim : claims) {
            // "Not known yet whether this was paid." is the one sentence that may end with these words.
            if (c.state == State::unknown && cashier.starts_with("not known yet whether this was ") &&
                (std::string(claim) == "paid." || std::string(claim) == "refunded.")) {
                continue;
            }
            EXPECT_EQ(cashier.find(claim), std::string::npos) << name_of(c) << ": " << cashier;
            EXPECT_EQ(customer.find(claim), std::string::npos) << name_of(c) << ": " << customer;
        }
    };
    for (const Kind kind : all_kinds) {
        for (const State state : {State::in_progress, State::waiting_customer, State::cancelling, State::unknown}) {
            for (std::uint32_t reason = 0; reason <= last_reason; ++reason) {
                for (std::uint32_t action = 0; action <= last_action; ++action) {
                    check({kind, state, static_cast<Reason>(reason), static_cast<NextAction>(action)});
                }
            }
        }
    }
}

TEST(TextsTest, OnlyASucceededPaymentReadsAsPaidAndHandsOverGoods) {
    const auto texts = Texts::load("en");
    ASSERT_TRUE(texts);
    for (const auto& c : possible()) {
        const std::string cashier(texts->cashier(c.kind, c.state, c.reason, c.action));
        const bool paid = (c.kind == Kind::payment || c.kind == Kind::found) && c.state == State::succeeded;
        EXPECT_EQ(cashier.find("PAID") != std::string::npos, paid) << cashier;
        if (cashier.find("goods and receipt") != std::string::npos) {
            EXPECT_TRUE(c.kind == Kind::payment && c.state == State::succeeded) << cashier;
        }
        const std::string customer(texts->customer(c.kind, c.state, c.reason, c.action));
        if (customer.starts_with("Paid")) {
            EXPECT_TRUE(c.kind == Kind::payment && c.state == State::succeeded) << customer;
        }
    }
}

TEST(TextsTest, AUsedReferenceNeverSaysThatNoPaymentExists) {
    const auto texts = Texts::load("en");
    ASSERT_TRUE(texts);
    const auto cashier =
        texts->cashier(Kind::payment, State::declined, Reason::reference_used, NextAction::call_support);
    EXPECT_EQ(cashier,
              "Alipay knows this number already; nothing new was taken. Call support before you take money again.");
    const auto customer =
        texts->customer(Kind::payment, State::declined, Reason::reference_used, NextAction::call_support);
    EXPECT_EQ(customer, "Payment not begun. Please ask the cashier.");
}

TEST(TextsTest, ATestClientSaysTest) {
    const auto texts = Texts::load("en", true);
    ASSERT_TRUE(texts);
    EXPECT_EQ(texts->cashier(Kind::payment, State::succeeded, Reason::none, NextAction::nothing),
              "TEST PAID. Hand over goods and receipt.");
    EXPECT_EQ(texts->customer(Kind::payment, State::succeeded, Reason::none, NextAction::nothing),
              "TEST Paid. Thank you.");
}

TEST(TextsTest, TheNarrowestKeyWins) {
    const auto texts = Texts::load("en");
    ASSERT_TRUE(texts);
    const auto cashier = [&](Kind k, State s, Reason r, NextAction a) {
        return std::string(texts->cashier(k, s, r, a));
    };
    EXPECT_EQ(cashier(Kind::payment, State::cancelling, Reason::expiry, NextAction::wait),
              "Time is over; cancel under way. Please wait.");
    EXPECT_EQ(cashier(Kind::payment, State::cancelling, Reason::journal, NextAction::wait),
              "Disk cannot be written; outcome not known. Please wait.");
    EXPECT_EQ(cashier(Kind::payment, State::cancelling, Reason::cashier, NextAction::settle_later),
              "Cancel under way. Finish by other means; money taken is given back.");
    EXPECT_EQ(cashier(Kind::refund, State::cancelling, Reason::none, NextAction::settle_later),
              "Being undone. Do not refund again; the driver goes on.");
}

TEST(TextsTest, ValuesOfALaterBuildReadAsUnknown) {
    const auto texts = Texts::load("en");
    ASSERT_TRUE(texts);
    const auto unknown = texts->cashier(Kind::payment, State::unknown, Reason::none, NextAction::call_support);
    EXPECT_EQ(texts->cashier(static_cast<Kind>(0), State::succeeded, Reason::none, NextAction::nothing), unknown);
    EXPECT_EQ(texts->cashier(static_cast<Kind>(6), State::succeeded, Reason::none, NextAction::nothing), unknown);
    EXPECT_EQ(texts->cashier(Kind::payment, static_cast<State>(5), Reason::none, NextAction::nothing), unknown);
    EXPECT_EQ(texts->cashier(Kind::payment, State::succeeded, static_cast<Reason>(15), NextAction::nothing), unknown);
    EXPECT_EQ(texts->cashier(Kind::payment, State::succeeded, Reason::none, static_cast<NextAction>(8)), unknown);
}

TEST(TextsTest, LookUpsAllocateNothing) {
    const auto texts = Texts::load("en");
    ASSERT_TRUE(texts);
    const std::vector<Combination> all = possible();
    std::size_t bytes = 0;
    const std::size_t before = allocations;
    for (const auto& c : all) {
        bytes += texts->cashier(c.kind, c.state, c.reason, c.action).size();
        bytes += texts->customer(c.kind, c.state, c.reason, c.action).size();
    }
    EXPECT_EQ(allocations, before);
    EXPECT_GT(bytes, all.size());
}

TEST(TextsTest, LanguagesAreFoundByTheirFirstPart) {
    EXPECT_TRUE(Texts::speaks("en"));
    EXPECT_TRUE(Texts::speaks("en-GB"));
    EXPECT_TRUE(Texts::load("en-GB"));
    EXPECT_FALSE(Texts::speaks("xx"));
    EXPECT_FALSE(Texts::speaks(""));
    EXPECT_FALSE(Texts::load("xx"));
}

TEST(TextsTest, AFaultyLanguageFileIsNamedWithItsKey) {
    const auto fault = [](std::string_view json) -> std::string {
        try {
            Texts::parse("zz", json, false);
        } catch (const std::logic_error& e) {
            return e.what();
        }
        return "parsed";
    };
    EXPECT_THAT(fault("{"), HasSubstr("texts/zz.json"));
    EXPECT_THAT(fault(R"({"join":"","test":"T"})"), HasSubstr("texts/zz.json"));
    const std::string rest = R"(,"customer":{"situations":{},"instructions":{}}})";
    EXPECT_THAT(fault(R"({"join":"","test":"T","cashier":{"situations":{},"instructions":{}})" + rest),
                HasSubstr("cashier.situations.in_progress: missing"));

    const std::string situations =
        R"("in_progress":"a","waiting_customer":"b","cancelling":"c","unknown":"d","succeeded":"e","declined":"f","cancelled":"g")";
    const std::string instructions =
        R"("nothing":"h","wait":"i","show_code":"j","rescan":"k","new_attempt":"l","other_method":"m","settle_later":"n","call_support":"o")";
    const auto whole = [&](const std::string& more_situations, const std::string& customer_instructions) {
        return R"({"join":"","test":"T","cashier":{"situations":{)" + situations + more_situations +
               R"(},"instructions":{)" + instructions + R"(}},"customer":{"situations":{)" + situations +
               R"(},"instructions":{)" + customer_instructions + "}}}";
    };
    EXPECT_EQ(fault(whole("", instructions)), "parsed");
    EXPECT_THAT(fault(whole(R"(,"payment.succeded":"x")", instructions)),
                HasSubstr("cashier.situations.payment.succeded: no combination uses this key"));
    EXPECT_THAT(fault(whole(",\"refund.unknown\":\"" + std::string(120, 'x') + "\"", instructions)),
                HasSubstr("is longer than 120 bytes"));
    EXPECT_THAT(fault(whole("", R"("nothing":"h")")), HasSubstr("customer.instructions.wait: missing"));
}

}  // namespace
}  // namespace paydrv::texts
