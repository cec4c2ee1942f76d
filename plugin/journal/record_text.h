// An operation as the journal writes it: one canonical text, the same in the row of the present and in its events.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "money/operation.h"

namespace paydrv::journal {

/// One line "name=value\n" a field, in the order of OperationRecord. Numbers and enums in decimal; in text, backslash,
/// newline and NUL are written \\ \n \0. A field that is 0, false or empty is not written, so that a field added by a
/// later release reads as zero from an older journal. Equal records give equal bytes. Pure.
std::string to_text(const money::OperationRecord& record);

/// The record that to_text wrote, or nothing if this is not such a text.
std::optional<money::OperationRecord> from_text(std::string_view text);

}  // namespace paydrv::journal
