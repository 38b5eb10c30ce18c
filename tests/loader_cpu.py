#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
tests/loader_cpu.py - boot sector and loader on an 8086, a 286 and a 386, with disks that fail

The images run from 0000:7C00 on in harness/cpu8086.py, with a BIOS of three calls made here. On an 8086
and a 286 the loader has to say that it needs a 386, and stop; on a 386 it has to come to its first
instruction past the 8086 in silence. Prints TAP.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness.cpu8086 import AX, BX, CF, CPU, CS, CX, DX, ES, SI, DS, Halted, Past8086   # noqa: E402
from harness.machine import make_medium                                 # noqa: E402

SECTOR, BOOT = 512, 0x7C00
STEPS = 1_000_000
TOO_OLD = "This kernel needs a 386 or newer, and this CPU is older."
HELLO = "Flagstone (a key stops for options) "
SECTOR_NOT_FOUND = 0x04
PREFIX_32 = "opcode 66"         # operands of 32 bits: the first thing that load: does
GEOMETRY = {"floppy": (0x00, 80, 2, 18), "disk": (0x80, 32, 16, 63)}


class PC:
    """A CPU, a drive and as much of a BIOS as the code under test calls."""

    def __init__(self, model, medium, bad=None, by_number=False):
        with open(make_medium(medium, "build/flagstone.elf", "", "selftest=all"), "rb") as file:
            self.image = bytearray(file.read())
        self.drive, _, self.heads, self.track = GEOMETRY[medium]
        self.bad = bad or {}            # sector: how many reads of it fail
        self.by_number = by_number
        self.screen, self.resets, self.reads, self.ended = "", 0, [], ""
        self.cpu = CPU(model, self.bios)
        self.cpu.memory[BOOT:BOOT + SECTOR] = self.image[:SECTOR]
        self.cpu.ip, self.cpu.r[DX] = BOOT, self.drive

    def run(self):
        try:
            for _ in range(STEPS):
                self.cpu.step()
            self.ended = "the time limit"
        except Halted:
            self.ended = "HLT"
        except Past8086 as past:
            self.ended = str(past)
        return self

    def bios(self, cpu, number):
        function = cpu.r[AX] >> 8
        if number == 0x10 and function == 0x0E:
            self.screen += chr(cpu.r[AX] & 0xFF)
        elif number == 0x13:
            status = self.disk(cpu, function)
            cpu.set_flag(CF, status)
            cpu.r[AX] = status << 8 | cpu.r[AX] & 0xFF
        else:
            raise Past8086(f"int {number:02X}h, AH = {function:02X}h, which this BIOS has not")

    def disk(self, cpu, function):
        if cpu.r[DX] & 0xFF != self.drive:
            return 0x01
        if function == 0x00:
            self.resets += 1
            return 0
        if function == 0x02:
            cylinder, sector = cpu.r[CX] >> 8 | (cpu.r[CX] & 0xC0) << 2, cpu.r[CX] & 63
            first = (cylinder * self.heads + (cpu.r[DX] >> 8)) * self.track + sector - 1
            return self.read(cpu, first, cpu.r[AX] & 0xFF, cpu.s[ES], cpu.r[BX])
        if function == 0x08:
            cpu.r[CX], cpu.r[DX] = 31 << 8 | self.track, (self.heads - 1) << 8 | 1
            return 0
        if function == 0x41 and self.by_number:
            cpu.r[BX], cpu.r[CX] = 0xAA55, 1
            return 0
        if function == 0x42 and self.by_number:
            count, offset, segment, first = (cpu.load(DS, cpu.r[SI] + at) for at in (2, 4, 6, 8))
            return self.read(cpu, first, count, segment, offset)
        return 0x01

    def read(self, cpu, first, count, segment, offset):
        self.reads.append(first)
        for sector in range(first, first + count):
            if self.bad.get(sector):
                self.bad[sector] -= 1
                return SECTOR_NOT_FOUND
        at = (segment << 4) + offset
        cpu.memory[at:at + count * SECTOR] = self.image[first * SECTOR:(first + count) * SECTOR]
        return 0


