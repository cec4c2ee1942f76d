// Every sequence of stimuli up to a depth, equal states met once: what one of them breaks is told with its story.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "money/transaction.h"

namespace paydrv::money::search {

/// Everything of a transaction that is not final that decides its future. Times count from now, so that histories which
/// differ only in when they were met are one; what is past by more than any rule looks back is just past.
inline std::string future_of(const Transaction& p, const Now& now) {
    const OperationRecord& r = p.record;
    std::string key;
    const auto add = [&key](std::int64_t value) { key += std::to_string(value) + ","; };
    const auto add_time = [&](std::int64_t at_ms, std::int64_t now_ms, std::int64_t looks_back_ms) {
        add(at_ms == 0 ? -1 : std::max<std::int64_t>(at_ms - now_ms, -looks_back_ms - 1));
    };
    for (const std::int64_t at : {p.started_ms, p.first_byte_by_ms, p.send_order_at_ms, p.next_inquiry_ms,
                                  p.schedule_end_ms, p.next_cancel_ms, p.last_verified_ms}) {
        add_time(at, now.monotonic_ms, 60'000);
    }
    add_time(p.cancel_wanted_ms, now.monotonic_ms, 300'000);
    add_time(r.expiry_ms, now.gateway_ms, 60'000);
    for (const bool flag :
         {p.order_out, p.inquiry_out, p.cancel_out, p.undo_out, p.refund_in_doubt, p.waiting_customer, p.told_to_stop,
          p.cancel_of_seen, r.seen, r.reference_used, r.looked_late, r.own_payment_id.empty(), r.refund_id.empty()}) {
        key += flag ? '1' : '0';
    }
    for (const auto value : {static_cast<std::int64_t>(r.phase), static_cast<std::int64_t>(r.state),
                             static_cast<std::int64_t>(r.reason), static_cast<std::int64_t>(r.cancel_by), r.undo_minor,
                             std::int64_t{p.rounds}, std::int64_t{p.refusals}, std::int64_t{p.traffic_refusals}}) {
        add(value);
    }
    return key + p.refusal_code + ";";
}

struct Found {
    std::size_t states = 0;
    std::uint64_t transitions = 0;
};

/// World and Stimulus are plain data with possible(world), after(world, stimulus), broken(before, stimulus, after),
/// state_of(world) and text_of(stimulus) beside them. Stops at the first promise that is broken.
template <class World>
Found every_sequence(const char* what, const World& start, int depth) {
    struct Met {
        World world;
        std::string story;
    };
    std::vector<Met> edge{{start, ""}};
    std::unordered_set<std::string> known{state_of(start)};
    Found found;
    for (int level = 0; level < depth; level++) {
        std::vector<Met> next;
        for (const Met& met : edge) {
            for (const auto& stimulus : possible(met.world)) {
                World world = after(met.world, stimulus);
                found.transitions++;
                const std::string fault = broken(met.world, stimulus, world);
                EXPECT_EQ(fault, "") << what << met.story << " > " << text_of(stimulus);
                if (!fault.empty()) return found;
                if (!known.insert(state_of(world)).second) continue;
                next.push_back({std::move(world), met.story + " > " + text_of(stimulus)});
            }
        }
        edge = std::move(next);
    }
    found.states = known.size();
    std::cout << what << ", depth " << depth << ": " << found.states << " states, " << found.transitions
              << " transitions\n";
    return found;
}

}  // namespace paydrv::money::search
