#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "driver_library.h"
#include "till/ticket_book.h"

namespace hostsim::till {

struct TillSettings {
    std::string config;    ///< path of the driver's configuration, or its JSON
    std::string book;      ///< path of the ticket book
    std::string currency;  ///< ISO 4217
    std::string operator_id;
    std::uint32_t business_day = 0;  ///< 0: the book's, or today
    std::string indent;              ///< before every line that is printed
    bool receipts = false;           ///< print both receipts with every success
};

/// What the cashier's screen does with the driver, as a careful point-of-sale program would: the ticket is written down
/// before paydrv_start, the result is written down before paydrv_acknowledge, and after a crash every open ticket is
/// found again by its reference. What the driver does by itself about a ticket is noted and acknowledged too. Owns one
/// session and one ticket book. One thread. Throws std::runtime_error with a sentence for the cashier when the driver
/// cannot be opened or the book cannot be written.
class Till {
  public:
    /// Opens the book and then the driver. `driver` and `out` must outlive the till.
    Till(const DriverLibrary& driver, const TillSettings& settings, std::ostream& out);
    /// Closes the session by force if close() was not called: nothing is lost, the next open goes on.
    ~Till();
    Till(const Till&) = delete;
    Till& operator=(const Till&) = delete;

    /// Begins an order with its first attempt, or (`again`) a further attempt of the last order. Returns the reference;
    /// empty when the driver refused, which has then been printed and booked.
    std::optional<std::string> pay(std::int64_t amount_minor, const std::string& payment_code);
    std::optional<std::string> again(const std::string& payment_code);

    /// Gives money of a payment back: `amount_minor`, or all that is left. Returns the refund's reference; empty when
    /// nothing is left or the driver refused, which has then been printed. Throws std::invalid_argument when the amount
    /// cannot be known or the original is itself a refund.
    std::optional<std::string> refund(const Original& original, std::optional<std::int64_t> amount_minor);

    /// Asks the driver to cancel the payment at the counter. Prints what the driver says to it.
    void cancel();

    /// Looks once at every payment under way, waiting up to wait_ms for news of the one at the counter; prints what has
    /// changed, books what is final, and acknowledges it.
    void watch(std::uint32_t wait_ms);

    /// True while a payment stands between the cashier and the next customer: under way, and the driver has not said
    /// that the cashier may go on.
    bool counter_busy() const;
    /// True while anything is under way, at the counter or in the background, or waits for its acknowledgement.
    bool busy() const { return !watched_.empty(); }

    /// True while a booked result waits for the driver to have its acknowledgement on the disk.
    bool acknowledging() const;

    void look_up(const std::string& reference, std::uint32_t business_day);
    void list_day(std::uint32_t business_day);
    void list_open() const;
    void acknowledge(const std::string& reference, std::uint32_t business_day);

    /// Lists what the driver did by itself: money given back that turned up late, payments that it did not begin.
    void list_linked(std::uint32_t business_day);
    /// Shows news of such operations, writes down what is final, and acknowledges what belongs to a ticket of the book.
    /// watch() does it once a second while nobody stands at the counter.
    void look_for_linked();
    /// Books on an order what people decide about: a payment that the driver found and did not begin, or late money
    /// that it could not give back.
    void claim(const std::string& reference, std::uint32_t business_day, const std::string& order);

    /// Prints one paper of an operation: PAYDRV_TEXT_RECEIPT_..., PAYDRV_TEXT_DETAIL. False: there is none, as printed.
    bool print_paper(const std::string& reference, std::uint32_t business_day, std::int32_t text_id);
    void print_displays(const std::string& reference, std::uint32_t business_day);
    void print_receipts_by_itself(bool wanted) { settings_.receipts = wanted; }

    /// Back office work by name: begins it and waits for its end. Gives the answer's JSON; empty when there is none,
    /// which has then been printed.
    std::string ask(const std::string& name, const std::string& json);
    /// The same, and prints the answer, for reading and raw.
    void request(const std::string& name, const std::string& json);

    /// One line before the customer's code is scanned: GREEN, YELLOW (can pay, but look), RED (cannot pay), and why.
    std::string light() const;
    void health();
    void begin_business_day(std::uint32_t business_day);

    /// Closes the session; a payment that is under way goes on at the next start, and the cashier is told so.
    void close();

    const TicketBook& book() const { return book_; }
    std::uint32_t business_day() const { return book_.business_day(); }
    std::int32_t session() const { return session_; }
    /// The last status seen of the payment with this reference; empty when it is not under way.
    std::optional<paydrv_status> seen(const std::string& reference) const;

  private:
    struct Watched {
        std::int32_t op = 0;
        Ticket ticket;
        paydrv_status status{};
        std::string shown;  // on the screen last
        bool at_counter = false;
        std::int32_t acknowledged = PAYDRV_OK;  // what the driver said to the acknowledgement
    };

    using Call = std::function<std::int32_t(std::int32_t* op, paydrv_problem* why)>;

    void choose_business_day(std::uint32_t wanted);
    void reattach();
    void reattach(const Ticket& ticket);
    void acknowledge_booked();
    std::optional<std::string> begin(const Ticket& ticket, const Call& call);
    void refuse(const Ticket& ticket, std::int32_t result, const paydrv_problem& why, std::int32_t other);
    std::int64_t left_of(const Original& original, const Ticket* sold, std::optional<std::int32_t> op) const;
    std::int64_t returned_by_book(const Original& original) const;
    bool look(Watched& watched, std::uint32_t wait_ms);
    void print_news(Watched& watched);
    void book_result(Watched& watched);
    std::int32_t acknowledge(const Watched& watched);
    bool acknowledge_until_durable(Watched& watched);
    std::vector<std::int32_t> list(std::uint32_t filter) const;
    void show_linked(const paydrv_status& status);
    void book_linked(const paydrv_status& status);
    std::string linked_line(const paydrv_status& status) const;
    bool print_receipt(std::int32_t op, std::int32_t text_id);
    std::optional<std::int32_t> find(std::uint32_t kind, const std::string& reference, std::uint32_t business_day);
    /// Of the kind that the book has it as; not in the book: a payment, else a refund.
    std::optional<std::int32_t> find(const std::string& reference, std::uint32_t business_day);
    std::optional<paydrv_status> status_of(std::int32_t op) const;
    std::string cashier_text(std::int32_t op) const;
    void say(const std::string& line) const;

    const DriverLibrary& driver_;
    TillSettings settings_;
    std::ostream& out_;
    TicketBook book_;
    std::int32_t session_ = 0;
    std::vector<Watched> watched_;
    std::string last_order_;
    std::int64_t last_amount_minor_ = 0;
    std::map<std::int32_t, std::uint32_t> linked_shown_;  // operation -> state shown last
    std::chrono::steady_clock::time_point linked_looked_{};
};

}  // namespace hostsim::till
