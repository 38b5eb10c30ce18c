# SPDX-License-Identifier: MIT
"""
A PC as Bochs makes it: one template for all configurations, the kernel's symbols, and runs of the
debugger by a person or by a script.

Two traps that this file keeps people out of. Bochs's text display writes the guest's screen to a
pseudo terminal of its own, and sleeps in that write for ever, deaf to SIGTERM, when nobody reads
it: Drain reads it, into a file. And a run that goes wrong does not end by itself: run_script kills it.
"""
import collections
import os
import re
import signal
import struct
import subprocess
import sys
import threading
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STOPS = os.path.join(TOP, "boot/stops.txt")

PLUGIN_DIRECTORIES = ("/usr/lib/bochs/plugins", "/usr/lib/x86_64-linux-gnu/bochs/plugins",
                      "/usr/lib/i386-linux-gnu/bochs/plugins", "/usr/local/lib/bochs/plugins")
NEEDED_FILES = (("/usr/share/bochs/BIOS-bochs-latest", "bochsbios"),
                ("/usr/share/bochs/VGABIOS-lgpl-latest", "vgabios"))

# count=1, sync=none: the run depends on nothing outside, so it is the same every time. The lower
# the instructions per second, the fewer of them the BIOS and GRUB spend in waiting for the clock.
TEMPLATE = """\
plugin_ctrl: unmapped=1, biosdev=1, speaker=0, extfpuirq=1, parallel=0, serial=1, iodebug=1
config_interface: textconfig
display_library: {display}
megs: {ram}
cpu: model={cpu}, count=1, ips=4000000, reset_on_triple_fault=0, ignore_bad_msrs=1
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
{medium}
com1: enabled=1, mode=file, dev="{directory}/com1.txt"
port_e9_hack: enabled=1
clock: sync=none
log: "{directory}/bochs.log"
panic: action=fatal
error: action=report
info: action=report
debug: action=ignore
magic_break: enabled=1
"""


# The disk's geometry is tools/mkdisk's.
MEDIA = {
    "iso": 'ata0-master: type=cdrom, path="{image}", status=inserted\nboot: cdrom',
    "floppy": 'floppya: 1_44="{image}", status=inserted\nboot: floppy',
    "disk": 'ata0-master: type=disk, path="{image}", mode=flat, cylinders=32, heads=16, spt=63\n'
            'boot: disk',
}


class Trouble(Exception):
    """Something a person can put right; the text says how."""


def plugin_exists(name):
    return any(os.path.exists(f"{directory}/libbx_{name}_gui.so")
               or os.path.exists(f"{directory}/libbx_{name}.so")
               for directory in PLUGIN_DIRECTORIES)


def pick_display(headless):
    if not headless and os.environ.get("DISPLAY") and plugin_exists("x"):
        return "x"
    if plugin_exists("term"):
        return "term"
    raise Trouble("Bochs cannot show its screen. Install a way with: apt-get install bochs-term")


def write_config(directory, image, ram=64, cpu="pentium", headless=True, media="iso"):
    """Make directory/bochsrc. Gives its path and the display used."""
    for path, package in NEEDED_FILES:
        if not os.path.exists(path):
            raise Trouble(f"{path} is missing. Install it with: apt-get install {package}")
    os.makedirs(directory, exist_ok=True)
    display = pick_display(headless)
    path = f"{directory}/bochsrc"
    with open(path, "w", encoding="utf-8") as file:
        file.write(TEMPLATE.format(directory=directory, medium=MEDIA[media].format(image=image), ram=ram,
                                   cpu=cpu, display=display))
    return path, display


# --- symbols ------------------------------------------------------------------------------------

