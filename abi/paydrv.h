/* clang-format off */
/*
 * paydrv.h - the contract between a till (the host) and a payment driver.   Version 0.9
 *
 * C99 or later, C++11 or later; needs <stdint.h> and nothing else. CONTRACT.md beside this file tells the story:
 * a payment's life, every state with what the cashier sees, crash and restart, and the rules about money.
 *
 * Conventions, valid for everything below
 *  1. The driver is a shared library with the flat C functions below, found by name. There is no table, no data symbol,
 *     no callback, and no function returns a pointer. PAYDRV_CALL is __stdcall on 32-bit Windows, names undecorated.
 *  2. Only fixed-width integers. Every field lies at a multiple of its own size, every struct size is a multiple of 8:
 *     packing 1, 4 and 8, on 32 and 64 bit, give one layout.
 *  3. Text in a struct is a fixed char array of UTF-8: it ends at the first NUL or at the end of the field; trailing
 *     blanks are cut; the driver fills the rest with NUL. Nothing has a lifetime; nothing is allocated on one side and
 *     freed on the other. Where text comes out through (buf, cap, needed), *needed is the number of bytes with the NUL;
 *     a buffer that is too small gives "" and PAYDRV_E_BUFFER, never a cut text. needed may be NULL.
 *  4. Every struct begins with its own size in bytes: set it to sizeof before the call. Zero means "not given" in every
 *     field. Bytes beyond what the driver knows must be zero and unknown flag bits clear, else PAYDRV_E_UNSUPPORTED; on
 *     the way out the driver writes what it knows and zeroes the rest. Structs and the function list grow only at the end.
 *  5. paydrv_open_options.abi_version is PAYDRV_ABI_VERSION. The driver never shows a value that this header lacks: a new
 *     open state reads as IN_PROGRESS or UNKNOWN, a new next action as CALL_SUPPORT, a new result as its category
 *     (-100, -200 ...). The final states are closed for ever.
 *  6. Results: 0 done; above 0 done or under way, with something to know; below 0 refused, and nothing has changed.
 *     The hundred is the category: -1xx argument, -2xx state, -3xx reference, -4xx configuration, -5xx journal, -9xx internal.
 *     Each function lists its results; PAYDRV_E_INTERNAL can come from any. A refused call leaves *op at 0 unless said.
 *  7. Any function may be called from any thread at any time, paydrv_close included. Each states its blocking bound, held
 *     even while the network is a black hole. "Instant": no system call but one wake-up, no wait for network or disk.
 *  8. A host may exit, crash or unload without close; nothing is lost. In a forked child every call answers
 *     PAYDRV_E_FORKED; the parent is not disturbed.
 *  9. Sessions and operations are ids above 0, unique in the process and never used twice: an id never given is
 *     PAYDRV_E_NOT_FOUND, one of a closed session PAYDRV_E_CLOSED. Neither is ever a crash.
 */
#ifndef PAYDRV_H
#define PAYDRV_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PAYDRV_ABI_MAJOR 0
#define PAYDRV_ABI_MINOR 9
#define PAYDRV_ABI_VERSION ((PAYDRV_ABI_MAJOR << 16) | PAYDRV_ABI_MINOR)

#if defined(_WIN32) && !defined(_WIN64)
#define PAYDRV_CALL __stdcall
#else
#define PAYDRV_CALL
#endif

#ifndef PAYDRV_API /* the driver's own build marks its exports here */
#define PAYDRV_API
#endif

/* ---- Results ------------------------------------------------------------------------------------------------- */

#define PAYDRV_OK 0
#define PAYDRV_JOINED 1    /* this reference is already under way: *op is the running operation, nothing new was begun */
#define PAYDRV_FINAL 2     /* the operation is already final and was not changed */
#define PAYDRV_UNCHANGED 3 /* the time is over and nothing new happened; or: nothing (more) to list */

#define PAYDRV_E_ARGUMENT (-100)    /* an argument is missing or out of range; paydrv_problem.field names it */
#define PAYDRV_E_UNSUPPORTED (-101) /* asks for something this driver does not know or cannot do (yet) */
#define PAYDRV_E_BUFFER (-102)      /* the buffer is too small; *needed says how large it must be */

