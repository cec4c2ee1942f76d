// Space on the disk that is kept for results (R17).
#pragma once

#include <cstdint>
#include <filesystem>

namespace paydrv::journal {

/// A file of allocated blocks beside the journal. While it stands, results that find the disk full can have its space;
/// intents are not written while it is missing. Owns the file's name, no descriptor. One thread (the journal's).
class SpaceReserve {
  public:
    /// Room for a full checkpoint of the write-ahead log (tables.h) and some dozens of results.
    static constexpr std::int64_t size_bytes = 1024 * 1024;

    explicit SpaceReserve(const std::filesystem::path& journal);

    /// 0 if the reserve stands, made now if need be; else the errno that says why it cannot. Blocks on the disk.
    int make() noexcept;
    /// Frees the space. Harmless if there is none.
    void give_up() noexcept;
    bool stands() const noexcept { return stands_; }

  private:
    std::filesystem::path file_;
    bool stands_ = false;
};

}  // namespace paydrv::journal
