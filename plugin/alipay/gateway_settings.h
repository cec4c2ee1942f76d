#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace paydrv::alipay {

enum class RequestTimeForm : std::uint8_t { epoch_ms, iso8601 };

/// Who we are to Alipay and how we speak to it. Plain data, made by session/settings; key texts are secret.
struct GatewaySettings {
    std::string client_id;
    std::string path_prefix = "/ams/api";  // "/ams/sandbox/api" for client ids that begin SANDBOX_
    RequestTimeForm request_time = RequestTimeForm::epoch_ms;
    std::string agent_token;                      // empty: none
    std::string private_key;                      // PEM or bare base64; PKCS#8 or PKCS#1
    std::string private_key_name;                 // for error texts: the key and file, or environment variable
    std::vector<std::string> alipay_public_keys;  // one, or two during a rotation
    std::string alipay_public_keys_name;
    std::string reference_merchant_id;
    std::string merchant_name;
    std::string merchant_mcc;
    std::string reference_store_id;
    std::string store_name;
    std::string store_mcc;
    std::string settlement_currency;  // empty: not sent
    std::string merchant_region;      // empty: not sent
    std::string payment_notify_url;   // empty: not sent
};

}  // namespace paydrv::alipay
