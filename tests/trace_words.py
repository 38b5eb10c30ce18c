#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
tests/trace_words.py [ELF] - does each trace point say what it decides, and does each kind of event occur?

Trace points and kinds of event are read from the source: one that is not in the tables here, or that
nothing here provokes, fails. Each point is switched on at the prompt, and by trace= at boot; its words
and its drawing are looked for, its events in `trace csv`. Prints TAP and a count.
"""
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TOP, "tests"))

from harness.prompt import Prompt, Tap, elf_from_arguments              # noqa: E402

KMAP_SLOTS = 1024
HEX, BAR = r"[0-9a-f]+", r"\|[^|]+\|"

# Kinds of event, by the name in the ring, and what is said when one occurs; "" for those that have no
# words. Where a drawing belongs to it, the pattern reaches into the next line.
WORDS = {
    "stage": "",
    "boot_alloc": rf"bootmem: \d+ bytes at a multiple of \d+ .* for \w+.*\n"
                  rf"bootmem:   {HEX}-{HEX} after \d+ .*\nbootmem:   frame {HEX}  [#.]*\++",
    "mb_change": rf"memblock: reserved: \[\d+\] grows: {HEX}-{HEX}\n"
                 rf"memblock:   {HEX} \|[.=[]*=[.=[]*\| {HEX}  before\nmemblock:   {HEX} {BAR} {HEX}  after",
    "mb_merge": rf"memblock: memory: {HEX}-{HEX} and {HEX}-{HEX} are alike now: one region",
    "mb_search": rf"memblock: \d+ bytes at a multiple of \d+, {HEX} to {HEX}, top down: \d+ steps\n"
                 rf"memblock:   {HEX} \|\.*\[=*\.*\| {HEX}  in this gap, at {HEX}",
    "mb_growth": rf"memblock: reserved is full: an array of 256 entries at {HEX} takes over",
    "split": rf"buddy: \w+: order \d+ is wanted; the smallest block there is starts at {HEX}, order \d+\n"
             rf"buddy:   order +\d+  \|=+\.+\| +{HEX} (goes on|is taken), {HEX} becomes free",
    "merge": rf"buddy:   order +\d+  \|(=+\.+|\.+=+)\| +with {HEX} becomes {HEX}",
    "free": rf"buddy:   {HEX} goes onto the list of order \d+",
    "refill": r"buddy: \w+: the per-CPU list of order \d is empty and gets \d+ blocks",
    "flush": rf"buddy: \w+: the per-CPU list of order \d, \d+ blocks long, gives back \d+\n"
             rf"buddy:   frames {HEX}",
    "refused": r"zone: Normal refuses order 10 to a request for Normal: \d+ frames are free; wanted are "
               r"the low mark, \d+, the reserve, 0, and 1024\n"
               r"zone:   wanted \|m+b+\|.*\nzone:   free   \|=*\.+\|",
    "fallback": rf"zone: Normal was asked for; DMA gives frame {HEX} instead",
    "slow": "",
    "kmap": rf"kmap: frame {HEX} has no slot; \d+ looked at behind slot \d+\n"
            rf"kmap:   counts (\.\.\. )?\|[0-9+]*0\|  slot \d+ is the first 0",
    "kmap_flush": r"kmap: the search came round: 1 slots that count 1 become 0, with one TLB flush",
    "slab_grow": rf"slab: \S+ has no free object: a new slab of \d+ KiB, \d+ objects from {HEX} on\n"
                 r"slab:   colour \d+ of \d+: \d+ bytes in front; descriptor o(n|ff) the slab",
    "slab_move": rf"slab: \S+: slab {HEX} from (free|full|partial) to (free|full|partial)  \|[#.]+\|  \d+ of",
    "slab_destroy": rf"slab: \S+: slab {HEX}, with no object out, goes back to the page allocator",
    "vm_area": rf"vmalloc: \d+ pages and a guard page into the lowest gap that holds them .*\n"
               rf"vmalloc:   {HEX} \|\d+ pages\|guard\| {HEX} \|\d+ KiB left\| {HEX}",
    "vm_free": rf"vmalloc: {HEX}-{HEX} is unmapped; \d+ pages of addresses wait for a flush",
    "vm_purge": r"vmalloc: one TLB flush, and \d+ pages of addresses are free again",
}

# What memblock's point has to say besides.
REGIONS = ["is new", "become one", "is cut in two", "loses its middle", "shrinks", "goes"]


def kinds_in_source():
    """Constant of each kind of event, and its name in the ring."""
    with open("include/lib/trace.h", encoding="utf-8") as file:
        constants = re.findall(r"^\t(EVENT_\w+),", file.read(), re.M)
    with open("kernel/trace.c", encoding="utf-8") as file:
        names = dict(re.findall(r'^\t\[(EVENT_\w+)\] = \{ "(\w+)"', file.read(), re.M))
    return {constant: names.get(constant) for constant in constants if constant != "EVENT_NONE"}


class Watch:
    """A machine's explanations so far, and the kinds of event that its ring has held."""

    def __init__(self, machine):
        self.machine, self.text, self.kinds = machine, "", set()

    def note(self, text):
        """The ring holds 1,024 events: to be called before as many more have come."""
        self.text += text
        self.kinds |= {line.split(",")[1] for line in self.machine.ask("trace csv").splitlines()
                       if re.fullmatch(r"\d+,\w+,\d+,\d+,\d+", line)}

    def alone(self, point, *commands):
        """What is said while only this point is on and these commands run; others must not speak."""
        self.machine.ask("trace off")
        self.machine.ask(f"trace on {point}")
        text = "".join(self.machine.ask(command) for command in commands)
        self.note(text)
        return text


