*> The smallest careful host in COBOL (GnuCOBOL 3): pays once, waits for the end, prints it.
*>
*>   cobc -x -free -fstatic-call -o pay_once host-sim/hosts/pay_once.cob -L build/release/plugin -l paydrv_alipay
*>   LD_LIBRARY_PATH=build/release/plugin ./pay_once CONFIG REFERENCE AMOUNT_MINOR PAYMENT_CODE
*>
*> Exit code: 0 paid, 1 declined or cancelled, 2 could not be begun, 3 broken off while in doubt: ask again with the same
*> reference on the next start (paydrv_find).
IDENTIFICATION DIVISION.
PROGRAM-ID. pay-once.
DATA DIVISION.
WORKING-STORAGE SECTION.
*> The structs of paydrv.h. Numbers are native binary; a text in a struct may end in blanks, a text by itself ends with X"00".
01 why.
   05 why-size        BINARY-LONG UNSIGNED.
   05 why-result      BINARY-LONG.
   05 why-field       PIC X(64).
   05 why-text        PIC X(440).
01 open-options.
   05 options-size    BINARY-LONG UNSIGNED.
   05 abi-version     BINARY-LONG UNSIGNED.
   05 options-flags   BINARY-LONG UNSIGNED.
   05 FILLER          BINARY-LONG UNSIGNED.
   05 language-code   PIC X(16).
01 payment.
   05 payment-size    BINARY-LONG UNSIGNED.
   05 payment-mode    BINARY-LONG UNSIGNED.
   05 amount-minor    BINARY-DOUBLE.
   05 currency-code   PIC X(8).
   05 own-reference   PIC X(72).
   05 business-day    BINARY-LONG UNSIGNED.
   05 payment-flags   BINARY-LONG UNSIGNED.
   05 timeout-s       BINARY-LONG UNSIGNED.
   05 FILLER          BINARY-LONG UNSIGNED.
   05 order-reference PIC X(72).
   05 terminal        PIC X(72).
   05 operator-id     PIC X(72).
   05 payment-code    PIC X(40).
   05 description     PIC X(1032).
01 payment-status.
   05 status-size     BINARY-LONG UNSIGNED.
   05 revision        BINARY-LONG UNSIGNED.
   05 status-op       BINARY-LONG.
   05 status-kind     BINARY-LONG UNSIGNED.
   05 state           BINARY-LONG UNSIGNED.
      88 succeeded    VALUE 101.
      88 declined     VALUE 102.
   05 is-final        BINARY-LONG UNSIGNED.
   05 FILLER          PIC X(512).
01 result             BINARY-LONG.
01 session-id         BINARY-LONG VALUE 0.
01 op                 BINARY-LONG VALUE 0.
01 wait-ms            BINARY-LONG UNSIGNED VALUE 1000.
01 no-force           BINARY-LONG UNSIGNED VALUE 0.
01 with-force         BINARY-LONG UNSIGNED VALUE 1.
01 argument           PIC X(1023).
01 config             PIC X(1024).
01 ticket             PIC X(73).
01 today              PIC 9(8).

PROCEDURE DIVISION.
    MOVE LOW-VALUES TO why open-options payment payment-status *> every struct: all zero, then its own size
    MOVE LENGTH OF why TO why-size
    MOVE LENGTH OF open-options TO options-size
    MOVE LENGTH OF payment TO payment-size
    MOVE LENGTH OF payment-status TO status-size
    MOVE 9 TO abi-version *> contract 0.9: major times 65536, plus minor
    ACCEPT argument FROM ARGUMENT-VALUE
    STRING FUNCTION TRIM(argument) X"00" DELIMITED BY SIZE INTO config
    CALL "paydrv_open" USING config open-options session-id why RETURNING result
    IF result < 0 PERFORM refused.

    *> A real till has reference, ticket and amount in its own book on disk BEFORE paydrv_start.
    ACCEPT own-reference FROM ARGUMENT-VALUE
    MOVE own-reference TO order-reference
    STRING FUNCTION TRIM(own-reference) X"00" DELIMITED BY SIZE INTO ticket
    ACCEPT argument FROM ARGUMENT-VALUE
    COMPUTE amount-minor = FUNCTION NUMVAL(argument) *> integer minor units: 12.50 EUR is 1250
    ACCEPT payment-code FROM ARGUMENT-VALUE
    MOVE 1 TO payment-mode *> user-presented
    MOVE "EUR" TO currency-code
    MOVE "goods" TO description
    MOVE FUNCTION CURRENT-DATE(1:8) TO today
    MOVE today TO business-day
    *> Below 0: refused, nothing was sent. Otherwise op is under way, and only its final state says what became of it.
    CALL "paydrv_start" USING BY VALUE session-id BY REFERENCE payment OMITTED op why RETURNING result
    IF result < 0 PERFORM refused.

    PERFORM UNTIL is-final = 1 *> each turn waits up to a second for news
        CALL "paydrv_poll" USING BY VALUE session-id op revision wait-ms BY REFERENCE payment-status RETURNING result
        IF result < 0
            CALL "paydrv_close" USING BY VALUE session-id with-force RETURNING result
            STOP RUN RETURNING 3
        END-IF
    END-PERFORM

    *> Book the result on the ticket first, then say so. Should the program die between the two, paydrv_next lists this
    *> operation as unacknowledged on the next start: look into your book, and acknowledge it then.
    EVALUATE TRUE
        WHEN succeeded DISPLAY "SUCCEEDED" *> goods only now
        WHEN declined DISPLAY "DECLINED"
        WHEN OTHER DISPLAY "CANCELLED"
    END-EVALUATE
    CALL "paydrv_acknowledge" USING BY VALUE session-id op BY REFERENCE ticket RETURNING result
    CALL "paydrv_close" USING BY VALUE session-id no-force RETURNING result
    IF succeeded STOP RUN RETURNING 0.
    STOP RUN RETURNING 1.

refused.
    INSPECT why-field REPLACING ALL X"00" BY SPACE
    INSPECT why-text REPLACING ALL X"00" BY SPACE
    DISPLAY "result " why-result ", " FUNCTION TRIM(why-field) ": " FUNCTION TRIM(why-text) UPON SYSERR
    IF session-id > 0 CALL "paydrv_close" USING BY VALUE session-id with-force RETURNING result.
    STOP RUN RETURNING 2.
