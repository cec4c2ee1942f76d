// The statements of the journal, prepared once and used again.
#pragma once

#include <Poco/Data/Statement.h>

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "engine/journal.h"
#include "journal/database.h"
#include "journal/event_chain.h"
#include "money/operation.h"

namespace paydrv::journal {

/// What an operation's row holds beside its columns.
struct StoredOperation {
    std::string record;  // record_text.h
    std::int64_t event_seq = 0;
};

/// The operation of a stored text; throws std::runtime_error if it is none.
money::OperationRecord understood(const std::string& text);

/// Reads and writes the tables of one database, which must outlive it. One thread; blocks on the disk; whatever fails
/// throws Poco::Exception, and a record that cannot be understood throws std::runtime_error.
class Tables {
  public:
    static constexpr std::int64_t newest_of_order = 100;  // a ticket number that comes back every day

    explicit Tables(Database& database);
    Tables(const Tables&) = delete;
    Tables& operator=(const Tables&) = delete;

    void begin();     // takes the write lock at once
    void commit();    // durable when it returns
    void rollback();  // harmless outside a transaction

    std::optional<StoredOperation> find(std::int64_t row);
    std::optional<money::OperationRecord> find_name(money::Kind kind, std::string_view store, std::string_view terminal,
                                                    std::uint32_t business_day, std::string_view reference);
    /// All of this text, in the order of their rows; nothing for an empty one.
    std::vector<money::OperationRecord> find_payment_id(std::string_view payment_id);
    std::vector<money::OperationRecord> find_request_id(std::string_view request_id);
    /// business_day 0: of any day, the newest `newest_of_order`.
    std::vector<money::OperationRecord> find_order(std::uint32_t business_day, std::string_view order_reference);
    /// Inserts the operation's row, or writes over it. `before` is what stands in the row: while the operation keeps
    /// its name, only the indexes of what can change are written.
    void put(const money::OperationRecord& record, const std::string& record_text, std::int64_t event_seq,
             const std::optional<money::OperationRecord>& before);
    void append(const Event& event);

    std::vector<money::OperationRecord> list(engine::List what, std::uint32_t business_day, std::int64_t after,
                                             std::size_t limit);
    std::vector<money::OperationRecord> since(std::uint32_t business_day);
    std::int64_t last_row();
    std::uint64_t unacknowledged();

    /// Events above `after` in their order, at most `limit`.
    std::vector<Event> events(std::int64_t after, std::size_t limit);
    std::int64_t last_seq();

  private:
    Poco::Data::Statement& prepare(const char* sql);
    std::vector<money::OperationRecord> records(Poco::Data::Statement& statement);

    // Bound to the statements for good: a value is set, then the statement runs.
    std::int64_t row_ = 0;
    std::int64_t kind_ = 0;
    std::int64_t business_day_ = 0;
    std::int64_t final_ = 0;
    std::int64_t acknowledged_ = 0;
    std::int64_t limit_ = 0;
    std::string store_;
    std::string terminal_;
    std::string reference_;
    std::string payment_id_;
    std::string request_id_;
    std::string order_reference_;
    std::string record_;
    Event event_;
    std::vector<std::string> texts_;
    std::vector<std::int64_t> numbers_;
    struct EventColumns {
        std::vector<std::int64_t> seq, row, wall_ms;
        std::vector<std::string> name, record, previous, hash;
    } columns_;

    Database& database_;
    std::list<Poco::Data::Statement> statements_;
    Poco::Data::Statement& begin_;
    Poco::Data::Statement& commit_;
    Poco::Data::Statement& find_;
    Poco::Data::Statement& find_name_;
    Poco::Data::Statement& find_payment_id_;
    Poco::Data::Statement& find_request_id_;
    Poco::Data::Statement& find_order_;
    Poco::Data::Statement& find_order_of_day_;
    Poco::Data::Statement& put_;
    Poco::Data::Statement& renew_;
    Poco::Data::Statement& append_;
    Poco::Data::Statement& list_unacknowledged_;
    Poco::Data::Statement& list_unfinished_;
    Poco::Data::Statement& list_day_;
    Poco::Data::Statement& since_;
    Poco::Data::Statement& events_;
};

}  // namespace paydrv::journal
