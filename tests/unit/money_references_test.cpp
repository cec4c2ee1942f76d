// R9 and the index of R11: which start is new, which joins, which is refused.
#include "money/references.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace paydrv::money {
namespace {

Claim claim(std::uint64_t name, std::uint64_t order, std::uint64_t code = 0) {
    Claim claim;
    claim.name = {name, name * 7};
    claim.order = {order, order * 13};
    claim.amount_minor = 100;
    claim.currency = {'E', 'U', 'R'};
    claim.business_day = 20260801;
    claim.code_hash = code;
    return claim;
}

OperationRecord ended(State state, std::int64_t refunded_minor = 0) {
    OperationRecord record;
    record.row = 9;
    record.state = state;
    record.amount_minor = 100;
    record.refunded_minor = refunded_minor;
    return record;
}

// Aumasson and Bernstein, "SipHash: a fast short-input PRF", and the reference vectors: key 00..0f, input 00, 01, ...
TEST(KeyedHash, IsSipHash24) {
    constexpr std::array<std::uint64_t, 16> expected = {
        0x726fdb47dd0e0e31, 0x74f839c593dc67fd, 0x0d6c8009d9a94f5a, 0x85676696d7fb7e2d,
        0xcf2794e0277187b7, 0x18765564cd99a68d, 0xcbc9466e58fee3ce, 0xab0200f58b01d137,
        0x93f5f5799a932462, 0x9e0082df0ba9e4b0, 0x7a5dbbc594ddb9f3, 0xf4b32f46226bada7,
        0x751e8fbc860ee5fb, 0x14ea5627c0843d90, 0xf723ca908e7af2ee, 0xa129ca6149be45e5};
    const HashKey key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
    std::string input;
    for (std::size_t length = 0; length < expected.size(); length++) {
        EXPECT_EQ(keyed_hash(key, input), expected[length]) << length;
        input.push_back(static_cast<char>(length));
    }
}

TEST(References, JoinedSpentContentDiffers) {
    References references(10);
    AttemptIndex other = 0;
    ASSERT_EQ(references.check(claim(1, 1), 0, other), ClaimResult::fresh);
    const AttemptIndex mine = references.enter(claim(1, 1), 55, 0);
    EXPECT_EQ(references.check(claim(1, 1), 0, other), ClaimResult::joined);
    EXPECT_EQ(references.at(other).op, 55);
    EXPECT_EQ(references.check(claim(1, 2), 0, other), ClaimResult::content_differs);
    Claim dearer = claim(1, 1);
    dearer.amount_minor++;
    EXPECT_EQ(references.check(dearer, 0, other), ClaimResult::content_differs);
    Claim foreign = claim(1, 1);
    foreign.currency = {'U', 'S', 'D'};
    EXPECT_EQ(references.check(foreign, 0, other), ClaimResult::content_differs);
    references.settle(mine, ended(State::declined));
    EXPECT_EQ(references.check(claim(1, 1), 0, other), ClaimResult::spent);
    EXPECT_EQ(other, mine);
}

TEST(References, R9OneOpenOrPaidPaymentOfAnOrder) {
    References references(10);
    AttemptIndex other = 0;
    const AttemptIndex first = references.enter(claim(1, 1), 1, 0);
    EXPECT_EQ(references.check(claim(2, 1), 0, other), ClaimResult::order_busy);
    EXPECT_EQ(other, first);
    Claim split = claim(2, 1);
    split.order_may_repeat = true;
    EXPECT_EQ(references.check(split, 0, other), ClaimResult::fresh);
    references.settle(first, ended(State::declined));
    EXPECT_EQ(references.check(claim(2, 1), 0, other), ClaimResult::fresh);
    references.settle(first, ended(State::succeeded));
    EXPECT_EQ(references.check(claim(2, 1), 0, other), ClaimResult::order_busy);
    references.settle(first, ended(State::succeeded, 99));
    EXPECT_EQ(references.check(claim(2, 1), 0, other), ClaimResult::order_busy) << "not fully refunded";
    references.settle(first, ended(State::succeeded, 100));
    EXPECT_EQ(references.check(claim(2, 1), 0, other), ClaimResult::fresh);
    // The paid one stands behind two that ended: it is found all the same.
    references.settle(first, ended(State::succeeded));
    references.settle(references.enter(split, 2, 0), ended(State::cancelled));
    Claim third = claim(3, 1);
    references.settle(references.enter(third, 3, 0), ended(State::declined));
    EXPECT_EQ(references.check(claim(4, 1), 0, other), ClaimResult::order_busy);
    EXPECT_EQ(other, first);
}

TEST(References, APaymentCodeIsGivenOnceInTenMinutes) {
    References references(10);
    AttemptIndex other = 0;
    const AttemptIndex first = references.enter(claim(1, 1, 777), 1, 1'000);
    references.settle(first, ended(State::declined));
    EXPECT_EQ(references.check(claim(2, 2, 777), 600'999, other), ClaimResult::code_used);
    EXPECT_EQ(other, first);
    EXPECT_EQ(references.check(claim(2, 2, 778), 600'999, other), ClaimResult::fresh);
    EXPECT_EQ(references.check(claim(2, 2, 777), 601'000, other), ClaimResult::fresh);
    references.enter(claim(2, 2, 777), 2, 601'000);
    EXPECT_EQ(references.check(claim(3, 3, 777), 601'001, other), ClaimResult::code_used) << "given anew";
}

TEST(References, NoRoomIsSaidBeforeItIsNeeded) {
    References references(2);
    AttemptIndex other = 0;
    references.enter(claim(1, 1), 1, 0);
    references.enter(claim(2, 2), 2, 0);
    EXPECT_EQ(references.check(claim(3, 3), 0, other), ClaimResult::no_room);
    EXPECT_EQ(references.check(claim(1, 1), 0, other), ClaimResult::joined);
    references.reserve_room(4);
    EXPECT_EQ(references.check(claim(3, 3), 0, other), ClaimResult::fresh);
}

TEST(References, LoadingAnAttemptAgainRenewsItAndGrowsNothing) {
    References references(2);
    Attempt attempt;
    attempt.name = {1, 2};
    attempt.order = {3, 4};
    for (int i = 0; i < 100; i++) {
        attempt.op = i;
        EXPECT_EQ(references.load(attempt, 0, 0), 0U);
    }
    EXPECT_EQ(references.size(), 1U);
    EXPECT_EQ(references.at(0).op, 99);
}

TEST(References, HundredThousandAttemptsStayFindable) {
    constexpr std::uint64_t count = 100'000;
    References references(16);
    AttemptIndex other = 0;
    for (std::uint64_t i = 1; i <= count; i++) {
        if (references.free_room() == 0) references.reserve_room(2 * references.size());
        references.enter(claim(i, i % 50'000 + 1), static_cast<std::int32_t>(i), 0);
    }
    for (std::uint64_t i = 1; i <= count; i++) {
        ASSERT_EQ(references.check(claim(i, i % 50'000 + 1), 0, other), ClaimResult::joined);
        ASSERT_EQ(references.at(other).op, static_cast<std::int32_t>(i));
    }
    ASSERT_EQ(references.check(claim(count + 1, 5), 0, other), ClaimResult::order_busy);
    ASSERT_NE(references.check(claim(count + 1, count), 0, other), ClaimResult::order_busy);
}

}  // namespace
}  // namespace paydrv::money
