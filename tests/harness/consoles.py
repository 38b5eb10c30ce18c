# SPDX-License-Identifier: MIT
"""
A kernel whose consoles are missing one by one, and a person at the keyboard and the screen: keys come
from QEMU's PS/2 keyboard, answers are read off the video memory.
"""
import os
import re
import socket
import subprocess
import tempfile
import time

from harness.machine import TOP, Outcome, Machine, converse, kill_group, run, write_log

SCREEN, ROWS, COLUMNS = 0xB8000, 25, 80
QCODES = {" ": "spc", "\n": "ret", "\b": "backspace", "-": "minus",
          "=": "equal"}


class Monitor:
    """QEMU's monitor on a socket in a folder of its own."""

    def __init__(self, path, deadline):
        self.socket = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self.socket.connect(path)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        self.socket.settimeout(10)
        self.read()

    def read(self):
        text = b""
        while not text.endswith(b"(qemu) "):
            text += self.socket.recv(4096)
        return text

    def command(self, line):
        self.socket.sendall(line.encode() + b"\n")
        return self.read()

    def type(self, text):
        for key in text:
            name = QCODES.get(key) or (f"shift-{key.lower()}" if key.isupper() else key)
            self.command(f"sendkey {name} 20")
            time.sleep(0.06)        # the key has to be up before it can go down again


def read_screen(monitor, folder):
    path = os.path.join(folder, "screen")
    monitor.command(f'pmemsave {SCREEN:#x} {ROWS * COLUMNS * 2} "{path}"')
    with open(path, "rb") as file:
        text = file.read()[::2].decode("cp437")
    return "\n".join(text[i * COLUMNS:(i + 1) * COLUMNS].rstrip() for i in range(ROWS))


def wait_for(monitor, folder, wanted, deadline):
    """The screen, once it shows the text. None: it never did."""
    while time.monotonic() < deadline:
        screen = read_screen(monitor, folder)
        if wanted in screen:
            return screen
        time.sleep(0.1)
    return None


def person_at_the_screen(log, limit=40):
    """No serial line at all: typing "page 256" with a mistake in it, and reading the answer."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "monitor")
        command = Machine(ram=32, media="kernel", append="").command()
        command[command.index("-serial") + 1] = "none"
        command[command.index("-monitor") + 1] = f"unix:{path},server=on,wait=off"
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, start_new_session=True, cwd=TOP)
        deadline, detail, screen = time.monotonic() + limit, "", None
        try:
            monitor = Monitor(path, deadline)
            if wait_for(monitor, folder, "flagstone>", deadline):
                monitor.type("pagge\b\be 256\n")
                screen = wait_for(monitor, folder, "frame 0x100 at physical 0x00100000", deadline)
                detail = "" if screen else "the screen never showed the answer to \"page 256\""
            else:
                detail = "the screen never showed the prompt"
            write_log(log, command, Outcome(0, screen or read_screen(monitor, folder)))
        finally:
            kill_group(process)
            process.wait()
    return detail


def without(option, value):
    """A boot that lacks a device: the self-tests must end as always."""
    def work(log):
        command = Machine(ram=32, media="kernel", append="selftest=traps").command()
        if option in command:
            command[command.index(option) + 1] = value
        else:
            command += [option, value]
        outcome = run(command, 40, log)
        return "" if outcome.status == 33 else f"exit status {outcome.status}, wanted 33"
    return work


# What an entry of GRUB's menu must lead to, by its words for the kernel.
MENU = {"": "flagstone> ", "bootalloc=memblock": "bootalloc: memblock serves",
        "selftest=all": r"# Totals: pass:[1-9]\d* fail:0 ", "memtest=1": "memtest: no errors",
        "realmode=off": "e820: .* Multiboot", "trace=bootmem": "bootmem: .* bytes at a multiple of"}


def flat_menu():
    """grub.cfg without its submenu's frame, for in there GRUB waits for a key; and (title, words) of its entries."""
    with open(f"{TOP}/grub.cfg", encoding="utf-8") as file:
        config = file.read()
    head, _, inner = config.partition("submenu ")
    config = head + inner.partition("{\n")[2].rstrip()[:-1]
    return config, re.findall(r'menuentry "(.*)" \{\s*multiboot \$image ?(.*)', config)


def menu(log):
    """Each entry of GRUB's menu boots the kernel with its words, and what they promise happens."""
    config, entries = flat_menu()
    folder, wrong = log[:-len(".log")], []
    os.makedirs(folder, exist_ok=True)
    stages = [words[len("break="):] for _, words in entries if words.startswith("break=")]
    if {words for _, words in entries} - {f"break={stage}" for stage in stages} != set(MENU) or not stages:
        return f"grub.cfg's entries are not the ones that are known here: {entries}"
    for number, (title, words) in enumerate(entries):
        image = f"{folder}/menu.iso"
        with open(f"{folder}/menu.cfg", "w", encoding="utf-8") as file:
            file.write(config.replace("set timeout=2", "set timeout=0")
                       .replace("set default=0", f'set default="{number}"'))
        run(["tools/mkiso", image, "build/flagstone.elf", f"{folder}/menu.cfg"], 30)
        command = Machine(ram=8, append="").command()
        command[command.index("-cdrom") + 1] = image
        talk = [] if words == "selftest=all" else [("flagstone> ", "poweroff\n")]
        outcome = converse(command, talk, 40, f"{folder}/{number}.log")
        says = f'command line "{words}"', MENU.get(words, "flagstone> ")
        if outcome.status not in (0, 33) or not all(re.search(word, outcome.text) for word in says):
            wrong.append(f"{number} \"{title}\": status {outcome.status}, {outcome.errors} wanted {says}")
    return "\n".join(wrong)


def screenshots(log):
    """tools/screenshots takes each picture that it promises: a PNG of a screen that is not empty."""
    folder = f"{log[:-len('.log')]}"
    os.makedirs(folder, exist_ok=True)
    outcome = run(["tools/screenshots", "build/flagstone.elf", folder], 90, log)
    if outcome.status != 0:
        return f"exit status {outcome.status}"
    for name in ("map.png", "map-2m.png", "buddy.png", "slab.png", "frag.png", "layout.png"):
        with open(f"{folder}/{name}", "rb") as file:
            picture = file.read()
        if not picture.startswith(b"\x89PNG") or len(picture) < 4000:
            return f"{name} is no picture of a full screen ({len(picture)} bytes)"
    return ""


def all_checks():
    """(name, function of a log file that gives what was wrong, seconds)"""
    return [("console/keyboard-and-screen", person_at_the_screen, 4),
            ("console/no-screen", without("-vga", "none"), 2),
            ("console/screenshots", screenshots, 5), ("console/grub-menu", menu, 45),
            ("console/no-serial-line", without("-serial", "none"), 2)]
