#include "net/http_answer.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "net/http_syntax.h"

namespace paydrv::net {

namespace {

constexpr std::size_t max_interim_answers = 8;
constexpr int switching_protocols = 101;

// Whether a comma-separated list such as that of Connection holds the token, in any case.
bool list_has(const std::string& list, std::string_view token) {
    std::size_t begin = 0;
    while (begin <= list.size()) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        if (lower_case(trimmed(std::string_view(list).substr(begin, end - begin))) == token) return true;
        begin = end + 1;
    }
    return false;
}

// A whole text of digits of that base; nothing else, no sign, no overflow.
std::optional<std::size_t> number_of(std::string_view text, int base) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

}  // namespace

void AnswerReader::take(std::string_view bytes) {
    if (finished()) {
        rest_ += bytes;
        return;
    }
    begun_ = begun_ || !bytes.empty();
    rest_ += bytes;
    while (!finished() && step()) {
    }
}

void AnswerReader::take_end() {
    if (finished()) return;
    if (state_ == State::until_end) {
        state_ = State::complete;
        return;
    }
    if (begun_) return fail(Fault::broken_answer, "The answer was cut short.");
    fail(Fault::closed, "The server ended the connection without an answer.");
}

// One step forward. False: more bytes are needed first.
bool AnswerReader::step() {
    switch (state_) {
        case State::body:
        case State::chunk_body:
        case State::until_end: return step_body();
        case State::complete: return false;
        default: return step_line();
    }
}

bool AnswerReader::step_line() {
    const auto line = next_line();
    if (!line) return false;
    switch (state_) {
        case State::status_line: on_status_line(*line); break;
        case State::fields: line->empty() ? on_head_end() : on_field(*line); break;
        case State::chunk_size: on_chunk_size(*line); break;
        case State::chunk_end:
            state_ = State::chunk_size;
            if (!line->empty()) fail(Fault::broken_answer, "A chunk of the answer does not end where its length says.");
            break;
        case State::trailers:
            if (line->empty()) state_ = State::complete;
            break;
        default: break;
    }
    return true;
}

bool AnswerReader::step_body() {
    const std::size_t size = state_ == State::until_end ? rest_.size() : std::min(rest_.size(), body_left_);
    if (body_.size() + size > max_body_bytes) {
        fail(Fault::too_big, "The answer's body is larger than " + std::to_string(max_body_bytes) + " bytes.");
        return false;
    }
    body_.append(rest_, 0, size);
    rest_.erase(0, size);
    if (state_ == State::until_end) return false;
    body_left_ -= size;
    if (body_left_ > 0) return false;
    state_ = state_ == State::body ? State::complete : State::chunk_end;
    return true;
}

// Lines end with CR LF. Those of all heads, chunks' sizes and trailers of an answer together have one limit.
std::optional<std::string> AnswerReader::next_line() {
    const std::size_t end = rest_.find("\r\n");
    const std::size_t used = end == std::string::npos ? rest_.size() : end + 2;
    const bool chunk_line = state_ == State::chunk_size || state_ == State::chunk_end;
    const std::size_t so_far =
        chunk_line ? 0 : head_bytes_;  // chunks are bounded by the body's limit, each line by the head's
    if (so_far + used > max_head_bytes) {
        fail(Fault::too_big, "The answer's head is larger than " + std::to_string(max_head_bytes) + " bytes.");
        return std::nullopt;
    }
    if (end == std::string::npos) return std::nullopt;
    if (!chunk_line) head_bytes_ += used;
    std::string line = rest_.substr(0, end);
    rest_.erase(0, used);
    return line;
}

