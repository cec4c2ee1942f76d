#include "interrupt.h"

#include <csignal>

namespace hostsim {
namespace {

volatile std::sig_atomic_t g_interrupted = 0;

void raise_flag(int) {
    g_interrupted = 1;
}

}  // namespace

void catch_interrupts() {
    struct sigaction action {};
    action.sa_handler = raise_flag;  // without SA_RESTART, so that a read of the keyboard ends
    for (int number : {SIGINT, SIGTERM, SIGHUP})
        sigaction(number, &action, nullptr);
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignore, nullptr);
}

bool interrupted() {
    return g_interrupted != 0;
}

void throw_if_interrupted() {
    if (interrupted()) throw Interrupted();
}

}  // namespace hostsim