class Symbols:
    """
    Names and addresses of the kernel image, and the constants that C handed to NASM. Code is linked
    where it runs, low stub included.
    """

    def __init__(self, elf):
        self.elf, self.address = elf, {}
        text = subprocess.run(["nm", elf], check=True, capture_output=True, text=True).stdout
        for line in text.splitlines():
            words = line.split()
            if len(words) == 3 and words[1] in "tTdDbBrR":
                self.address.setdefault(words[2], int(words[0], 16))
        path = os.path.join(os.path.dirname(elf), "asm_offsets.inc")
        with open(path, encoding="utf-8") as file:
            self.constant = {name: int(value) for name, value in
                             re.findall(r"^%define (\w+) (-?\d+)$", file.read(), re.M)}
        self.constant["HIGH"] = self.constant["PAGE_OFFSET"]

    def __getitem__(self, name):
        if name not in self.address:
            raise Trouble(f"{self.elf} has no symbol {name}; is boot/stops.txt out of date?")
        return self.address[name]

    def offset(self, name):
        return self.constant[name]

    def value(self, expression):
        """Symbols, constants and numbers with + and - between them."""
        total = 0
        for sign, word in re.findall(r"([+-]?)([\w.]+)", expression):
            number = (self.constant[word] if word in self.constant
                      else int(word, 0) if word[0].isdigit() else self[word])
            total += -number if sign == "-" else number
        return total & 0xFFFFFFFF

    def fill_in(self, command):
        """A debugger command with its {sums} as addresses."""
        return re.sub(r"{(.*?)}", lambda match: hex(self.value(match.group(1))), command)

    def string_at(self, address):
        """The text at an address of the image as it is in the file."""
        with open(self.elf, "rb") as file:
            image = file.read()
        offset, = struct.unpack_from("<I", image, 28)           # e_phoff
        count, = struct.unpack_from("<H", image, 44)            # e_phnum
        for header in range(count):
            kind, at, va, _, size = struct.unpack_from("<5I", image, offset + 32 * header)
            if kind == 1 and va <= address < va + size:
                start = at + address - va
                return image[start:image.index(b"\0", start)].decode("latin-1")
        return ""

    def stage_call(self, stage):
        """
        The address of the call that enters a stage. A breakpoint there is met once, which one in
        boot_stage() is not: an interrupt that waits returns to the instruction that it came before.
        """
        text = subprocess.run(["objdump", "-d", "--disassemble=start_kernel", self.elf], check=True,
                              capture_output=True, text=True).stdout
        calls = re.findall(r"^([0-9a-f]+):.*call +[0-9a-f]+ <boot_stage>", text, re.M)
        stages = [stop.stage for stop in read_stops() if stop.stage]
        return int(calls[stages.index(stage)], 16)

    def stop_address(self, stop):
        """Where the breakpoint of a stop goes."""
        return self.stage_call(stop.stage) if stop.stage else self[stop.label]

    def source_line(self, stop):
        """FILE:LINE of a stop. The stub is linked where it will be copied to, so labels are sought."""
        if not stop.file.endswith((".asm", ".inc")):
            text = subprocess.run(["addr2line", "-e", self.elf, hex(self.stop_address(stop))],
                                  check=True, capture_output=True, text=True).stdout.split()[0]
            return f"{stop.file}:{text.rpartition(':')[2]}"
        routine, dot, local = stop.label.partition(".")
        wanted = [routine + ":"] + ([dot + local + ":"] if local else [])
        with open(os.path.join(TOP, stop.file), encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.startswith(wanted[0]):
                    wanted.pop(0)
                if not wanted:
                    return f"{stop.file}:{number}"
        raise Trouble(f"{stop.file} does not define {stop.label}; is boot/stops.txt out of date?")

    def write(self, path):
        """The form that Bochs's ldsym reads."""
        with open(path, "w", encoding="utf-8") as file:
            for name, address in sorted(self.address.items(), key=lambda item: item[1]):
                file.write(f"{address:08x} {name}\n")


class Stop(collections.namedtuple("Stop", "label file text look show")):
    """A stop of boot/stops.txt."""

    @property
    def stage(self):
        """The stage that is about to be entered there, or an empty string."""
        return self.label.partition(":")[2]


def read_stops():
    """boot/stops.txt as a list of Stops."""
    stops = []
    with open(STOPS, encoding="utf-8") as file:
        for line in file.read().splitlines():
            if line.startswith(" "):
                kind, text = line.split(None, 1)
                {"look": stops[-1].look, "show": stops[-1].show}[kind].append(text)
            elif line and not line.startswith("#"):
                stops.append(Stop(*line.split(None, 2), [], []))
    return stops


# --- running ------------------------------------------------------------------------------------

class Drain(threading.Thread):
    """Reads what Bochs shows on its pseudo terminal, into a file, until Bochs ends."""

    def __init__(self, pid, path):
        super().__init__(daemon=True)
        self.pid, self.path, self.terminal = pid, path, None

    def find_terminal(self):
        for fd in os.listdir(f"/proc/{self.pid}/fd"):
            try:
                if os.readlink(f"/proc/{self.pid}/fd/{fd}") != "/dev/ptmx":
                    continue
                with open(f"/proc/{self.pid}/fdinfo/{fd}", encoding="utf-8") as file:
                    index = re.search(r"^tty-index:\s*(\d+)", file.read(), re.M)
            except FileNotFoundError:
                continue
            if index:
                return f"/dev/pts/{index.group(1)}"
        return None

    def run(self):
        try:
            while not (terminal := self.find_terminal()):
                time.sleep(0.05)
            source = os.open(terminal, os.O_RDONLY | os.O_NOCTTY)
            self.terminal = terminal
            with open(self.path, "wb", buffering=0) as out:
                while data := os.read(source, 65536):
                    out.write(data)
        except OSError:                 # Bochs is gone, and its terminal with it
            pass


def start(config, rc, **how):
    terminal = {**os.environ, "TERM": os.environ.get("TERM") or "linux"}    # ncurses ends Bochs without one
    return subprocess.Popen(["bochs", "-q", "-f", config, "-rc", rc], env=terminal, **how)


def run_script(directory, config, lines, limit):
    """
    Run Bochs's debugger by a list of commands. Gives what it printed, and its exit status or None
    when it had to be killed after limit seconds.
    """
    rc = f"{directory}/script.rc"
    with open(rc, "w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))
    process = start(config, rc, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT, start_new_session=True)
    Drain(process.pid, f"{directory}/screen.vt").start()
    try:
        out = process.communicate(timeout=limit)[0]
        status = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, status = process.communicate()[0], None
    with open(f"{directory}/debugger.txt", "wb") as file:
        file.write(out)
    return out.decode("latin-1"), status


def main_guard(main):
    """Run a command-line program; trouble is told in one line."""
    try:
        sys.exit(main())
    except Trouble as trouble:
        print(f"{os.path.basename(sys.argv[0])}: {trouble}", file=sys.stderr)
        sys.exit(1)
