// What a host may add to the order of a pay: a closed list, so that no detail can change what is paid, by whom or when.
// Never amounts, codes, times, URLs or the ids of the payment.
#pragma once

#include <Poco/JSON/Object.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace paydrv::alipay {

constexpr std::size_t max_details_bytes = 128 * 1024;
constexpr std::size_t max_goods = 100;  // Antom docs, pay: order.goods

/// What is wrong with the details, as a sentence that names the key ("details: goods[2].goodsName ..."); nothing if
/// they can be sent. Empty text counts as no details. Never quotes a value. Any thread, never blocks.
std::optional<std::string> details_problem(std::string_view details_json);

/// Adds details to an order that has "env" and "merchant" with "store". Throws std::runtime_error with the sentence of
/// details_problem if there is one.
void add_details(std::string_view details_json, Poco::JSON::Object& order);

}  // namespace paydrv::alipay
