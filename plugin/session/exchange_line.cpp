#include "session/exchange_line.h"

#include <new>

#include "alipay/problems.h"
#include "money/transaction.h"

namespace paydrv::session {
namespace {

using engine::Call;
using engine::LogLevel;
using engine::Side;
using money::Verdict;

bool finds_nothing_new(const engine::Request& request, const money::Answer& answer) noexcept {
    if (request.call != Call::inquire && request.call != Call::inquire_refund) return false;
    return answer.verified && (answer.verdict == Verdict::open || answer.verdict == Verdict::no_such_payment ||
                               answer.verdict == Verdict::no_such_refund);
}

void append_part(std::string& sentence, const char* name, const std::string& value) {
    if (!value.empty()) sentence.append(name).append(value);
}

}  // namespace

LogLevel level_of(const engine::Request& request, const money::Answer& answer) noexcept {
    if (answer.recalled) return LogLevel::info;
    if (!answer.verified || answer.verdict == Verdict::mismatch) return LogLevel::warning;
    return finds_nothing_new(request, answer) ? LogLevel::debug : LogLevel::info;
}

Side side_of(const money::Answer& answer) noexcept {
    if (answer.configuration_fault) return Side::host;
    if (answer.recalled) return Side::driver;
    if (answer.verdict == Verdict::not_sent) return Side::machine;
    return !answer.verified || answer.verdict == Verdict::mismatch ? Side::gateway : Side::none;
}

std::string exchange_sentence(const engine::Request& request, const money::Answer& answer, std::int64_t took_ms) {
    const money::OperationRecord& record = request.record;
    std::string sentence(alipay::name_of(request.call));
    if (!record.original_reference.empty() && !record.reference.empty()) {
        sentence += " of " + std::to_string(record.original_business_day) + "/" + record.original_reference;
    }
    sentence.append(": ").append(answer.recalled ? "taken back before its first byte" : money::name(answer.verdict));
    append_part(sentence, ", code ", answer.code);
    append_part(sentence, ", payment ", answer.payment_id);
    sentence += ", " + std::to_string(took_ms) + " ms";
    append_part(sentence, ", trace ", answer.trace);
    append_part(sentence, "; ", answer.problem);
    return sentence;
}

void tell_exchange(engine::Log& log, const engine::Request& request, const money::Answer& answer,
                   std::int64_t took_ms) noexcept {
    const LogLevel level = level_of(request, answer);
    if (!log.keeps(level)) return;
    try {
        const std::string sentence = exchange_sentence(request, answer, took_ms);
        // The driver's own refund has no reference; it belongs to the payment's story.
        const money::OperationRecord& record = request.record;
        const bool own_name = !record.reference.empty();
        engine::LogLine line;
        line.level = level;
        line.side = side_of(answer);
        line.reference = own_name ? record.reference : record.original_reference;
        line.business_day = own_name ? record.business_day : record.original_business_day;
        line.what = sentence;
        log.write(line);
    } catch (const std::bad_alloc&) {
        engine::LogLine line;
        line.level = LogLevel::warning;
        line.side = Side::machine;
        line.what = "no memory left to tell of an exchange";
        log.write(line);
    }
}

}  // namespace paydrv::session
