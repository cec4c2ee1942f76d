#include "journal/record_text.h"

#include <charconv>
#include <concepts>
#include <cstddef>
#include <type_traits>

namespace paydrv::journal {
namespace {

/// Visits every field under its journaled name. The structured binding does not compile once a field is missing here.
/// A name is for ever: a field may be added anywhere, none renamed or moved.
template <typename Record, typename Visit>
void each_field(Record& record, Visit&& visit) {
    auto& [row, kind, mode, store, terminal, business_day, reference, order_reference, operator_id, description,
           amount_minor, currency, flags, timeout_s, code_hash, request_id, created_wall_ms, first_sent_ms, expiry_ms,
           phase, state, reason, next_action, cancel_by, seen, own_payment_id, reference_used, payment_id,
           provider_code, wallet, display_customer, refunded_minor, linked_row, acknowledged, original_terminal,
           original_business_day, original_reference, original_amount_minor, refund_id, undo_minor, looked_late,
           paid_time_ms, settled_by, settled_why] = record;
    visit("row", row);
    visit("kind", kind);
    visit("mode", mode);
    visit("store", store);
    visit("terminal", terminal);
    visit("business_day", business_day);
    visit("reference", reference);
    visit("order_reference", order_reference);
    visit("operator_id", operator_id);
    visit("description", description);
    visit("amount_minor", amount_minor);
    visit("currency", currency);
    visit("flags", flags);
    visit("timeout_s", timeout_s);
    visit("code_hash", code_hash);
    visit("request_id", request_id);
    visit("created_wall_ms", created_wall_ms);
    visit("first_sent_ms", first_sent_ms);
    visit("expiry_ms", expiry_ms);
    visit("phase", phase);
    visit("state", state);
    visit("reason", reason);
    visit("next_action", next_action);
    visit("cancel_by", cancel_by);
    visit("seen", seen);
    visit("own_payment_id", own_payment_id);
    visit("reference_used", reference_used);
    visit("payment_id", payment_id);
    visit("provider_code", provider_code);
    visit("wallet", wallet);
    visit("display_customer", display_customer);
    visit("refunded_minor", refunded_minor);
    visit("linked_row", linked_row);
    visit("acknowledged", acknowledged);
    visit("original_terminal", original_terminal);
    visit("original_business_day", original_business_day);
    visit("original_reference", original_reference);
    visit("original_amount_minor", original_amount_minor);
    visit("refund_id", refund_id);
    visit("undo_minor", undo_minor);
    visit("looked_late", looked_late);
    visit("paid_time_ms", paid_time_ms);
    visit("settled_by", settled_by);
    visit("settled_why", settled_why);
}

class Writer {
  public:
    void operator()(std::string_view name, const std::string& value) {
        if (value.empty()) {
            return;
        }
        begin(name);
        for (const char c : value) {
            append_escaped(c);
        }
        text_ += '\n';
    }
    void operator()(std::string_view name, bool value) { number(name, static_cast<unsigned>(value)); }
    template <std::integral Number>
    void operator()(std::string_view name, Number value) {
        number(name, value);
    }
    template <typename Enum>
    requires std::is_enum_v<Enum>
    void operator()(std::string_view name, Enum value) {
        number(name, static_cast<std::underlying_type_t<Enum>>(value));
    }
    std::string take() { return std::move(text_); }

  private:
    void begin(std::string_view name) { text_.append(name).append(1, '='); }
    void append_escaped(char c) {
        switch (c) {
            case '\\': text_ += "\\\\"; return;
            case '\n': text_ += "\\n"; return;
            case '\0': text_ += "\\0"; return;
            default: text_ += c;
        }
    }
    template <typename Number>
    void number(std::string_view name, Number value) {
        if (value == 0) {
            return;
        }
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
        begin(name);
        text_.append(digits, end).append(1, '\n');
    }

    std::string text_;
};

/// Takes the lines in the order of the fields; a field whose name is not next has the value zero.
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    void operator()(std::string_view name, std::string& value) {
        value.clear();
        const auto line = next(name);
        if (line && !unescape(*line, value)) {
            broken_ = true;
        }
    }
    void operator()(std::string_view name, bool& value) {
        unsigned read = 0;
        number(name, read);
        value = read == 1;
        broken_ = broken_ || read > 1;
    }
    template <std::integral Number>
    void operator()(std::string_view name, Number& value) {
        number(name, value);
    }
    template <typename Enum>
    requires std::is_enum_v<Enum>
    void operator()(std::string_view name, Enum& value) {
        std::underlying_type_t<Enum> read = 0;
        number(name, read);
        value = static_cast<Enum>(read);
    }
    bool complete() const { return !broken_ && rest_.empty(); }

  private:
    std::optional<std::string_view> next(std::string_view name) {
        if (rest_.size() <= name.size() || rest_[name.size()] != '=' || !rest_.starts_with(name)) {
            return std::nullopt;
        }
        const auto end = rest_.find('\n');
        if (end == std::string_view::npos) {
            broken_ = true;
            return std::nullopt;
        }
        const auto value = rest_.substr(name.size() + 1, end - name.size() - 1);
        rest_.remove_prefix(end + 1);
        return value;
    }
    template <typename Number>
    void number(std::string_view name, Number& value) {
        value = 0;
        const auto line = next(name);
        if (!line) {
            return;
        }
        const auto end = line->data() + line->size();
        const auto read = std::from_chars(line->data(), end, value);
        broken_ = broken_ || read.ec != std::errc{} || read.ptr != end;
    }
    static bool unescape(std::string_view line, std::string& value) {
        value.reserve(line.size());
        for (std::size_t i = 0; i < line.size(); ++i) {
            if (line[i] != '\\') {
                value += line[i];
                continue;
            }
            if (++i == line.size()) {
                return false;
            }
            const auto which = std::string_view("\\n0").find(line[i]);
            if (which == std::string_view::npos) {
                return false;
            }
            value += std::string_view("\\\n\0", 3)[which];
        }
        return true;
    }

    std::string_view rest_;
    bool broken_ = false;
};

}  // namespace

std::string to_text(const money::OperationRecord& record) {
    Writer writer;
    each_field(record, writer);
    return writer.take();
}

std::optional<money::OperationRecord> from_text(std::string_view text) {
    money::OperationRecord record;
    Reader reader(text);
    each_field(record, reader);
    if (!reader.complete()) {
        return std::nullopt;
    }
    return record;
}

}  // namespace paydrv::journal
