#pragma once

#include <string>
#include <vector>

namespace paydrv::office {

/// What the back office has to know of a session and the engine does not tell. Plain data without a secret; fixed for
/// the session's life.
struct OfficeFacts {
    std::string configuration;         // the file's name, or "the inline configuration"
    std::string store;                 // referenceStoreId: part of every operation's name
    std::string terminal;              // storeTerminalId, where a request names none
    bool test_client = false;          // no real money moves
    bool payment_notify_url = false;   // paymentNotifyUrl is configured
    std::string settlement_currency;   // settlementCurrency; empty: not configured
    int merchant_key_bits = 0;         // of the private key; 0: not known
    std::vector<int> alipay_key_bits;  // one key, or two during a rotation
    std::string journal_file;
};

}  // namespace paydrv::office
