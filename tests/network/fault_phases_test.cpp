// Every fault of the sandbox in every phase of a payment and a refund: does the driver tell the truth, is nobody
// charged or refunded twice, and do the three books agree?
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <ostream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "fault_cell.h"
#include "fault_words.h"
#include "sandbox/faults.h"

namespace faults {
namespace {

namespace fs = std::filesystem;

constexpr const char* known_text = "P-1";  // the payment's reference
constexpr std::size_t counters = 28;       // cells mostly wait
constexpr std::int64_t short_delay_ms = 1'500;
constexpr std::int64_t past_deadline_ms = 4'000;
constexpr std::int64_t past_schedule_ms = 7'000;  // after the pay's last inquiry, before its expiry

// The codes that the fault "result" answers with: business refusals, codes of gateway and permission, codes that no
// table knows, and a success that carries nothing.
struct Result {
    const char* status;
    const char* code;
};
constexpr Result results[] = {{"", "PROCESS_FAIL"},      {"", "SYSTEM_ERROR"},        {"", "ACCESS_DENIED"},
                              {"", "ORDER_NOT_EXIST"},   {"", "PARAM_ILLEGAL"},       {"", "REPEAT_REQ_INCONSISTENT"},
                              {"", "UNKNOWN_EXCEPTION"}, {"F", "A_CODE_OF_TOMORROW"}, {"U", "A_CODE_OF_TOMORROW"},
                              {"S", "SUCCESS"}};

std::int64_t delay_of(const hostsim::sandbox::FaultRow& row, const std::string& api) {
    using hostsim::sandbox::Fault;
    if (row.after_ms == 0 || (row.fault == Fault::kPaidAfterCancel && api == "pay")) return 0;
    if (row.fault == Fault::kLateAnswer) return past_deadline_ms;
    return row.fault == Fault::kArrivesLate ? past_schedule_ms : short_delay_ms;
}

// Every fault that the sandbox takes as a rule on this API, read from the sandbox itself.
std::vector<Cell> cells_of(const std::string& api, const std::vector<int>& all_times) {
    std::vector<Cell> cells;
    for (const auto& row : hostsim::sandbox::fault_table()) {
        if (!hostsim::sandbox::has_word(row.apis, api)) continue;
        for (const int times : all_times) {
            // A pay is repeated only after "too much traffic": no other fault could meet it a second time.
            if (api == "pay" && times != 1 && row.fault != hostsim::sandbox::Fault::kTrafficLimit) continue;
            Cell cell{api, std::string(row.name), "", "", times, delay_of(row, api)};
            if (row.fault != hostsim::sandbox::Fault::kResult) {
                cells.push_back(cell);
                continue;
            }
            for (const Result& result : results) {
                cell.result_status = result.status;
                cell.result_code = result.code;
                cells.push_back(cell);
            }
        }
    }
    return cells;
}

// Plays all cells, many at a time. The outcomes are in the order of the cells.
class Play {
  public:
    explicit Play(std::vector<Cell> cells)
        : driver_(hostsim::load_driver(PAYDRV_DRIVER)), cells_(std::move(cells)), outcomes_(cells_.size()) {
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < std::min(counters, cells_.size()); i++) {
            threads.emplace_back([this, i] { run(static_cast<int>(i)); });
        }
        for (std::thread& thread : threads)
            thread.join();
    }
    const std::vector<Outcome>& outcomes() const { return outcomes_; }
    const std::vector<std::string>& leaks() const { return leaks_; }
    /// How many places hold a text that must be there, by the ending of their names.
    const std::map<std::string, int>& searched() const { return searched_; }

  private:
    void run(int number) {
        try {
            Counter counter(driver_, first_.folder() / "state", number);
            for (std::size_t i = next_++; i < cells_.size(); i = next_++) {
                outcomes_[i] = play(counter, cells_[i]);
            }
            const auto found = counter.leaks();
            const std::lock_guard lock(mutex_);
            leaks_.insert(leaks_.end(), found.begin(), found.end());
            for (const std::string& place : counter.places_of(known_text))
                searched_[fs::path(place).extension()]++;
        } catch (const std::exception& error) {
            const std::lock_guard lock(mutex_);
            ADD_FAILURE() << "counter " << number << ": " << error.what();
        }
    }
    static Outcome play(Counter& counter, const Cell& cell) {
        try {
            return counter.play(cell);
        } catch (const std::exception& error) {
            return {"| " + name_of(cell) + " | not played |", {error.what()}, 0};
        }
    }

