#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
tests/bochs_firmware.py [ISO ELF] - firmware and loaders that fail or lie, made by Bochs's debugger

Each case stops at a label, changes memory or registers there so that a BIOS call fails, A20 is shut or
the loader's information is wrong, lets the boot go on, and asserts what the kernel's log then says, or
what the debugger printed. Those about memory end with suites, run on the memory that was found.
Prints TAP and a count; logs stay in build/test/bochs_firmware/CASE/.
"""
import concurrent.futures
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tools"))
import bochs_pc                                                         # noqa: E402

DIRECTORY = "build/test/bochs_firmware"
LIMIT = 60                      # seconds for a case; each takes 2
SUITES = "selftest=bootalloc,e820,page_check"
ALL_WELL = " fail:0 "           # their last line
SHUTDOWN = ""                   # instead of a last label: the end of the suites
RM_E820, RESERVED = 0x5000, 2   # boot/boot.inc; the type of an entry
BDA_EBDA, BDA_BASE_KIB = 0x40E, 0x413
PAGE_OFFSET = 0xC0000000
SCRATCH = 0x4000                # low memory that nobody uses while the stub runs

FAIL = 0x90F9                   # stc; nop      in place of int 15h
IGNORE = 0x90F8                 # clc; nop      the BIOS does nothing and says that it went well


class Kernel(bochs_pc.Symbols):
    """Symbols, and the fields of boot_info."""

    def info(self, field, offset=0):
        """The physical address of a field of boot_info."""
        return self["boot_info"] - PAGE_OFFSET + self.offset(field) + offset


class Script:
    """Debugger commands, built up stop by stop."""

    def __init__(self, kernel):
        self.kernel, self.lines, self.stops = kernel, [], 0

    def at(self, label, offset=0):
        """Run to a label (or bytes behind it), which may be the one where we are."""
        if self.lines:
            self.lines.append("s")
        self.stops += 1
        self.lines += [f"lb {self.kernel[label] + offset:#x}", "c", f"d {self.stops}"]
        return self

    def put(self, address, size, value):
        self.lines.append(f"setpmem {address:#x} {size} {value:#x}")
        return self

    def patch(self, label, offset, size, value):
        """Change code or data at a label that is linked where it lies."""
        return self.put(self.kernel[label] + offset, size, value)

    def fail_now(self, label):
        """
        Stopped at an int 15h: stc; jmp behind it. By new code, since Bochs keeps what it has decoded
        once and does not see it patched.
        """
        back = (self.kernel[label] + 2 - (SCRATCH + 4)) & 0xFFFF
        return self.put(SCRATCH, 4, back << 16 | 0xE9F9).reg("eip", SCRATCH)

    def words(self, text):
        """Another command line."""
        self.at("start_kernel")
        data = text.encode() + bytes(4)
        for at in range(0, len(data) // 4 * 4, 4):
            self.put(self.kernel.info("BI_COMMAND_LINE", at), 4, int.from_bytes(data[at:at + 4], "little"))
        return self

    def reg(self, name, value):
        self.lines.append(f"set {name} = {value:#x}")
        return self


# --- cases: what is done, and what the log must say ----------------------------------------------
# Each gives the script, the label at which the run ends, and the words to find.

def not_multiboot(s):
    s.at("multiboot_entry").reg("eax", 0x1BADB002)
    return s, "boot_die.halt", ["not loaded by a Multiboot loader"]


def no_bios(s):
    s.at("realmode_probe").put(0x54, 4, 0)
    return s, "paging_init", ["no BIOS behind int 15h, A20 not looked at", "entries of Multiboot mmap"]


def module_where_the_stub_goes(s):
    k = s.kernel
    s.at("realmode_probe").put(k.info("BI_MODULE_COUNT"), 4, 1)
    s.put(k.info("BI_MODULE"), 4, 0x6000).put(k.info("BI_MODULE", 4), 4, 0x6100)
    return s, "paging_init", ["a module lies below 0x7C00", "entries of Multiboot mmap"]


def module_over_the_kernel(s):
    k = s.kernel
    s.at("start_kernel").put(k.info("BI_MODULE_COUNT"), 4, 1)
    s.put(k.info("BI_MODULE"), 4, 0x101000).put(k.info("BI_MODULE", 4), 4, 0x102000)
    return s, "panic", ["Module 0 (\"\") lies at 0x00101000 to 0x00102000, over the kernel image"]


def module_that_ends_before_it_starts(s):
    k = s.kernel
    s.at("start_kernel").put(k.info("BI_MODULE_COUNT"), 4, 1)
    s.put(k.info("BI_MODULE"), 4, 0x800000).put(k.info("BI_MODULE", 4), 4, 0x700000)
    return s, "panic", ["ends at 0x00700000, before its start at 0x00800000"]


def more_modules_than_can_be_kept(s):
    s.at("start_kernel").put(s.kernel.info("BI_MODULE_COUNT"), 4, 33)
    return s, "panic", ["The loader brought 33 modules, and only 32 can be kept track of."]


def command_line_over_the_kernel(s):
    s.at("start_kernel").put(s.kernel.info("BI_COMMAND_LINE_PA"), 4, 0x100800)
    return s, "panic", ["put the command line at 0x00100800, over the kernel image"]


def e820_missing(s):
    s.at("rm_e820.call").patch("rm_e820.call", 0, 2, FAIL)
    return s, "paging_init", ["0 E820 entries ended by carry", "entries of Multiboot mmap"]


def e820_without_signature(s):
    s.at("rm_e820.call").patch("rm_e820.call", 0, 2, IGNORE)
    return s, "paging_init", ["0 E820 entries not answered", "entries of Multiboot mmap"]


def e820_fails_half_way(s):
    s.at("rm_e820.call").at("rm_e820.call").fail_now("rm_e820.call")
    return s, "paging_init", ["1 E820 entries ended by carry", "entries of Multiboot mmap"]


def e820_ends_by_carry(s):
    for _ in range(6):
        s.at("rm_e820.call")
    s.fail_now("rm_e820.call")
    return s, "paging_init", ["5 E820 entries ended by carry", "from 5 entries of E820"]


def answer_e820(s, size, attributes):
    """
    The BIOS's six entries as @size bytes each; the third becomes a reserved MiB at 32 MiB that has these
    attributes if the size has room for them.
    """
    for number in range(6):
        entry = RM_E820 + number * s.kernel.offset("E820_ENTRY_SIZE")
        s.at("rm_e820.call", 2).reg("ecx", size)
        if number == 2:
            s.put(entry, 4, 0x2000000).put(entry + 8, 4, 0x100000).put(entry + 16, 4, RESERVED)
        if size == 24:
            s.put(entry + 20, 4, attributes if number == 2 else 1)
    return s.words(SUITES)


def e820_of_20_bytes(s):
    return answer_e820(s, 20, 0), SHUTDOWN, ["6 entries of E820 (0 dropped), 64060 KiB of RAM", ALL_WELL]


def e820_of_24_bytes(s):
    return answer_e820(s, 24, 1), SHUTDOWN, ["6 entries of E820 (0 dropped), 64060 KiB of RAM", ALL_WELL]


def e820_of_24_bytes_with_an_entry_to_ignore(s):
    return answer_e820(s, 24, 2), SHUTDOWN, ["6 entries of E820 (1 dropped), 65084 KiB of RAM", ALL_WELL]


def e820_of_19_bytes(s):
    s.at("rm_e820.call", 2).reg("ecx", 19)
    return s, "paging_init", ["0 E820 entries not answered", "entries of Multiboot mmap"]


def without_lists(s):
    """Neither the BIOS nor the loader gives a list."""
    s.at("realmode_probe").put(s.kernel.info("BI_MMAP_COUNT"), 4, 0)
    s.put(s.kernel.info("BI_LOADER_FLAGS"), 4, 0)
    return s.at("rm_e820.call").patch("rm_e820.call", 0, 2, FAIL)


def only_e801(s):
    return without_lists(s), "paging_init", ["entries of E801"]


def only_e801_in_ax_and_bx(s):
    without_lists(s).at("rm_e801.call", 2)
    s.reg("ecx", 0).reg("edx", 0)
    return s, "paging_init", ["entries of E801"]


def only_88h(s):
    without_lists(s).patch("rm_e801.call", 0, 2, FAIL)
    return s, "paging_init", ["entries of int 15h 88h"]


def answer_88h(s, kib):
    """An old BIOS whose 88h stops at @kib, on a machine with 64 MiB."""
    without_lists(s).patch("rm_e801.call", 0, 2, FAIL).at("rm_ext88.call", 2)
    return s.reg("eax", kib).words(SUITES)


def ext88_that_stops_at_15_mib(s):
    return answer_88h(s, 15 << 10), SHUTDOWN, ["00100000-00ffffff  RAM", "of int 15h 88h (0 dropped), 15996",
                                               ALL_WELL]


def ext88_that_stops_at_63_mib(s):
    return answer_88h(s, 63 << 10), SHUTDOWN, ["00100000-03ffffff  RAM", "of int 15h 88h (0 dropped), 65148",
                                               ALL_WELL]


def put_ebda(s, segment, base_kib):
    """Behind the stub's back, so that the BIOS still finds its own: what the two words at 40Eh and 413h say."""
    s.at("paging_start").put(BDA_EBDA, 2, segment).put(BDA_BASE_KIB, 2, base_kib)
    return s.words(SUITES)


