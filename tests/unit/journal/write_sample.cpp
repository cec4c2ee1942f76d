// Writes tests/unit/journal/journal-<version>.sqlite3, the journal of a release that later drivers must still open.
// When the schema gets a new version: ninja write_journal_sample && tests/write_journal_sample <file>, and keep the old
// samples as they are.
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
                             journal.commit({{test::intent(test::every_field())}});
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
