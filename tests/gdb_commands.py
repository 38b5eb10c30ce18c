#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
tests/gdb_commands.py [ELF] - do gdb's commands say what the kernel's own prompt says?

Boots in QEMU and has the prompt tell everything; then gdb stops the same machine, and each command of
tools/flagstone-gdb.py must give the same values, line for line; once more after a panic. A second machine
is stopped before the buddy lists, where bootmem and memblock live: what they have must be what the prompt,
when it comes, says of the requests until then. A third one is taken through the labels of the tour, where
gdb must know the line of the source. Prints TAP and a count.
"""
import os
import re
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TOP, "tests"), os.path.join(TOP, "tools")]

import bochs_pc                                                         # noqa: E402
from harness.prompt import Prompt, Tap, elf_from_arguments              # noqa: E402

CACHES = ("kmem_cache", "kmalloc-64", "kmalloc-8192")
FRAMES = ("0x100", "0x9f", "0x110", "0x1000")
E820_WORDS = {"E820_RAM": "RAM", "E820_RESERVED": "reserved", "E820_ACPI": "ACPI tables",
              "E820_NVS": "ACPI NVS"}


class Machine(Prompt):
    """With gdb's stub on a socket."""

    def __init__(self, elf, folder, append="", stopped=False):
        self.elf, self.socket = elf, f"{folder}/gdb"
        super().__init__(elf, append, 1200, ["-chardev", f"socket,path={self.socket},server=on,wait=off,"
                                             "id=gdb", "-gdb", "chardev:gdb", *(["-S"] if stopped else [])])
        while not os.path.exists(self.socket):
            time.sleep(0.02)

    def gdb(self, *commands):
        """The answer to each command, by its words; "gdb" has what came before, and all complaints."""
        words = ["gdb", "-q", "-nx", "-batch", "-ex", "set architecture i386", "-x",
                 "tools/flagstone-gdb.py", "-ex", f"target remote {self.socket}"]
        for command in commands:
            words += ["-ex", "echo \\n@@@\\n", "-ex", command]
        done = subprocess.run([*words, "-ex", "echo \\n@@@\\n", "-ex", "detach", self.elf], check=False,
                              capture_output=True, text=True, timeout=120)
        parts = [part.strip("\n") for part in done.stdout.split("@@@\n")]
        return {"gdb": parts[0] + done.stderr, **dict(zip(commands, parts[1:]))}

    def answer(self, command):
        """What the prompt says, without colours, the command's echo and the next prompt."""
        text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", self.ask(command))
        return text.partition("\n")[2].rpartition("\nflagstone> ")[0]


# --- what the prompt says, and what gdb says, in one shape --------------------------------------------

def ints(pattern, text):
    """All matches, numbers as numbers."""
    return [tuple(int(word, 0) if re.fullmatch(r"0x[0-9a-f]+|\d+", word) else word for word in found)
            for found in re.findall(pattern, text, re.M)]


def told_zones(text):
    return ints(r"zone +(\w+)\n +pages free +(\d+)\n +min +(\d+)\n +low +(\d+)\n +high +(\d+)\n"
                r" +spanned +(\d+)\n(?:.*\n)? +managed +(\d+)", text)


def seen_zones(text):
    return [(name, free, low, mid, high, spanned, managed) for name, spanned, managed, free, low, mid, high
            in ints(r"^(\w+) +frames \d+ \+ (\d+), managed (\d+), free (\d+), min (\d+) low (\d+) "
                    r"high (\d+)", text)]


def told_lists(text):
    """`buddy`: zone -> order -> blocks and the first frames."""
    return [(int(order), int(blocks), [int(frame, 16) for frame in frames.split()[:8] if frame != "..."])
            for order, blocks, frames in re.findall(r"^ +(\d+) +(\d+) *([0-9a-f. ]*)$", text, re.M)]


