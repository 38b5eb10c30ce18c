#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
tools/footprint.py - how much memory the kernel takes, and for what

    tools/footprint.py          the image by section and by file, and what boot keeps; build/footprint.tsv
    tools/footprint.py --check     only: is text + rodata below the limit, does the least RAM still do, and does
                                   the log's line of overhead agree with meminfo, for little and much RAM?

text + rodata counts code, constants and the kernel's own symbol table (.text, .rodata, .ksyms). The
in-kernel tests and the benchmark's rows lie in sections of their own (.test.text, .test.rodata,
.test.ksyms): they are in the image that is shipped, but nothing else runs them, and they are told
apart. What boot keeps is RAM by the firmware's map less MemFree at the prompt, for each size of RAM, and
its purposes are those of the line "overhead:" of the log.
"""
import os
import re
import subprocess
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(TOP, "tests"))

from harness.machine import Machine, converse                           # noqa: E402

KERNEL, LINK_MAP = "build/flagstone.elf", "build/flagstone.map"
LIMIT_KIB = 160
RAMS = (2, 4, 8, 16, 64, 128, 512, 1024, 3583)      # 3583: the most that QEMU's pc puts below 4 GiB
LEAST_RAM = 2
CHECKED_RAMS = (LEAST_RAM, 4, 64, 1024, 3583)
PROMPT = "flagstone> "
KINDS = ("text", "rodata", "init", "data", "bss")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def sections(path):
    """Bytes of each section that takes memory."""
    return {name: int(size) for name, size, address in
            re.findall(r"^(\.\S+) +(\d+) +(\d+)$", output("size", "-A", path), re.M)
            if not name.startswith((".debug", ".comment", ".note"))}


def kind(section):
    for prefix, found in ((".text", "text"), (".init", "init"), (".boot", "init"), (".realmode", "init"),
                          (".data", "data"), (".ktest", "data"), (".bss", "bss"), (".stack", "bss")):
        if section.startswith(prefix):
            return found
    return "rodata"


def by_file():
    """
    (path, {kind: bytes}) of each object, the largest first. From the linker's map, which does not count
    the functions that it left out.
    """
    found = {}
    with open(LINK_MAP, encoding="utf-8") as file:
        text = file.read()
    for section, address, size, path in re.findall(
            r"^ (\.\S+)\s+0x(\w+)\s+0x(\w+) build/(\S+)\.o$", text, re.M):
        if int(address, 16) and not section.startswith((".debug", ".comment", ".note", ".eh_frame")):
            found.setdefault(path, dict.fromkeys(KINDS, 0))[kind(section)] += int(size, 16)
    return sorted(found.items(), key=lambda entry: -sum(entry[1].values()))


def kept(ram):
    """{purpose: bytes} of what is not free at the prompt. None: it does not boot, or the sum is wrong."""
    machine = Machine(ram=ram, media="kernel", append="loglevel=8", exit_port=False)
    talk = [(PROMPT, "meminfo\r"), ("MemFree", ""), (PROMPT, "poweroff\r")]
    text = converse(machine.command(), talk, 60, f"build/test/footprint{ram}.log").text
    ram_kib = re.search(r"(\d+) KiB of RAM\b", text)
    free = re.search(r"^MemFree: +(\d+) kB", text, re.M)
    told = re.search(r"overhead: (\d+) bytes of RAM are not free: (.*)", text)
    if not (ram_kib and free and told):
        return None
    parts = {name: int(size) for name, size in re.findall(r"([^,]+?) (\d+)(?:, |\s|$)", told[2])}
    if not sum(parts.values()) == int(told[1]) == (int(ram_kib[1]) - int(free[1])) * 1024:
        print(f"With {ram} MiB the log tells of {told[1]} bytes, {sum(parts.values())} by purpose; "
              f"RAM is {ram_kib[1]} KiB and MemFree {free[1]} KiB")
        return None
    return parts


def image_size(image):
    """Bytes of text and rodata: the kernel's, symbol table included, and the tests'."""
    kinds = (".text", ".rodata", ".ksyms")
    return sum(image[name] for name in kinds), sum(image[f".test{name}"] for name in kinds)


def print_image(image):
    print(f"{'section':<16} {'bytes':>8} {'KiB':>7}")
    for name, size in image.items():
        print(f"{name:<16} {size:>8} {size / 1024:>7.1f}")
    own, tests = image_size(image)
    print(f"\ntext + rodata    {own / 1024:.1f} KiB (limit {LIMIT_KIB}), of them {image['.ksyms'] / 1024:.1f}"
          f" the symbol table; tests and benchmark besides {tests / 1024:.1f}\n")


def print_files(files):
    print(f"{'file':<28}" + "".join(f"{name:>8}" for name in KINDS))
    folders = {}
    for path, sums in files:
        print(f"{path:<28}" + "".join(f"{sums[name]:>8}" for name in KINDS))
        total = folders.setdefault(os.path.dirname(path), dict.fromkeys(KINDS, 0))
        for name in KINDS:
            total[name] += sums[name]
    print()
    for path, sums in sorted(folders.items()):
        print(f"{path + '/':<28}" + "".join(f"{sums[name]:>8}" for name in KINDS))


def print_kept():
    """A line for each size of RAM: the image, the purposes that grow with RAM, and the rest."""
    print(f"\nRAM MiB  kept KiB: {'image':>7} {'page tables':>12} {'mem_map':>8} {'slab':>6} {'others':>7}")
    rows = []
    for ram in RAMS:
        parts = kept(ram)
        rows.append((ram, parts))
        if not parts:
            print(f"{ram:>7}  does not boot, or does not add up")
            continue
        kib = {name: size // 1024 for name, size in parts.items()}
        image = sum(size for name, size in kib.items() if name.startswith("kernel "))
        columns = [image, *(kib.get(name, 0) for name in ("page tables", "mem_map", "slab"))]
        others = sum(kib.values()) - sum(columns)
        print(f"{ram:>7} {sum(kib.values()):>9}  {columns[0]:>7} {columns[1]:>12} {columns[2]:>8} "
              f"{columns[3]:>6} {others:>7}")
    return rows


def main(arguments):
    image = sections(KERNEL)
    own = image_size(image)[0]
    if "--check" in arguments:
        all_kept = [kept(ram) for ram in CHECKED_RAMS]
        print(f"text + rodata {own / 1024:.1f} KiB of {LIMIT_KIB}; of {CHECKED_RAMS} MiB the kernel keeps "
              f"{[parts and sum(parts.values()) // 1024 for parts in all_kept]} KiB")
        return own >= LIMIT_KIB * 1024 or None in all_kept
    print_image(image)
    files = by_file()
    print_files(files)
    rows = print_kept()
    with open("build/footprint.tsv", "w", encoding="utf-8") as file:
        file.write("what\tname\tbytes\n")
        file.writelines(f"section\t{name}\t{size}\n" for name, size in image.items())
        file.writelines(f"{name}\t{path}\t{sums[name]}\n" for path, sums in files for name in KINDS)
        file.writelines(f"kept\t{ram} {name}\t{size}\n"
                        for ram, parts in rows for name, size in (parts or {}).items())
    return own >= LIMIT_KIB * 1024


if __name__ == "__main__":
    os.chdir(TOP)
    sys.exit(main(sys.argv[1:]))