// "HTTP/1.1 200 OK"; the reason may be missing.
void AnswerReader::on_status_line(std::string_view line) {
    const bool good = line.size() >= 12 && line.starts_with("HTTP/1.") && is_digit(line[7]) && line[8] == ' ' &&
                      line[9] >= '1' && line[9] <= '5' && is_digit(line[10]) && is_digit(line[11]) &&
                      (line.size() == 12 || line[12] == ' ');
    if (!good)
        return fail(Fault::broken_answer, "The answer does not begin like HTTP/1.1: check the address and the port.");
    status_ = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    keep_ = line[7] != '0';
    state_ = State::fields;
}

void AnswerReader::on_field(std::string_view line) {
    if (++fields_ > max_head_fields)
        return fail(Fault::too_big, "The answer has more than " + std::to_string(max_head_fields) + " header fields.");
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, std::min(colon, line.size()));
    if (colon == std::string_view::npos || !is_token(name) || !is_field_value(line.substr(colon + 1)))
        return fail(Fault::broken_answer, "The answer has a header line that is not \"name: value\".");
    headers_.emplace_back(name, trimmed(line.substr(colon + 1)));
}

void AnswerReader::on_head_end() {
    if (status_ == switching_protocols)
        return fail(Fault::broken_answer, "The server wants to leave HTTP (status 101), which was not asked for.");
    if (status_ >= 200) return on_framing();
    if (++interim_answers_ > max_interim_answers)
        return fail(Fault::broken_answer, "The server sends interim answers (status 1xx) without end.");
    headers_.clear();
    state_ = State::status_line;
}

// How long the body is (RFC 9112, section 6.3).
void AnswerReader::on_framing() {
    if (list_has(joined("connection"), "close")) keep_ = false;
    const bool empty = status_ == 204 || status_ == 304 || method_ == Method::connect;
    const std::string coding = joined("transfer-encoding");
    if (empty) {
        state_ = State::complete;
    } else if (has("transfer-encoding")) {
        if (lower_case(coding) != "chunked")
            return fail(Fault::broken_answer, "The answer's transfer coding is not \"chunked\".");
        if (has("content-length")) keep_ = false;  // contradictory: whoever wrote it may frame the next one otherwise
        state_ = State::chunk_size;
    } else if (has("content-length")) {
        read_content_length();
    } else {
        keep_ = false;
        state_ = State::until_end;
    }
}

void AnswerReader::read_content_length() {
    std::optional<std::size_t> length;
    for (const auto& [name, value] : headers_) {
        if (lower_case(name) != "content-length") continue;
        const auto each = number_of(value, 10);
        if (!each || (length && *length != *each))
            return fail(Fault::broken_answer, "The answer's Content-Length is not one number.");
        length = each;
    }
    if (*length > max_body_bytes)
        return fail(Fault::too_big, "The answer's body is larger than " + std::to_string(max_body_bytes) + " bytes.");
    body_left_ = *length;
    state_ = body_left_ == 0 ? State::complete : State::body;
}

void AnswerReader::on_chunk_size(std::string_view line) {
    const auto size = number_of(trimmed(line.substr(0, line.find(';'))), 16);
    if (!size) return fail(Fault::broken_answer, "A chunk of the answer does not begin with its length.");
    if (*size > max_body_bytes || body_.size() + *size > max_body_bytes)
        return fail(Fault::too_big, "The answer's body is larger than " + std::to_string(max_body_bytes) + " bytes.");
    body_left_ = *size;
    state_ = *size == 0 ? State::trailers : State::chunk_body;
}

// All values of that field, joined by ", " (RFC 9110, section 5.3).
std::string AnswerReader::joined(std::string_view name) const {
    std::string result;
    for (const auto& [each, value] : headers_)
        if (lower_case(each) == name) result += (result.empty() ? "" : ", ") + value;
    return result;
}

bool AnswerReader::has(std::string_view name) const {
    return std::ranges::any_of(headers_, [&](const auto& field) { return lower_case(field.first) == name; });
}

void AnswerReader::fail(Fault fault, std::string problem) {
    failure_ = {fault, std::move(problem)};
}

}  // namespace paydrv::net
