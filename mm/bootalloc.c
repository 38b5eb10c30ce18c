/* SPDX-License-Identifier: MIT */
/*
 * mm/bootalloc.c - the front of early memory: choice, requests, hand-over
 *
 *     boot_alloc(4096)
 *        |  a line is written           boot_record.c
 *        |  the serving engine answers  boot_engine.c: bootmem, or with bootalloc=memblock that one
 *        |  the shadow is told          ... the other one: "this range is in use"
 *        v
 *     the range, zeroed
 *
 * So there are three books of the same memory: the bitmap, the two lists of regions, and the
 * record's live lines over the firmware's map. They must agree on every frame.
 *
 * A1  no byte is in two live requests
 * A2  the rules of both allocators hold
 * A3  a frame is free for either allocator if and only if it is by map and record
 *
 * Fed by e820.c and arch_for_each_reserved(); handed over to page_alloc.c. One CPU; interrupt
 * handlers do not allocate early memory.
 */
#include <arch.h>
#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/e820.h>

#include "boot_internal.h"
#include "explain.h"
#include "internal.h"

/*
 * Lines that stay free for what a request brings with it: each of the engines may double both its
 * lists in one call, which is a line for the new array of each.
 */
#define SPARE_LINES	8

/* The allocators' own tables; they end with them. */
static const char bitmap_why[] = "bootmem bitmap", array_why[] = "memblock array";

static const struct boot_engine *serving = &bootmem_engine, *shadow = &memblock_engine;
static bool open;		/* between bootalloc_init() and bootalloc_hand_over() */

static int __init set_engine(const char *value)
{
	if (!strcmp(value, "bootmem")) {
		serving = &bootmem_engine;
		shadow = &memblock_engine;
	} else if (!strcmp(value, "memblock")) {
		serving = &memblock_engine;
		shadow = &bootmem_engine;
	} else {
		return -EINVAL;
	}
	return 0;
}
early_param("bootalloc", set_engine);

const char *bootalloc_name(void)
{
	return serving->name;
}

phys_addr_t boot_limit(void)
{
	return min(arch_boot_mapped_end(), pfn_to_phys(vm_layout.max_low_pfn));
}

/* --- lines of the record --------------------------------------------------------------------- */

static void set_range(struct boot_request *req, phys_addr_t start, size_t size)
{
	req->start = start;
	req->last = start + size - 1;
	req->size = size;
}

/* A page for more lines; the first of them is for the page itself. */
static void grow_record(void)
{
	phys_addr_t addr = serving->alloc(PAGE_SIZE, PAGE_SIZE, BOOTMEM_GOAL, boot_limit());
	struct boot_request *req;

	if (addr == BOOTMEM_NONE)
		return;
	shadow->reserve(addr, addr + PAGE_SIZE - 1);
	boot_record_extend(__va(addr));
	req = boot_record_add(BOOT_ALLOC, (unsigned long)grow_record);
	set_range(req, addr, PAGE_SIZE);
	req->live = true;
	req->align = PAGE_SIZE;
	req->goal = BOOTMEM_GOAL;
	req->limit = boot_limit();
}

/* A new line, or NULL when the record is full and there is no page to be had. */
static struct boot_request *record(enum boot_request_kind kind, unsigned long caller)
{
	if (open && boot_record_room() <= SPARE_LINES)
		grow_record();
	return boot_record_add(kind, caller);
}

static struct boot_request *record_range(phys_addr_t start, phys_addr_t last, const char *why)
{
	struct boot_request *req = record(BOOT_RESERVE, 0);

	if (!req)
		panic("There is no room to record a reservation after %lu requests (\"%s\").",
		      boot_requests(), why);
	set_range(req, start, last - start + 1);
	req->live = true;
	req->why = why;
	return req;
}

/* The same for a range that must not lie over another. */
static struct boot_request *record_reserve(phys_addr_t start, phys_addr_t last, const char *why)
{
	const struct boot_request *other = boot_in_use(start, last);

	if (other)
		panic("The bytes [0x%08x, 0x%08x] of \"%s\" lie over [0x%08x, 0x%08x] of \"%s\".",
		      start, last, why, other->start, other->last, boot_request_name(other));
	return record_range(start, last, why);
}

