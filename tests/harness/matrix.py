# SPDX-License-Identifier: MIT
"""
The machines that the kernel is booted on, each of which counts as one test.

A boot passes when it leaves with status 33 and a complete KTAP log of all in-kernel suites, unless
its entry here wants something else.
"""
from dataclasses import dataclass, field

from harness.machine import Machine
from harness.verdict import FAILED, PASSED

KERNEL, O0 = "build/flagstone.elf", "build/O0/flagstone.elf"


@dataclass
class Boot:
    name: str
    machine: Machine
    wanted: object = PASSED
    says: list = field(default_factory=list)        # patterns the log must have
    says_not: list = field(default_factory=list)
    selftest: bool = True                           # the log must be complete KTAP
    limit: int = 90                                 # seconds

# (RAM in MiB, Bochs's name of the processor, medium, words, what the log must say)
F00F = "cpu: Pentium: F0 0F C7 C8 locks it up"
BOCHS_MACHINES = [(4, "pentium", "iso", "memtest=1,inversions selftest=all", ["; wp invlpg pse tsc cx8\n", F00F]),
                  (64, "p2_klamath", "iso", "selftest=all", ["; wp invlpg pse tsc pae cx8 pge cmov\n"]),
                  (512, "p4_willamette", "iso", "selftest=all", [" pge cmov clflush\n"]),
                  (16, "pentium_mmx", "floppy", "selftest=all", [F00F]),
                  (32, "amd_k6_2_chomper", "floppy", "selftest=all", ["cpu: AuthenticAMD family 5 model 8"]),
                  (64, "p3_katmai", "disk", "selftest=all", ["family 6 model 7", " pge cmov\n"])]

# (RAM in MiB, DOSBox's name of the processor, words, what the log must say). It has no E820 and no
# E801; its FPU, single step, BOUND and the error code of a missing gate are not as a CPU's. Its 486 and
# Pentium remember no translation of a supervisor's page, and they refuse INVLPG and RDTSC after a page
# fault whose handler goes on elsewhere: docs/11-old-hardware.md.
OLD_386 = ["cpu: no CPUID, family 3 model 0 stepping 0; no wp\n", "cpu: DIV leaves the flags alone"]
OLD_486 = ["cpu: GenuineIntel family 4 model 0 stepping 2; no wp invlpg\n", "cpu: CPUID but no CR4"]
NO_INVLPG, NO_RDTSC = "cpu: INVLPG faults; CR3 is written", "cpu: RDTSC faults; time comes from the PIT"
DOSBOX_WORDS = "selftest=all lacks=debug,bound,idt-error,fpu-ts"
# Both are slow from then on: the suites of memblock, which is the same code on all of them, run on the 386.
DOSBOX_SUITES = ("atomic,bootalloc,bootmem,buddy,e820,kmap,lib,locks,page_check,paging,rcu,restart,slab,text,"
                 "time,tlb,trace,traps,vmalloc")
DOSBOX_NEWER = DOSBOX_WORDS.replace("all", DOSBOX_SUITES) + ",tlb"
DOSBOX_MACHINES = [(4, "386", f"memtest=1,address,inversions {DOSBOX_WORDS}", OLD_386),
                   (16, "486_slow", DOSBOX_NEWER, [NO_INVLPG, *OLD_486]),
                   (16, "pentium_slow", DOSBOX_NEWER, [NO_INVLPG, NO_RDTSC, F00F])]

# (RAM in MiB, medium). v86 has no single step and no BOUND; at an interrupt without a gate it ends itself.
V86_MACHINES = [(64, "floppy"), (16, "disk"), (64, "iso")]
V86_WORDS = "selftest=all lacks=debug,bound,idt-error!"

# 3583 MiB is the most that QEMU's pc puts below 4 GiB; with 4096 a part lies out of reach.
RAM_SIZES = [4, 8, 16, 17, 32, 64, 128, 512, 895, 896, 897, 1024, 2048, 3072, 3583, 4096]


def ram_boots():
    for ram in RAM_SIZES:
        says = [r"(?i)(lost|reach|above 4 GiB|past 4 GiB)"] if ram > 3583 else []
        yield Boot(f"iso/ram-{ram}", Machine(ram=ram), says=says)