def ebda_of_127_kib(s):
    return put_ebda(s, 0x8000, 512), SHUTDOWN, ["EBDA 126976,", ALL_WELL]


def ebda_with_a_hook_below_it(s):
    return put_ebda(s, 0x9800, 576), SHUTDOWN, ["EBDA 61440,", ALL_WELL]


def ebda_that_base_memory_does_not_leave_out(s):
    return put_ebda(s, 0x9000, 640), SHUTDOWN, ["EBDA 61440,", ALL_WELL]


def ebda_at_an_address_that_makes_no_sense(s):
    return put_ebda(s, 0x0040, 639), SHUTDOWN, ["BIOS data 4096, page tables", ALL_WELL]


def no_ebda(s):
    """Base memory up to the video memory, as int 12h says too: all 640 KiB are RAM."""
    without_lists(s.at("multiboot_entry").put(BDA_BASE_KIB, 2, 640))
    return put_ebda(s, 0, 640), SHUTDOWN, ["00000000-0009ffff  RAM", "BIOS data 4096, page tables", ALL_WELL]


def no_map_at_all(s):
    without_lists(s).patch("rm_e801.call", 0, 2, FAIL).patch("rm_ext88.call", 0, 2, FAIL)
    return s, "panic", ["memory"]


def shut_a20(s):
    """The BIOS shuts A20 before the stub looks: mov ax, 2400h; int 15h; jmp rm_a20."""
    back = (s.kernel["rm_a20"] - (SCRATCH + 8)) & 0xFFFF
    s.at("rm_a20").put(SCRATCH, 4, 0xCD2400B8).put(SCRATCH + 4, 2, 0xE915)
    return s.put(SCRATCH + 6, 2, back).reg("eip", SCRATCH)