#define PAYDRV_E_STATE (-200)     /* not possible in the operation's present state */
#define PAYDRV_E_NOT_FOUND (-201) /* no such session, operation or reference here */
#define PAYDRV_E_CLOSED (-202)    /* the session is closed, or being closed */
#define PAYDRV_E_STALE (-203)     /* the operation has moved on from the revision you named: poll again */
#define PAYDRV_E_BUSY (-204)      /* the driver is at a named limit, the journal is in use elsewhere, or the disk is slow */
#define PAYDRV_E_IN_DOUBT (-205)  /* not closed: a payment is under way or in doubt; go on polling, or close with force */
#define PAYDRV_E_STALLED (-206)   /* closed, but a thread hangs in the operating system and was left behind */
#define PAYDRV_E_FORKED (-207)    /* this process is a fork of the one that opened the driver */

#define PAYDRV_E_REFERENCE_SPENT (-300) /* the reference's operation is final; *op is that operation, to read */
#define PAYDRV_E_CONTENT_DIFFERS (-301) /* the reference is in use with another amount, currency or order; *op is it */
#define PAYDRV_E_CODE_USED (-302)       /* this payment code was given within ten minutes under another reference; *op is that */
#define PAYDRV_E_ORDER_BUSY (-303)      /* the order has an open or paid payment that day; *op is that */

#define PAYDRV_E_CONFIGURATION (-400) /* a setting, key or file; paydrv_problem names it */

#define PAYDRV_E_JOURNAL (-500) /* the journal cannot be opened, read or written (disk full, read-only, damaged) */

#define PAYDRV_E_INTERNAL (-900) /* a fault of the driver; money rules hold all the same */

/* ---- Values in structs --------------------------------------------------------------------------------------- */

/* paydrv_payment.mode */
#define PAYDRV_MODE_USER_PRESENTED 1 /* the customer shows a payment code, the till scans it */
#define PAYDRV_MODE_ORDER_CODE 2     /* the till shows a code for this order, the customer scans it */
#define PAYDRV_MODE_ENTRY_CODE 3     /* the customer scans the shop's fixed code */

/* paydrv_payment.flags */
#define PAYDRV_FLAG_SPLIT_BILL 1u /* further payments of the same order are meant: no PAYDRV_E_ORDER_BUSY */
#define PAYDRV_FLAG_PAY_AGAIN 2u  /* the order was paid and shall be paid once more: no PAYDRV_E_ORDER_BUSY */

/* paydrv_status.kind, paydrv_key.kind */
#define PAYDRV_KIND_PAYMENT 1
#define PAYDRV_KIND_REFUND 2
#define PAYDRV_KIND_REQUEST 3
#define PAYDRV_KIND_UNDO 4  /* the driver gives back money that turned up late */
#define PAYDRV_KIND_FOUND 5 /* a payment that this journal did not begin */

/* paydrv_status.state. Goods only on SUCCEEDED. */
#define PAYDRV_STATE_IN_PROGRESS 1      /* wait */
#define PAYDRV_STATE_WAITING_CUSTOMER 2 /* the customer has to do something in the wallet, or scan the code shown */
#define PAYDRV_STATE_CANCELLING 3       /* being undone; what became of it comes with a final state */
#define PAYDRV_STATE_UNKNOWN 4          /* in doubt; next_action says what the cashier does, the driver goes on */
#define PAYDRV_STATE_SUCCEEDED 101      /* final: paid (refund: given back; request: answered) */
#define PAYDRV_STATE_DECLINED 102       /* final: no money of this operation is held or can still be taken */
#define PAYDRV_STATE_CANCELLED 103      /* final: undone; no money of this operation is held or can still be taken */

