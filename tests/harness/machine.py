# SPDX-License-Identifier: MIT
"""
Running things under a time limit, and QEMU among them. Everything a run prints is kept in a log file
whose first line is the command.
"""
import hashlib
import os
import shlex
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OUT = "build/test"
sys.path.insert(0, os.path.join(TOP, "tools"))
MODULE_LOCK = threading.Lock()


@dataclass
class Outcome:
    status: object              # exit status, or None at the time limit
    text: str                   # what came on stdout
    errors: str = ""            # what came on stderr


def kill_group(process):
    """End a child and all it started; it leads a process group of its own."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def write_log(log, command, outcome):
    os.makedirs(os.path.dirname(log), exist_ok=True)
    with open(log, "w", encoding="utf-8") as file:
        file.write(f"$ {shlex.join(command)}\n{outcome.text}")
        if outcome.errors:
            file.write(f"\n--- stderr\n{outcome.errors}")
        file.write(f"\n--- status {outcome.status}\n")


def run(command, limit, log=None, env=None, cwd=TOP):
    """Run to the end or to the time limit (in seconds), stdin empty."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, start_new_session=True, cwd=cwd,
                               env={**os.environ, **(env or {})})
    try:
        out, err = process.communicate(timeout=limit)
        status = process.returncode
    except subprocess.TimeoutExpired:
        kill_group(process)
        out, err = process.communicate()
        status = None
    outcome = Outcome(status, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))
    if log:
        write_log(log, command, outcome)
    return outcome


def converse(command, talk, limit, log):
    """
    Run with a dialogue on stdin and stdout: talk is a list of (wait for this text, then send that).
    Each wait starts behind the text that the one before it found.
    """
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, start_new_session=True, cwd=TOP)
    timed_out = threading.Event()

    def stop():
        timed_out.set()
        kill_group(process)
    timer = threading.Timer(limit, stop)
    timer.start()
    seen, at, steps = b"", 0, list(talk)
    while chunk := os.read(process.stdout.fileno(), 65536):
        seen += chunk
        while steps and (found := seen.find(steps[0][0].encode(), at)) >= 0:
            wait_for, send = steps.pop(0)
            at = found + len(wait_for)
            try:
                os.write(process.stdin.fileno(), send.encode())
            except BrokenPipeError:
                break
    status = process.wait()
    timer.cancel()
    process.stdin.close()
    outcome = Outcome(None if timed_out.is_set() else status, seen.decode("utf-8", "replace"))
    if steps:
        outcome.errors = f'never saw "{steps[0][0]}" behind byte {at}\n'
    write_log(log, command, outcome)
    return outcome


# --- machines ---------------------------------------------------------------------------------

@dataclass
class Machine:
    """A PC as QEMU makes it, and how the kernel gets onto it."""
    kernel: str = "build/flagstone.elf"
    ram: int = 64               # MiB
    cpu: str = "max"
    machine: str = "pc"
    media: str = "iso"          # "floppy", "disk", "usb", or "kernel": loaded by QEMU itself
    append: str = "selftest=all"
    module: str = ""            # a file that QEMU brings as Multiboot module 0
    grub: str = ""              # GRUB commands before the kernel is loaded
    exit_port: bool = True      # isa-debug-exit; poweroff ends a machine without it, with status 0

    def command(self):
        leave = ["-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"] if self.exit_port else []
        return ["qemu-system-i386", "-M", self.machine, "-cpu", self.cpu, "-m", str(self.ram),
                *self.boot_options(), "-display", "none", "-serial", "stdio", "-monitor", "none",
                "-no-reboot", *leave]

    def boot_options(self):
        if self.media == "kernel":
            module = ["-initrd", self.module] if self.module else []
            return ["-kernel", self.kernel, "-append", self.append, *module]
        image = make_medium(self.media, self.kernel, self.grub, self.append)
        drive = f"format=raw,file={image},snapshot=on"
        floppy = ["-drive", f"{drive},if=floppy"]
        if self.machine == "q35":       # whose board has no controller of its own
            floppy = ["-device", "isa-fdc", "-drive", f"{drive},if=none,id=fd", "-device", "floppy,drive=fd"]
        return {"iso": ["-cdrom", image],
                "floppy": [*floppy, "-boot", "a"],
                "disk": ["-drive", f"{drive},if=ide", "-boot", "c"],
                "usb": ["-usb", "-device", "usb-storage,drive=stick",
                        "-drive", f"{drive},if=none,id=stick"]}[self.media]


def make_medium(media, kernel, grub, append):
    """An ISO whose GRUB does just this, or a disk of our own. Equal wishes share one file."""
    config = f"set timeout=0\n{grub}\nmultiboot /boot/flagstone.elf {append}\nboot\n"
    kind = {"iso": "iso", "floppy": "floppy"}.get(media, "disk")
    with open(os.path.join(TOP, kernel), "rb") as file:
        name = hashlib.sha256(file.read() + config.encode()).hexdigest()[:16]
    base = os.path.join(TOP, OUT, "media", name)
    image = f"{base}.{kind}"
    with MODULE_LOCK:
        if not os.path.exists(image):
            os.makedirs(os.path.dirname(base), exist_ok=True)
            with open(base + ".cfg", "w", encoding="utf-8") as file:
                file.write(config)
            command = (["tools/mkiso", image, kernel, base + ".cfg"] if kind == "iso"
                       else [sys.executable, "tools/mkdisk", kind, image, kernel, append])
            subprocess.run(command, cwd=TOP, check=True, stdout=subprocess.DEVNULL)
    return os.path.relpath(image, TOP)


def run_bochs(log, ram, cpu, append, limit, media="iso"):
    """A boot in Bochs, without stops. Gives COM1's text and whether Bochs was told to end."""
    import bochs_pc             # pylint: disable=import-outside-toplevel
    folder = log[:-len(".log")]
    config, _ = bochs_pc.write_config(folder,
                                      make_medium(media, "build/flagstone.elf", "", append),
                                      ram, cpu, media=media)
    text, status = bochs_pc.run_script(folder, config, ["c"], limit)
    with open(f"{folder}/com1.txt", encoding="utf-8", errors="replace") as file:
        serial = file.read()
    write_log(log, ["bochs", "-f", config], Outcome(status, serial, text))
    with open(f"{folder}/bochs.log", encoding="utf-8", errors="replace") as file:
        ended = "shutdown requested" in text + file.read()
    return serial, ended
