// The lines of a receipt.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "money/operation.h"
#include "texts/texts.h"

namespace paydrv::texts {

inline constexpr std::size_t receipt_columns = 40;

enum class Copy : std::uint8_t { merchant, customer };

/// What kind of paper an operation has. none: no money of it has moved, or what became of it is not known yet.
enum class Slip : std::uint8_t { none, payment, refund, cancelled };

/// What a receipt needs to know of the shop. Plain data.
struct ShopNames {
    std::string merchant;                                     // merchantName
    std::string store;                                        // storeName
    std::map<std::string, int, std::less<>> currency_digits;  // ISO 4217 code -> digits of the minor unit
    int utc_offset_minutes = 0;                               // of the store's local time when the money moved
};

/// What a receipt tells. Plain data; empty texts and zeroes are left out of the paper. Amounts in minor units, times in
/// ms since 1970 UTC. Nothing in it is secret (R10): the customer's id is the one that the wallet has masked.
struct ReceiptFacts {
    Slip slip = Slip::none;
    bool reprint = false;
    std::string merchant;
    std::string store;
    std::string terminal;
    std::string operator_id;
    std::string order_reference;
    std::string reference;
    std::uint32_t business_day = 0;  // yyyymmdd
    std::int64_t time_ms = 0;        // paymentTime or refundTime, else when the till began it
    int utc_offset_minutes = 0;
    std::int64_t amount_minor = 0;
    std::string currency;
    std::optional<int> currency_digits;  // nothing: not known; the amount is printed in minor units and says so
    std::int64_t refunded_minor = 0;     // of a payment: given back since
    std::int64_t given_back_minor = 0;   // of a cancelled one
    std::string wallet;
    std::string customer;  // displayCustomerId
    std::string payment_id;
    std::string refund_id;
    std::string description;         // what was bought; of a refund its reason
    std::string settled_by;          // R19
    std::string original_reference;  // of a refund: the payment that it gives back from
    std::string original_terminal;
    std::uint32_t original_business_day = 0;
    std::int64_t original_amount_minor = 0;
};

/// What the receipt of an operation tells. `linked`: the operation that record.linked_row names, nullptr: none; of a
/// refund the payment, which completes what the record does not know. slip is none but for SUCCEEDED payments, found
/// payments and refunds, and for CANCELLED ones whose money had been taken (a void slip): a paymentTime is known or the
/// driver gave it back. reprint: the host has acknowledged it.
ReceiptFacts facts_of(const money::OperationRecord& record, const money::OperationRecord* linked,
                      const ShopNames& shop);

/// The receipt: lines of at most receipt_columns columns, LF between, none at the end, UTF-8, in the language of
/// `texts`, which also say whether it is marked TEST. Long values go on in further lines and are never cut; control
/// characters in values read as blanks. Shows the Alipay+ brand and the amount. Empty: slip none. Any thread.
/// Source: Alipay+ docs, standard output of acceptance (brand and amount).
std::string receipt(const ReceiptFacts& facts, Copy copy, const Texts& texts);

/// An amount of minor units as people write it: 1250 with 2 digits "12.50", with 0 "1250". digits 0 to 18. Exact.
std::string amount_text(std::int64_t amount_minor, int digits);

}  // namespace paydrv::texts
