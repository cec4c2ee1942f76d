#include "bench/black_hole.h"

#include <Poco/Exception.h>

#include <stdexcept>

namespace hostsim::bench {

BlackHole::BlackHole() {
    try {
        listener_.bind(Poco::Net::SocketAddress("127.0.0.1", 0));
        listener_.listen(kBacklog);
    } catch (const Poco::Exception& error) {
        throw std::runtime_error("cannot listen on 127.0.0.1: " + error.displayText());
    }
}

std::string BlackHole::url() const {
    return "https://127.0.0.1:" + std::to_string(listener_.address().port());
}

}  // namespace hostsim::bench
