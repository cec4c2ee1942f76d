#include "bench/call_load.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "bench/allocations.h"
#include "bench/session.h"
#include "interrupt.h"

namespace hostsim::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kPollsPerPayment = 8;
constexpr int kCallsPerPayment = kPollsPerPayment + 2;

template <typename Call>
std::int32_t measure(CallCosts& costs, const Call& call) {
    std::int64_t allocations = allocations_of_this_thread();
    std::int64_t wall = wall_ns();
    std::int64_t cpu = thread_cpu_ns();
    std::int32_t result = call();
    cpu = thread_cpu_ns() - cpu;
    wall = wall_ns() - wall;
    allocations = allocations_of_this_thread() - allocations;
    costs.cpu_ns.push_back(cpu);
    costs.wall_ns.push_back(wall);
    costs.allocations.push_back(allocations);
    if (result < 0) ++costs.refused;
    return result;
}

void append(CallCosts& all, const CallCosts& part) {
    all.cpu_ns.insert(all.cpu_ns.end(), part.cpu_ns.begin(), part.cpu_ns.end());
    all.wall_ns.insert(all.wall_ns.end(), part.wall_ns.begin(), part.wall_ns.end());
    all.allocations.insert(all.allocations.end(), part.allocations.begin(), part.allocations.end());
    all.refused += part.refused;
}

/// One lane of the shop: a payment, looked at eight times, cancelled; one call every `pause`.
class Lane {
  public:
    Lane(const DriverLibrary& driver, std::int32_t session, std::atomic<std::int64_t>& number)
        : driver_(driver), session_(session), number_(number) {}

    void run(Clock::time_point first, Clock::duration pause, Clock::time_point end) {
        Clock::time_point next = first;
        auto pace = [&] {
            if (next >= end || interrupted()) return false;
            std::this_thread::sleep_until(next);
            next += pause;
            return true;
        };
        while (pace()) {
            std::int32_t op = start();
            for (int i = 0; i < kPollsPerPayment; ++i) {
                if (!pace()) break;
                poll(op);
            }
            pace();
            cancel(op);
        }
    }

    LoadCosts costs;

  private:
    std::int32_t start() {
        paydrv_payment payment = payment_number(number_++);
        auto why = sized<paydrv_problem>();
        std::int32_t op = 0;
        measure(costs.start, [&] { return driver_.start(session_, &payment, nullptr, &op, &why); });
        if (op > 0) costs.operations.push_back(op);
        return op;
    }
    void poll(std::int32_t op) {
        auto status = sized<paydrv_status>();
        measure(costs.poll, [&] { return driver_.poll(session_, op, 0, 0, &status); });
    }
    void cancel(std::int32_t op) {
        measure(costs.cancel, [&] { return driver_.cancel(session_, op); });
    }

    const DriverLibrary& driver_;
    std::int32_t session_;
    std::atomic<std::int64_t>& number_;
};

}  // namespace

LoadCosts run_load(const DriverLibrary& driver, std::int32_t session, const Load& load) {
    std::atomic<std::int64_t> number{load.first_number};
    std::vector<Lane> lanes(static_cast<std::size_t>(load.threads), Lane(driver, session, number));
    auto pause = std::chrono::microseconds(1'000'000LL * load.threads / load.calls_per_second);
    Clock::time_point begin = Clock::now(), end = begin + std::chrono::seconds(load.seconds);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        auto first = begin + pause * static_cast<long>(i) / load.threads;
        threads.emplace_back([&lane = lanes[i], first, pause, end] { lane.run(first, pause, end); });
    }
    for (std::thread& thread : threads)
        thread.join();
    double seconds = std::chrono::duration<double>(Clock::now() - begin).count();

    LoadCosts all;
    for (const Lane& lane : lanes) {
        append(all.start, lane.costs.start);
        append(all.cancel, lane.costs.cancel);
        append(all.poll, lane.costs.poll);
        all.operations.insert(all.operations.end(), lane.costs.operations.begin(), lane.costs.operations.end());
    }
    std::size_t calls = all.start.cpu_ns.size() + all.cancel.cpu_ns.size() + all.poll.cpu_ns.size();
    all.calls_per_second = static_cast<double>(calls) / seconds;
    return all;
}

CallCosts poll_each(const DriverLibrary& driver, std::int32_t session, const std::vector<std::int32_t>& operations,
                    int rounds) {
    CallCosts costs;
    auto status = sized<paydrv_status>();
    for (int round = 0; round < rounds; ++round) {
        for (std::int32_t op : operations) {
            std::int64_t allocations = allocations_of_this_thread();
            std::int64_t wall = wall_ns();  // the CPU clock is a system call and would cost more than what it measures
            std::int32_t result = driver.poll(session, op, 0, 0, &status);
            wall = wall_ns() - wall;
            allocations = allocations_of_this_thread() - allocations;
            costs.wall_ns.push_back(wall);
            costs.allocations.push_back(allocations);
            if (result < 0) ++costs.refused;
        }
    }
    return costs;
}

}  // namespace hostsim::bench