def without_bios_a20(s):
    return shut_a20(s).patch("rm_a20_open.by_bios", 1, 1, 0x03)          # 2403h only asks


def without_port_92(s):
    return without_bios_a20(s).patch("rm_a20_open.by_port_92", 3, 1, 0)  # or al, 0


def a20_by_bios(s):
    return shut_a20(s), "paging_init", ["A20 opened by int 15h 2401h"]


def a20_by_port_92(s):
    return without_bios_a20(s), "paging_init", ["A20 opened by port 92h"]


def a20_by_keyboard_controller(s):
    return without_port_92(s), "paging_init", ["A20 opened by the keyboard controller"]


def without_keyboard_controller(s):
    return without_port_92(s).patch("rm_a20_keyboard.lines", 1, 1, 0xDD)    # all lines high but A20


def a20_by_port_ee(s):
    """
    Bochs has no such port. Once the instruction is seen to be the read of it, what a chipset does then is
    done instead of it: mov ax, 2401h; int 15h; jmp behind the read.
    """
    chipset = SCRATCH + 0x40        # not where shut_a20() has run
    back = (s.kernel["rm_a20_open.port_ee_read"] - (chipset + 8)) & 0xFFFF
    without_keyboard_controller(s).at("rm_a20_open.by_port_ee").put(chipset, 4, 0xCD2401B8)
    s.put(chipset + 4, 2, 0xE915).put(chipset + 6, 2, back).reg("eip", chipset)
    return s, "paging_init", ["in al, 0xee", "A20 opened by port EEh"]


