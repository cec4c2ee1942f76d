// The bytes of one HTTP/1.1 POST.
#pragma once

#include <string>

#include "net/https_client.h"

namespace paydrv::net {

// Why the request cannot be put on the wire as it stands; empty if it can.
std::string fault_in(const HttpsRequest& request);

// `authority`: the value of Host. The request must have passed fault_in().
std::string bytes_of(const HttpsRequest& request, const std::string& authority);

}  // namespace paydrv::net
