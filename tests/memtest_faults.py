#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
tests/memtest_faults.py - does memtest find memory that is broken, and nothing else?

QEMU's gdb stub stops the kernel at memtest_swept(), between two sweeps, when all of memory holds a
pattern. There the case breaks memory as a broken chip would, and lets it go on. Wanted: an error at the
broken address with the broken bits, none elsewhere, the frame set aside, a ledger that closes; and the
memmap= line that memtest printed, given to the next boot, makes the same machine pass.
"""
import concurrent.futures
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tools"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness.machine import kill_group                                  # noqa: E402

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ELF = os.path.join(TOP, "build/flagstone.elf")
LOGS = os.path.join(TOP, "build/test/memtest_faults")
PAGE_OFFSET = 0xC0000000
RAM = 6                         # MiB
LIMIT = 100                     # seconds for a boot; each takes 5
TESTS = "address inversions modulo-20"
WORD = 0x480124                 # free on a machine with 6 MiB
OTHER = 0x4F0FFC
ALIAS = WORD | 1 << 16          # a cell that an address line too few reaches twice


class Gdb:
    """As much of gdb's remote protocol as is wanted. Source: the GDB manual, "Remote Protocol"."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(LIMIT)
        self.connect(path)
        self.file = self.socket.makefile("rb")

    def connect(self, path):
        """QEMU makes the file first and listens a moment later."""
        for _ in range(200):
            try:
                self.socket.connect(path)
                return
            except (FileNotFoundError, ConnectionRefusedError):
                time.sleep(0.05)
        raise TimeoutError("QEMU's gdb stub does not answer")

    def send(self, text):
        data = text.encode()
        self.socket.sendall(b"$%s#%02x" % (data, sum(data) & 255))

    def answer(self):
        while self.file.read(1) not in (b"$", b""):
            pass
        data = b""
        while (char := self.file.read(1)) not in (b"#", b""):
            data += char
        self.file.read(2)
        self.socket.sendall(b"+")
        return data.decode()

    def ask(self, text):
        self.send(text)
        return self.answer()

    def read(self, pa):
        return int.from_bytes(bytes.fromhex(self.ask(f"m{PAGE_OFFSET + pa:x},4")), "little")

    def write(self, pa, value):
        self.ask(f"M{PAGE_OFFSET + pa:x},4:{value.to_bytes(4, 'little').hex()}")


# --- what can be broken: how, where an error may be seen, and which bits of it --------------------

def sound(_):
    """Nothing: memory is in order."""


def stuck_at_0(gdb):
    gdb.write(WORD, gdb.read(WORD) & ~(1 << 3))


def stuck_at_1(gdb):
    gdb.write(OTHER, gdb.read(OTHER) | 1 << 31)


def coupled(gdb):
    """Bit 7 of one word follows bit 5 of another, the wrong way round."""
    bit = ~gdb.read(OTHER) >> 5 & 1
    gdb.write(WORD, gdb.read(WORD) & ~(1 << 7) | bit << 7)


def alias(gdb):
    gdb.write(ALIAS, gdb.read(WORD))


CASES = [(sound, {}), (stuck_at_0, {WORD: 1 << 3}), (stuck_at_1, {OTHER: 1 << 31}),
         (coupled, {WORD: 1 << 7}),
         (alias, {ALIAS: 0xFFFFFFFF})]         # modulo-20 has complements in the two


# --- a boot ----------------------------------------------------------------------------------------

def symbol(name):
    text = subprocess.run(["nm", ELF], check=True, capture_output=True, text=True).stdout
    return int(re.search(rf"^([0-9a-f]+) \w {name}$", text, re.M)[1], 16)


def haunt(gdb, address, breakage):
    """Stop at each call of memtest_swept() and break memory there, until QEMU is gone."""
    try:
        gdb.ask(f"Z1,{address:x},1")
        while gdb.ask("c").startswith("T"):
            breakage(gdb)
            gdb.ask("s")
    except OSError:
        pass


def boot(breakage, words):
    """Type memtest and verify at the prompt. Gives what the kernel printed."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/gdb"
        process = subprocess.Popen(
            ["qemu-system-i386", "-kernel", ELF, "-append", words, "-m", str(RAM), "-display", "none",
             "-serial", "stdio", "-monitor", "none", "-no-reboot", "-S", "-gdb",
             f"unix:{path},server=on,wait=off"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True)
        timer = threading.Timer(LIMIT, kill_group, [process])
        timer.start()
        gdb = Gdb(path)
        threading.Thread(target=haunt, args=(gdb, symbol("memtest_swept"), breakage),
                         daemon=True).start()
        seen = talk(process, [("flagstone> ", f"memtest 1 {TESTS}\r"), ("flagstone> ", "verify\r"),
                              ("flagstone> ", "")])
        timer.cancel()
        kill_group(process)
        process.wait()
    return seen


def talk(process, steps):
    seen, at = b"", 0
    while steps and (chunk := os.read(process.stdout.fileno(), 65536)):
        seen += chunk
        while steps and (found := seen.find(steps[0][0].encode(), at)) >= 0:
            at = found + len(steps[0][0])
            process.stdin.write(steps.pop(0)[1].encode())
            process.stdin.flush()
    return seen.decode("latin-1").replace("\r", "\n")


# --- what must be seen -----------------------------------------------------------------------------

def judge(text, broken):
    """What is wrong with the log of a machine with these words broken; "" when all is well."""
    found = {}
    for place, bits in re.findall(r"address ([0-9a-f]{8}): .* wrong bits ([0-9a-f]{8})", text):
        found[int(place, 16)] = found.get(int(place, 16), 0) | int(bits, 16)
    if found != broken:
        return f"found {found}, broken {broken}; the log ends in {text[-300:]!r}"
    if not broken:
        return "" if "memtest: no errors" in text else "memtest did not come to its end"
    options = ",".join(f"4K$0x{pa & ~4095:08x}" for pa in sorted(broken))
    if f"memmap={options}\n" not in text:
        return f"no line memmap={options}"
    if not re.search(r"set aside +1 frames", text) or "is broken" in text:
        return "verify does not account for one frame set aside"
    return ""


def run_case(breakage, broken):
    text = boot(breakage, "")
    wrong = judge(text, broken)
    if not wrong and broken:
        words = re.search(r"^ +(memmap=\S+)$", text, re.M)[1]
        again = boot(breakage, words)
        wrong = judge(again, {})
        text += again
    with open(f"{LOGS}/{breakage.__name__}.log", "w", encoding="utf-8") as file:
        file.write(text)
    return wrong


def main():
    os.makedirs(LOGS, exist_ok=True)
    failed = 0
    print(f"TAP version 14\n1..{len(CASES)}")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = pool.map(lambda case: run_case(*case), CASES)
        for number, ((breakage, _), wrong) in enumerate(zip(CASES, answers), 1):
            failed += bool(wrong)
            if wrong:
                print(f"# {wrong}")
            print(f"{'not ok' if wrong else 'ok'} {number} {breakage.__name__}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
