#include "net/fault.h"

namespace paydrv::net {

const char* name_of(Fault fault) noexcept {
    switch (fault) {
        case Fault::none: return "none";
        case Fault::recalled: return "recalled";
        case Fault::stopped: return "stopped";
        case Fault::bad_request: return "bad_request";
        case Fault::resolve: return "resolve";
        case Fault::connect: return "connect";
        case Fault::proxy: return "proxy";
        case Fault::tls_untrusted: return "tls_untrusted";
        case Fault::tls_host_name: return "tls_host_name";
        case Fault::tls_time: return "tls_time";
        case Fault::tls_other: return "tls_other";
        case Fault::deadline: return "deadline";
        case Fault::closed: return "closed";
        case Fault::broken_answer: return "broken_answer";
        case Fault::too_big: return "too_big";
        case Fault::exhausted: return "exhausted";
    }
    return "invalid";
}

}  // namespace paydrv::net
