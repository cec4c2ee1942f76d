#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "till/till.h"

namespace hostsim::till {

/// Understands what the cashier types or the scanner sends, one line at a time, and has the till do it. One thread.
class Cashier {
  public:
    Cashier(Till& till, std::string currency, std::ostream& out);

    /// Follows one line. A line that cannot be followed is answered with a sentence and changes nothing. Throws only
    /// what the till throws when it cannot go on.
    void follow(const std::string& line);

    /// True for the words that are followed at once, also while a payment stands at the counter.
    static bool urgent(const std::string& line);

    bool quit() const { return quit_; }
    std::string prompt() const;

  private:
    friend struct CashierCommands;
    using Words = std::vector<std::string>;

    void pay(const Words& words);
    void scan(const std::string& payment_code);
    void refund(const Words& words);
    void receipt(const Words& words);
    void request(const Words& words, const std::string& line);
    std::uint32_t day(const Words& words, std::size_t index) const;
    std::optional<std::int64_t> amount(const Words& words, std::size_t index) const;

    Till& till_;
    std::string currency_;
    std::ostream& out_;
    std::int64_t amount_minor_ = 0;  // above 0: the next line is a payment code
    bool again_ = false;             // that code is for the last order
    bool quit_ = false;
};

/// The list of commands that `help` shows.
std::string cashier_help();

}  // namespace hostsim::till