def seen_lists(text):
    return [(int(order), int(blocks), [int(frame, 16) for frame in frames.split() if frame != "..."])
            for order, blocks, frames in re.findall(r"^  order +(\d+) +(\d+) *([0-9a-f. ]*)$", text, re.M)]


def told_slabs(text):
    return sorted((name, size, num, slabs, out) for name, out, size, num, slabs in
                  ints(r"^(\S+) +(\d+) +\d+ +(\d+) +(\d+) +\d+ : .* : slabdata +\d+ +(\d+)", text))


def seen_slabs(text):
    return sorted(ints(r"^(\S+) +slots of +(\d+) bytes, +(\d+) a slab, (\d+) slabs, (-?\d+) objects out",
                       text))


def told_slab(text):
    """The lists of one cache: how each slab stands, and its objects."""
    rows = re.findall(r"^(full|partial|free) .*(objects from .*)\n((?: {9}[#a.]+\n?)+)", text, re.M)
    return [(name, words, objects.split()) for name, words, objects in rows]


def told_page(text):
    """Without what gdb leaves out: the zone, the address, why boot kept it."""
    lines = re.sub(r", zone \w+", "", text).splitlines()
    return [line for line in lines if not line.startswith(("  address", "  kept at boot"))]


def told_walk(text):
    return [re.sub(r"( page), .*", r"\1", line) for line in text.splitlines()
            if line.startswith(("directory", "table", "maps", "not"))]


def told_areas(text):
    return [re.sub(r" (vmalloc|vmap|ioremap)$", "", line) for line in text.splitlines()
            if line.startswith("0x")]


def told_events(text):
    return [tuple(int(word) if word.isdigit() else word for word in line.split(","))
            for line in text.splitlines() if re.fullmatch(r"\d+,\w+,\d+,\d+,\d+", line)]


def seen_events(text):
    return [(round(float(us) * 1e6), name, int(n), int(a, 0), int(b, 0)) for us, name, n, a, b in
            re.findall(r"^ *([\d.]+) +(\w+) +n (\d+), a (\w+), b (\w+)$", text, re.M)]


def compare(t, when, told, seen, addresses, frames):
    """Each command of gdb's against what the prompt said."""
    def same(what, wanted, got, enough=1):
        t.expect(f"{when}, {what}", len(wanted) >= enough and wanted == got,
                 "\n".join(f"told {a}\nseen {b}" for a, b in zip(wanted + [None] * 9, got + [None] * 9)
                           if a != b))

    same("fs-e820: `e820`, ranges and types",
         [line.split()[0] + " " + " ".join(line.split()[3:]) for line in told["e820"].splitlines()
          if re.match(r"[0-9a-f]{8}-", line) and "hole" not in line],
         [f"{line.split()[0]} {E820_WORDS[line.split()[1]]}" for line in seen["fs-e820"].splitlines()], 4)
    same("fs-zones: `zoneinfo`", told_zones(told["zoneinfo"]), seen_zones(seen["fs-zones"]), 3)
    for zone in ("dma", "normal", "highmem"):
        same(f"fs-buddy {zone}: blocks and frames of `buddy {zone}`", told_lists(told[f"buddy {zone}"]),
             seen_lists(seen[f"fs-buddy {zone}"]), 11)
        sums = re.findall(r"(\d+) frames on the lists, the zone says (\d+)", seen[f"fs-buddy {zone}"])
        t.expect(f"{when}, fs-buddy {zone}: the sum is right", len(sums) == 1 and len(set(sums[0])) == 1, sums)
    for frame in frames:
        same(f"fs-page {frame}: `page {frame}`", told_page(told[f"page {frame}"]),
             seen[f"fs-page {frame}"].splitlines(), 2)
    same("fs-slabs: `slabinfo`", told_slabs(told["slabinfo"]), seen_slabs(seen["fs-slabs"]), 30)
    for cache in CACHES:
        same(f"fs-slab {cache}: each object as in `slab {cache}`", told_slab(told[f"slab {cache}"]),
             told_slab(seen[f"fs-slab {cache}"]))
    same("fs-vmalloc: `vmallocinfo`", told_areas(told["vmallocinfo"]), told_areas(seen["fs-vmalloc"]), 2)
    for address in addresses:
        same(f"fs-pt {address}: `pt {address}`", told_walk(told[f"pt {address}"]),
             seen[f"fs-pt {address}"].splitlines(), 2)
    log = told["dmesg"].splitlines()
    same("fs-dmesg: `dmesg`, line by line", log, seen["fs-dmesg"].splitlines()[:len(log)], 30)
    events = told_events(told["trace csv"])
    same("fs-trace: `trace csv`, each event with its numbers", events,
         seen_events(seen["fs-trace 1024"])[:len(events)], 20)
    t.expect(f"{when}: gdb has nothing to complain of",
             not re.search(r"(?i)warning|error|symtab|traceback|corrupt", "\n".join(seen.values())), seen["gdb"])


