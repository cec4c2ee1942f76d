#include "fault_words.h"

#include <Poco/JSON/Parser.h>

#include <array>

#include "fault_cell.h"
#include "paydrv.h"

namespace faults {
namespace {

struct Word {
    std::uint32_t value;
    const char* word;
};

template <std::size_t N>
std::string word_of(const std::array<Word, N>& words, std::uint32_t value) {
    for (const Word& word : words) {
        if (word.value == value) return word.word;
    }
    return std::to_string(value);
}

}  // namespace

std::string state_word(std::uint32_t state) {
    return word_of(
        std::array{Word{PAYDRV_STATE_IN_PROGRESS, "IN_PROGRESS"},
                   Word{PAYDRV_STATE_WAITING_CUSTOMER, "WAITING_CUSTOMER"}, Word{PAYDRV_STATE_CANCELLING, "CANCELLING"},
                   Word{PAYDRV_STATE_UNKNOWN, "UNKNOWN"}, Word{PAYDRV_STATE_SUCCEEDED, "SUCCEEDED"},
                   Word{PAYDRV_STATE_DECLINED, "DECLINED"}, Word{PAYDRV_STATE_CANCELLED, "CANCELLED"}},
        state);
}

std::string reason_word(std::uint32_t reason) {
    return word_of(
        std::array{Word{0, ""}, Word{PAYDRV_REASON_EXPIRY, "EXPIRY"}, Word{PAYDRV_REASON_CASHIER, "CASHIER"},
                   Word{PAYDRV_REASON_CUSTOMER, "CUSTOMER"}, Word{PAYDRV_REASON_DECLINE, "DECLINE"},
                   Word{PAYDRV_REASON_NOT_SENT, "NOT_SENT"}, Word{PAYDRV_REASON_NOT_READY, "NOT_READY"},
                   Word{PAYDRV_REASON_JOURNAL, "JOURNAL"}, Word{PAYDRV_REASON_DETAILS, "DETAILS"},
                   Word{PAYDRV_REASON_REFERENCE_USED, "REFERENCE_USED"}, Word{PAYDRV_REASON_OUTSIDE, "OUTSIDE"},
                   Word{PAYDRV_REASON_DRIVER_STALLED, "DRIVER_STALLED"}, Word{PAYDRV_REASON_MANUAL, "MANUAL"},
                   Word{PAYDRV_REASON_MISMATCH, "MISMATCH"}, Word{PAYDRV_REASON_NOT_UNDONE, "NOT_UNDONE"},
                   Word{PAYDRV_REASON_ORIGINAL, "ORIGINAL"}, Word{PAYDRV_REASON_REFUND_LEFT, "REFUND_LEFT"}},
        reason);
}

std::string action_word(std::uint32_t next_action) {
    return word_of(
        std::array{Word{PAYDRV_ACTION_NOTHING, "NOTHING"}, Word{PAYDRV_ACTION_WAIT, "WAIT"},
                   Word{PAYDRV_ACTION_SHOW_CODE, "SHOW_CODE"}, Word{PAYDRV_ACTION_RESCAN, "RESCAN"},
                   Word{PAYDRV_ACTION_NEW_ATTEMPT, "NEW_ATTEMPT"}, Word{PAYDRV_ACTION_OTHER_METHOD, "OTHER_METHOD"},
                   Word{PAYDRV_ACTION_SETTLE_LATER, "SETTLE_LATER"}, Word{PAYDRV_ACTION_CALL_SUPPORT, "CALL_SUPPORT"}},
        next_action);
}

std::string times_word(int times) {
    if (times == for_ever) return "for ever";
    return times == 1 ? "once" : std::to_string(times) + " times";
}

Poco::JSON::Object::Ptr parse(const std::string& json) {
    Poco::JSON::Parser parser;
    return parser.parse(json).extract<Poco::JSON::Object::Ptr>();
}

}  // namespace faults