/* paydrv_status.reason: why it is in this state; zero where the state says it all */
#define PAYDRV_REASON_EXPIRY 1          /* its time was over */
#define PAYDRV_REASON_CASHIER 2         /* the host asked for the cancel */
#define PAYDRV_REASON_CUSTOMER 3        /* the customer has to act, or has refused */
#define PAYDRV_REASON_DECLINE 4         /* refused by the wallet or by Alipay; provider_code tells */
#define PAYDRV_REASON_NOT_SENT 5        /* the gateway could not be reached; not one byte was sent */
#define PAYDRV_REASON_NOT_READY 6       /* the driver had not yet had one verified answer of the gateway */
#define PAYDRV_REASON_JOURNAL 7         /* the journal could not be written; nothing was sent */
#define PAYDRV_REASON_DETAILS 8         /* details_json is at fault; nothing was sent */
#define PAYDRV_REASON_REFERENCE_USED 9  /* Alipay knows this reference already, with other content */
#define PAYDRV_REASON_OUTSIDE 10        /* cancelled by somebody else than this driver */
#define PAYDRV_REASON_DRIVER_STALLED 11 /* the driver's engine has not turned for 5 s: disk or machine hangs */
#define PAYDRV_REASON_MANUAL 12         /* decided by people through "settle" */
#define PAYDRV_REASON_MISMATCH 13       /* a verified answer speaks of another amount, currency, id or of somebody else's payment */
#define PAYDRV_REASON_NOT_UNDONE 14     /* cancel and refund were refused for good: the money stays with the shop */
#define PAYDRV_REASON_ORIGINAL 15       /* refund: the payment is not known, not paid, or not as the host says; nothing was sent */
#define PAYDRV_REASON_REFUND_LEFT 16    /* refund: more than what is left of the payment; nothing was sent */

/* paydrv_status.next_action: what the cashier, or the till for the cashier, does now */
#define PAYDRV_ACTION_NOTHING 0
#define PAYDRV_ACTION_WAIT 1
#define PAYDRV_ACTION_SHOW_CODE 2    /* show the code (paydrv_text, paydrv_data); any other action: take it down */
#define PAYDRV_ACTION_RESCAN 3       /* ask for a fresh payment code; a new attempt with a new reference */
#define PAYDRV_ACTION_NEW_ATTEMPT 4  /* try again with a new reference */
#define PAYDRV_ACTION_OTHER_METHOD 5 /* take another means of payment */
#define PAYDRV_ACTION_SETTLE_LATER 6 /* finish with this customer by other means: whatever was taken, the driver gives back */
#define PAYDRV_ACTION_CALL_SUPPORT 7

/* paydrv_status.health, operation 0 only */
#define PAYDRV_HEALTH_GATE_OPEN 1u  /* the gateway has answered under this configuration, verified */
#define PAYDRV_HEALTH_REACHABLE 2u  /* the last exchange with the gateway got a verified answer */
#define PAYDRV_HEALTH_CLOCK 4u      /* the machine's clock is within 5 minutes of the gateway's */
#define PAYDRV_HEALTH_JOURNAL 8u    /* the last commit of the journal was good */
#define PAYDRV_HEALTH_DISK 16u      /* the journal's disk has room for a month of business */

/* paydrv_next filter: one of these, or a business day (yyyymmdd) */
#define PAYDRV_FILTER_UNACKNOWLEDGED 1u /* final and not yet booked by the host */
#define PAYDRV_FILTER_UNFINISHED 2u     /* not final */
#define PAYDRV_FILTER_CHANGED 3u        /* every change of any operation of this session, oldest first */

/* paydrv_text id */
#define PAYDRV_TEXT_CODE 1
#define PAYDRV_TEXT_CASHIER 2
#define PAYDRV_TEXT_CUSTOMER 3
#define PAYDRV_TEXT_RECEIPT_MERCHANT 4
#define PAYDRV_TEXT_RECEIPT_CUSTOMER 5
#define PAYDRV_TEXT_DETAIL 6 /* JSON */
#define PAYDRV_TEXT_CASHIER_DISPLAY 7  /* for a display of 2 lines of 20 columns: two lines, LF between */
#define PAYDRV_TEXT_CUSTOMER_DISPLAY 8 /* likewise */

/* paydrv_data id */
#define PAYDRV_DATA_CODE_PNG 1
#define PAYDRV_DATA_CODE_SVG 2

/* paydrv_driver_text id: -999 ... 99 is a result and gives its name; else one of these */
#define PAYDRV_DRIVER_NAME 100
#define PAYDRV_DRIVER_VERSION 101
#define PAYDRV_DRIVER_CAPABILITIES 102 /* JSON: modes, functions, requests, texts, languages that this driver can do */
#define PAYDRV_DRIVER_SCHEMA 103       /* JSON schema of the configuration */
#define PAYDRV_DRIVER_LICENCES 104

/* ---- Structs ------------------------------------------------------------------------------------------------- */

