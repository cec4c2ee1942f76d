#include "journal/tables.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "journal/record_text.h"

namespace paydrv::journal {
namespace {

using namespace Poco::Data::Keywords;

std::int64_t clamp(std::size_t limit) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    return limit > static_cast<std::size_t>(most) ? most : static_cast<std::int64_t>(limit);
}

// Whether renew_ leaves every column right.
bool same_name(const money::OperationRecord& a, const money::OperationRecord& b) {
    return a.kind == b.kind && a.store == b.store && a.terminal == b.terminal && a.business_day == b.business_day &&
           a.reference == b.reference && a.request_id == b.request_id && a.order_reference == b.order_reference;
}

}  // namespace

money::OperationRecord understood(const std::string& text) {
    auto record = from_text(text);
    if (!record) {
        throw std::runtime_error("an operation's record cannot be understood");
    }
    return *std::move(record);
}

Tables::Tables(Database& database)
    : database_(database),
      begin_(prepare("BEGIN IMMEDIATE")),
      commit_(prepare("COMMIT")),
      find_(prepare("SELECT record, event_seq FROM operations WHERE row=?")),
      find_name_(
          prepare("SELECT record FROM operations INDEXED BY operations_name WHERE kind=? AND store=? AND terminal=?"
                  " AND business_day=? AND reference=? AND reference<>''")),
      find_payment_id_(prepare("SELECT record FROM operations INDEXED BY operations_payment_id"
                               " WHERE payment_id=? AND payment_id<>'' ORDER BY row")),
      find_request_id_(prepare("SELECT record FROM operations INDEXED BY operations_request_id"
                               " WHERE request_id=? AND request_id<>'' ORDER BY row")),
      // The inner query reads the index alone.
      find_order_(prepare("SELECT record FROM operations WHERE row IN (SELECT row FROM operations"
                          " INDEXED BY operations_order WHERE order_reference=? AND order_reference<>''"
                          " ORDER BY row DESC LIMIT ?) ORDER BY row")),
      find_order_of_day_(prepare("SELECT record FROM operations INDEXED BY operations_order WHERE order_reference=?"
                                 " AND business_day=? AND order_reference<>'' ORDER BY row")),
      put_(prepare("INSERT INTO operations(row, kind, store, terminal, business_day, reference, final, acknowledged,"
                   " event_seq, record, payment_id, request_id, order_reference) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)"
                   " ON CONFLICT(row) DO UPDATE SET kind=excluded.kind, store=excluded.store,"
                   " terminal=excluded.terminal, business_day=excluded.business_day, reference=excluded.reference,"
                   " final=excluded.final, acknowledged=excluded.acknowledged, event_seq=excluded.event_seq,"
                   " record=excluded.record, payment_id=excluded.payment_id, request_id=excluded.request_id,"
                   " order_reference=excluded.order_reference")),
      renew_(prepare("UPDATE operations SET final=?, acknowledged=?, event_seq=?, record=?, payment_id=? WHERE row=?")),
      append_(prepare("INSERT INTO events(seq, row, wall_ms, event, record, previous, hash) VALUES(?,?,?,?,?,?,?)")),
      list_unacknowledged_(prepare("SELECT record FROM operations INDEXED BY operations_unacknowledged"
                                   " WHERE final=1 AND acknowledged=0 AND row>? ORDER BY row LIMIT ?")),
      list_unfinished_(prepare("SELECT record FROM operations INDEXED BY operations_unfinished"
                               " WHERE final=0 AND row>? ORDER BY row LIMIT ?")),
      list_day_(prepare("SELECT record FROM operations INDEXED BY operations_day"
                        " WHERE business_day=? AND row>? ORDER BY row LIMIT ?")),
      since_(prepare("SELECT record FROM operations INDEXED BY operations_day WHERE business_day>=?"
                     " ORDER BY business_day, row")),
      events_(prepare("SELECT seq, row, wall_ms, event, record, previous, hash FROM events WHERE seq>?"
                      " ORDER BY seq LIMIT ?")) {
    find_, use(row_), into(texts_), into(numbers_);
    find_name_, use(kind_), use(store_), use(terminal_), use(business_day_), use(reference_), into(texts_);
    find_payment_id_, use(payment_id_), into(texts_);
    find_request_id_, use(request_id_), into(texts_);
    find_order_, use(order_reference_), use(limit_), into(texts_);
    find_order_of_day_, use(order_reference_), use(business_day_), into(texts_);
    put_, use(row_), use(kind_), use(store_), use(terminal_), use(business_day_), use(reference_), use(final_),
        use(acknowledged_), use(event_.seq), use(record_), use(payment_id_), use(request_id_), use(order_reference_);
    renew_, use(final_), use(acknowledged_), use(event_.seq), use(record_), use(payment_id_), use(row_);
    append_, use(event_.seq), use(event_.row), use(event_.wall_ms), use(event_.name), use(event_.record),
        use(event_.previous), use(event_.hash);
    list_unacknowledged_, use(row_), use(limit_), into(texts_);
    list_unfinished_, use(row_), use(limit_), into(texts_);
    list_day_, use(business_day_), use(row_), use(limit_), into(texts_);
    since_, use(business_day_), into(texts_);
    events_, use(row_), use(limit_), into(columns_.seq), into(columns_.row), into(columns_.wall_ms),
        into(columns_.name), into(columns_.record), into(columns_.previous), into(columns_.hash);
}

