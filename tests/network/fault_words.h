// The words of paydrv.h for the table and for messages.
#pragma once

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <string>

namespace faults {

std::string state_word(std::uint32_t state);
std::string reason_word(std::uint32_t reason);
std::string action_word(std::uint32_t next_action);
/// "once", "3 times", "for ever".
std::string times_word(int times);
/// Throws unless the text is a JSON object.
Poco::JSON::Object::Ptr parse(const std::string& json);

}  // namespace faults
