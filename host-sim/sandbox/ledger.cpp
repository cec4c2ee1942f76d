#include "sandbox/ledger.h"

#include <Poco/Data/RecordSet.h>
#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/SQLiteException.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Exception.h>

#include <array>
#include <set>
#include <stdexcept>

namespace hostsim::sandbox {
namespace {

using namespace Poco::Data::Keywords;
using Poco::Data::RecordSet;
using Poco::Data::Session;
using Poco::Data::Statement;

constexpr int kSchemaVersion = 2;                 // 2: refunds, and their requests
constexpr std::size_t kCountedLimit = 1'000'000;  // request ids whose requests are counted one by one

/// One column of a table of `Row`s: a text or a number.
template <class Row>
struct Column {
    constexpr Column(const char* column, std::string Row::*field) : name(column), text(field) {}
    constexpr Column(const char* column, std::int64_t Row::*field) : name(column), number(field) {}
    const char* name;
    std::string Row::*text = nullptr;
    std::int64_t Row::*number = nullptr;
};

/// The columns of each table; the first one is its key.
template <class Row>
struct Table;

template <>
struct Table<Payment> {
    static constexpr const char* name = "payments";
    static constexpr const char* second_key = "payment_id";
    static constexpr std::array columns{
        Column<Payment>{"payment_request_id", &Payment::payment_request_id},
        Column<Payment>{"payment_id", &Payment::payment_id},
        Column<Payment>{"currency", &Payment::currency},
        Column<Payment>{"value", &Payment::value},
        Column<Payment>{"method_hash", &Payment::method_hash},
        Column<Payment>{"reference_order_id", &Payment::reference_order_id},
        Column<Payment>{"reference_merchant_id", &Payment::reference_merchant_id},
        Column<Payment>{"reference_store_id", &Payment::reference_store_id},
        Column<Payment>{"store_terminal_id", &Payment::store_terminal_id},
        Column<Payment>{"status", &Payment::status},
        Column<Payment>{"result_code", &Payment::result_code},
        Column<Payment>{"customer", &Payment::customer},
        Column<Payment>{"fault", &Payment::fault},
        Column<Payment>{"create_ms", &Payment::create_ms},
        Column<Payment>{"expiry_ms", &Payment::expiry_ms},
        Column<Payment>{"paid_ms", &Payment::paid_ms},
        Column<Payment>{"cancel_ms", &Payment::cancel_ms},
        Column<Payment>{"confirm_ms", &Payment::confirm_ms},
        Column<Payment>{"appear_ms", &Payment::appear_ms},
        Column<Payment>{"hidden", &Payment::hidden_inquiries},
        Column<Payment>{"charged", &Payment::charged},
        Column<Payment>{"returned", &Payment::returned},
    };
};

template <>
struct Table<Refund> {
    static constexpr const char* name = "refunds";
    static constexpr const char* second_key = "refund_id";
    static constexpr std::array columns{
        Column<Refund>{"refund_request_id", &Refund::refund_request_id},
        Column<Refund>{"refund_id", &Refund::refund_id},
        Column<Refund>{"payment_id", &Refund::payment_id},
        Column<Refund>{"currency", &Refund::currency},
        Column<Refund>{"value", &Refund::value},
        Column<Refund>{"status", &Refund::status},
        Column<Refund>{"result_code", &Refund::result_code},
        Column<Refund>{"reference_refund_id", &Refund::reference_refund_id},
        Column<Refund>{"reason", &Refund::reason},
        Column<Refund>{"fault", &Refund::fault},
        Column<Refund>{"create_ms", &Refund::create_ms},
        Column<Refund>{"decide_ms", &Refund::decide_ms},
        Column<Refund>{"fails", &Refund::fails},
        Column<Refund>{"end_ms", &Refund::end_ms},
        Column<Refund>{"hidden", &Refund::hidden_inquiries},
    };
};

template <class Row>
std::string select_all() {
    std::string names;
    for (const Column<Row>& column : Table<Row>::columns)
        names += std::string(names.empty() ? "" : ", ") + column.name;
    return "SELECT " + names + " FROM " + Table<Row>::name + " ORDER BY seq";
}

template <class Row>
std::string create_table() {
    std::string sql = std::string("CREATE TABLE IF NOT EXISTS ") + Table<Row>::name + " (seq INTEGER PRIMARY KEY";
    for (const Column<Row>& column : Table<Row>::columns)
        sql += std::string(", ") + column.name + (column.text ? " TEXT NOT NULL" : " INTEGER NOT NULL");
    return sql + ", UNIQUE (" + Table<Row>::columns[0].name + "), UNIQUE (" + Table<Row>::second_key + "))";
}

/// Inserts, or overwrites all but the place in the order.
template <class Row>
void upsert(Session& session, Row& row) {
    std::string names, marks, updates;
    for (const Column<Row>& column : Table<Row>::columns) {
        names += std::string(names.empty() ? "" : ", ") + column.name;
        marks += marks.empty() ? "?" : ", ?";
        updates += std::string(updates.empty() ? "" : ", ") + column.name + " = excluded." + column.name;
    }
    Statement statement(session);
    statement << "INSERT INTO " << Table<Row>::name << " (" << names << ") VALUES (" << marks << ") ON CONFLICT ("
              << Table<Row>::columns[0].name << ") DO UPDATE SET " << updates;
    for (const Column<Row>& column : Table<Row>::columns) {
        if (column.text) {
            statement, use(row.*column.text);
        } else {
            statement, use(row.*column.number);
        }
    }
    statement.execute();
}

template <class Row>
Row row_of(RecordSet& rows) {
    Row row;
    std::size_t index = 0;
    for (const Column<Row>& column : Table<Row>::columns) {
        if (column.text) {
            row.*column.text = rows[index++].convert<std::string>();
        } else {
            row.*column.number = rows[index++].convert<std::int64_t>();
        }
    }
    return row;
}

void write_counts(Session& session, std::string id, RequestCounts counts) {
    session << "INSERT INTO requests (id, pay, inquiry, cancel, refund, inquiry_refund) VALUES (?, ?, ?, ?, ?, ?) "
               "ON CONFLICT (id) DO UPDATE SET pay = excluded.pay, inquiry = excluded.inquiry, cancel = "
               "excluded.cancel, refund = excluded.refund, inquiry_refund = excluded.inquiry_refund",
        use(id), use(counts.pay), use(counts.inquiry), use(counts.cancel), use(counts.refund),
        use(counts.inquiry_refund), now;
}

void write_entry(Session& session, Entry& entry) {
    session << "INSERT INTO entries (payment_id, kind, currency, value, customer, time_ms) VALUES (?, ?, ?, ?, ?, ?)",
        use(entry.payment_id), use(entry.kind), use(entry.currency), use(entry.value), use(entry.customer),
        use(entry.time_ms), now;
}

std::int64_t signed_value(const Entry& entry) {
    std::int64_t value = std::stoll(entry.value);
    return entry.kind == "CHARGE" ? -value : value;
}

}  // namespace

struct Ledger::File {
    explicit File(const std::string& file) : session("SQLite", file), path(file) {}
    Session session;
    std::string path;
    std::set<std::string> changed_counts;