def found(pattern, text):
    """The last number that follows a word in an answer."""
    return re.findall(rf"{pattern} ?(0x[0-9a-f]+|[cd][0-9a-f]{{7}})", text)[-1]


def fill_window(machine):
    """All kmap slots but two are taken in silence, and one is given back. Gives the next two frames."""
    machine.ask("trace off")
    first = int(found("frame", machine.ask("alloc 10 highmem")), 16)
    last = first + KMAP_SLOTS - 2
    for frame in range(first, last):
        machine.ask(f"kmap {frame}")
    machine.ask(f"kunmap {first + 5}")
    return last, last + 1


def provoke(watch):
    """Everything once: the words that came, by the point that was on."""
    said = {"memblock": watch.alone("memblock", "test memblock_api")}

    areas = watch.alone("vmalloc", "vmalloc 20000000")
    said["vmalloc"] = areas + watch.alone("vmalloc", f"vfree 0x{found('bytes at', areas)}")

    blocks = watch.alone("buddy", *["alloc 3"] * 6, *["alloc 7"] * 3)
    frames = re.findall(r"frame (0x\w+), order (\d)", blocks)
    said["buddy"] = blocks + watch.alone("buddy", *[f"free {pfn} {order}" for pfn, order in frames])

    taken = watch.alone("slab", "kmalloc 5000")
    watch.machine.ask(f"kfree {re.search(r'(c[0-9a-f]{7}), room for 8192', taken)[1]}")
    idle = watch.machine.read("goes back to the page allocator", 10) + "\n"    # after two seconds
    watch.note(idle)
    said["slab"] = taken + idle

    said["kmap"] = watch.alone("kmap", *[f"kmap {frame}" for frame in fill_window(watch.machine)])
    said["zone"] = watch.alone("zone", *["alloc 10"] * 20)
    return said


def check_prompt(t, elf):
    with Prompt(elf, "highmem=32M", ram=96) as machine:
        machine.read()
        watch = Watch(machine)
        said = provoke(watch)
        points = machine.ask("trace")
    known = re.findall(r" (\w+)(?:\(on\))?", points.split("Trace points:")[1])
    t.expect("every point of `trace` is switched on alone", set(known) - {"bootmem"} == set(said),
             (known, list(said)))
    for point, text in said.items():
        others = set(re.findall(r"^(\w+): ", text, re.M)) & set(known) - {point}
        t.expect(f"trace on {point}: it speaks, and nobody else", f"{point}: " in text and not others,
                 (text[-500:], others))
    t.expect("slab: a move is told once", not re.search(r"^(slab: .* from .*)\n\1$", said["slab"], re.M),
             said["slab"])
    for outcome in REGIONS:
        t.expect(f"memblock: a region \"{outcome}\"", f"] {outcome}: " in watch.text)
    for way in ("top down", "bottom up"):
        t.expect(f"memblock: a search {way}", f", {way}: " in watch.text)
    return watch


def check_boot(t, elf):
    """trace= speaks from the first stages on, with either allocator serving."""
    watches = []
    for points in ("bootmem", "memblock", "buddy,zone,kmap,slab,vmalloc", "all"):
        for engine in ("bootmem", "memblock"):
            with Prompt(elf, f"trace={points} bootalloc={engine} highmem=32M", ram=96) as machine:
                watch, log = Watch(machine), machine.read()
                watch.note(log)
            speak = {word for word in ("bootmem", "memblock", "buddy", "zone", "kmap", "slab", "vmalloc")
                     if re.search(rf"^{word}: [^\n]*\n(?:{word}: |.*)", log, re.M)}
            wanted = {"bootmem", "memblock", "buddy", "slab"} if points == "all" else \
                set(points.split(",")) - {"zone", "kmap", "vmalloc"}
            t.expect(f"trace={points} while {engine} serves", wanted <= speak, (wanted, speak))
            watches.append(watch)
    return watches


def main():
    elf = elf_from_arguments()
    t = Tap()
    kinds = kinds_in_source()
    t.expect("every kind of event has a name in kernel/trace.c", all(kinds.values()), kinds)
    t.expect("every kind of event has its words here, and no other has", set(kinds.values()) == set(WORDS),
             set(kinds.values()) ^ set(WORDS))
    watches = [check_prompt(t, elf), *check_boot(t, elf)]
    text, seen = "\n".join(watch.text for watch in watches), set()
    for watch in watches:
        seen |= watch.kinds
    for kind, pattern in WORDS.items():
        t.expect(f"{kind}: the ring had one", kind in seen, seen)
        t.expect(f"{kind}: its words and drawing", re.search(pattern, text),
                 [line for line in text.splitlines() if line.startswith(pattern.split(":")[0])][-20:])
    return t.done()


if __name__ == "__main__":
    os.chdir(TOP)
    sys.exit(main())
