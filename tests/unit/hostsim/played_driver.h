#pragma once

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "driver_library.h"

namespace hostsim::till {

/// The driver's side, played by the test in memory: operations by id, and what it was asked. The contract's functions
/// have no context, so there is one at a time: made with this object, gone with it.
class PlayedDriver {
  public:
    static constexpr std::int32_t kSession = 7;

    PlayedDriver() { played = this; }
    ~PlayedDriver() { played = nullptr; }
    PlayedDriver(const PlayedDriver&) = delete;
    PlayedDriver& operator=(const PlayedDriver&) = delete;

    std::map<std::int32_t, paydrv_status> operations;
    std::map<std::int32_t, std::string> texts;  // by text id, of every operation
    std::int32_t open_result = PAYDRV_OK;
    std::int32_t start_result = PAYDRV_OK;
    std::int32_t refund_result = PAYDRV_OK;
    std::int32_t request_result = PAYDRV_OK;
    std::int32_t acknowledge_result = PAYDRV_OK;
    std::uint32_t health = PAYDRV_HEALTH_GATE_OPEN | PAYDRV_HEALTH_REACHABLE | PAYDRV_HEALTH_CLOCK |
                           PAYDRV_HEALTH_JOURNAL | PAYDRV_HEALTH_DISK;
    int find_busy = 0;    // times that paydrv_find says busy first
    int refund_busy = 0;  // likewise paydrv_refund
    int text_making = 0;  // times that paydrv_text says it is being made
    int cancels = 0;
    int acknowledges = 0;
    int closes = 0;
    paydrv_payment payment{};        // the last one given
    std::string details;             // with it; "-": none
    paydrv_refund_request refund{};  // the last one given
    std::string request_name, request_json;
    std::string book_at_start;  // the ticket book's content when the driver was asked to move money
    std::string book_at_acknowledge;
    std::filesystem::path book;
    std::vector<std::string> calls;

    std::int32_t add(const std::string& reference, std::uint32_t state, std::int64_t amount_minor,
                     std::uint32_t business_day, std::uint32_t kind = PAYDRV_KIND_PAYMENT) {
        std::int32_t op = static_cast<std::int32_t>(operations.size()) + 1;
        auto status = sized<paydrv_status>();
        status.op = op;
        status.revision = 1;
        status.kind = kind;
        status.amount_minor = amount_minor;
        status.business_day = business_day;
        set_field(status.currency, "EUR");
        set_field(status.reference, reference);
        operations[op] = status;
        become(op, state, PAYDRV_ACTION_NOTHING);
        return op;
    }
    void become(std::int32_t op, std::uint32_t state, std::uint32_t action) {
        paydrv_status& status = operations.at(op);
        ++status.revision;
        status.state = state;
        status.next_action = action;
        status.is_final = state > 100 ? 1 : 0;
    }
    /// Every function of the contract, played.
    DriverLibrary library() const;

    inline static PlayedDriver* played = nullptr;

  private:
    static std::string content(const std::filesystem::path& path) {
        std::stringstream text;
        text << std::ifstream(path).rdbuf();
        return text.str();
    }
    static std::int32_t write(const std::string& text, char* buf, std::uint32_t cap, std::uint32_t* needed) {
        if (needed) *needed = static_cast<std::uint32_t>(text.size() + 1);
        if (cap <= text.size()) return PAYDRV_E_BUFFER;
        std::copy_n(text.c_str(), text.size() + 1, buf);
        return PAYDRV_OK;
    }

