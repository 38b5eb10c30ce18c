# SPDX-License-Identifier: MIT
"""
What can be told from the source and the objects without running the kernel. Used by tests/run, and
by tools/check for a quick look without the boots.
"""
import glob
import os
import re
import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

from harness.machine import OUT, TOP, run
from harness.verdict import Case

SOURCE_DIRS = ["boot", "arch", "kernel", "mm", "lib", "include", "tests", "tools"]
SOURCE_KINDS = (".c", ".h", ".asm", ".inc", ".ld", ".py", ".gdb", ".mk")


def paths(*patterns):
    return sorted(path for pattern in patterns for path in glob.glob(pattern, recursive=True))


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def is_script(path):
    with open(path, "rb") as file:
        return file.read(2) == b"#!"


def all_sources():
    """Everything written by a person: by its suffix, or because it starts with #!."""
    found = ["Makefile", "grub.cfg"] if os.path.exists("grub.cfg") else ["Makefile"]
    for top in SOURCE_DIRS:
        for folder, folders, names in os.walk(top):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for name in sorted(names):
                path = os.path.join(folder, name)
                if name.endswith(SOURCE_KINDS) or is_script(path):
                    found.append(path)
    return found


def found_problems(problems):
    return [Case("", not problems, "\n".join(problems))]


# --- words in the source ----------------------------------------------------------------------

def check_licence(_log):
    """The first line (the second of a script) is the SPDX line."""
    problems = []
    for path in all_sources():
        lines = read(path).split("\n", 2)
        line = lines[1] if lines[0].startswith("#!") else lines[0]
        if "SPDX-License-Identifier: MIT" not in line:
            problems.append(f"{path}: no SPDX-License-Identifier: MIT in its first line")
    return found_problems(problems)


def check_paths(_log):
    """No path of somebody's own machine, so that a clone works anywhere."""
    private = re.compile(r"/(home|root|work|Users|mnt)/[\w.-]+")
    problems = []
    for path in all_sources() + paths("*.md", "docs/**/*.md"):
        for number, line in enumerate(read(path).split("\n"), 1):
            if match := private.search(line):
                problems.append(f"{path}:{number}: names {match[0]}")
    return found_problems(problems)


def check_book(_log):
    """The book has every command and every word of the command line; every file that it names is there."""
    book = {path: read(path) for path in paths("*.md", "docs/*.md")}
    text = "\n".join(book.values())
    kernel = "".join(read(path) for path in paths("arch/i386/*.c", "kernel/*.c", "mm/*.c"))
    commands = re.findall(r"MONITOR_COMMAND\((\w+)", kernel)
    options = re.findall(r'early_param\("(\w+)"', kernel)
    problems = [f"command {name} is in no chapter" for name in commands
                if not re.search(rf"`{name}[` ]|flagstone> {name}\b", text)]
    problems += [f"{name} of the command line is not in docs/README.md" for name in options
                 if not re.search(rf"`{name}[`=]", book["docs/README.md"])]
    for path, chapter in book.items():
        for name in re.findall(r"`((?:arch|boot|docs|include|kernel|lib|mm|tests|tools)/[\w/-]+\.[a-z]+)`",
                               chapter):
            if not os.path.exists(name):
                problems.append(f"{path}: there is no {name}")
    if len(commands) < 30 or len(options) < 20:
        problems.append(f"only {len(commands)} commands and {len(options)} options were found")
    return found_problems(problems)


