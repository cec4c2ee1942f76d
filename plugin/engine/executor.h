#pragma once

#include <functional>

namespace paydrv::engine {

/// Seam: who runs the engine's turns, and the jobs that block on the network.
/// In production threads with all signals blocked; in the simulation one thread with virtual time.
class Executor {
  public:
    virtual ~Executor() = default;
    /// Asks for a turn of the engine soon. Any thread; at most one system call; never blocks.
    virtual void wake() noexcept = 0;
    /// Runs a job on a worker. Engine thread; the engine never has more jobs under way than the limit of workers.
    virtual void run(std::function<void()> job) = 0;
};

}  // namespace paydrv::engine
