#include "boundary/refusals.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "boundary/results.h"
#include "boundary/sessions.h"
#include "engine/log.h"

namespace paydrv::boundary {
namespace {

using engine::LogLevel;
using engine::Side;

struct Weight {
    LogLevel level;
    Side side;
};

Weight weight_of(const Call& call, std::int32_t result) noexcept {
    switch (result) {
        case PAYDRV_E_BUFFER:  // how a host asks for the size of a text
        case PAYDRV_E_STALE:   // how it learns that a status has moved on
            return {LogLevel::debug, Side::none};
        case PAYDRV_E_IN_DOUBT: return {LogLevel::info, Side::none};
        case PAYDRV_E_NOT_FOUND:
            // To find tells that the journal does not know a name; elsewhere an id was never given.
            return call.function == std::string_view("paydrv_find") ? Weight{LogLevel::info, Side::none}
                                                                    : Weight{LogLevel::warning, Side::host};
        case PAYDRV_E_BUSY:
        case PAYDRV_E_JOURNAL:
        case PAYDRV_E_STALLED: return {LogLevel::warning, Side::machine};
        case PAYDRV_E_INTERNAL: return {LogLevel::error, Side::driver};
        default: return {LogLevel::warning, Side::host};
    }
}

std::size_t print(std::array<char, 640>& out, const Call& call, std::int32_t result, const Problem& problem) noexcept {
    const std::string_view name = name_of(result);
    const bool field = !problem.field().empty();
    const bool text = !problem.text().empty();
    const int length = std::snprintf(
        out.data(), out.size(), "%s refused, %.*s%s%s%s%s", call.function, static_cast<int>(name.size()), name.data(),
        field ? ", " : "", field ? problem.field().data() : "", text ? ": " : "", text ? problem.text().data() : "");
    return static_cast<std::size_t>(std::clamp(length, 0, static_cast<int>(out.size()) - 1));
}

}  // namespace

void tell_refusal(const Call& call, std::int32_t result, const Problem& problem) noexcept {
    if (call.quiet) return;
    Sessions::Pin pin;
    sessions().pin(call.session, pin);
    const bool own = pin.inside();
    if (!own && !sessions().pin_any(pin)) return;
    const Weight weight = weight_of(call, result);
    engine::Log& log = pin.session().host_log();
    if (!log.keeps(weight.level)) return;

    std::array<char, 640> sentence;
    engine::LogLine line;
    line.level = weight.level;
    line.side = weight.side;
    line.what = {sentence.data(), print(sentence, call, result, problem)};
    line.op = problem.op() != 0 ? problem.op() : call.op;
    line.reference = problem.reference();
    line.business_day = problem.business_day();
    engine::View view;
    if (own && line.reference.empty() && pin.session().snapshot().read(line.op, view)) {
        line.reference = engine::text_of(view.reference);
        line.business_day = view.business_day;
    }
    log.write(line);
}

}  // namespace paydrv::boundary
