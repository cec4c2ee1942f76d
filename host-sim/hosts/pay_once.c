/* The smallest careful host in C: pays once, waits for the end, prints it. Copy it and grow from here.
 *
 *   cc -std=c11 -I abi -o pay_once host-sim/hosts/pay_once.c build/release/plugin/libpaydrv_alipay.so \
 *      -Wl,-rpath,$PWD/build/release/plugin
 *   ./pay_once CONFIG REFERENCE AMOUNT_MINOR PAYMENT_CODE       for example: ./pay_once paydrv.json 1001-1 1250 2812...
 *
 * Exit code: 0 paid, 1 declined or cancelled, 2 could not be begun, 3 broken off while in doubt: ask again with the same
 * reference on the next start (paydrv_find). */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "paydrv.h"

static int refused(const char* call, const paydrv_problem* why) {
    fprintf(stderr, "%s: result %d, %s: %s\n", call, (int)why->result, why->field, why->text);
    return 2;
}

int main(int argc, char** argv) {
    if (argc != 5) return fprintf(stderr, "usage: pay_once CONFIG REFERENCE AMOUNT_MINOR PAYMENT_CODE\n"), 2;

    /* Every struct: all zero, then its own size. Zero means "not given". */
    paydrv_problem why = {.size = sizeof why};
    paydrv_open_options options = {.size = sizeof options, .abi_version = PAYDRV_ABI_VERSION, .language = "en"};
    int32_t session = 0, op = 0;
    if (paydrv_open(argv[1], &options, &session, &why) < 0) return refused("paydrv_open", &why);

    /* The reference is this attempt's name, yours to choose; the order reference is the ticket, the same for all attempts.
     * A real till has both, and the amount, in its own book on disk BEFORE paydrv_start. */
    time_t now = time(NULL);
    char day[9];
    strftime(day, sizeof day, "%Y%m%d", localtime(&now));
    paydrv_payment payment = {.size = sizeof payment, .mode = PAYDRV_MODE_USER_PRESENTED, .currency = "EUR"};
    payment.amount_minor = strtoll(argv[3], NULL, 10); /* integer minor units: 12.50 EUR is 1250 */
    payment.business_day = (uint32_t)strtoul(day, NULL, 10);
    snprintf(payment.reference, sizeof payment.reference, "%s", argv[2]);
    snprintf(payment.order_reference, sizeof payment.order_reference, "%s", argv[2]);
    snprintf(payment.payment_code, sizeof payment.payment_code, "%s", argv[4]);
    snprintf(payment.description, sizeof payment.description, "goods");
    /* Below 0: refused, nothing was sent. Otherwise *op is under way, and only its final state says what became of it. */
    if (paydrv_start(session, &payment, NULL, &op, &why) < 0) return paydrv_close(session, 1), refused("paydrv_start", &why);

    paydrv_status status = {.size = sizeof status};
    do { /* each turn waits up to a second for news; a till with a user interface passes wait_ms 0 from a timer instead */
        if (paydrv_poll(session, op, status.revision, 1000, &status) < 0) return paydrv_close(session, 1), 3;
    } while (!status.is_final);

    /* Book the result on the ticket first, then say so. Should the program die between the two, paydrv_next lists this
     * operation as unacknowledged on the next start: look into your book, and acknowledge it then. */
    printf("%s\n", status.state == PAYDRV_STATE_SUCCEEDED  ? "SUCCEEDED" /* goods only now */
                   : status.state == PAYDRV_STATE_DECLINED ? "DECLINED"
                                                           : "CANCELLED");
    paydrv_acknowledge(session, op, payment.order_reference);
    paydrv_close(session, 0);
    return status.state == PAYDRV_STATE_SUCCEEDED ? 0 : 1;
}
