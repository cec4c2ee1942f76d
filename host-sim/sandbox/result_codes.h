#pragma once

#include <string>
#include <string_view>

namespace hostsim::sandbox {

/// The `result` object that every answer begins with (Antom docs, message fundamentals).
struct Result {
    char status = 'U';    ///< S, F or U
    std::string code;     ///< resultCode, at most 64 characters
    std::string message;  ///< resultMessage, at most 256 characters
};

/// A code of the gateway's own table with its usual status and message. A code that is not in the table has the status
/// U.
Result result_of(std::string_view code);

/// PARAM_ILLEGAL with a message that names the field and what is wrong with it.
Result param_illegal(std::string_view field, std::string_view why);

/// True when the gateway's table has this code.
bool knows_result_code(std::string_view code);

}  // namespace hostsim::sandbox
