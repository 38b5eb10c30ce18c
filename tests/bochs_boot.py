#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
tests/bochs_boot.py [ISO ELF] - follow the boot in Bochs's debugger and assert what it sees

Stops at each label of boot/stops.txt, in that order, and looks: the mode by CR0 and CS's
descriptor with its D bit, registers, the stub's answers in memory, what the page tables map; at last the
log against what was seen. The list is the one of `make bochs-tour`. Prints TAP and a count; exit
status 0 only when everything held. What Bochs printed stays in build/test/bochs_boot/.
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tools"))
import bochs_pc                                                         # noqa: E402

DIRECTORY = "build/test/bochs_boot"
LIMIT = 90                      # seconds; it takes 2
PAGE_OFFSET = 0xC0000000
BEGIN, END = 0xF1A60000, 0xF1A70000     # printed before and after what is asked at a stop

# Commands at a stop that only the test wants, by label.
EXTRA = {"rm_lgdt": ["s", "sreg"]}


class Seen:
    """What the debugger showed at one stop."""

    def __init__(self, stop, arrival, shown):
        self.stop, self.arrival, self.shown = stop, arrival, shown

    def where(self):
        """The last instruction shown before the stop: (CS as printed, symbol, instruction)."""
        lines = re.findall(r"^\(0\) \[0x[0-9a-f]+\] ([0-9a-f]{4}):[0-9a-f]+ \((\S+)\): (.*?)\s*;",
                           self.arrival, re.M)
        return lines[-1] if lines else ("", "nowhere", "")

    def is_there(self, kernel):
        """Is this the stop that was meant? A stage is known by the name that is handed over."""
        if self.stop.stage:
            return (self.where()[1].startswith("start_kernel+") and
                    kernel.string_at(self.stack()[0]) == self.stop.stage)
        return self.where()[1] == f"{self.stop.label}+0"

    def stack(self):
        """The two words at ESP."""
        return [int(word, 16) for word in
                re.findall(r"STACK 0x\S+ \[0x([0-9a-f]+)\]", self.shown)][:2]

    def reg(self, name):
        """A 32-bit register."""
        name = {"eip": "rip"}.get(name, "r" + name[1:])
        match = re.search(rf"^{name}: [0-9a-f]{{8}}_([0-9a-f]{{8}})", self.shown, re.M)
        return int(match.group(1), 16)

    def control(self, name):
        match = re.search(rf"^{name}[=:] ?0x([0-9a-f]+)", self.shown, re.M | re.I)
        return int(match.group(1), 16)

    def pe(self):
        return self.control("CR0") & 1

    def pg(self):
        return self.control("CR0") >> 31 & 1

    def wp(self):
        return self.control("CR0") >> 16 & 1

    def segment(self, name):
        """(selector, the line that describes its descriptor)"""
        match = re.search(rf"^{name}:0x([0-9a-f]+),.*\n\t(.*)", self.shown, re.M)
        return int(match.group(1), 16), match.group(2)

    def d_bit(self):
        """Bit 22 of the upper half of CS's descriptor: 1 for 32-bit code."""
        match = re.search(r"^cs:0x[0-9a-f]+, dh=0x([0-9a-f]+)", self.shown, re.M)
        return int(match.group(1), 16) >> 22 & 1

    def flag(self, name):
        """A flag as `info eflags` shows it: upper case is set."""
        return re.search(rf"\b{name.upper()}\b", self.eflags()) is not None

    def eflags(self):
        return re.search(r"^(?:eflags|.*\bid vip vif\b).*$", self.shown, re.M | re.I).group(0)

    def table(self, name):
        """(base, limit) of GDTR or IDTR as shown last."""
        found = re.findall(rf"^{name}:base=0x([0-9a-f]+), limit=0x([0-9a-f]+)", self.shown, re.M)
        return tuple(int(word, 16) for word in found[-1])

    def words(self, address):
        """Words that xp showed from an address on."""
        values = []
        line = r"^0x([0-9a-f]+) <.*?>:((?:[ \t]+0x[0-9a-f]+)+)"
        for at, rest in re.findall(line, self.shown, re.M):
            if values or int(at, 16) == address:
                values += [int(word, 16) for word in rest.split()]
        return values

    def says(self, pattern):
        return re.search(pattern, self.shown) is not None


