// How a failing test prints what a payment shows.
#pragma once

#include <ostream>

#include "money/transaction.h"
#include "money/words.h"

namespace paydrv::money {

inline void PrintTo(const Shown& shown, std::ostream* out) {
    *out << word(shown.state) << ", " << word(shown.reason) << ", " << word(shown.next_action);
}
inline void PrintTo(Phase phase, std::ostream* out) {
    *out << name(phase);
}

}  // namespace paydrv::money
