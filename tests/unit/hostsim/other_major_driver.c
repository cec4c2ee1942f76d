/* A driver of the next major version. */
#include "paydrv.h"

uint32_t paydrv_abi_version(void) { return (PAYDRV_ABI_MAJOR + 1u) << 16; }
