#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
tests/bad_words.py [ELF] - bad words at the prompt, on the command line, to make and to tools/: one sentence, nothing lost

Each row is a command or an option and what has to be said of it. After the commands of the prompt the
ledger must still close; tools fail, and without a traceback. Prints TAP and a count.
"""
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TOP, "tests"))

from harness.prompt import Prompt, Tap, elf_from_arguments              # noqa: E402

RAM = 64
MAP_END = RAM << 8                      # frames; the last lie in a hole, for the BIOS has its tables there

# At the prompt: what is typed, and what is answered.
SAID = [
    ("meminfo now", r"usage: meminfo$"), ("reboot now", r"usage: reboot$"),
    ("poweroff now", r"usage: poweroff$"), ("help help help", r"usage: help \[COMMAND\]"),
    (f"kmap {MAP_END - 1}", r"frame 0x3fff is no RAM"), (f"kunmap {MAP_END - 1}", r"frame 0x3fff is no RAM"),
    (f"kmap {MAP_END}", r"frame 0x4000: mem_map ends at 0x4000"), ("kmap 4294967296", "usage: kmap PFN"),
    ("kunmap 5", r"lowmem frame 0x5 keeps its address"), ("page 0", r"physical 0x00000000,"),
    ("kmalloc 4194305", r"kmalloc gives 4194304 bytes at the most"), ("kmalloc 4294967296", "usage: kmalloc SIZE"),
    ("vmalloc 4294967295", r"vmalloc gives NULL for 4294967295 bytes"),
    ("vfree 0xc4800000", r"c4800000 was not taken at this prompt"), ("vfree 1", r"no such area starts there"),
    ("trace off 5", "usage: trace"), ("trace show 0", "usage: trace"),
    ("memtest 4294967296", r"no number of passes \(1 to 4294967295, first\)"),
    ("memtest seed=4294967296", r"not seed=0 to 4294967295"),
    ("compare nosuch", r'There is no trace "nosuch"; there are all boot "module N" \w+'),
    ("compare module 7", r"there is no module 7 in lowmem"), ("compare module x", "usage: compare"),
    ("fail_page_alloc every=2,prob=3", "usage: fail_page_alloc"),
    ("fail_page_alloc every=2,cache=kmalloc-32", "usage: fail_page_alloc"),
    ("a " * 17, r"A line has 16 words at the most"),
    ("verify" + " " * 114 + "now", r"A line has 119 characters at the most; this one is not run"),
    ("x" * 130 + "\x15verify", r"frames, all found"),       # Ctrl-U empties the line, and it is fit again
]

# On the command line: the option and what the log says; the kernel comes to its prompt all the same.
LOGGED = [
    ("console=keyboard", r'option "console" cannot be "keyboard"'),
    ("slab_colour=nonsense", r'option "slab_colour" cannot be "nonsense"'),
    ("highmem=1K vmalloc=1", r'option "highmem" cannot be "1K"(.|\n)*option "vmalloc" cannot be "1"'),
    ("crash=", r'option "crash" cannot be ""'),
    ("mem=99999999999999999999", r'option "mem" cannot be "99999999999999999999"'),
    ("memmap=1M@5G", r"\[0x140000000, 0x140100000\) lies past 4 GiB and changes nothing"),
    ("memmap=" + ",".join(f"4K${20 + i}M" for i in range(33)), r"mem= and memmap= have 32 items at the most"),
]

# To make and to tools/, with nothing on stdin.
FAILED = [
    (["make", "-n", "all", "MODULE=nosuch.c"], "there is no file nosuch.c"),
    (["make", "-n", "all", "MODULE=docs/my file.c"], "MODULE: docs/my is no C file"),
    (["make", "-n", "all", "MODULE=driver.cpp"], "MODULE: driver.cpp is no C file"),
    (["make", "-n", "all", "MODULE=don't.c"], "MODULE: don't.c is no C file"),
    (["make", "-n", "all", "EXTRA_OBJS=nosuch.o"], "there is no file nosuch.o"),
    (["tools/decode"], "nothing in this log is an address of build/flagstone.elf"),
    (["tools/decode", "a", "b"], "usage: tools/decode"),
    (["tools/bench", "--rows", "nosuch"], "--rows is for --check"),
    (["tools/lines.py", "--show", "nosuch"], "there is no row nosuch; there are .*kmalloc_64_pair"),
    (["tools/mkdisk", "tape", "a", "b"], r"usage: tools/mkdisk floppy\|disk"),
    (["tools/mkdisk", "disk", "build/none.img", "/nosuch"], "/nosuch: No such file or directory"),
    (["tools/mkdisk", "disk", "build/none.img", "README.md"], "README.md is no 32-bit ELF file"),
    (["tools/docs", "--check", "nosuch"], "there is no nosuch"),
    (["tests/run", "nosuch"], "no test has a name with nosuch in it"),
]


def at_the_prompt(tap, elf):
    with Prompt(elf, ram=RAM) as machine:
        machine.read()
        machine.ask("bench kmalloc_churn")              # leaves an area of its own in vmalloc space
        for command, pattern in SAID:
            answer = machine.ask(command)
            tap.expect(command[:40].strip(), re.search(pattern, answer, re.M), answer)
        machine.ask("map -w", until="free by order")
        machine.process.stdin.write(b"\x1b")            # and no newline behind it
        machine.process.stdin.flush()
        answer = machine.read(limit=20)
        tap.expect("the key ESC alone ends a live picture", answer.endswith("flagstone> "), answer)
        answer = machine.ask("verify")
        tap.expect("the ledger closes", f"ledger: {MAP_END} frames, all found" in answer, answer)


def on_the_command_line(tap, elf):
    for words, pattern in LOGGED:
        with Prompt(elf, words, ram=RAM) as machine:
            log = machine.read(limit=20)
        tap.expect(words[:40], re.search(pattern, log) and log.endswith("flagstone> "), log)


def on_the_developers_machine(tap):
    for command, pattern in FAILED:
        done = subprocess.run(command, cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
        tap.expect(" ".join(command), done.returncode and re.search(pattern, done.stdout) and
                   "Traceback" not in done.stdout, done.stdout)


def main():
    tap, elf = Tap(), elf_from_arguments()
    at_the_prompt(tap, elf)
    on_the_command_line(tap, elf)
    on_the_developers_machine(tap)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
