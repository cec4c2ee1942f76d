// The provider's result codes, as the language files name them.
#pragma once

#include <vector>

#include "texts/texts.h"

namespace paydrv::session {

/// Every code of alipay's table with its text_key: those of pay, inquiry and cancel speak of payments, those of refund
/// and its inquiry of refunds. Where two calls know a code, the call that moves money comes first. Views static data.
std::vector<texts::ProviderCode> provider_codes();

}  // namespace paydrv::session