    void prepare();
    /// Runs `work` in one durable transaction.
    template <class Work>
    void commit(Work work) {
        try {
            session.begin();
            work(session);
            session.commit();
        } catch (const Poco::Exception& failure) {
            if (session.isTransaction()) session.rollback();
            throw std::runtime_error("the ledger " + path + " cannot be written: " + failure.displayText());
        }
    }
};

void Ledger::File::prepare() {
    session << "PRAGMA busy_timeout = 500", now;
    session << "PRAGMA locking_mode = EXCLUSIVE", now;
    session << "PRAGMA journal_mode = WAL", now;
    session << "PRAGMA synchronous = FULL", now;
    int version = 0;
    session << "PRAGMA user_version", into(version), now;
    if (version > kSchemaVersion) {
        throw std::runtime_error("the ledger " + path + " is from a newer version; use another --state folder");
    }
    session.begin();
    session << create_table<Payment>(), now;
    session << create_table<Refund>(), now;
    session << "CREATE TABLE IF NOT EXISTS entries (seq INTEGER PRIMARY KEY, payment_id TEXT NOT NULL, kind TEXT NOT "
               "NULL, currency TEXT NOT NULL, value TEXT NOT NULL, customer TEXT NOT NULL, time_ms INTEGER NOT NULL)",
        now;
    session
        << "CREATE TABLE IF NOT EXISTS wallets (customer TEXT NOT NULL, currency TEXT NOT NULL, opening INTEGER NOT "
           "NULL, PRIMARY KEY (customer, currency))",
        now;
    session << "CREATE TABLE IF NOT EXISTS requests (id TEXT PRIMARY KEY, pay INTEGER NOT NULL, inquiry INTEGER NOT "
               "NULL, cancel INTEGER NOT NULL)",
        now;
    if (version < 2) {
        session << "ALTER TABLE requests ADD COLUMN refund INTEGER NOT NULL DEFAULT 0", now;
        session << "ALTER TABLE requests ADD COLUMN inquiry_refund INTEGER NOT NULL DEFAULT 0", now;
    }
    session << "PRAGMA user_version = " << kSchemaVersion, now;
    session.commit();
}

Ledger::Ledger(const std::string& path) {
    Poco::Data::SQLite::Connector::registerConnector();
    try {
        file_ = std::make_unique<File>(path);
        file_->prepare();
        load();
    } catch (const Poco::Data::SQLite::DBLockedException&) {
        throw std::runtime_error("the ledger " + path + " is in use: another sandbox runs on this --state folder");
    } catch (const Poco::Exception& failure) {
        throw std::runtime_error("the ledger " + path + " cannot be used: " + failure.displayText() +
                                 "; use another --state folder");
    }
}

Ledger::~Ledger() = default;

void Ledger::load() {
    RecordSet rows(file_->session, select_all<Payment>());
    for (bool more = rows.moveFirst(); more; more = rows.moveNext())
        remember(row_of<Payment>(rows));
    RecordSet refunds(file_->session, select_all<Refund>());
    for (bool more = refunds.moveFirst(); more; more = refunds.moveNext())
        remember(row_of<Refund>(refunds));
    RecordSet moves(file_->session,
                    "SELECT payment_id, kind, currency, value, customer, time_ms FROM entries ORDER BY seq");
    for (bool more = moves.moveFirst(); more; more = moves.moveNext()) {
        remember(Entry{moves[0].convert<std::string>(), moves[1].convert<std::string>(),
                       moves[2].convert<std::string>(), moves[3].convert<std::string>(),
                       moves[4].convert<std::string>(), moves[5].convert<std::int64_t>()});
    }
    RecordSet purses(file_->session, "SELECT customer, currency, opening FROM wallets");
    for (bool more = purses.moveFirst(); more; more = purses.moveNext()) {
        openings_[{purses[0].convert<std::string>(), purses[1].convert<std::string>()}] =
            purses[2].convert<std::int64_t>();
    }
    load_counts();
}

void Ledger::load_counts() {
    RecordSet asked(file_->session, "SELECT id, pay, inquiry, cancel, refund, inquiry_refund FROM requests");
    for (bool more = asked.moveFirst(); more; more = asked.moveNext()) {
        auto number = [&](std::size_t index) { return asked[index].convert<std::int64_t>(); };
        RequestCounts counts{number(1), number(2), number(3), number(4), number(5)};
        std::string id = asked[0].convert<std::string>();
        (id.empty() ? totals_ : counts_[id]) = counts;
    }
}

void Ledger::remember(const Payment& payment) {
    auto [place, added] = payments_.insert_or_assign(payment.payment_request_id, payment);
    if (!added) return;
    order_.push_back(payment.payment_request_id);
    ids_[payment.payment_id] = payment.payment_request_id;
    codes_.emplace(payment.method_hash, payment.payment_request_id);
}

void Ledger::remember(const Refund& refund) {
    auto [place, added] = refunds_.insert_or_assign(refund.refund_request_id, refund);
    if (!added) return;
    refund_ids_[refund.refund_id] = refund.refund_request_id;
    refunds_of_[refund.payment_id].push_back(refund.refund_request_id);
}

void Ledger::remember(const Entry& entry) {
    entries_.push_back(entry);
    moved_[{entry.customer, entry.currency}] += signed_value(entry);
}

const Payment* Ledger::by_request_id(std::string_view payment_request_id) const {
    auto found = payments_.find(std::string(payment_request_id));
    return found == payments_.end() ? nullptr : &found->second;
}

const Payment* Ledger::by_payment_id(std::string_view payment_id) const {
    auto found = ids_.find(std::string(payment_id));
    return found == ids_.end() ? nullptr : by_request_id(found->second);
}

const Payment* Ledger::by_method_hash(std::string_view method_hash) const {
    auto found = codes_.find(std::string(method_hash));
    return found == codes_.end() ? nullptr : by_request_id(found->second);
}

const Refund* Ledger::refund_by_request_id(std::string_view refund_request_id) const {
    auto found = refunds_.find(std::string(refund_request_id));
    return found == refunds_.end() ? nullptr : &found->second;
}

const Refund* Ledger::refund_by_id(std::string_view refund_id) const {
    auto found = refund_ids_.find(std::string(refund_id));
    return found == refund_ids_.end() ? nullptr : refund_by_request_id(found->second);
}

std::vector<const Refund*> Ledger::refunds_of(std::string_view payment_id) const {
    std::vector<const Refund*> all;
    auto found = refunds_of_.find(std::string(payment_id));
    if (found == refunds_of_.end()) return all;
    for (const std::string& id : found->second)
        all.push_back(&refunds_.at(id));
    return all;
}

std::vector<const Payment*> Ledger::payments() const {
    std::vector<const Payment*> all;
    for (const std::string& id : order_)
        all.push_back(&payments_.at(id));
    return all;
}

std::vector<Entry> Ledger::entries() const {
    return entries_;
}

std::int64_t Ledger::balance(const std::string& customer, const std::string& currency) const {
    auto opening = openings_.find({customer, currency});
    auto moved = moved_.find({customer, currency});
    return (opening == openings_.end() ? kOpeningBalance : opening->second) +
           (moved == moved_.end() ? 0 : moved->second);
}

void Ledger::set_balance(const std::string& customer, const std::string& currency, std::int64_t balance) {
    auto moved = moved_.find({customer, currency});
    std::int64_t opening = balance - (moved == moved_.end() ? 0 : moved->second);
    std::string who = customer, what = currency;
    file_->commit([&](Session& session) {
        session << "INSERT INTO wallets (customer, currency, opening) VALUES (?, ?, ?) "
                   "ON CONFLICT (customer, currency) DO UPDATE SET opening = excluded.opening",
            use(who), use(what), use(opening), now;
    });
    openings_[{customer, currency}] = opening;
}

void Ledger::save(const Payment& payment, const Entry* movement, const Refund* refund) {
    Payment row = payment;
    Entry entry = movement ? *movement : Entry{};
    Refund given = refund ? *refund : Refund{};
    file_->commit([&](Session& session) {
        upsert(session, row);
        write_counts(session, row.payment_request_id, counts(row.payment_request_id));
        if (movement) write_entry(session, entry);
        if (!refund) return;
        upsert(session, given);
        write_counts(session, given.refund_request_id, counts(given.refund_request_id));
    });
    file_->changed_counts.erase(row.payment_request_id);
    remember(row);
    if (movement) remember(entry);
    if (!refund) return;
    file_->changed_counts.erase(given.refund_request_id);
    remember(given);
}

void Ledger::count(const std::string& payment_request_id, std::int64_t RequestCounts::*which,
                   const std::string& refund_request_id) {
    ++(totals_.*which);
    count_one(payment_request_id, which);
    if (refund_request_id != payment_request_id) count_one(refund_request_id, which);
}

void Ledger::count_one(const std::string& request_id, std::int64_t RequestCounts::*which) {
    if (request_id.empty()) return;
    if (counts_.size() >= kCountedLimit && !counts_.contains(request_id)) return;
    ++(counts_[request_id].*which);
    file_->changed_counts.insert(request_id);
}

RequestCounts Ledger::counts(const std::string& request_id) const {
    auto found = counts_.find(request_id);
    return found == counts_.end() ? RequestCounts{} : found->second;
}

void Ledger::save_counts() {
    file_->commit([&](Session& session) {
        for (const std::string& id : file_->changed_counts)
            write_counts(session, id, counts_.at(id));
        write_counts(session, "", totals_);
    });
    file_->changed_counts.clear();
}

}  // namespace hostsim::sandbox
