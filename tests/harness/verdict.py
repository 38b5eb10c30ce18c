# SPDX-License-Identifier: MIT
"""
What a run's output proves. Nothing is trusted that is not complete: a pass needs every number the
plan promised and the last line, besides the exit status.

    exit status   33: the kernel says all went well     (isa-debug-exit, 0x10)
                  35: the kernel panicked or a test failed          (0x11)
                   0: QEMU left by itself: a triple fault, or the machine was switched off
                None: stopped at the time limit
"""
import re
from dataclasses import dataclass

PASSED = 33
FAILED = 35


@dataclass
class Case:
    """One line of the result: a test, or a whole run that counts as one."""
    name: str
    ok: bool
    detail: str = ""


class Incomplete(Exception):
    """The output is not what a finished run prints."""


# --- KTAP, as kernel/ktest.c prints it --------------------------------------------------------

KTAP_LINE = re.compile(r"^( {4})?(KTAP version 1$|1\.\.\d+$|(?:not )?ok \d+ |# )")


class Lines:
    """The KTAP lines of a log, which also has the kernel's other messages in it."""

    def __init__(self, text):
        lines = [line.rstrip("\r") for line in text.split("\n")]
        self.lines = [line for line in lines if KTAP_LINE.match(line)]
        self.at = 0

    def peek(self):
        return self.lines[self.at] if self.at < len(self.lines) else None

    def take(self, pattern, what):
        line = self.peek()
        match = re.fullmatch(pattern, line) if line is not None else None
        if not match:
            found = "the end of the log" if line is None else f'"{line.strip()}"'
            raise Incomplete(f"{what} is missing; there is {found}")
        self.at += 1
        return match

    def take_notes(self):
        """The "# file:line: ..." lines of the test that ends next."""
        notes = []
        while (line := self.peek()) and line.startswith("    # "):
            notes.append(line.strip(" #"))
            self.at += 1
        return "; ".join(notes)


def parse_suite(lines, cases):
    """One suite's lines. Adds its tests to cases; gives its name and whether it passed."""
    lines.take(r" {4}KTAP version 1", "a suite's first line")
    suite = lines.take(r" {4}# Subtest: (\w+)", "a suite's name")[1]
    planned = int(lines.take(r" {4}1\.\.(\d+)", f"the plan of suite {suite}")[1])
    all_ok = True
    for number in range(1, planned + 1):
        notes = lines.take_notes()
        match = lines.take(rf" {{4}}(not )?ok {number} (\w+)(?: # SKIP (.*))?",
                           f"test {number} of suite {suite}")
        ok = match[1] is None
        all_ok &= ok
        skipped = f"skipped: {match[3]}" if match[3] is not None else ""
        cases.append(Case(f"{suite}/{match[2]}", ok, notes or skipped))
    return suite, all_ok


def parse_ktap(text):
    """All cases of a complete log. Raises Incomplete for any other."""
    lines, cases = Lines(text), []
    while (line := lines.peek()) and line != "KTAP version 1":
        lines.at += 1
    lines.take(r"KTAP version 1", "the KTAP header")
    planned = int(lines.take(r"1\.\.(\d+)", "the plan")[1])
    if planned == 0:
        raise Incomplete("the plan promises no suite")
    for number in range(1, planned + 1):
        suite, all_ok = parse_suite(lines, cases)
        match = lines.take(rf"(not )?ok {number} {suite}", f"the verdict on suite {suite}")
        if (match[1] is None) != all_ok:
            raise Incomplete(f"the verdict on suite {suite} is not that of its tests")
    totals = lines.take(r"# Totals: pass:(\d+) fail:(\d+) skip:(\d+) total:(\d+)", "the Totals line")
    check_totals([int(n) for n in totals.groups()], cases)
    return cases


def check_totals(totals, cases):
    failed = sum(not case.ok for case in cases)
    skipped = sum(case.ok and case.detail.startswith("skipped: ") for case in cases)
    if totals != [len(cases) - failed - skipped, failed, skipped, len(cases)]:
        raise Incomplete(f"the Totals line says {totals}, the lines above it do not")


def judge_selftest(status, text):
    """The cases of a boot with selftest=, or one failed case that says what is wrong."""
    try:
        cases = parse_ktap(text)
    except Incomplete as problem:
        return [Case("complete log", False, f"{describe(status)}; {problem}{last_words(text)}")]
    wanted = PASSED if all(case.ok for case in cases) else FAILED
    if status != wanted:
        cases.append(Case("exit status", False, f"{describe(status)}, wanted {wanted}"))
    return cases


def judge_boot(status, text, wanted=PASSED, says=(), says_not=(), selftest=True):
    """One case's detail for a boot that counts as a whole: "" when it is good."""
    if selftest and wanted == PASSED:
        bad = [case for case in judge_selftest(status, text) if not case.ok]
        if bad:
            return "\n".join(f"{case.name}: {case.detail}" for case in bad)
    if status != wanted:
        return f"{describe(status)}, wanted {wanted}{last_words(text)}"
    for pattern in says:
        if not re.search(pattern, text):
            return f'the log never says "{pattern}"'
    for pattern in says_not:
        if match := re.search(pattern, text):
            return f'the log says "{match[0]}"'
    return ""


def last_words(text):
    """Where a run ended: a panic's sentence if there is one, else the last line."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    panics = [line for line in lines if "panic" in line.lower()]
    return f"; {(panics or lines)[0 if panics else -1]}" if lines else "; nothing was printed"


def describe(status):
    if status is None:
        return "stopped at the time limit"
    if status == 0:
        return "exit status 0 (a triple fault, or switched off)"
    if status < 0:
        return f"killed by signal {-status}"
    return f"exit status {status}"


# --- TAP, as cmocka and the Bochs tour print it -----------------------------------------------

def tap_problem(status, text, cases):
    """Adds the cases of a TAP stream to cases; gives what is missing from it, or "".

    The plan may come first or last, and a program may have several groups with a plan each.
    """
    planned, number = None, 0
    for line in text.split("\n"):
        if match := re.fullmatch(r"1\.\.(\d+)", line):
            if planned is None and number == int(match[1]) > 0:
                planned = number                        # the plan of the lines above it
            elif planned in (None, number) and number == (planned or 0):
                planned, number = int(match[1]), 0      # the plan of the lines below it
            else:
                break
        elif match := re.match(r"(not )?ok (\d+) (?:- )?(.*)", line):
            number += 1
            if int(match[2]) != number:
                return f"test {number} is missing"
            cases.append(Case(match[3].strip(), match[1] is None))
        elif line.lstrip().startswith("# ") and cases and not cases[-1].ok:
            cases[-1].detail += line.strip(" #") + " "
        elif line.startswith("Bail out!"):
            return line
    return "" if planned and number == planned else f"the plan is {planned}, the last test {number}"


def parse_tap(status, text):
    """The cases of a host test program, the completeness of its output among them if that lacks."""
    cases = []
    if problem := tap_problem(status, text, cases):
        cases.append(Case("complete output", False, f"{describe(status)}; {problem}"))
    elif status != 0 and all(case.ok for case in cases):
        cases.append(Case("exit status", False, describe(status)))
    return cases
