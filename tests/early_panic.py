#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
tests/early_panic.py [ELF] - is trouble told before there is a console stage, on the serial line and the screen?

gdb stops QEMU at the kernel's first C instruction and lets it call panic(), or jump to an address that is not
mapped; and that once more before the console stage. The report must be whole in both places. Prints TAP and a count.
"""
import os
import re
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TOP, "tests"))

from gdb_commands import Machine                                        # noqa: E402
from harness.prompt import Tap, elf_from_arguments                      # noqa: E402

# Name, where to stop, what gdb then does, and the sentence of the report.
TROUBLE = [
    ("panic() at the first C instruction", "start_kernel",
     ["set $esp = $esp - 8", "set *(int *)($esp + 4) = (int)kind_text[1].name",
      "set *(int *)$esp = 0", "set $eip = (int)panic"], r"Kernel panic: stage\b"),
    ("a fault of the first C instruction", "start_kernel", ["set $eip = 0xdeadbee0"],
     r"Kernel panic: page fault .*0xdeadbee0"),
    ("a fault before the console stage", "boot_stage", ["set $eip = 0xdeadbee0"],
     r"Kernel panic: page fault .*0xdeadbee0"),
]


def screen(machine, folder):
    path = f"{folder}/screen"
    machine.gdb(f"dump binary memory {path} 0xc00b8000 0xc00b8fa0")
    with open(path, "rb") as file:
        text = file.read()[::2].decode("cp437")
    return "\n".join(text[i:i + 80].rstrip() for i in range(0, 2000, 80))


def main():
    t = Tap()
    for name, stop, commands, sentence in TROUBLE:
        with tempfile.TemporaryDirectory() as folder:
            with Machine(elf_from_arguments(), folder, stopped=True) as machine:
                machine.gdb(f"thbreak *{stop}", "continue", *commands)
                serial = machine.read("Last events of", 20) + machine.read("never", 1)
                shown = screen(machine, folder)
        for where, text in (("serial line", serial), ("screen", shown)):
            t.expect(f"{name}: the sentence, on the {where}",
                     re.search(sentence, text.replace("\n", " ") if where == "screen" else text), text)
            t.expect(f"{name}: registers, control registers and backtrace, on the {where}",
                     all(word in text for word in ("EAX ", "CR3 ", "Backtrace:", "In stage entry",
                                                   "Last events of")), text)
    return t.done()


if __name__ == "__main__":
    os.chdir(TOP)
    sys.exit(main())