def a20_stays_shut(s):
    return without_keyboard_controller(s), "rm_a20_shut.halt", [
        "The A20 gate stays shut", "2401h, port 92h, the keyboard controller and port EEh were tried"]


CASES = (not_multiboot, no_bios, module_where_the_stub_goes, module_over_the_kernel,
         module_that_ends_before_it_starts, more_modules_than_can_be_kept,
         command_line_over_the_kernel, e820_missing, e820_without_signature, e820_fails_half_way,
         e820_ends_by_carry, e820_of_20_bytes, e820_of_24_bytes, e820_of_24_bytes_with_an_entry_to_ignore,
         e820_of_19_bytes, only_e801, only_e801_in_ax_and_bx, only_88h, ext88_that_stops_at_15_mib,
         ext88_that_stops_at_63_mib, no_map_at_all, ebda_of_127_kib, ebda_with_a_hook_below_it,
         ebda_that_base_memory_does_not_leave_out, ebda_at_an_address_that_makes_no_sense, no_ebda,
         a20_by_bios, a20_by_port_92, a20_by_keyboard_controller, a20_by_port_ee, a20_stays_shut)


# --- the run --------------------------------------------------------------------------------------

def run_case(case, iso, kernel):
    """Gives what is wrong, or an empty string."""
    directory = f"{DIRECTORY}/{case.__name__}"
    config, _ = bochs_pc.write_config(directory, iso)
    script, last, words = case(Script(kernel))
    if last == SHUTDOWN:
        script.lines += ["c"]
    else:
        script.at(last)
    if last == "panic":         # the words come after: let it print, with a time limit in ticks
        script.lines += ["sb 40000000", "c"]
    printed, status = bochs_pc.run_script(directory, config, script.lines + ["q"], LIMIT)
    with open(f"{directory}/com1.txt", encoding="latin-1") as file:
        serial = file.read()
    missing = [word for word in words if word not in serial + printed]
    if missing:
        return f"the log does not say {missing}; it ends in {serial[-300:]!r}"
    if last not in ("panic", SHUTDOWN) and status != 0:
        return f"Bochs left with {status}; it printed {printed[-300:]!r}"
    return ""


def main():
    iso, elf = sys.argv[1:] or ("build/flagstone.iso", "build/flagstone.elf")
    kernel = Kernel(elf)
    failed = 0
    print(f"TAP version 14\n1..{len(CASES)}")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = pool.map(lambda case: run_case(case, iso, kernel), CASES)
        for number, (case, wrong) in enumerate(zip(CASES, answers), 1):
            if wrong:
                failed += 1
                print(f"# {wrong}")
            print(f"{'not ok' if wrong else 'ok'} {number} {case.__name__}", flush=True)
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    bochs_pc.main_guard(main)
