#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hostsim::sandbox {

/// What a wallet holds of each currency at first, in minor units.
constexpr std::int64_t kOpeningBalance = 1'000'000'000'000'000;

/// How often each API was asked about one payment (or, in the totals, altogether).
struct RequestCounts {
    std::int64_t pay = 0, inquiry = 0, cancel = 0, refund = 0, inquiry_refund = 0;
};

/// One payment as the gateway knows it. Plain data; times are milliseconds since 1970, 0 when they have not come.
struct Payment {
    std::string payment_request_id, payment_id;
    std::string currency, value;  ///< minor units as digits, as Alipay writes them
    std::string method_hash;      ///< SHA-256 of paymentMethodId in hex: the code itself is not kept
    std::string reference_order_id, reference_merchant_id, reference_store_id, store_terminal_id;
    std::string status = "PROCESSING";  ///< paymentStatus: SUCCESS, FAIL, PROCESSING, CANCELLED
    std::string result_code = "PAYMENT_IN_PROCESS";
    std::string customer;  ///< pspCustomerId of the wallet that pays
    std::string fault;     ///< name of the fault that it met, or empty
    std::int64_t create_ms = 0, expiry_ms = 0, paid_ms = 0, cancel_ms = 0;
    std::int64_t confirm_ms = 0;             ///< when the customer (or a late success) will confirm; 0: not by itself
    std::int64_t appear_ms = 0;              ///< not to be seen before; 0: at once
    std::int64_t hidden_inquiries = 0;       ///< inquiries that still say ORDER_NOT_EXIST
    std::int64_t charged = 0, returned = 0;  ///< how often money was taken, and given back by a cancel or a refund
};

/// One refund that was booked or is under way; a refused one leaves none. Plain data; times as in Payment.
struct Refund {
    std::string refund_request_id, refund_id, payment_id;
    std::string currency, value;        ///< minor units as digits
    std::string status = "PROCESSING";  ///< refundStatus: SUCCESS, FAIL, PROCESSING
    std::string result_code = "REFUND_IN_PROCESS";
    std::string reference_refund_id, reason;
    std::string fault;  ///< name of the fault that it met, or empty
    std::int64_t create_ms = 0;
    std::int64_t decide_ms = 0;         ///< when a refund in process will be decided; 0: never
    std::int64_t fails = 0;             ///< 1: it will be decided FAIL
    std::int64_t end_ms = 0;            ///< when it became SUCCESS or FAIL
    std::int64_t hidden_inquiries = 0;  ///< inquiries that still do not know it
};

/// One movement of money. A cancelled payment has two: the charge and its return.
struct Entry {
    std::string payment_id, kind;  ///< kind: CHARGE, RETURN (by a cancel) or REFUND
    std::string currency, value, customer;
    std::int64_t time_ms = 0;
};

/// The gateway's books: payments, movements of money and wallets, in memory for reading and in one SQLite file for
/// good. Not thread-safe: one thread at a time, any thread. Every write returns after the commit is on the disk (WAL,
/// synchronous=FULL) and throws std::runtime_error when it is not; memory is then unchanged.
class Ledger {
  public:
    /// Opens or makes the file. Throws std::runtime_error when another process has it open or it is no ledger.
    explicit Ledger(const std::string& path);
    ~Ledger();

    const Payment* by_request_id(std::string_view payment_request_id) const;
    const Payment* by_payment_id(std::string_view payment_id) const;
    /// The payment that used this payment code, by the hash of the code.
    const Payment* by_method_hash(std::string_view method_hash) const;
    /// All payments in the order in which they came.
    std::vector<const Payment*> payments() const;
    std::vector<Entry> entries() const;

    const Refund* refund_by_request_id(std::string_view refund_request_id) const;
    const Refund* refund_by_id(std::string_view refund_id) const;
    /// The refunds of a payment in the order in which they came.
    std::vector<const Refund*> refunds_of(std::string_view payment_id) const;

    /// What the customer's wallet holds in a currency, in minor units.
    std::int64_t balance(const std::string& customer, const std::string& currency) const;
    void set_balance(const std::string& customer, const std::string& currency, std::int64_t balance);

    /// Stores the payment and, with it in one commit, the movement and the refund that belong to it.
    void save(const Payment& payment, const Entry* movement = nullptr, const Refund* refund = nullptr);

    /// Counts a request about a payment, and beside it about a refund of that id; kept in memory, and written with the
    /// next save or with save_counts.
    void count(const std::string& payment_request_id, std::int64_t RequestCounts::*which,
               const std::string& refund_request_id = "");
    /// By a paymentRequestId or a refundRequestId.
    RequestCounts counts(const std::string& request_id) const;
    RequestCounts totals() const { return totals_; }
    void save_counts();

  private:
    struct File;
    void load();
    void load_counts();
    void count_one(const std::string& request_id, std::int64_t RequestCounts::*which);
    void remember(const Payment& payment);
    void remember(const Refund& refund);
    void remember(const Entry& entry);

    std::unique_ptr<File> file_;
    std::unordered_map<std::string, Payment> payments_;         // by paymentRequestId
    std::unordered_map<std::string, std::string> ids_, codes_;  // paymentId and code hash -> paymentRequestId
    std::vector<std::string> order_;
    std::unordered_map<std::string, Refund> refunds_;                       // by refundRequestId
    std::unordered_map<std::string, std::string> refund_ids_;               // refundId -> refundRequestId
    std::unordered_map<std::string, std::vector<std::string>> refunds_of_;  // paymentId -> refundRequestIds
    std::vector<Entry> entries_;
    using Purse = std::pair<std::string, std::string>;  // customer and currency
    std::map<Purse, std::int64_t> openings_, moved_;    // opening balances that were set; sum of the entries
    std::unordered_map<std::string, RequestCounts> counts_;
    RequestCounts totals_;
};

}  // namespace hostsim::sandbox
