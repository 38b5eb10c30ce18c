#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
tests/memtest_faults.py - does memtest find memory that is broken, and nothing else?

    half      where the words lie                      QEMU's gdb stub breaks them
    free      in free memory                           at memtest_swept(), between two sweeps
    in use    in the kernel's image, tables, mem_map,  when struct job's first word counts a sweep, in the
              BIOS data and EBDA                       copy of the code, which runs without paging

There all of that half holds a pattern, and the case changes it as a broken chip would. Wanted: an error
at the broken address with the broken bits, none elsewhere; the frame set aside, or counted as one that
cannot be; a ledger that closes; and the memmap= line that memtest printed, given to the next boot, makes
the same machine pass. Besides, whether caches were off is read from the machine, at both stops.
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
WINDOW = 0xFFFEE000             # fixmap slot FIX_TEST
RAM = 6                         # MiB
LIMIT = 60                      # seconds for a boot; most take 5, fading 15
TESTS = "address inversions modulo-20"
WORD = 0x480124                 # free on a machine with 6 MiB
OTHER = 0x4F0FFC
ALIAS = WORD | 1 << 16          # a cell that an address line too few reaches twice
SPARSE = "memmap=exactmap,640K@0,15M@1M,4M@1000M"       # HIGHMEM, and yet little to test
HIGH = 1001 << 20 | 0x774
ESP, EIP = 4, 8                 # gdb's numbers of the registers; each has four bytes
STRUCT_PAGE = 24                # bytes
CR0_CD, CR0_PG, PTE_NOCACHE = 1 << 30, 1 << 31, 1 << 4
ALL = 0xFFFFFFFF


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
        return int.from_bytes(bytes.fromhex(self.ask(f"m{pa:x},4")), "little")

    def write(self, pa, value):
        self.ask(f"M{pa:x},4:{value.to_bytes(4, 'little').hex()}")

    def register(self, number):
        return int.from_bytes(bytes.fromhex(self.ask("g"))[number * 4:number * 4 + 4], "little")

    def control_register(self, name):
        """From QEMU's own monitor: the protocol has no number for these."""
        self.send("qRcmd," + b"info registers".hex())
        text = ""
        while (part := self.answer()) != "OK":
            text += bytes.fromhex(part[1:]).decode()
        return int(re.search(rf"{name}=([0-9a-f]+)", text)[1], 16)


# --- what can be broken ---------------------------------------------------------------------------
# A function gets the machine and the words of its case, and leaves memory as the fault would.

def sound(_gdb, _words):
    """Nothing: memory is in order."""


def stuck_at_0(gdb, words):
    for word in words:
        gdb.write(word, gdb.read(word) & ~(1 << 3))


def stuck_at_1(gdb, words):
    for word in words:
        gdb.write(word, gdb.read(word) | 1 << 31)


def coupled(gdb, words):
    """Bit 7 of one word follows bit 5 of another, the wrong way round."""
    bit = ~gdb.read(words[1]) >> 5 & 1
    gdb.write(words[0], gdb.read(words[0]) & ~(1 << 7) | bit << 7)


def alias(gdb, words):
    """What is written to the second word goes to the first as well."""
    gdb.write(words[0], gdb.read(words[1]))


class Case:
    """One broken machine: @words are addresses, symbols of the image, or "*NAME+N": what NAME points at."""
    # pylint: disable=too-many-arguments,too-few-public-methods
    def __init__(self, name, fault, words=(), bits=0, *, in_use=False, tests=TESTS, append="",
                 ram=RAM, broken=1, options="", lost=0):
        self.name, self.fault, self.words, self.bits = name, fault, words, bits
        self.in_use, self.tests, self.append, self.ram = in_use, tests, append, ram
        self.broken = broken            # so many of the words show errors, from the first on
        self.options = options          # of the command
        self.lost = lost                # after so many sweeps the words do not take what is put back


