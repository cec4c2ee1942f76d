#include "till/json_till.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <ostream>
#include <sstream>

#include <Poco/Base64Encoder.h>

#include "interrupt.h"
#include "till/business_day.h"
#include "till/json_status.h"
#include "till/keyboard.h"

namespace hostsim::till {

/// What a line can ask for.
struct JsonCalls {
    struct Call {
        std::string_view name;
        std::vector<std::string_view> keys;
        std::int32_t (JsonTill::*perform)(const JsonOrder&, JsonTill::Answer&);
    };
    static const std::vector<Call>& table();
};

namespace {

constexpr std::int64_t kWaitLimitMs = 600'000;
constexpr std::int64_t kTextWaitLimitMs = 10'000;
constexpr std::int64_t kSliceMs = 200;  // a wait looks so often whether the user wants the end
constexpr std::uint32_t kDataRoom = 16 * 1024;

void set_problem(const paydrv_problem& why, Poco::JSON::Object& answer) {
    std::string field = field_text(why.field), text = field_text(why.text);
    if (field.empty() && text.empty()) return;
    Poco::JSON::Object::Ptr problem = new Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER);
    problem->set("field", field);
    problem->set("text", text);
    answer.set("problem", problem);
}

std::int32_t op_in(const JsonOrder& order) {
    if (!order.has("op")) throw LineError("op", "\"" + order.what_to_do() + "\" needs \"op\", the operation's id");
    return static_cast<std::int32_t>(
        order.integer("op", 0, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}

std::int64_t amount_in(const JsonOrder& order, const char* key) {
    return order.integer(key, 0, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
}

/// A cursor is a number of 64 bits: a text of digits, for programs whose numbers are smaller.
std::uint64_t cursor_in(const JsonOrder& order) {
    const std::string text = order.text("cursor", "0");
    bool digits = !text.empty() && text.size() <= 20 &&
                  std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits) {
        std::istringstream number(text);
        std::uint64_t cursor = 0;
        if (number >> cursor) return cursor;
    }
    throw LineError("cursor", "\"cursor\" must be the text that the last \"next\" gave, or \"0\" to begin");
}

/// Repeats a call with short waits, for as long as nothing happens and nobody wants the end.
template <typename CallWithWait>
std::int32_t in_slices(const JsonOrder& order, CallWithWait call) {
    std::int64_t left_ms = order.integer("wait_ms", 0, 0, kWaitLimitMs);
    std::int32_t result = PAYDRV_UNCHANGED;
    do {
        std::int64_t slice_ms = std::min(left_ms, kSliceMs);
        result = call(static_cast<std::uint32_t>(slice_ms));
        left_ms -= slice_ms;
    } while (result == PAYDRV_UNCHANGED && left_ms > 0 && !interrupted());
    return result;
}

Poco::JSON::Object new_answer(const Poco::Dynamic::Var& id) {
    Poco::JSON::Object answer(Poco::JSON_PRESERVE_KEY_ORDER);
    answer.set("id", id);
    return answer;
}

}  // namespace

JsonTill::JsonTill(const DriverLibrary& driver, const JsonTillSettings& settings, std::ostream& out)
    : driver_(driver), settings_(settings), out_(out) {
    if (settings_.business_day == 0) settings_.business_day = today();
}

JsonTill::~JsonTill() {
    if (session_ != 0) driver_.close(session_, 1);
}

// ---- Lines -----------------------------------------------------------------------------------------------------

bool JsonTill::open() {
    auto options = sized<paydrv_open_options>();
    options.abi_version = PAYDRV_ABI_VERSION;
    auto why = sized<paydrv_problem>();
    std::int32_t result = driver_.open(settings_.config.c_str(), &options, &session_, &why);
    if (result != PAYDRV_OK) session_ = 0;
    Answer answer(Poco::JSON_PRESERVE_KEY_ORDER);
    answer.set("do", "open");
    answer.set("result", result);
    answer.set("result_name", driver_text(driver_, result));
    answer.set("driver", driver_text(driver_, PAYDRV_DRIVER_NAME));
    answer.set("version", driver_text(driver_, PAYDRV_DRIVER_VERSION));
    answer.set("business_day", settings_.business_day);
    set_problem(why, answer);
    write(answer);
    return result == PAYDRV_OK;
}

void JsonTill::follow(const std::string& line) {
    bool empty = line.find_first_not_of(" \t\r") == std::string::npos;
    if (empty) return;
    try {
        JsonOrder order(line);
        Answer answer = new_answer(order.id());
        obey(order, answer);
        write(answer);
    } catch (const LineError& error) {
        write_error(id_in(line), error);
    }
}

void JsonTill::obey(const JsonOrder& order, Answer& answer) {
    const auto& table = JsonCalls::table();
    auto call = std::find_if(table.begin(), table.end(),
                             [&](const JsonCalls::Call& c) { return c.name == order.what_to_do(); });
    if (call == table.end()) {
        std::string names;
        for (const JsonCalls::Call& c : table)
            names += (names.empty() ? "" : ", ") + std::string(c.name);
        throw LineError("do", "there is no such thing to do; there are " + names);
    }
    order.allow_only(call->keys);
    answer.set("do", order.what_to_do());
    answer.set("result", 0);  // its place; the value comes with the call
    answer.set("result_name", "");
    std::int32_t result = (this->*call->perform)(order, answer);
    answer.set("result", result);
    answer.set("result_name", driver_text(driver_, result));
}

void JsonTill::refuse_long_line() {
    write_error({}, LineError("", "the line is longer than " + std::to_string(Keyboard::kLineLimit) + " bytes"));
}

void JsonTill::end() {
    if (session_ == 0) return;
    Answer answer(Poco::JSON_PRESERVE_KEY_ORDER);
    answer.set("do", "close");
    answer.set("result", 0);
    answer.set("result_name", "");
    std::int32_t result = leave(answer);
    answer.set("result", result);
    answer.set("result_name", driver_text(driver_, result));
    write(answer);
}

/// Asks for a close without force, so that a doubt is told; then it is closed all the same.
std::int32_t JsonTill::leave(Answer& answer) {
    answer.set("in_doubt", in_doubt());
    std::int32_t result = driver_.close(session_, 0);
    if (result == PAYDRV_E_IN_DOUBT) driver_.close(session_, 1);
    session_ = 0;
    over_ = true;
    return result;
}

void JsonTill::write(const Answer& answer) {
    std::ostringstream line;
    answer.stringify(line);
    out_ << line.str() << std::endl;
}

void JsonTill::write_error(const Poco::Dynamic::Var& id, const LineError& error) {
    Answer answer = new_answer(id);
    answer.set("error", std::string(error.what()));
    answer.set("field", error.field);
    write(answer);
}

/// The operation's id and, if there is one, its status.
void JsonTill::add_operation(std::int32_t op, Answer& answer) const {
    answer.set("op", op);
    auto status = sized<paydrv_status>();
    if (op != 0 && driver_.poll(session_, op, 0, 0, &status) >= 0) add_status(status, answer);
}

std::uint32_t JsonTill::in_doubt() const {
    auto status = sized<paydrv_status>();
    return driver_.poll(session_, 0, 0, 0, &status) < 0 ? 0 : status.in_doubt;
}

// ---- The functions of the contract -----------------------------------------------------------------------------

std::int32_t JsonTill::start(const JsonOrder& order, Answer& answer) {
    auto payment = sized<paydrv_payment>();
    payment.mode = static_cast<std::uint32_t>(order.value("mode", PAYDRV_MODE_USER_PRESENTED, named_modes()));
    payment.amount_minor = amount_in(order, "amount_minor");
    payment.business_day = order.natural("business_day", settings_.business_day);
    payment.flags = order.flags("flags", named_flags());
    payment.timeout_s = order.natural("timeout_s", 0);
    order.fill(payment.currency, "currency");
    order.fill(payment.reference, "reference");
    order.fill(payment.order_reference, "order_reference");
    order.fill(payment.terminal, "terminal");
    set_field(payment.operator_id, settings_.operator_id);
    order.fill(payment.operator_id, "operator_id");
    order.fill(payment.payment_code, "payment_code");
    order.fill(payment.description, "description");
    if (!order.has("description")) set_field(payment.description, "order " + field_text(payment.order_reference));
    auto details = order.json("details");
    std::int32_t op = 0;
    auto why = sized<paydrv_problem>();
    std::int32_t result = driver_.start(session_, &payment, details ? details->c_str() : nullptr, &op, &why);
    add_operation(op, answer);
    set_problem(why, answer);
    return result;
}

std::int32_t JsonTill::refund(const JsonOrder& order, Answer& answer) {
    auto refund = sized<paydrv_refund_request>();
    refund.flags = order.natural("flags", 0);
    if (order.has("payment_op")) {
        refund.op = static_cast<std::int32_t>(order.integer("payment_op", 0, std::numeric_limits<std::int32_t>::min(),
                                                            std::numeric_limits<std::int32_t>::max()));
    }
    refund.business_day = order.natural("business_day", settings_.business_day);
    refund.amount_minor = amount_in(order, "amount_minor");
    refund.original_amount_minor = amount_in(order, "original_amount_minor");
    refund.original_business_day = order.natural("original_business_day", 0);
    order.fill(refund.currency, "currency");
    order.fill(refund.reference, "reference");
    order.fill(refund.terminal, "terminal");
    order.fill(refund.original_reference, "original_reference");
    order.fill(refund.original_terminal, "original_terminal");
    order.fill(refund.payment_id, "payment_id");
    set_field(refund.operator_id, settings_.operator_id);
    order.fill(refund.operator_id, "operator_id");
    order.fill(refund.refund_reason, "refund_reason");
    std::int32_t op = 0;
    auto why = sized<paydrv_problem>();
    std::int32_t result = driver_.refund(session_, &refund, &op, &why);
    add_operation(op, answer);
    set_problem(why, answer);
    return result;
}

std::int32_t JsonTill::cancel(const JsonOrder& order, Answer& answer) {
    std::int32_t op = op_in(order);
    std::int32_t result = driver_.cancel(session_, op);
    add_operation(op, answer);
    return result;
}

std::int32_t JsonTill::poll(const JsonOrder& order, Answer& answer) {
    std::int32_t op = op_in(order);
    std::uint32_t seen = order.natural("seen", 0);
    auto status = sized<paydrv_status>();
    std::int32_t result =
        in_slices(order, [&](std::uint32_t wait_ms) { return driver_.poll(session_, op, seen, wait_ms, &status); });
    answer.set("op", op);
    if (result >= 0 && op == 0) add_health(status, answer);
    if (result >= 0 && op != 0) add_status(status, answer);
    return result;
}

std::int32_t JsonTill::health(const JsonOrder&, Answer& answer) {
    auto status = sized<paydrv_status>();
    std::int32_t result = driver_.poll(session_, 0, 0, 0, &status);
    answer.set("op", 0);
    if (result >= 0) add_health(status, answer);
    return result;
}

std::int32_t JsonTill::find(const JsonOrder& order, Answer& answer) {
    auto key = sized<paydrv_key>();
    key.kind = static_cast<std::uint32_t>(order.value("kind", PAYDRV_KIND_PAYMENT, named_kinds()));
    key.business_day = order.natural("business_day", settings_.business_day);
    order.fill(key.reference, "reference");
    order.fill(key.terminal, "terminal");
    std::int32_t op = 0;
    std::int32_t result = driver_.find(session_, &key, &op);
    add_operation(op, answer);
    return result;
}

std::int32_t JsonTill::next(const JsonOrder& order, Answer& answer) {
    if (!order.has("filter")) throw LineError("filter", "\"next\" needs \"filter\": a name, or a business day");
    auto filter = static_cast<std::uint32_t>(order.value("filter", 0, named_filters()));
    std::uint64_t cursor = cursor_in(order);
    std::int32_t op = 0;
    std::int32_t result =
        in_slices(order, [&](std::uint32_t wait_ms) { return driver_.next(session_, filter, &cursor, wait_ms, &op); });
    answer.set("cursor", std::to_string(cursor));
    add_operation(op, answer);
    return result;
}

std::int32_t JsonTill::acknowledge(const JsonOrder& order, Answer& answer) {
    std::int32_t op = op_in(order);
    std::string ticket = order.text("order_reference");
    std::int32_t result = driver_.acknowledge(session_, op, ticket.empty() ? nullptr : ticket.c_str());
    add_operation(op, answer);
    return result;
}

std::int32_t JsonTill::text(const JsonOrder& order, Answer& answer) {
    std::int32_t op = op_in(order);
    auto id = static_cast<std::int32_t>(order.value("what", PAYDRV_TEXT_CASHIER, named_texts()));
    std::uint32_t revision = order.natural("revision", 0);
    auto wait_ms = static_cast<std::uint32_t>(order.integer("wait_ms", 0, 0, kTextWaitLimitMs));
    if (revision != 0 && wait_ms != 0) throw LineError("wait_ms", "\"wait_ms\" goes with the newest revision only");
    TextAnswer text = wait_ms != 0 ? made_text(driver_, session_, op, id, wait_ms)
                                   : operation_text(driver_, session_, op, revision, id);
    answer.set("op", op);
    if (text.result == PAYDRV_OK) answer.set("text", text.text);
    return text.result;
}

std::int32_t JsonTill::data(const JsonOrder& order, Answer& answer) {
    std::int32_t op = op_in(order);
    auto id = static_cast<std::int32_t>(order.value("what", PAYDRV_DATA_CODE_PNG, named_data()));
    std::vector<char> bytes(kDataRoom);
    std::uint32_t needed = 0;
    std::int32_t result = driver_.data(session_, op, id, bytes.data(), kDataRoom, &needed);
    if (result == PAYDRV_E_BUFFER) {
        bytes.resize(needed);
        result = driver_.data(session_, op, id, bytes.data(), needed, &needed);
    }
    answer.set("op", op);
    if (result != PAYDRV_OK) return result;
    std::ostringstream base64;
    Poco::Base64Encoder encoder(base64);
    encoder.rdbuf()->setLineLength(0);
    encoder.write(bytes.data(), static_cast<std::streamsize>(needed));
    encoder.close();
    answer.set("base64", base64.str());
    return result;
}

std::int32_t JsonTill::request(const JsonOrder& order, Answer& answer) {
    std::string name = order.text("name");
    auto json = order.json("json");
    std::int32_t op = 0;
    auto why = sized<paydrv_problem>();
    std::int32_t result = driver_.request(session_, name.c_str(), json ? json->c_str() : nullptr, &op, &why);
    add_operation(op, answer);
    set_problem(why, answer);
    return result;
}

std::int32_t JsonTill::driver_words(const JsonOrder& order, Answer& answer) {
    auto id = static_cast<std::int32_t>(order.value("what", PAYDRV_DRIVER_CAPABILITIES, named_driver_texts(), -999));
    std::uint32_t needed = 0;
    std::int32_t result = driver_.driver_text(id, nullptr, 0, &needed);
    if (result != PAYDRV_OK && result != PAYDRV_E_BUFFER) return result;
    answer.set("text", driver_text(driver_, id));
    return PAYDRV_OK;
}

std::int32_t JsonTill::close(const JsonOrder& order, Answer& answer) {
    bool force = order.flag("force");
    std::uint32_t doubts = in_doubt();
    std::int32_t result = driver_.close(session_, force ? 1 : 0);
    answer.set("in_doubt", doubts);
    if (result == PAYDRV_E_IN_DOUBT) return result;
    session_ = 0;
    over_ = true;
    return result;
}

std::int32_t JsonTill::exit(const JsonOrder&, Answer& answer) {
    return leave(answer);
}

// ---- The table -------------------------------------------------------------------------------------------------

const std::vector<JsonCalls::Call>& JsonCalls::table() {
    static const std::vector<Call> calls{
        {"start",
         {"mode", "amount_minor", "currency", "reference", "business_day", "order_reference", "terminal",
          "payment_code", "description", "operator_id", "timeout_s", "flags", "details"},
         &JsonTill::start},
        {"refund",
         {"payment_op", "original_reference", "original_business_day", "original_terminal", "payment_id",
          "original_amount_minor", "currency", "amount_minor", "reference", "business_day", "terminal", "operator_id",
          "refund_reason", "flags"},
         &JsonTill::refund},
        {"cancel", {"op"}, &JsonTill::cancel},
        {"poll", {"op", "seen", "wait_ms"}, &JsonTill::poll},
        {"health", {}, &JsonTill::health},
        {"find", {"kind", "business_day", "reference", "terminal"}, &JsonTill::find},
        {"next", {"filter", "cursor", "wait_ms"}, &JsonTill::next},
        {"acknowledge", {"op", "order_reference"}, &JsonTill::acknowledge},
        {"text", {"op", "what", "revision", "wait_ms"}, &JsonTill::text},
        {"data", {"op", "what"}, &JsonTill::data},
        {"request", {"name", "json"}, &JsonTill::request},
        {"driver_text", {"what"}, &JsonTill::driver_words},
        {"close", {"force"}, &JsonTill::close},
        {"exit", {}, &JsonTill::exit},
    };
    return calls;
}

std::string json_till_help() {
    std::string help =
        "With --json one JSON object a line comes in, and one a line goes out for each. Nothing else is written to "
        "the\n"
        "standard output. No ticket book is kept: the other program keeps its own, and acknowledges what it has "
        "booked.\n"
        "\n"
        "In:  {\"id\":1,\"do\":\"start\",\"amount_minor\":1250,\"currency\":\"EUR\",\"payment_code\":\"28...\",\n"
        "      \"reference\":\"R-1\",\"order_reference\":\"T-1\"}\n"
        "Out: {\"id\":1,\"do\":\"start\",\"result\":0,\"result_name\":\"PAYDRV_OK\",\"op\":17,...}\n"
        "\n"
        "The keys of each thing to do; their names, units and limits are those of paydrv.h:\n";
    for (const JsonCalls::Call& call : JsonCalls::table()) {
        std::string line = "  " + std::string(call.name) + ":";
        line.resize(std::max<std::size_t>(line.size(), 15), ' ');
        for (std::string_view key : call.keys) {
            bool wrap = line.size() - (line.rfind('\n') + 1) + key.size() > 100;
            line += (wrap ? "\n" + std::string(15, ' ') : std::string(" ")) + std::string(key);
        }
        help += line + "\n";
    }
    return help +
           "\n"
           "  id          an integer or a text, given back as it is; may be absent\n"
           "  op          the operation's id; payment_op: of the payment that a refund gives back from\n"
           "  mode, kind, filter, what, flags\n"
           "              the header's name without its prefix (\"REFUND\", \"UNACKNOWLEDGED\", \"RECEIPT_CUSTOMER\",\n"
           "              [\"SPLIT_BILL\"]) or its number; filter may be a business day\n"
           "  when absent mode is USER_PRESENTED, business_day that of --business-day or today, description\n"
           "              \"order ORDER_REFERENCE\", kind PAYMENT; all others are \"not given\"\n"
           "  wait_ms     0 to 600000 (text: 10000, while it is being made); lines are followed one after the other\n"
           "  cursor      the text that the last next gave; \"0\" begins\n"
           "  details, json\n"
           "              an object, or a text with JSON in it that is passed on as it is\n"
           "\n"
           "What comes out has id, do, result (a number), result_name, then op and the fields of paydrv_status under "
           "the\n"
           "header's names, with kind_name, state_name, reason_name and next_action_name beside the numbers; problem\n"
           "({\"field\",\"text\"}) where the driver explains a refusal; cursor, text, base64 where asked. health and "
           "poll\n"
           "with op 0 have health, health_names, in_doubt, unacknowledged. A line that cannot be followed changes "
           "nothing:\n"
           "{\"id\":1,\"error\":\"...\",\"field\":\"amount_minor\"}. Lines are UTF-8 of at most 65536 bytes; unknown "
           "keys are\n"
           "refused. The first object says how the open went ({\"do\":\"open\",...}; exit code 1 if it did not), the "
           "last how\n"
           "the close went: PAYDRV_E_IN_DOUBT means that a payment is under way and goes on by itself at the next "
           "open.\n"
           "Only {\"do\":\"close\"} without force can be refused so and leaves the till open.\n";
}

}  // namespace hostsim::till