def at_the_prompt(t, elf, folder):
    with Machine(elf, folder, "panic=halt") as machine:
        machine.read()
        block = re.search(r"frame (0x\w+)", machine.ask("alloc 4"))[1]
        area = re.search(r"at (\w{8})", machine.ask("vmalloc 20000"))[1]
        for command in ("trace on all", "vmalloc 5000000", "kmalloc 50", "kmalloc 60", "kmalloc 5000",
                        "alloc 7 dma", "trace off"):
            machine.ask(command)
        machine.read("never", 5)        # idle caches give back what they hold; then nothing changes
        frames = [*FRAMES, block, hex(int(block, 16) + 3)]
        addresses = ["0xc0110000", "0xd0000123", f"0x{area}", f"0x{int(area, 16) + 0x5000:x}", "0"]
        ask = ["e820", "zoneinfo", "slabinfo", "vmallocinfo", "dmesg", "trace csv",
               *[f"buddy {zone}" for zone in ("dma", "normal", "highmem")],
               *[f"page {frame}" for frame in frames], *[f"slab {cache}" for cache in CACHES],
               *[f"pt {address}" for address in addresses]]
        look = ["fs-e820", "fs-zones", "fs-slabs", "fs-vmalloc", "fs-dmesg", "fs-trace 1024",
                *[f"fs-{command}" for command in ask if command.startswith(("buddy", "page", "slab ", "pt"))]]
        told = {command: machine.answer(command) for command in ask}
        compare(t, "at the prompt", told, machine.gdb(*look), addresses, frames)
        refused = machine.gdb("fs-slab nosuch", "fs-buddy nosuch", "fs-page 0xfffff")["gdb"]
        t.expect("bad input gets what there is", "There is no cache nosuch; there are kmem_cache" in refused
                 and "there are DMA, Normal, HighMem" in refused and "mem_map ends at 0x4b000" in refused, refused)
        told = {command: machine.answer(command) for command in ask}
        machine.ask("crash panic", "Last events")
        machine.read("never", 0.5)
        seen = machine.gdb(*look)
        compare(t, "after a panic", told, seen, addresses, frames)
        t.expect("after a panic, fs-dmesg: the panic is the end of it",
                 "Kernel panic: A panic was wanted" in seen["fs-dmesg"], seen["fs-dmesg"][-500:])


def live_before(csv, names):
    """(start, end) of each request that held memory before the hand-over, in bytes."""
    rows = [line.split(",") for line in csv.splitlines() if re.match(r"(reserve|alloc),", line)]
    return [(int(row[2]), int(row[3]) + 1) for row in rows if not row[-1].strip('"') in names]