/* Called from inside memblock, so what it needs of the record must be there: SPARE_LINES. */
void boot_table_moved(phys_addr_t start, phys_addr_t size, bool taken)
{
	struct boot_request *req;

	if (taken) {
		req = boot_record_add(BOOT_RESERVE, 0);
		BUG_ON(!req);
		set_range(req, start, size);
		req->live = true;
		req->why = array_why;
		bootmem_engine.reserve(start, req->last);
	} else {
		req = boot_in_use(start, start + size - 1);
		BUG_ON(!req);
		req->live = false;
		bootmem_engine.free(req->start, req->last);
	}
}

/* --- requests -------------------------------------------------------------------------------- */

static void *serve(size_t size, size_t align, phys_addr_t goal, phys_addr_t limit,
		   unsigned long caller)
{
	struct boot_request *req;
	u64 cycles;

	BUG_ON(!open || !size || (align & (align - 1)));
	req = record(BOOT_ALLOC, caller);
	if (!req)
		return NULL;
	req->size = size;
	req->align = align ? align : SMP_CACHE_BYTES;
	req->goal = goal;
	req->limit = min_not_zero(limit, boot_limit());
	req->steps = serving->steps();
	cycles = arch_cycles();
	req->start = serving->alloc(size, req->align, goal, req->limit);
	req->cycles = arch_cycles() - cycles;
	req->steps = serving->steps() - req->steps;
	req->metadata = serving->metadata();
	if (req->start == BOOTMEM_NONE) {
		req->last = BOOTMEM_NONE;
		if (tracing(TRACE_BOOTMEM))
			explain_boot_alloc(req);
		return NULL;
	}
	set_range(req, req->start, size);
	req->live = true;
	shadow->reserve(req->start, req->last);
	if (tracing(TRACE_BOOTMEM))
		explain_boot_alloc(req);
	return memset(__va(req->start), 0, size);
}

void *boot_alloc_nopanic(size_t size, size_t align, phys_addr_t goal, phys_addr_t limit)
{
	return serve(size, align, goal, limit, (unsigned long)__builtin_return_address(0));
}

void *boot_alloc(size_t size, size_t align)
{
	unsigned long caller = (unsigned long)__builtin_return_address(0), offset;
	void *p = serve(size, align, BOOTMEM_GOAL, 0, caller);
	const char *symbol;

	if (p)
		return p;
	symbol = ksym_name(caller, &offset);
	panic("Early memory has no %zu bytes aligned to %zu for %s after %lu requests, with %lu "
	      "KiB of RAM.", size, align, symbol ? symbol : "its caller", boot_requests(),
	      frames_to_kib(e820_ram_frames(&e820, 0, E820_PFN_END)));
}

void boot_free(void *p, size_t size)
{
	phys_addr_t start = __pa(p), last = start + size - 1;
	struct boot_request *was, *req;

	BUG_ON(!open || !size);
	was = boot_in_use(start, last);
	BUG_ON(!was || was->kind != BOOT_ALLOC || was->start != start || was->last != last);
	req = record(BOOT_FREE, (unsigned long)__builtin_return_address(0));
	if (req)
		set_range(req, start, size);
	was->live = false;
	serving->free(start, last);
	shadow->free(start, last);
}

void boot_reserve(phys_addr_t start, phys_addr_t end, const char *why)
{
	BUG_ON(!open || start == end || start > end - 1);
	record_reserve(start, end - 1, why);
	serving->reserve(start, end - 1);
	shadow->reserve(start, end - 1);
}

int boot_release(phys_addr_t start, phys_addr_t end)
{
	const struct boot_request *all;
	struct boot_request *req;

	BUG_ON(open || start > end - 1);
	boot_for_each_request(all)
		if (all->live && all->start <= end - 1 && all->last >= start &&
		    (all->start < start || all->last > end - 1))
			return -EINVAL;
	if (!boot_in_use(start, end - 1))
		return -EINVAL;
	while ((req = boot_in_use(start, end - 1)))
		req->live = false;
	return 0;
}

/* --- checks ---------------------------------------------------------------------------------- */

/*
 * The first frame that @engine calls free and map and record do not, or the other way round;
 * max_pfn when there is none. [free, end) is the engine's next run: a long one is found but once.
 */
