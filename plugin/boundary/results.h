// The results of the contract and their names, for paydrv_driver_text.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "boundary/contract.h"

namespace paydrv::boundary {

struct ResultName {
    std::int32_t result;
    std::string_view name;
};

/// Every result of abi/paydrv.h; a test compares the two.
inline constexpr std::array<ResultName, 22> result_names = {{
    {PAYDRV_OK, "PAYDRV_OK"},
    {PAYDRV_JOINED, "PAYDRV_JOINED"},
    {PAYDRV_FINAL, "PAYDRV_FINAL"},
    {PAYDRV_UNCHANGED, "PAYDRV_UNCHANGED"},
    {PAYDRV_E_ARGUMENT, "PAYDRV_E_ARGUMENT"},
    {PAYDRV_E_UNSUPPORTED, "PAYDRV_E_UNSUPPORTED"},
    {PAYDRV_E_BUFFER, "PAYDRV_E_BUFFER"},
    {PAYDRV_E_STATE, "PAYDRV_E_STATE"},
    {PAYDRV_E_NOT_FOUND, "PAYDRV_E_NOT_FOUND"},
    {PAYDRV_E_CLOSED, "PAYDRV_E_CLOSED"},
    {PAYDRV_E_STALE, "PAYDRV_E_STALE"},
    {PAYDRV_E_BUSY, "PAYDRV_E_BUSY"},
    {PAYDRV_E_IN_DOUBT, "PAYDRV_E_IN_DOUBT"},
    {PAYDRV_E_STALLED, "PAYDRV_E_STALLED"},
    {PAYDRV_E_FORKED, "PAYDRV_E_FORKED"},
    {PAYDRV_E_REFERENCE_SPENT, "PAYDRV_E_REFERENCE_SPENT"},
    {PAYDRV_E_CONTENT_DIFFERS, "PAYDRV_E_CONTENT_DIFFERS"},
    {PAYDRV_E_CODE_USED, "PAYDRV_E_CODE_USED"},
    {PAYDRV_E_ORDER_BUSY, "PAYDRV_E_ORDER_BUSY"},
    {PAYDRV_E_CONFIGURATION, "PAYDRV_E_CONFIGURATION"},
    {PAYDRV_E_JOURNAL, "PAYDRV_E_JOURNAL"},
    {PAYDRV_E_INTERNAL, "PAYDRV_E_INTERNAL"},
}};

/// Empty: this driver has no such result.
constexpr std::string_view name_of(std::int32_t result) noexcept {
    for (const ResultName& known : result_names) {
        if (known.result == result) return known.name;
    }
    return {};
}

}  // namespace paydrv::boundary
