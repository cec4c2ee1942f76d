#!/usr/bin/env python3
"""Lets one host pay against a fresh sandbox, and looks into the gateway's ledger: pay_once.py HOST-SIM COMMAND...

The command is run twice with CONFIG REFERENCE AMOUNT_MINOR PAYMENT_CODE behind it: a payment that goes well, and one
that the customer's balance does not cover."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request

LIMIT_S = 60
CASES = [("W-1", "1250", "2810010000000001", "SUCCEEDED", 0, 1), ("W-2", "29901", "2810010000000002", "DECLINED", 1, 0)]


def ledger(admin):
    with urllib.request.urlopen(admin + "/ledger", timeout=10) as answer:
        return {payment["referenceOrderId"]: payment for payment in json.load(answer)["payments"]}


def check(ready, command):
    wrong = []
    for reference, amount, code, state, exit_code, _ in CASES:
        host = subprocess.run(command + [ready["config"], reference, amount, code], capture_output=True, text=True,
                              timeout=LIMIT_S)
        if (host.stdout.strip(), host.returncode) != (state, exit_code):
            wrong.append(f"{reference}: exit code {host.returncode}, said {host.stdout!r}, wanted {state}\n{host.stderr}")
    payments = ledger(ready["admin"])
    for reference, amount, _, _, _, charged in CASES:
        found = payments.get(reference)
        if not found or (found["value"], found["charged"], found["returned"]) != (amount, charged, 0):
            wrong.append(f"{reference}: the ledger has {found}")
    return wrong


def main(host_sim, *command):
    state = tempfile.mkdtemp(prefix="paydrv-hosts-")
    sandbox = subprocess.Popen([host_sim, "sandbox", "--state", state], stdout=subprocess.PIPE, text=True)
    try:
        wrong = check(json.loads(sandbox.stdout.readline()), list(command))
    finally:
        sandbox.terminate()
        sandbox.wait()
        shutil.rmtree(state)
    print("\n".join(wrong) or "paid once, declined once, and the ledger agrees")
    return 1 if wrong else 0


if __name__ == "__main__":
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.exit(main(*sys.argv[1:]))
