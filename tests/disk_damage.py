#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
tests/disk_damage.py - what the loader of floppy and disk says of damage, and what it does with keys

Each case changes an image or the machine, boots it, and looks for the words on the serial line and in the
video memory, which QEMU's monitor saves. Sectors that cannot be read are QEMU's blkdebug, on the disk
only: QEMU's floppy controller says that they went well. Prints TAP; images, screens and serial texts stay
in build/test/disk_damage/.
"""
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tools"))
from harness.consoles import QCODES                                     # noqa: E402
from harness.machine import kill_group, make_medium                     # noqa: E402
import bochs_pc                                                         # noqa: E402

FOLDER = "build/test/disk_damage"
KERNEL = "build/flagstone.elf"
SECTOR, KERNEL_SECTOR = 512, 8
SCREEN, SCREEN_SIZE = 0xB8000, 4000
LIMIT = 40                      # seconds until the words must be there; they take 2


def changed_byte(image):
    at = (KERNEL_SECTOR + 100) * SECTOR + 17
    image[at] ^= 0x40
    return image


def cut_off(sector):
    def change(image):
        return image[:sector * SECTOR]
    return change


def whole(image):
    return image


def a20_seems_shut(image):
    """The loader's look past 1 MiB, cmp ax, [es:word + 10h], becomes a look at the word itself."""
    at = image.index(b"\x26\x3b\x06")
    image[at] = 0x90
    image[at + 3:at + 5] = (int.from_bytes(image[at + 3:at + 5], "little") - 0x10).to_bytes(2, "little")
    return image


def no_answer_to_88h(image):
    """The loader's own call, mov ah, 88h; int 15h, becomes stc."""
    at = image.index(b"\xb4\x88\xcd\x15")
    image[at:at + 4] = b"\xf9\x90\x90\x90"
    return image


def too_little(there):
    """The loader's sentence where there are so many KiB above 1 MiB."""
    needs = (bochs_pc.Symbols(KERNEL)["_end"] - 0xC0100000 + 1023) // 1024
    return [f"This kernel needs {needs} KiB above 1 MiB, and there are {there}: "
            f"{needs - there} KiB are missing."]


@dataclass
class Case:
    name: str
    words: list                                     # that must be seen
    medium: str = "floppy"
    change: object = whole
    ram: str = "16M"
    bad: dict = field(default_factory=dict)         # sector: "once" or "always"; its reads fail
    typed: str = ""                                 # at the loader's prompt, called by a key


KEYS = "mem=8m selftest=e820"
SLOW_DRIVE = 150               # sectors a second, for a person to have time for a key: 5 seconds in all
CASES = [
    Case("a_changed_byte_is_noticed", ["is damaged: its checksum is"], change=changed_byte),
    Case("a_sector_that_is_not_there_is_named",
         ["The disk cannot be read, BIOS status 00", "h, sector 200"], "disk", cut_off(200)),
    Case("a_loader_that_is_not_there_is_named", ["Disk read error ", ", sector 0042"], "disk", cut_off(66)),
    Case("without_memory_all_is_missing", too_little(0), ram="1M"),
    Case("too_little_memory_is_counted_by_the_bios", too_little(128), ram="1152K"),
    Case("without_the_bios_it_is_counted_by_trying", too_little(128), "disk", no_answer_to_88h, ram="1152K"),
    Case("enough_memory_is_found_by_trying", ["# Totals: pass:"], "disk", no_answer_to_88h),
    Case("a_gate_that_stays_shut_is_told", ["The A20 gate stays shut"], change=a20_seems_shut),
    Case("a_disk_is_read_again_where_it_failed_once", ["# Totals: pass:"], "disk", bad={300: "once"}),
    Case("a_bad_sector_of_a_disk_is_named", ["The disk cannot be read, BIOS status 00", "h, sector 301"],
         "disk", bad={301: "always"}),
    Case("a_bad_sector_of_the_loader_is_named", ["Disk read error 00", ", sector 0041"], "disk",
         bad={0x41: "always"}),
    Case("words_typed_at_a_key_go_to_the_kernel",
         [f'command line "{KEYS}"', "paging: 8192 KiB of lowmem", "# Totals: pass:"],
         typed=KEYS[:3] + "oops\b\b\b\b" + KEYS[3:] + "\n"),
    Case("enter_alone_clears_the_words", ['command line ""', "flagstone> "], typed="\n"),
]


def blkdebug(case, image):
    """The image as a drive, behind a filter that fails reads of the bad sectors."""
    if not case.bad:
        return f"format=raw,file={image},snapshot=on"
    path = f"{FOLDER}/{case.name}.blkdebug"
    with open(path, "w", encoding="ascii") as file:
        for sector, when in case.bad.items():
            once = "on" if when == "once" else "off"
            file.write(f'[inject-error]\nevent = "read_aio"\nerrno = "5"\nsector = "{sector}"\n'
                       f'once = "{once}"\nimmediately = "off"\n')
    return f"format=raw,file=blkdebug:{path}:{image}" + ",rerror=report"


def machine(case, image):
    kind = "if=floppy" if case.medium == "floppy" else "if=ide"
    kind += f",throttling.iops-total={SLOW_DRIVE}" if case.typed else ""
    return ["qemu-system-i386", "-M", "isapc", "-cpu", "486", "-m", case.ram, "-drive",
            f"{blkdebug(case, image)},{kind}", "-display", "none", "-monitor", "stdio",
            "-serial", f"file:{FOLDER}/{case.name}.serial"]


def monitor(process, line):
    process.stdin.write(line.encode() + b"\n")
    process.stdin.flush()


def press(process, keys):
    for key in keys:
        name = QCODES.get(key) or (f"shift-{key.lower()}" if key.isupper() else key)
        monitor(process, f"sendkey {name} 20")
        time.sleep(0.06)            # the key has to be up before it can go down again


def contents(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


def look(process, name):
    """The text on the screen now, of which every other byte is a character, and all of the serial line's."""
    path = f"{FOLDER}/{name}.screen"
    if os.path.exists(path):
        os.remove(path)
    monitor(process, f"pmemsave {SCREEN:#x} {SCREEN_SIZE} {path}")
    time.sleep(0.3)
    return contents(path)[::2].decode("cp437") + contents(f"{FOLDER}/{name}.serial").decode("latin-1")


def run_case(case):
    image = f"{FOLDER}/{case.name}.img"
    with open(image, "wb") as file:
        file.write(case.change(bytearray(contents(
            make_medium(case.medium, KERNEL, "", "selftest=e820")))))
    process = subprocess.Popen(machine(case, image), stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    end, text = time.monotonic() + LIMIT, ""
    talk = [("a key stops for options", "x"), ("Words for the kernel: ", case.typed)] if case.typed else []
    while time.monotonic() < end and process.poll() is None and not all(w in text for w in case.words):
        text = look(process, case.name)
        if talk and talk[0][0] in text:
            press(process, talk.pop(0)[1])
    kill_group(process)
    process.wait()
    missing = [word for word in case.words if word not in text]
    return f"not seen: {missing}, in {' '.join(text.split())[-600:]!r}" if missing else ""


def main():
    os.makedirs(FOLDER, exist_ok=True)
    failed = 0
    print(f"TAP version 14\n1..{len(CASES)}")
    for number, case in enumerate(CASES, 1):
        wrong = run_case(case)
        failed += bool(wrong)
        if wrong:
            print(f"# {wrong}")
        print(f"{'not ok' if wrong else 'ok'} {number} {case.name}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    sys.exit(main())
