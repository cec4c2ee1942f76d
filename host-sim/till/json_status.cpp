#include "till/json_status.h"

#include <Poco/JSON/Array.h>

#include "driver_library.h"
#include "words.h"

namespace hostsim::till {

void add_status(const paydrv_status& status, Poco::JSON::Object& answer) {
    answer.set("revision", status.revision);
    answer.set("kind", status.kind);
    answer.set("kind_name", kind_name(status.kind));
    answer.set("state", status.state);
    answer.set("state_name", state_name(status.state));
    answer.set("is_final", status.is_final != 0);
    answer.set("reason", status.reason);
    answer.set("reason_name", reason_name(status.reason));
    answer.set("next_action", status.next_action);
    answer.set("next_action_name", action_name(status.next_action));
    answer.set("amount_minor", static_cast<Poco::Int64>(status.amount_minor));
    answer.set("refunded_minor", static_cast<Poco::Int64>(status.refunded_minor));
    answer.set("currency", field_text(status.currency));
    answer.set("since_ms", static_cast<Poco::Int64>(status.since_ms));
    answer.set("expires_ms", static_cast<Poco::Int64>(status.expires_ms));
    answer.set("next_poll_ms", static_cast<Poco::Int64>(status.next_poll_ms));
    answer.set("business_day", status.business_day);
    answer.set("reference", field_text(status.reference));
    answer.set("order_reference", field_text(status.order_reference));
    answer.set("terminal", field_text(status.terminal));
    answer.set("payment_id", field_text(status.payment_id));
    answer.set("provider_code", field_text(status.provider_code));
    answer.set("wallet", field_text(status.wallet));
    answer.set("linked_op", status.linked_op);
    answer.set("acknowledged", status.acknowledged != 0);
}

void add_health(const paydrv_status& status, Poco::JSON::Object& answer) {
    Poco::JSON::Array::Ptr lamps = new Poco::JSON::Array;
    for (const HealthLamp& lamp : health_lamps()) {
        if ((status.health & lamp.bit) != 0) lamps->add(std::string(lamp.name));
    }
    answer.set("revision", status.revision);
    answer.set("health", status.health);
    answer.set("health_names", lamps);
    answer.set("in_doubt", status.in_doubt);
    answer.set("unacknowledged", status.unacknowledged);
}

}  // namespace hostsim::till