static pfn_t first_difference(const struct boot_engine *engine)
{
	pfn_t free = 0, end = 0;
	struct boot_extent x;

	for (pfn_t pfn = 0; pfn < vm_layout.max_pfn; pfn = x.end) {
		boot_extent_at(pfn, &x);
		x.end = min(x.end, vm_layout.max_pfn);
		if (pfn >= end)
			free = engine->next_free(pfn, &end);
		if (x.why && free < x.end)
			return max(free, pfn);
		if (!x.why && free > pfn)
			return pfn;
		if (!x.why)
			x.end = min(x.end, end);
	}
	return vm_layout.max_pfn;
}

static const char *opinion(const struct boot_engine *engine, pfn_t pfn)
{
	pfn_t end;

	return engine->next_free(pfn, &end) == pfn ? "free" : "taken";
}

/* Panics unless bootmem, memblock and the record agree on every frame. */
static void require_agreement(void)
{
	pfn_t pfn = min(first_difference(serving), first_difference(shadow));
	struct boot_extent x;

	if (pfn == vm_layout.max_pfn)
		return;
	boot_extent_at(pfn, &x);
	panic("Frame %lu (0x%08x) is %s for %s and %s for %s; by map and record it is %s%s.", pfn,
	      pfn_to_phys(pfn), opinion(serving, pfn), serving->name, opinion(shadow, pfn),
	      shadow->name, x.why ? "kept as " : "free", x.why ? x.why : "");
}

int bootalloc_check(void)
{
	if (boot_requests_overlap())
		return 1;
	if (open && (serving->check() || shadow->check()))
		return 2;
	if (open && (first_difference(serving) < vm_layout.max_pfn ||
		     first_difference(shadow) < vm_layout.max_pfn))
		return 3;
	return 0;
}

/* --- the stage ------------------------------------------------------------------------------- */

/* The first gap of mapped lowmem that has @frames frames which nobody reserved. */
static pfn_t __init find_gap(unsigned long frames)
{
	pfn_t end = phys_to_pfn(boot_limit());
	struct boot_extent x = { .end = 0 };

	while (x.end < end)
		if (!boot_extent_at(x.end, &x) && min(x.end, end) >= x.start + frames)
			return x.start;
	panic("The bitmap of boot memory needs %lu KiB in one piece below %lu MiB, which there is "
	      "not.", frames_to_kib(frames), end / (SZ_1M / PAGE_SIZE));
}

static void __init place_bitmap(void)
{
	unsigned long frames = bootmem_bootmap_pages(vm_layout.max_low_pfn);
	pfn_t start = find_gap(frames);

	record_reserve(pfn_to_phys(start), pfn_to_phys(start + frames) - 1, bitmap_why);
	init_bootmem(start, vm_layout.max_low_pfn);
}

static void __init reserve_range(phys_addr_t start, phys_addr_t end, const char *why)
{
	if (start != end)
		record_reserve(start, end - 1, why);
}

void __init bootalloc_init(void)
{
	struct boot_extent x;

	boot_layout_init();
	arch_for_each_reserved(reserve_range);
	if (!boot_extent_at(0, &x))
		reserve_range(0, PAGE_SIZE, "page 0");
	place_bitmap();
	bootmem_engine.init();		/* first: memblock tells it where arrays go */
	memblock_engine.init();
	open = true;
	pr_info("bootalloc: %s serves %lu KiB of lowmem, %lu of them free; %lu KiB of HIGHMEM\n",
		serving->name, frames_to_kib(e820_ram_frames(&e820, 0, vm_layout.max_low_pfn)),
		frames_to_kib(boot_bootmem.nr_free),
		frames_to_kib(e820_ram_frames(&e820, vm_layout.max_low_pfn, vm_layout.max_pfn)));
}

bool boot_request_is_table(const struct boot_request *req)
{
	return req->why == bitmap_why || req->why == array_why;
}

/* The allocators' own tables are gone: what the record says of them ends too. */
static void strike_tables(void)
{
	const struct boot_request *req;

	boot_for_each_request(req)
		if (boot_request_is_table(req))
			((struct boot_request *)req)->live = false;
}

unsigned long bootalloc_hand_over(void)
{
	unsigned long frames;

	BUG_ON(!open);
	require_agreement();
	open = false;
	frames = serving->hand_over() + shadow->discard();
	strike_tables();
	pr_info("bootalloc: %lu KiB handed over after %lu requests (%lu not recorded)\n",
		frames_to_kib(frames), boot_requests(), boot_requests_lost());
	return frames;
}
