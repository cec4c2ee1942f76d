#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hostsim::sandbox {

/// The client id of every sandbox. It begins SANDBOX_, so official SDKs call /ams/sandbox/api with it.
inline constexpr const char* kClientId = "SANDBOX_5YDRV0000000000000";

/// The files of one sandbox: keys and certificates, made when they are missing and kept for good, and the ledger. Plain
/// data; all paths begin with the folder's.
struct StateFolder {
    std::string folder;

    std::string authority() const { return folder + "/ca.pem"; }
    std::string authority_key() const { return folder + "/ca_private_key.pem"; }
    std::string server_certificate() const { return folder + "/server.pem"; }
    std::string server_key() const { return folder + "/server_private_key.pem"; }
    std::string merchant_private_key() const { return folder + "/merchant_private_key.pem"; }
    std::string merchant_public_key() const { return folder + "/merchant_public_key.pem"; }
    std::string gateway_private_key() const { return folder + "/alipay_private_key.pem"; }
    std::string alipay_public_key() const { return folder + "/alipay_public_key.pem"; }
    /// The gateway's second pair: it signs after a rotation.
    std::string second_private_key() const { return folder + "/alipay_private_key_2.pem"; }
    std::string second_public_key() const { return folder + "/alipay_public_key_2.pem"; }
    std::string ledger() const { return folder + "/ledger.sqlite"; }
    std::string config() const { return folder + "/paydrv.json"; }
};

/// Makes the folder itself; an existing one is taken. Throws std::runtime_error naming it.
void make_folder(const StateFolder& state);

/// Makes what is missing of keys and certificates. A server certificate that lacks one of `host_names` or is nearly
/// over is made anew; nothing else is ever replaced. Throws std::runtime_error naming the file.
void make_identity(const StateFolder& state, const std::vector<std::string>& host_names, std::int64_t now_ms);

/// Writes paydrv.json, the driver's configuration for this sandbox; overwritten at each start since the port may
/// change.
void write_config(const StateFolder& state, std::uint16_t port);

}  // namespace hostsim::sandbox
