#include "sandbox/state_folder.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "sandbox/certificate.h"

namespace hostsim::sandbox {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

bool exists(const std::string& path) {
    return std::filesystem::exists(path);
}

/// A key pair as two files. The public half is derived anew when only it is missing.
void make_key_pair(const std::string& private_path, const std::string& public_path) {
    if (!exists(private_path)) {
        std::filesystem::remove(public_path);
        write_private_key(make_rsa_key().get(), private_path);
    }
    if (!exists(public_path)) write_public_key(read_private_key(private_path).get(), public_path);
}

}  // namespace

void make_folder(const StateFolder& state) {
    std::error_code failure;
    std::filesystem::create_directories(state.folder, failure);
    if (failure || !std::filesystem::is_directory(state.folder)) {
        throw std::runtime_error("cannot make the folder " + state.folder + " (--state): " +
                                 (failure ? failure.message() : std::string("a file of that name is in the way")));
    }
}

void make_identity(const StateFolder& state, const std::vector<std::string>& host_names, std::int64_t now_ms) {
    make_key_pair(state.merchant_private_key(), state.merchant_public_key());
    make_key_pair(state.gateway_private_key(), state.alipay_public_key());
    make_key_pair(state.second_private_key(), state.second_public_key());
    if (!exists(state.authority()) || !exists(state.authority_key())) {
        make_authority(state.authority(), state.authority_key(), now_ms);
    }
    std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
    names.insert(names.end(), host_names.begin(), host_names.end());
    if (!certificate_serves(state.server_certificate(), state.server_key(), state.authority(), names, now_ms)) {
        make_server_certificate(state.server_certificate(), state.server_key(), state.authority(),
                                state.authority_key(), names, now_ms);
    }
}

void write_config(const StateFolder& state, std::uint16_t port) {
    auto object = [] { return Object::Ptr(new Object(Poco::JSON_PRESERVE_KEY_ORDER)); };
    Object::Ptr merchant = object();
    merchant->set("referenceMerchantId", "SANDBOX-MERCHANT-1");
    merchant->set("merchantName", "Sandbox Hotel");
    merchant->set("merchantMCC", "7011");
    Object::Ptr store = object();
    store->set("referenceStoreId", "SANDBOX-STORE-1");
    store->set("storeName", "Sandbox Hotel, front desk");
    store->set("storeMCC", "7011");
    Array::Ptr public_keys = new Array;
    public_keys->add("alipay_public_key.pem");

    Object::Ptr config = object();
    config->set("clientId", kClientId);
    config->set("gatewayUrl", "https://127.0.0.1:" + std::to_string(port));
    config->set("privateKeyFile", "merchant_private_key.pem");
    config->set("alipayPublicKeyFiles", public_keys);
    config->set("caFile", "ca.pem");
    config->set("journalFile", "journal.sqlite");
    config->set("merchant", merchant);
    config->set("store", store);
    config->set("storeTerminalId", "TILL-1");
    std::ostringstream text;
    config->stringify(text, 2);
    write_file(state.config(), text.str() + "\n", 0644);
}

}  // namespace hostsim::sandbox
