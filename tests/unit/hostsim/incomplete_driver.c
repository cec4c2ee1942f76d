/* A driver of the right version that lacks all but two functions. */
#include "paydrv.h"

uint32_t paydrv_abi_version(void) { return PAYDRV_ABI_VERSION; }

int32_t paydrv_close(int32_t session, uint32_t force) {
    (void)session;
    (void)force;
    return PAYDRV_OK;
}
