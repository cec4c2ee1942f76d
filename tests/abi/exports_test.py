"""The library exports the functions that the header declares, nothing else, and names every result of the header.

usage: exports_test.py LIBRARY HEADER MAP DEF
"""

import ctypes
import re
import subprocess
import sys


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def functions_of_header(text):
    without_comments = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return set(re.findall(r"PAYDRV_CALL\s+(\w+)\s*\(", without_comments))


def results_of_header(text):
    section = text[text.index("---- Results") : text.index("---- Values in structs")]
    return {name: int(value) for name, value in re.findall(r"#define (PAYDRV_\w+) \(?(-?\d+)\)?", section)}


def name_by_driver(driver, result):
    name = ctypes.create_string_buffer(64)
    answer = driver.paydrv_driver_text(result, name, 64, None)
    return name.value.decode() if answer == 0 else None


def main(library, header, version_script, definition):
    text = open(header, encoding="utf-8").read()
    functions = functions_of_header(text)
    faults = []

    def compare(what, found):
        if found != functions:
            faults.append(f"{what}: lacks {sorted(functions - found)}, has too much {sorted(found - functions)}")

    if len(functions) < 14:
        faults.append(f"the header declares only {len(functions)} functions")
    symbols = [line.split()[-2:] for line in output_of("nm", "-D", "--defined-only", library).splitlines()]
    compare("exported symbols", {name for _, name in symbols})
    data = [name for kind, name in symbols if kind != "T"]
    if data:
        faults.append(f"exported, but not functions: {data}")
    script = open(version_script, encoding="utf-8").read()
    compare("version script", set(re.findall(r"\b(paydrv_\w+);", script)))
    compare("module definition", set(re.findall(r"^\s+(paydrv_\w+)$", open(definition, encoding="utf-8").read(), re.M)))

    flags = output_of("readelf", "-d", library)
    for flag in ("SYMBOLIC", "NOW"):
        if not re.search(rf"FLAGS.*\b{flag}\b", flags):
            faults.append(f"not linked with {flag}")

    driver = ctypes.CDLL(library)
    results = results_of_header(text)
    if len(results) < 20:
        faults.append(f"the header has only {len(results)} results")
    for result in range(-999, 100):
        expected = [name for name, value in results.items() if value == result]
        found = name_by_driver(driver, result)
        if ([found] if found else []) != expected:
            faults.append(f"result {result} is {expected} in the header, {found} in the driver")

    print("\n".join(faults) or f"{len(functions)} functions, {len(results)} results")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
