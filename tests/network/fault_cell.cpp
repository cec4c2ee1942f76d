#include "fault_cell.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "fault_books.h"
#include "fault_till.h"
#include "fault_words.h"
#include "sandbox/answers.h"

namespace faults {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t phase_limit_ms = 30'000;
constexpr std::int64_t end_limit_ms = 60'000;
constexpr std::int64_t told_limit_ms = 6'000;
constexpr std::size_t shortest_key_line = 32;

// The shape of the real schedule in short times. The pay's own inquiries end soon, those of the other phases do not.
const std::string schedule =
    R"("inquireAfterSentMs":500,"inquireAfterUnknownMs":300,"inquiryIntervalMs":500,"awaitingIntervalMs":500,)"
    R"("expiryMarginS":1,"cancelAgainMs":[500,500],"cancelIntervalMs":500,"cancelSlowIntervalS":1,"deadlineMs":3000,)"
    R"("inquiryDeadlineMs":2000,"trafficAgainMs":[500],"settleLaterAfterMs":1500,"unknownAfterS":4)";

std::string schedule_of(const Cell& cell) {
    if (cell.api == "pay") return schedule + R"(,"paymentExpiryS":9,"inquiryCount":9)";
    const bool looks_late = cell.api == "cancel";  // which waits for the expiry
    return schedule + R"(,"inquiryCount":60,"paymentExpiryS":)" + (looks_late ? "12" : "20");
}

std::string rule_of(const Cell& cell) {
    Poco::JSON::Object rule;
    rule.set("api", cell.api);
    rule.set("fault", cell.fault);
    rule.set("times", cell.times);
    if (cell.after_ms != 0) rule.set("after_s", static_cast<double>(cell.after_ms) / 1'000);
    if (!cell.result_code.empty()) rule.set("resultCode", cell.result_code);
    if (!cell.result_status.empty()) rule.set("resultStatus", cell.result_status);
    std::ostringstream text;
    rule.stringify(text);
    return text.str();
}

// What the till asks for, and what becomes of it.
struct Deeds {
    std::int32_t payment = 0;
    std::int32_t refund = 0;  // the one in question; 0: none
};

// Brings the till to the phase in which the cell's fault waits.
Deeds begin(const Cell& cell, Till& till, const restart::Shop& shop, const std::string& code) {
    const auto meet = [&] { shop.admin("POST", "/faults", rule_of(cell)); };
    Deeds deeds;
    if (cell.api == "inquiryPayment") shop.add_fault("pay", "answer_lost", 1);
    if (cell.api == "cancel") shop.add_fault("pay", "never_confirms", 1);
    if (cell.api == "pay" || cell.api == "inquiryPayment") meet();
    deeds.payment = till.start(code);
    if (cell.api == "pay" || cell.api == "inquiryPayment") return deeds;
    if (cell.api == "cancel") {
        till.wait(deeds.payment, phase_limit_ms,
                  [](const paydrv_status& s) { return s.state == PAYDRV_STATE_WAITING_CUSTOMER; });
        meet();
        till.cancel(deeds.payment);
        return deeds;
    }
    const auto paid = [](const paydrv_status& s) { return s.state == PAYDRV_STATE_SUCCEEDED; };
    till.wait(deeds.payment, phase_limit_ms, paid);
    till.wait(till.refund(earlier_refund, earlier_refund_minor), phase_limit_ms, paid);
    if (cell.api == "inquiryRefund") {
        // One that never arrived is what "no such refund" can be said of.
        shop.add_fault("refund", cell.fault == "no_such_refund" ? "reset_before_booking" : "answer_lost", 1);
    }
    meet();
    deeds.refund = till.refund(refund_in_question, refund_minor);
    return deeds;
}

int times_met(const Cell& cell, const restart::Shop& shop) {
    const auto rules = parse(shop.admin("GET", "/faults", ""))->getArray("rules");
    for (unsigned i = 0; i < rules->size(); i++) {
        const auto rule = rules->getObject(i);
        const bool same =
            rule->getValue<std::string>("api") == cell.api && rule->getValue<std::string>("fault") == cell.fault;
        if (same) return cell.times - rule->getValue<int>("times");
    }
    return cell.times;
}

bool calls_people(const paydrv_status& status) {
    return status.is_final != 0 || status.next_action == PAYDRV_ACTION_CALL_SUPPORT;
}

// Until the operation is final, or people are called, or the gateway itself will never end it.
paydrv_status follow(const Cell& cell, Till& till, std::int32_t op, const restart::Shop& shop) {
    if (cell.times == for_ever) {
        till.wait_at_most(op, told_limit_ms,
                          [](const paydrv_status& s) { return calls_people(s) || s.state == PAYDRV_STATE_UNKNOWN; });
        if (times_met(cell, shop) == 0) throw std::runtime_error("the fault was never met");
        shop.clear_faults();
    }
    const bool never_ends = cell.fault == "refund_never_ends";
    return till.wait(op, end_limit_ms, [&](const paydrv_status& s) {
        return calls_people(s) || (never_ends && s.next_action == PAYDRV_ACTION_SETTLE_LATER);
    });
}

std::string file_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

std::string name_of(const Cell& cell) {
    return cell.api + ": " + cell.fault +
           (cell.result_code.empty() ? "" : " " + cell.result_status + cell.result_code) + ", " +
           times_word(cell.times);
}

Counter::Counter(const hostsim::DriverLibrary& driver, const fs::path& keys, int number)
    : driver_(driver), shop_(keys), tills_(shop_.folder() / "tills"), number_(number) {
    fs::create_directory(tills_);
}

std::string Counter::next_code() {
    std::string tail = std::to_string(number_ * 1'000 + played_);
    codes_.push_back("287391826405" + std::string(6 - tail.size(), '0') + tail);
    return codes_.back();
}

Outcome Counter::play(const Cell& cell) {
    const auto began = Clock::now();
    const std::string name = std::to_string(++played_);
    shop_.clear_faults();
    Till till(driver_, shop_, tills_ / name, "T" + name, schedule_of(cell));
    till.wait_for_gate();
    const restart::Booked before = shop_.booked();
    const Deeds deeds = begin(cell, till, shop_, next_code());
    const std::int32_t op = deeds.refund != 0 ? deeds.refund : deeds.payment;
    Ending ending;
    ending.cell = cell;
    ending.seen = follow(cell, till, op, shop_);
    ending.met = cell.times == for_ever ? 1 : times_met(cell, shop_);
    if (turns_up_late(shop_, till.terminal())) {
        ending.linked = till.wait_for_link(deeds.payment, end_limit_ms);
    }
    ending.payment = till.poll(deeds.payment);
    if (deeds.refund != 0) ending.seen = till.poll(deeds.refund);
    ending.pays = shop_.booked().pays - before.pays;
    ending.totals = till.day_totals();
    Outcome outcome = judge(ending, read_books(shop_, till.terminal()));
    said_ += till.everything_said();
    said_ += '\n';
    outcome.seconds = std::chrono::duration<double>(Clock::now() - began).count();
    return outcome;
}

std::vector<Secret> Counter::secrets() const {
    std::vector<Secret> secrets;
    for (const std::string& code : codes_)
        secrets.push_back({"a payment code", code});
    for (const char* key : {"merchant_private_key.pem", "alipay_private_key.pem", "server_private_key.pem"}) {
        std::ifstream in(shop_.folder() / "state" / key);
        for (std::string line; std::getline(in, line);) {
            if (line.size() >= shortest_key_line && line.find("-----") == std::string::npos) {
                secrets.push_back({key, line});
            }
        }
    }
    for (const char* wallet : {"ALIPAYCN", "ALIPAYHK", "KAKAOPAY"}) {
        secrets.push_back({"a pspCustomerId", std::string(hostsim::sandbox::wallet_named(wallet)->customer_id)});
    }
    return secrets;
}

std::vector<std::string> Counter::leaks() const {
    std::vector<std::string> found;
    for (const Secret& secret : secrets()) {
        for (const std::string& place : places_of(secret.text))
            found.push_back(secret.what + " stands in " + place);
    }
    return found;
}

std::vector<std::string> Counter::places_of(const std::string& text) const {
    std::vector<std::string> places;
    for (const auto& entry : fs::directory_iterator(tills_)) {
        if (entry.is_regular_file() && file_text(entry.path()).find(text) != std::string::npos) {
            places.push_back(entry.path().filename().string());
        }
    }
    if (said_.find(text) != std::string::npos) places.push_back("said");
    return places;
}

}  // namespace faults
