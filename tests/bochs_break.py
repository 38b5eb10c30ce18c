#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
tests/bochs_break.py [ELF] - does break=STAGE stop in Bochs and under gdb, before the stage runs?

Once at one stage, where the log so far is looked at, and once at every stage that start_kernel() has.
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


def stages():
    with open("kernel/main.c", encoding="utf-8") as file:
        return re.findall(r'boot_stage\("(\w+)"', file.read())


def debug_in_bochs(folder, words, commands):
    """What the debugger prints, the log on COM1, and how Bochs ended."""
    image = make_medium("iso", ELF, "", words)
    config, _ = bochs_pc.write_config(folder, image)
    bochs_pc.Symbols(ELF).write(f"{folder}/symbols")
    text, status = bochs_pc.run_script(folder, config, [f'ldsym global "{folder}/symbols"', *commands, "q"], 60)
    with open(f"{folder}/com1.txt", encoding="utf-8", errors="replace") as file:
        return text, file.read(), status


def in_bochs(folder):
    """The magic breakpoint of arch_break() stops the debugger; COM1 holds the log so far."""
    text, log, status = debug_in_bochs(folder, f"break={STAGE} selftest=none", ["c", "bt 3"])
    expect("Bochs stops at a magic breakpoint", "Magic breakpoint" in text, text)
    expect("inside arch_break()", "(arch_break+" in text, text)
    expect("the stage before it has told its line", "paging: " in log, log)
    expect("the stage itself has not", "zones: " not in log, log)
    expect("q leaves the debugger", status == 0, status)


def each_in_bochs(folder):
    """One stop a stage, each behind the call that enters it."""
    kernel = bochs_pc.Symbols(ELF)
    text, log, _ = debug_in_bochs(folder, f"break={','.join(stages())}", ["c", "bt 3"] * len(stages()))
    stops = text.split("Magic breakpoint")[1:]
    for i, stage in enumerate(stages()):
        behind = f"{kernel.stage_call(stage) + 5:08x}"
        expect(f"Bochs, break={stage}", i < len(stops) and behind in stops[i], stops[i:i + 1])
    expect("nothing in the log complains of break=", "there is no such stage" not in log, log)


class Qemu:
    """A machine that waits for gdb."""

    def __init__(self, folder, words):
        self.path = f"{folder}/gdb"
        self.process = subprocess.Popen(
            ["qemu-system-i386", "-m", "64", "-kernel", ELF, "-append", words, "-display", "none", "-serial",
             "null", "-monitor", "none", "-S", "-chardev",
             f"socket,path={self.path},server=on,wait=off,id=gdb", "-gdb", "chardev:gdb"])
        while not os.path.exists(self.path):
            time.sleep(0.02)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def gdb(self, *commands):
        words = [word for command in commands for word in ("-ex", command)]
        done = subprocess.run(["gdb", "-q", "-nx", "-batch", "-ex", "set architecture i386", "-ex",
                               f"target remote {self.path}", *words, "-ex", "kill", ELF], check=False,
                              capture_output=True, text=True, timeout=60)
        return done.stdout + done.stderr


def under_gdb(folder):
    """gdb stops at its breakpoint on arch_break() and sees from which line of start_kernel()."""
    with Qemu(folder, f"break={','.join(stages())}") as machine:
        text = machine.gdb("hbreak arch_break", *["continue", "bt"] * len(stages()))
    with open("kernel/main.c", encoding="utf-8") as file:
        lines = file.read().splitlines()
    calls = [lines[int(number) - 1] for number in
             re.findall(r"start_kernel \(\) at kernel/main\.c:(\d+)", text)]
    for i, stage in enumerate(stages()):
        expect(f"gdb, break={stage}", calls[i:i + 1] and f'boot_stage("{stage}"' in calls[i], text)


def main():
    print("TAP version 14")
    for check in (in_bochs, each_in_bochs, under_gdb):
        with tempfile.TemporaryDirectory() as folder:
            check(folder)
    print(f"1..{passed + failed}\n# {passed} passed, {failed} failed")
    return bool(failed)


if __name__ == "__main__":
    os.chdir(TOP)
    sys.exit(main())
