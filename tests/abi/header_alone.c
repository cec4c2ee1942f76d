/* The header needs nothing before it, twice does no harm, and its functions can be called from C. Compiled, never run. */
#include "paydrv.h"
#include "paydrv.h"

int32_t header_alone(int32_t session, paydrv_status* status);
int32_t header_alone(int32_t session, paydrv_status* status) {
    status->size = (uint32_t)sizeof *status;
    return paydrv_abi_version() == PAYDRV_ABI_VERSION ? paydrv_poll(session, 0, 0, 0, status) : PAYDRV_E_UNSUPPORTED;
}
