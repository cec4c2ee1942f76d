#pragma once

#include <string>

#include "money/operation.h"
#include "office/document.h"

namespace paydrv::office {

/// The whole record as a JSON object (requests.schema.json, detail): every field under its own name but code_hash,
/// words of the contract, amounts in minor units, times as ms since 1970 and as ISO 8601 UTC. No secret stands in a
/// record (R10). `linked`: the operation that record.linked_row names; nullptr: none. The `detail` part of
/// engine::Scribe. Any thread.
std::string detail(const money::OperationRecord& record, const money::OperationRecord* linked);

/// Where an operation stands: state, reason, next_action, is_final.
void put_standing(Document& document, const money::OperationRecord& record);

}  // namespace paydrv::office