# Which include/<folder> a file may use, by where it lies: lib <- mm <- kernel.
FREESTANDING = {"stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "limits.h"}
MAY_INCLUDE = {
    "lib": ["lib/"],
    "include/lib": ["lib/"],
    "mm": ["lib/", "mm/", "arch.h", "arch_pte.h", "internal.h"],
    "include/mm": ["lib/", "mm/", "arch.h", "arch_pte.h"],
    "arch/i386": ["lib/", "mm/", "kernel/", "arch.h", "arch_inline.h", "arch/i386/"],
}
# The headers of lib/ may have an instruction that any program may run (a locked add, a wide divide).
NO_ASSEMBLY = ["lib", "mm", "include/mm"]
# An empty template tells the compiler something and emits nothing.
ASSEMBLY = re.compile(r'\b(asm|__asm__)\b\s*(__volatile__|volatile)?\s*\(\s*(?!"")')
PORT_IO = re.compile(r"\b(in|out)[bwl]\s*\(|\bio_(in|out)\d*\s*\(")


def without_comments(text):
    """Comments and their contents become spaces; line numbers stay."""
    return re.sub(r"/\*.*?\*/|//[^\n]*", lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.S)


def layer_problems(path, folder):
    allowed = MAY_INCLUDE.get(folder)
    for number, line in enumerate(without_comments(read(path)).split("\n"), 1):
        include = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if include and allowed is not None:
            name = include[1]
            local = os.path.exists(os.path.join(os.path.dirname(path), name)) and '"' in line
            if not (local or name in FREESTANDING or any(name.startswith(a) for a in allowed)):
                yield f"{path}:{number}: {folder}/ may not include <{name}>"
        if (folder in NO_ASSEMBLY and ASSEMBLY.search(line)) or PORT_IO.search(line):
            yield f"{path}:{number}: assembly or port I/O in {folder}/: {line.strip()}"


def check_layers(_log):
    """Includes follow lib <- mm <- kernel; lib/ and mm/ run anywhere."""
    problems = []
    for folder in ["lib", "mm", "include/lib", "include/mm"]:
        for path in paths(f"{folder}/*.c", f"{folder}/*.h"):
            problems += layer_problems(path, folder)
    return found_problems(problems)


# --- compiled alone ---------------------------------------------------------------------------

def gcc_include():
    return subprocess.run(["gcc", "-print-file-name=include"], capture_output=True, text=True,
                          check=True).stdout.strip()


def scratch_file():
    """Where output goes that nobody wants. Not /dev/null: a tool that fails removes its output."""
    os.makedirs(f"{OUT}/scratch", exist_ok=True)
    return f"{OUT}/scratch/{threading.get_ident()}.o"


def compile_alone(name, text, more_flags):
    """The contract of lib/ and of every public header: these flags and nothing else."""
    command = ["gcc", "-m32", "-std=gnu11", "-O2", "-ffreestanding", "-nostdinc", "-isystem",
               gcc_include(), "-Iinclude", "-D__KERNEL__", *more_flags, "-Wall", "-Werror",
               "-fno-pie", "-x", "c", "-c", "-", "-o", scratch_file()]
    result = subprocess.run(command, input=text, capture_output=True, text=True, cwd=TOP, check=False)
    return Case(name, result.returncode == 0, result.stderr)


def check_alone(_log):
    """Each header when it is the only include, each file of lib/ in any 32-bit program."""
    arch = ["-Iarch/i386/include"]
    wishes = []
    for path in paths("include/**/*.h"):
        name = os.path.relpath(path, "include")
        pure = name.startswith("lib/")
        wishes.append((f"<{name}>", f"#include <{name}>\n", [] if pure else arch))
    for path in paths("lib/*.c", "mm/memblock.c"):
        wishes.append((path, f'#include "{os.path.abspath(path)}"\n', []))
    with ThreadPoolExecutor(2) as pool:
        return [*pool.map(lambda wish: compile_alone(*wish), wishes), memblock_stands_alone()]


def memblock_stands_alone():
    """Other programs link mm/memblock.c: what it wants of them must not grow by trace points."""
    text = subprocess.run(["nm", "build/mm/memblock.o"], capture_output=True, text=True, cwd=TOP,
                          check=True).stdout
    wanted = set(re.findall(r"^ +U (\w+)", text, re.M))
    return Case("mm/memblock.c links alone", wanted <= {"memcpy", "memmove", "memset", "printk", "strcmp"},
                " ".join(sorted(wanted)))


def check_foreign(log):
    """<linux/...> and <asm/...> as code from elsewhere includes them."""
    outcome = run(["tests/headers.sh"], 120, log)
    return [Case("", outcome.status == 0, outcome.text + outcome.errors)]


# --- equal bytes ------------------------------------------------------------------------------

def same_file(one, other):
    with open(one, "rb") as first, open(other, "rb") as second:
        return first.read() == second.read()


def without_debug_information(path):
    """NASM 2.16 writes the directory's absolute path into its debug information."""
    subprocess.run(["objcopy", "-g", path, f"{path}.bare"], check=True)
    return f"{path}.bare"


def check_same_bytes(log):
    """Built again, the kernel is the same file; built in another place, the same but for NASM's paths."""
    kernel, again = "build/flagstone.elf", f"{OUT}/again/flagstone.elf"
    outcome = run(["make", f"O={OUT}/again", "all"], 300, log)
    if outcome.status != 0:
        return [Case("again", False, f"does not build: {outcome.errors[-500:]}")]
    cases = [Case("again", same_file(kernel, again), f"{again} differs from {kernel}")]

    copy = os.path.join(TOP, OUT, "elsewhere", "tree")
    shutil.copytree(TOP, copy, ignore=shutil.ignore_patterns("build", ".git", "__pycache__"))
    outcome = run(["make", "all"], 300, f"{log[:-4]}-elsewhere.log", cwd=copy)
    if outcome.status != 0:
        return cases + [Case("elsewhere", False, f"does not build: {outcome.errors[-500:]}")]
    bare = [without_debug_information(path) for path in (again, f"{copy}/{kernel}")]
    cases.append(Case("elsewhere", same_file(*bare), f"{bare[1]} differs from {bare[0]}"))
    return cases


# --- instructions past the 386 ----------------------------------------------------------------
# The list of what a 386 and a 387 have; whatever is not in it fails. Source: Intel 80386
# Programmer's Reference Manual, "Instruction Set"; 80387 Programmer's Reference Manual. UD2 is the
# opcode 0F 0B that raises #UD on the 386 as well.
I386 = re.compile(r"""(
    aa[adms] | ad[cd] | and | arpl | bound | bs[fr] | bt[crs]? | call | cbw | cdq | cl[cdi] | clts |
    cmc | cmp | cmps[bwd]? | cwde? | da[as] | dec | div | enter | hlt | idiv | imul | in | inc |
    ins[bwd]? | int | int3 | into | iretd? | iretw | j[a-z]+ | l?call | lahf | lar | lds | lea | leave |
    les | lfs | l[gi]dtd? | lgs | lldt | lmsw | lock | lods[bwd]? | loop(n?[ez])? | lret | lsl | lss |
    ltr | mov | movs[bwd]? | movsx | movzx | mul | neg | nop | not | or | out | outs[bwd]? |
    pop[af]?[wd]? | push[af]?[wd]? | rc[lr] | rep(n?[ez])? | ret[fn]? | ro[lr] | s[ah][lr] | sahf |
    sbb | scas[bwd]? | set[a-z]+ | s[gi]dtd? | shld | shrd | sldt | smsw | st[cdi] | stos[bwd]? | str |
    sub | test | ver[rw] | f?wait | xchg | xlatb? | xor | [c-gs]s | data16 | addr16 | ud2 | ljmp |
    f(2xm1|abs|addp?|bld|bstp|chs|n?clex|comp?p?|cos|decstp|divr?p?|free|iadd|icomp?|idivr?|ild|imul|
      incstp|n?init|istp?|isubr?|ld|ld1|ldcw|ldenv|ldl2e|ldl2t|ldlg2|ldln2|ldpi|ldz|mulp?|nop|patan|
      prem1?|ptan|rndint|rstor|n?save|scale|sin|sincos|sqrt|stp?|n?stcw|n?stenv|n?stsw|subr?p?|tst|
      ucomp?p?|xam|xch|xtract|yl2x|yl2xp1)
)$""", re.X)


def read_allowed():
    """tests/allow_386.txt: {(file, function): {instructions}}"""
    allowed = {}
    for line in read("tests/allow_386.txt").split("\n"):
        words = line.split("#")[0].replace(",", " ").split()
        if words:
            allowed.setdefault((words[0], words[1].rstrip(":")), set()).update(words[2:])
    return allowed


def is_newer(text):
    """The name of an instruction that a 386 lacks (cr4 for one that touches it), or None."""
    words = text.split()
    while words and words[0] in ("lock", "rep", "repz", "repnz", "data16", "cs", "ds", "es"):
        words.pop(0)
    name = words[0] if words else "nop"
    operands = " ".join(words[1:])
    if not I386.match(name) or (name == "nop" and operands):
        return name
    return "cr4" if "cr4" in operands else None


def newer_in_object(path):
    """
    (function, instruction) of everything past the 386 in a compiled object. The function is the one
    of the .c file that the instruction was written in or inlined into from a header, so the answer
    does not depend on what else the compiler inlined.
    """
    text = subprocess.run(["objdump", "-d", "-l", "--inlines", "-M", "intel", "--no-show-raw-insn",
                           path], capture_output=True, text=True, check=True).stdout
    function, chain = "?", []
    for line in text.split("\n"):
        if match := re.match(r"(\w+)\(\):$", line):
            function = match[1]
        elif match := re.match(r"inlined by (\S+):\d+(?: \(discriminator \d+\))? \((\w+)\)", line):
            chain.append((match[1], match[2]))
        elif match := re.match(r"(\S+):\d+(?: \(discriminator \d+\))?$", line):
            chain = [(match[1], function)]
        elif match := re.match(r"\s+[0-9a-f]+:\s+(.+)", line):
            if name := is_newer(match[1]):
                yield next((f for file, f in chain if file.endswith(".c")), function), name


def newer_in_assembly(path):
    """The same for a NASM file, whose 16-bit code a disassembler cannot tell from 32-bit code."""
    result = subprocess.run(["nasm", "-f", "elf32", "-Iboot/", "-Ibuild/", "-Iarch/i386/", "-P",
                             "tests/cpu386.inc", path, "-o", scratch_file()],
                            capture_output=True, text=True, check=False)
    lines = read(path).split("\n")
    suspects = {number: "cr4" for number, line in enumerate(lines, 1)
                if re.search(r"\bcr4\b", line.split(";")[0])}
    for line in result.stderr.split("\n"):
        match = re.match(r".*?:(\d+): error: (.*)", line)
        if match and "cpu level" in match[2]:
            suspects[int(match[1])] = lines[int(match[1]) - 1].split(";")[0].split(":")[-1].split()[0]
        elif match:
            yield "?", f"nasm says {match[2]}"
    for number, name in sorted(suspects.items()):
        labels = [m[1] for line in lines[:number] if (m := re.match(r"([A-Za-z_]\w*):", line))]
        yield (labels[-1] if labels else "?"), name


def check_386(_log):
    """No instruction that a 386 lacks, outside the functions tests/allow_386.txt names."""
    allowed, used, problems = read_allowed(), set(), []
    found = []
    for path in paths("boot/*.asm", "arch/i386/*.asm"):
        found += [(path, *item) for item in newer_in_assembly(path)]
    for path in paths("arch/i386/*.c", "kernel/*.c", "mm/*.c", "lib/*.c", "tests/kernel/*.c"):
        if path != "arch/i386/asm_offsets.c":
            found += [(path, *item) for item in newer_in_object(f"build/{path[:-2]}.o")]
    for path, function, name in found:
        if name in allowed.get((path, function), ()):
            used.add((path, function, name))
        else:
            problems.append(f"{path}: {function} uses {name}, which a 386 does not have")
    problems = sorted(set(problems))
    for (path, function), names in allowed.items():
        for name in sorted(names):
            if (path, function, name) not in used:
                problems.append(f"tests/allow_386.txt: {path} {function} has no {name} any more")
    return found_problems(problems)


# --- functions that run from a copy -------------------------------------------------------------

def check_moved(_log):
    """Section .moved, which arch_run_moved() copies, refers to nothing outside itself."""
    image = subprocess.run(["nm", "-n", "build/flagstone.elf"], capture_output=True, text=True,
                           check=True).stdout
    inside = set(re.findall(r"\w+", image.split("__moved_start")[1].split("__moved_end")[0]))
    problems, seen = [], 0
    for path in paths("build/arch/i386/*.o", "build/kernel/*.o"):
        text = subprocess.run(["objdump", "-r", "-j", ".moved", path], capture_output=True, text=True,
                              check=False).stdout
        for kind, symbol in re.findall(r"^[0-9a-f]{8} (\w+) +(\S+)", text, re.M):
            seen += 1
            if kind != "R_386_PC32" or symbol not in inside:
                problems.append(f"{path}: .moved refers to {symbol} ({kind}), which is not moved")
    if not seen:
        problems.append("no reference between moved functions was found at all")
    return found_problems(problems)


# --- the stops of a walk through boot ------------------------------------------------------------

def check_stops(_log):
    """tools/check_stops is content with the image, and names a label, a file and a stage that are gone."""
    def verdict(symbols, stages, stops=read("boot/stops.txt")):
        paths_made = [f"{scratch_file()}.stops.txt", f"{scratch_file()}.main.c"]
        for path, text in zip(paths_made, (stops, stages)):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run(["tools/check_stops", *paths_made], input=symbols, text=True,
                              capture_output=True, cwd=TOP, check=False)
        for path in paths_made:
            os.remove(path)
        return done.returncode, done.stderr

    symbols = subprocess.run(["nm", "build/flagstone.elf"], capture_output=True, text=True, cwd=TOP,
                             check=True).stdout
    stages = read("kernel/main.c")
    problems = []
    if verdict(symbols, stages) != (0, ""):
        problems.append("check_stops refuses the image")
    status, words = verdict(symbols.replace(" wp_fault\n", " renamed\n"), stages)
    if status == 0 or "no label wp_fault" not in words:
        problems.append(f"a label that is gone: status {status}, {words}")
    stops = read("boot/stops.txt")
    for label in ("rm_a20_test", "rm_e820.call"):
        moved = re.sub(rf"^{label} +\S+", f"{label} boot/paging.asm", stops, flags=re.M)
        status, words = verdict(symbols, stages, moved)
        if moved == stops or status == 0 or f"boot/paging.asm does not define {label}" not in words:
            problems.append(f"a label of another file: status {status}, {words}")
    status, words = verdict(symbols, stages.replace('"zones"', '"areas"'))
    if status == 0 or " areas" not in words:
        problems.append(f"a stage that is renamed: status {status}, {words}")
    return found_problems(problems)


# --- trace points that are off ---------------------------------------------------------------------


def trace_tests(path):
    """(source lines that it comes from, section, instruction behind it) of each test of trace_mask."""
    text = subprocess.run(["objdump", "-dlr", "--inlines", "--no-show-raw-insn", path],
                          capture_output=True, text=True, check=True).stdout
    section, places, tested = "", [], None
    for line in text.split("\n"):
        if match := re.match(r"Disassembly of section (\S+):", line):
            section = match[1]
        elif match := re.match(r"(inlined by )?\.?/?(\S+\.[ch]):(\d+)", line):
            places = (places if match[1] else []) + [(match[2], int(match[3]))]
        elif "R_386_32\ttrace_mask" in line:
            tested = list(places)
        elif (match := re.match(r"\s+[0-9a-f]+:\t(\w+)", line)) and tested:
            yield tested, section, match[1]
            tested = None


def check_trace_points(_log):
    """Off, a trace point is one test and one jump that is not taken: the words are out of the way."""
    sites = {(path, number) for path in paths("mm/*.c", "mm/*.h", "kernel/*.c", "lib/*.c")
             for number, line in enumerate(read(path).split("\n"), 1) if "if (tracing(TRACE_" in line}
    problems, missing = [], set(sites)
    for path in paths("mm/*.c", "kernel/*.c"):
        if path in ("kernel/trace.c", "mm/explain.c", "mm/memblock_explain.c"):
            continue
        for places, section, jump in trace_tests(f"build/{path[:-2]}.o"):
            at = sites & set(places)
            missing -= at
            cold = section.startswith(".text.unlikely")
            if not at or not (jump == "jne" or jump == "je" and cold):
                problems.append(f"{path}: the test of {sorted(at) or places} is followed by {jump}")
    problems += [f"{path}:{line}: no test of trace_mask comes from here" for path, line in sorted(missing)]
    return found_problems(problems) if sites else [Case("", False, "there are no trace points")]


# --- the kernel's own symbol table -----------------------------------------------------------------

def read_symbols():
    """The table of the image, decoded: {address: name}. The format: arch/i386/ksyms.c."""
    def section(name):
        path = f"{scratch_file()}.bin"
        subprocess.run(["objcopy", "-O", "binary", "-j", name, "build/flagstone.elf", path], cwd=TOP,
                       check=True)
        with open(path, "rb") as file:
            data = file.read()
        os.remove(path)
        return data

    def spell(code):
        one, two = codes[2 * code:2 * code + 2]
        return spell(one) + spell(two) if two else chr(one)
    table = section(".ksyms") + section(".test.ksyms")
    first_end, codes, at = table[0], table[1:513], 513
    address, found = 0, {}
    while table[at]:
        shift, more = 0, True
        while more:
            address += (table[at] & 0x7f) << shift
            shift, more, at = shift + 7, table[at] & 0x80, at + 1
        end = next(i for i in range(at, len(table)) if table[i] >= first_end) + 1
        found[address] = "".join(spell(code) for code in table[at:end]).rstrip("\0")
        at = end
    return found


def check_symbols(_log):
    """Every function that nm finds is in the table under one of its names, and nothing else is."""
    names = {}
    for line in subprocess.run(["nm", "build/flagstone.elf"], capture_output=True, text=True, cwd=TOP,
                               check=True).stdout.splitlines():
        address, kind, name = line.split()
        inner = "." in name and not re.search(r"\.(cold|part|isra|constprop)", name)
        marks = ("_text", "_test_text", "_etext", "__init_begin")
        if kind in "Tt" and int(address, 16) >= 0xC0000000 and not inner and name not in marks:
            names.setdefault(int(address, 16), []).append(name[:63])
    table = read_symbols()
    problems = [f"{address:08x} {names[address]}: {table.get(address)}" for address in names
                if table.get(address) not in names[address]]
    problems += [f"{address:08x}: {name} is no function" for address, name in table.items()
                 if name and address not in names]
    return found_problems(problems[:20])


def all_checks():
    """(name, work, seconds) for tests/run"""
    return [("source/licence", check_licence, 0.2), ("source/paths", check_paths, 0.2),
            ("source/book", check_book, 0.2),
            ("source/layers", check_layers, 0.2), ("source/386", check_386, 2), ("source/moved", check_moved, 0.3),
            ("source/stops", check_stops, 0.3),
            ("source/trace-points", check_trace_points, 2),
            ("source/symbols", check_symbols, 0.3),
            ("source/same-bytes", check_same_bytes, 12), ("headers", check_alone, 5),
            ("headers/foreign", check_foreign, 6)]