CASES = [
    Case("sound", sound),
    Case("sound-cached", sound, options="cached "),
    Case("stuck-at-0", stuck_at_0, [WORD], 1 << 3),
    Case("stuck-at-1", stuck_at_1, [OTHER], 1 << 31),
    Case("two-frames", stuck_at_1, [OTHER, WORD], 1 << 31, broken=2),
    Case("coupled", coupled, [WORD, OTHER], 1 << 7),
    Case("alias", alias, [ALIAS, WORD], ALL),           # modulo-20 has complements in the two
    Case("fade", stuck_at_0, [WORD], 1 << 3, tests="fade"),
    Case("first-MiB", stuck_at_0, [0x50120], 1 << 3),
    Case("highmem", stuck_at_0, [HIGH], 1 << 3, ram=1004, append=SPARSE, tests="address inversions"),
    Case("in-use-text", stuck_at_0, ["arch_poweroff"], 1 << 3, in_use=True),
    Case("in-use-page-table", stuck_at_1, ["kernel_pgd"], 1 << 31, in_use=True),
    Case("in-use-mem_map", stuck_at_1, ["*mem_map+2048"], 1 << 31, in_use=True),
    Case("in-use-stack", stuck_at_0, ["boot_stack"], 1 << 3, in_use=True),
    Case("in-use-BIOS-data", stuck_at_0, [0x0600], 1 << 3, in_use=True),
    Case("in-use-EBDA", stuck_at_0, [0x9FD00], 1 << 3, in_use=True),
    Case("in-use-coupled", coupled, ["_text", "mem_map"], 1 << 7, in_use=True),
    Case("in-use-alias", alias, ["kernel_pgd", "_text"], ALL, in_use=True),
    Case("in-use-fade", stuck_at_0, ["__start_rodata"], 1 << 3, in_use=True, tests="fade"),
    Case("not-put-back", stuck_at_1, ["arch_poweroff"], 1 << 31, in_use=True, tests="random", lost=2),
]


# --- a boot ----------------------------------------------------------------------------------------

def all_symbols():
    text = subprocess.run(["nm", ELF], check=True, capture_output=True, text=True).stdout
    return {name: int(va, 16) for va, name in re.findall(r"^([0-9a-f]+) \w (\S+)$", text, re.M)}


SYMBOLS = all_symbols()


class Haunt:
    """Stops the kernel where a half of memory holds a pattern, and breaks it there."""

    def __init__(self, gdb, process, case):
        self.gdb, self.process, self.case = gdb, process, case
        self.words = []         # addresses, once they are known
        self.cr0 = self.window = self.job = None
        self.stops = {SYMBOLS["memtest_swept"]: self.at_swept,
                      SYMBOLS["arch_run_moved"]: self.at_first_move}

    def run(self):
        """Until QEMU is gone; if this goes wrong, it goes."""
        try:
            self.gdb.ask("Qqemu.PhyMemMode:1")
            for address in list(self.stops):
                self.gdb.ask(f"Z1,{address:x},1")
            while (stop := self.gdb.ask("c")).startswith("T"):
                if watched := re.search(r"watch:([0-9a-f]+)", stop):
                    self.at_written(int(watched[1], 16))
                else:
                    self.stops[self.gdb.register(EIP)]()
                    self.gdb.ask("s")
        except OSError:
            pass
        finally:
            kill_group(self.process)

    def resolve(self, word):
        if isinstance(word, int):
            return word
        name, _, offset = word.lstrip("*").partition("+")
        pa = SYMBOLS[name] - PAGE_OFFSET
        if word[0] == "*":
            pa = self.gdb.read(pa) - PAGE_OFFSET
        return (pa & ~3) + int(offset or 0)

    def at_swept(self):
        if self.window is None:
            table = self.gdb.read(self.gdb.control_register("CR3") + (WINDOW >> 22) * 4) & ~0xFFF
            self.window = self.gdb.read(table + (WINDOW >> 12 & 1023) * 4)
            self.words = [self.resolve(word) for word in self.case.words]
        if not self.case.in_use:
            self.case.fault(self.gdb, self.words)

    def at_first_move(self):
        """Its first argument says where the copy of struct job will lie."""
        block = self.gdb.read(self.gdb.register(ESP) - PAGE_OFFSET + 4)
        mem_map = self.gdb.read(SYMBOLS["mem_map"] - PAGE_OFFSET)
        self.job = (block - mem_map) // STRUCT_PAGE * 4096 + 4096
        self.gdb.ask(f"Z2,{self.job:x},4")
        self.gdb.ask(f"z1,{SYMBOLS['arch_run_moved']:x},1")

    def at_written(self, address):
        """A sweep was counted, or a word that is to be lost was written."""
        if address != self.job:
            self.case.fault(self.gdb, self.words)
            return
        if self.cr0 is None:
            self.cr0 = self.gdb.control_register("CR0")
        if self.case.lost:
            if self.gdb.read(self.job) == self.case.lost:
                self.gdb.ask(f"Z2,{self.words[0]:x},4")
        elif self.case.in_use:
            self.case.fault(self.gdb, self.words)


