// A disk that a test can fill.
#pragma once

#include <gtest/gtest.h>
#include <sys/mount.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace paydrv::journal_test {

/// A small file system of its own, if this user may mount one.
class SmallDisk {
  public:
    explicit SmallDisk(const std::filesystem::path& at, const char* size) : at_(at) {
        std::filesystem::create_directory(at);
        mounted_ = ::mount("tmpfs", at.c_str(), "tmpfs", 0, size) == 0;
    }
    ~SmallDisk() {
        if (mounted_) {
            ::umount2(at_.c_str(), MNT_DETACH);
        }
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    bool mounted() const { return mounted_; }
    bool remount(unsigned long flags) const {
        return ::mount("tmpfs", at_.c_str(), "tmpfs", MS_REMOUNT | flags, nullptr) == 0;
    }

    /// Takes every free byte.
    void fill() const {
        std::ofstream filler(at_ / "filler", std::ios::binary | std::ios::app);
        const std::string block(4096, 'f');
        while (filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
        }
    }
    void empty() const { std::filesystem::remove(at_ / "filler"); }

  private:
    std::filesystem::path at_;
    bool mounted_ = false;
};

#define MOUNT_OR_SKIP(disk, at, size)                                                                              \
    const SmallDisk disk(at, size);                                                                                \
    if (!disk.mounted()) {                                                                                         \
        GTEST_SKIP() << "needs the right to mount a tmpfs (run as root); the limit on file size is tested anyway"; \
    }

}  // namespace paydrv::journal_test