def cpu_boots():
    for cpu in ["486", "pentium", "pentium3", "max"]:
        yield Boot(f"iso/cpu-{cpu}", Machine(cpu=cpu))
        yield Boot(f"kernel/cpu-{cpu}", Machine(cpu=cpu, ram=1024, media="kernel"))


# With 2 MiB there is too little for the others.
SMALL_SUITES = "atomic,bootalloc,buddy,kmap,page_check,paging,slab,traps"

# Of each processor on each board from each medium: what a CPU can do differently.
CPU_SUITES = "atomic,bootalloc,kmap,paging,restart,time,tlb,traps,vmalloc"
CPUS = ["486", "pentium", "pentium,mmx=on", "pentium2", "pentium3", "athlon", "core2duo", "max"]
BOARDS, MEDIA = ["pc", "q35", "isapc"], ["floppy", "disk", "iso", "kernel"]
CROSS_RAM = [4, 8, 16, 32, 64, 128, 256]


def cross_boots(others):
    """Every processor on every board from every medium, where none of the others does that already."""
    done = {(b.machine.machine, b.machine.cpu, b.machine.media) for b in others if boot_row(b)}
    wanted = [(board, cpu, media) for cpu in CPUS for board in BOARDS for media in MEDIA]
    for number, (board, cpu, media) in enumerate(wanted):
        if (board, cpu, media) not in done:
            ram = CROSS_RAM[number % len(CROSS_RAM)]
            yield Boot(f"{media}/{board}-{cpu.replace(',mmx=on', '-mmx')}-{ram}", Machine(
                machine=board, cpu=cpu, ram=ram, media=media, append=f"selftest={CPU_SUITES}"))


def old_boots():
    """Old machines with all suites, from each medium."""
    rows = [("isapc", "486", 2, "floppy"), ("isapc", "486", 4, "disk"),
            ("isapc", "pentium", 3, "floppy"), ("pc", "pentium,mmx=on", 16, "floppy"),
            ("pc", "pentium,mmx=on", 32, "disk"), ("pc", "pentium2", 64, "floppy"),
            ("q35", "pentium2", 64, "iso"), ("pc", "pentium3", 128, "disk"),
            ("pc", "athlon", 256, "floppy"), ("q35", "athlon", 512, "disk"),
            ("pc", "core2duo", 1024, "disk"), ("q35", "core2duo", 2048, "iso"),
            ("pc", "max", 3583, "floppy"), ("q35", "max", 64, "disk"), ("pc", "max", 64, "usb")]
    for machine, cpu, ram, media in rows:
        name = f"{media}/{machine}-{cpu.split(',')[0]}-{ram}"
        words = f"selftest={SMALL_SUITES}" if ram == 2 else "selftest=all"
        yield Boot(name, Machine(machine=machine, cpu=cpu, ram=ram, media=media, append=words))


def memtest_boots():
    """A memory test, and then the suites in the kernel that it was done to."""
    for cpu, ram, kernel, words in [("486", 4, KERNEL, "1"), ("pentium", 64, KERNEL, "1,address,walking"),
                                    ("max", 16, O0, "1,cached,modulo-20,random")]:
        yield Boot(f"memtest/{cpu}-{ram}", says=[r"KiB in use; (caches off|through the caches)",
                                                 r"memtest: no errors"],
                   machine=Machine(kernel=kernel, cpu=cpu, ram=ram,
                                   media="kernel", append=f"memtest={words} selftest=all"))


def machine_boots():
    for machine, cpu, ram in [("q35", "max", 512), ("q35", "max", 3072), ("isapc", "486", 16),
                              ("isapc", "pentium", 64)]:
        name = f"{machine}-{cpu}-{ram}"
        yield Boot(f"iso/{name}", Machine(machine=machine, cpu=cpu, ram=ram))
        yield Boot(f"kernel/{name}", Machine(machine=machine, cpu=cpu, ram=ram, media="kernel"))


def kernel_boots():
    """Loaded by QEMU, which puts command line and modules elsewhere than GRUB does."""
    for ram in [4, 64, 897, 3583]:
        yield Boot(f"kernel/ram-{ram}", Machine(ram=ram, media="kernel"))


def hole_boots():
    """GRUB's cutmem takes the range out of every map the firmware offers."""
    for ram in [64, 1024]:
        yield Boot(f"iso/hole-15-16-ram-{ram}", Machine(ram=ram, grub="cutmem 15M 16M"))


