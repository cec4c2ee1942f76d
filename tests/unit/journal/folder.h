// A folder that a test has to itself.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "journal/sqlite_journal.h"
#include "records.h"

namespace paydrv::journal_test {

class Folder {
  public:
    explicit Folder(const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
        auto name = (parent / "paydrv-journal-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no folder can be made under " + parent.string());
        }
        path_ = name;
    }
    ~Folder() {
        std::error_code ignored;  // a test that failed half-way may have left a mount or a permission in the way
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path file() const { return path_ / "till.journal"; }
    std::filesystem::path beside(const std::string& suffix) const { return file().string() + suffix; }

  private:
    std::filesystem::path path_;
};

class JournalTest : public ::testing::Test {
  protected:
    static std::unique_ptr<journal::SqliteJournal> open(const std::filesystem::path& file) {
        return std::make_unique<journal::SqliteJournal>(file, noon);
    }
    std::unique_ptr<journal::SqliteJournal> open() const { return open(folder_.file()); }

    const Folder folder_;
};

/// What opening says; fails the test if it does not refuse.
inline journal::OpenError refusal(const std::filesystem::path& file) {
    try {
        journal::SqliteJournal opened(file, noon);
    } catch (const journal::OpenError& error) {
        return error;
    }
    ADD_FAILURE() << file << " was opened";
    return {journal::OpenError::Why::in_use, ""};
}

inline std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace paydrv::journal_test
