#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
tests/decode_crash.py [ELF] - tools/decode on the log of a real crash: a write into kernel text

Source lines are looked up in the source, so the test fails when decode is off by one. Prints TAP.
"""
import re
import subprocess
import sys

ELF = sys.argv[1] if len(sys.argv) > 1 else "build/flagstone.elf"
failed = count = 0


def expect(what, ok, got=""):
    global failed, count
    count, failed = count + 1, failed + (not ok)
    if not ok:
        print("\n".join(f"# {line}" for line in got.splitlines()[-40:]))
    print(f"{'ok' if ok else 'not ok'} {count} {what}")


def line_of(text, path, number):
    """Does this line of the source hold that text?"""
    with open(path, encoding="utf-8") as file:
        return text in file.read().splitlines()[int(number) - 1]


def main():
    print("TAP version 14")
    log = subprocess.run(["qemu-system-i386", "-m", "64", "-kernel", ELF, "-append", "crash=text",
                          "-display", "none", "-serial", "stdio", "-monitor", "none", "-device",
                          "isa-debug-exit,iobase=0xf4,iosize=0x04"], capture_output=True, text=True,
                         timeout=60, check=False).stdout
    out = subprocess.run(["tools/decode", ELF], input=log, capture_output=True, text=True, timeout=60,
                         check=True).stdout
    expect("the log itself is all there", all(line in out for line in log.splitlines()), out)
    eip = re.search(r"CS:EIP 0008:([0-9a-f]{8}).*\n +\| crash_text at \S*kernel/cmd_crash.c:(\d+)", out)
    expect("EIP is in crash_text, at a line of its file", eip, out)
    expect("the instruction at EIP is marked",
           eip and re.search(rf"\| -> {eip.group(1)}  mov", out), out)
    call = re.search(r"start_kernel at \S*kernel/main.c:(\d+)", out)
    expect("start_kernel's line is the call of the stage",
           call and line_of('boot_stage("monitor"', "kernel/main.c", call.group(1)), out)
    expect("the last events follow", "Last events of" in out, out)
    print(f"1..{count}\n{count - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
