// Alipay's result codes and what each means for money: one table, and nowhere else.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/gateway.h"
#include "money/answer.h"

namespace paydrv::alipay {

/// result.resultStatus. Letters that we do not know count as unknown.
enum class ResultStatus : char { success = 'S', failure = 'F', unknown = 'U' };

/// One row. Static data.
struct ResultCode {
    engine::Call call;  // which request was answered
    std::string_view code;
    ResultStatus status;
    money::Verdict verdict;    // what a verified answer with this code and status means; unknown: concludes nothing
    bool proves_not_executed;  // R18: the code itself says that payer, amount, code, contract or request was refused
                               // before execution. Of a pay or refund exactly the rows with nothing_taken
    money::Reason reason;      // for nothing_taken, and for an inquiry's FAIL with this paymentResultCode
    money::NextAction next_action;  // likewise
    std::string_view text_key;      // names the cashier's and customer's text in texts/
    std::string_view source;        // "Antom docs, pay" ...
};

/// The row of a code in answers to this call; nullptr if we do not know it (then it concludes nothing).
const ResultCode* find_result_code(engine::Call call, std::string_view code);

/// All rows, for tests and documents.
std::span<const ResultCode> result_codes();

}  // namespace paydrv::alipay
