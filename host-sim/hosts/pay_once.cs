// The smallest careful host in C# (.NET or Mono): pays once, waits for the end, prints it.
//
//   mcs -out:pay_once.exe host-sim/hosts/pay_once.cs
//   LD_LIBRARY_PATH=build/release/plugin mono pay_once.exe CONFIG REFERENCE AMOUNT_MINOR PAYMENT_CODE
//
// Exit code: 0 paid, 1 declined or cancelled, 2 could not be begun, 3 broken off while in doubt: ask again with the same
// reference on the next start (paydrv_find).
using System;
using System.Runtime.InteropServices;
using System.Text;

static class PayOnce
{
    // Texts are bytes in UTF-8, on every system; a string would be marshalled in the code page of the machine.
    static byte[] Text(string text, int size) { var bytes = new byte[size]; Encoding.UTF8.GetBytes(text, 0, text.Length, bytes, 0); return bytes; }
    static string Text(byte[] bytes) { return Encoding.UTF8.GetString(bytes).TrimEnd('\0'); }

    // The structs of paydrv.h. Every struct: all zero, then its own size. Zero means "not given".
    [StructLayout(LayoutKind.Sequential)] class Problem
    {
        public uint size = (uint)Marshal.SizeOf(typeof(Problem));
        public int result;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 64)] public byte[] field = new byte[64];
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 440)] public byte[] text = new byte[440];
    }

    [StructLayout(LayoutKind.Sequential)] class OpenOptions
    {
        public uint size = (uint)Marshal.SizeOf(typeof(OpenOptions)), abi_version = 9 /* contract 0.9: major << 16 | minor */, flags, reserved;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 16)] public byte[] language = Text("en", 16);
    }

    [StructLayout(LayoutKind.Sequential)] class Payment
    {
        public uint size = (uint)Marshal.SizeOf(typeof(Payment)), mode = 1; // user-presented
        public long amount_minor;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 8)] public byte[] currency = Text("EUR", 8);
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 72)] public byte[] reference;
        public uint business_day, flags, timeout_s, reserved;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 72)] public byte[] order_reference;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 72)] public byte[] terminal = new byte[72], operator_id = new byte[72];
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 40)] public byte[] payment_code;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 1032)] public byte[] description = Text("goods", 1032);
    }

    [StructLayout(LayoutKind.Sequential)] class Status
    {
        public uint size = (uint)Marshal.SizeOf(typeof(Status)), revision;
        public int op;
        public uint kind, state, is_final, reason, next_action;
        public long amount_minor, refunded_minor, since_ms, expires_ms, next_poll_ms;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 8)] public byte[] currency = new byte[8];
        public uint business_day;
        public int linked_op;
        public uint acknowledged, health;
        [MarshalAs(UnmanagedType.ByValArray, SizeConst = 6 * 72)] public byte[] texts = new byte[6 * 72]; // reference ... wallet
        public uint in_doubt, unacknowledged;
    }

    const string Driver = "paydrv_alipay"; // libpaydrv_alipay.so, paydrv_alipay.dll
    [DllImport(Driver)] static extern int paydrv_open(byte[] config, [In] OpenOptions options, out int session, [In, Out] Problem why);
    [DllImport(Driver)] static extern int paydrv_start(int session, [In] Payment payment, byte[] details, out int op, [In, Out] Problem why);
    [DllImport(Driver)] static extern int paydrv_poll(int session, int op, uint seen, uint wait_ms, [In, Out] Status status);
    [DllImport(Driver)] static extern int paydrv_acknowledge(int session, int op, byte[] order_reference);
    [DllImport(Driver)] static extern int paydrv_close(int session, uint force);

    static int Refused(string call, Problem why)
    {
        Console.Error.WriteLine("{0}: result {1}, {2}: {3}", call, why.result, Text(why.field), Text(why.text));
        return 2;
    }

    static int Main(string[] words)
    {
        var why = new Problem();
        int session, op;
        var config = Text(words[0], Encoding.UTF8.GetByteCount(words[0]) + 1); // with its NUL
        if (paydrv_open(config, new OpenOptions(), out session, why) < 0) return Refused("paydrv_open", why);
        // A real till has reference, ticket and amount in its own book on disk BEFORE paydrv_start.
        var payment = new Payment { amount_minor = long.Parse(words[2]), reference = Text(words[1], 72), order_reference = Text(words[1], 72),
                                    business_day = uint.Parse(DateTime.Now.ToString("yyyyMMdd")), payment_code = Text(words[3], 40) };
        // Below 0: refused, nothing was sent. Otherwise op is under way, and only its final state says what became of it.
        if (paydrv_start(session, payment, null, out op, why) < 0) { paydrv_close(session, 1); return Refused("paydrv_start", why); }
        var status = new Status();
        while (status.is_final == 0) // each turn waits up to a second for news
            if (paydrv_poll(session, op, status.revision, 1000, status) < 0) { paydrv_close(session, 1); return 3; }
        // Book the result on the ticket first, then say so. Should the program die between the two, paydrv_next lists this
        // operation as unacknowledged on the next start: look into your book, and acknowledge it then.
        Console.WriteLine(status.state == 101 ? "SUCCEEDED" : status.state == 102 ? "DECLINED" : "CANCELLED"); // goods only on SUCCEEDED
        paydrv_acknowledge(session, op, payment.order_reference);
        paydrv_close(session, 0);
        return status.state == 101 ? 0 : 1;
    }
}
