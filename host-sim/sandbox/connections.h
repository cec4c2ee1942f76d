#pragma once

#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <list>
#include <mutex>
#include <thread>

namespace hostsim::sandbox {

/// The open connections of a listener and the watchdog over them: whoever passes its deadline has its socket shut down
/// below TLS, which wakes the thread that reads or writes it. Any thread. Owns one thread and the held connections.
class Connections {
  public:
    using Time = std::chrono::steady_clock::time_point;

    Connections(std::size_t held_limit, std::chrono::milliseconds held_for);
    ~Connections();

    /// One served connection, for as long as its thread serves it. Owns a descriptor of its own of the same socket, so
    /// that the watchdog never meets one that was closed and given to another connection.
    class Place {
      public:
        Place(Connections& all, int descriptor);
        ~Place();
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        /// From now on the connection has this long.
        void allow(std::chrono::milliseconds time);

      private:
        friend class Connections;
        Connections& all_;
        int descriptor_;
        Time deadline_;
    };

    bool stopping() const { return stopping_; }
    /// Keeps a connection open without answering it, until its client closes, its time is over or stop().
    void hold(const Poco::Net::StreamSocket& socket);
    /// Waits that long on the calling thread; false as soon as stop() is called.
    bool pause(std::chrono::milliseconds time);
    /// Cuts every connection; later ones are cut as they come.
    void stop();

  private:
    struct Held {
        Poco::Net::StreamSocket socket;
        Time until;
    };
    void watch();
    void sweep(Time now);

    const std::size_t held_limit_;
    const std::chrono::milliseconds held_for_;
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;  // everything below
    std::condition_variable wake_;
    std::list<Place*> places_;
    std::deque<Held> held_;
    std::thread watchdog_;
};

/// Ends a connection with a TCP reset; what was sent before may be lost.
void reset(const Poco::Net::StreamSocket& socket);

/// Ends a connection below TLS, without a close_notify: what a lost network looks like from the other side.
void cut(const Poco::Net::StreamSocket& socket);

}  // namespace hostsim::sandbox