    static std::int32_t play_open(const char*, const paydrv_open_options*, std::int32_t* session, paydrv_problem* why) {
        if (played->open_result < 0) set_field(why->text, "the reason");
        *session = kSession;
        return played->open_result;
    }
    static std::int32_t play_close(std::int32_t, std::uint32_t force) {
        played->calls.push_back(force ? "close by force" : "close");
        bool in_doubt = std::any_of(played->operations.begin(), played->operations.end(),
                                    [](const auto& entry) { return !entry.second.is_final; });
        if (in_doubt && !force) return PAYDRV_E_IN_DOUBT;
        ++played->closes;
        return PAYDRV_OK;
    }
    static std::int32_t play_start(std::int32_t, const paydrv_payment* payment, const char* details, std::int32_t* op,
                                   paydrv_problem* why) {
        played->calls.push_back("start");
        played->book_at_start = content(played->book);
        played->payment = *payment;
        played->details = details ? details : "-";
        if (played->start_result < 0) {
            set_field(why->field, "payment_code");
            set_field(why->text, "the reason");
            return played->start_result;
        }
        *op = played->add(field_text(payment->reference), PAYDRV_STATE_IN_PROGRESS, payment->amount_minor,
                          payment->business_day);
        return PAYDRV_OK;
    }
    static std::int32_t play_refund(std::int32_t, const paydrv_refund_request* refund, std::int32_t* op,
                                    paydrv_problem* why) {
        played->calls.push_back("refund");
        played->book_at_start = content(played->book);
        played->refund = *refund;
        if (played->refund_busy-- > 0) return PAYDRV_E_BUSY;
        if (played->refund_result < 0) {
            set_field(why->text, "the reason");
            return played->refund_result;
        }
        *op = played->add(field_text(refund->reference), PAYDRV_STATE_IN_PROGRESS, refund->amount_minor,
                          refund->business_day, PAYDRV_KIND_REFUND);
        return PAYDRV_OK;
    }
    static std::int32_t play_cancel(std::int32_t, std::int32_t) {
        ++played->cancels;
        return PAYDRV_OK;
    }
    static std::int32_t play_poll(std::int32_t, std::int32_t op, std::uint32_t seen, std::uint32_t,
                                  paydrv_status* status) {
        if (op == 0) {
            *status = sized<paydrv_status>();
            status->health = played->health;
            for (const auto& [id, one] : played->operations) {
                status->in_doubt += one.is_final ? 0 : 1;
                status->unacknowledged += one.is_final && !one.acknowledged ? 1 : 0;
            }
            return PAYDRV_OK;
        }
        auto found = played->operations.find(op);
        if (found == played->operations.end()) return PAYDRV_E_NOT_FOUND;
        *status = found->second;
        return status->revision == seen ? PAYDRV_UNCHANGED : PAYDRV_OK;
    }
    static std::int32_t play_text(std::int32_t, std::int32_t op, std::uint32_t, std::int32_t id, char* buf,
                                  std::uint32_t cap, std::uint32_t* needed) {
        if (played->operations.count(op) == 0) return PAYDRV_E_NOT_FOUND;
        auto text = played->texts.find(id);
        if (text == played->texts.end()) return PAYDRV_E_UNSUPPORTED;
        if (played->text_making-- > 0) return PAYDRV_UNCHANGED;
        return write(text->second, buf, cap, needed);
    }
    static std::int32_t play_data(std::int32_t, std::int32_t, std::int32_t, void*, std::uint32_t, std::uint32_t*) {
        return PAYDRV_E_UNSUPPORTED;
    }
    static std::int32_t play_driver_text(std::int32_t id, char* buf, std::uint32_t cap, std::uint32_t* needed) {
        if (id == PAYDRV_OK) return write("PAYDRV_OK", buf, cap, needed);
        if (id == PAYDRV_E_IN_DOUBT) return write("PAYDRV_E_IN_DOUBT", buf, cap, needed);
        return PAYDRV_E_UNSUPPORTED;
    }
    static std::int32_t play_find(std::int32_t, const paydrv_key* key, std::int32_t* op) {
        if (played->find_busy-- > 0) return PAYDRV_E_BUSY;
        for (const auto& [id, status] : played->operations) {
            if (field_text(status.reference) != field_text(key->reference)) continue;
            if (status.business_day != key->business_day || status.kind != key->kind) continue;
            *op = id;
            return PAYDRV_OK;
        }
        return PAYDRV_E_NOT_FOUND;
    }
    static bool listed(const paydrv_status& status, std::uint32_t filter) {
        if (filter == PAYDRV_FILTER_UNACKNOWLEDGED) return status.is_final && !status.acknowledged;
        if (filter == PAYDRV_FILTER_UNFINISHED) return !status.is_final;
        return filter == PAYDRV_FILTER_CHANGED || status.business_day == filter;
    }
    static std::int32_t play_next(std::int32_t, std::uint32_t filter, std::uint64_t* cursor, std::uint32_t,
                                  std::int32_t* op) {
        for (const auto& [id, status] : played->operations) {
            if (static_cast<std::uint64_t>(id) <= *cursor || !listed(status, filter)) continue;
            *cursor = static_cast<std::uint64_t>(id);
            *op = id;
            return PAYDRV_OK;
        }
        return PAYDRV_UNCHANGED;
    }
    static std::int32_t play_acknowledge(std::int32_t, std::int32_t op, const char* order) {
        ++played->acknowledges;
        played->calls.push_back("acknowledge " + std::to_string(op) + " " + (order ? order : "-"));
        played->book_at_acknowledge = content(played->book);
        if (played->acknowledge_result >= 0) played->operations.at(op).acknowledged = 1;
        return played->acknowledge_result;
    }
    static std::int32_t play_request(std::int32_t, const char* name, const char* json, std::int32_t* op,
                                     paydrv_problem*) {
        played->request_name = name;
        played->request_json = json ? json : "-";
        if (played->request_result < 0) return played->request_result;
        *op = played->add("", PAYDRV_STATE_SUCCEEDED, 0, 0, PAYDRV_KIND_REQUEST);
        return PAYDRV_OK;
    }
};

inline DriverLibrary PlayedDriver::library() const {
    DriverLibrary driver;
    driver.open = play_open;
    driver.close = play_close;
    driver.start = play_start;
    driver.refund = play_refund;
    driver.cancel = play_cancel;
    driver.poll = play_poll;
    driver.text = play_text;
    driver.data = play_data;
    driver.driver_text = play_driver_text;
    driver.find = play_find;
    driver.next = play_next;
    driver.acknowledge = play_acknowledge;
    driver.request = play_request;
    return driver;
}

}  // namespace hostsim::till
