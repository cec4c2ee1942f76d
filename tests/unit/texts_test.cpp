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
constexpr std::uint32_t last_reason = static_cast<std::uint32_t>(Reason::refund_left);
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
    add(product({K::refund}, {S::declined}, {R::original, R::refund_left},
                {A::nothing, A::new_attempt, A::other_method, A::call_support}));                               // R8
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
    EXPECT_EQ(texts->cashier_display(Kind::payment, State::succeeded, Reason::none, NextAction::nothing),
              "TEST PAID\nHand over goods");
    EXPECT_EQ(texts->customer_display(Kind::payment, State::succeeded, Reason::none, NextAction::nothing),
              "TEST Paid\nThank you");
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
    EXPECT_EQ(texts->cashier(Kind::payment, State::succeeded, static_cast<Reason>(17), NextAction::nothing), unknown);
    EXPECT_EQ(texts->cashier(Kind::payment, State::succeeded, Reason::none, static_cast<NextAction>(8)), unknown);
}

TEST(TextsTest, MoneyThatCouldNotBeGivenBackIsSaidToStayWithTheShop) {
    const auto texts = Texts::load("en");
    ASSERT_TRUE(texts);
    EXPECT_EQ(texts->cashier(Kind::payment, State::succeeded, Reason::not_undone, NextAction::call_support),
              "PAID; cannot be undone, the shop keeps the money. Call support.");
    EXPECT_EQ(texts->cashier(Kind::undo, State::succeeded, Reason::not_undone, NextAction::call_support),
              "A late payment could not be given back. Call support.");
    EXPECT_EQ(texts->cashier(Kind::undo, State::cancelled, Reason::none, NextAction::nothing),
              "A late payment was given back. Nothing to do.");
}

TEST(TextsTest, LookUpsAllocateNothing) {
    const ProviderCode codes[] = {{Kind::payment, "SOME_CODE_THAT_IS_LONGER_THAN_A_SHORT_STRING", "balance"}};
    const auto texts = Texts::load("en", false, codes);
    ASSERT_TRUE(texts);
    const std::vector<Combination> all = possible();
    std::size_t bytes = 0;
    const std::size_t before = allocations;
    for (const auto& c : all) {
        for (const std::string_view code : {std::string_view(), std::string_view("EXPIRED_CODE"), codes[0].code}) {
            bytes += texts->cashier(c.kind, c.state, c.reason, c.action, code).size();
            bytes += texts->customer(c.kind, c.state, c.reason, c.action, code).size();
            bytes += texts->cashier_display(c.kind, c.state, c.reason, c.action, code).size();
            bytes += texts->customer_display(c.kind, c.state, c.reason, c.action, code).size();
        }
    }
    EXPECT_EQ(allocations, before);
    EXPECT_GT(bytes, all.size());
}

/// A language file with one-letter texts, to which a test adds what it is about.
std::string small_file(const std::string& more_situations, const std::string& customer_instructions,
                       const std::string& more_codes = "", const std::string& more_words = "") {
    const std::string situations =
        R"("in_progress":"a","waiting_customer":"b","cancelling":"c","unknown":"d","succeeded":"e","declined":"f","cancelled":"g")";
    const std::string instructions =
        R"("nothing":"h","wait":"i","show_code":"j","rescan":"k","new_attempt":"l","other_method":"m","settle_later":"n","call_support":"o")";
    const auto surface = [&](const std::string& more, const std::string& own, const std::string& codes) {
        return R"({"situations":{)" + situations + more + R"(},"instructions":{)" + (own.empty() ? instructions : own) +
               R"(},"codes":{)" + codes + "}}";
    };
    std::string receipt;
    for (const char* word :
         {"reprint",      "merchant_copy", "customer_copy", "payment",       "refund",    "cancelled",
          "original",     "amount",        "refunded",      "given_back",    "order",     "reference",
          "business_day", "time",          "terminal",      "cashier",       "wallet",    "customer",
          "payment_id",   "refund_id",     "description",   "refund_reason", "settled_by"}) {
        receipt += "\"" + std::string(word) + R"(":"x",)";
    }
    return R"({"join":" ","test":"T","display_test":"T ","cashier":)" + surface(more_situations, "", more_codes) +
           R"(,"customer":)" + surface("", customer_instructions, "") + R"(,"cashier_display":)" + surface("", "", "") +
           R"(,"customer_display":)" + surface("", "", "") + R"(,"receipt":{)" + receipt + R"("minor_units":"x")" +
           more_words + "}}";
}

