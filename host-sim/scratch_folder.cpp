#include "scratch_folder.h"

#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <stdexcept>

namespace hostsim {

ScratchFolder::ScratchFolder(const std::string& name, bool keep) : keep_(keep) {
    std::string pattern = (std::filesystem::temp_directory_path() / (name + "-XXXXXX")).string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("cannot make a folder " + pattern + ": " + std::strerror(errno));
    }
    path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
    if (keep_) return;
    std::error_code failure;
    std::filesystem::remove_all(path_, failure);
    if (failure) std::cerr << "cannot remove " << path_.string() << ": " << failure.message() << "\n";
}

}  // namespace hostsim
