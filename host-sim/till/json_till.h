#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include <Poco/JSON/Object.h>

#include "driver_library.h"
#include "till/json_order.h"

namespace hostsim::till {

struct JsonTillSettings {
    std::string config;              ///< path of the driver's configuration, or its JSON
    std::string operator_id;         ///< where a line names none
    std::uint32_t business_day = 0;  ///< where a line names none
};

/// A till that another program drives: one JSON object a line in, one JSON object a line out, every function of the
/// contract under its own name. It keeps no ticket book and acknowledges nothing by itself: both are the other
/// program's. Owns one session. One thread.
class JsonTill {
  public:
    /// `driver` and `out` must outlive the till.
    JsonTill(const DriverLibrary& driver, const JsonTillSettings& settings, std::ostream& out);
    /// Closes by force what is still open: nothing is lost, the next open goes on.
    ~JsonTill();
    JsonTill(const JsonTill&) = delete;
    JsonTill& operator=(const JsonTill&) = delete;

    /// Opens the driver and writes {"do":"open",...}. False: it does not open; the object has the problem.
    bool open();

    /// Follows one line and writes one object. Blocks as long as the function does; a wait ends early on an interrupt.
    void follow(const std::string& line);
    /// Answers a line that was too long to be read.
    void refuse_long_line();

    /// True once a line has closed the driver or said exit.
    bool over() const { return over_; }

    /// The end of the input: closes without force and writes {"do":"close",...}; with a payment in doubt the result is
    /// PAYDRV_E_IN_DOUBT, and the payment goes on by itself at the next open.
    void end();

  private:
    friend struct JsonCalls;
    using Answer = Poco::JSON::Object;

    std::int32_t start(const JsonOrder& order, Answer& answer);
    std::int32_t refund(const JsonOrder& order, Answer& answer);
    std::int32_t cancel(const JsonOrder& order, Answer& answer);
    std::int32_t poll(const JsonOrder& order, Answer& answer);
    std::int32_t health(const JsonOrder& order, Answer& answer);
    std::int32_t find(const JsonOrder& order, Answer& answer);
    std::int32_t next(const JsonOrder& order, Answer& answer);
    std::int32_t acknowledge(const JsonOrder& order, Answer& answer);
    std::int32_t text(const JsonOrder& order, Answer& answer);
    std::int32_t data(const JsonOrder& order, Answer& answer);
    std::int32_t request(const JsonOrder& order, Answer& answer);
    std::int32_t driver_words(const JsonOrder& order, Answer& answer);
    std::int32_t close(const JsonOrder& order, Answer& answer);
    std::int32_t exit(const JsonOrder& order, Answer& answer);

    void obey(const JsonOrder& order, Answer& answer);
    void add_operation(std::int32_t op, Answer& answer) const;
    std::uint32_t in_doubt() const;
    std::int32_t leave(Answer& answer);
    void write(const Answer& answer);
    void write_error(const Poco::Dynamic::Var& id, const LineError& error);

    const DriverLibrary& driver_;
    JsonTillSettings settings_;
    std::ostream& out_;
    std::int32_t session_ = 0;
    bool over_ = false;
};

/// The objects of the JSON mode, for help.
std::string json_till_help();

}  // namespace hostsim::till
