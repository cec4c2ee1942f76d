// The bytes below TLS: a BIO over a non-blocking socket whose reads and writes know the request's deadline and the stop
// signal. To OpenSSL it looks like a blocking socket that breaks when the time is over, so that handshake, sending and
// receiving all end at the one deadline, however slowly the other side drips. It sends with MSG_NOSIGNAL: no SIGPIPE,
// whatever thread calls, and without touching the thread's signal mask, which belongs to the host.
#pragma once

#include <openssl/bio.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "net/fault.h"
#include "net/wait.h"

namespace paydrv::net {

// One connection's socket. One thread at a time.
struct Wire {
    Descriptor socket;
    const StopSignal* stop = nullptr;
    Deadline deadline;            // of the request under way
    std::int64_t bytes_sent = 0;  // taken by the system's socket, TLS framing included
    Fault fault = Fault::none;    // why the wire broke: deadline, stopped or closed; once set, nothing moves any more
    int system_error = 0;         // errno of a closed wire, 0 for an orderly end
};

// "the server reset the connection": how a closed wire closed.
std::string closing_of(const Wire& wire, const std::string& who = "the server");

// Without TLS: send or receive at least one of `size` bytes, and wait for that as the BIO does. Less than 1: the wire
// is broken, its fault says why.
std::ptrdiff_t send_some(Wire& wire, const char* data, std::size_t size);
std::ptrdiff_t receive_some(Wire& wire, char* data, std::size_t size);

BIO_METHOD* new_wire_method();
// A BIO over `wire`, which must outlive it. Null when memory is short.
BIO* new_wire_bio(const BIO_METHOD* method, Wire* wire);

}  // namespace paydrv::net