Poco::Data::Statement& Tables::prepare(const char* sql) {
    auto& statement = statements_.emplace_back(database_.session());
    statement << sql;
    return statement;
}

void Tables::begin() {
    begin_.execute();
}

void Tables::commit() {
    commit_.execute();
}

void Tables::rollback() {
    try {
        database_.execute("ROLLBACK");
    } catch (const Poco::Exception&) {  // SQLite rolls back by itself after some faults: then there is none to end
    }
}

std::optional<StoredOperation> Tables::find(std::int64_t row) {
    texts_.clear();
    numbers_.clear();
    row_ = row;
    find_.execute();
    if (texts_.empty()) {
        return std::nullopt;
    }
    return StoredOperation{std::move(texts_.front()), numbers_.front()};
}

std::optional<money::OperationRecord> Tables::find_name(money::Kind kind, std::string_view store,
                                                        std::string_view terminal, std::uint32_t business_day,
                                                        std::string_view reference) {
    kind_ = static_cast<std::int64_t>(kind);
    store_ = store;
    terminal_ = terminal;
    business_day_ = business_day;
    reference_ = reference;
    auto found = records(find_name_);
    if (found.empty()) {
        return std::nullopt;
    }
    return std::move(found.front());
}

std::vector<money::OperationRecord> Tables::find_payment_id(std::string_view payment_id) {
    payment_id_ = payment_id;
    return records(find_payment_id_);
}

std::vector<money::OperationRecord> Tables::find_request_id(std::string_view request_id) {
    request_id_ = request_id;
    return records(find_request_id_);
}

std::vector<money::OperationRecord> Tables::find_order(std::uint32_t business_day, std::string_view order_reference) {
    order_reference_ = order_reference;
    business_day_ = business_day;
    limit_ = newest_of_order;
    return records(business_day == 0 ? find_order_ : find_order_of_day_);
}

void Tables::put(const money::OperationRecord& record, const std::string& record_text, std::int64_t event_seq,
                 const std::optional<money::OperationRecord>& before) {
    row_ = record.row;
    kind_ = static_cast<std::int64_t>(record.kind);
    store_ = record.store;
    terminal_ = record.terminal;
    business_day_ = record.business_day;
    reference_ = record.reference;
    final_ = money::is_final(record.state) ? 1 : 0;
    acknowledged_ = record.acknowledged ? 1 : 0;
    event_.seq = event_seq;
    record_ = record_text;
    payment_id_ = record.payment_id;
    request_id_ = record.request_id;
    order_reference_ = record.order_reference;
    if (before && same_name(*before, record)) {
        renew_.execute();
        return;
    }
    put_.execute();
}

void Tables::append(const Event& event) {
    event_ = event;
    append_.execute();
}

std::vector<money::OperationRecord> Tables::list(engine::List what, std::uint32_t business_day, std::int64_t after,
                                                 std::size_t limit) {
    row_ = after;
    limit_ = clamp(limit);
    business_day_ = business_day;
    switch (what) {
        case engine::List::unacknowledged: return records(list_unacknowledged_);
        case engine::List::unfinished: return records(list_unfinished_);
        case engine::List::day: return records(list_day_);
    }
    throw std::invalid_argument("no such list");
}

std::vector<money::OperationRecord> Tables::since(std::uint32_t business_day) {
    business_day_ = business_day;
    return records(since_);
}

std::int64_t Tables::last_row() {
    return database_.number("SELECT coalesce(max(row), 0) FROM operations");
}

std::uint64_t Tables::unacknowledged() {
    return static_cast<std::uint64_t>(
        database_.number("SELECT count(*) FROM operations INDEXED BY operations_unacknowledged"
                         " WHERE final=1 AND acknowledged=0"));
}

std::vector<Event> Tables::events(std::int64_t after, std::size_t limit) {
    columns_ = {};
    row_ = after;
    limit_ = clamp(limit);
    events_.execute();
    std::vector<Event> found;
    found.reserve(columns_.seq.size());
    for (std::size_t i = 0; i < columns_.seq.size(); ++i) {
        found.push_back({columns_.seq[i], columns_.row[i], columns_.wall_ms[i], std::move(columns_.name[i]),
                         std::move(columns_.record[i]), std::move(columns_.previous[i]), std::move(columns_.hash[i])});
    }
    return found;
}

std::int64_t Tables::last_seq() {
    return database_.number("SELECT coalesce(max(seq), 0) FROM events");
}

std::vector<money::OperationRecord> Tables::records(Poco::Data::Statement& statement) {
    texts_.clear();
    statement.execute();
    std::vector<money::OperationRecord> found;
    found.reserve(texts_.size());
    std::transform(texts_.begin(), texts_.end(), std::back_inserter(found), understood);
    texts_.clear();
    return found;
}

}  // namespace paydrv::journal
