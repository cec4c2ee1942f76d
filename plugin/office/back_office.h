// The back office behind paydrv_request: what a shop asks about its own money, by name, with JSON in and out.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "engine/office.h"
#include "office/inquiry.h"
#include "office/office_facts.h"
#include "office/self_test.h"

namespace paydrv::office {

/// engine::Office with the requests of config/requests.schema.json: self_test, inquire, settle, day_totals. What cannot
/// be carried out ends DECLINED with {"problem": {"key", "text"}}. Owned by the session; outlives its engine.
class BackOffice final : public engine::Office {
  public:
    /// request_id: the paymentRequestId of an attempt's name, as engine::Gateway::request_id; called on the engine's
    /// thread.
    BackOffice(OfficeFacts facts, RequestIdOf request_id);

    void begin(std::int32_t request_op, std::string_view name, std::string_view json, engine::Desk& desk) override;
    /// For a request that does not wait for an answer: nothing.
    void answered(std::int32_t request_op, const money::Answer& answer, engine::Desk& desk) override;
    bool knows(std::string_view name) const noexcept override;

    /// The requests, for the capabilities; static storage, any thread.
    static std::span<const std::string_view> names() noexcept;

  private:
    using Work = std::variant<SelfTest, Inquiry>;

    void ask(std::int32_t request_op, Work work, engine::Desk& desk);

    const OfficeFacts facts_;
    const RequestIdOf request_id_;
    std::map<std::int32_t, Work> waiting_;  // for an answer of the gateway
};

}  // namespace paydrv::office
