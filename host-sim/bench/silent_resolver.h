#pragma once

#include <filesystem>
#include <string>

namespace hostsim::bench {

struct OpenClose {
    double open_ms = 0, close_ms = 0;
    std::string failure;  ///< why it could not be measured; empty: it was
};

/// Opens and closes the driver while every name lookup hangs: in a process of its own whose /etc/resolv.conf is
/// replaced, in a mount namespace of its own, by one that names a server which never answers. Needs root or user
/// namespaces. Call it before this process has started a thread. `scratch` takes a small file. Blocks up to half a
/// minute.
OpenClose open_and_close_without_dns(const std::string& driver_path, const std::string& config,
                                     const std::filesystem::path& scratch);

}  // namespace hostsim::bench
