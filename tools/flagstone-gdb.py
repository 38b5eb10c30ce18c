# SPDX-License-Identifier: MIT
"""
tools/flagstone-gdb.py - commands for gdb: the kernel's memory, at any stop and after a panic

    fs-e820                fs-bootmem             fs-memblock            the time before the buddy lists
    fs-zones               fs-buddy [ZONE]        fs-page PFN            zones, free lists, one frame
    fs-slabs               fs-slab CACHE          fs-vmalloc             caches, objects, areas
    fs-pt ADDRESS          fs-dmesg               fs-trace [N]           page tables, log, events

`make debug` loads it; elsewhere: source tools/flagstone-gdb.py. Only memory is read, nothing is called in
the kernel, so the commands work wherever it is stopped. They need paging on: from higher_half onwards.
"""
import re

import gdb

PAGE_SHIFT = 12
PAGE_OFFSET = 0xC0000000


def value(expression):
    return gdb.parse_and_eval(expression)


def number(expression):
    return int(value(expression)) & 0xFFFFFFFF


def text(pointer):
    return pointer.string() if int(pointer) else ""


def symbol(address):
    """An address of code as NAME+OFFSET."""
    words = gdb.execute(f"info symbol {int(address):#x}", to_string=True)
    name, plus, offset = words.split(" in section")[0].partition(" + ")
    return "?" if "No symbol" in words else f"{name}+{int(offset or 0):#x}"


def member_offset(kind, member):
    """Where a member is, in bytes; it may lie in unnamed parts. None: there is no such member."""
    for field in kind.fields():
        if field.name == member:
            return field.bitpos // 8
        inside = None if field.name else member_offset(field.type, member)
        if inside is not None:
            return field.bitpos // 8 + inside
    return None


def entries(head, kind, member):
    """The structures on a list, whose head is given; stops at a link that leads nowhere."""
    kind = gdb.lookup_type(f"struct {kind}")
    offset = member_offset(kind, member)
    link, last = head["next"], head.address
    while int(link) and link != last:
        yield (link.cast(gdb.lookup_type("char").pointer()) - offset).cast(kind.pointer()).dereference()
        link = link["next"]


def frame_of(page):
    """The frame number of a struct page."""
    return (int(page.address) - number("(unsigned long)mem_map")) // page.type.sizeof


def zones():
    array = value("zones")
    return [array[i] for i in range(array.type.range()[1] + 1)]


