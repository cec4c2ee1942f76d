#include "sandbox/exchange.h"

#include <strings.h>

namespace hostsim::sandbox {

std::vector<std::string> header_values(const Headers& headers, std::string_view name) {
    std::vector<std::string> values;
    for (const auto& [key, value] : headers) {
        if (key.size() == name.size() && strncasecmp(key.data(), name.data(), name.size()) == 0)
            values.push_back(value);
    }
    return values;
}

}  // namespace hostsim::sandbox
