// Receipts, details and answers of requests: made by the engine at the first asking, read by host threads.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "engine/scribe.h"

namespace paydrv::engine {

/// The newest papers, one short lock around pointers. Any thread; find allocates nothing.
class Papers {
  public:
    static constexpr std::size_t max_papers = 256;   // receipts and details: made again if they are asked for later
    static constexpr std::size_t max_answers = 256;  // of requests: the oldest is forgotten

    /// The paper of this operation at this revision; nullptr: not made, or forgotten.
    std::shared_ptr<const std::string> find(std::int32_t op, Paper paper, std::uint32_t revision) const;
    /// The answer of a request, whatever its revision.
    std::shared_ptr<const std::string> find_answer(std::int32_t op) const;

    void put(std::int32_t op, Paper paper, std::uint32_t revision, std::string text);
    void put_answer(std::int32_t op, std::string text);

  private:
    struct Sheet {
        std::int32_t op = 0;
        Paper paper = Paper::detail;
        std::uint32_t revision = 0;
        std::shared_ptr<const std::string> text;
    };
    mutable std::mutex mutex_;
    std::deque<Sheet> sheets_;
    std::deque<Sheet> answers_;
};

}  // namespace paydrv::engine