def unoptimised_boots():
    for ram in [4, 64, 3583]:
        yield Boot(f"O0/iso/ram-{ram}", Machine(kernel=O0, ram=ram))
    yield Boot("O0/kernel/cpu-486", Machine(kernel=O0, cpu="486", media="kernel"))


def allocator_boots():
    """memblock serves instead of bootmem; both must name the same free frames at hand-over."""
    for ram in [4, 17, 64, 897, 3583]:
        machine = Machine(ram=ram, append="bootalloc=memblock selftest=all")
        yield Boot(f"iso/memblock-ram-{ram}", machine)
    machine = Machine(kernel=O0, append="bootalloc=memblock selftest=all")
    yield Boot("O0/iso/memblock", machine)


def memblock_boots():
    """The same over all sizes, with the suites of boot memory only."""
    words = "bootalloc=memblock selftest=bootalloc,memblock"
    for ram in RAM_SIZES:
        yield Boot(f"kernel/memblock-ram-{ram}", Machine(ram=ram, media="kernel", append=words),
                   says=[r"memblock serves"])
    machine = Machine(cpu="486", ram=1024, media="kernel", append=f"memblock=debug {words}")
    yield Boot("kernel/memblock-cpu-486-debug", machine,
               says=[r"memblock_reserve: 0x", r"memblock_alloc: 0x\w+ bytes"])


def compare_boots():
    """compare=NAME for what ships, for the record of the boot itself, and for a module's text."""
    def boot(name, words, module="", **more):
        machine = Machine(media="kernel", append=f"compare={words} selftest=e820", module=module)
        return Boot(f"compare/{name}", machine, **more)

    sizes = [r"16 MiB +bootmem +\d+", r"4096 MiB +bootmem.*\n +memblock +\d+",
             r"RAM MiB +16 .* 4096"]
    for name in ["small", "large", "fragment", "sparse", "growing"]:
        yield boot(name, name, says=sizes)
    yield boot("all", "all", says=[r"small +bootmem", r"growing +bootmem", r"MiB of RAM;"])
    yield boot("record", "boot", says=[r"boot +bootmem +\d+ +0 .*\n +memblock +\d+ +0 "])
    yield boot("module", "module,0", "tests/traces/own.trace", says=sizes)
    yield boot("bad-module", "module,0", "tests/traces/bad.trace", says_not=[r"steps/req"],
               says=[r"module 0, line 4: the alignment is no power of two"])
    yield boot("no-module", "module,0", says=[r"there is no module 0"])


def option_boots():
    """What is said on the command line, sense and nonsense."""
    def boot(name, words, **more):
        append = f"{words} selftest=all" if more.get("selftest", True) else words
        return Boot(f"option/{name}", Machine(media="kernel", append=append), **more)

    yield boot("realmode-off", "realmode=off")
    yield boot("mem", "mem=24M")
    yield boot("unknown", "nosuchoption=1", says=['option "nosuchoption" is not known'])
    yield boot("malformed", "mem=banana", says=['"mem" cannot be "banana"'])
    yield boot("long", "x" * 200, says=["is not known"])
    yield boot("too-little-memory", "mem=1M", selftest=False, wanted=FAILED, says=[
        r"panic: The memory map from E820 has no RAM at 0x00100000 to 0x\w+, where kernel \w+ lies: "
        r"\d+ KiB are missing, and it has 6\d\d KiB in all\."])
    yield boot("too-little-room", "mem=1600K memmap=500K$100K", selftest=False, wanted=FAILED, says=[
        r"panic: The kernel needs \d+ KiB of RAM, and the memory map from E820 has \d+ KiB: "
        r"\d+ KiB are missing\."])
    yield boot("no-such-suite", "selftest=nosuch", selftest=False, wanted=FAILED,
               says=["no suite \"nosuch\""])


