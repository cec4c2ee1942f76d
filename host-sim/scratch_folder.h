#pragma once

#include <filesystem>
#include <string>

namespace hostsim {

/// A new folder of our own under the system's folder for temporary files, readable by nobody else; removed with this
/// object unless it is to be kept.
class ScratchFolder {
  public:
    /// Throws std::runtime_error when it cannot be made.
    ScratchFolder(const std::string& name, bool keep);
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
    bool keep_;
};

}  // namespace hostsim
