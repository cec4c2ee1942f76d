#include "office/self_test.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>

#include "office/document.h"

namespace paydrv::office {
namespace {

using engine::Desk;
using money::Answer;

constexpr std::size_t page_rows = 500;

std::string_view word(Level level) {
    constexpr std::array<std::string_view, 4> words = {"good", "unknown", "warning", "bad"};
    return words[static_cast<std::size_t>(level)];
}

/// Operations that stand at UNKNOWN: the ones that people may have to look at.
std::uint64_t in_doubt(Desk& desk) {
    std::uint64_t count = 0;
    std::int64_t after = 0;
    for (;;) {
        const auto page = desk.journal().list(engine::List::unfinished, 0, after, page_rows);
        for (const money::OperationRecord& record : page) {
            if (desk.present(record).state == money::State::unknown) ++count;
        }
        if (page.size() < page_rows) return count;
        after = page.back().row;
    }
}

/// "3 s", "12 min", "5 h", rounded down.
std::string duration(std::int64_t ms) {
    const std::int64_t s = ms / 1'000;
    if (s < 120) return std::to_string(s) + " s";
    if (s < 7'200) return std::to_string(s / 60) + " min";
    return std::to_string(s / 3'600) + " h";
}

std::string mebibytes(std::int64_t bytes) {
    return std::to_string(bytes / 1'048'576) + " MiB";
}

}  // namespace

void SelfTest::answered(const Answer& answer, const OfficeFacts& facts, Desk& desk) {
    done_ = true;
    look_at_configuration(facts);
    look_at_keys(answer, facts);
    look_at_clock(answer, desk);
    look_at_gateway(answer, desk);
    look_at_journal(facts, desk);
    look_at_disk(desk);
}

void SelfTest::add(const char* name, Level level, const std::string& text) {
    Document check;
    check.text("name", name).text("state", word(level)).text("text", text);
    checks_->add(check.value());
    worst_ = std::max(worst_, level);
}

std::string SelfTest::json() const {
    Document document;
    document.text("state", word(worst_)).list("checks", checks_);
    return document.json();
}

void SelfTest::look_at_configuration(const OfficeFacts& facts) {
    std::string text = facts.configuration + ": ";
    text += facts.test_client ? "a test client, no real money moves" : "a live client, real money moves";
    text += "; store " + facts.store + ", terminal " + facts.terminal;
    text += facts.settlement_currency.empty() ? "; settlementCurrency is not set, Alipay takes the contract's"
                                              : "; settled in " + facts.settlement_currency;
    if (facts.payment_notify_url) return add("configuration", Level::good, text);
    add("configuration", Level::warning,
        text + "; paymentNotifyUrl is not set: outcomes come by inquiry alone, a late payment is seen later");
}

void SelfTest::look_at_keys(const Answer& answer, const OfficeFacts& facts) {
    std::string text = "merchant private key: ";
    text += facts.merchant_key_bits == 0 ? "size not known" : "RSA " + std::to_string(facts.merchant_key_bits);
    text += "; Alipay's public key: ";
    for (std::size_t i = 0; i < facts.alipay_key_bits.size(); i++) {
        text += (i == 0 ? "RSA " : " and RSA ") + std::to_string(facts.alipay_key_bits[i]);
    }
    if (facts.alipay_key_bits.empty()) text += "size not known";
    if (facts.alipay_key_bits.size() > 1) text += " (a rotation: take the old one out when it is over)";
    if (answer.verified) {
        return add("keys", Level::good, text + "; both fit: Alipay took our signature, and its own verified");
    }
    if (answer.configuration_fault) return add("keys", Level::bad, text + "; " + answer.problem);
    add("keys", Level::unknown, text + "; whether they fit shows with the first verified answer");
}

void SelfTest::look_at_clock(const Answer& answer, Desk& desk) {
    const std::int64_t now_ms = desk.wall_ms();
    std::int64_t ahead_ms = 0;  // of the till's clock, beyond what the answer's way can explain
    if (answer.verified && answer.response_time_ms != 0) {
        if (answer.response_time_ms > now_ms) ahead_ms = now_ms - answer.response_time_ms;
        if (answer.response_time_ms < asked_wall_ms_) ahead_ms = asked_wall_ms_ - answer.response_time_ms;
    } else if (desk.gateway_ms() != 0) {
        ahead_ms = now_ms - desk.gateway_ms();
    } else {
        return add("clock", Level::unknown, "no verified answer yet to compare the till's clock with");
    }
    const std::int64_t difference_ms = std::abs(ahead_ms);
    const std::string text =
        "the till's clock is " + duration(difference_ms) + (ahead_ms < 0 ? " behind" : " ahead of") + " the gateway's";
    if (difference_ms > clock_bad_ms) {
        return add("clock", Level::bad, text + ": set it; TLS and the business day depend on it");
    }
    if (difference_ms > clock_warning_ms) return add("clock", Level::warning, text + ": set it");
    add("clock", Level::good, text);
}

void SelfTest::look_at_gateway(const Answer& answer, Desk& desk) {
    const std::int64_t took_ms = std::max<std::int64_t>(0, desk.wall_ms() - asked_wall_ms_);
    const std::string after = " after " + std::to_string(took_ms) + " ms";
    if (answer.verified && answer.problem.empty()) {
        return add("reachability", Level::good, "the gateway gave a verified answer" + after);
    }
    if (answer.verified) {
        return add("reachability", Level::warning,
                   "the gateway gave a verified answer" + after + ": " + answer.problem);
    }
    add("reachability", Level::bad,
        "no verified answer of the gateway" + after + (answer.problem.empty() ? "" : ": " + answer.problem));
}

void SelfTest::look_at_journal(const OfficeFacts& facts, Desk& desk) {
    try {
        const engine::Health health = desk.health();
        const std::uint64_t doubtful = in_doubt(desk);
        const std::string text = facts.journal_file + ": " + std::to_string(health.in_doubt) + " under way, " +
                                 std::to_string(doubtful) + " in doubt, " +
                                 std::to_string(desk.journal().unacknowledged()) +
                                 " final but not acknowledged; head of the chain " + desk.journal().head();
        if (!health.journal_good) {
            return add("journal", Level::bad, text + "; the last commit failed: " + desk.journal().problem());
        }
        add("journal", doubtful == 0 ? Level::good : Level::warning, text);
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& e) {
        add("journal", Level::bad, facts.journal_file + " cannot be read: " + e.what());
    }
}

void SelfTest::look_at_disk(Desk& desk) {
    std::int64_t free_bytes = -1;
    try {
        free_bytes = desk.journal().free_bytes();
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& e) {
        return add("disk", Level::unknown, std::string("free space of the journal's disk cannot be told: ") + e.what());
    }
    if (free_bytes < 0) return add("disk", Level::unknown, "free space of the journal's disk cannot be told");
    const std::string text = mebibytes(free_bytes) + " free on the journal's disk";
    if (free_bytes < disk_bad_bytes) {
        return add("disk", Level::bad, text + ", less than " + mebibytes(disk_bad_bytes) + ": make room now");
    }
    if (free_bytes < disk_warning_bytes) {
        return add("disk", Level::warning, text + ", less than " + mebibytes(disk_warning_bytes) + ": make room");
    }
    add("disk", Level::good, text);
}

}  // namespace paydrv::office
