"""A Windows library that defines what the header declares and is linked with the generated module definition exports
exactly those functions, by their plain names; on 32 bit they are __stdcall.

usage: windows_exports.py MINGW-GCC HEADER DEF
"""

import os
import re
import subprocess
import sys
import tempfile

DECLARATION = re.compile(r"PAYDRV_API\s+(\w+)\s+PAYDRV_CALL\s+(\w+)\s*\(([^;]*)\);")


def output_of(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def declarations_of(header):
    text = open(header, encoding="utf-8").read()
    return DECLARATION.findall(re.sub(r"/\*.*?\*/", "", text, flags=re.S))


def library_of(compiler, header, definition, folder):
    """Compiles a definition of every function; returns object and library."""
    stub, made, library = (os.path.join(folder, name) for name in ("stub.c", "stub.o", "paydrv_alipay.dll"))
    with open(stub, "w", encoding="utf-8") as file:
        file.write('#include "paydrv.h"\n')
        for returned, name, parameters in declarations_of(header):
            file.write(f"{returned} PAYDRV_CALL {name}({parameters}) {{ return 0; }}\n")
    subprocess.run([compiler, "-std=c11", "-Wall", "-Werror", "-I", os.path.dirname(header), "-c", stub, "-o", made], check=True)
    subprocess.run([compiler, "-shared", "-Wl,--enable-stdcall-fixup", "-o", library, made, definition], check=True)
    return made, library


def exported_by(objdump, library):
    """Names of the export table, which objdump prints after [Ordinal/Name Pointer] Table."""
    table = output_of(objdump, "-p", library).partition("[Ordinal/Name Pointer] Table")[2].partition("\n\n")[0]
    return re.findall(r"^\s*\[\s*\d+\].*?(\S+)$", table, re.M)


def main(compiler, header, definition):
    tools = compiler.removesuffix("gcc")
    functions = sorted(name for _, name, _ in declarations_of(header))
    faults = [] if len(functions) >= 14 else [f"the header declares only {len(functions)} functions"]
    with tempfile.TemporaryDirectory() as folder:
        made, library = library_of(compiler, header, definition, folder)
        exported = sorted(exported_by(tools + "objdump", library))
        symbols = [line.split()[2] for line in output_of(tools + "nm", made).splitlines() if line.split()[1] == "T"]
    if exported != functions:
        faults.append(f"exported: {exported}, declared: {functions}")
    form = r"_(paydrv_\w+)@\d+" if output_of(compiler, "-dumpmachine").startswith("i686") else r"(paydrv_\w+)"
    called = sorted(match[1] for match in (re.fullmatch(form, symbol) for symbol in symbols) if match)
    if called != functions:
        faults.append(f"not by the calling convention: {symbols}")
    print("\n".join(faults) or f"{len(functions)} functions")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
