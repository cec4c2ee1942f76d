#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "paydrv.h"

namespace hostsim::till {

/// What became of a ticket, as the till booked it.
struct Outcome {
    /// "" while open; SUCCEEDED, DECLINED, CANCELLED as the driver said; REFUSED: paydrv_start refused, nothing began;
    /// NOT_SENT: after a restart the driver's journal had never sent it.
    std::string state;
    std::string reason;      ///< of the driver's status, by name; or why the start was refused
    std::string payment_id;  ///< Alipay's paymentId
};

/// The payment that a refund gives back from: by its name in this till's book or another's, or by Alipay's paymentId.
/// Plain data.
struct Original {
    std::string reference;  ///< empty: by payment_id
    std::uint32_t business_day = 0;
    std::string payment_id;         ///< empty: by reference
    std::int64_t amount_minor = 0;  ///< of the whole payment, with payment_id
};

/// One attempt to pay one order, or to give money of it back. Plain data.
struct Ticket {
    std::string reference;  ///< this attempt, unique in its business day
    std::string order;      ///< the sale, the same for all its attempts and refunds; empty: a sale not in this book
    std::uint32_t business_day = 0;
    std::int64_t amount_minor = 0;
    std::string currency;
    Outcome outcome;
    std::uint32_t kind = PAYDRV_KIND_PAYMENT;  ///< or PAYDRV_KIND_REFUND
    Original original;                         ///< of a refund

    bool open() const { return outcome.state.empty(); }
    bool refund() const { return kind == PAYDRV_KIND_REFUND; }
};

/// Something that the driver did about a ticket by itself, and that this till has taken note of. Plain data.
struct Correction {
    std::uint32_t kind = PAYDRV_KIND_UNDO;  ///< or PAYDRV_KIND_FOUND
    std::string reference;                  ///< of the payment it belongs to
    std::uint32_t business_day = 0;
    std::int64_t amount_minor = 0;
    std::string currency;
    std::string state;  ///< as the driver said
};

/// The till's own book: what it was about to ask the driver, and what it then booked. One file, one JSON object a line,
/// only ever appended to; every line is on the disk before the call that wrote it returns. Payment codes are not in it.
/// Owns the file and locks it against a second till. One thread at a time. Writes throw std::runtime_error naming the
/// file when the disk refuses: the till must then not start the payment.
class TicketBook {
  public:
    /// Opens or makes the book. A last line without its end was never promised to anybody and is cut off. Throws
    /// std::runtime_error naming file and line when any other line is damaged, or when another till has the book open.
    explicit TicketBook(const std::filesystem::path& path);
    ~TicketBook();
    TicketBook(const TicketBook&) = delete;
    TicketBook& operator=(const TicketBook&) = delete;

    /// Writes the ticket down, open. Call it before paydrv_start: after a crash the book names what to look for.
    /// Throws std::invalid_argument when the day has this reference already.
    void begin(const Ticket& ticket);

    /// Writes down what became of an open ticket. Throws std::invalid_argument when there is no such open ticket.
    void end(const std::string& reference, std::uint32_t business_day, const Outcome& outcome);

    /// Writes down what the driver gave back or found by itself. Call it before paydrv_acknowledge.
    void note(const Correction& correction);

    void begin_business_day(std::uint32_t business_day);
    /// The day last begun; 0: none yet.
    std::uint32_t business_day() const { return business_day_; }

    const std::vector<Ticket>& tickets() const { return tickets_; }
    const std::vector<Correction>& corrections() const { return corrections_; }
    const Ticket* find(const std::string& reference, std::uint32_t business_day) const;
    std::vector<Ticket> open_tickets() const;

    /// An order number that the book does not have, and the next attempt's reference of an order: "1007", "1007-2".
    std::string next_order() const;
    std::string next_reference(const std::string& order) const;
    /// The next refund's reference: "1007-R1", or "R20261121-1" on that day when the order is not known (empty). Never
    /// given twice: Alipay knows a refund by payment and reference alone, whatever the day.
    std::string next_refund_reference(const std::string& order, std::uint32_t business_day) const;

  private:
    void read();
    void read_line(const std::string& line);
    void append(const std::string& line);

    std::filesystem::path path_;
    int file_ = -1;
    bool broken_ = false;  // a torn line could not be taken back
    std::vector<Ticket> tickets_;
    std::vector<Correction> corrections_;
    std::uint32_t business_day_ = 0;
};

}  // namespace hostsim::till
