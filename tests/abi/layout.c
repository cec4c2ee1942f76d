/* Where every field of the contract lies, whatever the word size and the packing. Compiled, never run. Field names, not
 * offsets computed elsewhere: this list is the released layout of 0.9 and changes only by growing at the end. */
#include "paydrv.h"

#define OFFSET(type, field) ((unsigned)__builtin_offsetof(type, field))
#define AT(type, field, offset) _Static_assert(OFFSET(type, field) == (offset), #type "." #field)
#define SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes) && (bytes) % 8 == 0, "size of " #type)
#define LONG(type, field, bytes) _Static_assert(sizeof(((type*)0)->field) == (bytes), #type "." #field)

AT(paydrv_problem, size, 0);
AT(paydrv_problem, result, 4);
AT(paydrv_problem, field, 8); LONG(paydrv_problem, field, 64);
AT(paydrv_problem, text, 72); LONG(paydrv_problem, text, 440);
SIZE(paydrv_problem, 512);

AT(paydrv_open_options, size, 0);
AT(paydrv_open_options, abi_version, 4);
AT(paydrv_open_options, flags, 8);
AT(paydrv_open_options, reserved, 12);
AT(paydrv_open_options, language, 16); LONG(paydrv_open_options, language, 16);
SIZE(paydrv_open_options, 32);

AT(paydrv_payment, size, 0);
AT(paydrv_payment, mode, 4);
AT(paydrv_payment, amount_minor, 8);
AT(paydrv_payment, currency, 16); LONG(paydrv_payment, currency, 8);
AT(paydrv_payment, reference, 24); LONG(paydrv_payment, reference, 72);
AT(paydrv_payment, business_day, 96);
AT(paydrv_payment, flags, 100);
AT(paydrv_payment, timeout_s, 104);
AT(paydrv_payment, reserved, 108);
AT(paydrv_payment, order_reference, 112); LONG(paydrv_payment, order_reference, 72);
AT(paydrv_payment, terminal, 184); LONG(paydrv_payment, terminal, 72);
AT(paydrv_payment, operator_id, 256); LONG(paydrv_payment, operator_id, 72);
AT(paydrv_payment, payment_code, 328); LONG(paydrv_payment, payment_code, 40);
AT(paydrv_payment, description, 368); LONG(paydrv_payment, description, 1032);
SIZE(paydrv_payment, 1400);

AT(paydrv_refund_request, size, 0);
AT(paydrv_refund_request, flags, 4);
AT(paydrv_refund_request, op, 8);
AT(paydrv_refund_request, business_day, 12);
AT(paydrv_refund_request, amount_minor, 16);
AT(paydrv_refund_request, original_amount_minor, 24);
AT(paydrv_refund_request, original_business_day, 32);
AT(paydrv_refund_request, reserved, 36);
AT(paydrv_refund_request, currency, 40); LONG(paydrv_refund_request, currency, 8);
AT(paydrv_refund_request, reference, 48); LONG(paydrv_refund_request, reference, 72);
AT(paydrv_refund_request, terminal, 120); LONG(paydrv_refund_request, terminal, 72);
AT(paydrv_refund_request, original_reference, 192); LONG(paydrv_refund_request, original_reference, 72);
AT(paydrv_refund_request, original_terminal, 264); LONG(paydrv_refund_request, original_terminal, 72);
AT(paydrv_refund_request, payment_id, 336); LONG(paydrv_refund_request, payment_id, 72);
AT(paydrv_refund_request, operator_id, 408); LONG(paydrv_refund_request, operator_id, 72);
AT(paydrv_refund_request, refund_reason, 480); LONG(paydrv_refund_request, refund_reason, 1032);
SIZE(paydrv_refund_request, 1512);

AT(paydrv_key, size, 0);
AT(paydrv_key, kind, 4);
AT(paydrv_key, business_day, 8);
AT(paydrv_key, reserved, 12);
AT(paydrv_key, reference, 16); LONG(paydrv_key, reference, 72);
AT(paydrv_key, terminal, 88); LONG(paydrv_key, terminal, 72);
SIZE(paydrv_key, 160);

AT(paydrv_status, size, 0);
AT(paydrv_status, revision, 4);
AT(paydrv_status, op, 8);
AT(paydrv_status, kind, 12);
AT(paydrv_status, state, 16);
AT(paydrv_status, is_final, 20);
AT(paydrv_status, reason, 24);
AT(paydrv_status, next_action, 28);
AT(paydrv_status, amount_minor, 32);
AT(paydrv_status, refunded_minor, 40);
AT(paydrv_status, since_ms, 48);
AT(paydrv_status, expires_ms, 56);
AT(paydrv_status, next_poll_ms, 64);
AT(paydrv_status, currency, 72); LONG(paydrv_status, currency, 8);
AT(paydrv_status, business_day, 80);
AT(paydrv_status, linked_op, 84);
AT(paydrv_status, acknowledged, 88);
AT(paydrv_status, health, 92);
AT(paydrv_status, reference, 96); LONG(paydrv_status, reference, 72);
AT(paydrv_status, order_reference, 168); LONG(paydrv_status, order_reference, 72);
AT(paydrv_status, terminal, 240); LONG(paydrv_status, terminal, 72);
AT(paydrv_status, payment_id, 312); LONG(paydrv_status, payment_id, 72);
AT(paydrv_status, provider_code, 384); LONG(paydrv_status, provider_code, 72);
AT(paydrv_status, wallet, 456); LONG(paydrv_status, wallet, 72);
AT(paydrv_status, in_doubt, 528);
AT(paydrv_status, unacknowledged, 532);
SIZE(paydrv_status, 536);