#define PAYDRV_TEXT_SIZE 72 /* references, terminals, operators, provider ids: 17 characters of any script, or 71 of ASCII */
#define PAYDRV_CURRENCY_SIZE 8
#define PAYDRV_PAYMENT_CODE_SIZE 40
#define PAYDRV_DESCRIPTION_SIZE 1032
#define PAYDRV_LANGUAGE_SIZE 16

/* What went wrong with one call, for the integrator. It belongs to the call; pass NULL if not wanted. */
typedef struct paydrv_problem {
    uint32_t size;
    int32_t result;
    char field[64]; /* the argument, setting or file at fault */
    char text[440]; /* a sentence: what was found, what is allowed, what to do */
} paydrv_problem;

typedef struct paydrv_open_options {
    uint32_t size;
    uint32_t abi_version; /* PAYDRV_ABI_VERSION */
    uint32_t flags;       /* none yet */
    uint32_t reserved;
    char language[PAYDRV_LANGUAGE_SIZE]; /* of the texts, for example "en"; empty: the configuration's */
} paydrv_open_options;

typedef struct paydrv_payment {
    uint32_t size;
    uint32_t mode;                       /* PAYDRV_MODE_... */
    int64_t amount_minor;                /* integer minor units of the currency, 1 ... 9999999999999999 */
    char currency[PAYDRV_CURRENCY_SIZE]; /* ISO 4217, "EUR" */
    char reference[PAYDRV_TEXT_SIZE];    /* the host's name for this attempt, unique in its business day and terminal */
    uint32_t business_day;               /* of the ticket, yyyymmdd; at most 7 days from today */
    uint32_t flags;                      /* PAYDRV_FLAG_... */
    uint32_t timeout_s;                  /* 0: the schedule; else 10 ... 600, then the driver asks its own cancel */
    uint32_t reserved;
    char order_reference[PAYDRV_TEXT_SIZE]; /* the ticket, the same for all attempts; at most 64 characters */
    char terminal[PAYDRV_TEXT_SIZE];        /* empty: the session's; at most 64 characters */
    char operator_id[PAYDRV_TEXT_SIZE];     /* may be empty; at most 64 characters */
    char payment_code[PAYDRV_PAYMENT_CODE_SIZE]; /* user-presented mode: 16 to 32 digits; blanks, CR, LF, TAB are cut anywhere */
    char description[PAYDRV_DESCRIPTION_SIZE];   /* what is bought; required, at most 256 characters */
} paydrv_payment;

typedef struct paydrv_refund_request {
    uint32_t size;
    uint32_t flags;
    int32_t op;            /* the payment by operation; or by original_...; or by payment_id, original_amount_minor and currency */
    uint32_t business_day; /* of the refund */
    int64_t amount_minor;
    int64_t original_amount_minor;
    uint32_t original_business_day;
    uint32_t reserved;
    char currency[PAYDRV_CURRENCY_SIZE];
    char reference[PAYDRV_TEXT_SIZE]; /* the host's name for this refund */
    char terminal[PAYDRV_TEXT_SIZE];  /* empty: the session's */
    char original_reference[PAYDRV_TEXT_SIZE];
    char original_terminal[PAYDRV_TEXT_SIZE];
    char payment_id[PAYDRV_TEXT_SIZE];
    char operator_id[PAYDRV_TEXT_SIZE];
    char refund_reason[PAYDRV_DESCRIPTION_SIZE];
} paydrv_refund_request;

typedef struct paydrv_key {
    uint32_t size;
    uint32_t kind; /* PAYDRV_KIND_..., but not of a request; an undo or found payment has its payment's reference */
    uint32_t business_day;
    uint32_t reserved;
    char reference[PAYDRV_TEXT_SIZE];
    char terminal[PAYDRV_TEXT_SIZE]; /* empty: the session's */
} paydrv_key;

