// The machine as a simulation has it: time that moves only when told, threads that are not there, numbers from a seed.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>

#include "engine/clock.h"
#include "engine/executor.h"
#include "engine/random.h"

namespace paydrv::simulated {

class Clock final : public engine::Clock {
  public:
    std::int64_t monotonic_ms() const noexcept override { return now_ms; }
    std::int64_t wall_ms() const noexcept override { return wall_start_ms + now_ms; }

    std::int64_t now_ms = 1'000'000;
    std::int64_t wall_start_ms = 1'785'585'600'000;  // the till's clock; 2026-08-01
};

/// Records that a turn is wanted. Runs nothing by itself.
class Executor final : public engine::Executor {
  public:
    void wake() noexcept override { woken = true; }
    void run(std::function<void()>) override { throw std::logic_error("the simulated gateway needs no workers"); }

    bool woken = false;
};

class Random final : public engine::Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() override {  // splitmix64
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31U);
    }
    std::int64_t below(std::int64_t limit) {
        return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(limit));
    }
    bool chance(int percent) { return below(100) < percent; }

  private:
    std::uint64_t state_;
};

}  // namespace paydrv::simulated