class Tap:
    """Counts, and prints a line for each assertion."""

    def __init__(self):
        self.passed = self.failed = 0

    def expect(self, what, ok, got=""):
        if ok:
            self.passed += 1
        else:
            self.failed += 1
            if got != "":
                print(f"# got {got}")
        print(f"{'ok' if ok else 'not ok'} {self.passed + self.failed} {what}")

    def done(self):
        print(f"1..{self.passed + self.failed}")
        print(f"{self.passed} passed, {self.failed} failed")
        return 0 if self.passed and not self.failed else 1


# --- what must be true --------------------------------------------------------------------------

def check_multiboot_entry(t, s, k):
    t.expect("EAX is the Multiboot magic", s.reg("eax") == 0x2BADB002, hex(s.reg("eax")))
    t.expect("32-bit protected mode without paging",
             s.pe() and not s.pg() and "32-bit" in s.segment("cs")[1], s.segment("cs"))


def check_copy_multiboot_info(t, s, k):
    t.expect("the GDT is our own", s.table("gdtr") == (k["boot_gdt"], 0x27), s.table("gdtr"))
    low = k["boot_stack"] - PAGE_OFFSET
    t.expect("the stack is our own", low <= s.reg("esp") < k["boot_stack_top"] - PAGE_OFFSET,
             hex(s.reg("esp")))


def check_rm_protected16(t, s, k):
    selector, text = s.segment("cs")
    t.expect("CS is a 16-bit segment of 64 KiB, PE still 1",
             selector == 0x18 and "16-bit" in text and "limit=0x0000ffff" in text and s.pe(), text)
    t.expect("the D bit of its descriptor is 0", s.d_bit() == 0)


def check_rm_last_protected(t, s, k):
    t.expect("CR0 has PE, and EAX, about to go there, has not",
             s.pe() and not s.reg("eax") & 1, hex(s.reg("eax")))
    t.expect("the instruction writes CR0", s.where()[2].startswith("mov cr0, eax"), s.where())
    t.expect("the IDT is the BIOS's again", s.table("idtr") == (0, 0x3FF), s.table("idtr"))


def check_rm_first_real(t, s, k):
    t.expect("PE = 0 while CS still holds the 16-bit selector",
             not s.pe() and s.segment("cs")[0] == 0x18, s.segment("cs"))


def check_rm_real(t, s, k):
    t.expect("CS = 0000 in real mode", s.where()[0] == "0000" and not s.pe(), s.where())


def check_rm_e820_call(t, s, k):
    t.expect("EAX asks for E820, EDX says SMAP, ECX offers 24 bytes",
             (s.reg("eax"), s.reg("edx"), s.reg("ecx")) == (0xE820, 0x534D4150, 24),
             [hex(s.reg(r)) for r in ("eax", "edx", "ecx")])
    t.expect("ES:DI is the buffer at 0x5000, EBX asks for the first entry",
             s.segment("es")[0] == 0 and s.reg("edi") & 0xFFFF == 0x5000 and s.reg("ebx") == 0,
             hex(s.reg("edi")))
    t.expect("the vector of int 15h leads into the BIOS", s.words(0x54)[1] == 0xF000, s.words(0x54))


def check_rm_a20_test(t, s, k):
    count = s.words(k["rm_result"] + k.offset("RM_E820_COUNT"))[0]
    t.expect("the BIOS gave a list of E820 entries", 4 <= count < 20, count)
    first = s.words(0x5000)
    t.expect("the first is RAM from 0 to the EBDA",
             first[:2] == [0, 0] and 0x80000 <= first[2] < 0xA0000 and first[4] == 1, first)


def check_rm_lgdt(t, s, k):
    a20 = s.words(k["rm_result"] + k.offset("RM_A20"))[0]
    t.expect("A20 was tested and found open", a20 == 1, a20)
    t.expect("LGDT loads boot_gdt", s.table("gdtr") == (k["boot_gdt"], 0x27), s.table("gdtr"))


