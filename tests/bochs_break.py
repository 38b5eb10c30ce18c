#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
tests/bochs_break.py [ELF] - does break=STAGE stop in Bochs and under gdb, before the stage runs?

Prints TAP and a count.
"""
import os
import re
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TOP, "tools"), os.path.join(TOP, "tests")]

import bochs_pc                                                         # noqa: E402
from harness.machine import make_medium                                 # noqa: E402

ELF = sys.argv[1] if len(sys.argv) > 1 else "build/flagstone.elf"
STAGE = "zones"
passed = failed = 0


def expect(what, ok, got=""):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    if not ok:
        print("\n".join(f"# {line}" for line in str(got).splitlines()[-20:]))
    print(f"{'ok' if ok else 'not ok'} {passed + failed} {what}", flush=True)


def in_bochs(folder):
    """The magic breakpoint of arch_break() stops the debugger; COM1 holds the log so far."""
    image = make_medium("iso", ELF, "", f"break={STAGE} selftest=none")
    config, _ = bochs_pc.write_config(folder, image)
    bochs_pc.Symbols(ELF).write(f"{folder}/symbols")
    text, status = bochs_pc.run_script(
        folder, config, [f'ldsym global "{folder}/symbols"', "c", "bt 3", "q"], 60)
    with open(f"{folder}/com1.txt", encoding="utf-8", errors="replace") as file:
        log = file.read()
    expect("Bochs stops at a magic breakpoint", "Magic breakpoint" in text, text)
    expect("inside arch_break()", "(arch_break+" in text, text)
    expect("the stage before it has told its line", "paging: " in log, log)
    expect("the stage itself has not", "zones: " not in log, log)
    expect("q leaves the debugger", status == 0, status)


def under_gdb(folder):
    """gdb stops at its breakpoint on arch_break() and sees which stage is meant."""
    path = f"{folder}/gdb"
    machine = subprocess.Popen(
        ["qemu-system-i386", "-m", "64", "-kernel", ELF, "-append", f"break={STAGE}", "-display",
         "none", "-serial", "null", "-monitor", "none", "-S", "-chardev",
         f"socket,path={path},server=on,wait=off,id=gdb", "-gdb", "chardev:gdb"])
    try:
        while not os.path.exists(path):
            time.sleep(0.02)
        done = subprocess.run(
            ["gdb", "-q", "-nx", "-batch", "-ex", "set architecture i386", "-ex",
             f"target remote {path}", "-ex", "hbreak arch_break", "-ex", "continue", "-ex", "bt",
             "-ex", "kill", ELF], check=False, capture_output=True, text=True, timeout=60)
    finally:
        machine.kill()
        machine.wait()
    text = done.stdout + done.stderr
    expect("gdb stops in arch_break()", re.search(r"^#0 .*arch_break", text, re.M), text)
    call = re.search(r"start_kernel \(\) at kernel/main\.c:(\d+)", text)
    with open("kernel/main.c", encoding="utf-8") as file:
        line = file.read().splitlines()[int(call[1]) - 1] if call else ""
    expect("called from the stage's line of start_kernel()", f'boot_stage("{STAGE}"' in line, text)


def main():
    print("TAP version 14\n1..7")
    with tempfile.TemporaryDirectory() as folder:
        in_bochs(folder)
        under_gdb(folder)
    print(f"# {passed} passed, {failed} failed")
    return bool(failed)


if __name__ == "__main__":
    os.chdir(TOP)
    sys.exit(main())
