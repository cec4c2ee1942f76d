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

constexpr int kSchemaVersion = 1;
constexpr std::size_t kCountedLimit = 1'000'000;  // paymentRequestIds whose requests are counted one by one

struct TextColumn {
    const char* name;
    std::string Payment::*field;
};
struct NumberColumn {
    const char* name;
    std::int64_t Payment::*field;
};

constexpr std::array kTextColumns{
    TextColumn{"payment_request_id", &Payment::payment_request_id},
    TextColumn{"payment_id", &Payment::payment_id},
    TextColumn{"currency", &Payment::currency},
    TextColumn{"value", &Payment::value},
    TextColumn{"method_hash", &Payment::method_hash},
    TextColumn{"reference_order_id", &Payment::reference_order_id},
    TextColumn{"reference_merchant_id", &Payment::reference_merchant_id},
    TextColumn{"reference_store_id", &Payment::reference_store_id},
    TextColumn{"store_terminal_id", &Payment::store_terminal_id},
    TextColumn{"status", &Payment::status},
    TextColumn{"result_code", &Payment::result_code},
    TextColumn{"customer", &Payment::customer},
    TextColumn{"fault", &Payment::fault},
};
constexpr std::array kNumberColumns{
    NumberColumn{"create_ms", &Payment::create_ms},     NumberColumn{"expiry_ms", &Payment::expiry_ms},
    NumberColumn{"paid_ms", &Payment::paid_ms},         NumberColumn{"cancel_ms", &Payment::cancel_ms},
    NumberColumn{"confirm_ms", &Payment::confirm_ms},   NumberColumn{"appear_ms", &Payment::appear_ms},
    NumberColumn{"hidden", &Payment::hidden_inquiries}, NumberColumn{"charged", &Payment::charged},
    NumberColumn{"returned", &Payment::returned},
};

std::string column_names() {
    std::string names;
    for (const TextColumn& column : kTextColumns)
        names += std::string(names.empty() ? "" : ", ") + column.name;
    for (const NumberColumn& column : kNumberColumns)
        names += std::string(", ") + column.name;
    return names;
}

std::string create_payments() {
    std::string sql = "CREATE TABLE IF NOT EXISTS payments (seq INTEGER PRIMARY KEY";
    for (const TextColumn& column : kTextColumns)
        sql += std::string(", ") + column.name + " TEXT NOT NULL";
    for (const NumberColumn& column : kNumberColumns)
        sql += std::string(", ") + column.name + " INTEGER NOT NULL";
    return sql + ", UNIQUE (payment_request_id), UNIQUE (payment_id))";
}

/// Insert, or overwrite all but the key and the place in the order.
std::string upsert_payment() {
    std::string marks, updates;
    auto add = [&](const char* name) {
        marks += marks.empty() ? "?" : ", ?";
        updates += std::string(updates.empty() ? "" : ", ") + name + " = excluded." + name;
    };
    for (const TextColumn& column : kTextColumns)
        add(column.name);
    for (const NumberColumn& column : kNumberColumns)
        add(column.name);
    return "INSERT INTO payments (" + column_names() + ") VALUES (" + marks +
           ") ON CONFLICT (payment_request_id) DO UPDATE SET " + updates;
}

void write_counts(Session& session, std::string id, RequestCounts counts) {
    session
        << "INSERT INTO requests (id, pay, inquiry, cancel) VALUES (?, ?, ?, ?) "
           "ON CONFLICT (id) DO UPDATE SET pay = excluded.pay, inquiry = excluded.inquiry, cancel = excluded.cancel",
        use(id), use(counts.pay), use(counts.inquiry), use(counts.cancel), now;
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
    session << create_payments(), now;
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
    RecordSet rows(file_->session, "SELECT " + column_names() + " FROM payments ORDER BY seq");
    for (bool more = rows.moveFirst(); more; more = rows.moveNext()) {
        Payment payment;
        std::size_t index = 0;
        for (const TextColumn& column : kTextColumns)
            payment.*column.field = rows[index++].convert<std::string>();
        for (const NumberColumn& column : kNumberColumns)
            payment.*column.field = rows[index++].convert<std::int64_t>();
        remember(payment);
    }
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
    RecordSet asked(file_->session, "SELECT id, pay, inquiry, cancel FROM requests");
    for (bool more = asked.moveFirst(); more; more = asked.moveNext()) {
        RequestCounts counts{asked[1].convert<std::int64_t>(), asked[2].convert<std::int64_t>(),
                             asked[3].convert<std::int64_t>()};
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

void Ledger::save(const Payment& payment, const Entry* movement) {
    Payment row = payment;
    Entry entry = movement ? *movement : Entry{};
    file_->commit([&](Session& session) {
        Statement statement(session);
        statement << upsert_payment();
        for (const TextColumn& column : kTextColumns)
            statement, use(row.*column.field);
        for (const NumberColumn& column : kNumberColumns)
            statement, use(row.*column.field);
        statement.execute();
        write_counts(session, row.payment_request_id, counts(row.payment_request_id));
        if (!movement) return;
        session
            << "INSERT INTO entries (payment_id, kind, currency, value, customer, time_ms) VALUES (?, ?, ?, ?, ?, ?)",
            use(entry.payment_id), use(entry.kind), use(entry.currency), use(entry.value), use(entry.customer),
            use(entry.time_ms), now;
    });
    file_->changed_counts.erase(row.payment_request_id);
    remember(row);
    if (movement) remember(entry);
}

void Ledger::count(const std::string& payment_request_id, std::int64_t RequestCounts::*which) {
    ++(totals_.*which);
    if (payment_request_id.empty()) return;
    if (counts_.size() >= kCountedLimit && !counts_.contains(payment_request_id)) return;
    ++(counts_[payment_request_id].*which);
    file_->changed_counts.insert(payment_request_id);
}

RequestCounts Ledger::counts(const std::string& payment_request_id) const {
    auto found = counts_.find(payment_request_id);
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
