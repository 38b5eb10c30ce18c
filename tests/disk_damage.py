#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
tests/disk_damage.py - what the loader of floppy and disk says of damage, read off QEMU's screen

Each case changes an image or the machine, boots it, and looks for the words in the video memory, which
QEMU's monitor saves. Prints TAP; the images and screens stay in build/test/disk_damage/.
"""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tools"))
from harness.machine import kill_group, make_medium                     # noqa: E402

FOLDER = "build/test/disk_damage"
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


# Name, medium, what is done to it, MiB, the words wanted
CASES = [
    ("a_changed_byte_is_noticed", "floppy", changed_byte, 16, ["is damaged: its checksum is"]),
    ("a_sector_that_is_not_there_is_named", "disk", cut_off(200), 16,
     ["The disk cannot be read, BIOS status 00", "h, sector 200"]),
    ("a_loader_that_is_not_there_is_named", "disk", cut_off(66), 16, ["Disk read error ", ", sector 0042"]),
    ("too_little_memory_is_counted", "floppy", whole, 1, ["This kernel needs ", "the BIOS counts "]),
]


def machine(medium, image, ram):
    drive = f"format=raw,file={image},snapshot=on"
    kind = "if=floppy" if medium == "floppy" else "if=ide"
    return ["qemu-system-i386", "-M", "isapc", "-cpu", "486", "-m", str(ram), "-drive", f"{drive},{kind}",
            "-display", "none", "-serial", "none", "-monitor", "stdio"]


def look(process, path):
    """The text on the screen now: every other byte is a character."""
    if os.path.exists(path):
        os.remove(path)
    process.stdin.write(f"pmemsave {SCREEN:#x} {SCREEN_SIZE} {path}\n".encode())
    process.stdin.flush()
    time.sleep(0.3)
    try:
        with open(path, "rb") as file:
            return file.read()[::2].decode("cp437")
    except FileNotFoundError:
        return ""


def run_case(name, medium, change, ram, words):
    with open(make_medium(medium, "build/flagstone.elf", "", "selftest=all"), "rb") as file:
        data = bytearray(file.read())
    image, screen = f"{FOLDER}/{name}.img", f"{FOLDER}/{name}.screen"
    with open(image, "wb") as file:
        file.write(change(data))
    process = subprocess.Popen(machine(medium, image, ram), stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    end, text = time.monotonic() + LIMIT, ""
    while time.monotonic() < end and process.poll() is None and not all(w in text for w in words):
        text = look(process, screen)
    kill_group(process)
    process.wait()
    missing = [word for word in words if word not in text]
    return f"the screen does not say {missing}: {' '.join(text.split())!r}" if missing else ""


def main():
    os.makedirs(FOLDER, exist_ok=True)
    failed = 0
    print(f"TAP version 14\n1..{len(CASES)}")
    for number, case in enumerate(CASES, 1):
        wrong = run_case(*case)
        failed += bool(wrong)
        if wrong:
            print(f"# {wrong}")
        print(f"{'not ok' if wrong else 'ok'} {number} {case[0]}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    sys.exit(main())