def check_rm_set_pe(t, s, k):
    t.expect("PE is 0, and EAX, about to go to CR0, sets it",
             not s.pe() and s.reg("eax") & 1 and s.where()[2].startswith("mov cr0, eax"), s.where())
    t.expect("an empty IDT: a fault now would reset", s.table("idtr")[1] == 0, s.table("idtr"))


def check_rm_far_jump(t, s, k):
    t.expect("PE = 1 while CS is still 0000", s.pe() and s.segment("cs")[0] == 0, s.segment("cs"))


def check_rm_first_32bit(t, s, k):
    selector, text = s.segment("cs")
    t.expect("CS is a flat 32-bit segment",
             selector == 8 and "32-bit" in text and "limit=0xffffffff" in text, text)
    t.expect("the D bit of its descriptor is 1", s.d_bit() == 1)
    t.expect("the GDT holds flat code and data",
             s.says(r"GDT\[0x0008\]=Code segment, base=0x00000000, limit=0xffffffff") and
             s.says(r"GDT\[0x0010\]=Data segment, base=0x00000000, limit=0xffffffff"))


def check_cpu_probe(t, s, k):
    count = s.words(k["boot_info"] - PAGE_OFFSET + k.offset("BI_REALMODE")
                    + k.offset("RM_E820_COUNT"))[0]
    t.expect("boot_info has the stub's answers", 4 <= count < 20, count)


def check_boot_load_cr3(t, s, k):
    t.expect("EAX is the boot page directory",
             s.reg("eax") == k["boot_pgd"] - PAGE_OFFSET, hex(s.reg("eax")))


def check_boot_set_pg(t, s, k):
    t.expect("CR3 is the boot page directory", s.control("cr3") == k["boot_pgd"] - PAGE_OFFSET,
             hex(s.control("cr3")))
    t.expect("PG is 0, and EAX, about to go to CR0, sets it and turns caches on",
             not s.pg() and s.reg("eax") >> 29 == 0b100, hex(s.reg("eax")))


def check_boot_set_pg_translated(t, s, k):
    t.expect("PG = 1, EIP still low", s.pg() and s.reg("eip") < 0x200000, hex(s.reg("eip")))
    for base in (0, PAGE_OFFSET):
        t.expect(f"16 MiB are mapped at {base:#x}",
                 s.says(rf"0x0*{base:08x}-0x0*{base + 0xFFFFFF:08x} -> 0x0*00000000-0x0*ffffff"))


def check_higher_half(t, s, k):
    t.expect("EIP is in the higher half", s.reg("eip") == k["higher_half"], hex(s.reg("eip")))
    page = k["higher_half"] & ~0xFFF
    low = page - PAGE_OFFSET
    t.expect("and its page maps to where the loader put it",
             s.says(rf"linear page 0x0*{page:08x} maps to physical page 0x0*{low:x}\b"))


def check_wp_probe_write(t, s, k):
    t.expect("CR0.WP is on and the page's entry says read-only",
             s.wp() and s.says(r"PTE: 0x\S+\s.* R P"))


def check_wp_fault(t, s, k):
    stack = s.stack()
    t.expect("error code 3: a write, to a page that is present", stack[0] == 3, stack)
    t.expect("the return address is the write", stack[1] == k["wp_probe.write"], stack)


def check_start_kernel(t, s, k):
    t.expect("paging and write protection are on", s.pg() and s.wp(), hex(s.control("CR0")))
    t.expect("EBP = 0: a backtrace ends here", s.reg("ebp") == 0, hex(s.reg("ebp")))
    t.expect("ESP is one call below the top of the boot stack",
             s.reg("esp") == k["boot_stack_top"] - 4, hex(s.reg("esp")))
    t.expect("the IDT is loaded: a fault now is told", s.table("idtr") == (k["idt"], 8 * 48 - 1),
             s.table("idtr"))


