#include "engine/papers.h"

#include <utility>

namespace paydrv::engine {

std::shared_ptr<const std::string> Papers::find(std::int32_t op, Paper paper, std::uint32_t revision) const {
    const std::lock_guard lock(mutex_);
    for (const Sheet& sheet : sheets_) {
        if (sheet.op == op && sheet.paper == paper && sheet.revision == revision) return sheet.text;
    }
    return nullptr;
}

std::shared_ptr<const std::string> Papers::find_answer(std::int32_t op) const {
    const std::lock_guard lock(mutex_);
    for (const Sheet& sheet : answers_) {
        if (sheet.op == op) return sheet.text;
    }
    return nullptr;
}

void Papers::put(std::int32_t op, Paper paper, std::uint32_t revision, std::string text) {
    Sheet sheet{op, paper, revision, std::make_shared<const std::string>(std::move(text))};
    const std::lock_guard lock(mutex_);
    if (sheets_.size() == max_papers) sheets_.pop_front();
    sheets_.push_back(std::move(sheet));
}

void Papers::put_answer(std::int32_t op, std::string text) {
    Sheet sheet{op, Paper::detail, 0, std::make_shared<const std::string>(std::move(text))};
    const std::lock_guard lock(mutex_);
    if (answers_.size() == max_answers) answers_.pop_front();
    answers_.push_back(std::move(sheet));
}

}  // namespace paydrv::engine
