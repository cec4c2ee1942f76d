// One cell of the matrix of faults: one shop, one till, one phase of a payment or refund in which one thing goes wrong.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "driver_library.h"
#include "shop.h"

namespace faults {

/// What goes wrong, and where. Plain data.
struct Cell {
    std::string api;            // of a rule: pay, inquiryPayment, cancel, refund, inquiryRefund
    std::string fault;          // its name in the sandbox's table
    std::string result_code;    // of the fault "result"
    std::string result_status;  // likewise; empty: the code's usual one
    int times = 1;              // requests that meet it; for_ever: all, until the till has been told of its doubt
    std::int64_t after_ms = 0;  // of faults with a delay
};
inline constexpr int for_ever = 1'000'000;

/// "cancel: answer_lost, 3 times", for messages.
std::string name_of(const Cell& cell);

/// How a cell has ended.
struct Outcome {
    std::string line;                 // of the table in fault_phases.md
    std::vector<std::string> broken;  // the rules that it has broken, in sentences; empty: all hold
    double seconds = 0;
};

/// What must not be found in anything that a driver writes or says (R10).
struct Secret {
    std::string what;
    std::string text;
};

/// A place where cells are played one after the other: a sandbox of its own, and a fresh till (terminal, journal, log)
/// for every cell. One thread, the one that made it.
class Counter {
  public:
    /// `keys`: the state folder of a sandbox whose keys it takes over. `number` tells the payment codes of one counter
    /// from another's.
    Counter(const hostsim::DriverLibrary& driver, const std::filesystem::path& keys, int number);

    /// Plays the cell to its end, at most about a minute.
    Outcome play(const Cell& cell);
    /// Where one of the secrets stands (R10). Empty: nowhere.
    std::vector<std::string> leaks() const;
    /// The places where a text stands: files that a driver has written (logs at level debug, journals with their
    /// write-ahead logs), and "said" for texts, receipts, details, answers and reasons of refusals.
    std::vector<std::string> places_of(const std::string& text) const;

  private:
    std::string next_code();
    std::vector<Secret> secrets() const;

    const hostsim::DriverLibrary& driver_;
    restart::Shop shop_;
    std::filesystem::path tills_;
    int number_;
    int played_ = 0;
    std::vector<std::string> codes_;
    std::string said_;
};

}  // namespace faults
