#include "till/ticket_book.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <sstream>
#include <stdexcept>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace hostsim::till {
namespace {

constexpr long kFirstOrder = 1001;

std::string errno_text() {
    return std::strerror(errno);
}

std::string to_line(const Poco::JSON::Object& object) {
    std::ostringstream text;
    object.stringify(text);
    return text.str() + "\n";
}

Ticket read_ticket(const Poco::JSON::Object& object) {
    Ticket ticket;
    ticket.reference = object.getValue<std::string>("reference");
    ticket.order = object.getValue<std::string>("order");
    ticket.business_day = object.getValue<std::uint32_t>("business_day");
    ticket.amount_minor = object.getValue<Poco::Int64>("amount_minor");
    ticket.currency = object.getValue<std::string>("currency");
    ticket.kind = object.optValue<std::uint32_t>("kind", PAYDRV_KIND_PAYMENT);
    if (!ticket.refund()) return ticket;
    ticket.original.reference = object.getValue<std::string>("original_reference");
    ticket.original.business_day = object.getValue<std::uint32_t>("original_business_day");
    ticket.original.payment_id = object.getValue<std::string>("original_payment_id");
    ticket.original.amount_minor = object.getValue<Poco::Int64>("original_amount_minor");
    return ticket;
}

Correction read_correction(const Poco::JSON::Object& object) {
    Correction correction;
    correction.kind = object.getValue<std::uint32_t>("kind");
    correction.reference = object.getValue<std::string>("reference");
    correction.business_day = object.getValue<std::uint32_t>("business_day");
    correction.amount_minor = object.getValue<Poco::Int64>("amount_minor");
    correction.currency = object.getValue<std::string>("currency");
    correction.state = object.getValue<std::string>("state");
    return correction;
}

/// A new file's name is on the disk only when its folder is.
void sync_folder(const std::filesystem::path& path) {
    std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
    int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) throw std::runtime_error("cannot open the folder " + folder.string() + ": " + errno_text());
    int result = ::fsync(descriptor);
    ::close(descriptor);
    if (result != 0) throw std::runtime_error("cannot write the folder " + folder.string() + ": " + errno_text());
}

}  // namespace

TicketBook::TicketBook(const std::filesystem::path& path) : path_(path) {
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file_ < 0) throw std::runtime_error("cannot open the ticket book " + path.string() + ": " + errno_text());
    try {
        if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
            throw std::runtime_error("the ticket book " + path.string() + " is in use by another till");
        }
        sync_folder(path);
        read();
    } catch (...) {
        ::close(file_);
        throw;
    }
}

TicketBook::~TicketBook() {
    ::close(file_);
}