def boot(case, append):
    """Type memtest and verify at the prompt. Gives what the kernel printed, and who haunted it."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/gdb"
        process = subprocess.Popen(
            ["qemu-system-i386", "-kernel", ELF, "-append", f"{case.append} {append}", "-m",
             str(case.ram), "-display", "none", "-serial", "stdio", "-monitor", "none", "-no-reboot",
             "-S", "-gdb", f"unix:{path},server=on,wait=off"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True)
        timer = threading.Timer(LIMIT, kill_group, [process])
        timer.start()
        haunt = Haunt(Gdb(path), process, case)
        threading.Thread(target=haunt.run, daemon=True).start()
        command = f"memtest 1 {case.options}{case.tests}\r"
        seen = talk(process, [("flagstone> ", command), ("flagstone> ", "verify\r"),
                              ("flagstone> ", "")])
        timer.cancel()
        kill_group(process)
        process.wait()
    return seen, haunt


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

def wrong_caches(case, haunt):
    """Were caches off, in the window and in the copy, or on where the command said so?"""
    if haunt.window is None or haunt.cr0 is None:
        return "memtest did not stop at both places"
    past_window, past_copy = bool(haunt.window & PTE_NOCACHE), bool(haunt.cr0 & CR0_CD)
    if haunt.cr0 & CR0_PG:
        return f"the copy runs with paging on, CR0 {haunt.cr0:08x}"
    if (past_window, past_copy) != (not case.options,) * 2:
        return f"caches: page table entry {haunt.window:08x}, CR0 {haunt.cr0:08x}"
    return ""


def in_image(pa):
    return 1 << 20 <= pa < SYMBOLS["_end"] - PAGE_OFFSET


def judge(text, haunt, broken, in_use):
    """What is wrong with the log of a machine with these words broken; "" when all is well."""
    found = {}
    for place, bits in re.findall(r"address ([0-9a-f]{8}): .* wrong bits ([0-9a-f]{8})", text):
        found[int(place, 16)] = found.get(int(place, 16), 0) | int(bits, 16)
    if found != broken:
        return f"found {found}, broken {broken}; the log ends in {text[-300:]!r}"
    if "ledger: " not in text.split("memtest:")[-1] or "is broken" in text:
        return "verify did not find the kernel in order"
    if wrong := wrong_caches(haunt.case, haunt):
        return wrong
    if not broken:
        return "" if "memtest: no errors" in text else "memtest did not come to its end"
    options = ",".join(f"4K$0x{pa & ~4095:08x}" for pa in sorted(broken) if not in_image(pa))
    if re.findall(r"^ +memmap=(\S+)$", text, re.M) != [options] * bool(options):
        return f"no line memmap={options}"
    if haunt.case.lost and f"Not put back: RAM at {haunt.words[0]:08x}" not in text:
        return "the copy did not say what it could not put back"
    if any(map(in_image, broken)) != ("exchange that module" in text):
        return "a bad frame under the image, or not, and what is said"
    kept = re.search(r"set aside +(\d+) frames", text)
    if (int(kept[1]) if kept else 0) != (0 if in_use else len(broken)):
        return "verify does not account for what was set aside"
    if in_use and f"{4 * len(broken)} KiB more are bad and in use" not in text:
        return "nothing is said of the frame that is in use"
    return ""


def run_case(case):
    text, haunt = boot(case, "")
    broken = {word: case.bits for word in haunt.words[:case.broken]}
    wrong = judge(text, haunt, broken, case.in_use)
    if not wrong and len(broken) != min(case.broken, len(case.words)):
        wrong = "memory was never broken"
    if not wrong and (words := re.search(r"^ +(memmap=\S+)$", text, re.M)):
        if case.in_use:         # the stops are made for what is in use, and this is no longer tested
            case.fault = sound
        again, haunt = boot(case, words[1])
        wrong = judge(again, haunt, {}, False)
        text += again
    with open(f"{LOGS}/{case.name}.log", "w", encoding="utf-8") as file:
        file.write(text)
    return wrong


def main():
    os.makedirs(LOGS, exist_ok=True)
    failed = 0
    cases = [case for case in CASES if not sys.argv[1:] or case.name in sys.argv[1:]]
    print(f"TAP version 14\n1..{len(cases)}")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, (case, wrong) in enumerate(zip(cases, pool.map(run_case, cases)), 1):
            failed += bool(wrong)
            if wrong:
                print(f"# {wrong}")
            print(f"{'not ok' if wrong else 'ok'} {number} {case.name}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
