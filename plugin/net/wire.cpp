#include "net/wire.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <stdexcept>
#include <system_error>

namespace paydrv::net {

namespace {

bool broken(Wire& wire) {
    if (wire.fault != Fault::none) return true;
    if (wire.stop->raised()) wire.fault = Fault::stopped;
    // Asked before every transfer, ready or not: a server that always has another byte does not get past the deadline.
    else if (wire.deadline.passed())
        wire.fault = Fault::deadline;
    return wire.fault != Fault::none;
}

// After a transfer that failed with errno: waits if it only has to wait. False: the wire is broken.
bool wait_after_error(Wire& wire, short events) {
    if (errno == EINTR) return true;
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
        wire.fault = Fault::closed;
        wire.system_error = errno;
        return false;
    }
    const Wait wait = wait_for(wire.socket.get(), events, wire.deadline, *wire.stop);
    if (wait == Wait::ready) return true;
    wire.fault = wait == Wait::stopped ? Fault::stopped : Fault::deadline;
    return false;
}

int wire_write(BIO* bio, const char* data, int size) {
    BIO_clear_retry_flags(bio);
    return static_cast<int>(send_some(*static_cast<Wire*>(BIO_get_data(bio)), data, static_cast<std::size_t>(size)));
}

int wire_read(BIO* bio, char* data, int size) {
    BIO_clear_retry_flags(bio);
    return static_cast<int>(receive_some(*static_cast<Wire*>(BIO_get_data(bio)), data, static_cast<std::size_t>(size)));
}

long wire_control(BIO* bio, int command, long, void*) {
    const auto& wire = *static_cast<const Wire*>(BIO_get_data(bio));
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return wire.fault == Fault::closed ? 1 : 0;
    return 0;
}

int wire_create(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
}

}  // namespace

std::string closing_of(const Wire& wire, const std::string& who) {
    if (wire.system_error == 0) return who + " ended the connection";
    if (wire.system_error == ECONNRESET || wire.system_error == EPIPE) return who + " reset the connection";
    return std::generic_category().message(wire.system_error);
}

std::ptrdiff_t send_some(Wire& wire, const char* data, std::size_t size) {
    while (!broken(wire)) {
        const auto sent = ::send(wire.socket.get(), data, size, MSG_NOSIGNAL);
        if (sent >= 0) {
            wire.bytes_sent += sent;
            return sent;
        }
        if (!wait_after_error(wire, POLLOUT)) break;
    }
    return -1;
}

std::ptrdiff_t receive_some(Wire& wire, char* data, std::size_t size) {
    while (!broken(wire)) {
        const auto received = ::recv(wire.socket.get(), data, size, 0);
        if (received > 0) return received;
        if (received == 0) {
            wire.fault = Fault::closed;
            return 0;
        }
        if (!wait_after_error(wire, POLLIN)) break;
    }
    return -1;
}

BIO_METHOD* new_wire_method() {
    BIO_METHOD* const method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "paydrv wire");
    if (method == nullptr || BIO_meth_set_write(method, wire_write) != 1 || BIO_meth_set_read(method, wire_read) != 1 ||
        BIO_meth_set_ctrl(method, wire_control) != 1 || BIO_meth_set_create(method, wire_create) != 1)
        throw std::runtime_error("OpenSSL has no memory left");
    return method;
}

BIO* new_wire_bio(const BIO_METHOD* method, Wire* wire) {
    BIO* const bio = BIO_new(method);
    if (bio != nullptr) BIO_set_data(bio, wire);
    return bio;
}

}  // namespace paydrv::net
