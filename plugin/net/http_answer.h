// Reads one HTTP/1.1 answer out of the bytes of a connection (RFC 9112), and knows exactly whether it arrived whole.
//
// Own code and not Poco's reader, for three reasons seen in Poco 1.11: it takes a body that was cut short for a
// complete one, skips header lines that it cannot read, and decodes RFC 2047 words in values, so that what the server
// sent is gone.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "net/https_client.h"

namespace paydrv::net {

// A pure state machine; one thread at a time.
class AnswerReader {
  public:
    // What the answer is to: one to CONNECT ends with its head, whatever that says of a body.
    enum class Method { post, connect };
    explicit AnswerReader(Method method = Method::post) : method_(method) {}

    // Takes the next bytes. Does nothing once finished.
    void take(std::string_view bytes);

    // The server ended its side in order: completes an answer whose body lasts until the end, and cuts any other short.
    void take_end();

    bool complete() const noexcept { return state_ == State::complete; }
    bool finished() const noexcept { return complete() || failure_; }
    bool begun() const noexcept { return begun_; }
    const Failure& failure() const noexcept { return failure_; }

    // Complete, with nothing after its end, on a connection that the server keeps.
    bool connection_reusable() const noexcept { return complete() && keep_ && rest_.empty(); }

    // Complete, and more has arrived than belongs to it.
    bool surplus() const noexcept { return complete() && !rest_.empty(); }

    int status() const noexcept { return status_; }
    HeaderFields& headers() noexcept { return headers_; }
    std::string& body() noexcept { return body_; }

  private:
    enum class State { status_line, fields, chunk_size, chunk_end, trailers, body, chunk_body, until_end, complete };

    bool step();
    bool step_line();
    bool step_body();
    void on_status_line(std::string_view line);
    void on_field(std::string_view line);
    void on_head_end();
    void on_framing();
    void on_chunk_size(std::string_view line);
    std::optional<std::string> next_line();
    bool has(std::string_view name) const;
    std::string joined(std::string_view name) const;
    void read_content_length();
    void fail(Fault fault, std::string problem);

    const Method method_;
    State state_ = State::status_line;
    Failure failure_;
    std::string rest_;  // bytes not yet used
    std::size_t head_bytes_ = 0;
    std::size_t fields_ = 0;
    std::size_t interim_answers_ = 0;
    std::size_t body_left_ = 0;  // of the body or the chunk under way
    int status_ = 0;
    bool begun_ = false;
    bool keep_ = false;
    HeaderFields headers_;
    std::string body_;
};

}  // namespace paydrv::net
