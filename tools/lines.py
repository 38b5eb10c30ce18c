#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
tools/lines.py - which cache lines and pages an operation touches: what instruction counts do not see

    tools/lines.py [--cpu pentium|486|p4]     a table of all rows; build/lines.tsv
    tools/lines.py --show page_o0_pair        the data lines of one row, and what lies in them

The kernel is the one that is shipped, and Bochs runs the rows of kernel/bench_lines.c in it. A row's
region runs eleven times; for the last, Bochs's debugger prints every instruction ("trace on") and
every access to memory ("trace-mem on"), and from that list is counted, exactly and repeatably:

    data      lines of 32 bytes that were read or written, stack apart
    stack     the same, of the stack that the row was called on
    code      lines of 32 bytes from which instructions came
    pages     pages of 4 KiB of all three: what a TLB must hold where no 4 MiB pages are used
    missR     reads of data and stack that miss in the model of a data cache, empty at the start
    missW     writes that miss; a Pentium sends them past its cache, and does not wait
    missT     accesses to data and stack that miss in the model of a data TLB, empty at the start

all for one operation. Rows of one operation (pairs) are warm: ten regions went before. Two more columns
are of the same lists with struct page laid out anew: what lies at byte b of entry i of mem_map is taken
to lie at byte b of entry i of a table of 32-byte entries, each of which begins with a line.

    data32, missR32

Rows of known numbers (lines_calibrate_*) must come out right, and so must the walk over slabs without
colours, of which each visit misses; if not, the run is void (exit status 2).
"""
import argparse
import os
import re
import sys
from dataclasses import dataclass, field

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TOP, "tools"), os.path.join(TOP, "tests")]

import bochs_pc                                                         # noqa: E402
from harness.machine import make_medium                                 # noqa: E402

KERNEL = "build/flagstone.elf"
FOLDER = "build/lines"
LINE, PAGE, PAGE_STRUCT, WIDE_STRUCT = 32, 4096, 24, 32
WIDE_BASE = 1 << 40                 # where no physical address is
REGIONS = 11                        # BENCH_REGIONS in include/kernel/bench.h
RAM, CPU = 64, "pentium"            # of Bochs; the CPU decides which code the kernel takes
OPTIONS = "highmem=16M"
COLUMNS = ("data", "stack", "code", "pages", "missR", "missW", "missT", "data32", "missR32")

# Row, column, figure, and how much it may be above that.
CALIBRATION = (("calibrate_read", "data", 1.0, 0), ("calibrate_same", "data", 0.01, 0),
               ("calibrate_fill", "data", 1.0, 0), ("calibrate_read", "missR", 1.0, 0.02),
               ("calibrate_same", "missR", 0.01, 0.02), ("walk_uncoloured", "missR", 1.0, 0.05))

# What colours are for: these rows run in two kernels, with and without.
COLOURED = ("lines_walk", "lines_kmem_cache_720_batch256_free_random")


class Void(Exception):
    """The run says nothing about the kernel."""


@dataclass
class Model:
    """
    A data cache and a data TLB: bytes, ways, bytes a line; entries, ways. LRU in each set. allocates: a
    write that misses brings the line in.
    """
    size: int
    ways: int
    line: int
    entries: int
    tlb_ways: int
    allocates: bool


# Sources: Intel, "Pentium Processor Family Developer's Manual", vol. 1, "On-Chip Caches"; "Embedded
# Intel486 Processor Hardware Reference Manual", "On-Chip Cache", "Translation Lookaside Buffer";
# "Pentium 4 Processor Optimization Reference Manual", "Caches".
MODELS = {
    "pentium": Model(8192, 2, 32, 64, 4, False),
    "486": Model(8192, 4, 16, 32, 4, False),
    "p4": Model(8192, 4, 64, 64, 64, True),
}


class Sets:
    """A set-associative memory of numbers, least recently used first in each set."""

    def __init__(self, entries, ways):
        self.ways, self.sets = ways, [[] for _ in range(entries // ways)]

    def misses(self, number, allocate=True):
        """Access it. True: it was not there."""
        held = self.sets[number % len(self.sets)]
        hit = number in held
        if hit:
            held.remove(number)
        elif allocate and len(held) == self.ways:
            held.pop(0)
        if hit or allocate:
            held.append(number)
        return not hit


@dataclass
class Region:
    """What one run of a row's region did, in order."""
    code: list = field(default_factory=list)    # (linear, physical, bytes)
    data: list = field(default_factory=list)    # (linear, physical, bytes, is a write)


INSTRUCTION = re.compile(r"\(0\)\.\[\d+\] \[0x([0-9a-f]+)\] \w{4}:([0-9a-f]+) .*; ([0-9a-f]+)$")
ACCESS = re.compile(r"\[CPU0 (\w+)\]: LIN 0x([0-9a-f]+) PHY 0x([0-9a-f]+) \(len=(\d+)")