    hostsim::DriverLibrary driver_;
    restart::Shop first_;  // its keys are everybody's
    std::vector<Cell> cells_;
    std::vector<Outcome> outcomes_;
    std::atomic<std::size_t> next_{0};
    std::mutex mutex_;
    std::vector<std::string> leaks_;
    std::map<std::string, int> searched_;
};

constexpr const char* head =
    "| api | fault | met | state | reason | next action | pays | refunds | charged | given back | linked |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|\n";

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
    const auto from = text.find(begin);
    const auto to = text.find(end);
    if (from == std::string::npos || to == std::string::npos || to < from) return "";
    return text.substr(from + begin.size(), to - from - begin.size());
}

std::string page_text() {
    std::ifstream in(PAYDRV_FAULT_PHASES);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Compares with the part of fault_phases.md between the two marks, or with PAYDRV_RENEW_FAULT_PHASES set, writes it.
void compare_with_page(const std::string& part, const std::string& table) {
    const std::string begin = "<!-- " + part + ": begin -->\n";
    const std::string end = "<!-- " + part + ": end -->\n";
    std::string page = page_text();
    const std::string written = between(page, begin, end);
    if (std::getenv("PAYDRV_RENEW_FAULT_PHASES") == nullptr) {
        std::istringstream ours(table), theirs(written);
        std::vector<std::string> made, known;
        for (std::string line; std::getline(ours, line);)
            made.push_back(line);
        for (std::string line; std::getline(theirs, line);)
            known.push_back(line);
        for (const std::string& line : made)
            EXPECT_EQ(std::count(known.begin(), known.end(), line), 1) << "not in fault_phases.md: " << line;
        for (const std::string& line : known)
            EXPECT_EQ(std::count(made.begin(), made.end(), line), 1) << "only in fault_phases.md: " << line;
        EXPECT_EQ(made.size(), known.size());
        return;
    }
    const auto from = page.find(begin);
    ASSERT_NE(from, std::string::npos) << "fault_phases.md has no " << begin;
    page.replace(from + begin.size(), written.size(), table);
    std::ofstream(PAYDRV_FAULT_PHASES) << page;
}

void play_and_judge(const std::string& part, const std::vector<Cell>& cells) {
    const Play play(cells);
    std::string table = head;
    double longest = 0;
    for (std::size_t i = 0; i < cells.size(); i++) {
        const Outcome& outcome = play.outcomes()[i];
        table += outcome.line + "\n";
        longest = std::max(longest, outcome.seconds);
        for (const std::string& rule : outcome.broken) {
            ADD_FAILURE() << name_of(cells[i]) << ": " << rule << "\n" << outcome.line;
        }
    }
    std::cout << table << cells.size() << " cells, the longest took " << longest << " s\n";
    for (const std::string& leak : play.leaks())
        ADD_FAILURE() << "R10: " << leak;
    const auto searched = [&](const char* ending) {
        const auto found = play.searched().find(ending);
        return found == play.searched().end() ? std::size_t{0} : static_cast<std::size_t>(found->second);
    };
    EXPECT_EQ(searched(".log"), cells.size()) << "R10: every till has a log, and it was searched";
    EXPECT_GE(searched(".sqlite") + searched(".sqlite-wal"), cells.size()) << "R10: and so has every journal";
    EXPECT_GT(searched(""), 0U) << "R10: and what the drivers have said";
    compare_with_page(part, table);
}

class FaultPhases : public testing::TestWithParam<std::string> {};

// The same requests meet the fault once, or three times in a row.
TEST_P(FaultPhases, EndRight) {
    play_and_judge(GetParam(), cells_of(GetParam(), {1, 3}));
}

// All of them meet it, until the driver has told of its doubt; then the gateway is well again.
TEST_P(FaultPhases, EndRightOnceTheFaultIsGone) {
    play_and_judge(GetParam() + ", for ever", cells_of(GetParam(), {for_ever}));
}

std::vector<std::string> every_api() {
    std::istringstream words{std::string(hostsim::sandbox::kEveryApi)};
    std::vector<std::string> apis;
    for (std::string api; words >> api;)
        apis.push_back(api);
    return apis;
}

INSTANTIATE_TEST_SUITE_P(Apis, FaultPhases, testing::ValuesIn(every_api()),
                         [](const testing::TestParamInfo<std::string>& api) { return api.param; });

}  // namespace
}  // namespace faults
