#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
tests/gdb_commands.py [ELF] - do gdb's commands say what the kernel's own prompt says?

Boots in QEMU, asks the prompt, then lets gdb stop the same machine and asks tools/flagstone-gdb.py, and
holds the answers against each other; once more after a panic, and at a stop before the buddy lists.
Prints TAP and a count.
"""
import os
import re
import subprocess
import sys
import tempfile
import time

ELF = sys.argv[1] if len(sys.argv) > 1 else "build/flagstone.elf"
LIMIT = 30                      # seconds for one answer
PROMPT = b"flagstone> "
passed = failed = 0


def expect(what, ok, got=""):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    if not ok:
        print("\n".join(f"# {line}" for line in str(got).splitlines()[:20]))
    print(f"{'ok' if ok else 'not ok'} {passed + failed} {what}", flush=True)


class Machine:
    """QEMU with the prompt on a pipe and gdb's stub on a socket."""

    def __init__(self, folder, append="", stopped=False):
        self.gdb_socket = f"{folder}/gdb"
        self.process = subprocess.Popen(
            ["qemu-system-i386", "-m", "1200", "-kernel", ELF, "-append", append, "-display", "none",
             "-serial", "stdio", "-monitor", "none", "-chardev",
             f"socket,path={self.gdb_socket},server=on,wait=off,id=gdb", "-gdb", "chardev:gdb",
             *(["-S"] if stopped else [])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        while not os.path.exists(self.gdb_socket):
            time.sleep(0.02)

    def read(self, until=PROMPT):
        data, end = b"", time.monotonic() + LIMIT
        os.set_blocking(self.process.stdout.fileno(), False)
        while until not in data and time.monotonic() < end:
            data += self.process.stdout.read() or b""
            time.sleep(0.01)
        return data.decode("latin-1").replace("\r", "")

    def ask(self, command, until=PROMPT):
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()
        return self.read(until)

    def gdb(self, *commands):
        """The answers of gdb to these commands, as one text each."""
        words = ["gdb", "-q", "-nx", "-batch", "-ex", "set architecture i386", "-x",
                 "tools/flagstone-gdb.py", "-ex", f"target remote {self.gdb_socket}"]
        for command in commands:
            words += ["-ex", "echo \\n@@@\\n", "-ex", command]
        done = subprocess.run([*words, "-ex", "echo \\n@@@\\n", "-ex", "detach", ELF], check=False,
                              capture_output=True, text=True, timeout=2 * LIMIT)
        return [part.strip() for part in done.stdout.split("@@@")[1:]]

    def end(self):
        self.process.kill()
        self.process.wait()


def at_the_prompt(machine):
    log = machine.read()
    machine.ask("alloc 4")
    prompt = {name: machine.ask(name) for name in
              ("e820", "buddyinfo", "slabinfo", "virt2phys 0xc0100000", "trace show 5", "vmallocinfo")}
    e820, buddy, zones, slabs, one, page, pt, hole, dmesg, trace, areas = machine.gdb(
        "fs-e820", "fs-buddy", "fs-zones", "fs-slabs", "fs-slab kmem_cache", "fs-page 0", "fs-pt 0xc0100000",
        "fs-pt 0", "fs-dmesg", "fs-trace 5", "fs-vmalloc")[:11]

    ranges = [line.split()[0] for line in prompt["e820"].splitlines()
              if re.match(r"[0-9a-f]{8}-", line) and "hole" not in line]
    expect("fs-e820: the ranges of `e820`", ranges and ranges == re.findall(r"[0-9a-f]{8}-[0-9a-f]{8}", e820),
           e820)
    for name in ("DMA", "Normal", "HighMem"):
        counts = re.search(rf"{name}((?: +\d+){{11}})", prompt["buddyinfo"])
        mine = re.search(rf"^{name}\n((?:  order .*\n)+)", buddy, re.M)
        expect(f"fs-buddy: the blocks of {name} in `buddyinfo`",
               counts and mine and counts.group(1).split() ==
               re.findall(r"order +\d+ +(\d+)", mine.group(1)), (prompt["buddyinfo"], buddy))
    sums = re.findall(r"(\d+) frames on the lists, the zone says (\d+)", buddy)
    expect("fs-buddy: each zone's sum is right", len(sums) == 3 and all(a == b for a, b in sums), sums)
    expect("fs-zones: three zones", re.findall(r"^(\w+) +frames", zones, re.M) ==
           ["DMA", "Normal", "HighMem"], zones)
    names = re.findall(r"^(\S+) +\d+ bytes", slabs, re.M)
    expect("fs-slabs: the caches of `slabinfo`",
           len(names) > 30 and all(f"\n{name} " in prompt["slabinfo"] for name in names), slabs)
    expect("fs-slab: rows of objects", re.search(r"^(full|partial) +[0-9a-f]{8}  [#.]+$", one, re.M), one)
    expect("fs-page: frame 0 is reserved", "reserved" in page, page)
    expect("fs-pt: as `virt2phys`", "c0100000 -> 00100000" in pt and "100000" in
           prompt["virt2phys 0xc0100000"], pt)
    expect("fs-pt: address 0 is not mapped", "00000000 is not mapped" in hole, hole)
    lines = [line for line in log.splitlines() if line.startswith("[")]
    expect("fs-dmesg: every line of the log that was shown", lines and all(line in dmesg for line in lines),
           [line for line in lines if line not in dmesg])
    expect("fs-trace: the events of `trace show`",
           re.findall(r"^ +[\d.]+ +(\w+)", prompt["trace show 5"], re.M) ==
           re.findall(r"^ *[\d.]+ +(\w+)", trace, re.M), trace)
    expect("fs-vmalloc: a sum", re.search(r"^\d+ areas, \d+ KiB$", areas, re.M), areas)
    machine.ask("crash panic", b"Last events")
    time.sleep(0.3)
    zones, dmesg = machine.gdb("fs-zones", "fs-dmesg")[:2]
    expect("after a panic they still work", "Normal" in zones and "Kernel panic" in dmesg, dmesg[-300:])


def before_the_buddy(machine):
    parts = machine.gdb("thbreak zones_init", "continue", "fs-bootmem", "fs-memblock", "fs-vmalloc", "kill")
    bootmem, memblock, areas = parts[2:5]
    runs = re.findall(r"frames +([0-9a-f]+)- *([0-9a-f]+)  (taken|free)", bootmem)
    free = sum(int(b, 16) - int(a, 16) + 1 for a, b, what in runs if what == "free")
    said = re.search(r"(\d+) frames free", bootmem)
    expect("fs-bootmem: the free runs add up to what the arena says", said and free == int(said.group(1)),
           bootmem)
    expect("fs-memblock: both arrays", "memory: " in memblock and "reserved: " in memblock, memblock)
    expect("fs-vmalloc says that there is nothing yet", "no vmalloc yet" in areas, areas)


def main():
    print("TAP version 14")
    for check, append, stopped in ((at_the_prompt, "panic=halt", False), (before_the_buddy, "", True)):
        with tempfile.TemporaryDirectory() as folder:
            machine = Machine(folder, append, stopped)
            try:
                check(machine)
            finally:
                machine.end()
    print(f"1..{passed + failed}\n{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
