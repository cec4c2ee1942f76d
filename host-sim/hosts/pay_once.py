#!/usr/bin/env python3
"""The smallest careful host in Python: pays once, waits for the end, prints it. Needs nothing but the standard library.

  pay_once.py DRIVER CONFIG REFERENCE AMOUNT_MINOR PAYMENT_CODE

Exit code: 0 paid, 1 declined or cancelled, 2 could not be begun, 3 broken off while in doubt: ask again with the same
reference on the next start (paydrv_find)."""
import ctypes as c
import sys
import time

TEXT = c.c_char * 72


class Struct(c.Structure):  # every struct: all zero, then its own size; zero means "not given"
    def __init__(self, **fields):
        super().__init__(size=c.sizeof(type(self)), **fields)


class Problem(Struct):
    _fields_ = [("size", c.c_uint32), ("result", c.c_int32), ("field", c.c_char * 64), ("text", c.c_char * 440)]


class OpenOptions(Struct):
    _fields_ = [(n, c.c_uint32) for n in ("size", "abi_version", "flags", "reserved")] + [("language", c.c_char * 16)]


class Payment(Struct):
    _fields_ = [("size", c.c_uint32), ("mode", c.c_uint32), ("amount_minor", c.c_int64), ("currency", c.c_char * 8),
                ("reference", TEXT), ("business_day", c.c_uint32), ("flags", c.c_uint32), ("timeout_s", c.c_uint32),
                ("reserved", c.c_uint32), ("order_reference", TEXT), ("terminal", TEXT), ("operator_id", TEXT),
                ("payment_code", c.c_char * 40), ("description", c.c_char * 1032)]


class Status(Struct):
    _fields_ = ([("size", c.c_uint32), ("revision", c.c_uint32), ("op", c.c_int32)]
                + [(n, c.c_uint32) for n in ("kind", "state", "is_final", "reason", "next_action")]
                + [(n, c.c_int64) for n in ("amount_minor", "refunded_minor", "since_ms", "expires_ms", "next_poll_ms")]
                + [("currency", c.c_char * 8), ("business_day", c.c_uint32), ("linked_op", c.c_int32),
                   ("acknowledged", c.c_uint32), ("health", c.c_uint32)]
                + [(n, TEXT) for n in ("reference", "order_reference", "terminal", "payment_id", "provider_code", "wallet")]
                + [("in_doubt", c.c_uint32), ("unacknowledged", c.c_uint32)])


def refused(call, why):
    print(f"{call}: result {why.result}, {why.field.decode()}: {why.text.decode()}", file=sys.stderr)
    return 2


def main(driver_path, config, reference, amount_minor, payment_code):
    driver = c.CDLL(driver_path)
    why, session, op = Problem(), c.c_int32(), c.c_int32()
    options = OpenOptions(abi_version=9, language=b"en")  # contract 0.9: major << 16 | minor
    if driver.paydrv_open(config.encode(), c.byref(options), c.byref(session), c.byref(why)) < 0:
        return refused("paydrv_open", why)
    # A real till has reference, ticket and amount in its own book on disk BEFORE paydrv_start.
    payment = Payment(mode=1, amount_minor=int(amount_minor), currency=b"EUR", reference=reference.encode(),
                      order_reference=reference.encode(), business_day=int(time.strftime("%Y%m%d")),
                      payment_code=payment_code.encode(), description=b"goods")
    # Below 0: refused, nothing was sent. Otherwise op is under way, and only its final state says what became of it.
    if driver.paydrv_start(session, c.byref(payment), None, c.byref(op), c.byref(why)) < 0:
        driver.paydrv_close(session, 1)
        return refused("paydrv_start", why)
    status = Status()
    while not status.is_final:  # each turn waits up to a second for news; ctypes lets other Python threads run meanwhile
        if driver.paydrv_poll(session, op, status.revision, 1000, c.byref(status)) < 0:
            driver.paydrv_close(session, 1)
            return 3
    # Book the result on the ticket first, then say so. Should the program die between the two, paydrv_next lists this
    # operation as unacknowledged on the next start: look into your book, and acknowledge it then.
    print({101: "SUCCEEDED", 102: "DECLINED", 103: "CANCELLED"}[status.state])  # goods only on SUCCEEDED
    driver.paydrv_acknowledge(session, op, payment.order_reference)
    driver.paydrv_close(session, 0)
    return 0 if status.state == 101 else 1


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