class Command(gdb.Command):
    """A command with its words; the name is the class's, the help its docstring."""

    def __init__(self):
        super().__init__(self.name, gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        try:
            self.run(*gdb.string_to_argv(argument))
        except TypeError as error:
            raise gdb.GdbError(f"usage: {self.__doc__.strip().splitlines()[0]}") from error
        except gdb.MemoryError as error:
            raise gdb.GdbError(f"{error}; is paging on yet?") from error


class E820(Command):
    """fs-e820: the firmware's map, cleaned"""
    name = "fs-e820"

    def run(self):
        table = value("e820")
        for i in range(int(table["nr"])):
            entry = table["range"][i]
            print(f"{int(entry['start']) << PAGE_SHIFT:08x}-{(int(entry['end']) << PAGE_SHIFT) - 1:08x}  "
                  f"{entry['type']}")


class Bootmem(Command):
    """fs-bootmem: runs of taken and free frames in the bitmap"""
    name = "fs-bootmem"

    def run(self):
        arena = value("boot_bootmem")
        if not int(arena["map"]):
            print("bootmem has no bitmap: not begun, or handed over to the buddy lists")
            return
        start, frames = int(arena["start"]), int(arena["end"]) - int(arena["start"])
        bits = bytes(gdb.selected_inferior().read_memory(int(arena["map"]), (frames + 7) // 8))
        first, taken = 0, bits[0] & 1
        for i in range(1, frames + 1):
            now = bits[i // 8] >> i % 8 & 1 if i < frames else not taken
            if now != taken:
                print(f"frames {start + first:6x}-{start + i - 1:6x}  {'taken' if taken else 'free'}")
                first, taken = i, now
        print(f"{int(arena['nr_free'])} frames free, {int(arena['steps'])} steps so far")


class Memblock(Command):
    """fs-memblock: the regions of memory and reserved"""
    name = "fs-memblock"

    def run(self):
        for name in ("memory", "reserved"):
            kind = value("memblock")[name]
            print(f"{name}: {int(kind['cnt'])} regions of {int(kind['max'])}")
            for i in range(int(kind["cnt"]) if int(kind["regions"]) else 0):
                region = kind["regions"][i]
                print(f"  {int(region['base']):08x} + {int(region['size']):x}")


class Zones(Command):
    """fs-zones: frames, free ones and watermarks of each zone"""
    name = "fs-zones"

    def run(self):
        for zone in zones():
            marks = [int(zone["watermark"][i]) for i in range(3)]
            print(f"{text(zone['name']):8} frames {int(zone['start_pfn'])} + {int(zone['spanned_pages'])}, "
                  f"managed {int(zone['managed_pages'])}, free {int(zone['nr_free_pages'])}, "
                  f"min {marks[0]} low {marks[1]} high {marks[2]}")


class Buddy(Command):
    """fs-buddy [ZONE]: the free lists, with the first frames of each"""
    name = "fs-buddy"

    def run(self, wanted=""):
        known = [text(zone["name"]) for zone in zones()]
        if wanted and wanted.lower() not in [name.lower() for name in known]:
            raise gdb.GdbError(f"There is no zone {wanted}; there are {', '.join(known)}.")
        for zone in zones():
            name = text(zone["name"])
            if not int(zone["managed_pages"]) or (wanted and wanted.lower() != name.lower()):
                continue
            lists = zone["free_area"]
            counts = []
            print(name)
            for order in range(lists.type.range()[1]):
                frames = [frame_of(page) for page in entries(lists[order]["free_list"], "page", "list")]
                counts.append(len(frames))
                shown = " ".join(f"{frame:x}" for frame in frames[:8]) + (" ..." if frames[8:] else "")
                print(f"  order {order:2} {len(frames):6}  {shown}")
            total = sum(count << order for order, count in enumerate(counts))
            print(f"  {total} frames on the lists, the zone says {int(zone['nr_free_pages'])}")


def block_of(frame):
    """The first struct page of the block that a frame is in, or None: as page_block() looks for it."""
    inside = (number("PAGE_INTERIOR"), number("PAGE_TAIL"))
    for order in range(number("sizeof(zones[0].free_area) / sizeof(zones[0].free_area[0])")):
        page = value("mem_map")[frame >> order << order]
        if int(page["state"]) not in inside:
            return page if frame_of(page) + (1 << int(page["order"])) > frame else None
    return None


class Page(Command):
    """fs-page PFN: state, order, owner and history of a frame, and of the block that it is in"""
    name = "fs-page"

    def run(self, pfn):
        frame = number(pfn)
        if frame >= number("mem_map_end"):
            raise gdb.GdbError(f"There is no frame {frame:#x}; mem_map ends at {number('mem_map_end'):#x}.")
        states, owners = value("page_state_name::words"), value("page_owner_name::words")
        page, block = value("mem_map")[frame], block_of(frame)
        print(f"frame {frame:#x} at physical {frame << PAGE_SHIFT:#010x}, struct page "
              f"{int(page.address):08x}: {text(states[int(page['state'])])}")
        if not block:
            print("  no block says that it has this frame")
            return
        print(f"  block of order {int(block['order'])} at frame {frame_of(block):#x}: "
              f"{text(states[int(block['state'])])}, owner {text(owners[int(block['owner'])])}, "
              f"{int(block['refcount']['counter'])} references")
        if int(block["caller"]):
            print(f"  last taken or given back by {symbol(block['caller'])}")


def free_in_array(cache):
    """Addresses of the objects in the array in front of a cache's slabs."""
    base, top = cache["cpu"]["base"], int(cache["cpu"]["top"])
    return {int(base[i]) for i in range((top - int(base)) // 4)}


class Slabs(Command):
    """fs-slabs: every cache"""
    name = "fs-slabs"

    def run(self):
        for cache in entries(value("slab_caches"), "kmem_cache", "list"):
            out = int(cache["nr_inuse"]) - len(free_in_array(cache))
            print(f"{text(cache['name']):20} slots of {int(cache['size']):6} bytes, {int(cache['num']):4} a "
                  f"slab, {int(cache['nr_slabs'])} slabs, {out} objects out")


class Slab(Command):
    """fs-slab CACHE: its slabs by list, and their objects: # out, a in the array, . free"""
    name = "fs-slab"

    def row(self, cache, slab, listed):
        first = int(slab["s_mem"]) + int(cache["offset"])
        return "".join("." if int(slab["free_index"][i]) != 0xFFFE else
                       "a" if first + i * int(cache["size"]) in listed else "#"
                       for i in range(int(cache["num"])))

    def run(self, wanted):
        caches = {text(cache["name"]): cache
                  for cache in entries(value("slab_caches"), "kmem_cache", "list")}
        if wanted not in caches:
            raise gdb.GdbError(f"There is no cache {wanted}; there are {', '.join(caches)}.")
        cache = caches[wanted]
        listed = free_in_array(cache)
        for name in ("full", "partial", "free"):
            for slab in entries(cache[f"slabs_{name}"], "slab", "list"):
                print(f"{name:8} objects from {int(slab['s_mem']) + int(cache['offset']):08x}, "
                      f"{int(slab['inuse'])} of {int(cache['num'])} not in the slab")
                row = self.row(cache, slab, listed)
                print("\n".join(f"         {row[i:i + 64]}" for i in range(0, len(row), 64)))
        print(f"array: {len(listed)} free objects in front")


class Vmalloc(Command):
    """fs-vmalloc: the areas, each with its guard page"""
    name = "fs-vmalloc"

    def run(self):
        space = value("vmalloc_space")
        if not int(space["areas"]["next"]):
            print("there is no vmalloc yet")
            return
        kind = gdb.lookup_type("struct vm_struct")
        for area in entries(space["areas"], "vmap_area", "list"):
            if area.address == space["last_gap"].address:
                break
            vm = area.address.cast(kind.pointer()).dereference()
            start, end = int(area["start"]), int(area["end"])
            used = f" pages={int(vm['nr_pages'])}" if int(vm["flags"]) and int(vm["nr_pages"]) else ""
            print(f"{start:#010x}-{end:#010x} {end - start:7} {symbol(vm['caller'])}{used}"
                  f"{'' if int(vm['flags']) else ' unpurged'}")
        print(f"{int(space['nr'])} areas, {int(space['used']) >> 10} KiB")


class Pt(Command):
    """fs-pt ADDRESS: the page-table walk, by CR3"""
    name = "fs-pt"

    def word(self, physical):
        return int.from_bytes(bytes(gdb.selected_inferior().read_memory(PAGE_OFFSET + physical, 4)),
                              "little")

    def run(self, address):
        va = number(address)
        directory = number("$cr3") & ~0xFFF
        pde = self.word(directory + (va >> 22) * 4)
        print(f"directory at {directory:#010x} [{va >> 22:4}] = {pde:#010x}")
        if not pde & 1:
            print("not mapped")
        elif pde & 0x80:
            print(f"maps to      {(pde & 0xFFC00000) | (va & 0x3FFFFF):#010x}, 4 MiB page")
        else:
            pte = self.word((pde & ~0xFFF) + (va >> 12 & 0x3FF) * 4)
            print(f"table at     {pde & ~0xFFF:#010x} [{va >> 12 & 0x3FF:4}] = {pte:#010x}")
            print(f"maps to      {(pte & ~0xFFF) | (va & 0xFFF):#010x}, 4 KiB page" if pte & 1
                  else "not mapped")


class Dmesg(Command):
    """fs-dmesg: the log since boot, without the levels"""
    name = "fs-dmesg"

    def run(self):
        ring = value("log_ring")
        size, head = ring.type.sizeof, number("log_head")
        data = bytes(gdb.selected_inferior().read_memory(int(ring.address), size))
        log = data[head % size:] + data[:head % size] if head > size else data[:head]
        print(re.sub(r"(?m)^<.>", "", log.decode("latin-1").lstrip("\0")), end="")


class Trace(Command):
    """fs-trace [N]: the last N events of the ring (20)"""
    name = "fs-trace"

    def run(self, wanted="20"):
        end, ring = number("nr_events"), value("'trace.c'::ring")
        size = ring.type.range()[1] + 1
        names = value("kind_text")
        for i in range(max(end - min(int(wanted), size), 0), end):
            event = ring[i % size]
            print(f"{int(event['us']) / 1e6:12.6f}  {text(names[int(event['kind'])]['name']):12} "
                  f"n {int(event['n'])}, a {int(event['a']):#x}, b {int(event['b']):#x}")


for command in (E820, Bootmem, Memblock, Zones, Buddy, Page, Slabs, Slab, Vmalloc, Pt, Dmesg, Trace):
    command()