def expect_modes(t, s):
    """What holds in all 32-bit code that runs at high addresses."""
    t.expect(f"{s.stop.label}: PE, PG and WP are on, CS's D bit is 1, EIP is high",
             s.pe() and s.pg() and s.wp() and s.d_bit() and s.reg("eip") >= PAGE_OFFSET,
             hex(s.control("CR0")))


def check_boot_stage_console(t, s, k):
    t.expect("the kernel's GDT and IDT are loaded",
             k["boot_gdt"] != s.table("gdtr")[0] >= PAGE_OFFSET and s.table("idtr")[0] >= PAGE_OFFSET
             and s.table("idtr")[1] == 8 * 48 - 1, (s.table("gdtr"), s.table("idtr")))
    t.expect("TR names a TSS", s.says(r"(?m)^tr:0x0018"))


def check_boot_stage_cpu(t, s, k):
    t.expect("interrupts are off", not s.flag("IF"), s.eflags())
    found = s.words(k.value("boot_info-HIGH+BI_CPU_IS_486"))
    t.expect("cpu_probe saw a Pentium: 486, CPUID, FPU, WP", found == [1, 1, 1, 1], found)


def check_boot_stage_traps(t, s, k):
    gates = re.findall(r"IDT\[0x0[de]\]=32-Bit Interrupt Gate target=0x0008:0x([0-9a-f]+), DPL=0",
                       s.shown)
    t.expect("vectors 13 and 14 are gates into the kernel",
             len(gates) == 2 and all(int(gate, 16) >= PAGE_OFFSET for gate in gates), gates)
    t.expect("interrupts are off", not s.flag("IF"), s.eflags())


def check_boot_stage_e820(t, s, k):
    t.expect("interrupts are on", s.flag("IF"), s.eflags())


def check_boot_stage_bootalloc(t, s, k):
    t.expect("there is no mem_map", s.words(k["mem_map"] - PAGE_OFFSET) == [0])


def check_boot_stage_paging(t, s, k):
    t.expect("CR3 is still the boot page directory",
             s.control("cr3") == k["boot_pgd"] - PAGE_OFFSET, hex(s.control("cr3")))
    t.expect("still 16 MiB at both places",
             s.says(r"0x0*00000000-0x0*ffffff ->") and s.says(r"0x0*c0000000-0x0*c0ffffff ->"))


def check_boot_stage_zones(t, s, k):
    t.expect("lowmem is mapped, all of it", s.says(r"-0x0*c3feffff -> 0x\S+-0x0*3feffff"))
    t.expect("but for the guard page under the stack",
             s.says(rf"-0x0*{k['boot_stack'] - 0x1001:x} ->") and
             s.says(rf"0x0*{k['boot_stack']:x}-0x"))
    t.expect("the low half is not", not s.says(r"(?m)^0x0*00000000-"))
    t.expect("kernel text is read-only", s.says(r"PTE: 0x\S+\s.* R P"))


def check_boot_stage_buddy(t, s, k):
    mem_map = s.words(k["mem_map"] - PAGE_OFFSET)[0]
    t.expect("mem_map lies in the direct map", PAGE_OFFSET < mem_map < PAGE_OFFSET + (64 << 20),
             hex(mem_map))


def free_frames(s, k, zone):
    return s.words(k.value("zones-HIGH+ZONE_NR_FREE") + zone * k.offset("ZONE_SIZE"))[0]


def check_boot_stage_highmem(t, s, k):
    dma, normal = free_frames(s, k, 0), free_frames(s, k, 1)
    t.expect("the zones have their free frames", 3000 < dma < 4096 and 11000 < normal < 12288,
             (dma, normal))


def check_boot_stage_slab(t, s, k):
    t.expect("there is no cache yet", s.words(k["kmalloc_caches"] - PAGE_OFFSET) == [0, 0])


def check_boot_stage_vmalloc(t, s, k):
    caches = s.words(k["kmalloc_caches"] - PAGE_OFFSET)
    t.expect("kmalloc has its caches", all(cache > PAGE_OFFSET for cache in caches), caches)


def check_boot_stage_late(t, s, k):
    dma = free_frames(s, k, 0)
    t.expect("DMA's free frames are told", 3000 < dma < 4096, dma)


