// Writes the journal of a schema that later drivers must still open: tests/unit/journal/journal-0.9.sqlite3 (schema 1),
// journal-schema-2.sqlite3. When the schema gets a new version: ninja write_journal_sample &&
// tests/write_journal_sample <file>, and keep the old samples as they are.
#include <filesystem>
#include <iostream>

#include "journal/sqlite_journal.h"
#include "records.h"

int main(int argc, char** argv) {
    namespace test = paydrv::journal_test;
    if (argc != 2 || std::filesystem::exists(argv[1])) {
        std::cerr << "usage: write_journal_sample <file that does not exist yet>\n";
        return 2;
    }
    const std::filesystem::path file = argv[1];
    {
        paydrv::journal::SqliteJournal journal(file, test::noon);
        const bool written = journal.commit({{test::intent(test::payment(1)), test::intent(test::payment(2))}}) &&
                             journal.commit({{test::result(test::paid(test::payment(1)))}}) &&
                             journal.commit({{test::intent(test::every_field())}}) &&
                             journal.commit({{test::intent(test::every_field_of_schema_2())}});
        if (!written) {
            std::cerr << journal.problem() << '\n';
            return 1;
        }
    }
    for (const auto* suffix : {".lock", ".reserve"}) {
        std::filesystem::remove(file.string() + suffix);
    }
    return 0;
}
