#pragma once

#include <cstdint>

#include "boundary/contract.h"
#include "boundary/problem.h"

namespace paydrv::boundary {

/// paydrv_open behind the fence: checks the arguments, has a driver thread open the session, and gives it its id.
std::int32_t open_session(const char* config, const paydrv_open_options* options, std::int32_t* session,
                          Problem& problem);

}  // namespace paydrv::boundary
