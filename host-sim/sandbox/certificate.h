#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sandbox/signature.h"

namespace hostsim::sandbox {

/// Makes an RSA key of 2048 bits, as Alipay's are. Throws std::runtime_error.
Key make_rsa_key();

/// Writes keys as PEM (private: PKCS#8, mode 0600; public: SubjectPublicKeyInfo). The file appears whole or not at all.
void write_private_key(EVP_PKEY* key, const std::string& path);
void write_public_key(EVP_PKEY* key, const std::string& path);

/// Makes a certificate authority of the sandbox's own, good for ten years: certificate and key as two PEM files.
void make_authority(const std::string& certificate_path, const std::string& key_path, std::int64_t now_ms);

/// True when the file holds a certificate of this key and this authority for all of `names` that lasts another month.
bool certificate_serves(const std::string& certificate_path, const std::string& key_path,
                        const std::string& authority_path, const std::vector<std::string>& names, std::int64_t now_ms);

/// Makes a server certificate for `names` (host names and IP addresses), signed by the authority.
void make_server_certificate(const std::string& certificate_path, const std::string& key_path,
                             const std::string& authority_path, const std::string& authority_key_path,
                             const std::vector<std::string>& names, std::int64_t now_ms);

/// Writes a file that appears whole or not at all; `mode` as chmod takes it. Throws std::runtime_error naming the file.
void write_file(const std::string& path, const std::string& text, unsigned mode);

}  // namespace hostsim::sandbox