# --- cases: each gives what is wrong, or an empty string ------------------------------------------

def wrong(pc, ended, *words):
    missing = [word for word in words if word not in pc.screen]
    if missing or not pc.ended.startswith(ended):
        return f"ended by {pc.ended}, wanted {ended}; the screen: {pc.screen!r}"
    return ""


def too_old(model, medium, **more):
    return lambda: wrong(PC(model, medium, **more).run(), "HLT", HELLO, TOO_OLD)


def new_enough(medium, **more):
    def case():
        pc = PC("386", medium, **more).run()
        return wrong(pc, PREFIX_32, HELLO) or (f"it says {pc.screen!r}" if TOO_OLD in pc.screen else "")
    return case


def four_bad_reads():
    pc = PC("8086", "floppy", bad={3: 4}).run()
    if pc.reads.count(3) != 5 or pc.resets != 4:
        return f"sector 3 was read {pc.reads.count(3)} times with {pc.resets} resets, wanted 5 and 4"
    return wrong(pc, "HLT", TOO_OLD)


def five_bad_reads():
    return wrong(PC("8086", "floppy", bad={3: 5}).run(), "HLT", "Disk read error 0004, sector 0003")


def bad_sector_by_number():
    pc = PC("8086", "disk", bad={66: 9}, by_number=True).run()
    return wrong(pc, "HLT", "Disk read error 0004, sector 0042")


def newer_instructions_are_refused():
    """PUSHA, PUSH imm8, SHL by a constant, LEAVE, Jcc near, an operand of 32 bits, FS:, IMUL."""
    for code in ("60", "6A01", "C0E004", "C9", "0F8400", "6690", "6490", "69C00100"):
        pc = PC("8086", "floppy")
        pc.cpu.memory[BOOT:BOOT + len(code) // 2] = bytes.fromhex(code)
        if not pc.run().ended.startswith(f"opcode {code[:2]} at 0000:7C00"):
            return f"{code} was run: ended by {pc.ended}"
    return ""


def flags_are_told_apart():
    """PUSHF with POPF of 7000h and of 0 before it, on each model."""
    code = bytes.fromhex("B80070509D9C5B" "31C0509D9C59" "F4")
    for model, wanted in (("8086", (0xF000, 0xF000)), ("286", (0, 0)), ("386", (0x7000, 0))):
        pc = PC(model, "floppy")
        pc.cpu.memory[BOOT:BOOT + len(code)] = code
        pc.cpu.r[4] = BOOT
        pc.run()
        if (pc.cpu.r[BX] & 0xF000, pc.cpu.r[CX] & 0xF000) != wanted or pc.cpu.s[CS]:
            return f"{model}: {pc.cpu.r[BX]:04X} and {pc.cpu.r[CX]:04X}"
    return ""


CASES = [("the_interpreter_refuses_newer_instructions", newer_instructions_are_refused),
         ("the_interpreter_tells_models_apart", flags_are_told_apart),
         ("an_8086_is_too_old_for_the_floppy", too_old("8086", "floppy")),
         ("a_286_is_too_old_for_the_floppy", too_old("286", "floppy")),
         ("an_8086_is_too_old_for_the_disk", too_old("8086", "disk")),
         ("a_286_with_a_newer_bios_is_too_old_for_the_disk", too_old("286", "disk", by_number=True)),
         ("a_386_goes_on_from_the_floppy", new_enough("floppy")),
         ("a_386_goes_on_from_the_disk", new_enough("disk")),
         ("a_386_goes_on_from_the_disk_by_number", new_enough("disk", by_number=True)),
         ("a_sector_that_fails_four_times_is_read", four_bad_reads),
         ("a_sector_that_fails_five_times_is_named", five_bad_reads),
         ("a_sector_read_by_number_is_named_too", bad_sector_by_number)]


def main():
    failed = 0
    print(f"TAP version 14\n1..{len(CASES)}")
    for number, (name, case) in enumerate(CASES, 1):
        trouble = case()
        failed += bool(trouble)
        if trouble:
            print(f"# {trouble}")
        print(f"{'not ok' if trouble else 'ok'} {number} {name}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    sys.exit(main())
