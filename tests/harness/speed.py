# SPDX-License-Identifier: MIT
"""
The group "bench": no row of the benchmark takes more instructions than recorded, and that check itself
can fail. tools/bench does the counting.
"""
import os
import re
import sys

from .machine import OUT, run
from .verdict import Case

ROWS = "page_pair_o0,kmalloc_pair_64"


def bench(log, *words):
    return run([sys.executable, "tools/bench", *words], 240, log)


def measure(log, names):
    """The median of each of these rows, by name, whatever was recorded."""
    outcome = run(["qemu-system-i386", "-icount", "shift=0,sleep=off", "-rtc", "clock=vm", "-cpu",
                   "qemu32", "-m", "64", "-kernel", "build/flagstone.elf", "-append",
                   f"bench={','.join(names)}", "-display", "none", "-serial", "stdio", "-monitor", "none",
                   "-no-reboot", "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"], 60, log)
    rows = re.findall(r"^bench: (\w+) +\d+ +[\d.]+ +([\d.]+)\r?$", outcome.text, re.M)
    return {name: float(median) for name, median in rows}


def case(ok, outcome):
    return [Case("", ok, "" if ok else outcome.text[-1500:] + outcome.errors)]


def regression(log):
    """The short form of `make bench`, against tests/bench/recorded.tsv."""
    outcome = bench(log, "--check")
    return case(outcome.status == 0, outcome)


def finds_a_slower_row(log):
    """A recorded figure that is too good must make the check fail, and name its row."""
    recorded = f"{OUT}/bench/too-good.tsv"
    os.makedirs(os.path.dirname(recorded), exist_ok=True)
    with open(recorded, "w", encoding="utf-8") as file:
        file.write("page_pair_o0\t1.0\nkmalloc_pair_64\t100000.0\n")
    outcome = bench(log, "--check", "--rows", ROWS, "--recorded", recorded)
    return case(outcome.status == 1 and "page_pair_o0:" in outcome.text
                and "kmalloc_pair_64:" not in outcome.text, outcome)


def void_without_counting(log):
    """Where a cycle is no instruction, the calibration rows must end the run."""
    outcome = bench(log, "--check", "--rows", ROWS, "--uncounted")
    return case(outcome.status == 2 and "void: calibrate_" in outcome.errors, outcome)


def witness(log):
    """Bochs counts the same as QEMU."""
    outcome = bench(log, "--witness")
    return case(outcome.status == 0, outcome)


def cache_lines(log):
    """Operations touch no more cache lines and pages than recorded, and miss no more often."""
    outcome = bench(log, "--check", "--rows", "lines")
    return case(outcome.status == 0, outcome)


def finds_lost_colours(log):
    """Without colours, what they are for must be found to have become worse."""
    outcome = bench(log, "--check", "--rows", "lines", "--append", "slab_colour=off")
    return case(outcome.status == 1 and "read_misses_walk:" in outcome.text
                and "\nlines_" not in outcome.text, outcome)


def memtest(log):
    """A simple pattern takes 10 % more than one string instruction over the same memory, at most."""
    names = ["memtest_fill", "plain_stosd", "memtest_check", "plain_scasd"]
    figures = measure(log, names)
    problems = [f"{name} takes {figures[name]} instructions a frame, {plain} {figures[plain]}"
                for name, plain in (names[:2], names[2:]) if figures[name] > figures[plain] * 1.1]
    return [Case("", not problems, "\n".join(problems))]


def growth(log):
    """Every curve of `make bench-scale` is flat, logarithmic or linear, as it should be."""
    outcome = run([sys.executable, "tools/scale", "--check"], 120, log)
    return case(outcome.status == 0, outcome)


def growth_judges_curves(log):
    """Curves of known shape are told apart."""
    outcome = run([sys.executable, "tools/scale", "--self-test"], 20, log)
    return case(outcome.status == 0, outcome)


def footprint(log):
    """The image below its limit, 2 MiB enough, and overhead by purpose adds up to what is not free."""
    outcome = run([sys.executable, "tools/footprint.py", "--check"], 60, log)
    return case(outcome.status == 0, outcome)


def all_checks():
    """(name, function of the log's path, expected seconds)."""
    return [("bench/regression", regression, 12), ("bench/witness", witness, 8),
            ("bench/finds-a-slower-row", finds_a_slower_row, 2),
            ("bench/void-without-counting", void_without_counting, 2),
            ("bench/lines", cache_lines, 8), ("bench/finds-lost-colours", finds_lost_colours, 8),
            ("bench/memtest", memtest, 2), ("bench/growth", growth, 12),
            ("bench/growth-judges-curves", growth_judges_curves, 1),
            ("bench/footprint", footprint, 2)]
