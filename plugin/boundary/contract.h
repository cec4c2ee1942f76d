// abi/paydrv.h as the driver's own build sees it: the functions that it declares are the library's exports.
#pragma once

#if defined(__GNUC__) && !defined(_WIN32)  // on Windows the generated paydrv.def alone says what is exported
#define PAYDRV_API __attribute__((visibility("default")))
#endif

#include "paydrv.h"
