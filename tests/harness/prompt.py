# SPDX-License-Identifier: MIT
"""
A machine at whose prompt a test types: one command, its answer, the next command by that answer.
"""
import os
import select
import subprocess
import sys
import time

PROMPT = "flagstone> "


class Tap:
    """Counts, and prints a line for each test, with what was seen above it when it failed."""

    def __init__(self):
        self.passed = self.failed = 0
        print("TAP version 14")

    def expect(self, what, ok, got=""):
        self.passed, self.failed = self.passed + bool(ok), self.failed + (not ok)
        if not ok:
            print("\n".join(f"# {line}" for line in str(got).splitlines()[-20:]))
        print(f"{'ok' if ok else 'not ok'} {self.passed + self.failed} {what}", flush=True)

    def done(self):
        """The exit status."""
        print(f"1..{self.passed + self.failed}\n{self.passed} passed, {self.failed} failed")
        return int(bool(self.failed) or not self.passed)


class Prompt:
    """QEMU with the kernel's serial line on two pipes."""

    def __init__(self, elf, append="", ram=64, more=()):
        self.process = subprocess.Popen(
            ["qemu-system-i386", "-m", str(ram), "-kernel", elf, "-append", append, "-display", "none",
             "-serial", "stdio", "-monitor", "none", "-no-reboot", *more],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        os.set_blocking(self.process.stdout.fileno(), False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def read(self, until=PROMPT, limit=60):
        """Text up to `until`, or what came before the end of time or of the machine."""
        data, end = bytearray(), time.monotonic() + limit
        chunk, wanted = b" ", until.encode()
        while chunk != b"" and time.monotonic() < end:
            select.select([self.process.stdout], [], [], 1)
            chunk = self.process.stdout.read()
            data += chunk or b""
            if chunk and data.find(wanted, max(len(data) - len(chunk) - len(wanted), 0)) >= 0:
                break
        return data.decode("latin-1").replace("\r", "")

    def ask(self, command, until=PROMPT, limit=60):
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()
        return self.read(until, limit)


def elf_from_arguments():
    return sys.argv[1] if len(sys.argv) > 1 else "build/flagstone.elf"