TEST(TextsTest, ACodeIsNamedByItselfOrByItsTextKey) {
    const ProviderCode codes[] = {{Kind::payment, "POOR", "balance"},
                                  {Kind::payment, "POOR", "later rows of a code do not count"},
                                  {Kind::payment, "STRANGE", "no such text"},
                                  {Kind::payment, "BOTH", "balance"},
                                  {Kind::refund, "POOR", "balance"}};
    const std::string json = small_file("", "", R"("payment.balance":"B","payment.BOTH":"C","payment.ALONE":"D")");
    const Texts texts = Texts::parse("zz", json, false, codes);
    const auto cashier = [&](Kind kind, State state, Reason reason, std::string_view code) {
        return texts.cashier(kind, state, reason, NextAction::other_method, code);
    };
    const auto declined = [&](std::string_view code) {
        return cashier(Kind::payment, State::declined, Reason::decline, code);
    };
    EXPECT_EQ(declined("POOR"), "B m");
    EXPECT_EQ(declined("BOTH"), "C m");
    EXPECT_EQ(declined("ALONE"), "D m");
    EXPECT_EQ(declined("STRANGE"), "f m");
    EXPECT_EQ(declined("NEVER_SEEN"), "f m");
    EXPECT_EQ(declined(""), "f m");
    EXPECT_EQ(cashier(Kind::payment, State::declined, Reason::none, "POOR"), "B m");
    EXPECT_EQ(cashier(Kind::payment, State::declined, Reason::not_sent, "POOR"), "f m") << "the reason tells more";
    EXPECT_EQ(cashier(Kind::payment, State::unknown, Reason::none, "POOR"), "d m") << "nothing is decided";
    EXPECT_EQ(cashier(Kind::payment, State::succeeded, Reason::none, "POOR"), "e m");
    EXPECT_EQ(cashier(Kind::refund, State::declined, Reason::decline, "POOR"), "f m") << "the text speaks of payments";
    EXPECT_EQ(texts.cashier(Kind::payment, State::declined, Reason::decline, static_cast<NextAction>(8), "POOR"),
              "d o");
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
    EXPECT_THAT(fault(R"({"join":"","test":"T","display_test":"T"})"), HasSubstr("texts/zz.json, cashier:"));
    EXPECT_EQ(fault(small_file("", "")), "parsed");
    EXPECT_THAT(fault(small_file(R"(,"payment.succeded":"x")", "")),
                HasSubstr("cashier.situations.payment.succeded: nothing uses this key"));
    EXPECT_THAT(fault(small_file(",\"refund.unknown\":\"" + std::string(121, 'x') + "\"", "")),
                HasSubstr("is longer than 3 lines of 40 columns and 180 bytes"));
    EXPECT_THAT(fault(small_file("", R"("nothing":"h")")), HasSubstr("customer.instructions.wait: missing"));
    EXPECT_THAT(fault(small_file("", "", R"("payment.CODE":")" + std::string(121, 'x') + "\"")),
                HasSubstr("cashier.codes.payment.CODE.nothing"));
    EXPECT_THAT(fault(small_file("", "", "", R"(,"mount":"x")")), HasSubstr("receipt.mount: nothing uses this key"));
}

}  // namespace
}  // namespace paydrv::texts