def union(ranges):
    """Sorted, and those that touch joined."""
    out = []
    for start, end in sorted(ranges):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def before_the_buddy(t, elf, folder):
    """Stopped where buddy_init() begins: all early requests are made, nothing is handed over."""
    with Machine(elf, folder, stopped=True) as machine:
        seen = machine.gdb("thbreak buddy_init", "continue", "fs-bootmem", "fs-memblock", "fs-vmalloc",
                           "fs-e820")
        log = machine.read()
        e820, requests = machine.answer("e820"), machine.answer("bootalloc csv")
    ram = union((int(a, 16), int(b, 16) + 1) for a, b, _ in
                re.findall(r"^([0-9a-f]{8})-([0-9a-f]{8}) +(\d+) KiB  RAM", e820, re.M))
    kept = union(live_before(requests, ()))
    regions = dict(re.findall(r"^(\w+): \d+ regions of 128\n((?:  \w+ \+ \w+\n?)+)", seen["fs-memblock"], re.M))
    regions = {name: [(int(a, 16), int(a, 16) + int(b, 16)) for a, b in re.findall(r"(\w+) \+ (\w+)", text)]
               for name, text in regions.items()}
    t.expect("fs-memblock: memory is the RAM of `e820`", ram and regions.get("memory") == ram, (ram, regions))
    t.expect("fs-memblock: reserved is what `bootalloc` lists, byte by byte",
             kept and regions.get("reserved") == kept, (kept, regions))

    lowmem = int(re.search(r"serves (\d+) KiB of lowmem", log)[1]) >> 2
    runs = [(int(a, 16), int(b, 16) + 1, what) for a, b, what in
            re.findall(r"^frames +([0-9a-f]+)- *([0-9a-f]+)  (taken|free)", seen["fs-bootmem"], re.M)]
    end = runs[-1][1] if runs else 0
    inside = [(-(-a // 4096), min(b // 4096, end)) for a, b in ram]
    taken = {frame for a, b in kept for frame in range(a // 4096, min(-(-b // 4096), end))}
    free = {frame for a, b in inside for frame in range(a, b)} - taken
    mine = {frame for a, b, what in runs if what == "free" for frame in range(a, b)}
    t.expect("fs-bootmem: free are the frames of RAM that no request touches", free and mine == free,
             (len(free), len(mine), sorted(free ^ mine)[:20], lowmem))
    said = re.search(r"^(\d+) frames free", seen["fs-bootmem"], re.M)
    t.expect("fs-bootmem: and the arena's own number is theirs", said and int(said[1]) == len(mine), said)
    t.expect("fs-vmalloc says that there is nothing yet", "no vmalloc yet" in seen["fs-vmalloc"], seen)
    t.expect("fs-e820 works there too", seen["fs-e820"].count("E820_RAM") == 2, seen["fs-e820"])
    t.expect("gdb has nothing to complain of", "arning" not in seen["gdb"], seen["gdb"])


def source_lines(t, elf, folder):
    """At every label of the tour gdb knows file and line, in real mode and in both halves."""
    kernel = bochs_pc.Symbols(elf)
    stops = [stop for stop in bochs_pc.read_stops() if not stop.stage]
    with Machine(elf, folder, stopped=True) as machine:
        commands = []
        for stop in stops:
            commands += [f"thbreak *{kernel.stop_address(stop):#x}", "continue",
                         f"info line *{kernel.stop_address(stop):#x}"]
        seen = machine.gdb(*commands, "backtrace", "list")
    for stop, command in zip(stops, commands[2::3]):
        file, line = kernel.source_line(stop).rsplit(":", 1)
        shown = re.search(rf'Line (\d+) of "{re.escape(file)}" starts', seen.get(command, ""))
        t.expect(f"{stop.label}: gdb shows {file}, at the label or just behind it",
                 shown and 0 <= int(shown[1]) - int(line) <= 3, (line, seen.get(command)))
    t.expect("and has nothing to complain of", "arning" not in "\n".join(seen.values()), seen["gdb"])


def main():
    t = Tap()
    elf = elf_from_arguments()
    for check in (at_the_prompt, before_the_buddy, source_lines):
        with tempfile.TemporaryDirectory() as folder:
            check(t, elf, folder)
    return t.done()


if __name__ == "__main__":
    os.chdir(TOP)
    sys.exit(main())
