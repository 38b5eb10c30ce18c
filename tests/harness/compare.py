# SPDX-License-Identifier: MIT
"""
The two boot allocators compared: `make compare` on this machine, `compare` and `bootalloc` in the
kernel's, with traces that ship and with one's own.
"""
import csv
import io
import os
import re
import xml.dom.minidom

from harness.machine import TOP, Machine, converse, run
from harness.verdict import describe

TRACES = ["boot", "small", "large", "fragment", "sparse", "growing"]
SIZES = [16 << i for i in range(9)]                 # MiB: to 4 GiB
ALLOCATORS = ["bootmem", "memblock"]
AXES = ["RAM (bytes)", "steps", "ns", "bytes", "bootmem", "memblock"]
PROMPT = "flagstone> "


def check_table(path, traces):
    """A line for each trace, size and allocator, and each is a finished run."""
    with open(path, newline="", encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    have = {(row["trace"], int(row["ram_mib"]), row["allocator"]) for row in rows}
    want = {(trace, mib, who) for trace in traces for mib in SIZES for who in ALLOCATORS}
    if have != want or len(rows) != len(want):
        return f"{path}: missing {sorted(want - have)[:3]}, not asked for {sorted(have - want)[:3]}"
    for row in rows:
        if int(row["requests"]) < 1 or int(row["metadata_bytes"]) < 1 or int(row["failed"]):
            return f"{path}: this cannot be: {row}"
    return ""


def check_plot(path, traces):
    """Three panels a trace, a line in each for either allocator, with units and a legend."""
    picture = xml.dom.minidom.parse(path)
    words = [text.firstChild.data for text in picture.getElementsByTagName("text")]
    lines = len(picture.getElementsByTagName("polyline"))
    missing = [word for word in AXES if word not in words]
    missing += [trace for trace in traces if not any(w.startswith(f"{trace}: ") for w in words)]
    if missing or lines != 3 * len(traces) * len(ALLOCATORS):
        return f"{path}: {lines} lines; not there: {missing}"
    return ""


def make_compare(log):
    """With a trace of one's own beside those that ship; then a bad one, which must be named."""
    outcome = run(["make", "compare", "TRACE=tests/traces/own.trace"], 240, log)
    if outcome.status != 0:
        return describe(outcome.status) + outcome.errors[-1000:]
    traces = TRACES + ["tests/traces/own.trace"]
    detail = check_table(os.path.join(TOP, "build/compare.csv"), traces)
    detail = detail or check_plot(os.path.join(TOP, "build/compare.svg"), traces)
    if detail:
        return detail
    outcome = run(["make", "compare", "TRACE=tests/traces/bad.trace"], 240, log + "-bad")
    if outcome.status == 0 or "tests/traces/bad.trace:4: the alignment" not in outcome.errors:
        return f"a bad trace: {describe(outcome.status)}, {outcome.errors[-500:]}"
    return check_table(os.path.join(TOP, "build/compare.csv"), traces)      # not overwritten


def spreadsheet(log):
    """`bootalloc csv`: every line has every cell, and each request the other one's answer."""
    machine = Machine(media="kernel", append="bootalloc=memblock", exit_port=False)
    outcome = converse(machine.command(), [(PROMPT, "bootalloc csv\n"), (PROMPT, "poweroff\n")],
                       60, log)
    found = re.search(r"^kind,.*?(?=^flagstone)", outcome.text.replace("\r", ""), re.M | re.S)
    if outcome.errors or not found:
        return outcome.errors or "there is no table"
    rows = list(csv.DictReader(io.StringIO(found[0])))
    allocs = [row for row in rows if row["kind"] == "alloc"]
    bad = [row for row in rows if None in row or None in row.values() or not row["who"]]
    bad += [row for row in allocs if not (int(row["bootmem_start"]) > 0 and int(row["steps"]) > 0
                                          and int(row["bootmem_steps"]) > 0)]
    if bad or len(allocs) < 3 or "zones_init" not in [row["who"] for row in allocs]:
        return f"{len(rows)} lines, of which wrong: {bad[:2]}"
    return ""


def all_checks():
    """Pairs of name, function that gives what is wrong or "", and seconds"""
    return [("compare/make", make_compare, 12), ("compare/spreadsheet", spreadsheet, 2)]