def read_region(lines, start):
    """
    The region in a trace that goes from one reading of the clock to the next: it begins with the
    instruction at start, behind the call that got there, and ends when that call returns.
    """
    region, back, wrote = None, None, None
    for line in lines:
        access = ACCESS.match(line)
        if access:
            wrote = int(line.rpartition(" ")[2], 16)
            if region:
                kind, linear, physical, size = access.groups()
                region.data.append((int(linear, 16), int(physical, 16), int(size), kind != "RD"))
            continue
        instruction = INSTRUCTION.match(line)
        if not instruction:
            continue
        physical, linear, code = instruction.groups()
        at = int(linear, 16)
        if at == start and not region:
            region, back = Region(), wrote
        if region and at == back:
            return region
        if region:
            region.code.append((at, int(physical, 16), len(code) // 2))
    raise Void(f"the trace holds no whole region from {start:#x} on")


def pieces(accesses, size, which):
    """The numbers of all blocks of size bytes that accesses lie in; which: 0 linear, 1 physical."""
    for access in accesses:
        first = access[which]
        yield from range(first // size, (first + access[2] - 1) // size + 1)


def misses(accesses, model):
    """Reads and writes that miss in the data cache, and accesses that miss in the TLB."""
    cache, tlb = Sets(model.size // model.line, model.ways), Sets(model.entries, model.tlb_ways)
    missed, tlb_missed = [0, 0], 0
    for access in accesses:
        is_write = access[3]
        for line in pieces([access], model.line, 1):
            missed[is_write] += cache.misses(line, model.allocates or not is_write)
        for page in pieces([access], PAGE, 0):
            tlb_missed += tlb.misses(page)
    return *missed, tlb_missed


def widen(accesses, mem_map):
    """The same accesses, were an entry of mem_map 32 bytes. mem_map: its addresses, a range."""
    for linear, physical, size, is_write in accesses:
        if linear in mem_map:
            entry, byte = divmod(linear - mem_map.start, PAGE_STRUCT)
            physical = WIDE_BASE + entry * WIDE_STRUCT + byte
        yield linear, physical, size, is_write


def count(region, ops, stack, mem_map, model):
    """One operation's figures, by column."""
    on_stack = [access for access in region.data if access[0] in stack]
    data = [access for access in region.data if access[0] not in stack]
    wide = list(widen(region.data, mem_map))
    everything = region.code + region.data
    found = (len(set(pieces(data, LINE, 1))), len(set(pieces(on_stack, LINE, 1))),
             len(set(pieces(region.code, LINE, 1))), len(set(pieces(everything, PAGE, 0))),
             *misses(region.data, model),
             len(set(pieces(widen(data, mem_map), LINE, 1))), misses(wide, model)[0])
    return {name: number / ops for name, number in zip(COLUMNS, found)}


def trace_rows(options, nr_rows, folder):
    """Run the kernel in Bochs. Gives its log, and the lines of each row's last region."""
    image = make_medium("iso", KERNEL, "", options)
    config, _ = bochs_pc.write_config(folder, image, RAM, CPU)
    clock = bochs_pc.Symbols(KERNEL)["arch_bench_cycles"]
    row = ["c"] * (2 * REGIONS - 1) + ["trace on", "trace-mem on", "c", "trace off", "trace-mem off"]
    text, _ = bochs_pc.run_script(folder, config, [f"lb {clock:#x}", *(row * nr_rows), "c"], 120)
    traces = re.findall(r"^Memory-Tracing enabled.*?\n(.*?)^Memory-Tracing disabled", text, re.M | re.S)
    with open(f"{folder}/com1.txt", encoding="utf-8", errors="replace") as file:
        return file.read(), [trace.splitlines() for trace in traces]


@dataclass
class Run:
    """The rows of one boot."""
    ops: dict                   # operations of a region, by row
    regions: dict
    stack: range                # addresses
    mem_map: range


def run_rows(options, names, name):
    """Run rows, with these words for the kernel besides; name: of the folder for what Bochs writes."""
    folder = f"{FOLDER}/{name}"
    symbols = bochs_pc.Symbols(KERNEL)
    log, traces = trace_rows(f"{OPTIONS} {options} bench={','.join(names)}", len(names),
                             folder)
    ran = re.findall(r"^bench: (\w+) +(\d+) +[\d.]+ +[\d.]+\r?$", log, re.M)
    table = re.search(r"mem_map of \d+ KiB at (?:0x)?(\w+), \d+ bytes for each of (\d+) frames", log)
    if [row for row, _ in ran] != names or len(traces) != len(names) or not table:
        raise Void(f"not every row was traced; see {folder}")
    base = int(table[1], 16)
    return Run({row: int(ops) for row, ops in ran},
               {row: read_region(trace, symbols[f"bench_{row}"]) for row, trace in zip(names, traces)},
               range(symbols["boot_stack_guard"], symbols["boot_stack_top"]),
               range(base, base + int(table[2]) * PAGE_STRUCT))


def measure_rows(options, names, model, name):
    """{row: {column: figure}} for one boot."""
    run = run_rows(options, names, name)
    return {row: count(run.regions[row], run.ops[row], run.stack, run.mem_map, model) for row in names}


def row_names():
    """The rows in the order in which they run, which is that of the image."""
    return [name[len("bench_row_"):] for name, _ in
            sorted(bochs_pc.Symbols(KERNEL).address.items(), key=lambda item: item[1])
            if name.startswith("bench_row_lines_")]


def check_calibration(rows, model):
    """What must be found if the list is whole and the model works; a line or two of stack may miss too."""
    for row, column, want, margin in CALIBRATION:
        got = rows[row][column]
        if (row, column) == ("calibrate_read", "missR"):
            want *= min(LINE / model.line, 1)
        if not -1e-9 <= got - want <= margin + 1e-9:
            raise Void(f"{row}, {column}: {got:.3f}, not {want}")


def measure(cpu="pentium", options=""):
    """
    {row: {column: figure}}, calibration checked. options: more words for the kernel; then only the rows
    that colours are for are measured.
    """
    model, all_rows = MODELS[cpu], row_names()
    others = [name for name in all_rows if name in COLOURED]
    names = ([name for name in all_rows if name in COLOURED or "calibrate" in name] if options
             else all_rows)
    name = "changed" if options else "shipped"
    rows = measure_rows(options, names, model, name)
    without = measure_rows("slab_colour=off", others, model, f"{name}-uncoloured")
    rows.update({f"{name}_uncoloured": figures for name, figures in without.items()})
    rows = {name[len("lines_"):]: figures for name, figures in rows.items()}
    check_calibration(rows, model)
    return rows


def figures_for_bench(options=""):
    """
    The figures that tools/bench puts behind the instructions. Of a pair: lines_OP, code_lines_OP and
    pages_OP. Of a batch: lines_OP and read_misses_OP, for pages also with the wider struct page, _page32.
    Of what colours are for: read_misses_OP, with and without them.
    """
    found = {}
    for row, figures in measure(options=options).items():
        if row.startswith("calibrate_"):
            continue
        if row.endswith("_pair"):
            found.update({f"lines_{row}": figures["data"], f"code_lines_{row}": figures["code"],
                          f"pages_{row}": figures["pages"]})
            continue
        found[f"read_misses_{row}"] = figures["missR"]
        if f"lines_{row}".removesuffix("_uncoloured") not in COLOURED:
            found[f"lines_{row}"] = figures["data"]
        if row.startswith("page_"):
            found[f"lines_{row}_page32"] = figures["data32"]
            found[f"read_misses_{row}_page32"] = figures["missR32"]
    return found


def describe(address, run, symbols):
    """What lies at a data address, in words."""
    if address in run.stack:
        return "stack"
    if address in run.mem_map:
        return f"mem_map[{(address - run.mem_map.start) // PAGE_STRUCT:#x}]"
    name, at = max(((name, at) for name, at in symbols.address.items() if at <= address),
                   key=lambda item: item[1])
    return f"{name}+{address - at}" if at > address - PAGE else ""


def show(row):
    """Every data line of one row, and which of its bytes were read and written."""
    if f"lines_{row}" not in row_names():
        raise Void(f"there is no row {row}; there are " + " ".join(n[6:] for n in row_names()))
    run, symbols = run_rows("", [f"lines_{row}"], "shown"), bochs_pc.Symbols(KERNEL)
    lines = {}
    for linear, _, size, is_write in run.regions[f"lines_{row}"].data:
        lines.setdefault(linear // LINE, set()).add((linear, size, "RW"[is_write]))
    for line, accesses in sorted(lines.items()):
        print(f"line {line * LINE:08x}")
        for linear, size, kind in sorted(accesses):
            print(f"    {kind} {linear:08x} {size}  {describe(linear, run, symbols)}")
    return 0


def main():
    parser = argparse.ArgumentParser(description="Count cache lines and pages.")
    parser.add_argument("--cpu", choices=MODELS, default="pentium")
    parser.add_argument("--show", metavar="ROW", help="the data lines of one row, without lines_")
    args = parser.parse_args()
    if args.show:
        return show(args.show)
    rows = measure(args.cpu)
    print(f"{'an operation touches':<48}" + "".join(f"{name:>8}" for name in COLUMNS))
    for name, figures in sorted(rows.items()):
        print(f"{name:<48}" + "".join(f"{figures[column]:>8.2f}" for column in COLUMNS))
    with open("build/lines.tsv", "w", encoding="utf-8") as file:
        file.write("\t".join(("row", *COLUMNS)) + "\n")
        for name, figures in sorted(rows.items()):
            file.write("\t".join([name, *(f"{figures[column]:.3f}" for column in COLUMNS)]) + "\n")
    return 0


if __name__ == "__main__":
    os.chdir(TOP)
    try:
        sys.exit(main())
    except Void as why:
        print(f"tools/lines.py: void: {why}", file=sys.stderr)
        sys.exit(2)