void TicketBook::read() {
    std::string text;
    char buffer[65536];
    for (;;) {
        ssize_t count = ::read(file_, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw std::runtime_error("cannot read the ticket book " + path_.string() + ": " + errno_text());
        if (count == 0) break;
        text.append(buffer, static_cast<std::size_t>(count));
    }
    std::size_t whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
    if (whole < text.size() && ::ftruncate(file_, static_cast<off_t>(whole)) != 0) {
        throw std::runtime_error("cannot repair the ticket book " + path_.string() + ": " + errno_text());
    }
    std::size_t number = 0;
    for (std::size_t begin = 0; begin < whole;) {
        std::size_t end = text.find('\n', begin);
        ++number;
        try {
            read_line(text.substr(begin, end - begin));
        } catch (const std::exception& error) {
            throw std::runtime_error(
                "the ticket book " + path_.string() + " is damaged at line " + std::to_string(number) + " (" +
                error.what() + "); put it aside and begin a new one, the driver's journal still has the payments");
        }
        begin = end + 1;
    }
}

void TicketBook::read_line(const std::string& line) {
    Poco::JSON::Parser parser;
    auto object = parser.parse(line).extract<Poco::JSON::Object::Ptr>();
    std::string event = object->getValue<std::string>("event");
    if (event == "business_day") {
        business_day_ = object->getValue<std::uint32_t>("business_day");
        return;
    }
    if (event == "begun") {
        tickets_.push_back(read_ticket(*object));
        return;
    }
    if (event == "corrected") {
        corrections_.push_back(read_correction(*object));
        return;
    }
    if (event != "ended") throw std::runtime_error("unknown event \"" + event + "\"");
    std::string reference = object->getValue<std::string>("reference");
    std::uint32_t day = object->getValue<std::uint32_t>("business_day");
    auto ticket = std::find_if(tickets_.begin(), tickets_.end(),
                               [&](const Ticket& t) { return t.reference == reference && t.business_day == day; });
    if (ticket == tickets_.end()) throw std::runtime_error("\"" + reference + "\" ends but never began");
    ticket->outcome = {object->getValue<std::string>("state"), object->getValue<std::string>("reason"),
                       object->getValue<std::string>("payment_id")};
}

void TicketBook::append(const std::string& line) {
    if (broken_)
        throw std::runtime_error("the ticket book " + path_.string() + " could not be repaired; restart the till");
    off_t size_before = ::lseek(file_, 0, SEEK_END);
    errno = 0;
    ssize_t count = ::write(file_, line.data(), line.size());
    if (count == static_cast<ssize_t>(line.size()) && ::fdatasync(file_) == 0) return;
    std::string why = count >= 0 && errno == 0 ? "the disk is full" : errno_text();
    // Half a line must not stand before the next one.
    broken_ = size_before < 0 || ::ftruncate(file_, size_before) != 0;
    throw std::runtime_error("cannot write the ticket book " + path_.string() + ": " + why);
}

void TicketBook::begin(const Ticket& ticket) {
    if (find(ticket.reference, ticket.business_day)) {
        throw std::invalid_argument("the ticket book has " + ticket.reference + " already");
    }
    Poco::JSON::Object object(true);
    object.set("event", "begun");
    object.set("reference", ticket.reference);
    object.set("order", ticket.order);
    object.set("business_day", ticket.business_day);
    object.set("amount_minor", static_cast<Poco::Int64>(ticket.amount_minor));
    object.set("currency", ticket.currency);
    if (ticket.refund()) {
        object.set("kind", ticket.kind);
        object.set("original_reference", ticket.original.reference);
        object.set("original_business_day", ticket.original.business_day);
        object.set("original_payment_id", ticket.original.payment_id);
        object.set("original_amount_minor", static_cast<Poco::Int64>(ticket.original.amount_minor));
    }
    append(to_line(object));
    tickets_.push_back(ticket);
    tickets_.back().outcome = {};
}

void TicketBook::end(const std::string& reference, std::uint32_t business_day, const Outcome& outcome) {
    auto ticket = std::find_if(tickets_.begin(), tickets_.end(), [&](const Ticket& t) {
        return t.reference == reference && t.business_day == business_day && t.open();
    });
    if (ticket == tickets_.end()) throw std::invalid_argument("the ticket book has no open ticket " + reference);
    Poco::JSON::Object object(true);
    object.set("event", "ended");
    object.set("reference", reference);
    object.set("business_day", business_day);
    object.set("state", outcome.state);
    object.set("reason", outcome.reason);
    object.set("payment_id", outcome.payment_id);
    append(to_line(object));
    ticket->outcome = outcome;
}

void TicketBook::note(const Correction& correction) {
    Poco::JSON::Object object(true);
    object.set("event", "corrected");
    object.set("kind", correction.kind);
    object.set("reference", correction.reference);
    object.set("business_day", correction.business_day);
    object.set("amount_minor", static_cast<Poco::Int64>(correction.amount_minor));
    object.set("currency", correction.currency);
    object.set("state", correction.state);
    append(to_line(object));
    corrections_.push_back(correction);
}

void TicketBook::begin_business_day(std::uint32_t business_day) {
    Poco::JSON::Object object(true);
    object.set("event", "business_day");
    object.set("business_day", business_day);
    append(to_line(object));
    business_day_ = business_day;
}

const Ticket* TicketBook::find(const std::string& reference, std::uint32_t business_day) const {
    auto ticket = std::find_if(tickets_.begin(), tickets_.end(), [&](const Ticket& t) {
        return t.reference == reference && t.business_day == business_day;
    });
    return ticket == tickets_.end() ? nullptr : &*ticket;
}

std::vector<Ticket> TicketBook::open_tickets() const {
    std::vector<Ticket> open;
    std::copy_if(tickets_.begin(), tickets_.end(), std::back_inserter(open), [](const Ticket& t) { return t.open(); });
    return open;
}

std::string TicketBook::next_order() const {
    long highest = kFirstOrder - 1;
    for (const Ticket& ticket : tickets_) {
        long number = 0;
        auto [end, error] = std::from_chars(ticket.order.data(), ticket.order.data() + ticket.order.size(), number);
        if (error == std::errc{}) highest = std::max(highest, number);
    }
    return std::to_string(highest + 1);
}

std::string TicketBook::next_reference(const std::string& order) const {
    auto attempts = std::count_if(tickets_.begin(), tickets_.end(),
                                  [&](const Ticket& t) { return t.order == order && !t.refund(); });
    return order + "-" + std::to_string(attempts + 1);
}

std::string TicketBook::next_refund_reference(const std::string& order, std::uint32_t business_day) const {
    auto refunds = std::count_if(tickets_.begin(), tickets_.end(), [&](const Ticket& t) {
        return t.refund() && t.order == order && (!order.empty() || t.business_day == business_day);
    });
    std::string begin = order.empty() ? "R" + std::to_string(business_day) + "-" : order + "-R";
    return begin + std::to_string(refunds + 1);
}

}  // namespace hostsim::till
