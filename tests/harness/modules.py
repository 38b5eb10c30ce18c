# SPDX-License-Identifier: MIT
"""
Code that is brought along: the examples of docs/examples, tests/modules, and tests/api.

The comment at the top of a module says how it is booted and what must come out:

    WORDS: ring.size=16             the command line
    SAYS: ring: 12 written          a line of the log: plain text in docs/examples, a pattern in tests
    STATUS: 35                      what the machine leaves with, 33 unless said otherwise

Each is built as a reader would, by `make MODULE=file.c`. The programs of tests/api are compiled as
code from elsewhere is, with include/ and nothing else, and linked together by EXTRA_OBJS.
"""
import glob
import os
import re
import subprocess

from harness.machine import Machine, run
from harness.verdict import Case, PASSED, judge_boot

FOREIGN = ["-m32", "-std=gnu11", "-O2", "-g", "-ffreestanding", "-nostdinc", "-Iinclude",
           "-D__KERNEL__", "-fno-pic", "-fno-pie", "-fno-stack-protector", "-fno-common",
           "-fno-asynchronous-unwind-tables", "-march=i386", "-mno-sse", "-mno-mmx",
           "-fno-strict-aliasing", "-Wall", "-Werror"]
TROUBLE = [r"WARNING at", r"(?i)panic", r"not ok"]


def named(text, word):
    return re.findall(rf"^ \* {word}: (.*)$", text, re.M)


def make(target_words, log):
    outcome = run(["make", *target_words], 300, log)
    return "" if outcome.status == 0 else (outcome.errors + outcome.text)[-2000:]


def boot(kernel, words, log, wanted=PASSED, says=(), says_not=(), ram=128):
    machine = Machine(kernel, ram=ram, media="kernel", append=f"{words} selftest=text".strip())
    outcome = run(machine.command(), 120, log)
    return judge_boot(outcome.status, outcome.text, wanted, says, says_not)


def module_job(path):
    """Build one file into the kernel by MODULE= and boot it."""
    name = os.path.basename(path)[:-len(".c")]
    plain = path.startswith("docs/")

    def work(log):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        says = [re.escape(line) if plain else line for line in named(text, "SAYS")]
        status = int((named(text, "STATUS") or [PASSED])[0])
        if not says:
            return [Case("", False, f"{path} does not say what it prints")]
        kernel = f"build/with/{name}/flagstone.elf"
        detail = make([f"MODULE={path}", kernel], log) or boot(
            kernel, " ".join(named(text, "WORDS")), log, status, says,
            TROUBLE if status == PASSED else [])
        return [Case("", not detail, detail)]
    return f"modules/{name}", work


# What tests/api is booted with, and on how much memory.
API_BOOTS = {
    "plain": ("", 128),
    "small": ("vmalloc=64M", 32),
    "init-on": ("init_on_alloc=1 init_on_free=1", 128),
    "vmalloc-256M": ("vmalloc=256M", 1024),
    "highmem-64M": ("highmem=64M init_on_alloc=1", 128),
    "memblock": ("bootalloc=memblock", 128),
}


def foreign_objects(log):
    """Compile tests/api/*.c as code from elsewhere. Gives the objects and what went wrong."""
    include = subprocess.run(["gcc", "-print-file-name=include"], capture_output=True, text=True,
                             check=True).stdout.strip()
    os.makedirs("build/with/api/obj", exist_ok=True)
    objects = []
    for path in sorted(glob.glob("tests/api/*.c")):
        objects.append(f"build/with/api/obj/{os.path.basename(path)[:-2]}.o")
        outcome = run(["gcc", *FOREIGN, "-isystem", include, "-c", path, "-o", objects[-1]], 60, log)
        if outcome.status != 0:
            return objects, outcome.errors
    return objects, ""


def api_job():
    """All of tests/api in one kernel, booted in each of the ways above."""
    def work(log):
        objects, detail = foreign_objects(log)
        kernel = "build/with/api/flagstone.elf"
        detail = detail or make([f"EXTRA_OBJS={' '.join(objects)}", "I=build/with/api", kernel], log)
        if detail:
            return [Case("link", False, detail)]
        says = [rf"module: {os.path.basename(path)[:-2]}: \w+\(\) returned 0 after"
                for path in objects]
        cases = []
        for name, (words, ram) in API_BOOTS.items():
            detail = boot(kernel, words, f"{log[:-len('.log')]}-{name}.log", PASSED, says, TROUBLE,
                          ram)
            cases.append(Case(name, not detail, detail))
        return cases
    return "modules/api", work


def all_checks():
    jobs = [module_job(path) for path in sorted(glob.glob("docs/examples/*.c") +
                                                glob.glob("tests/modules/*.c"))]
    return [(*job, 4) for job in jobs] + [(*api_job(), 12)]