def crash_boots():
    """The end of the kernel in each way that kernel/cmd_crash.c has, and what must be said of it."""
    chain = [r"Backtrace:", r"monitor_init\+0x", r"start_kernel\+0x"]
    report = [r"In stage monitor", r"EAX [0-9a-f]{8} EBX", r"CR0 [0-9a-f]{8}: PG"]
    for name, says in {
            "null": [r"page fault in crash\w*\+0x[0-9a-f]+: write to 0x00000000 in page 0 "
                     r"\(null pointer\), which is not mapped",
                     r"error 0002: write, supervisor, page not present", *report, *chain],
            "text": [r"write to 0x[0-9a-f]{8} in kernel text, which is read-only", *report, *chain],
            "div": [r"panic: divide error \(#DE\)", *report, *chain],
            "stack": [r"double fault in recurse.*the boot stack overflowed",
                      r"CR2 [0-9a-f]{8}: the guard page below the boot stack", *report],
            "doublefault": [r"double fault in trap_provoke_double_fault\+0x", *report, *chain],
            "panic": [r"panic: A panic was wanted, and here it is: 1 of 1\.", *report, *chain],
            "bug": [r"panic: BUG at kernel/cmd_crash\.c:\d+: two \+ two == 4", *report, *chain],
            "report": [r"panic: A panic was wanted, but the screen's driver is broken\.",
                       r"The report of this fails again and again"]}.items():
        for cpu, board in [("486", "isapc"), ("max", "pc")]:
            machine = Machine(media="kernel", cpu=cpu, machine=board, append=f"crash={name}")
            yield Boot(f"crash/{name}-{cpu}", machine, wanted=FAILED, selftest=False, says=says,
                       says_not=[r"(?i)triple"])


def window_boots():
    """Addresses for frames that have none: faults in words, and every HIGHMEM frame by its pattern."""
    chain = [r"Backtrace:", r"start_kernel\+0x"]
    for name, says in {
            "vmalloc": [r"write to 0x[0-9a-f]{8} in the vmalloc area, which is not mapped: 12 bytes "
                        r"past the end of the vmalloc area of 8192 bytes made by crash_vmalloc\+0x"],
            "kmap": [r"panic: kmap: all 1024 slots of the window are in use"],
            "kunmap": [r"in the kmap window, which is not mapped: kmap slot 1, already unmapped"]}.items():
        for cpu in ["486", "max"]:
            machine = Machine(media="kernel", cpu=cpu, append=f"highmem=32M crash={name}")
            yield Boot(f"crash/{name}-{cpu}", machine, wanted=FAILED, selftest=False,
                       says=says + chain, says_not=[r"(?i)triple"])
    layout = r"layout: 0xf{3}ec000 - 0xf{3}edfff +8 KiB +two guard pages"
    yield Boot("option/highmem-test-every", limit=180, says=[layout], machine=Machine(
        media="kernel", ram=3583, append="highmem_test=every selftest=kmap"))
    for cpu in ["486", "max"]:
        yield Boot(f"option/highmem-32M-{cpu}", says=[layout], machine=Machine(
            media="kernel", cpu=cpu, append="highmem=32M selftest=kmap,tlb,vmalloc"))


def all_boots(has_memblock):
    groups = [ram_boots, cpu_boots, old_boots, machine_boots, kernel_boots, hole_boots,
              unoptimised_boots, option_boots, crash_boots, window_boots, compare_boots, memtest_boots]
    groups += [allocator_boots, memblock_boots] if has_memblock else []
    boots = [boot for group in groups for boot in group()]
    return boots + list(cross_boots(boots))


# --- the table in docs/11-old-hardware.md ------------------------------------------------------

MEDIA_WORDS = {"iso": "CD", "kernel": "direct", "floppy": "floppy", "disk": "disk", "usb": "USB"}


def boot_row(boot):
    """(emulator, board, processor, medium, RAM) of a boot that only the hardware sets apart."""
    m = boot.machine
    if not m.append.startswith("selftest=") or m.grub or m.kernel == O0 or boot.wanted != PASSED:
        return None
    return ("QEMU", m.machine, m.cpu, MEDIA_WORDS[m.media], m.ram)


def table(rows):
    """The rows as text; @rows: (row, passed) pairs. RAM sizes of one machine share a line."""
    lines = {}
    for row, passed in rows:
        line = lines.setdefault(row[:4], ([], []))
        line[0].append(row[4])
        if not passed:
            line[1].append(row[4])
    out = ["| emulator | board | processor | from | RAM in MiB | result |", "|---|---|---|---|---|---|"]
    for key in sorted(lines):
        sizes, bad = (sorted(set(numbers)) for numbers in lines[key])
        result = f"failed with {', '.join(map(str, bad))}" if bad else "passed"
        out.append(f"| {' | '.join(key)} | {', '.join(map(str, sizes))} | {result} |")
    return "\n".join(out) + "\n"