# --- the firmware's map against the log -----------------------------------------------------------

E820_WORDS = {1: "RAM", 2: "reserved", 3: "ACPI tables", 4: "ACPI NVS"}


def bios_entries(seen):
    """(start, size, type) of the entries that the BIOS wrote at 0x5000."""
    words = seen.words(0x5000)[:36]
    return [(words[i] | words[i + 1] << 32, words[i + 2] | words[i + 3] << 32, words[i + 4])
            for i in range(0, len(words), 6)]


def check_log(t, seen, k):
    """The log on COM1 says what the debugger saw in memory."""
    with open(f"{DIRECTORY}/com1.txt", encoding="utf-8", errors="replace") as file:
        log = file.read()
    stub, kernel = seen["rm_a20_test"], seen["boot_stage:e820"]
    entries = bios_entries(stub)
    missing = [f"{start:08x}-{start + size - 1:08x}  {E820_WORDS[kind]}"
               for start, size, kind in entries
               if f"{start:08x}-{start + size - 1:08x}  {E820_WORDS[kind]}" not in log]
    t.expect("the log has each entry that the BIOS wrote", len(entries) >= 4 and not missing, missing)
    at = k.value("boot_info-HIGH+BI_E820")
    t.expect("boot_info has the same entries", kernel.words(at)[:36] == stub.words(0x5000)[:36])
    t.expect("each stage put a line into the log",
             all(f"] {name}" in log for name in ("console:", "cpu:", "traps:", "e820:", "bootalloc:",
                                                 "paging:", "zones:", "buddy:", "slab:", "vmalloc:")))


# --- the run ------------------------------------------------------------------------------------

def debugger_script(stops, kernel, symbols_file):
    """At each stop the registers, then what the stop says is worth looking at."""
    lines = [f'ldsym global "{symbols_file}"']
    for number, stop in enumerate(stops):
        ask = [kernel.fill_in(command) for command in stop.show if command not in ("r", "creg", "sreg")]
        lines += [f"lb {kernel.stop_address(stop):#x}", "c", f"calc {BEGIN + number:#x}", "r", "creg",
                  "sreg", "info eflags", "print-stack 2",
                  *EXTRA.get(stop.label, []), *ask,
                  f"calc {END + number:#x}", f"d {number + 1}"]
    return lines + ["q"]


def split_output(text, stops):
    """The debugger's output as a list of what was seen at each stop, as far as it got."""
    found, at = [], 0
    for number, stop in enumerate(stops):
        begin = text.find(f"{BEGIN + number:#x} ", at)
        end = text.find(f"{END + number:#x} ", begin)
        if begin < 0 or end < 0:
            break
        found.append(Seen(stop, text[at:begin], text[begin:end]))
        at = end
    return found


def main():
    iso, elf = sys.argv[1:] or ("build/flagstone.iso", "build/flagstone.elf")
    kernel = bochs_pc.Symbols(elf)
    stops = bochs_pc.read_stops()
    config, _ = bochs_pc.write_config(DIRECTORY, iso)
    kernel.write(f"{DIRECTORY}/symbols.txt")
    script = debugger_script(stops, kernel, f"{DIRECTORY}/symbols.txt")
    text, status = bochs_pc.run_script(DIRECTORY, config, script, LIMIT)

    t = Tap()
    print("TAP version 14")
    reached = split_output(text, stops)
    for seen in reached:
        label, at = seen.stop.label, seen.where()
        t.expect(f"{label} is reached", seen.is_there(kernel), at)
        if not seen.is_there(kernel):
            break
        if seen.stop.stage:
            expect_modes(t, seen)
        check = globals().get("check_" + re.sub(r"\W", "_", label))
        if check:
            check(t, seen, kernel)
    t.expect("every stop was made", len(reached) == len(stops), f"{len(reached)} of {len(stops)}")
    t.expect("the debugger left by its last command", status == 0, status)
    if len(reached) == len(stops):
        check_log(t, {seen.stop.label: seen for seen in reached}, kernel)
    return t.done()


if __name__ == "__main__":
    bochs_pc.main_guard(main)