typedef struct paydrv_status {
    uint32_t size;
    uint32_t revision; /* goes up with every change; pass it as `seen` to wait for the next one */
    int32_t op;
    uint32_t kind;
    uint32_t state;
    uint32_t is_final; /* 1: nothing of this operation changes any more but `acknowledged` and links */
    uint32_t reason;
    uint32_t next_action;
    int64_t amount_minor;
    int64_t refunded_minor;
    int64_t since_ms;     /* since the operation began; of a past session: since that session's reopening */
    int64_t expires_ms;   /* until the customer can no longer pay, as far as is known; 0: past, final, or not sent */
    int64_t next_poll_ms; /* poll again no later than this; 0: final */
    char currency[PAYDRV_CURRENCY_SIZE];
    uint32_t business_day;
    int32_t linked_op;     /* another operation about the same money; 0: none */
    uint32_t acknowledged; /* 1: the acknowledgement is on disk */
    uint32_t health;       /* operation 0: PAYDRV_HEALTH_... */
    char reference[PAYDRV_TEXT_SIZE];
    char order_reference[PAYDRV_TEXT_SIZE];
    char terminal[PAYDRV_TEXT_SIZE];
    char payment_id[PAYDRV_TEXT_SIZE];    /* Alipay's paymentId */
    char provider_code[PAYDRV_TEXT_SIZE]; /* Alipay's last result code about this operation */
    char wallet[PAYDRV_TEXT_SIZE];        /* pspName */
    uint32_t in_doubt;       /* operation 0: operations that are not final and perhaps sent */
    uint32_t unacknowledged; /* operation 0: final operations that the host has not acknowledged */
} paydrv_status;

/* ---- Functions ----------------------------------------------------------------------------------------------- */

/* The driver's PAYDRV_ABI_VERSION: major << 16 | minor. Any thread, instant, also before open and after fork. */
PAYDRV_API uint32_t PAYDRV_CALL paydrv_abi_version(void);

/* A text about the driver itself. Any thread, instant, needs no session.
 * OK, E_ARGUMENT (buf NULL with cap > 0), E_UNSUPPORTED (unknown id), E_BUFFER, E_FORKED. */
PAYDRV_API int32_t PAYDRV_CALL paydrv_driver_text(int32_t id, char* buf, uint32_t cap, uint32_t* needed);

/* Opens a session: one merchant configuration, one till, one journal.
 * config: the path of a JSON file, or the JSON itself if its first character is '{'. Every payment of an earlier
 * session that is not final goes on by itself. Blocks at most 10 s, no network is waited for.
 * OK, E_ARGUMENT, E_UNSUPPORTED, E_CONFIGURATION, E_JOURNAL, E_BUSY (journal in use, or 64 sessions open), E_FORKED, E_INTERNAL. */
PAYDRV_API int32_t PAYDRV_CALL paydrv_open(const char* config, const paydrv_open_options* options, int32_t* session,
                                           paydrv_problem* why);

/* Closes a session. It cancels nothing; the next open goes on. Afterwards no thread, socket or file of it remains, and
 * calls that wait in it have returned PAYDRV_E_CLOSED. force 0: refuses with E_IN_DOUBT, and nothing is closed, while an
 * operation is not final and perhaps sent (or the disk is too slow to tell). Blocks at most 2 s.
 * OK, E_IN_DOUBT, E_NOT_FOUND, E_CLOSED, E_STALLED (closed, one thread left), E_FORKED. */
PAYDRV_API int32_t PAYDRV_CALL paydrv_close(int32_t session, uint32_t force);

/* Begins a payment attempt. details_json: NULL, or a JSON object of further Alipay order fields (at most 16383 bytes),
 * checked before anything is sent. Instant.
 * OK: a new attempt has begun. JOINED. E_ARGUMENT, E_UNSUPPORTED, E_NOT_FOUND, E_CLOSED, E_BUSY, E_REFERENCE_SPENT,
 * E_CONTENT_DIFFERS, E_CODE_USED, E_ORDER_BUSY (each with the other operation in *op), E_CONFIGURATION (the gateway
 * refuses these keys), E_JOURNAL (the disk refuses), E_FORKED. *op is 0 where no operation is named. */
PAYDRV_API int32_t PAYDRV_CALL paydrv_start(int32_t session, const paydrv_payment* payment, const char* details_json,
                                            int32_t* op, paydrv_problem* why);

/* Begins a refund of all or a part of a payment, named in exactly one of three ways. Instant. Results as paydrv_start, and
 * E_STATE (op is not a payment that has SUCCEEDED). */
PAYDRV_API int32_t PAYDRV_CALL paydrv_refund(int32_t session, const paydrv_refund_request* refund, int32_t* op,
                                             paydrv_problem* why);

