# SPDX-License-Identifier: MIT
"""
The test of the tests: a run that dies, hangs, lies or prints half a log must not pass.
"""
import os
import subprocess

from harness.machine import OUT, TOP, run
from harness.verdict import Case, judge_selftest, parse_tap

GOOD = """[    0.000000] hello
KTAP version 1
1..2
    KTAP version 1
    # Subtest: buddy
    1..3
    ok 1 split
    ok 2 hot_plug # SKIP there is no HIGHMEM
[    0.100000] something else
    ok 3 ledger_closes
ok 1 buddy
    KTAP version 1
    # Subtest: slab
    1..1
    ok 1 ledger_closes
ok 2 slab
# Totals: pass:3 fail:0 skip:1 total:4
"""

# What is done to the good log, and must be noticed.
DAMAGE = {
    "no header": ("hello\nKTAP version 1\n", "hello\n"),
    "no plan": ("1..2\n", ""),
    "empty plan": ("1..2\n", "1..0\n"),
    "a suite too few": ("1..2\n", "1..3\n"),
    "a suite too many": ("1..2\n", "1..1\n"),
    "no plan of a suite": ("    1..3\n", ""),
    "a test missing": ("    ok 2 hot_plug # SKIP there is no HIGHMEM\n", ""),
    "a number twice": ("    ok 3 ledger", "    ok 2 ledger"),
    "a test failed": ("    ok 1 split", "    not ok 1 split"),
    "only the suite failed": ("ok 2 slab", "not ok 2 slab"),
    "no verdict on a suite": ("ok 1 buddy\n", ""),
    "wrong suite": ("ok 2 slab", "ok 2 buddy"),
    "no totals": ("# Totals: pass:3 fail:0 skip:1 total:4\n", ""),
    "wrong totals": ("pass:3 fail:0", "pass:4 fail:0"),
    "a line cut off": (" skip:1 total:4\n", " ski"),
}


def passes(status, text):
    return all(case.ok for case in judge_selftest(status, text))


def check_logs(_log):
    """Made-up logs: the good one passes, each damaged one fails, and so does a wrong exit status."""
    cases = [Case("good", passes(33, GOOD))]
    for name, (old, new) in DAMAGE.items():
        assert GOOD.count(old) == 1, name
        cases.append(Case(name, not passes(33, GOOD.replace(old, new)), "was not noticed"))
    for status in [0, 1, 35, -11, None]:
        cases.append(Case(f"status {status}", not passes(status, GOOD), "was not noticed"))
    for at in range(0, len(GOOD) - 1, 7):
        if passes(33, GOOD[:at]):
            cases.append(Case(f"cut at {at}", False, "was not noticed"))
    return cases


def check_tap(_log):
    """The same for the output of host test programs."""
    good = "1..2\nok 1 - a\nok 2 - b\n# ok - group\n"
    bad = {"nothing": (0, ""), "no plan": (0, good[5:]), "cut off": (0, good[:14]),
           "a failure": (1, good.replace("ok 2", "not ok 2")), "status 1": (1, good),
           "a signal": (-6, good), "hang": (None, good), "missing": (0, good.replace("1..2", "1..3")),
           "bail out": (1, good + "Bail out! 1 warnings nobody expected:\n"),
           "second group cut off": (0, good + "1..2\nok 1 - c\n"),
           "wrong plan at the end": (0, "ok 1 - a\nok 2 - b\n1..3\n"),
           "no plan at the end": (0, "ok 1 - a\nok 2 - b\n")}

    def tap_passes(status, text):
        return all(case.ok for case in parse_tap(status, text))
    cases = [Case("good", tap_passes(0, good)), Case("two groups", tap_passes(0, good + good)),
             Case("plan at the end", tap_passes(0, "ok 1 - a\nok 2 - b\n1..2\n"))]
    return cases + [Case(name, not tap_passes(*run_), "was not noticed") for name, run_ in bad.items()]


def check_machine(log):
    """A real machine that ends in each way, from a kernel of a few lines."""
    folder = os.path.join(TOP, OUT, "probe")
    os.makedirs(folder, exist_ok=True)
    cases = []
    for end, limit, want in [("GOOD", 30, True), ("FAILED", 30, False), ("LIES", 30, False),
                             ("CUT", 30, False), ("DEATH", 30, False), ("HANG", 3, False)]:
        kernel = f"{folder}/{end}.elf"
        subprocess.run(["nasm", "-f", "elf32", f"-DEND_{end}", "tests/harness/probe.asm", "-o",
                        f"{kernel}.o"], check=True, cwd=TOP)
        subprocess.run(["ld", "-m", "elf_i386", "-n", "-Ttext", "0x100000", f"{kernel}.o", "-o",
                        kernel], check=True, cwd=TOP)
        outcome = run(["qemu-system-i386", "-kernel", kernel, "-m", "16", "-display", "none",
                       "-serial", "stdio", "-monitor", "none", "-no-reboot", "-device",
                       "isa-debug-exit,iobase=0xf4,iosize=0x04"], limit, f"{log[:-4]}-{end}.log")
        cases.append(Case(end.lower(), passes(outcome.status, outcome.text) == want,
                          f"status {outcome.status} was judged wrongly"))
    return cases


BROKEN_PROGRAMS = {
    "address": "int main(int c, char **v) { char *p = malloc(8); return p[8 * c]; }",
    "undefined": "int main(int c, char **v) { return (2147483647 + c) == 0; }",
    "good": "int main(int c, char **v) { free(malloc(8)); return 0; }",
}


def check_sanitizers(_log):
    """The host tests' compiler flags do find a wrong access and an overflow."""
    cases = []
    for name, text in BROKEN_PROGRAMS.items():
        program = f"{OUT}/probe/{name}"
        os.makedirs(os.path.dirname(program), exist_ok=True)
        subprocess.run(["gcc", "-m32", "-g", "-fsanitize=address,undefined",
                        "-fno-sanitize-recover=undefined", "-x", "c", "-", "-o", program],
                       input=f"#include <stdlib.h>\n{text}\n", text=True, check=True)
        outcome = run([program], 30)
        cases.append(Case(name, (outcome.status == 0) == (name == "good"), outcome.errors))
    return cases


def all_checks():
    """(name, work, seconds) for tests/run"""
    return [("logs", check_logs, 0.1), ("tap", check_tap, 0.1), ("machine", check_machine, 6),
            ("sanitizers", check_sanitizers, 2)]