/* Asks for a cancel; the final state tells what became of it. Once asked it is carried through, over restarts. Instant.
 * OK, FINAL (changed nothing: use paydrv_refund), E_STATE (nothing is to be undone), E_NOT_FOUND, E_CLOSED, E_BUSY, E_FORKED. */
PAYDRV_API int32_t PAYDRV_CALL paydrv_cancel(int32_t session, int32_t op);

/* Fills *status. Returns at once if its revision differs from `seen` or it is final, else waits up to wait_ms for that.
 * op 0: the session's own health; kind and state are 0; health, in_doubt and unacknowledged tell.
 * wait_ms 0: instant, no allocation, no system call.
 * OK, UNCHANGED (filled all the same), E_ARGUMENT, E_UNSUPPORTED, E_NOT_FOUND, E_CLOSED, E_FORKED. */
PAYDRV_API int32_t PAYDRV_CALL paydrv_poll(int32_t session, int32_t op, uint32_t seen, uint32_t wait_ms,
                                           paydrv_status* status);

/* A text that belongs to an operation. revision 0: of the newest status; else of that revision or E_STALE. Instant.
 * Receipts and the detail are made at the first asking; the detail of a request is its answer.
 * OK, UNCHANGED (being made: ask again), E_ARGUMENT, E_UNSUPPORTED, E_BUFFER, E_STALE, E_STATE (no such paper in this
 * state), E_BUSY, E_NOT_FOUND, E_CLOSED, E_FORKED. */
PAYDRV_API int32_t PAYDRV_CALL paydrv_text(int32_t session, int32_t op, uint32_t revision, int32_t id, char* buf,
                                           uint32_t cap, uint32_t* needed);

/* Bytes that belong to an operation; *needed counts them, without a NUL. Instant. Results as paydrv_text. */
PAYDRV_API int32_t PAYDRV_CALL paydrv_data(int32_t session, int32_t op, int32_t id, void* buf, uint32_t cap,
                                           uint32_t* needed);

/* Finds an operation by the host's own name for it, also of an earlier session, and gives its id. Blocks at most 1 s.
 * OK, E_ARGUMENT, E_UNSUPPORTED, E_NOT_FOUND (this journal never sent it), E_CLOSED, E_BUSY (the disk is slow: ask again),
 * E_JOURNAL (cannot be read), E_FORKED. */
PAYDRV_API int32_t PAYDRV_CALL paydrv_find(int32_t session, const paydrv_key* key, int32_t* op);

/* Lists operations, one a call. *cursor 0 begins, and is moved on. Blocks at most wait_ms + 1 s.
 * OK: *op is the next one. UNCHANGED: no (more) such operation, *op is 0. E_ARGUMENT, E_NOT_FOUND, E_CLOSED, E_BUSY
 * (the disk is slow: ask again), E_JOURNAL, E_FORKED. */
PAYDRV_API int32_t PAYDRV_CALL paydrv_next(int32_t session, uint32_t filter, uint64_t* cursor, uint32_t wait_ms,
                                           int32_t* op);

/* Says "this final result is booked on this ticket". Durable when paydrv_status.acknowledged shows 1. Instant.
 * order_reference: the ticket; NULL or empty: the operation's own.
 * OK, FINAL (was acknowledged before), E_ARGUMENT (another ticket than the operation's), E_STATE (not final yet),
 * E_NOT_FOUND, E_CLOSED, E_BUSY, E_FORKED. */
PAYDRV_API int32_t PAYDRV_CALL paydrv_acknowledge(int32_t session, int32_t op, const char* order_reference);

/* Begins a piece of back office work by name, with JSON in and, through paydrv_text PAYDRV_TEXT_DETAIL, JSON out. Instant.
 * json: NULL, or at most 16383 bytes; what is wrong with it ends the operation DECLINED, reason DETAILS, and stands in the answer.
 * OK, E_ARGUMENT, E_UNSUPPORTED (a name that the capabilities do not list), E_NOT_FOUND, E_CLOSED, E_BUSY, E_FORKED. */
PAYDRV_API int32_t PAYDRV_CALL paydrv_request(int32_t session, const char* name, const char* json, int32_t* op,
                                              paydrv_problem* why);

#ifdef __cplusplus
}
#endif

#endif
